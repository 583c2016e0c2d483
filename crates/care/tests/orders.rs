//! What stands after what: a table of orders, with the outcome and its reason (rule R2).
//!
//! A fact is written `what time`: `10:15` was recorded to the minute, `10:15:30` to the second, `10` to the hour, `day`
//! as a date. Then what differs: `@10:16:05` when it was received (else in the order written, from 12:00 on), `#4` the
//! sequence number, `/b` another source, `=10:10` when it took place (else when recorded), `again` the hour that comes
//! twice in autumn: an hour wider. `A01` (`A01/C` on another ward), `A04` (an emergency visit), `A03`, `A11`, `A13`,
//! `A02`, `A12`, `A21`, `A22` are what HL7's triggers of these names report, under one visit number. Everything is asked
//! at 18:00.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on panics")]

use care::{ParallelView, StayStatus};
use event::{
    Body, ClassChanged, DischargeCancelled, Event, Instant, LeaveEnded, LeaveStarted, ReceivedEvent, Register,
    StayCancelled, StayClass, StayEnded, StayStarted, Ward, WardChangeCancelled, WardChanged, event_id,
};
use testkit::history::keyring;

const TABLE: &[(&str, &[&str], &str)] = &[
    // Time first, as precisely as it was written.
    ("to the second", &["A01 10:15:00", "A11 10:15:30"], "cancelled"),
    (
        "the cancellation was recorded before the admission: it cancels an earlier one",
        &["A01 10:15:30", "A11 10:15:00"],
        "there",
    ),
    ("a time to the minute is the whole minute: arrival decides", &["A01 10:15:30", "A11 10:15"], "cancelled"),
    ("the other way round", &["A01 10:15", "A11 10:15:30"], "cancelled"),
    ("admitted again within the minute", &["A11 10:15", "A01 10:15:30"], "there"),
    ("to the minute, and the minute before", &["A01 10:15:00", "A11 10:14"], "there"),
    ("to the hour", &["A01 10:40", "A11 10"], "cancelled"),
    ("a date is the whole day: arrival decides", &["A01 10:40:00", "A03 11:00:00", "A13 day"], "there"),
    ("discharged after it", &["A01 10:40:00", "A13 day", "A03 11:00:00"], "ended"),
    ("a discharge and its cancellation", &["A01 08:00", "A03 10:15:00", "A13 10:15:30"], "there"),
    ("within a minute, all to the minute", &["A01 10:15", "A03 10:15", "A13 10:15"], "there"),
    ("and discharged after all", &["A01 10:15", "A03 10:15", "A13 10:15", "A03 10:15"], "ended"),
    ("the first to the second", &["A01 08:00", "A03 10:15:20", "A13 10:15"], "there"),
    ("the second to the second", &["A01 08:00", "A03 10:15", "A13 10:15:20"], "there"),
    ("late, but recorded before", &["A01 08:00", "A13 10:20:00", "A03 10:15:00"], "there"),
    ("late, and recorded after", &["A13 10:15:00", "A03 10:20:00", "A01 08:00:00"], "ended"),
    (
        "the hour that comes twice: the end reads half an hour before its start, and came after it",
        &["A01 03:50:00 again", "A03 03:20:00 again"],
        "ended",
    ),
    ("and was cancelled in it", &["A01 03:50:00 again", "A03 03:20:00 again", "A13 03:10:00 again"], "there"),
    // The same again.
    (
        "sent once more after its cancellation, as it was recorded",
        &["A01 10:15:00", "A11 10:20:00", "A01 10:15:00"],
        "cancelled",
    ),
    ("recorded once more: admitted again", &["A01 10:15:00", "A11 10:20:00", "A01 10:25:00 =10:15"], "there"),
    (
        "a discharge sent once more after its cancellation",
        &["A01 08:00", "A03 10:15:00", "A13 10:20:00", "A03 10:15:00"],
        "there",
    ),
    (
        "to the minute it cannot be distinguished from a second discharge",
        &["A01 08:00", "A03 10:15", "A13 10:15", "A03 10:15"],
        "ended",
    ),
    ("a cancellation sent once more", &["A01 10:15:00", "A11 10:20:00", "A01 10:30:00", "A11 10:20:00"], "there"),
    // Sequence numbers: within one source, one run and one time.
    ("numbers decide where times tie", &["A01 10:15 #1", "A13 10:15 #3", "A03 10:15 #2"], "there"),
    ("and not where times differ", &["A01 08:00 #9", "A03 10:15:00 #2", "A13 10:15:30 #1"], "there"),
    ("restarted: the later clock", &["A01 08:00 #9001", "A03 09:00 #9002", "A13 09:15 #9003", "A03 11:00 #4"], "ended"),
    (
        "restarted in one minute: arrival decides, because a run has no such gap",
        &["A01 10:15 #9001", "A11 10:15 #3"],
        "cancelled",
    ),
    ("restarted at 1 in one minute, after a short run", &["A01 08:00", "A03 10:15 #9", "A13 10:15 #1"], "there"),
    ("a 1 that came before belongs to the run", &["A01 08:00", "A13 10:15 #1", "A03 10:15 #2"], "ended"),
    ("restarted after hundreds", &["A01 08:00", "A03 10:15 #500", "A13 10:15 #7"], "there"),
    ("restarted after hundreds: the admission never was", &["A01 10:15 #500", "A11 10:15 #7"], "cancelled"),
    ("a cancellation that overtook the first of a run", &["A11 10:15 #2", "A01 10:15 #1"], "cancelled"),
    (
        "a higher number that came later is later, however far",
        &["A01 08:00", "A13 10:15 #7", "A03 10:15 #500"],
        "ended",
    ),
    ("a lower number that came late stands before", &["A01 08:00", "A03 10:15 #9", "A13 10:15 #8"], "ended"),
    ("0 and -1 order nothing", &["A01 10:15 #5", "A11 10:15 #0", "A03 10:15 #-1"], "cancelled"),
    ("numbers of two systems: arrival decides", &["A01 10:15 #7", "A11 10:15 #5 /b"], "cancelled"),
    ("and the other way round", &["A11 10:15 #7", "A01 10:15 #5 /b"], "there"),
    ("one has no number: arrival decides", &["A01 10:15 #7", "A11 10:15"], "cancelled"),
    // Arrival, and the tie that remains.
    ("a tie goes to the cancellation", &["A01 10:15 @12:00:00", "A11 10:15 @12:00:00"], "cancelled"),
    ("of a discharge too", &["A01 08:00", "A03 10:15 @12:00:00", "A13 10:15 @12:00:00"], "there"),
    // A clock that is ahead of ours counts from when we received it.
    ("ahead", &["A01 15:00 @10:00:00", "A11 10:05:00 @10:05:30"], "cancelled"),
    ("a cancellation ahead", &["A01 10:00:00 @10:00:30", "A11 15:00 @10:05:30", "A01 10:10:00 @10:10:30"], "there"),
    // When it took place: clocks differ by up to an hour.
    ("a start a little after its own end opens nothing", &["A01 08:00", "A03 10:00", "A01 10:30"], "ended"),
    ("a start of another class is another start", &["A04 08:00", "A03 10:00", "A01 10:10"], "there"),
    ("and on another ward", &["A01 08:00", "A03 10:00", "A01/C 10:10"], "there"),
    ("one of the same minute sorts first", &["A01 01:00", "A03 10:15:30 =08:30", "A01 10:15"], "there"),
    ("an hour after it, the client is back", &["A01 08:00", "A03 10:00", "A01 11:30"], "there"),
    ("by when it began, not by when it was recorded", &["A01 08:00", "A03 10:00", "A01 11:30 =08:00"], "ended"),
    ("a start that was recorded before the end", &["A03 10:00:00 =08:00", "A01 09:59:00 =09:30"], "ended"),
    ("an end before its start", &["A01 10:00 =09:50", "A03 10:10 =09:30"], "ended"),
    (
        "moved long after the end: one of the two is wrong",
        &["A01 01:00", "A03 02:00", "A02 14:00 @14:00:00"],
        "unknown on B",
    ),
    ("on leave long after it", &["A01 01:00", "A03 02:00", "A21 14:00 @14:00:00"], "unknown"),
    (
        "and discharged once more",
        &["A01 01:00", "A03 02:00", "A02 14:00 @14:00:00", "A03 15:00 @15:00:00"],
        "ended on B",
    ),
    // A start by a clock that is ahead of ours.
    ("begins no later than it was received", &["A01 08:00", "A03 12:00 @12:00:00", "A01 23:00 @12:10:00"], "ended"),
    ("a clock that was far ahead, and was corrected", &["A01 23:00 @12:00:00", "A03 10:15 @12:00:05"], "ended"),
    ("and a cancellation", &["A01 23:00 @12:00:00", "A11 10:15 @12:00:05"], "cancelled"),
    ("an end a week ahead is no plan", &["A01 01:00", "A03 02:00 =200:00"], "unknown"),
    ("an inpatient stay after the end of the emergency visit", &["A04 08:00", "A03 10:00", "A06 10:10"], "there"),
    // Beside these.
    ("a transfer lifts no cancellation", &["A01 10:00", "A11 10:15", "A02 10:16:00"], "cancelled"),
    ("and ends no end", &["A01 10:00", "A03 10:15", "A02 10:16:00"], "ended on B"),
    ("moved", &["A01 10:00", "A02 10:15"], "there on B"),
    ("never moved, to the minute", &["A01 10:00", "A02 10:15:30", "A12 10:15"], "there"),
    ("the other way round", &["A01 10:00", "A02 10:15", "A12 10:15:30"], "there"),
    ("and moved after all", &["A01 10:00", "A02 10:15", "A12 10:15", "A02 10:15"], "there on B"),
    ("away and back in a minute", &["A01 10:00", "A21 10:15:30", "A22 10:15"], "there"),
    ("back and away again", &["A01 10:00", "A22 10:15:30", "A21 10:15"], "away"),
];

#[test]
fn every_order_gives_what_the_table_says() {
    let mut wrong = Vec::new();
    for (why, facts, expected) in TABLE {
        let events: Vec<ReceivedEvent> = facts.iter().enumerate().map(|(n, fact)| received(n, fact)).collect();
        let mut orders = vec![events.clone(), events.iter().rev().cloned().collect(), events.clone()];
        orders[2].rotate_left(1);
        for events in orders {
            let given = describe(&ParallelView::fold(&events));
            if given != *expected {
                wrong.push(format!("{why}: {facts:?} gives {given}, not {expected}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn describe(view: &ParallelView) -> String {
    let stay = view.health.stays.values().next().unwrap();
    let status = match stay.status(time("18:00").0) {
        StayStatus::Planned => "planned",
        StayStatus::InProgress => "there",
        StayStatus::OnLeave => "away",
        StayStatus::Ended => "ended",
        StayStatus::Cancelled => return "cancelled".to_owned(),
        StayStatus::Unknown => "unknown",
    };
    let moved = if stay.ward == Ward::try_new("B") { " on B" } else { "" };
    format!("{status}{moved}")
}

/// The first instant, and how wide it is written.
fn time(text: &str) -> (Instant, i64) {
    let parts: Vec<i64> = text.split(':').filter_map(|part| part.parse().ok()).collect();
    let [hour, minute, second] = [0, 1, 2].map(|n| parts.get(n).copied().unwrap_or_default());
    let width = [86_400, 3600, 60, 1][parts.len()];
    let start = Instant::from_micros(1_772_409_600_000_000).unwrap();
    (start.plus_seconds(hour * 3600 + minute * 60 + second), width * 1_000_000)
}

fn received(n: usize, fact: &str) -> ReceivedEvent {
    let keys = keyring();
    let mut parts = fact.split(' ');
    let (what, (recorded_at, mut recorded_width)) = (parts.next().unwrap(), time(parts.next().unwrap()));
    let mut received_at = time("12:00").0.plus_seconds(i64::try_from(n).unwrap());
    let (mut at, mut sequence, mut source) = (recorded_at, None, "a");
    for part in parts {
        match part.split_at(1) {
            ("@", text) => received_at = time(text).0,
            ("#", number) => sequence = number.parse().ok(),
            ("/", other) => source = other,
            ("=", text) => at = time(text).0,
            _ => recorded_width += 3600 * 1_000_000,
        }
    }
    let stay = Some(keys.token("stay", "test", "1"));
    let ward = |code| Ward::try_new(code);
    let body = match what {
        "A01" => {
            let class = Some(StayClass::Inpatient);
            Body::from(StayStarted {
                stay,
                class,
                ward: ward("A"),
                started_at: at,
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        }
        "A04" => {
            let class = Some(StayClass::Emergency);
            Body::from(StayStarted {
                stay,
                class,
                ward: ward("A"),
                started_at: at,
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        }
        "A01/C" => {
            let class = Some(StayClass::Inpatient);
            Body::from(StayStarted {
                stay,
                class,
                ward: ward("C"),
                started_at: at,
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        }
        "A03" => Body::from(StayEnded { stay, ended_at: at, disposition: None }),
        "A06" => {
            let class = Some(StayClass::Inpatient);
            Body::from(ClassChanged { stay, class, ward: ward("A") })
        }
        "A11" => Body::from(StayCancelled { stay }),
        "A13" => Body::from(DischargeCancelled { stay, class: None }),
        "A02" => Body::from(WardChanged { stay, from: ward("A"), to: ward("B"), class: None }),
        "A12" => Body::from(WardChangeCancelled { stay, to: ward("A"), class: None }),
        "A21" => {
            Body::from(LeaveStarted { stay, started_at: at, expected_return_at: None, corrected: false, class: None })
        }
        "A22" => Body::from(LeaveEnded { stay, ended_at: at, class: None }),
        other => panic!("{other}"),
    };
    ReceivedEvent {
        received_at,
        event: Event {
            id: event_id(source, &n.to_string(), &[0; 32], 0),
            source: source.to_owned(),
            message: keys.token("message", source, &n.to_string()),
            adapter_version: 1,
            relayed: None,
            happened_at: at,
            recorded_at,
            recorded_width,
            sequence,
            ordinal: 0,
            register: Register::Patient,
            record: keys.record("test", "own", "1"),
            presented: Vec::new(),
            body,
            controller: None,
            author_role: None,
        },
    }
}
