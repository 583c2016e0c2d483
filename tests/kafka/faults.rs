//! Each part killed with -9, or stopped for longer than the session time and continued, under load.

use super::load::Load;
use super::parts::Parts;
use crate::crash::family;
use dev::product::signal;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longer than the session time of the readers (3 s), and than the brokers' own.
const STOPPED: Duration = Duration::from_secs(5);

/// Every event that was acknowledged is in the history once, and the view is the oracle's.
fn check(parts: &Parts, load: &Load, after: &str) {
    load.pause(true);
    let acknowledged: Vec<String> = load.acknowledged().iter().map(ToString::to_string).collect();
    parts.settle();
    let ids = acknowledged.join(",");
    let stored = parts.postgres.tell(&format!("SELECT count(*) FROM history WHERE id = ANY('{{{ids}}}'::uuid[])"));
    assert_eq!(stored, acknowledged.len().to_string(), "after {after}: acknowledged and not stored");
    parts.compare(after);
    eprintln!("after {after}: {} acknowledged, all stored once, and the oracle agrees", acknowledged.len());
    load.pause(false);
}

#[test]
fn nothing_acknowledged_is_lost_and_the_view_is_the_oracles() {
    let mut parts = Parts::start();
    let load = Load::default();
    let listening: Vec<u16> = parts.ingests.iter().map(|it| it.mllp).collect();
    std::thread::scope(|scope| {
        let stop = StopAtEnd(&load);
        scope.spawn(|| load.run(&listening));
        load.wait_for(100, "at the start");

        parts.ingests[0].kill();
        load.wait_for(20, "the other ingest goes on");
        parts.ingests[0].start();
        load.wait_for(20, "an ingest is back");
        check(&parts, &load, "an ingest was killed");

        let begun = Instant::now();
        parts.projectors[0].kill();
        load.wait_for(20, "while a projector is gone");
        check(&parts, &load, "a projector was killed");
        eprintln!("the other projector had everything after {:.1} s", begun.elapsed().as_secs_f64());
        parts.projectors[0].start();

        parts.projectors[1].signal("STOP");
        sleep(STOPPED);
        load.wait_for(20, "while a projector is stopped");
        check(&parts, &load, "a projector was stopped");
        parts.projectors[1].signal("CONT");
        load.wait_for(20, "a projector woke up late");
        check(&parts, &load, "a projector woke up late");

        parts.ingests[1].signal("STOP");
        sleep(STOPPED);
        parts.ingests[1].signal("CONT");
        load.wait_for(50, "an ingest woke up");
        check(&parts, &load, "an ingest was stopped");

        signal(parts.postgres.pid(), "KILL").unwrap();
        load.wait_for(50, "Kafka takes messages while PostgreSQL is gone");
        let begun = Instant::now();
        parts.postgres.start_again();
        check(&parts, &load, "PostgreSQL was killed");
        eprintln!("everything was applied {:.1} s after PostgreSQL came back", begun.elapsed().as_secs_f64());

        let frozen = family(parts.postgres.pid());
        for pid in &frozen {
            signal(*pid, "STOP").unwrap();
        }
        sleep(STOPPED);
        load.wait_for(20, "Kafka takes messages while PostgreSQL stands still");
        for pid in &frozen {
            signal(*pid, "CONT").unwrap();
        }
        check(&parts, &load, "PostgreSQL was stopped");

        for broker in 0..3 {
            // One of them leads each partition, and one is the controller.
            parts.cluster.kill(broker).unwrap();
            let begun = Instant::now();
            load.wait_for(50, "two brokers go on");
            eprintln!("50 more acknowledged {:.1} s after a broker was killed", begun.elapsed().as_secs_f64());
            parts.cluster.restart(broker).unwrap();
            check(&parts, &load, "a broker was killed");
        }
        parts.cluster.pause(1).unwrap();
        sleep(STOPPED);
        load.wait_for(20, "two brokers go on");
        parts.cluster.resume(1).unwrap();
        check(&parts, &load, "a broker was stopped");

        // Below min.insync.replicas nothing is acknowledged.
        parts.cluster.kill(0).unwrap();
        parts.cluster.kill(1).unwrap();
        // What was on its way.
        sleep(Duration::from_secs(2));
        let before = load.count();
        sleep(STOPPED);
        assert_eq!(load.count(), before, "acknowledged on one broker of three");
        parts.cluster.restart_all().unwrap();
        load.wait_for(100, "the brokers are back");
        check(&parts, &load, "two brokers were killed");
        drop(stop);
    });
    check(&parts, &load, "everything");
    parts.operator(&["rebuild", "--verify"]);
    for part in parts.ingests.iter_mut().chain(&mut parts.projectors) {
        part.stop();
    }
    parts.server.stop();
}

/// Stops the load, also when a check has failed: else the senders would go on for ever.
struct StopAtEnd<'a>(&'a Load);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}
