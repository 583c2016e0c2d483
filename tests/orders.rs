//! What an order of HL7 messages gives, and why: a table for those who know hospitals better than Rust.
//!
//! A message is written `A01 10:00`, the trigger event and EVN-2 (minutes, as many systems send it), then what differs:
//! `@10:07` received then (else a second after the message before it), `#4` MSH-13, `v-` no PV1-19, `v2` another visit
//! number, `E`/`I`/`O`/`P` PV1-2 (else I), `w=OS2` PV1-3, `s=09:30` PV1-44, `e=09:45` PV1-45, `p=3.3.` PV2-9 on that day,
//! `p=""` PV2-9 cleared. Expected: the stays at 12:00, as `status class ward`, sorted.

use adapter::{Format, Outcome, SourceProfile, translate};
use care::{ParallelView, StayStatus};
use event::{Instant, ReceivedEvent, StayClass};
use testkit::history::keyring;

const DAY: &str = "20260302";

const TABLE: &[(&str, &[&str], &str)] = &[
    ("an admission", &["A01 10:00"], "in progress inpatient OS1"),
    ("and its discharge", &["A01 09:00", "A03 11:00"], "ended inpatient OS1"),
    (
        "within one minute the discharge still follows the admission: they say different things of one stay",
        &["A01 10:00", "A03 10:00"],
        "ended inpatient OS1",
    ),
    ("and so it does when it comes first", &["A03 10:00", "A01 10:00"], "ended inpatient OS1"),
    (
        "a discharge cancelled within the minute: the client is there",
        &["A01 10:00", "A03 10:00", "A13 10:00"],
        "in progress inpatient OS1",
    ),
    (
        "what the minute does not tell, arrival does: discharged again after the cancellation",
        &["A01 10:00", "A13 10:00", "A03 10:00"],
        "ended inpatient OS1",
    ),
    (
        "sequence numbers (MSH-13) tell what the minute does not: discharged again after the cancellation",
        &["A01 10:00 #1", "A03 10:00 #2", "A13 10:00 #3", "A03 10:00 #4"],
        "ended inpatient OS1",
    ),
    ("and they count, not the arrival", &["A01 10:00 #1", "A13 10:00 #3", "A03 10:00 #2"], "in progress inpatient OS1"),
    (
        "a later discharge stands after an earlier cancellation",
        &["A01 08:00", "A03 09:00", "A13 09:10", "A03 11:00"],
        "ended inpatient OS1",
    ),
    (
        "a cancellation delivered before what it cancels, by the source's clock after it",
        &["A13 10:05 @10:06", "A01 09:00 @10:07", "A03 10:00 @10:08"],
        "in progress inpatient OS1",
    ),
    ("an admission cancelled", &["A01 10:00", "A11 10:05"], "cancelled inpatient OS1"),
    ("cancelled before it came", &["A11 10:05 @10:06", "A01 10:00 @10:07"], "cancelled inpatient OS1"),
    (
        "admitted again under the same visit number after the cancellation",
        &["A01 09:00", "A11 09:05", "A01 10:00"],
        "in progress inpatient OS1",
    ),
    (
        "a transfer moves, and implies an admission that nobody reported",
        &["A02 10:00 w=OS2"],
        "in progress inpatient OS2",
    ),
    (
        "a transfer after a cancellation lifts nothing",
        &["A01 10:00", "A11 10:05", "A02 10:06 w=OS2"],
        "cancelled inpatient OS2",
    ),
    ("A08 carries no status: it reports where, not whether", &["A08 10:00"], "unknown inpatient OS1"),
    ("A08 after a discharge reopens nothing", &["A01 09:00", "A03 10:00", "A08 10:30 w=OS2"], "ended inpatient OS2"),
    (
        "an emergency visit that becomes an admission",
        &["A04 09:00 E w=PKL", "A06 10:00 I w=OS1"],
        "in progress inpatient OS1",
    ),
    (
        "a clock in 2029 wins nothing: what was received later stands",
        &["A01 2029 @10:00", "A03 10:30 @10:30"],
        "ended inpatient OS1",
    ),
    (
        "a planned discharge does not end the stay",
        &["A01 09:00", "A16 10:00 p=20260302113000"],
        "in progress inpatient OS1 planned",
    ),
    (
        "PV2-9 in an admission plans too; an empty field reports nothing",
        &["A01 09:00 p=20260304", "A08 10:00"],
        "in progress inpatient OS1 planned",
    ),
    ("\"\" in PV2-9 takes the plan back", &["A01 09:00 p=20260304", "A08 10:00 p=\"\""], "in progress inpatient OS1"),
    (
        "so does A25; what nobody reported of the stay is not guessed",
        &["A16 09:00 p=20260304", "A25 10:00"],
        "unknown inpatient ?",
    ),
    (
        "no PV1-19: put together from the record's own messages, and marked as inferred",
        &["A01 09:00 v-", "A03 10:00 v-"],
        "ended inpatient OS1 inferred",
    ),
    (
        "a discharge without PV1-19 never closes a stay that has one, but it may be its",
        &["A01 09:00", "A03 10:00 v-"],
        "ended ? ? inferred; unknown inpatient OS1",
    ),
    ("nor does one of another visit", &["A01 09:00", "A03 10:00 v2"], "ended ? ?; in progress inpatient OS1"),
    (
        "back under the same visit number without an A13: a start after its own end",
        &["A01 08:00 s=08:00", "A03 09:00 e=09:00", "A01 10:30 s=10:30"],
        "in progress inpatient OS1",
    ),
    ("an admission that begins later is a plan, not a presence", &["A01 09:00 s=13:00"], "planned inpatient OS1"),
    ("a clock in 2029 makes no plan of a presence", &["A01 2029 @09:00"], "in progress inpatient OS1"),
    ("nor a presence of a discharge", &["A01 2029 @09:00", "A03 2029 @10:00"], "ended inpatient OS1"),
    (
        "the same with all clocks in 2029, and the discharge cancelled",
        &["A01 2029 @09:00", "A03 2029 @10:00", "A13 2029 @10:30"],
        "in progress inpatient OS1",
    ),
    ("a discharge that comes later: still there", &["A01 09:00", "A03 10:00 e=14:00"], "in progress inpatient OS1"),
    ("PV1-2 P in an admission: the trigger reports that the client is there", &["A01 09:00 P"], "in progress ? OS1"),
    (
        "a class of the site's own tells none, and never a visit to a clinic",
        &["A04 09:00 ED w=PKL"],
        "in progress ? PKL",
    ),
    ("A07 with such a class", &["A04 09:00 E w=PKL", "A07 10:00 ED w=PKL"], "in progress ? PKL"),
    (
        "a cancellation in 2029 wins nothing either: discharged after it",
        &["A01 08:00 @08:00", "A03 09:00 @09:00", "A13 2029 @09:10", "A03 11:00 @11:00"],
        "ended inpatient OS1",
    ),
    (
        "nor does a cancelled admission in 2029: admitted after it",
        &["A01 08:00 @08:00", "A11 2029 @08:10", "A01 10:00 @10:00"],
        "in progress inpatient OS1",
    ),
    ("away for a while: the stay goes on", &["A01 09:00", "A21 10:00"], "on leave inpatient OS1"),
    ("and back", &["A01 09:00", "A21 10:00", "A22 11:00"], "in progress inpatient OS1"),
    ("never left (A52)", &["A01 09:00", "A21 10:00", "A52 10:05"], "in progress inpatient OS1"),
    ("not back after all (A53)", &["A01 09:00", "A21 10:00", "A22 11:00", "A53 11:05"], "on leave inpatient OS1"),
    ("discharged from leave", &["A01 09:00", "A21 10:00", "A03 11:00"], "ended inpatient OS1"),
    (
        "a transfer taken back (A12): where the client was",
        &["A01 09:00", "A02 10:00 w=OS2", "A12 10:30 w=OS1"],
        "in progress inpatient OS1",
    ),
    ("a stay that is to come (A05)", &["A05 09:00 P s=13:00"], "planned ? OS1"),
    ("when, is not reported", &["A05 09:00 P"], "planned ? OS1"),
    ("PV1-44 of a past hour tells no expectation", &["A05 09:00 P s=08:00"], "planned ? OS1"),
    ("its time has passed", &["A05 09:00 P s=11:00"], "unknown ? OS1"),
    ("comes", &["A05 08:00 P s=13:00", "A01 11:00 s=11:00"], "in progress inpatient OS1"),
    ("or does not (A38)", &["A05 08:00 P s=13:00", "A38 11:00 P"], "cancelled ? OS1"),
    ("some say so by A11", &["A05 08:00 P s=13:00", "A11 11:00 P"], "cancelled ? OS1"),
    ("or by A23", &["A05 08:00 P s=13:00", "A23 11:00 P"], "cancelled ? OS1"),
    ("cancelled before it came", &["A38 11:00 P @11:01", "A05 08:00 P s=13:00 @11:02"], "cancelled ? OS1"),
    (
        "expected no more, and there: a presence that has begun is not touched",
        &["A05 08:00 P s=13:00", "A01 10:00 s=10:00", "A38 11:00"],
        "in progress inpatient OS1",
    ),
    (
        "came, and the admission was cancelled",
        &["A05 08:00 P s=13:00", "A01 10:00 s=10:00", "A11 11:00"],
        "cancelled inpatient OS1",
    ),
    // A message about its discharge makes no presence of a plan.
    (
        "PV2-9 in an A08 of a stay to come",
        &["A05 08:00 P s=13:00", "A08 09:00 P s=13:00 p=20260304"],
        "planned ? OS1 planned",
    ),
    ("A16 of it", &["A05 08:00 P s=13:00", "A16 09:00 P p=20260304"], "planned ? OS1 planned"),
    ("A25 of it", &["A05 08:00 P s=13:00", "A16 09:00 P p=20260304", "A25 10:00 P"], "planned ? OS1"),
    ("PV1-45 in an A08 of it: A08 carries no status", &["A05 08:00 P s=13:00", "A08 09:00 P e=09:30"], "planned ? OS1"),
    (
        "the plan after its A16",
        &["A16 09:00 P p=20260304 @09:01", "A05 08:00 P s=13:00 @09:02"],
        "planned ? OS1 planned",
    ),
    ("a discharge of it: over", &["A05 08:00 P s=13:00", "A03 09:00 P e=09:00"], "ended ? OS1"),
    // To the second and to the minute, numbers restarted.
    ("cancelled in the minute of the admission", &["A01 10:15:30", "A11 10:15 @10:15:50"], "cancelled inpatient OS1"),
    (
        "numbers that start again order nothing",
        &["A01 08:00:00 #9001", "A03 09:00:00 #9002", "A13 09:15:00 #9003", "A03 11:00:00 #4"],
        "ended inpatient OS1",
    ),
    (
        "sent once more after its cancellation",
        &["A01 10:00:00", "A11 10:05:00", "A01 10:00:00"],
        "cancelled inpatient OS1",
    ),
    (
        "a start a little after its own end opens nothing",
        &["A01 08:00", "A03 09:00", "A01 09:30 s=09:30"],
        "ended inpatient OS1",
    ),
    // Without a visit number.
    (
        "an end that may be of either",
        &["A04 08:00 E w=PKL v-", "A01 09:30 v-", "A03 10:00 w=PKL v-"],
        "unknown emergency PKL inferred; unknown inpatient OS1 inferred",
    ),
    ("a correction alone is a hint", &["A08 10:00 v-"], "unknown inpatient OS1 inferred"),
    ("a transfer alone is a hint", &["A02 10:00 v-"], "unknown inpatient OS1 inferred"),
    (
        "a transfer without the number of the stay that it is of",
        &["A01 08:00", "A02 09:00 v- w=OS2", "A03 10:00"],
        "ended inpatient OS1",
    ),
];

#[test]
fn every_order_gives_what_the_table_says() {
    let wrong = TABLE.iter().filter(|(_, messages, expected)| describe(&events(messages)) != *expected);
    let wrong: Vec<_> =
        wrong.map(|(why, messages, _)| format!("{why}: {messages:?} gives {}", describe(&events(messages)))).collect();
    assert_eq!(wrong, Vec::<String>::new());
}

/// The same, delivered in any order with the times of receipt they had.
#[test]
fn the_table_holds_in_any_order_of_delivery() {
    for (why, messages, expected) in TABLE {
        let mut events = events(messages);
        events.reverse();
        assert_eq!(describe(&events), *expected, "{why}: {messages:?} reversed");
        events.rotate_left(1);
        assert_eq!(describe(&events), *expected, "{why}: {messages:?} rotated");
    }
}

/// PID-30, A31 by A31: `Y` is a death, `N` takes it back, and of somebody of whom no death was reported it is a field.
#[test]
fn a_death_is_told_and_taken_back() {
    let keys = keyring();
    let deceased = |reported: &[&str]| {
        let mut events = Vec::new();
        for (hour, indicator) in reported.iter().enumerate() {
            let at = format!("{DAY}0{hour}00");
            let pid = format!("PID|||123{}{indicator}", "|".repeat(27));
            let text = format!("MSH|^~\\&|KYS|KYS|R|R|{at}||ADT^A31|M{hour}|P|2.5\rEVN||{at}\r{pid}\r");
            let outcome = translate(&SourceProfile::new("kys", Format::Hl7v2), &keys, text.as_bytes()).outcome;
            let Outcome::Events(translated) = outcome else { panic!("no events") };
            let received_at = instant(&format!("0{hour}:30"));
            events.extend(translated.into_iter().map(|event| ReceivedEvent { received_at, event }));
        }
        ParallelView::fold(&events).health.persons.values().find_map(care::Person::is_deceased)
    };
    assert_eq!(deceased(&["Y"]), Some(true));
    assert_eq!(deceased(&["N"]), Some(false));
    assert_eq!(deceased(&["\"\""]), None);
    assert_eq!(deceased(&["Y", "N"]), Some(false));
    assert_eq!(deceased(&["N", "Y"]), Some(true));
    assert_eq!(deceased(&["Y", "\"\""]), Some(false));
    assert_eq!(deceased(&["Y", "N", "Y"]), Some(true));
}

fn describe(events: &[ReceivedEvent]) -> String {
    let now = instant("12:00");
    let mut stays: Vec<_> = ParallelView::fold(events)
        .all_stays()
        .iter()
        .map(|stay| {
            let status = match stay.status(now) {
                StayStatus::Planned => "planned",
                StayStatus::InProgress => "in progress",
                StayStatus::OnLeave => "on leave",
                StayStatus::Ended => "ended",
                StayStatus::Cancelled => "cancelled",
                StayStatus::Unknown => "unknown",
            };
            let class = match stay.class {
                Some(StayClass::Emergency) => "emergency",
                Some(StayClass::Inpatient) => "inpatient",
                Some(StayClass::Outpatient) => "outpatient",
                None | Some(StayClass::Unknown) => "?",
            };
            let ward = stay.ward.as_ref().map_or("?", |ward| ward.code());
            let planned = if stay.planned_discharge.in_force().is_some() { " planned" } else { "" };
            let inferred = if stay.inferred { " inferred" } else { "" };
            format!("{status} {class} {ward}{planned}{inferred}")
        })
        .collect();
    stays.sort();
    stays.join("; ")
}

fn events(messages: &[&str]) -> Vec<ReceivedEvent> {
    let keys = keyring();
    let source = SourceProfile::new("kys", Format::Hl7v2);
    let mut received_at = instant("07:00");
    let mut events = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let (text, at) = hl7(number, message);
        received_at = at.unwrap_or_else(|| received_at.plus_seconds(1).max(recorded(message).plus_seconds(1)));
        let Outcome::Events(translated) = translate(&source, &keys, text.as_bytes()).outcome else {
            panic!("{message} gives no events: {text}");
        };
        events.extend(translated.into_iter().map(|event| ReceivedEvent { received_at, event }));
    }
    events
}

fn recorded(message: &str) -> Instant {
    match message.split(' ').nth(1) {
        Some("2029") => instant("07:00"),
        time => instant(time.unwrap()),
    }
}

fn hl7(number: usize, message: &str) -> (String, Option<Instant>) {
    let mut words = message.split(' ');
    let (trigger, time) = (words.next().unwrap(), words.next().unwrap());
    let recorded = if time == "2029" { "202908010706".to_owned() } else { hl7_time(time) };
    let (mut sequence, mut visit, mut class, mut ward) = ("", "1", "I", "OS1");
    let (mut start, mut end, mut planned, mut received) = (String::new(), String::new(), "", None);
    for word in words {
        match word.split_at(1) {
            ("@", time) => received = Some(instant(time)),
            ("#", number) => sequence = number,
            ("v", "-") => visit = "",
            ("v", other) => visit = other,
            ("w", other) => ward = &other[1..],
            ("s", time) => start = hl7_time(&time[1..]),
            ("e", time) => end = hl7_time(&time[1..]),
            ("p", time) => planned = &time[1..],
            _ => class = word,
        }
    }
    let skip = |count| "|".repeat(count);
    let text = format!(
        "MSH|^~\\&|KYS|KYS|R|R|{recorded}||ADT^{trigger}|M{number}|P|2.5|{sequence}\rEVN||{recorded}\rPID|||123\r\
         PV1||{class}|{ward}{}{visit}{}{start}|{end}\rPV2{}{planned}\r",
        skip(16),
        skip(25),
        skip(9),
    );
    (text, received)
}

fn hl7_time(time: &str) -> String {
    format!("{DAY}{}", time.replace(':', ""))
}

fn instant(time: &str) -> Instant {
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    Instant::from_timestamp(format!("2026-03-02T{time}Z").parse().unwrap())
}
