//! What facts without a visit number leave of a client's stays: a table of cases.
//!
//! A fact is written `what time`, with the hour of the first day (`30` is six o'clock of the second) when it is recorded
//! and received. `E` an emergency visit begins, `I` a stay, `O` a clinic visit, `in` one of unknown class; `end`, `not`
//! (A11), `back` (A13), `plan` (for hour 100, A05; `clinic`: of a clinic), `plan?` (without a time), `no-plan` (A38),
//! `move` (A02), `away` (A21), `here` a FHIR Encounter in progress, `into` (A06), `out` (A07), `correct` (A08; `correct?`:
//! without a start). `=8`: it took place in another hour than it was recorded in; `v`: it has this visit number. Expected:
//! every stay at the given hour.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on panics")]

use care::{ParallelView, Stay, StayStatus};
use event::{
    Body, ClassChanged, DischargeCancelled, Event, Instant, LeaveStarted, ReceivedEvent, StayCancelled, StayClass,
    StayCorrected, StayEnded, StayPlanCancelled, StayPlanned, StayStarted, StayStated, Token, Ward, WardChanged,
};
use testkit::history::keyring;

const TABLE: &[(&str, &[&str], i32, &str)] = &[
    ("a stay", &["I 8"], 50, "I in progress"),
    ("and its end", &["I 8", "end 20"], 50, "I ended"),
    ("an emergency visit that nobody ends is not known after two days", &["E 8"], 80, "E unknown"),
    ("reported again: one stay", &["I 8", "I 9 =8"], 50, "I in progress"),
    ("reported again after its end: still over", &["I 8", "end 20", "I 21 =8"], 50, "I ended"),
    ("reported again after its cancellation: there", &["I 8", "not 9", "I 10 =8"], 50, "I in progress"),
    (
        "back within the hour of the last start is a new visit",
        &["E 8", "end 9 =8.5", "E 9 =8.7"],
        12,
        "E ended; E in progress",
    ),
    ("an end that may belong to either of two", &["E 8", "I 12", "end 13"], 50, "E unknown; I unknown"),
    ("two ends for both", &["E 8", "I 12", "end 13", "end 40"], 50, "E ended; I ended"),
    (
        "the emergency visit and the ward within one hour are two stays",
        &["E 8", "I 9 =8.5", "end 10"],
        50,
        "E unknown; I unknown",
    ),
    ("also with one date for both", &["E 8 =0", "I 9 =0", "end 10"], 50, "E unknown; I unknown"),
    ("a client who came later than the end is not meant", &["I 8", "I 30", "end 31 =20"], 50, "I ended; I in progress"),
    (
        "an end counts against the stays that it may belong to",
        &["E 8", "I 12", "end 13", "I 30", "end 31 =14"],
        50,
        "E ended; I ended; I in progress",
    ),
    ("reported since the end: there", &["E 8", "I 12", "end 13", "move 14"], 30, "E unknown; I in progress"),
    ("one of two ends is cancelled", &["E 8", "I 12", "end 13", "back 14"], 30, "E in progress; I in progress"),
    ("one of two cancelled", &["E 8", "I 12", "not 13"], 30, "E unknown; I unknown"),
    ("an end taken back", &["I 8", "end 20", "back 21"], 50, "I in progress"),
    (
        "the end counts, not the cancellation after it",
        &["I 8", "end 20", "I 30", "not 31", "back 32"],
        50,
        "I cancelled; I in progress",
    ),
    ("only a cancelled end: it may belong to a stay with a number", &["back 21"], 40, "? unknown"),
    ("the end is reported again", &["I 8 v", "end 20 v", "back 21", "end 30 v"], 40, "I ended"),
    (
        "a correction of an ended stay does not concern the open one",
        &["E 8", "end 9", "I 12", "correct 13 =8"],
        14,
        "E ended OS9; I in progress",
    ),
    ("the start with its number, and again without", &["I 8 v", "I 9 =8", "end 20 v"], 50, "I ended; I unknown"),
    ("and its end without: it may belong to either", &["I 8 v", "I 9 =8", "end 20"], 50, "I ended; I unknown"),
    // A06 under an unknown number: the visit that changed has another number.
    ("an emergency visit becomes an inpatient stay", &["E 8 v", "into 12 w", "end 20 w"], 30, "E cancelled; I ended"),
    ("one of two did", &["E 8 v", "E 9 x", "into 12 w", "end 20 w"], 30, "E unknown; E unknown; I ended"),
    ("by the same number", &["E 8 v", "into 12 v", "end 20 v"], 30, "I ended"),
    (
        "reported since under the earlier one",
        &["E 8 v", "into 12 w", "move 13 v", "end 20 w"],
        30,
        "E in progress; I ended",
    ),
    ("the new number had begun by itself", &["E 8 v", "I 11 w", "into 12 w", "end 20 w"], 30, "E in progress; I ended"),
    // Only some of its messages have the number.
    ("the end only", &["I 8", "end 40 v"], 50, "? ended; I unknown"),
    ("a move and the end", &["I 8", "move 20 v", "end 40 v"], 50, "? ended; I unknown"),
    ("the cancellation only", &["I 8", "not 9 v"], 50, "? cancelled; I unknown"),
    ("it came later than that end", &["end 20 v", "I 30"], 50, "? ended; I in progress"),
    ("the ward under a number, the emergency visit not", &["E 8", "into 12 v", "end 20 v"], 30, "E cancelled; I ended"),
    ("and neither is the end", &["E 8", "into 12 v", "end 20"], 30, "E ended; I unknown"),
    ("to the clinic under a number", &["I 8", "out 12 v"], 30, "I unknown; O in progress"),
    ("and without one", &["I 8 v", "out 12"], 30, "I unknown"),
    ("an end mistyped as the day before", &["I 30", "end 35 =10"], 50, "? ended; I unknown"),
    (
        "the prior number of an A06 is unknown",
        &["E 8 v", "I 12 w", "end 12 x"],
        30,
        "? ended; E in progress; I in progress",
    ),
    ("an end alone", &["end 20"], 50, "? ended"),
    ("and the start that it waited for, in one minute", &["end 20", "I 20"], 50, "I ended"),
    ("a start after it is another stay", &["end 20", "I 30"], 50, "? ended; I in progress"),
    ("a correction alone is a hint", &["correct 8"], 10, "? unknown OS9"),
    ("and none for ever", &["correct 8"], 8 + 24 * 30, "? ended OS9"),
    ("none beside the stay that it may be of", &["I 8", "end 20", "correct 30 =15"], 50, "I ended"),
    ("nor before it", &["correct 7", "I 8", "end 20"], 50, "I ended"),
    ("nor after an end alone", &["end 20", "correct 40 =9"], 50, "? ended"),
    ("nor beside a stay with a number", &["I 8 v", "end 20 v", "correct 30 =9"], 50, "I ended"),
    ("also one that goes on", &["I 8 v", "correct 30"], 50, "I in progress"),
    ("one without a start is of its own time", &["I 8 v", "correct? 19", "end 20 v"], 50, "I ended"),
    (
        "what began after a stay had ended is another",
        &["I 8 v", "end 20 v", "correct 30"],
        50,
        "? unknown OS9; I ended",
    ),
    ("years after", &["I 8 v", "end 20 v", "correct 20000"], 20010, "? unknown OS9; I ended"),
    ("and without a start", &["I 8 v", "end 20 v", "correct? 20000"], 20010, "? unknown OS9; I ended"),
    ("after two of them", &["correct 9", "I 8 v", "end 20 v", "correct? 20000"], 20010, "? unknown OS9; I ended"),
    ("after one without a number", &["I 8", "end 20", "correct 30 =25"], 50, "? unknown OS9; I ended"),
    ("after an end alone", &["end 20", "correct 40"], 50, "? ended; ? unknown OS9"),
    ("after a cancelled one", &["I 8 v", "not 9 v", "correct 20000"], 20010, "? unknown OS9; I cancelled"),
    ("after a plan that was given up", &["plan 8 v", "no-plan 9 v", "correct 30"], 50, "? cancelled; ? unknown OS9"),
    ("after a clinic visit that nobody ended", &["O 8 v", "correct 20000"], 20010, "? unknown OS9; O ended"),
    ("also without a number", &["O 8", "correct 20000"], 20010, "? unknown OS9; O ended"),
    ("after a hint of years ago", &["move 8", "correct 20000"], 20010, "? unknown OS9"),
    ("a FHIR Encounter in progress is a presence", &["here 8", "here 9 =8"], 8 + 24 * 40, "I in progress"),
    ("and its end", &["here 8", "end 20"], 50, "I ended"),
    ("a move alone is a hint", &["move 8"], 10, "? unknown"),
    ("and none for ever", &["move 8"], 8 + 24 * 30, "? ended"),
    ("nor after a start or an end", &["move 8", "I 9", "end 20"], 50, "I ended"),
    ("an end after a hint", &["move 8", "end 20"], 50, "? ended"),
    (
        "a correction belongs to the one of two that began then",
        &["E 8", "I 12", "correct 13 =8"],
        14,
        "E in progress OS9; I in progress",
    ),
    ("or of neither", &["E 8", "I 12", "correct 13 =10"], 14, "E in progress; I in progress"),
    ("a visit to a clinic is over after a day", &["O 8"], 50, "O ended"),
    ("and it is never in doubt", &["O 8", "I 12", "end 13"], 20, "I unknown; O in progress"),
    // Plans.
    ("expected", &["plan 8"], 50, "? planned"),
    ("its time has passed", &["plan 8"], 101, "? unknown"),
    ("a clinic visit whose time has passed is not a doubt", &["clinic 8"], 101, "O planned"),
    ("and over after a day", &["clinic 8"], 130, "O ended"),
    ("expected without a time", &["plan? 8"], 200, "? planned"),
    ("too old after a month", &["plan? 8"], 9 + 24 * 30, "? unknown"),
    ("expected no more", &["plan 8", "no-plan 9"], 101, "? cancelled"),
    ("cancelled as if it were an admission", &["plan 8", "not 9"], 101, "? cancelled"),
    ("came", &["plan 8", "I 99"], 101, "I in progress"),
    ("came and left", &["plan 8", "I 99", "end 120"], 130, "I ended"),
    ("an earlier stay does not fulfil it", &["plan 8", "I 20", "end 30"], 50, "? planned; I ended"),
    ("nor does an emergency visit of the same day", &["plan 8", "E 99", "end 100"], 130, "? unknown; E ended"),
    ("an end does not belong to a stay that is only planned", &["I 8", "plan 9", "end 20"], 50, "? planned; I ended"),
    ("it does not end a planned stay", &["plan 9", "end 20"], 50, "? ended; ? planned"),
    ("came under a number", &["plan 8", "I 99 v", "end 120 v"], 130, "I ended"),
    // Beside a stay that has a number.
    ("a start with a number, and an end without", &["I 8 v", "end 20"], 50, "? ended; I unknown"),
    ("reported since", &["I 8 v", "end 20", "move 21 v"], 50, "? ended; I in progress"),
    ("a move without the number, while it lasts", &["I 8 v", "move 12"], 50, "I in progress"),
    ("and after its end", &["I 8 v", "move 12", "end 20 v"], 50, "I ended"),
    ("a move after the end is a hint", &["I 8 v", "end 20 v", "move 30"], 50, "? unknown; I ended"),
    ("a stay of its own beside it", &["E 8", "I 12 v", "end 13"], 50, "E ended; I in progress"),
    (
        "an end that found its start does not concern the other",
        &["I 8 v", "end 20", "E 20"],
        50,
        "E ended; I in progress",
    ),
];

#[test]
fn what_facts_without_a_number_leave() {
    let mut wrong = Vec::new();
    for (why, facts, now, expected) in TABLE {
        let events: Vec<ReceivedEvent> = facts.iter().enumerate().map(|(n, fact)| received(n, fact)).collect();
        let mut reversed = events.clone();
        reversed.reverse();
        for events in [events, reversed] {
            let view = ParallelView::fold(&events);
            let mut stays: Vec<String> =
                view.all_stays().iter().map(|stay| describe(stay, hour(f64::from(*now)))).collect();
            stays.sort();
            let given = stays.join("; ");
            if given != *expected {
                wrong.push(format!("{why}: {facts:?} gives {given}, not {expected}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_sign_keeps_the_start_that_was_reported() {
    let view = ParallelView::fold(&[received(0, "correct 8 =5")]);
    assert_eq!(view.all_stays()[0].since(), hour(5.0));
}

fn describe(stay: &Stay, now: Instant) -> String {
    let status = match stay.status(now) {
        StayStatus::Planned => "planned",
        StayStatus::InProgress => "in progress",
        StayStatus::OnLeave => "on leave",
        StayStatus::Ended => "ended",
        StayStatus::Cancelled => "cancelled",
        StayStatus::Unknown => "unknown",
    };
    let class = match stay.class {
        Some(StayClass::Emergency) => "E",
        Some(StayClass::Inpatient) => "I",
        Some(StayClass::Outpatient) => "O",
        None | Some(StayClass::Unknown) => "?",
    };
    let corrected = if stay.ward.is_some() { " OS9" } else { "" };
    format!("{class} {status}{corrected}")
}

fn hour(hours: f64) -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "hours of a test")]
    let seconds = (hours * 3600.0) as i64;
    Instant::from_micros(1_772_409_600_000_000).unwrap().plus_seconds(seconds)
}

fn received(n: usize, fact: &str) -> ReceivedEvent {
    let keys = keyring();
    let mut parts = fact.split(' ');
    let (what, recorded_at) = (parts.next().unwrap(), hour(parts.next().unwrap().parse().unwrap()));
    let (mut at, mut stay): (Instant, Option<Token>) = (recorded_at, None);
    for part in parts {
        match part.strip_prefix('=') {
            Some(hours) => at = hour(hours.parse().unwrap()),
            None => stay = Some(keys.token("stay", "test", part)),
        }
    }
    let started = |class| {
        Body::from(StayStarted {
            stay,
            class,
            ward: None,
            started_at: at,
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let planned = |expected_at| Body::from(StayPlanned { stay, class: None, ward: None, expected_at });
    let body = match what {
        "E" => started(Some(StayClass::Emergency)),
        "I" => started(Some(StayClass::Inpatient)),
        "O" => started(Some(StayClass::Outpatient)),
        "in" => started(None),
        "end" => Body::from(StayEnded { stay, ended_at: at, disposition: None }),
        "not" => Body::from(StayCancelled { stay }),
        "back" => Body::from(DischargeCancelled { stay, class: None }),
        "plan" => planned(Some(hour(100.0))),
        "clinic" => {
            let (class, expected_at) = (Some(StayClass::Outpatient), Some(hour(100.0)));
            Body::from(StayPlanned { stay, class, ward: None, expected_at })
        }
        "plan?" => planned(None),
        "no-plan" => Body::from(StayPlanCancelled { stay }),
        "move" => Body::from(WardChanged { stay, from: None, to: None, class: None }),
        "into" => Body::from(ClassChanged { stay, class: Some(StayClass::Inpatient), ward: None }),
        "out" => Body::from(ClassChanged { stay, class: Some(StayClass::Outpatient), ward: None }),
        "here" => {
            let (class, started_at) = (Some(StayClass::Inpatient), Some(at));
            Body::from(StayStated {
                stay,
                class,
                ward: None,
                started_at,
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        }
        "away" => {
            Body::from(LeaveStarted { stay, started_at: at, expected_return_at: None, corrected: false, class: None })
        }
        "correct" | "correct?" => Body::from(StayCorrected {
            stay,
            class: None,
            ward: Ward::try_new("OS9"),
            started_at: Some(at).filter(|_| what == "correct"),
            also: Vec::new(),
        }),
        other => panic!("{other}"),
    };
    ReceivedEvent {
        received_at: recorded_at.plus_seconds(1 + i64::try_from(n).unwrap()),
        event: Event {
            recorded_width: 60_000_000,
            ..testkit::case::reported(&n.to_string(), recorded_at, keys.record("test", "own", "1"), body)
        },
    }
}
