//! Facts of many clients: a list and an absence go from the socket into each client's answer.

use crate::support::{County, DUTY, SOCIAL, ago};
use api::proto;
use api::proto::contact_point::ContactPoint;
use api::proto::get_own_worker_response::OwnWorker;
use serde_json::{Value, json};
use testkit::county::{Person, person, social};

fn tell(county: &County, name: &str, id: &str, seconds: i64, client: &Person, data: Value) {
    let response = county.social(&social(name, id, ago(seconds), client, data));
    assert_eq!(response.status, 200, "{name}: {response:?}");
}

fn assigned(county: &County, client: &Person, id: &str) {
    let (worker, from) =
        (json!({ "id": "w1", "name": "Sanna Sosiaalityö", "phone": "044 000 0001" }), ago(8000).to_string());
    let data = json!({ "assignment": client.number, "role": "own-worker", "from": from, "worker": worker });
    tell(county, "WorkerAssigned", id, 8000, client, data);
}

fn named(county: &County, client: &Person) -> Option<proto::Worker> {
    match county.own_worker(DUTY, &client.hetu).unwrap().own_worker.unwrap() {
        OwnWorker::Named(mut named) => named.workers.pop(),
        _ => None,
    }
}

fn name(contact: Option<proto::ContactPoint>) -> String {
    match contact.and_then(|it| it.contact_point) {
        Some(ContactPoint::Named(it)) => it.name,
        _ => "nobody".to_owned(),
    }
}

#[test]
fn an_absence_told_once_reaches_every_client_and_a_list_ends_what_nobody_ended() {
    let county = County::start();
    let (kept, lost) = (person(31), person(32));
    assigned(&county, &kept, "a1");
    assigned(&county, &lost, "a2");
    let substitute = json!({ "id": "w2", "name": "Sini Sijainen", "phone": "044 000 0002" });
    let absent = json!({ "worker": { "id": "w1" }, "from": ago(600).to_string(), "substitute": substitute });
    tell(&county, "WorkerAbsent", "p1", 600, &kept, absent);
    for client in [&kept, &lost] {
        let worker = named(&county, client).expect("named");
        assert!(worker.away.is_some());
        assert_eq!(
            (name(worker.contact), name(worker.stands_in)),
            ("Sanna Sosiaalityö".into(), "Sini Sijainen".into())
        );
    }
    let back = json!({ "worker": { "id": "w1" }, "returned_at": ago(300).to_string() });
    tell(&county, "WorkerReturned", "p2", 300, &kept, back);
    assert!(named(&county, &lost).expect("named").away.is_none());

    // The nightly list has one of the two: the other's end was lost.
    let nightly = json!({ "as_of": ago(60).to_string(), "count": 1, "keys": [kept.number] });
    tell(&county, "WorkersStated", "l1", 50, &kept, nightly);
    assert!(named(&county, &kept).is_some());
    assert!(named(&county, &lost).is_none());
    // Reported again after the list: there again, without another list.
    let (worker, from) = (json!({ "id": "w1", "name": "Sanna Sosiaalityö" }), ago(10).to_string());
    let data = json!({ "assignment": lost.number, "role": "own-worker", "from": from, "worker": worker });
    tell(&county, "WorkerAssigned", "a3", 10, &lost, data);
    assert!(named(&county, &lost).is_some());

    // A list that was cut ends nothing, and is answered so.
    let cut = json!({ "as_of": ago(5).to_string(), "count": 2, "keys": [] });
    let response = county.social(&social("WorkersStated", "l2", ago(5), &kept, cut));
    assert_eq!(response.status, 422, "{response:?}");
    assert!(named(&county, &kept).is_some());
}

/// A turvakielto that the social system tells: the flag goes with the answer, and the duty service gets no unit.
#[test]
fn a_turvakielto_goes_with_every_answer() {
    let county = County::start();
    let client = person(33);
    assigned(&county, &client, "b1");
    assert!(!county.workers(SOCIAL, &client.hetu).unwrap().non_disclosure);
    tell(&county, "NonDisclosureSet", "b2", 60, &client, json!({}));
    for who in [SOCIAL, DUTY] {
        let answer = county.workers(who, &client.hetu).unwrap();
        assert!(answer.non_disclosure);
        assert_eq!(name(answer.workers[0].contact.clone()), "Sanna Sosiaalityö", "whom to ring is not where");
    }
    tell(&county, "NonDisclosureLifted", "b3", 0, &client, json!({}));
    assert!(!county.workers(SOCIAL, &client.hetu).unwrap().non_disclosure);
}
