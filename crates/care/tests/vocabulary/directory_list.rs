//! Directories that sources state as a whole: the newest counts, in whatever order and however often they come, and one that leaves
//! out much of the one before it waits.

use crate::{at, key, reported};
use care::directory::{Directory, OfSource};
use care::{ParallelView, Rows};
use event::{Body, DirectoryStated, ListConfirmed, MayEnd, ReceivedEvent, StatedDirectory, StatedUnit};
use proptest::prelude::*;
use testkit::history::{Chance, keyring};

const STREAM: &str = "the source";

/// Units of these names, true at a minute, received at another.
fn stated(n: usize, (as_of, received): (i64, i64), names: &str, may_end: MayEnd) -> ReceivedEvent {
    let keys = keyring();
    let record = keys.record("test", "own", STREAM);
    let unit = |name: char| StatedUnit { code: name.to_string(), name: format!("{name}{n}"), ..StatedUnit::default() };
    let directory = StatedDirectory { units: names.chars().map(unit).collect(), wards: Vec::new() };
    let directory = keys.sealer(record.key, uuid::Uuid::from_u128(n as u128)).seal(&directory);
    let mut entries: Vec<_> = names.chars().map(|name| key("directory", &name.to_string())).collect();
    entries.sort();
    let body = DirectoryStated { as_of: at(as_of), entries, may_end, directory };
    ReceivedEvent { received_at: at(received), ..reported(STREAM, as_of, n, body.into()) }
}

/// The names of the units in force, and how many entries a waiting directory leaves out.
fn in_force(events: &[ReceivedEvent]) -> (Vec<String>, Option<u64>) {
    let rows = Rows::of(&ParallelView::fold(events));
    let opened = rows.directories.values().map(|row| OfSource {
        source: row.source.clone(),
        as_of: row.as_of,
        directory: keyring().open(&row.record, &row.directory).unwrap().expose().clone(),
    });
    let directory = Directory::default().with(opened.collect());
    let pending = rows.stated.values().find_map(|list| list.pending.as_ref()).map(|it| it.ends);
    (directory.units.into_values().map(|unit| unit.line.name).collect(), pending)
}

#[test]
fn the_newest_directory_counts_and_one_that_leaves_out_much_waits_until_it_is_confirmed() {
    let half = MayEnd::UpTo { percent: 50, at_least: 0 };
    let first = || stated(1, (1, 2), "abcd", half);
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let all = names(&["a1", "b1", "c1", "d1"]);
    assert_eq!(in_force(&[first()]), (all.clone(), None));
    assert_eq!(in_force(&[first(), stated(2, (5, 6), "ab", half)]), (names(&["a2", "b2"]), None));
    // True before the other, and received long after it.
    assert_eq!(in_force(&[first(), stated(2, (0, 90), "ab", half)]), (all.clone(), None));
    let cut = stated(2, (5, 6), "a", half);
    assert_eq!(in_force(&[first(), cut.clone()]), (all.clone(), Some(3)));
    let (list, decider, reason) = (cut.event.id, None, None);
    let confirmed = reported(STREAM, 9, 3, Body::from(ListConfirmed { list, decider, reason }));
    assert_eq!(in_force(&[first(), cut.clone(), confirmed]), (names(&["a2"]), None));
    // The next one that is whole counts, and the cut one waits no more.
    assert_eq!(in_force(&[first(), cut, stated(4, (8, 9), "abc", half)]), (names(&["a4", "b4", "c4"]), None));
    // A source that may state no lists, and an empty one: somebody looks first.
    assert_eq!(in_force(&[stated(1, (1, 2), "ab", MayEnd::Nothing)]), (Vec::new(), Some(0)));
    assert_eq!(in_force(&[stated(1, (1, 2), "", half)]), (Vec::new(), Some(0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Shuffled, doubled and late: the same directory, and the same one waits.
    #[test]
    fn directories_in_any_order_and_twice_give_the_same(
        lists in prop::collection::vec((0..20_i64, 0..20_i64, "[a-f]{0,6}"), 1..8),
        seed: u64,
    ) {
        let half = MayEnd::UpTo { percent: 50, at_least: 1 };
        let events: Vec<_> = lists.iter().enumerate().map(|(n, (as_of, late, names))| {
            let names: std::collections::BTreeSet<char> = names.chars().collect();
            stated(n, (*as_of, as_of + late), &names.into_iter().collect::<String>(), half)
        }).collect();
        let mut delivered = events.clone();
        Chance::new(seed).shuffle(&mut delivered);
        let folded = Rows::of(&ParallelView::fold(&delivered));
        prop_assert_eq!(&folded, &Rows::of(&ParallelView::fold(&events)));
        // A copy is the same event: the record has it once.
        let clients = care::oracle::clients(&[&delivered[..], &events[..]].concat());
        prop_assert_eq!(clients.values().map(Rows::of).collect::<Vec<_>>(), vec![folded]);
    }
}
