//! The codes that a message uses, what each means, and which fields are read: shown by `translate` and `feed`, and nowhere
//! else.

use crate::support::{county, fhir, give, hospital, on_the_wire, sample, samples, source};
use adapter::{CodeKind, Format, FoundBy, NumberType, Outcome, SourceProfile, Survey, UsedCode, codes, found_by};
use event::{FactKind, HETU_SYSTEM};
use std::collections::BTreeSet;

pub fn unmapped(source: &SourceProfile, bytes: &[u8]) -> Vec<UsedCode> {
    codes(source, bytes).into_iter().filter(UsedCode::is_unmapped).collect()
}

fn found(segments: &str) -> Vec<(CodeKind, String)> {
    let message = format!("MSH|^~\\&|A|B|C|D|20261128081500||ADT^A01|7|P|2.5\r{segments}");
    let mut source = hospital();
    source.number_types.insert("PT".to_owned(), NumberType::Patient);
    source.wards.insert("OS 1".to_owned(), "1".to_owned());
    unmapped(&source, message.as_bytes()).into_iter().map(|it| (it.what, it.code)).collect()
}

#[test]
fn what_is_not_configured_is_found_wherever_it_stands() {
    let table: [(&str, &[(CodeKind, &str)]); 20] = [
        ("PID|1||1~2^^^KYS^PI~3^^^KYS^VN~4^^^&1.2.246.21&ISO^NNFIN~5^^^KYS^PT", &[]),
        ("PID|1||1^^^MUU", &[(CodeKind::Authority, "MUU")]),
        ("PID|1||1^^^&1.2.3.4&ISO", &[(CodeKind::Authority, "1.2.3.4")]),
        ("PID|1||1^^^MUU&1.2.3.4&ISO~2^^^MUU", &[(CodeKind::Authority, "MUU")]),
        ("PID|1||^^^MUU^XX", &[]),
        ("PID|1||1^^^KYS^XX", &[(CodeKind::NumberType, "XX")]),
        ("MRG|1^^^MUU", &[(CodeKind::Authority, "MUU")]),
        // Numbers of stays and referrals need no mapping.
        ("MRG|1||||9^^^MUU^XX", &[]),
        ("PV1||I|OS 1||||||||||||||||9^^^MUU", &[]),
        ("RF1|||YHT|||9^MUU", &[]),
        ("RF1|||OUTO", &[(CodeKind::ReferralKind, "OUTO")]),
        ("ORC|NW|9^MUU", &[]),
        ("SCH|8^MUU|9^TOINEN", &[]),
        ("PV1||I|OS 1|||OS 2", &[(CodeKind::Ward, "OS 2")]),
        ("PV1||AMB|OS 1", &[(CodeKind::PatientClass, "AMB")]),
        ("PV1||B|OS 1", &[]),
        ("ROL||AD|LAAK|1", &[(CodeKind::WorkerRole, "LAAK")]),
        ("PRT||AD||LAAK|1", &[(CodeKind::WorkerRole, "LAAK")]),
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
                (CodeKind::Ward, _)
                    | (CodeKind::PatientClass, "ED")
                    | (CodeKind::WorkerRole, "AT")
                    | (CodeKind::Authority, "MUU")
            );
            assert!(expected, "{name}: {it:?}");
        }
    }
}

fn meaning(source: &SourceProfile, bytes: &[u8], what: CodeKind) -> Vec<(String, Option<String>)> {
    let of_kind = codes(source, bytes).into_iter().filter(|it| it.what == what);
    of_kind.map(|it| (it.code, it.meaning)).collect()
}

#[test]
fn the_meaning_of_a_code_is_shown_with_it() {
    let message =
        b"MSH|^~\\&|A|B|C|D|20261128081500||ADT^A99|7|T|3.0||||||LATIN9\rPID|1||1^^^KYS^PI||||||||||||||||||||010594Y9032\r\
                    PV1||I|OS3^^^MUU||||||||||||||||9^^^ZZZ\rROL||AD|TSOS\rRF1|||YHT";
    let known = |code: &str, meaning: &str| vec![(code.to_owned(), Some(meaning.to_owned()))];
    let unknown = |code: &str| vec![(code.to_owned(), None)];
    for (what, expected) in [
        (CodeKind::MessageType, unknown("ADT^A99")),
        (CodeKind::Sender, unknown("A / B")),
        (CodeKind::Version, unknown("3.0")),
        (CodeKind::CharacterSet, unknown("LATIN9")),
        (CodeKind::ProcessingId, unknown("T")),
        (CodeKind::Authority, known("KYS", "kys-potilas")),
        (CodeKind::KeyAuthority, unknown("ZZZ")),
        (CodeKind::StrayIdentityCode, unknown("PID-23")),
        (CodeKind::NumberType, known("PI", "patient")),
        (CodeKind::Facility, known("MUU", "another than MSH-4: a ward is FACILITY/WARD")),
        (CodeKind::Ward, unknown("MUU/OS3")),
        (CodeKind::PatientClass, known("I", "inpatient")),
        (CodeKind::WorkerRole, known("TSOS", "health-social-worker")),
        (CodeKind::ReferralKind, known("YHT", "contact")),
    ] {
        assert_eq!(meaning(&hospital(), message, what), expected, "{what:?}");
    }
    let bundle = sample(Format::Fhir, "davinci-admit");
    assert_eq!(meaning(&fhir(), &bundle, CodeKind::MessageType), known("message notification-admit", "read"));
    let event = sample(Format::Social, "case-opened");
    assert_eq!(meaning(&county(), &event, CodeKind::MessageType), known("rinnakkain.social.v1.CaseOpened", "read"));
    let other =
        String::from_utf8(event).unwrap().replace("apollo-asiakas", "toinen-asiakas").replace("\"case\"", "\"cas\"");
    let systems = meaning(&county(), other.as_bytes(), CodeKind::Authority);
    assert!(systems.contains(&("toinen-asiakas".to_owned(), None)), "{systems:?}");
    let members = meaning(&county(), other.as_bytes(), CodeKind::Field);
    assert!(members.contains(&("data.cas".to_owned(), None)), "{members:?}");
    let stray = other.replace("\"cas\": \"", "\"cas\": \"010594Y9032 ");
    assert_eq!(meaning(&county(), stray.as_bytes(), CodeKind::StrayIdentityCode), unknown("data.cas"));
    let bundle = String::from_utf8(bundle).unwrap().replacen(
        "\"resourceType\": \"Encounter\",",
        "\"resourceType\": \"Encounter\", \"text\": \"010594Y9032\",",
        1,
    );
    assert_eq!(meaning(&fhir(), bundle.as_bytes(), CodeKind::StrayIdentityCode), unknown("Encounter.text"));
}

/// What stands in a field that is not read changes no event, so the table of fields is whole.
#[test]
fn a_field_that_is_not_read_changes_nothing() {
    let bodies = |bytes: &[u8]| match give(&hospital(), bytes).outcome {
        Outcome::Events(events) => {
            let event =
                |it: event::Event| (it.body.type_name(), it.happened_at, it.recorded_at, it.record, it.presented);
            Some(events.into_iter().map(event).collect::<Vec<_>>())
        }
        Outcome::Ignored => Some(Vec::new()),
        Outcome::Rejected(_) => None,
    };
    let mut tried = 0;
    for (name, file) in samples(Format::Hl7v2) {
        let bytes = on_the_wire(&file);
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        // One sample has separators of its own.
        let Some(expected) = bodies(&bytes).filter(|_| text.starts_with("MSH|^~\\&")) else { continue };
        let fields = codes(&hospital(), &bytes).into_iter().filter(|it| it.what == CodeKind::Field);
        for field in fields.filter(|it| it.meaning.is_none()) {
            let (segment, n) = field.code.split_once('-').unwrap();
            let n: usize = n.parse().unwrap();
            let without = |line: &str| {
                let mut parts: Vec<&str> = line.split('|').collect();
                if parts[0] == segment && parts.len() > n {
                    parts[n] = "";
                }
                parts.join("|")
            };
            let less: Vec<_> = text.split('\r').map(without).collect();
            assert_eq!(bodies(less.join("\r").as_bytes()).as_ref(), Some(&expected), "{name}: {}", field.code);
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn by_what_a_client_is_found() {
    let of = |source: &SourceProfile, pid_3: &str| {
        let message = format!(
            "MSH|^~\\&|A|B|C|D|20261128081500||ADT^A01|7|P|2.5\rEVN||20261128081500\rPID|1||{pid_3}\r\
             PV1|1|I|OS1||||||||||||||||9^^^KYS|||||||||||||||||||||||||20261128080000"
        );
        found_by(source, &give(source, message.as_bytes()).outcome)
    };
    let mut linking = hospital();
    linking.linking.extend(["kys-potilas", "alue"].map(str::to_owned));
    linking.authorities.insert("ALUE".to_owned(), "alue".to_owned());
    let asking = SourceProfile { asks_for_codes: true, ..linking.clone() };
    for (source, pid_3, expected) in [
        (hospital(), "010594Y9032^^^&1.2.246.21&ISO~1^^^KYS", FoundBy::IdentityCode),
        (hospital(), "1^^^KYS", FoundBy::NotLinking),
        (linking.clone(), "1^^^KYS", FoundBy::OwnNumber),
        (asking, "1^^^KYS", FoundBy::Number),
        (linking.clone(), "1^^^KYS~2^^^ALUE", FoundBy::Number),
        (linking.clone(), "1^^^MUU", FoundBy::UnknownAuthority),
        (
            SourceProfile { artificial_hetu: false, ..hospital() },
            "010594Y9032^^^&1.2.246.21&ISO~1^^^KYS",
            FoundBy::RefusedCode,
        ),
        (linking, "", FoundBy::VisitOnly),
    ] {
        assert_eq!(of(&source, pid_3), Some(expected), "{pid_3}");
    }
    let mut county = county();
    county.linking = [HETU_SYSTEM.to_owned()].into();
    let bundle = sample(Format::Fhir, "davinci-admit");
    assert_eq!(
        found_by(&fhir(), &give(&fhir(), &bundle).outcome),
        Some(FoundBy::IdentityCode),
        "the stay is its client's"
    );
    let by = |name| found_by(&county, &give(&county, &sample(Format::Social, name)).outcome);
    assert_eq!((by("case-opened"), by("source-coverage-declared")), (Some(FoundBy::IdentityCode), None));
}

/// A survey of all samples holds no value of theirs that is no code.
#[test]
fn a_survey_holds_codes_and_counts_only() {
    for format in [Format::Hl7v2, Format::Fhir, Format::Social] {
        let (source, mut survey) = (source(format), Survey::default());
        let mut all = BTreeSet::new();
        for (_, file) in samples(format) {
            let bytes = if format == Format::Hl7v2 { on_the_wire(&file) } else { file };
            survey.add(&source, &bytes, &give(&source, &bytes));
            all.insert(String::from_utf8_lossy(&bytes).into_owned());
        }
        assert_eq!(survey.messages, u64::try_from(all.len()).unwrap());
        let outcomes =
            survey.with_events + survey.ignored.values().sum::<u64>() + survey.rejected.values().sum::<u64>();
        assert_eq!(outcomes, survey.messages);
        assert!(survey.kinds.contains(&if format == Format::Social { FactKind::Clientships } else { FactKind::Stays }));
        for personal in ["010594Y9032", "Meikäläinen", "MEIKÄLÄINEN", "Maija", "Esimerkki", "Virtanen", "044"] {
            let shown = survey.codes.keys().find(|(_, code)| code.contains(personal));
            assert!(shown.is_none(), "{format:?}: {shown:?}");
        }
    }
}
