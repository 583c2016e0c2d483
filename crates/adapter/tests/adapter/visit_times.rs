//! The times of a stay: EVN, PV1 and PV2, their width and their zone.

use crate::support::{events, hospital};
use crate::visits::{given, message, pv1};
use event::{Body, Instant, StayEvent};

/// When it began, when it ended, when it is expected: by the precision they are written with.
#[test]
fn dates_without_a_time() {
    let time = |trigger: &str, evn_2: &str, fields: &[(usize, &str)], pv2: &str| {
        let segments = format!("PID|||1\r{}{pv2}", pv1(fields));
        let at = match &events(&hospital(), &message(trigger, evn_2, &segments))[0].body {
            Body::Stay(StayEvent::StayStarted(it)) => Some(it.started_at),
            Body::Stay(StayEvent::StayEnded(it)) => Some(it.ended_at),
            Body::Stay(StayEvent::StayPlanned(it)) => it.expected_at,
            other => panic!("{other:?}"),
        };
        let local = |at: Instant| at.to_timestamp().to_zoned(hospital().zone).strftime("%d. %H:%M:%S").to_string();
        at.map_or("no time".to_owned(), local)
    };
    let pv2 = |at: &str| format!("PV2||||||||{at}\r");
    let table = [
        ("A01", "202603021015", vec![(44, "20260302")], String::new(), "02. 00:00:00"),
        ("A01", "202603021015", vec![(2, "I")], String::new(), "02. 10:15:00"),
        // The end of the day, or the time of writing.
        ("A03", "202603021015", vec![(45, "20260301")], String::new(), "01. 23:59:59"),
        ("A03", "202603021015", vec![(45, "20260302")], String::new(), "02. 10:15:00"),
        ("A03", "202603021015", vec![(45, "20260305")], String::new(), "05. 23:59:59"),
        ("A03", "202603021015", vec![(45, "202603020930")], String::new(), "02. 09:30:00"),
        ("A03", "202603021015", vec![(2, "I")], String::new(), "02. 10:15:00"),
        // Written with dates alone: not before it began.
        ("A03", "20260302", vec![(44, "202603020800"), (45, "20260302")], String::new(), "02. 08:00:00"),
        ("A03", "20260302", vec![(44, "20260228"), (45, "20260302")], String::new(), "02. 00:00:00"),
        // Expected until the day is over; PV1-44 counts only if it is yet to come.
        ("A05", "202603021015", vec![(2, "P")], pv2("202603050800"), "05. 08:00:00"),
        ("A05", "202603021015", vec![(2, "P")], pv2("20260302"), "02. 23:59:59"),
        ("A05", "202603021015", vec![(44, "202603050800")], String::new(), "05. 08:00:00"),
        ("A05", "202603021015", vec![(44, "20260302")], String::new(), "02. 23:59:59"),
        ("A05", "202603021015", vec![(44, "202603020800")], String::new(), "no time"),
        ("A05", "202603021015", vec![(2, "P")], String::new(), "no time"),
    ];
    for (trigger, evn_2, fields, pv2, expected) in table {
        assert_eq!(time(trigger, evn_2, &fields, &pv2), expected, "{trigger} {evn_2} {fields:?} {pv2}");
    }
}

/// A stay that is expected at another time: PV2-8 in an A08. Without it A08 does not change a plan.
#[test]
fn a_plan_is_postponed_by_a_correction() {
    let given = |pv2: &str| given(&hospital(), "A08", &format!("PID|||1\r{}{pv2}", pv1(&[(2, "I"), (19, "V1")])));
    let types = |pv2: &str| given(pv2).iter().map(|event| event.body.type_name()).collect::<Vec<_>>();
    assert_eq!(types("PV2||||||||202603100800\r"), ["StayCorrected", "StayPlanned"]);
    assert_eq!(types("PV2|||||||||202603100800\r"), ["StayCorrected", "PlannedDischargeSet"]);
    assert_eq!(types(""), ["StayCorrected"]);
}

/// How wide the time of recording is written goes with every event; EVN-2, else MSH-7.
#[test]
fn the_width_of_the_recorded_time() {
    let wide = |evn_2: &str| {
        let event = events(&hospital(), &message("A01", evn_2, "PID|||1\rPV1||I\r")).remove(0);
        (event.recorded_at.to_string(), event.recorded_width)
    };
    let second = 1_000_000;
    let table = [
        ("", "2026-03-02T08:15:00Z", second),
        ("202603021014", "2026-03-02T08:14:00Z", 60 * second),
        ("20260302101400.5", "2026-03-02T08:14:00.5Z", 100_000),
        ("20260302", "2026-03-01T22:00:00Z", 86_400 * second),
        ("20261025032000", "2026-10-25T00:20:00Z", 3601 * second),
    ];
    for (evn_2, at, width) in table {
        assert_eq!(wide(evn_2), (at.to_owned(), width), "{evn_2}");
    }
}

/// MSH-7's offset is that of every time without one, wherever it stands.
#[test]
fn every_time_of_a_message_is_in_its_zone() {
    let instants = |offset: &str, kind: &str, segments: &str| -> Vec<i64> {
        let head = format!("MSH|^~\\&|A|KYS|C|D|20260302101500{offset}||{kind}|7|P|2.5\r");
        let given = events(&hospital(), format!("{head}{segments}").as_bytes());
        let times = given.iter().map(|event| format!("{:?} {:?}", event.happened_at, event.body));
        let times = times.collect::<Vec<_>>().concat();
        times.split("Instant(").skip(1).map(|rest| rest.split(')').next().unwrap().parse().unwrap()).collect()
    };
    let evn = "EVN||20260302101400|20260303100000|||20260302101000\r";
    let worker = "ROL||AD|TSOS|W1^Testi|20260302100000|20260320100000\r";
    let stay = pv1(&[(2, "I"), (44, "20260302100000"), (45, "20260302100000")]);
    let pv2 = format!("PV2||||||||20260304100000|20260305100000{}20260306100000\r", "|".repeat(38));
    let order = "ORC|NW|T1|||||||20260302100000\rTQ1||||||||20260320100000\rOBR||||57133-1\r";
    let table = [
        ("ADT^A01", format!("{evn}PID|||1\r{stay}{pv2}{worker}"), 8),
        ("ADT^A03", format!("{evn}PID|||1\r{stay}"), 2),
        ("ADT^A05", format!("{evn}PID|||1\r{stay}{pv2}"), 2),
        ("ADT^A16", format!("{evn}PID|||1\r{stay}"), 3),
        ("ADT^A21", format!("PID|||1\r{stay}{pv2}"), 3),
        ("ADT^A31", format!("PID|||1{}20260302100000|Y\r", "|".repeat(26)), 2),
        ("ADT^A45", format!("PID|||1\rMRG|2||||V1\r{stay}"), 5),
        ("REF^I12", "RF1||||||R1||20260320100000\rPID|||1\r".to_owned(), 2),
        ("OMG^O19", format!("PID|||1\r{order}"), 2),
        ("OSU^O51", "PID|||1\rORC|OK|T1|||||||20260302100000||||||20260303100000\rOBR||||57133-1\r".to_owned(), 2),
    ];
    for (kind, segments, expected) in table {
        let (local, utc) = (instants("", kind, &segments), instants("+0000", kind, &segments));
        assert_eq!(local.len(), expected, "{kind}");
        let later: Vec<i64> = local.iter().zip(&utc).map(|(local, utc)| (utc - local) / 3_600_000_000).collect();
        assert_eq!(later, vec![2; expected], "{kind}");
        assert_eq!(instants("+0200", kind, &segments), local, "{kind}");
    }
}
