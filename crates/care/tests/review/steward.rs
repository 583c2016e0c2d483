//! What a steward's decision does to a review.

use crate::{Message, NUMBER, decide, links, minute, received, record, reviews, steward};
use care::link::{Crowded, Links};
use care::review::{CodeVerdict, code_decided};
use event::{
    Authority, Body, Code, Evidence, HETU_SYSTEM, IdentitiesMerged, IdentitiesUnmerged, IdentityEvent,
    NationalIdChanged, Register,
};
use testkit::history::keyring;

#[test]
fn a_stewards_decision_ends_it_for_the_two() {
    let names = ["kys-1", "sos-1", "tk-1"];
    let mut it = links(&[
        (1, "kys-1", HETU_SYSTEM, &["a", "b"]),
        (1, "sos-1", HETU_SYSTEM, &["a"]),
        (1, "tk-1", HETU_SYSTEM, &["b"]),
    ]);
    assert_eq!(it.clients(&Crowded::new()).len(), 3, "the guard holds until somebody decides");
    decide(&mut it, "sos-1", "kys-1", true);
    assert_eq!(reviews(&it, &names), "two-identity-codes: [kys-1] [sos-1] tk-1");
    assert_eq!(it.clients(&Crowded::new()).len(), 2);
    decide(&mut it, "kys-1", "tk-1", false);
    assert_eq!(reviews(&it, &names), "");
    // The same report of the source again reopens nothing.
    it.learn(&received((60, "kys-1", HETU_SYSTEM, &["a", "b"])));
    assert_eq!(reviews(&it, &names), "");
    // Alone, it is decided with whomever the steward found.
    let mut alone = links(&[(1, "kys-1", Evidence::RefusedCode.system(), &["x"]), (1, "sos-1", HETU_SYSTEM, &["a"])]);
    assert_eq!(reviews(&alone, &names), "refused-identity-code: kys-1");
    decide(&mut alone, "kys-1", "sos-1", true);
    assert_eq!(reviews(&alone, &names), "");
    assert_eq!(alone.clients(&Crowded::new()).len(), 1);
}

/// A source that may decide has merged two persons' codes: that is a case of its own until a steward has decided.
#[test]
fn a_merge_of_two_valid_codes_is_a_case() {
    let names = ["kys-1", "sos-1"];
    let mut it = links(&[(1, "kys-1", HETU_SYSTEM, &["a"]), (1, "sos-1", HETU_SYSTEM, &["b"])]);
    assert_eq!(reviews(&it, &names), "");
    let mut merged = received((2, "kys-1", NUMBER, &[]));
    merged.event.body = Body::from(IdentitiesMerged {
        subsumed: record("sos-1"),
        authority: Authority::Source,
        decider: None,
        reason: None,
    });
    it.learn(&merged);
    assert_eq!(reviews(&it, &names), "identity-codes-joined: kys-1 sos-1");
    let apart = steward(&it, "kys-1", "sos-1", false, 3).unwrap();
    it.learn(&apart);
    assert_eq!((reviews(&it, &names).as_str(), it.clients(&Crowded::new()).len()), ("", 2));
}

/// Deciding about records does not answer whose an ended code is: the answer stays doubtful, and so the case stays listed.
#[test]
fn an_ended_code_stays_open_until_that_code_is_decided() {
    let names = ["kys-1", "sos-1"];
    let mut it = links(&[
        (1, "kys-1", Evidence::EndedCode.system(), &["x"]),
        (1, "kys-1", HETU_SYSTEM, &["a"]),
        (1, "sos-1", HETU_SYSTEM, &["x"]),
    ]);
    decide(&mut it, "kys-1", "sos-1", false);
    let client = [record("kys-1").key].into();
    assert!(it.is_in_doubt(&client));
    assert_eq!(reviews(&it, &names), "identity-code-ended: kys-1");
}

/// A merge by a source is no decision of a steward: the entry stays, and the steward's same decision is an event.
#[test]
fn a_sources_decision_is_not_a_stewards() {
    let mut it = links(&[(1, "kys-1", HETU_SYSTEM, &["a", "b"]), (1, "sos-1", HETU_SYSTEM, &["a"])]);
    let mut merged = received((2, "kys-1", NUMBER, &[]));
    merged.event.body = Body::from(IdentitiesMerged {
        subsumed: record("sos-1"),
        authority: Authority::Source,
        decider: None,
        reason: None,
    });
    it.learn(&merged);
    assert_eq!(reviews(&it, &["kys-1", "sos-1"]), "two-identity-codes: kys-1 sos-1");
    let same = steward(&it, "kys-1", "sos-1", true, 3).unwrap();
    it.learn(&same);
    assert_eq!(reviews(&it, &["kys-1", "sos-1"]), "");
}

/// Proposals of a source that may not decide: listed, and decided once for all.
#[test]
fn a_proposal_waits_for_a_steward() {
    let names = ["kys-1", "kys-2", "sos-1"];
    let proposed = |minute, name, other, together| {
        let mut received = received((minute, name, NUMBER, &[]));
        let (other, authority) = (record(other), Authority::Unconfirmed);
        received.event.body = if together {
            Body::from(IdentitiesMerged { subsumed: other, authority, decider: None, reason: None })
        } else {
            Body::from(IdentitiesUnmerged { separated: other, authority, decider: None, reason: None })
        };
        received
    };
    let story: &[Message<'_>] =
        &[(1, "kys-1", HETU_SYSTEM, &["a"]), (1, "kys-2", HETU_SYSTEM, &["b"]), (1, "sos-1", HETU_SYSTEM, &["a"])];
    for (other, together, verdict, expected) in [
        ("kys-2", true, true, "merge-proposed: kys-1 kys-2"),
        ("kys-2", true, false, "merge-proposed: kys-1 kys-2"),
        ("sos-1", true, true, ""),
        ("sos-1", false, false, "separation-proposed: kys-1 sos-1"),
        ("sos-1", false, true, "separation-proposed: kys-1 sos-1"),
        ("kys-2", false, true, ""),
    ] {
        let mut it = links(story);
        it.learn(&proposed(9, "kys-1", other, together));
        assert_eq!(reviews(&it, &names), expected, "{other} {together}");
        decide(&mut it, "kys-1", other, verdict);
        assert_eq!(reviews(&it, &names), "", "decided");
        it.learn(&proposed(90, "kys-1", other, together));
        assert_eq!(reviews(&it, &names), "", "and proposed once more");
    }
}

#[test]
fn a_proposed_change_of_code_waits_for_a_steward() {
    let names = ["kys-1", "sos-1"];
    let keys = keyring();
    let [old, new] = ["a", "b"].map(|code| keys.identifier(HETU_SYSTEM, code));
    let mut changed = received((5, "kys-1", HETU_SYSTEM, &["b"]));
    let authority = Authority::Unconfirmed;
    changed.event.body =
        Body::from(NationalIdChanged { old: vec![old], new: vec![new], authority, decider: None, reason: None });
    for (confirmed, clients, finds) in [(true, 1, vec![new]), (false, 2, vec![new])] {
        let mut it = links(&[(1, "kys-1", HETU_SYSTEM, &["a"]), (1, "sos-1", HETU_SYSTEM, &["a"])]);
        it.learn(&changed);
        assert_eq!(reviews(&it, &names), "identity-code-change-proposed: kys-1");
        assert_eq!(it.clients(&Crowded::new()).len(), 2, "the record presents another code now");
        let proposed = |it: &Links| it.records[&record("kys-1").key].proposed().collect();
        let decide = |it: &Links, now| {
            let verdict = CodeVerdict {
                changed: confirmed,
                by: "Iida Identiteetti".to_owned(),
                reason: Code::try_new("checked").unwrap(),
                register: Register::Patient,
            };
            code_decided(&keys, &record("kys-1"), &proposed(it), &verdict, minute(now))
        };
        let (first, again) = (decide(&it, 20).unwrap(), decide(&it, 21).unwrap());
        assert_eq!(first.event.id, again.event.id, "made twice it is one event");
        it.learn(&first);
        assert_eq!((reviews(&it, &names).as_str(), decide(&it, 30)), ("", None));
        let all = it.clients(&Crowded::new());
        assert_eq!(all.len(), clients);
        let of_record = all.iter().find(|client| client.contains(&record("kys-1").key)).unwrap();
        assert_eq!(it.finding(of_record).into_iter().collect::<Vec<_>>(), finds);
        it.learn(&changed);
        assert_eq!(reviews(&it, &names), "", "the source proposes it once more");
    }
}

/// A code that has ended joins nobody until a steward confirms it; then what arrives under it belongs to the client.
#[test]
fn a_code_that_has_ended_waits_for_a_steward() {
    let names = ["kys-1", "sos-1"];
    let keys = keyring();
    let new = keys.identifier(HETU_SYSTEM, "a");
    for (confirmed, clients) in [(true, 1), (false, 2)] {
        let mut it = links(&[
            (1, "kys-1", Evidence::EndedCode.system(), &["x"]),
            (1, "kys-1", HETU_SYSTEM, &["a"]),
            (1, "sos-1", HETU_SYSTEM, &["x"]),
        ]);
        assert_eq!(
            (reviews(&it, &names).as_str(), it.clients(&Crowded::new()).len()),
            ("identity-code-ended: kys-1", 2)
        );
        let verdict = CodeVerdict {
            changed: confirmed,
            by: "Iida Identiteetti".to_owned(),
            reason: Code::try_new("checked").unwrap(),
            register: Register::Patient,
        };
        let ended = it.records[&record("kys-1").key].ended().collect();
        it.learn(&code_decided(&keys, &record("kys-1"), &ended, &verdict, minute(20)).unwrap());
        assert_eq!(reviews(&it, &names), "");
        let all = it.clients(&Crowded::new());
        assert_eq!(all.len(), clients);
        let of_record = all.iter().find(|client| client.contains(&record("kys-1").key)).unwrap();
        assert_eq!(it.finding(of_record).into_iter().collect::<Vec<_>>(), [new], "confirmed: {confirmed}");
    }
}

#[test]
fn a_decision_made_twice_is_one_event_and_a_later_one_stands_whatever_the_clock_shows() {
    let mut it = links(&[(1, "kys-1", HETU_SYSTEM, &["a"]), (1, "sos-1", HETU_SYSTEM, &["b"])]);
    let first = steward(&it, "kys-1", "sos-1", true, 10).unwrap();
    let again = steward(&it, "sos-1", "kys-1", true, 11).unwrap();
    assert_eq!(first.event.id, again.event.id, "made by two stewards at once, whichever record is named first");
    it.learn(&first);
    assert_eq!(steward(&it, "kys-1", "sos-1", true, 12), None);
    // The clock went back.
    let back = steward(&it, "kys-1", "sos-1", false, 5).unwrap();
    it.learn(&back);
    assert_eq!(it.clients(&Crowded::new()).len(), 2);
    let third = steward(&it, "kys-1", "sos-1", true, 20).unwrap();
    assert_ne!(third.event.id, first.event.id);
    it.learn(&third);
    assert_eq!(it.clients(&Crowded::new()).len(), 1);
    let Body::Identity(IdentityEvent::IdentitiesMerged(merged)) = &third.event.body else {
        unreachable!("another event")
    };
    assert!(merged.decider.is_some() && merged.reason.as_ref().is_some_and(|it| it.as_str() == "checked"));
}
