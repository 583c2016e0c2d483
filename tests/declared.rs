//! A basis that a professional declares: what it opens over real sockets, what the privacy officer reads of it, and where the written
//! reason is not. Directly and with Kafka between.

use crate::support::{County, DUTY, HEALTH, Transport, Who, access, ago, identified};
use api::proto;
use api::proto::care_team_service_client::CareTeamServiceClient;
use api::proto::get_own_worker_response::OwnWorker;
use api::proto::parallel_view_service_client::ParallelViewServiceClient;
use prost::Message;
use serde_json::json;
use testkit::county::{self, Person, Visit, adt, person, social};
use tonic::{Code, Status};

journeys! {
    a_declared_basis_opens_the_least_and_is_reviewed,
}

const REASON: &str = "Muistisairaus eikä edunvalvojaa: kanarialintu";
const UNIT: &str = "Kanarian perheyksikkö";
const EMAIL: &str = "kanaria@example.invalid";

/// Health care may declare that a client has no capacity; nobody may declare anything else.
fn config() -> String {
    declaring(&county::config())
}

/// The same of any configuration.
pub fn declaring(config: &str) -> String {
    let tasks = "tasks = [\"health-social-work\"]\n";
    assert!(config.contains(tasks));
    config.replace(tasks, &format!("{tasks}declares = [\"no-capacity\"]\n"))
}

pub fn declared(basis: proto::Basis, reason: &str, seconds_ago: i64) -> proto::DeclaredBasis {
    let at = ago(seconds_ago);
    let declared_at = Some(prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() });
    proto::DeclaredBasis { basis: basis.into(), reason: reason.to_owned(), declared_at }
}

pub fn own_worker(
    county: &County,
    who: Who,
    client: &Person,
    declared: proto::DeclaredBasis,
    as_of: Option<prost_types::Timestamp>,
) -> Result<proto::GetOwnWorkerResponse, Status> {
    let access = Some(proto::Access { declared: Some(declared), ..access(who) });
    let request = proto::GetOwnWorkerRequest { client: Some(identified(&client.hetu)), access, as_of };
    let mut service = CareTeamServiceClient::new(county.channel());
    county.wait(service.get_own_worker(who.request(request))).map(tonic::Response::into_inner)
}

fn known(county: &County, client: &Person, task: &str) {
    let opened = json!({"clientship": task, "service_task": "families"});
    assert_eq!(county.social(&social("ClientshipOpened", task, ago(9000), client, opened)).status, 200);
    let worker = json!({"id": task, "name": "Oma Työntekijä", "phone": "044 000 0001", "email": EMAIL, "unit": UNIT});
    let assigned = json!({
        "assignment": task, "clientship": task, "role": "own-worker", "from": ago(8000).to_string(), "worker": worker,
    });
    assert_eq!(county.social(&social("WorkerAssigned", &format!("w-{task}"), ago(8000), client, assigned)).status, 200);
}

fn a_declared_basis_opens_the_least_and_is_reviewed(way: Transport) {
    let mut county = County::start_on(way, &config());
    let (client, stranger) = (person(51), person(52));
    county.heartbeat();
    let stay = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay)), "AA");
    known(&county, &client, "c-1");
    known(&county, &stranger, "c-2");

    let withheld = county.own_worker(HEALTH, &client.hetu).unwrap();
    assert!(matches!(withheld.own_worker, Some(OwnWorker::NotKnown(_))), "nothing is declared");
    let ask = |basis, reason, seconds| own_worker(&county, HEALTH, &client, declared(basis, reason, seconds), None);
    let made = declared(proto::Basis::NoCapacity, REASON, 60);
    let opened = own_worker(&county, HEALTH, &client, made.clone(), None).unwrap();
    let Some(OwnWorker::Named(named)) = &opened.own_worker else { panic!("the own worker is named") };
    assert_eq!(crate::journey::names(&named.workers), ["Oma Työntekijä"]);
    assert!(named.workers[0].source.is_empty());
    let bytes = opened.encode_to_vec();
    let shows = |canary: &str| bytes.windows(canary.len()).any(|it| it == canary.as_bytes());
    assert!(shows("044 000 0001") && !shows(UNIT) && !shows(EMAIL) && !shows(REASON));
    assert!(own_worker(&county, HEALTH, &client, made, None).is_ok(), "the same declaration, asked with again");
    let of_stranger = own_worker(&county, HEALTH, &stranger, declared(proto::Basis::NoCapacity, REASON, 30), None);
    assert!(matches!(of_stranger.unwrap().own_worker, Some(OwnWorker::NotKnown(_))), "no client of the hospital");
    let withheld = county.own_worker(HEALTH, &client.hetu).unwrap();
    assert!(matches!(withheld.own_worker, Some(OwnWorker::NotKnown(_))), "the next question rests on nothing");

    for (refused, code, why) in [
        (ask(proto::Basis::NoCapacity, REASON, 16 * 60), Code::InvalidArgument, "access.declared"),
        (ask(proto::Basis::NoCapacity, " ", 60), Code::InvalidArgument, "access.declared"),
        (ask(proto::Basis::Unspecified, REASON, 60), Code::InvalidArgument, "access.declared"),
        (ask(proto::Basis::Authority, REASON, 60), Code::PermissionDenied, "may not be declared"),
        (
            own_worker(&county, DUTY, &client, declared(proto::Basis::NoCapacity, REASON, 60), None),
            Code::PermissionDenied,
            "may not be declared",
        ),
        (
            own_worker(
                &county,
                HEALTH,
                &client,
                declared(proto::Basis::NoCapacity, REASON, 60),
                Some(prost_types::Timestamp { seconds: ago(600).as_second(), nanos: 0 }),
            ),
            Code::InvalidArgument,
            "access.declared",
        ),
    ] {
        let refused = refused.err().unwrap();
        assert_eq!(refused.code(), code, "{refused}");
        assert!(refused.message().contains(why) && !refused.message().contains(REASON), "{refused}");
    }
    let whole = proto::GetParallelViewRequest {
        client: Some(identified(&client.hetu)),
        access: Some(proto::Access {
            declared: Some(declared(proto::Basis::NoCapacity, REASON, 60)),
            ..access(HEALTH)
        }),
        as_of: None,
    };
    let mut service = ParallelViewServiceClient::new(county.channel());
    let refused = county.wait(service.get_parallel_view(HEALTH.request(whole))).err().unwrap();
    assert_eq!(refused.code(), Code::PermissionDenied, "the view is more than the least");

    reviewed(&county);
    county.stop();
    in_the_open_nowhere(&county);
}

/// Two declarations wait until the privacy officer has read both.
fn reviewed(county: &County) {
    let look = ["--user", "tietosuojavastaava", "--reason", "lawful"];
    let list = || -> Vec<serde_json::Value> {
        let list = county.operator(&[&["log", "list", "--declared", "--json"], &look[..]].concat());
        list.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let rows = list();
    assert_eq!(rows.len(), 3, "what was refused opened nothing, and does not wait: {rows:#?}");
    assert!(
        rows.iter().all(|row| row["declared"] == "no-capacity" && row["reason"] == REASON && row["reviewed"] == false)
    );
    let named = rows.iter().find(|row| row["outcome"] == "named").unwrap();
    assert_eq!(named["shown"], json!([{"register": "social", "kind": "disclosure", "data": ["workers"]}]));
    assert_eq!(named["basis"], "703/2023 53 § 6 mom. (declared); 457/2024 18 §");
    let waiting = || county.operator_says(&["status"]).lines().find(|it| it.contains("declared")).map(str::to_owned);
    assert!(waiting().is_some_and(|it| it.contains("not reviewed: 2")), "{:?}", waiting());
    let explain = county.operator(&[&["log", "explain", &named["id"].to_string()], &look[..]].concat());
    for part in
        [REASON, "declared: no-capacity (not reviewed yet", "client relationship: keskussairaala", "declared at "]
    {
        assert!(explain.contains(part), "{part}: {explain}");
    }
    let table = county.operator(&[&["log", "list", "--declared"], &look[..]].concat());
    assert!(table.contains(REASON) && table.contains("REVIEWED"), "{table}");
    let usual = county.operator(&[&["log", "list"], &look[..]].concat());
    assert!(!usual.contains(REASON), "who does not ask for reasons gets none: {usual}");
    let stranger = rows.iter().find(|row| row["outcome"] == "withheld").unwrap();
    for row in [named, stranger] {
        county.operator(&[&["log", "review", &row["id"].to_string()], &look[..]].concat());
    }
    assert!(list().iter().all(|row| row["reviewed"] == true), "each question of a declaration with it");
    assert_eq!(waiting(), None);
    let refused = county.operator_says(&[&["log", "review", "999999"], &look[..]].concat());
    assert!(refused.contains("no such row"), "{refused}");
    let log = county.operator(&[&["log", "list", "--of-user", "tietosuojavastaava"], &look[..]].concat());
    assert!(log.contains("log-review") && log.contains("lawful"), "the review is logged: {log}");
}

/// Not in the database's files, the journal's, or the service's log.
fn in_the_open_nowhere(county: &County) {
    let mut all = county.journal_files();
    let mut directories = vec![county.data()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.is_file() {
                all.push(path);
            }
        }
    }
    assert!(all.len() > 100, "the database is among them");
    for path in all {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let open = "kanarialintu".as_bytes();
        assert!(!bytes.windows(open.len()).any(|it| it == open), "{}", path.display());
    }
}
