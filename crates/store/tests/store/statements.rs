//! What other streams state about a client: lists that heal, workers' absences, a code that was changed.

use crate::county::{Chance, County, at};
use crate::law2::access;
use crate::server::TestDatabase;
use care::{ParallelView, StayStatus};
use event::{
    Authority, Body, Code, CurrentStaysStated, FactKind, MayEnd, NationalIdChanged, NonDisclosureSet, Presented,
    ReceivedEvent, Register, SourceCoverageDeclared, StayClass, StayStarted, SubjectStated, Token, Ward, Worker,
    WorkerAbsent, WorkerAssigned, WorkerRole,
};
use store::{Ask, Batch, ClientFacts, Decided, Door, review};

/// An event of the county's source: in the stream of one of its records, reported and received at a minute.
fn event(county: &County, n: u64, record: usize, minute: u64, token: Option<Token>, body: Body) -> ReceivedEvent {
    let mut received = county.event(&mut Chance(7), n);
    (received.received_at, received.event.recorded_at, received.event.happened_at) =
        (at(minute), at(minute), at(minute));
    (received.event.sequence, received.event.register) = (None, Register::Patient);
    received.event.record = county.records[record].clone();
    let set = |token| Presented { system: county.identifiers[0].0.to_owned(), tokens: vec![token] };
    received.event.presented = token.map(set).into_iter().collect();
    received.event.body = body;
    received
}

pub async fn found(database: &TestDatabase, token: Token, as_of: Option<u64>) -> ClientFacts {
    let door = Door::new(database.store.clone());
    let ask = Ask { token, as_of: as_of.map(at), timeline: false, at: at(90), limits: care::Limits::default() };
    let decide = |found: &ClientFacts| Decided {
        answer: found.clone(),
        decision: "granted",
        rule: "703/2023".to_owned(),
        outcome: "shown",
        shown: vec![store::Shown {
            register: Register::Patient,
            kind: "disclosure",
            data: vec!["stays", "workers"],
            provision: "703/2023".to_owned(),
        }],
        grounds: vec!["rule: 703/2023".to_owned()],
    };
    door.ask(ask, access(), decide).await.unwrap().into_inner()
}

async fn apply(database: &TestDatabase, events: &[&ReceivedEvent]) {
    let events = events.iter().copied().cloned().collect();
    database.projector.apply(&Batch { events, ..Batch::default() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_and_an_absence_reach_the_client_whichever_comes_first() {
    for list_first in [false, true] {
        let database = TestDatabase::new().await;
        let county = County::new("lists", 4, 4);
        let token = county.identifiers[0].1;
        let key = |kind: &str| county.keys.token(kind, &county.name, "1");
        let started = Body::from(StayStarted {
            stay: Some(key("stay")),
            class: Some(StayClass::Inpatient),
            ward: Ward::try_new("W0"),
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        });
        let assigned = Body::from(WorkerAssigned {
            assignment: key("assignment"),
            clientship: None,
            role: Some(WorkerRole::OwnWorker),
            worker_key: key("worker"),
            worker: county.keys.sealer(county.records[0].key, uuid::Uuid::nil()).seal(&Worker::default()),
            profession: None,
            public_service_post: None,
            from: at(1),
            until: None,
        });
        let absent = Body::from(WorkerAbsent {
            worker_key: key("worker"),
            from: at(2),
            until: None,
            substitute_key: None,
            substitute: None,
        });
        let list = Body::from(CurrentStaysStated {
            as_of: at(20),
            wards: Vec::new(),
            stays: Vec::new(),
            may_end: MayEnd::EVERYTHING,
        });
        let client = [event(&county, 1, 0, 10, Some(token), started), event(&county, 2, 0, 10, Some(token), assigned)];
        let others = [event(&county, 3, 1, 20, None, list), event(&county, 4, 2, 20, None, absent)];
        let (first, second) = if list_first { (&others, &client) } else { (&client, &others) };
        apply(&database, &first.iter().collect::<Vec<_>>()).await;
        apply(&database, &second.iter().collect::<Vec<_>>()).await;

        let read = |view: &ParallelView| {
            let status = view.health.stays[&key("stay")].status(at(90));
            let staff = view.health.assignments[&key("assignment")].worker.clone();
            (status, staff.is_some_and(|staff| staff.absent_at(at(90)).is_some()))
        };
        let now = found(&database, token, None).await.view.unwrap();
        assert_eq!(read(&now), (StayStatus::Ended, true), "list first: {list_first}");
        let then = found(&database, token, Some(15)).await.view.unwrap();
        assert_eq!(read(&then), (StayStatus::InProgress, false), "as known before the list: {list_first}");
        // Rows of another version of the code are not read: the stream is folded anew.
        database.execute("UPDATE statement SET version = 0, content = '\\x00' WHERE kind < 5");
        let anew = found(&database, token, None).await.view.unwrap();
        assert_eq!(read(&anew), (StayStatus::Ended, true));
        assert_eq!(database.projector.rebuild(false, |_, _| ()).await.unwrap().differing, 2, "the two rows are mended");
        assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
    }
}

/// 661/2009 12 §: the old code joins what comes, and leads no caller to the person, of whatever time it is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_code_leads_nobody_to_the_new_one() {
    let database = TestDatabase::new().await;
    let county = County::new("changed", 4, 6);
    let (old, new) = (county.identifiers[0].1, county.identifiers[2].1);
    let stay = |n: &str| {
        Body::from(StayStarted {
            stay: Some(county.keys.token("stay", &county.name, n)),
            class: Some(StayClass::Inpatient),
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let change = Body::from(NationalIdChanged {
        old: vec![old],
        new: vec![new],
        authority: Authority::Source,
        decider: None,
        reason: None,
    });
    apply(&database, &[&event(&county, 1, 0, 10, Some(old), stay("1"))]).await;
    assert!(found(&database, old, None).await.view.is_some());
    apply(&database, &[&event(&county, 2, 0, 20, Some(new), change)]).await;
    // Another system goes on sending the old code.
    apply(&database, &[&event(&county, 3, 1, 30, Some(old), stay("2"))]).await;

    let by_old = found(&database, old, None).await;
    assert!(by_old.view.is_none() && !by_old.ambiguous, "as of somebody nobody knows");
    assert_eq!(found(&database, new, None).await.view.unwrap().health.stays.len(), 2, "and joins what comes");
    assert!(found(&database, old, Some(15)).await.view.is_none(), "nor to what was known before the change");
    assert!(found(&database, old, Some(40)).await.view.is_none());
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}

/// What a source declares that it covers is read for every client: it decides whether "none" may be answered.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_speaks_for_is_read_with_every_answer() {
    let database = TestDatabase::new().await;
    let county = County::new("declared", 4, 4);
    let declare = |covers: &[FactKind]| {
        Body::from(SourceCoverageDeclared {
            covers: covers.to_vec(),
            wards: Vec::new(),
            since: at(1),
            silence_seconds: None,
        })
    };
    let (first, second) = (declare(&[FactKind::Stays]), declare(&[FactKind::Workers]));
    apply(&database, &[&event(&county, 2, 0, 20, None, second)]).await;
    apply(&database, &[&event(&county, 1, 0, 10, None, first)]).await;
    let covers = async |as_of| {
        let found = found(&database, county.identifiers[1].1, as_of).await;
        assert!(found.view.is_none());
        found.declared.get(&county.name).map(|it| it.covers.clone())
    };
    assert_eq!(covers(None).await, Some([FactKind::Workers].into()));
    assert_eq!(covers(Some(15)).await, Some([FactKind::Stays].into()));
    assert_eq!(covers(Some(5)).await, None);
}

/// Protection is of now: what is shown of an earlier time is protected too.
#[tokio::test(flavor = "multi_thread")]
async fn a_turvakielto_hides_the_places_of_earlier_times() {
    let database = TestDatabase::new().await;
    let county = County::new("protected", 4, 4);
    let token = county.identifiers[0].1;
    let started = Body::from(StayStarted {
        stay: Some(county.keys.token("stay", &county.name, "1")),
        class: Some(StayClass::Inpatient),
        ward: Ward::try_new("W0"),
        started_at: at(1),
        protected_speciality: None,
        unit: None,
        facility: None,
    });
    let set = Body::from(NonDisclosureSet { until: None });
    apply(&database, &[&event(&county, 1, 0, 10, Some(token), started)]).await;
    let protected = async |as_of: Option<u64>| {
        let then = at(as_of.unwrap_or(90));
        found(&database, token, as_of).await.view.unwrap().is_protected_at(then)
    };
    assert!(!protected(None).await && !protected(Some(15)).await);
    apply(&database, &[&event(&county, 2, 0, 20, Some(token), set)]).await;
    assert!(protected(None).await && protected(Some(15)).await);
}

/// A FHIR Encounter that is put again with another subject: the first one's answer follows, now and as of then.
#[tokio::test(flavor = "multi_thread")]
async fn a_stay_that_is_anothers_leaves_the_first() {
    let database = TestDatabase::new().await;
    let county = County::new("subject", 4, 4);
    let (token, stay) = (county.identifiers[0].1, county.keys.token("stay", &county.name, "1"));
    let ward = Ward::try_new("W0");
    let started = Body::from(StayStarted {
        stay: Some(stay),
        class: Some(StayClass::Inpatient),
        ward: ward.clone(),
        started_at: at(1),
        protected_speciality: None,
        unit: None,
        facility: None,
    });
    let subject = |record: usize| {
        Body::from(SubjectStated {
            kind: FactKind::Stays,
            key: stay,
            subject: county.records[record].clone(),
            ends: false,
        })
    };
    apply(&database, &[&event(&county, 1, 0, 10, Some(token), started), &event(&county, 2, 3, 10, None, subject(0))])
        .await;
    let status = async |as_of| found(&database, token, as_of).await.view.unwrap().health.stays[&stay].status(at(90));
    assert_eq!(status(None).await, StayStatus::InProgress);
    apply(&database, &[&event(&county, 3, 3, 20, None, subject(1))]).await;
    assert_eq!(status(None).await, StayStatus::Cancelled);
    assert_eq!(status(Some(15)).await, StayStatus::InProgress, "as was known then");
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}

/// A first list that ends more of what stands than it may waits; what stands is shown, until somebody confirms it.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_list_that_came_out_half_empty_waits() {
    let database = TestDatabase::new().await;
    let county = County::new("first-list", 4, 4);
    let token = county.identifiers[0].1;
    let stay = |n: u64| county.keys.token("stay", &county.name, &n.to_string());
    let started = |n: u64| {
        let (stay, class) = (Some(stay(n)), Some(StayClass::Inpatient));
        Body::from(StayStarted {
            stay,
            class,
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let stays: Vec<ReceivedEvent> = (1..=12).map(|n| event(&county, n, 0, 10, Some(token), started(n))).collect();
    apply(&database, &stays.iter().collect::<Vec<_>>()).await;
    let status = async || found(&database, token, None).await.view.unwrap().health.stays[&stay(2)].status(at(90));
    let waiting = async || review::pending_lists(&database.store).await.unwrap();
    assert_eq!((status().await, waiting().await.len()), (StayStatus::InProgress, 0));

    let (as_of, wards, may_end) = (at(20), Vec::new(), MayEnd::USUAL);
    let list = CurrentStaysStated { as_of, wards, stays: vec![stay(1)], may_end };
    apply(&database, &[&event(&county, 20, 1, 20, None, Body::from(list))]).await;
    let lists = waiting().await;
    assert_eq!((status().await, lists.len()), (StayStatus::InProgress, 1));
    assert_eq!(lists[0].pending.as_ref().map(|it| (it.keys, it.ends)), Some((1, 11)));

    let reason = Code::try_new("checked-with-ward").unwrap();
    let confirmed = review::list_confirmed(&county.keys, &lists[0], "Iida Identiteetti", reason, at(30)).unwrap();
    // The list is in the stream that the county's test gives it.
    let confirmed = event(&county, 30, 1, 30, None, confirmed.event.body);
    apply(&database, &[&confirmed]).await;
    assert_eq!((status().await, waiting().await.len()), (StayStatus::Ended, 0));
    assert_eq!(database.projector.rebuild(true, |_, _| ()).await.unwrap().differing, 0);
}
