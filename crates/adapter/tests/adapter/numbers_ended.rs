//! Numbers that have ended, and identity codes without a label: they find nobody, and are somebody's.

use crate::numbers::{CODE, HETU, OTHER, admitted, code, message, presents, source};
use crate::support::{events, give};
use adapter::{MessagePlace, RemarkCode, SourceProfile};
use event::{Authority, Body, Event, Evidence, HETU_SYSTEM, IdentityEvent, NationalIdChanged, Token};

/// 661/2009 12 §: the code that holds finds the client; that the other was changed is a fact of its own.
#[test]
fn a_code_that_has_ended_beside_one_that_holds() {
    // (PID-3, what is presented as a code, old, new.)
    let ended = |end: &str| format!("{CODE}^^^{HETU}^^20200101^{end}");
    let holds = format!("{OTHER}^^^{HETU}^^20261101");
    let (old, new) = (code(CODE), code(OTHER));
    let changed = [
        format!("1~{}~{holds}", ended("20261101")),
        format!("1~{holds}~{}", ended("20261101")),
        format!("{}~{holds}", ended("20261127")),
        format!("1~{}~{holds}", ended("202610")),
        format!("1~{}~{holds}", ended("2025")),
        format!("1~{}~{holds}", ended("20261127120000")),
        // On its last day it has ended if another goes on.
        format!("1~{}~{holds}", ended("20261128")),
    ];
    for numbers in &changed {
        let given = admitted(&format!("PID|1||{numbers}"), "V1");
        assert_eq!(given.len(), 2, "{numbers}");
        let codes = |event: &Event| -> Vec<Token> {
            event.presented.iter().filter(|set| set.system == HETU_SYSTEM).flat_map(|set| set.tokens.clone()).collect()
        };
        assert!(given.iter().all(|event| codes(event) == [new]), "{numbers}");
        let expected = NationalIdChanged {
            old: vec![old],
            new: vec![new],
            authority: Authority::Source,
            decider: None,
            reason: None,
        };
        assert_eq!(given[1].body, Body::from(expected), "{numbers}");
        assert_eq!(given[0].record, given[1].record);
    }
    // Both hold: a contradiction for a person to look at, as before.
    for end in ["20261129", "2026", "202611", "", "00000000", "soon"] {
        let given = admitted(&format!("PID|1||1~{}~{holds}", ended(end)), "V1");
        assert_eq!(presents(&given[0]), [("kys-potilas".to_owned(), 1), (HETU_SYSTEM.to_owned(), 2)], "{end}");
        assert_eq!(given.len(), 1);
    }
    let unconfirmed = SourceProfile { decides: [].into(), ..source() };
    let bytes = message("ADT^A01", &format!("PID|1||{}\rPV1||I|K1\r", changed[0]));
    let given = events(&unconfirmed, &bytes);
    assert_eq!(given.len(), 1, "a sender that does not decide it changes nothing");
    let [own, holds, refused] = given[0].presented.as_slice() else { panic!("{:?}", presents(&given[0])) };
    assert_eq!((own.system.as_str(), holds.tokens.as_slice()), ("kys-potilas", [new].as_slice()));
    assert_eq!((refused.system.as_str(), refused.tokens.as_slice()), (Evidence::EndedCode.system(), [old].as_slice()));
}

/// In any message: a person's, a referral's, an appointment's, a merge's.
#[test]
fn a_code_that_has_ended_is_reported_in_any_message() {
    let numbers = format!("1~{CODE}^^^{HETU}^^^20261101~{OTHER}^^^{HETU}");
    let table = [
        ("ADT^A31", format!("PID|1||{numbers}\r")),
        ("ADT^A08", format!("PID|1||{numbers}||A\r")),
        ("ADT^A03", format!("PID|1||{numbers}\rPV1||I|K1\r")),
        ("REF^I12", format!("RF1||||||9\rPID|1||{numbers}\r")),
        ("SIU^S12", format!("SCH||9\rTQ1|||||||20261201100000\rPID|1||{numbers}\r")),
        ("ADT^A40", format!("PID|1||{numbers}\rMRG|2\r")),
        ("ADT^A47", format!("PID|1||{numbers}\rMRG|1\r")),
    ];
    for (kind, segments) in table {
        let given = events(&source(), &message(kind, &segments));
        let changed = given
            .iter()
            .filter(|event| matches!(event.body, Body::Identity(IdentityEvent::NationalIdChanged(_))))
            .count();
        assert_eq!(changed, 1, "{kind}");
    }
}

/// Nothing reports what the code was changed to: it finds and links nobody, and a query by it does not answer "none".
#[test]
fn a_code_that_has_ended_alone_is_for_a_person_to_look_at() {
    let given = admitted(&format!("PID|1||1~{CODE}^^^{HETU}^^^20261101"), "V1");
    assert_eq!(given.len(), 1, "nothing was changed to anything");
    let expected =
        [("kys-potilas".to_owned(), 1), (HETU_SYSTEM.to_owned(), 0), (Evidence::EndedCode.system().to_owned(), 1)];
    assert_eq!(presents(&given[0]), expected);
    assert_eq!(given[0].presented[2].tokens, [code(CODE)]);
    let alone = admitted(&format!("PID|1||{CODE}^^^{HETU}^^^20261101"), "V1");
    let before = admitted(&format!("PID|1||{CODE}^^^{HETU}"), "V1");
    assert_eq!(alone[0].record, before[0].record, "the stream goes on where it was");
}

/// A patient number that has ended is the person's all the same: the record that it kept presents what the new one does.
#[test]
fn the_record_of_a_number_that_has_ended_is_the_same_persons() {
    for numbers in ["111222^^^KYS^PI^^^20261101~333444^^^KYS^PI", "333444^^^KYS^PI~111222^^^KYS^PI^^^20261101"] {
        let given = admitted(&format!("PID|1||{numbers}"), "V1");
        let before = admitted("PID|1||111222", "V1");
        let after = admitted("PID|1||333444", "V1");
        assert_eq!(given[0].record, after[0].record, "{numbers}");
        assert_eq!((given.len(), &given[1].record), (2, &before[0].record), "{numbers}");
        assert_eq!(presents(&given[1]), [("kys-potilas".to_owned(), 2)], "{numbers}");
    }
}

/// A number that has the form and the check of a code, and no label as one, raises a doubt about the person with that
/// code.
#[test]
fn a_code_without_its_label_is_a_doubt() {
    let labelled = format!("{CODE}^^^{HETU}");
    // (PID, where the remark is, the record's system.)
    let table = [
        (format!("PID|1||53601~{CODE}"), Some(3), "kys-potilas"),
        (format!("PID|1||{CODE}"), Some(3), "kys-potilas"),
        (format!("PID|1||{CODE}^^^KYS^PI"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{CODE}^^^MUU"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{CODE}^^^KYS^NI"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{}", CODE.to_lowercase()), Some(3), "kys-potilas"),
        (format!("PID|1||1{}{CODE}", "|".repeat(16)), Some(19), "kys-potilas"),
        (format!("PID|1|{CODE}|1"), Some(2), "kys-potilas"),
        (format!("PID|1||1|{CODE}^^^MUU"), Some(4), "kys-potilas"),
        // With its label too, or of nobody.
        (format!("PID|1||1~{labelled}{}{CODE}", "|".repeat(16)), None, "kys-potilas"),
        (format!("PID|1||1~{CODE}~{labelled}"), None, "kys-potilas"),
        ("PID|1||1~010594Y9033".to_owned(), None, "kys-potilas"),
        (format!("PID|1||1{}{CODE}", "|".repeat(18)), None, "kys-potilas"),
    ];
    for (pid, place, system) in table {
        let bytes = message("ADT^A01", &format!("{pid}\rPV1||I|K1\r"));
        let translation = give(&source(), &bytes);
        let remarked = translation.remarks.iter().find(|it| it.code == RemarkCode::UnlabelledIdentityCode);
        assert_eq!(remarked.map(|it| it.place), place.map(|n| MessagePlace::Field("PID", n)), "{pid}");
        let given = events(&source(), &bytes);
        let doubts = given[0].presented.iter().find(|set| set.system == Evidence::UnlabelledCode.system());
        let doubts = doubts.map(|set| set.tokens.clone());
        assert_eq!(doubts, place.map(|_| vec![code(CODE)]), "{pid}");
        assert_eq!(given[0].record.system, system, "{pid}");
        // What is unlabelled never links: no more codes than labelled ones.
        let codes = given[0].presented.iter().filter(|set| set.system == HETU_SYSTEM).count();
        assert_eq!(codes, usize::from(pid.contains("NNFIN")), "{pid}");
    }
    let real = SourceProfile { artificial_hetu: false, ..source() };
    let given = events(&real, &message("ADT^A01", &format!("PID|1||1~{CODE}\rPV1||I|K1\r")));
    assert!(
        !presents(&given[0]).iter().any(|(system, _)| system == Evidence::UnlabelledCode.system()),
        "the dummy of many"
    );
}
