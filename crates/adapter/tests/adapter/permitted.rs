//! What a source may write: the facts that it covers, in its registers, and what it is configured to decide.

use crate::support::{county, events, fhir, give, hospital, on_the_wire, sample, source};
use adapter::{Decides, Format, Outcome, RemarkCode, SourceProfile};
use event::{Authority, Body, Evidence, FactKind, HETU_SYSTEM, IdentityEvent, ListEvent, MayEnd, Presented, Register};

fn covering(format: Format, covers: &[FactKind]) -> SourceProfile {
    SourceProfile { covers: covers.iter().copied().collect(), ..source(format) }
}

fn bytes(format: Format, name: &str) -> Vec<u8> {
    let file = sample(format, name);
    if format == Format::Hl7v2 { on_the_wire(&file) } else { file }
}

/// In one line: the types that are taken, what is remarked, or why it is refused.
fn given(source: &SourceProfile, name: &str) -> String {
    let translation = give(source, &bytes(source.format, name));
    let ours = |it: &RemarkCode| matches!(it, RemarkCode::NotCovered | RemarkCode::NotAuthorised);
    let remarks: Vec<_> =
        translation.remarks.iter().map(|it| it.code).filter(ours).map(|it| format!(" ({it})")).collect();
    let remarks = remarks.concat();
    match translation.outcome {
        Outcome::Events(events) => {
            let types: Vec<_> = events.iter().map(|event| event.body.type_name()).collect();
            types.join(" ") + &remarks
        }
        Outcome::Ignored => format!("nothing{remarks}"),
        Outcome::Rejected(rejection) => {
            let named = if rejection.named.is_empty() { " and names nobody" } else { "" };
            let setting = rejection.text.split_once(": ").map_or("", |(_, advice)| advice);
            format!("{} at {}: {setting}{named}", rejection.code, rejection.place)
        }
    }
}

#[test]
fn a_source_writes_what_it_covers() {
    use FactKind::{Clientships, DutyContacts, Referrals, Stays, Workers};
    use Format::{Fhir, Hl7v2, Social};
    let refused = |place: &str, kind: &str| {
        format!("unsupported-event-code at {place}: add \"{kind}\" to its covers, if it does")
    };
    let cases: &[(Format, &[FactKind], &str, String, &str)] = &[
        (Hl7v2, &[Stays], "a01-inpatient-utf8", "StayStarted PlannedDischargeSet".into(), "what it covers"),
        (Hl7v2, &[Referrals], "a01-inpatient-utf8", refused("MSH-9", "stays"), "nothing of it"),
        (
            Hl7v2,
            &[Stays],
            "a01-health-social-worker",
            "StayStarted (not-covered)".into(),
            "an admission is not lost for the worker beside it",
        ),
        (Hl7v2, &[Stays], "ref-i12-contact", refused("MSH-9", "referrals"), "another kind"),
        (
            Hl7v2,
            &[DutyContacts],
            "a40-two-merges",
            "IdentitiesMerged PersonUpdated IdentitiesMerged".into(),
            "who a person is, is every source's",
        ),
        (Social, &[Workers], "case-opened", refused("type", "clientships"), "one event is one kind"),
        (Social, &[Clientships], "case-opened", "CaseOpened".into(), "what it covers"),
        (Social, &[Clientships], "referral-accepted", "ReferralAccepted".into(), "the receiver may answer"),
        (Social, &[Clientships], "referral-requested", refused("type", "referrals"), "and asks nothing itself"),
        (Social, &[Workers], "current-stays-stated", refused("type", "stays"), "a list and its lines"),
        (Fhir, &[Referrals], "davinci-admit", refused("message", "stays"), "a bundle"),
    ];
    for (format, covers, name, expected, why) in cases {
        assert_eq!(given(&covering(*format, covers), name), *expected, "{name}: {why}");
    }
}

#[test]
fn a_source_writes_the_registers_that_it_is_configured_for() {
    let of = |registers: &[Register]| SourceProfile { registers: registers.iter().copied().collect(), ..county() };
    let refused = "table-value-not-found at data.register: give it in the source's registers, if it may";
    for (registers, expected) in [
        (&[Register::Social][..], "CaseOpened"),
        (&[Register::Patient, Register::Social], "CaseOpened"),
        (&[Register::Patient], refused),
    ] {
        assert_eq!(given(&of(registers), "case-opened"), expected);
    }
    // A stay is the patient register's, whatever the source may write.
    let mut list: serde_json::Value = serde_json::from_slice(&bytes(Format::Social, "current-stays-stated")).unwrap();
    list["data"]["register"] = "social".into();
    match give(&county(), list.to_string().as_bytes()).outcome {
        Outcome::Rejected(rejection) => assert_eq!(rejection.text, "a stay belongs to the patient register"),
        other => panic!("{other:?}"),
    }
}

/// What hides somebody or brings strangers together: from whom it is not configured it decides nothing.
#[test]
fn a_source_decides_what_it_is_configured_for() {
    let without = |source: SourceProfile, what: Decides| {
        let decides = source.decides.iter().copied().filter(|it| *it != what).collect();
        SourceProfile { decides, ..source }
    };
    let authority = |source: &SourceProfile, name: &str| {
        let found = events(source, &bytes(source.format, name)).into_iter().find_map(|event| match event.body {
            Body::Identity(IdentityEvent::IdentitiesMerged(it)) => Some(it.authority),
            Body::Identity(IdentityEvent::NationalIdChanged(it)) => Some(it.authority),
            _ => None,
        });
        found.unwrap()
    };
    for (source, name, what) in [
        (hospital(), "a40-two-merges", Decides::Merges),
        (hospital(), "a47-identity-code-changed", Decides::IdentityCodes),
        (county(), "national-id-changed", Decides::IdentityCodes),
        (fhir(), "finnish-patient-replaced-by", Decides::Merges),
    ] {
        assert_eq!(authority(&source, name), Authority::Source, "{name}");
        assert_eq!(authority(&without(source, what), name), Authority::Unconfirmed, "{name}");
    }
    assert_eq!(given(&county(), "non-disclosure-lifted"), "NonDisclosureLifted");
    let other = without(county(), Decides::NonDisclosure);
    assert_eq!(given(&other, "non-disclosure-lifted"), "nothing (not-authorised)");
    assert_eq!(given(&other, "non-disclosure-set"), "NonDisclosureSet", "that one is set counts from everybody");
    assert_eq!(given(&county(), "permission-given"), "PermissionGiven");
    assert_eq!(given(&county(), "prohibition-lifted"), "ProhibitionLifted");
    let other = without(county(), Decides::Permissions);
    assert_eq!(given(&other, "permission-given"), "nothing (not-authorised)", "it would open the social register");
    assert_eq!(given(&other, "prohibition-lifted"), "nothing (not-authorised)");
    assert_eq!(given(&other, "permission-withdrawn"), "PermissionWithdrawn", "what closes counts from everybody");
    assert_eq!(given(&other, "prohibition-set"), "ProhibitionSet");
    let may_end = |source: &SourceProfile| {
        let events = events(source, &bytes(Format::Social, "current-stays-stated"));
        events.into_iter().find_map(|event| match event.body {
            Body::List(ListEvent::CurrentStaysStated(list)) => Some(list.may_end),
            _ => None,
        })
    };
    assert_eq!(may_end(&county()), Some(MayEnd::USUAL));
    assert_eq!(may_end(&without(county(), Decides::Lists)), Some(MayEnd::Nothing), "its lines count, the list waits");
}

/// A day of birth names nobody: what is refused with nothing else may be about anybody.
#[test]
fn who_is_named_by_what_is_refused() {
    let presents = |system: &str| {
        // Whatever it presents first.
        let mut events = events(&source(Format::Hl7v2), &bytes(Format::Hl7v2, "a01-inpatient-utf8"));
        let tokens = events[0].presented[0].tokens[..1].to_vec();
        for event in &mut events {
            event.presented = vec![Presented { system: system.to_owned(), tokens: tokens.clone() }];
        }
        adapter::named(&events).len()
    };
    let systems = [
        (HETU_SYSTEM, 1),
        ("kys", 1),
        (Evidence::UnlabelledCode.system(), 1),
        (Evidence::BirthDate.system(), 0),
        (Evidence::NoIdentityCode.system(), 0),
    ];
    for (system, names) in systems {
        assert_eq!(presents(system), names, "{system}");
    }
}
