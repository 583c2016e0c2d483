//! Law 2, pure: the view is a function of the set of events.
//!
//! Each case is a seed; a failure prints it, and `history(seed, …)` gives the same events again.

use care::link::{Crowded, Links};
use care::oracle::{clients, clients_as_of, joined};
use care::{ParallelView, Rows};
use event::{Event, HETU_SYSTEM, Instant, ReceivedEvent, Token};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use testkit::history::{Chance, START, history};

/// Views as their bytes, so that equal means equal byte for byte.
fn bytes(views: &BTreeMap<BTreeSet<Token>, ParallelView>) -> BTreeMap<BTreeSet<Token>, Vec<u8>> {
    views.iter().map(|(records, view)| (records.clone(), view.encode())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_and_any_doubling_give_the_same_views(seed: u64, shuffle: u64) {
        let events = history(seed, 40);
        let mut delivered = events.clone();
        delivered.extend(events.iter().step_by(3).cloned());
        Chance::new(shuffle).shuffle(&mut delivered);
        prop_assert_eq!(bytes(&clients(&delivered)), bytes(&clients(&events)));
    }

    #[test]
    fn links_are_learnt_in_any_order(seed: u64, shuffle: u64) {
        let events = joined(&history(seed, 40));
        let learn = |events: &[ReceivedEvent]| {
            let mut links = Links::default();
            for received in events {
                links.learn(received);
            }
            links
        };
        let mut shuffled = events.clone();
        Chance::new(shuffle).shuffle(&mut shuffled);
        prop_assert_eq!(learn(&shuffled).clients(&Crowded::new()), learn(&events).clients(&Crowded::new()));
    }

    #[test]
    fn folding_on_top_of_a_snapshot_is_folding_anew(seed: u64) {
        let events = joined(&history(seed, 60));
        let mut view = ParallelView::default();
        for (at, received) in events.iter().enumerate() {
            if view.takes_next(received) {
                view = ParallelView::decode(ParallelView::VERSION, &view.encode()).unwrap();
                view.evolve(received);
            } else {
                view = ParallelView::fold(&events[..=at]);
            }
        }
        prop_assert_eq!(view.encode(), ParallelView::fold(&events).encode());
        prop_assert_eq!(Rows::of(&view), Rows::of(&ParallelView::fold(&events)));
    }

    #[test]
    fn what_was_received_later_changes_nothing_that_was_known_then(seed: u64, cut in 0_u64..800) {
        let at = Instant::from_micros(START).unwrap().plus_seconds(i64::try_from(cut).unwrap());
        let events = joined(&history(seed, 40));
        let by_then: Vec<_> = events.iter().filter(|it| it.received_at <= at).cloned().collect();
        prop_assert_eq!(bytes(&clients_as_of(&events, at)), bytes(&clients(&by_then)));
    }

    #[test]
    fn every_event_has_bytes_that_give_it_back(seed: u64) {
        for received in history(seed, 30) {
            let bytes = received.event.encode();
            prop_assert_eq!(Event::decode(&bytes).unwrap(), received.event);
        }
    }

    #[test]
    fn no_record_is_lost_and_none_is_two_people(seed: u64) {
        let events = joined(&history(seed, 60));
        let mut seen = BTreeSet::new();
        for records in clients(&events).keys() {
            for record in records {
                prop_assert!(seen.insert(*record), "a record belongs to two clients");
            }
        }
        for received in &events {
            prop_assert!(seen.contains(&received.event.record.key), "a record belongs to nobody");
        }
    }
}

/// The histories are useless without what they promise.
#[test]
fn histories_have_what_makes_folding_hard() {
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    let mut note = |what, times: usize| *found.entry(what).or_default() += u32::try_from(times).unwrap();
    for seed in 0..200 {
        let events = history(seed, 80);
        let joined = joined(&events);
        let views = clients(&joined);
        let mut links = Links::default();
        for received in &joined {
            links.learn(received);
        }
        note("copies", events.len() - joined.len());
        note("linked clients", views.keys().filter(|records| records.len() > 1).count());
        note("placeholders", links.crowded().len());
        note("apart", links.decided.values().filter(|decision| !decision.together).count());
        let two = |it: &&ReceivedEvent| {
            it.event.presented.iter().any(|set| set.system == HETU_SYSTEM && set.tokens.len() > 1)
        };
        note("two codes", joined.iter().filter(two).count());
        note("unplaced", views.values().map(|view| view.health.unplaced.len()).sum());
        note("ahead", joined.iter().filter(|it| it.event.recorded_at > it.received_at).count());
        let late = joined.windows(2).filter(|two| two[0].order_key().time == two[1].order_key().time);
        note("ties", late.count());
        let types: BTreeSet<_> = joined.iter().map(|it| it.event.body.type_name()).collect();
        note("types", types.len());
    }
    for (what, times) in &found {
        assert!(*times > 50, "{what}: {times}");
    }
    assert_eq!(found.len(), 9);
}
