//! Clients whom no identifier finds: what is current of theirs is a doubt about everybody, until somebody can find them.

use crate::county::{Chance, County, at};
use crate::law2::{batch, find};
use crate::oracle;
use crate::server::TestDatabase;
use crate::statements::found;
use event::{
    Authority, Body, Evidence, FactKind, HETU_SYSTEM, IdentitiesMerged, NationalIdChanged, PersonEvent, PersonUpdated,
    Presented, ReceivedEvent, StayClass, StayEnded, StayStarted,
};
use store::Door;

/// The database, a county, and everything that was reported.
struct Story {
    database: TestDatabase,
    pool: sqlx::PgPool,
    county: County,
    events: Vec<ReceivedEvent>,
}

impl Story {
    async fn begin(name: &str) -> Self {
        let database = TestDatabase::new().await;
        Self { pool: database.pool().await, database, county: County::new(name, 8, 2), events: Vec::new() }
    }

    fn stay(&self, n: usize) -> event::Token {
        self.county.keys.token("stay", &self.county.name, &n.to_string())
    }

    fn started(&self, n: usize) -> Body {
        let class = Some(StayClass::Inpatient);
        Body::from(StayStarted {
            stay: Some(self.stay(n)),
            class,
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    }

    fn ended(&self, n: usize) -> Body {
        Body::from(StayEnded { stay: Some(self.stay(n)), ended_at: at(30), disposition: None })
    }

    /// A report of a record in a minute: the identifiers of a system that it presents, if any, and what happened.
    async fn report(&mut self, record: usize, minute: u64, presents: Option<(&str, &[&str])>, body: Body) {
        let mut received = self.county.event(&mut Chance(7), self.events.len() as u64);
        let now = at(minute);
        (received.received_at, received.event.recorded_at, received.event.happened_at) = (now, now, now);
        (received.event.sequence, received.event.record) = (None, self.county.records[record].clone());
        let set = |(system, codes): (&str, &[&str])| {
            let scope = if system == Evidence::UnlabelledCode.system() { HETU_SYSTEM } else { system };
            let mut tokens: Vec<_> = codes.iter().map(|code| self.county.keys.identifier(scope, code)).collect();
            tokens.sort();
            Presented { system: system.to_owned(), tokens }
        };
        received.event.presented = presents.map(set).into_iter().collect();
        received.event.body = body;
        self.database.projector.apply(&batch(std::slice::from_ref(&received))).await.unwrap();
        self.events.push(received);
        // After any report: the stored rows are what the rule gives for all reports, and a rebuild finds no difference.
        let keys = self.county.records.iter().map(|record| record.key).collect();
        let stored = oracle::stored(&self.pool, &keys).await;
        assert_eq!(stored, oracle::clients(&self.events));
        assert_eq!(self.database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
    }

    /// The kinds of fact that the county's source has current of somebody whom nobody finds.
    async fn doubts(&self) -> Vec<FactKind> {
        let nobody = self.county.keys.identifier(HETU_SYSTEM, "nobody");
        let found = found(&self.database, nobody, None).await;
        assert!(found.view.is_none());
        found.unidentified.into_keys().map(|(_, coverage)| coverage).collect()
    }
}

fn nothing_else() -> Body {
    Body::Person(PersonEvent::PersonUpdated(PersonUpdated::default()))
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_nobody_finds_is_a_doubt_until_somebody_does() {
    let mut it = Story::begin("unfound").await;
    let stays = [FactKind::Stays];
    assert_eq!(it.doubts().await, []);
    it.report(0, 1, None, it.started(0)).await;
    assert_eq!(it.doubts().await, stays, "kept by a number that leads nowhere");
    it.report(0, 2, Some((HETU_SYSTEM, &["a"])), nothing_else()).await;
    assert_eq!(it.doubts().await, [], "its code has come");
    it.report(0, 3, Some((HETU_SYSTEM, &[])), nothing_else()).await;
    assert_eq!(it.doubts().await, stays, "and was taken back");
    it.report(1, 4, Some((HETU_SYSTEM, &["b"])), nothing_else()).await;
    let (subsumed, authority) = (it.county.records[0].clone(), Authority::Source);
    let merged =
        |authority| Body::from(IdentitiesMerged { subsumed: subsumed.clone(), authority, decider: None, reason: None });
    it.report(1, 5, None, merged(Authority::Unconfirmed)).await;
    assert_eq!(it.doubts().await, stays, "only proposed");
    it.report(1, 6, None, merged(authority)).await;
    assert_eq!(it.doubts().await, [], "it is somebody who is found");
    it.report(0, 7, Some((HETU_SYSTEM, &["b", "c"])), nothing_else()).await;
    assert_eq!(it.doubts().await, [], "found by the other record");
    it.report(2, 8, Some((HETU_SYSTEM, &["d", "e"])), it.started(2)).await;
    assert_eq!(it.doubts().await, stays, "two codes contradict each other");
    it.report(2, 40, None, it.ended(2)).await;
    assert_eq!(it.doubts().await, [], "and has left");
}

/// Nobody else asks by the number that the record's own system gave.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_known_by_their_own_number_alone_is_a_doubt_unless_they_have_no_code() {
    let mut it = Story::begin("own-number").await;
    let (stays, own) = ([FactKind::Stays], it.county.records[0].system.clone());
    it.report(0, 1, Some((&own, &["1"])), it.started(0)).await;
    assert_eq!(it.doubts().await, stays);
    it.report(0, 2, Some((Evidence::NoIdentityCode.system(), &["1"])), nothing_else()).await;
    assert_eq!(it.doubts().await, [], "it is nobody who has one");
    it.report(0, 3, Some((Evidence::NoIdentityCode.system(), &[])), nothing_else()).await;
    assert_eq!(it.doubts().await, stays);
    it.report(0, 4, Some(("region", &["7"])), nothing_else()).await;
    assert_eq!(it.doubts().await, [], "a number that others know");
    it.report(0, 5, Some(("region", &[])), nothing_else()).await;
    let other = (0..it.county.records.len()).find(|n| it.county.records[*n].system != own).unwrap();
    it.report(other, 6, Some((&own, &["1"])), nothing_else()).await;
    assert_eq!(it.doubts().await, [], "another system has it too");
}

/// Somebody who came without a name, and was named later under the same visit number.
#[tokio::test(flavor = "multi_thread")]
async fn a_stay_that_somebody_found_has_is_no_doubt_about_others() {
    let mut it = Story::begin("named-later").await;
    let stays = [FactKind::Stays];
    it.report(0, 1, None, it.started(0)).await;
    it.report(0, 2, None, it.started(1)).await;
    assert_eq!(it.doubts().await, stays);
    it.report(1, 3, Some((HETU_SYSTEM, &["b"])), it.started(0)).await;
    assert_eq!(it.doubts().await, stays, "the other stay is nobody's still");
    it.report(2, 4, Some((HETU_SYSTEM, &["c"])), it.started(1)).await;
    assert_eq!(it.doubts().await, []);
    it.report(1, 5, None, it.ended(0)).await;
    assert_eq!(it.doubts().await, [], "over, and theirs");
    it.report(1, 6, Some((HETU_SYSTEM, &[])), nothing_else()).await;
    assert_eq!(it.doubts().await, stays, "whose it is nobody finds any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_and_a_code_that_is_former_find_nobody() {
    let mut it = Story::begin("crowd").await;
    let crowd: Vec<usize> = (0..it.county.records.len()).filter(|n| it.county.records[*n].system == "other").collect();
    let stays = [FactKind::Stays];
    for (n, record) in crowd[..5].iter().enumerate() {
        it.report(*record, n as u64, Some((HETU_SYSTEM, &["x"])), it.started(*record)).await;
    }
    assert_eq!((crowd.len(), it.doubts().await), (5, vec![]));
    // A sixth of the system: nobody is found by it.
    let sixth = it.county.keys.record(&it.county.name, "other", "the sixth");
    it.county.records.push(sixth);
    let last = it.county.records.len() - 1;
    it.report(last, 20, Some((HETU_SYSTEM, &["x"])), nothing_else()).await;
    assert_eq!(it.doubts().await, stays);
    it.report(last, 21, Some((HETU_SYSTEM, &["y"])), nothing_else()).await;
    assert_eq!(it.doubts().await, []);
    // The code that all of them share is former, and no new one was reported.
    let old = vec![it.county.keys.identifier(HETU_SYSTEM, "x")];
    let change = |authority| {
        let (old, new) = (old.clone(), Vec::new());
        Body::from(NationalIdChanged { old, new, authority, decider: None, reason: None })
    };
    it.report(crowd[0], 22, None, change(Authority::Unconfirmed)).await;
    assert_eq!(it.doubts().await, [], "only proposed");
    it.report(crowd[0], 23, None, change(Authority::Source)).await;
    assert_eq!(it.doubts().await, stays);
}

/// A code that is not labelled as one: a question by it is never answered "none", and it joins nobody.
#[tokio::test(flavor = "multi_thread")]
async fn an_unlabelled_code_is_a_doubt_about_the_person_who_has_it() {
    let mut it = Story::begin("unlabelled").await;
    it.report(0, 1, Some((Evidence::UnlabelledCode.system(), &["a"])), it.started(0)).await;
    let (door, code) = (Door::new(it.database.store.clone()), it.county.keys.identifier(HETU_SYSTEM, "a"));
    let doubted = async |as_of: Option<u64>| {
        let (ambiguous, view) = find(&door, code, as_of.map(at)).await;
        (ambiguous, view.is_some())
    };
    assert_eq!((doubted(None).await, doubted(Some(5)).await), ((true, false), (true, false)));
    assert_eq!(doubted(Some(0)).await, (false, false), "nobody had reported it then");
    it.report(1, 10, Some((HETU_SYSTEM, &["a"])), nothing_else()).await;
    assert_eq!((doubted(None).await, doubted(Some(11)).await), ((true, true), (true, true)), "found, and in doubt");
    assert_eq!(oracle::views(&it.events).len(), 2, "it joins nobody");
    it.report(0, 15, Some((HETU_SYSTEM, &["z"])), nothing_else()).await;
    assert_eq!(
        (doubted(None).await, doubted(Some(16)).await),
        ((false, true), (false, true)),
        "mended: it is another's"
    );
    assert_eq!(doubted(Some(11)).await, (true, true), "as it was known then");
    // More than a crowd of them find as much.
    for record in 2..8 {
        it.report(record, 20, Some((Evidence::UnlabelledCode.system(), &["a"])), nothing_else()).await;
    }
    assert_eq!(doubted(None).await, (true, true));
}

/// However many there are, an answer steps from source to source.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_of_them_are_no_burden() {
    let it = Story::begin("many").await;
    it.database.execute(
        "INSERT INTO unidentified SELECT n, 'source-' || n % 7, 1 + n % 6, '', NULLIF(instant(n), instant(7 * n % 1000))
         FROM generate_series(1, 100000) AS n; ANALYZE unidentified",
    );
    let began = std::time::Instant::now();
    let nobody = it.county.keys.identifier(HETU_SYSTEM, "nobody");
    for _ in 0..20 {
        assert_eq!(found(&it.database, nobody, None).await.unidentified.len(), 42);
    }
    eprintln!("20 answers: {:?}", began.elapsed());
    let plan = "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)
        SELECT u.source, u.kind, u.until FROM unidentified u WHERE (u.source, u.kind) > ('source-3', 2::smallint)
        ORDER BY u.source, u.kind, u.until DESC LIMIT 1";
    let plan: Vec<String> = sqlx::query_scalar(plan).fetch_all(&it.pool).await.unwrap();
    assert!(plan[1].contains("unidentified_step") && plan[1].contains("rows=1 "), "{plan:?}");
}
