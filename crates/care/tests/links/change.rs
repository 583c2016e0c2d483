//! A changed identity code.

use crate::{received, record};
use care::link::Links;
use event::{Authority, Body, HETU_SYSTEM, NationalIdChanged, PersonUpdated, Presented, Token};
use testkit::history::keyring;

/// A fact recorded to the second is corrected within that minute by one recorded to the minute: arrival decides, not a
/// sequence number.
#[test]
fn a_code_that_was_corrected_within_the_minute() {
    let presented = |code: &str, (recorded, sequence, arrived): (i64, i64, i64)| {
        let tokens = vec![keyring().identifier(HETU_SYSTEM, code)];
        let presented = vec![Presented { system: HETU_SYSTEM.into(), tokens }];
        let body = Body::from(PersonUpdated::default());
        let mut received = received(0, record("kys-1"), presented, body);
        received.event.recorded_at = received.event.recorded_at.plus_seconds(recorded);
        received.event.sequence = Some(sequence);
        received.received_at = received.received_at.plus_seconds(arrived);
        received
    };
    let (wrong, right) = (presented("a", (30, 500, 60)), presented("b", (0, 7, 65)));
    let later = presented("c", (90, 1, 120));
    for order in [[&wrong, &right], [&right, &wrong]] {
        let mut it = Links::default();
        for received in order {
            it.learn(received);
        }
        let found: Vec<Token> = it.finding(&[record("kys-1").key].into()).into_iter().collect();
        assert_eq!(found, [keyring().identifier(HETU_SYSTEM, "b")]);
        it.learn(&later);
        let found: Vec<Token> = it.finding(&[record("kys-1").key].into()).into_iter().collect();
        assert_eq!(found, [keyring().identifier(HETU_SYSTEM, "c")]);
    }
}

/// It may be another person's: a card was mistaken, and who lies on the ward is not known.
#[test]
fn a_code_that_gives_way_to_another_is_a_proposal_until_it_is_decided() {
    let [a, b, c] = ["a", "b", "c"].map(|code| keyring().identifier(HETU_SYSTEM, code));
    let presents = |minute, tokens: &[Token]| {
        let presented = vec![Presented { system: HETU_SYSTEM.into(), tokens: tokens.to_vec() }];
        received(minute, record("kys-1"), presented, Body::from(PersonUpdated::default()))
    };
    let decides = |old: Vec<Token>, new: Vec<Token>| {
        let change = NationalIdChanged { old, new, authority: Authority::Steward, decider: None, reason: None };
        received(90, record("kys-1"), Vec::new(), Body::from(change))
    };
    let learn = |events: &[&event::ReceivedEvent]| {
        let mut it = Links::default();
        for received in events {
            it.learn(received);
        }
        it
    };
    let proposed =
        |it: &Links| -> Vec<Token> { it.records[&record("kys-1").key].proposed().map(|(token, _)| token).collect() };
    for (events, expected) in [
        (vec![presents(1, &[a]), presents(2, &[a])], vec![]),
        (vec![presents(1, &[a]), presents(2, &[b])], vec![a]),
        (vec![presents(1, &[a]), presents(2, &[b]), presents(3, &[a])], vec![b]),
        (vec![presents(1, &[a]), presents(2, &[]), presents(3, &[c])], vec![a]),
        (vec![presents(1, &[a]), presents(2, &[])], vec![a]),
        // Two at once found nobody, so nobody is lost with one of them.
        (vec![presents(1, &[a, b]), presents(2, &[a])], vec![]),
        (vec![presents(1, &[a]), presents(2, &[b]), decides(vec![a], vec![])], vec![]),
        (vec![presents(1, &[a]), presents(2, &[b]), decides(vec![], vec![a])], vec![]),
    ] {
        let all: Vec<_> = events.iter().collect();
        let it = learn(&all);
        assert_eq!(proposed(&it), expected, "{events:?}");
        assert_eq!(it.is_in_doubt(&[record("kys-1").key].into()), !expected.is_empty());
        for turn in 0..all.len() {
            let turned: Vec<_> = all[turn..].iter().chain(&all[..turn]).rev().copied().collect();
            assert_eq!(learn(&turned), it, "in another order: {turned:?}");
        }
    }
}

/// Reported under the old code itself: from then on the new code finds the client, and the old one finds nobody.
#[test]
fn a_change_that_is_reported_under_the_old_code() {
    let [old, new] = ["a", "b"].map(|code| keyring().identifier(HETU_SYSTEM, code));
    let presented = vec![Presented { system: HETU_SYSTEM.into(), tokens: vec![old] }];
    let change = |authority| {
        let (old, new) = (vec![old], vec![new]);
        Body::from(NationalIdChanged { old, new, authority, decider: None, reason: None })
    };
    for (authority, expected) in [(Authority::Source, vec![new]), (Authority::Unconfirmed, vec![old])] {
        let before = received(1, record("sos-1"), presented.clone(), Body::from(PersonUpdated::default()));
        let changed = received(5, record("sos-1"), presented.clone(), change(authority));
        for order in [[&before, &changed], [&changed, &before]] {
            let mut it = Links::default();
            for received in order {
                it.learn(received);
            }
            let found: Vec<Token> = it.finding(&[record("sos-1").key].into()).into_iter().collect();
            assert_eq!(found, expected, "{authority:?}");
        }
    }
}
