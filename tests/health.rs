//! Whether each role reports that it can do its work, while PostgreSQL or Kafka is stopped or gone, and when it is back; and
//! what it logs: once that it waits, and once that it is over.

use crate::support::{BINARY, comes_to, free_port, get, over_kafka};
use embedded::Postgres;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use testkit::county::config_with;
use testkit::kafka::{Cluster, Size};
use testkit::product::{Product, freeze, scratch, signal, thaw};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Waits until gRPC's own health service reports this status of the whole server.
fn grpc_comes_to(port: u16, status: ServingStatus) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
        let mut client = HealthClient::new(endpoint.connect().await.unwrap());
        let mut status_now = None;
        for _ in 0..1200 {
            let answer = client.check(HealthCheckRequest::default()).await.unwrap();
            status_now = Some(answer.into_inner().status());
            if status_now == Some(status) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not come to {status:?}, but reports {status_now:?}");
    });
}

/// A deployment's directory, its database, and where a role reports its health.
struct Place {
    directory: tempfile::TempDir,
    postgres: Option<Postgres>,
    health: u16,
}

impl Place {
    fn new(configure: impl FnOnce(&str) -> String) -> Self {
        let directory = scratch().unwrap();
        let keys = directory.path().join("keys.toml");
        assert!(Command::new(BINARY).arg("new-keys").arg(&keys).status().unwrap().success());
        let postgres = testkit::cluster::start(&directory.path().join("county")).unwrap();
        let (health, url) = (free_port(), postgres.url("postgres"));
        let config = config_with(&format!(
            "[health]\naddress = \"127.0.0.1:{health}\"\n[database]\nurl = {url:?}\n[keys]\nfile = \"{}\"\n[ingest]\n\
             hold = \"2s\"\n",
            keys.display()
        ));
        std::fs::write(directory.path().join("rinnakkain.toml"), configure(&config)).unwrap();
        Self { directory, postgres: Some(postgres), health }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn start(&self, role: &str) -> Product {
        let data = self.path("data");
        std::fs::create_dir_all(&data).unwrap();
        Product::start_part(Path::new(BINARY), role, &self.path("rinnakkain.toml"), &data).unwrap()
    }

    fn freeze(&self) -> Vec<u32> {
        freeze(self.postgres.as_ref().unwrap().pid()).unwrap()
    }

    /// The database stops, in order.
    fn stop(&mut self) {
        self.postgres.take().unwrap().stop().unwrap();
    }

    fn start_again(&mut self) {
        self.postgres = Some(Postgres::start(&self.path("county")).unwrap());
    }

    /// How often the role has logged it.
    fn logged(&self, what: &str) -> usize {
        std::fs::read_to_string(self.path("data/log.txt")).unwrap_or_default().matches(what).count()
    }

    fn lives(&self) {
        assert_eq!(get(self.health, "/healthz"), Some((200, "ok\n".to_owned())));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- {}", std::fs::read_to_string(self.path("data/log.txt")).unwrap_or_default());
        }
    }
}

#[test]
fn who_answers_questions_is_ready_while_the_database_answers() {
    let mut place = Place::new(str::to_owned);
    let serve = place.start("serve");
    comes_to(place.health, None);
    let frozen = place.freeze();
    comes_to(place.health, Some("serve: the database does not answer"));
    grpc_comes_to(serve.ports.grpc, ServingStatus::NotServing);
    place.lives();
    thaw(&frozen).unwrap();
    comes_to(place.health, None);
    grpc_comes_to(serve.ports.grpc, ServingStatus::Serving);
    place.stop();
    comes_to(place.health, Some("serve: the database does not answer"));
    place.lives();
    place.start_again();
    comes_to(place.health, None);
    assert!(serve.stop().unwrap().success());
}

/// All roles in one process, without Kafka.
#[test]
fn every_role_reports_why_it_is_not_ready() {
    let place = Place::new(str::to_owned);
    let run = place.start("run");
    comes_to(place.health, None);
    comes_to(run.ports.http, None);
    let frozen = place.freeze();
    comes_to(place.health, Some("ingest: the database does not answer\nproject: the database does not answer\nserve:"));
    comes_to(run.ports.http, Some("ingest: the database does not answer"));
    thaw(&frozen).unwrap();
    comes_to(place.health, None);
    comes_to(run.ports.http, None);
    assert!(run.stop().unwrap().success());
}

#[test]
fn a_database_that_is_away_at_the_start_is_waited_for() {
    let mut place = Place::new(str::to_owned);
    place.stop();
    std::thread::scope(|scope| {
        let starting = scope.spawn({
            let place = &place;
            move || place.start("serve")
        });
        comes_to(place.health, Some("it starts, and waits for the database"));
        place.lives();
        // Another on the same data directory, which is asked to stop while it waits.
        let mut second = Command::new(BINARY)
            .args(["serve", "--config"])
            .arg(place.path("rinnakkain.toml"))
            .arg("--data")
            .arg(place.path("second"))
            .env("RINNAKKAIN_HEALTH__ADDRESS", "127.0.0.1:0")
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = std::io::BufReader::new(second.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("waiting for the database") {
            line.clear();
            assert!(std::io::BufRead::read_line(&mut log, &mut line).unwrap() > 0, "it ended instead of waiting");
        }
        signal(second.id(), "INT").unwrap();
        assert!(testkit::wait::ended(&mut second, Duration::from_mins(2)).unwrap().success());
        let postgres = Postgres::start(&place.path("county")).unwrap();
        let serve = starting.join().unwrap();
        comes_to(place.health, None);
        assert_eq!((place.logged("waiting for the database"), place.logged("the database is there")), (1, 1));
        assert!(serve.stop().unwrap().success());
        postgres.stop().unwrap();
    });
}

#[test]
fn who_takes_in_and_who_applies_are_ready_while_kafka_answers() {
    let mut cluster = Cluster::start(Size::One).unwrap();
    let brokers = cluster.bootstrap();
    let on = |config: &str| over_kafka(config, &brokers, "care-events-health");
    let (project_at, ingest_at) = (Place::new(on), Place::new(on));
    std::fs::copy(project_at.path("keys.toml"), ingest_at.path("keys.toml")).unwrap();
    let (project, ingest) = (project_at.start("project"), ingest_at.start("ingest"));
    let both = |project: Option<&str>, ingest: Option<&str>| {
        comes_to(project_at.health, project);
        comes_to(ingest_at.health, ingest);
        project_at.lives();
        ingest_at.lives();
    };
    both(None, None);
    cluster.pause(0).unwrap();
    both(Some("project: Kafka"), Some("ingest: Kafka takes nothing now"));
    cluster.resume(0).unwrap();
    both(None, None);
    // Its own database is no matter of an ingest's.
    let frozen = [&project_at, &ingest_at].map(Place::freeze);
    both(Some("project: the database does not answer"), None);
    for frozen in &frozen {
        thaw(frozen).unwrap();
    }
    both(None, None);
    let logged = ingest_at.logged("the journal takes nothing");
    assert!((1..=2).contains(&logged), "once, not each second: {logged} times");
    cluster.kill(0).unwrap();
    both(Some("project: Kafka"), Some("ingest: Kafka takes nothing now"));
    drop((project, ingest));
}

#[test]
fn kafka_that_is_away_at_the_start_is_waited_for() {
    let mut cluster = Cluster::start(Size::One).unwrap();
    let brokers = cluster.bootstrap();
    cluster.kill(0).unwrap();
    let place = Place::new(|config| over_kafka(config, &brokers, "care-events-late"));
    std::thread::scope(|scope| {
        let starting = scope.spawn(|| place.start("project"));
        comes_to(place.health, Some("it starts, and waits for Kafka"));
        place.lives();
        cluster.restart(0).unwrap();
        let project = starting.join().unwrap();
        comes_to(place.health, None);
        assert_eq!((place.logged("waiting for Kafka"), place.logged("Kafka is there")), (1, 1));
        assert!(project.stop().unwrap().success());
    });
}
