//! UnmappedKind of a message the configuration does not know: shown by `translate`, and nowhere else.

use crate::support::{hospital, on_the_wire, samples};
use adapter::{Format, NumberType, UnmappedKind, unmapped};

fn found(segments: &str) -> Vec<(UnmappedKind, String)> {
    let message = format!("MSH|^~\\&|A|B|C|D|20261128081500||ADT^A01|7|P|2.5\r{segments}");
    let mut source = hospital();
    source.number_types.insert("PT".to_owned(), NumberType::Patient);
    source.wards.insert("OS 1".to_owned(), "1".to_owned());
    unmapped(&source, message.as_bytes()).into_iter().map(|it| (it.what, it.code)).collect()
}

#[test]
fn what_is_not_configured_is_found_wherever_it_stands() {
    let table: [(&str, &[(UnmappedKind, &str)]); 20] = [
        ("PID|1||1~2^^^KYS^PI~3^^^KYS^VN~4^^^&1.2.246.21&ISO^NNFIN~5^^^KYS^PT", &[]),
        ("PID|1||1^^^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("PID|1||1^^^&1.2.3.4&ISO", &[(UnmappedKind::Authority, "1.2.3.4")]),
        ("PID|1||1^^^MUU&1.2.3.4&ISO~2^^^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("PID|1||^^^MUU^XX", &[]),
        ("PID|1||1^^^KYS^XX", &[(UnmappedKind::NumberType, "XX")]),
        ("MRG|1^^^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("MRG|1||||9^^^MUU^XX", &[(UnmappedKind::Authority, "MUU")]),
        ("PV1||I|OS 1||||||||||||||||9^^^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("RF1|||YHT|||9^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("RF1|||OUTO", &[(UnmappedKind::ReferralKind, "OUTO")]),
        ("ORC|NW|9^MUU", &[(UnmappedKind::Authority, "MUU")]),
        ("SCH|8^MUU|9^TOINEN", &[(UnmappedKind::Authority, "MUU"), (UnmappedKind::Authority, "TOINEN")]),
        ("PV1||I|OS 1|||OS 2", &[(UnmappedKind::Ward, "OS 2")]),
        ("PV1||AMB|OS 1", &[(UnmappedKind::PatientClass, "AMB")]),
        ("PV1||B|OS 1", &[]),
        ("ROL||AD|LAAK|1", &[(UnmappedKind::WorkerRole, "LAAK")]),
        ("PRT||AD||LAAK|1", &[(UnmappedKind::WorkerRole, "LAAK")]),
        ("ROL||AD|TSOS|1", &[]),
        ("PID|1||1^^^010594Y9032", &[]),
    ];
    for (segment, expected) in table {
        let expected: Vec<_> = expected.iter().map(|(what, code)| (*what, (*code).to_owned())).collect();
        assert_eq!(found(segment), expected, "{segment}");
    }
    assert!(unmapped(&hospital(), b"nothing").is_empty());
}

/// The samples' own sender is configured: what is left are wards, a class, an attending doctor, and what a sample is about.
#[test]
fn a_configured_feed_is_known() {
    for (name, bytes) in samples(Format::Hl7v2) {
        for it in unmapped(&hospital(), &on_the_wire(&bytes)) {
            let it = (it.what, it.code.as_str());
            let expected = matches!(
                it,
                (UnmappedKind::Ward, _)
                    | (UnmappedKind::PatientClass, "ED")
                    | (UnmappedKind::WorkerRole, "AT")
                    | (UnmappedKind::Authority, "MUU")
            );
            assert!(expected, "{name}: {it:?}");
        }
    }
}
