//! A register keeps the key of any event since which its record reported the same identifiers: what comes late is still
//! decided by the last of them.

use crate::county::{Chance, County, at};
use crate::law2::{batch, find};
use crate::oracle;
use crate::server::TestDatabase;
use event::{Body, Evidence, HETU_SYSTEM, PersonUpdated, Presented, ReceivedEvent, Token};
use store::Door;

/// An event of a record, of this minute, that presents one identifier of a system.
fn presents(county: &County, n: u64, (record, minute): (usize, u64), system: &str, token: Token) -> ReceivedEvent {
    let mut received = county.event(&mut Chance(n), n);
    received.received_at = at(minute);
    received.event.recorded_at = at(minute);
    received.event.record = county.records[record].clone();
    received.event.presented = vec![Presented { system: system.to_owned(), tokens: vec![token] }];
    received.event.body = Body::from(PersonUpdated::default());
    received
}

/// The same three reports, in every order and each in a batch of its own.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_that_come_late_do_not_replace_those_that_were_reported_again() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    for order in ORDERS {
        let county = County::new(&format!("late{order:?}"), 2, 4);
        let (mine, others) = (county.identifiers[0].1, county.identifiers[2].1);
        let reports = [(1, mine), (20, others), (30, mine)];
        let mut all = vec![presents(&county, 9, (1, 5), HETU_SYSTEM, others)];
        all.extend(
            (0..).zip(reports).map(|(n, (minute, token))| presents(&county, n, (0, minute), HETU_SYSTEM, token)),
        );
        database.projector.apply(&batch(&all[..1])).await.unwrap();
        for n in order {
            database.projector.apply(&batch(&all[n + 1..][..1])).await.unwrap();
        }
        // One more of the same, and one that nothing follows.
        all.push(presents(&county, 10, (0, 40), HETU_SYSTEM, mine));
        database.projector.apply(&batch(&all[4..])).await.unwrap();
        all.push(presents(&county, 11, (0, 35), HETU_SYSTEM, others));
        database.projector.apply(&batch(&all[5..])).await.unwrap();
        let keys = county.records.iter().map(|record| record.key).collect();
        assert_eq!(oracle::stored(&pool, &keys).await, oracle::clients(&all), "{order:?}");
    }
    let rebuilt = database.projector.rebuild(true, |_, _| ()).await.unwrap();
    assert_eq!(rebuilt.differing, 0);
}

/// The usual case costs no row. In a record where it matters which was reported last, both keys are those of the last.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_identifiers_again_write_no_register_unless_two_are_compared() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let door = Door::new(database.store.clone());
    let versions =
        "SELECT string_agg(xmin::text, ',') FROM presented_set WHERE record = (SELECT id FROM record WHERE key = $1)";
    for order in ORDERS {
        let county = County::new(&format!("again{order:?}"), 1, 4);
        let written = async || -> Option<String> {
            let key = county.records[0].key;
            sqlx::query_scalar(versions).bind(key.as_bytes().as_slice()).fetch_one(&pool).await.unwrap()
        };
        let (labelled, unlabelled) = (county.identifiers[0].1, county.identifiers[2].1);
        let reports = [
            (1, HETU_SYSTEM, labelled),
            (20, Evidence::UnlabelledCode.system(), unlabelled),
            (30, HETU_SYSTEM, labelled),
        ];
        let report = |n: u64, (minute, system, token)| presents(&county, n, (0, minute), system, token);
        let all: Vec<_> = (0..).zip(reports).map(|(n, it)| report(n, it)).collect();
        for n in order {
            let before = written().await;
            database.projector.apply(&batch(&all[n..][..1])).await.unwrap();
            if order[..2] == [0, 2] && n == 2 {
                assert_eq!(written().await, before, "the same again");
            }
        }
        assert!(!find(&door, unlabelled, None).await.0, "{order:?}: a later message has a labelled one");
        let last = report(5, (40, Evidence::UnlabelledCode.system(), unlabelled));
        database.projector.apply(&batch(&[last])).await.unwrap();
        assert!(find(&door, unlabelled, None).await.0, "{order:?}: it was reported last");
    }
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}
