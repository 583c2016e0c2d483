//! Law 4: what is read, decided and logged belongs together, and without the log there is no answer.

use crate::county::{County, at};
use crate::faults::rejected;
use crate::journal::marked;
use crate::law2::access;
use crate::server::TestDatabase;
use event::{
    Body, Presented, ReceivedEvent, Register, StayClass, StayStarted, Token, Ward, WorkerAssigned, WorkerRole,
};
use sqlx::Row;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Access, Ask, Batch, ClientFacts, Decided, Door, DoorError, Identified, LogFilter};

/// One client with a stay on ward W0 and a worker, received at minute 10.
fn story(county: &County) -> Vec<ReceivedEvent> {
    let mut chance = crate::county::Chance(1);
    let stay = county.keys.token("stay", "s", "1");
    let id = county.event(&mut chance, 1).event.id;
    let record = &county.records[0];
    let worker_key = county.keys.token("worker", "s", "w");
    let bodies = [
        Body::from(StayStarted {
            stay: Some(stay),
            class: Some(StayClass::Inpatient),
            ward: Ward::try_new("W0"),
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        }),
        Body::from(WorkerAssigned {
            assignment: county.keys.token("assignment", "s", "1"),
            clientship: None,
            role: Some(WorkerRole::OwnWorker),
            worker_key,
            worker: county.keys.sealer(record.key, id).seal(&event::Worker::default()),
            profession: None,
            public_service_post: None,
            from: at(2),
            until: None,
        }),
    ];
    let (system, token) = county.identifiers[0];
    let received = bodies.into_iter().zip(0..).map(|(body, n)| {
        let mut received = county.event(&mut chance, n);
        received.received_at = at(10);
        received.event.record = record.clone();
        received.event.presented = vec![Presented { system: system.to_owned(), tokens: vec![token] }];
        received.event.body = body;
        received
    });
    received.collect()
}

pub fn granted<T>(answer: T) -> Decided<T> {
    Decided {
        answer,
        decision: "granted",
        outcome: "shown",
        rule: "703/2023".to_owned(),
        shown: vec![store::Shown {
            register: Register::Patient,
            kind: "disclosure",
            data: vec!["stays", "workers"],
            provision: "703/2023".to_owned(),
        }],
        grounds: vec!["rule: 703/2023".to_owned()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_its_log_row_and_everything_known() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let door = Door::new(database.store.clone());
    let county = County::new("door", 3, 4);
    let reported = |ingest: &str, minute| marked(&county.name, ingest, at(minute));
    let batch = Batch {
        events: story(&county),
        rejections: vec![rejected(1, &county, &[0]), rejected(2, &county, &[]), rejected(3, &county, &[3])],
        watermarks: vec![reported("i", 30), reported("j", 20)],
        ..Batch::default()
    };
    database.projector.apply(&batch).await.unwrap();
    let token = county.identifiers[0].1;
    let access = access();

    let ask = |as_of, timeline| Ask { token, as_of, timeline, at: at(50), limits: care::Limits::default() };
    let found = async |ask: Ask| -> ClientFacts {
        door.ask(ask, access.clone(), |found: &ClientFacts| granted(found.clone())).await.unwrap().into_inner()
    };
    let now = found(ask(None, true)).await;
    assert_eq!(now.view.as_ref().unwrap().health.stays.len(), 1);
    assert_eq!(now.rejected_since.values().collect::<Vec<_>>(), [&at(5)]);
    assert_eq!(now.reported_until.get(&county.name), Some(&at(20)), "as old as the oldest watermark");
    assert_eq!(now.rejected_unnamed.get(&county.name), Some(&1));
    assert_eq!(now.timeline.as_ref().map(Vec::len), Some(2));
    let then = found(ask(Some(at(9)), true)).await;
    assert!(then.view.is_none() && then.timeline.is_none());
    assert_eq!(
        (then.reported_until.get(&county.name), then.rejected_since),
        (Some(&at(20)), now.rejected_since.clone())
    );
    assert_eq!(found(ask(Some(at(4)), false)).await.rejected_since, std::collections::BTreeMap::new());
    // A rejected message that names somebody of whom nothing else is known.
    let unknown = found(Ask {
        token: county.identifiers[3].1,
        as_of: None,
        timeline: true,
        at: at(50),
        limits: care::Limits::default(),
    })
    .await;
    assert_eq!((unknown.view, unknown.rejected_since), (None, now.rejected_since));

    let log = sqlx::query(
        "SELECT identifier, clients, decision, registers, micros(as_of) AS as_of FROM access_log ORDER BY id",
    );
    let log = log.fetch_all(&pool).await.unwrap();
    assert_eq!(log.len(), 4);
    assert_eq!(log[0].get::<Option<Vec<u8>>, _>("identifier").as_deref(), Some(token.as_bytes().as_slice()));
    assert_eq!(log[0].get::<Vec<i64>, _>("clients").len(), 1);
    assert_eq!(log[0].get::<Vec<String>, _>("registers"), ["patient"]);
    assert_eq!(log[1].get::<Option<i64>, _>("as_of"), Some(at(9).as_micros()));
    for sql in ["UPDATE access_log SET rule = ''", "DELETE FROM access_log", "TRUNCATE access_log"] {
        assert!(sqlx::query(sql).execute(&pool).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_read_history_keep_none_about_the_present_waiting() {
    let database = TestDatabase::new().await;
    let (pool, door, county) = (database.pool().await, Door::new(database.store.clone()), County::new("starved", 3, 4));
    database.projector.apply(&Batch { events: story(&county), ..Batch::default() }).await.unwrap();
    let token = county.identifiers[0].1;
    let ask = move |timeline| Ask { token, as_of: None, timeline, at: at(50), limits: care::Limits::default() };
    let mut slow = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE history IN ACCESS EXCLUSIVE MODE").execute(&mut *slow).await.unwrap();
    let mut timelines = tokio::task::JoinSet::new();
    // One more than a system may have: the last quarter of the room is for others.
    for _ in 0..25 {
        let door = door.clone();
        timelines.spawn(async move { door.ask(ask(true), access(), |_: &ClientFacts| granted(())).await.map(drop) });
    }
    let patience = std::time::Duration::from_mins(1);
    let refused = tokio::time::timeout(patience, timelines.join_next()).await.expect("all of them wait");
    assert_eq!(refused.unwrap().unwrap(), Err(DoorError::Full));
    let now = door.ask(ask(false), access(), |found: &ClientFacts| granted(found.view.is_some()));
    let now = tokio::time::timeout(patience, now).await.expect("a question about the present waits for timelines");
    assert!(now.unwrap().into_inner());
    slow.rollback().await.unwrap();
    while let Some(answered) = timelines.join_next().await {
        assert_eq!(answered.unwrap(), Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_row_no_answer() {
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    let county = County::new("nolog", 3, 4);
    database.projector.apply(&Batch { events: story(&county), ..Batch::default() }).await.unwrap();
    let ask = Ask {
        token: county.identifiers[0].1,
        as_of: None,
        timeline: false,
        at: at(50),
        limits: care::Limits::default(),
    };
    // The row is refused at the commit, after everything else went well.
    database.execute(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
         CREATE CONSTRAINT TRIGGER no AFTER INSERT ON access_log DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION no()",
    );
    let decided = Arc::new(AtomicBool::new(false));
    let deciding = Arc::clone(&decided);
    let answer = door.ask(ask.clone(), access(), move |_| {
        deciding.store(true, Ordering::SeqCst);
        granted(())
    });
    assert!(answer.await.is_err());
    assert!(decided.load(Ordering::SeqCst));
    database.execute("DROP TRIGGER no ON access_log");
    assert!(door.ask(ask, access(), |_| granted(())).await.is_ok());
}

/// Many at once: one for each identifier of the county, and again.
async fn ask_all(door: &Door, county: &County) -> Vec<(Token, Result<ClientFacts, DoorError>)> {
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..200 {
        let (door, token) = (door.clone(), county.identifiers[n % county.identifiers.len()].1);
        let ask = Ask { token, as_of: None, timeline: false, at: at(50), limits: care::Limits::default() };
        let access = Access { user: format!("u{n}"), ..access() };
        asking.spawn(async move {
            let answer = door.ask(ask, access, |found| granted(found.clone())).await;
            (token, answer.map(store::Granted::into_inner))
        });
    }
    asking.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_share_transactions_and_each_has_its_own_answer_and_row() {
    let database = TestDatabase::new().await;
    let pool = database.pool().await;
    let door = Door::new(database.store.clone());
    let county = County::new("shared", 3, 4);
    let events: Vec<ReceivedEvent> = (0..).map_while(|n| county.records.get(n).map(|_| one_of(&county, n))).collect();
    let batch = Batch { events: events.clone(), rejections: vec![rejected(1, &county, &[1])], ..Batch::default() };
    database.projector.apply(&batch).await.unwrap();
    let mut alone = BTreeMap::new();
    for (_, token) in &county.identifiers {
        let ask = Ask { token: *token, as_of: None, timeline: false, at: at(50), limits: care::Limits::default() };
        let found = door.ask(ask, access(), |found| granted(found.clone())).await.unwrap().into_inner();
        alone.insert(*token, found);
    }
    assert!(alone.values().filter(|found| found.view.is_some()).count() > 1);
    assert!(alone.values().any(|found| found.rejected_since.is_empty()));
    assert!(alone.values().any(|found| !found.rejected_since.is_empty()));

    for (token, answer) in ask_all(&door, &county).await {
        let (found, expected) = (answer.unwrap(), &alone[&token]);
        assert_eq!((&found.view, found.ambiguous), (&expected.view, expected.ambiguous));
        assert_eq!(found.rejected_since, expected.rejected_since);
    }
    let log =
        "SELECT count(*), count(DISTINCT user_id), count(DISTINCT xmin::text) FROM access_log WHERE user_id <> 'u'";
    let row = sqlx::query(log).fetch_one(&pool).await.unwrap();
    let (rows, users, transactions): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((rows, users), (200, 200));
    assert!(transactions < 100, "{transactions} transactions");
    let wrong = "SELECT count(*) FROM access_log l WHERE user_id <> 'u' AND NOT EXISTS (
                     SELECT FROM access_log a WHERE a.user_id = 'u' AND a.identifier = l.identifier AND a.clients = l.clients)";
    let wrong: i64 = sqlx::query_scalar(wrong).fetch_one(&pool).await.unwrap();
    assert_eq!(wrong, 0, "each row holds its own question");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_cannot_be_answered_keeps_no_other_from_its_answer() {
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    let county = County::new("alone", 3, 4);
    let events = (0..).map_while(|n| county.records.get(n).map(|_| one_of(&county, n))).collect();
    database.projector.apply(&Batch { events, ..Batch::default() }).await.unwrap();
    let damaged = county.identifiers[0].1;
    // Its view is of another version, and its history cannot be read.
    let of =
        format!("(SELECT record FROM identifier WHERE token = decode('{}', 'hex'))", hex::encode(damaged.as_bytes()));
    database.execute(&format!(
        "UPDATE view SET version = 0 WHERE client IN (SELECT client FROM record WHERE id IN {of});
         UPDATE history SET payload = '\\x00' WHERE record IN {of}"
    ));
    let answers = ask_all(&door, &county).await;
    let failed = answers.iter().filter(|(_, answer)| answer.is_err());
    assert!(failed.clone().count() > 0 && failed.clone().all(|(token, _)| *token == damaged));
    assert!(answers.iter().all(|(token, answer)| answer.is_err() || *token != damaged));
}

/// An event of each record, by which it presents an identifier of its own.
fn one_of(county: &County, n: usize) -> ReceivedEvent {
    let mut received = county.event(&mut crate::county::Chance(1), n as u64);
    let (system, token) = county.identifiers[n];
    (received.received_at, received.event.record) = (at(10), county.records[n].clone());
    received.event.presented = vec![Presented { system: system.to_owned(), tokens: vec![token] }];
    received
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_who_asked_about_a_client_and_that_it_was_read() {
    let database = TestDatabase::new().await;
    let (door, county) = (Door::new(database.store.clone()), County::new("log", 3, 4));
    database.projector.apply(&Batch { events: story(&county), ..Batch::default() }).await.unwrap();
    let (token, other) = (county.identifiers[0].1, county.identifiers[3].1);
    let identified = Some(Identified { name: Some("Maija Mallikas".into()), unit: Some("Duty".into()) });
    let ask = |token| Ask { token, as_of: None, timeline: false, at: at(50), limits: care::Limits::default() };
    let known = Access { user: "p-1".into(), identified, ..access() };
    door.ask(ask(token), known, |_| granted(())).await.unwrap();
    door.ask(ask(other), access(), |_| granted(())).await.unwrap();
    door.refuse(&access(), Some(token), ("TASK_NOT_REGISTERED", 1), at(51)).await.unwrap();

    let reason = event::Code::try_new("client-asks").unwrap();
    let look = store::Look { user: "officer", reason: &reason, at: at(60) };
    let filter = LogFilter {
        client: Some(token),
        user: None,
        from: at(0),
        until: at(70),
        refused: false,
        declared: false,
        id: None,
        before: None,
        most: 10,
    };
    let list = async |filter: LogFilter<'_>| store::list_log(&database.store, &filter, look).await.unwrap();
    let rows = list(filter.clone()).await;
    let logged = |row: &store::LogRow| {
        (row.user.clone(), row.user_known.clone(), row.user_name.clone(), row.decision.clone(), row.rule.clone())
    };
    let some = |text: &str| Some(text.to_owned());
    let of = |user: &str, known: &str, name: Option<&str>, decision: &str, rule: &str| {
        (user.to_owned(), some(known), name.map(str::to_owned), decision.to_owned(), rule.to_owned())
    };
    assert_eq!(
        rows.iter().map(logged).collect::<Vec<_>>(),
        [
            of("u", "asserted", None, "refused", "TASK_NOT_REGISTERED"),
            of("p-1", "token", Some("Maija Mallikas"), "granted", "703/2023"),
        ]
    );
    let looked = list(filter.clone()).await;
    assert_eq!((looked[0].user.as_str(), looked[0].query.as_str(), looked.len()), ("officer", "log-list", 3));
    assert_eq!(list(LogFilter { user: Some("p-1"), client: None, ..filter.clone() }).await.len(), 1);
    assert_eq!(list(LogFilter { until: at(51), ..filter.clone() }).await.len(), 1);
    assert_eq!(list(LogFilter { before: Some((rows[0].at, rows[0].id)), ..filter }).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_cannot_be_logged_is_an_error() {
    let database = TestDatabase::new().await;
    let door = Door::new(database.store.clone());
    database.execute("ALTER TABLE access_log ADD CONSTRAINT no CHECK (false) NOT VALID");
    assert!(door.refuse(&access(), None, ("TASK_NOT_REGISTERED", 1), at(1)).await.is_err());
}
