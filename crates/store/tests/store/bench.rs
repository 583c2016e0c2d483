//! Not a test of speed: a loop that prints how fast `apply` is, on demand.

use crate::county::{at, keyring};
use crate::server::TestDatabase;
use event::{
    Body, Event, HETU_SYSTEM, Keyring, Presented, RawMessage, Receipt, ReceiptOutcome, Received, Register, StayClass,
    StayStarted, Ward, WardChanged,
};
use std::time::Instant;
use store::Batch;

/// That the message of this event was received; a message of 600 bytes.
fn receipt(keys: &Keyring, it: &Received) -> Receipt {
    let raw = RawMessage { bytes: vec![b'x'; 600].into() };
    Receipt {
        id: it.event.id,
        arrival: it.event.id,
        source: it.event.source.clone(),
        message: Some(it.event.message),
        received_at: it.received_at,
        adapter_version: 1,
        outcome: ReceiptOutcome::Stored(vec![it.event.id]),
        raw: Some(keys.sealer(it.event.message, it.event.id).seal(&raw)),
    }
}

/// `cargo test -p store --release measure -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn measure() {
    const CLIENTS: u32 = 5_000;
    const ROUNDS: u32 = 8;
    for receipts in [false, true] {
        println!("each event with its message's receipt: {receipts}");
        let database = TestDatabase::new().await;
        let keys = keyring();
        let event = |client: u32, round: u32| {
            // Two records a client, linked by one identity code.
            let source = if round.is_multiple_of(2) { "a" } else { "b" };
            let stay = Some(keys.token("stay", source, &client.to_string()));
            let ward = Ward::try_new("W");
            let body = match round {
                0 | 1 => Body::StayStarted(StayStarted {
                    stay,
                    class: Some(StayClass::Inpatient),
                    ward,
                    started_at: at(round.into()),
                }),
                _ => Body::WardChanged(WardChanged { stay, from: None, to: ward }),
            };
            Received {
                received_at: at(round.into()),
                event: Event {
                    id: event::event_id(source, &format!("{client}/{round}"), &[0; 32], 0),
                    source: source.into(),
                    message: keys.token("message", source, &format!("{client}/{round}")),
                    adapter_version: 1,
                    relayed: None,
                    happened_at: at(round.into()),
                    recorded_at: at(round.into()),
                    recorded_width: 0,
                    sequence: None,
                    ordinal: 0,
                    register: Register::Patient,
                    record: keys.record(source, "own", &client.to_string()),
                    presented: vec![Presented {
                        system: HETU_SYSTEM.into(),
                        tokens: vec![keys.identifier(HETU_SYSTEM, &client.to_string())],
                    }],
                    body,
                },
            }
        };
        let batch = |events: &[Received]| {
            let all = events.iter().filter(|_| receipts).map(|it| receipt(&keys, it));
            Batch { events: events.to_vec(), receipts: all.collect(), ..Batch::default() }
        };
        let pool = database.pool().await;
        let lsn = async || -> i64 {
            let lsn = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";
            sqlx::query_scalar(lsn).fetch_one(&pool).await.unwrap()
        };
        for round in 0..ROUNDS {
            let (start, wal, mut refolds) = (Instant::now(), lsn().await, 0);
            let events: Vec<Received> = (0..CLIENTS).map(|client| event(client, round)).collect();
            for part in events.chunks(1_000) {
                let batch = batch(part);
                refolds += database.projector.apply(&batch).await.unwrap().refolds;
            }
            let (seconds, wal) = (start.elapsed().as_secs_f64(), lsn().await - wal);
            println!(
                "round {round}: {:.0} events/s, {} B WAL/event, {refolds} refolds",
                f64::from(CLIENTS) / seconds,
                wal / i64::from(CLIENTS)
            );
        }
        let start = Instant::now();
        for client in 0..200 {
            let batch = batch(&[event(client, ROUNDS)]);
            database.projector.apply(&batch).await.unwrap();
        }
        println!("one event a batch: {:.2} ms", start.elapsed().as_secs_f64() * 5.0);
        let start = Instant::now();
        let rebuilt = database.projector.rebuild(true, |_, _| ()).await.unwrap();
        println!("verify: {:.0} events/s {rebuilt:?}", f64::from(CLIENTS * ROUNDS) / start.elapsed().as_secs_f64());
        let sizes = "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples <> 0 ORDER BY 2 DESC";
        sqlx::query("VACUUM ANALYZE").execute(&pool).await.unwrap();
        for (name, size) in sqlx::query_as::<_, (String, i64)>(sizes).fetch_all(&pool).await.unwrap() {
            println!("{name}: {} B/event", size / i64::from(CLIENTS * ROUNDS));
        }
    }
}
