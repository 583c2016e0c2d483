//! Consent opens the view, and its withdrawal closes it: over real sockets, directly and with Kafka between.

use crate::restore;
use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, Who, access, ago, identified};
use api::proto;
use api::proto::consent_service_client::ConsentServiceClient;
use api::proto::get_own_worker_response::OwnWorker;
use api::proto::{lane, record_consent_response as recorded, withdraw_consent_response as withdrawn};
use serde_json::json;
use testkit::county::{self, Person, Visit, adt, person, social};
use tonic::Status;

journeys! {
    a_consent_of_a_register_opens_the_view_until_its_copy_is_too_old,
    consent_opens_the_view_and_its_withdrawal_closes_it,
    an_unknown_client_and_a_stranger_to_the_caller_get_the_same_answer,
    a_consent_stays_with_the_identifier_when_a_record_turns_out_to_be_anothers,
    what_two_clients_gave_stays_with_each_when_a_wrong_link_is_undone,
    a_withdrawal_holds_after_the_restore_of_an_older_backup,
}

pub fn in_hospital(county: &County, client: &Person) {
    let stay = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), client, &stay)), "AA");
}

/// A clientship of a service task, with its own worker.
fn clientship(county: &County, client: &Person, task: &str, role: &str) {
    let opened = json!({"clientship": task, "service_task": task});
    assert_eq!(county.social(&social("ClientshipOpened", task, ago(9000), client, opened)).status, 200);
    let assigned = json!({
        "assignment": task, "clientship": task, "role": role, "from": ago(8000).to_string(),
        "worker": {"id": task, "name": format!("Worker of {task}"), "phone": "044 000 0001"},
    });
    let id = format!("w-{task}");
    assert_eq!(county.social(&social("WorkerAssigned", &id, ago(8000), client, assigned)).status, 200);
}

fn record(county: &County, who: Who, client: &Person, id: &str) -> Option<recorded::Outcome> {
    try_record(county, who, client, id).unwrap()
}

fn try_record(county: &County, who: Who, client: &Person, id: &str) -> Result<Option<recorded::Outcome>, Status> {
    permit(county, who, client, id, "working-age")
}

pub fn permit(
    county: &County,
    who: Who,
    client: &Person,
    id: &str,
    task: &str,
) -> Result<Option<recorded::Outcome>, Status> {
    let request = proto::RecordConsentRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(who)),
        consent_id: id.to_owned(),
        kind: proto::ConsentKind::Consent.into(),
        direction: proto::ConsentDirection::ToHealthCare.into(),
        service_tasks: vec![task.to_owned()],
        ..proto::RecordConsentRequest::default()
    };
    let mut service = ConsentServiceClient::new(county.channel());
    county.wait(service.record_consent(who.request(request))).map(|it| it.into_inner().outcome)
}

pub fn withdraw(county: &County, who: Who, client: &Person, id: &str) -> Option<withdrawn::Outcome> {
    try_withdraw(county, who, client, id).unwrap()
}

fn try_withdraw(county: &County, who: Who, client: &Person, id: &str) -> Result<Option<withdrawn::Outcome>, Status> {
    let request = proto::WithdrawConsentRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(who)),
        consent_id: id.to_owned(),
    };
    let mut service = ConsentServiceClient::new(county.channel());
    county.wait(service.withdraw_consent(who.request(request))).map(|it| it.into_inner().outcome)
}

/// The names of the own workers, the number of clientships and whether the social lane is shown, to the ward's social worker.
fn seen(county: &County, client: &Person) -> (Vec<String>, Option<usize>) {
    let names = match county.own_worker(HEALTH, &client.hetu).unwrap().own_worker {
        Some(OwnWorker::Named(named)) => crate::journey::names(&named.workers),
        _ => Vec::new(),
    };
    let lane = county.view(HEALTH, &client.hetu, None).unwrap().social.unwrap().lane;
    let clientships = match lane {
        Some(lane::Lane::Shown(content)) => Some(content.clientships.len()),
        _ => None,
    };
    (names, clientships)
}

fn consent_opens_the_view_and_its_withdrawal_closes_it(way: Transport) {
    let mut county = County::start_on(way, &county::config());
    let client = person(41);
    county.heartbeat();
    in_hospital(&county, &client);
    clientship(&county, &client, "working-age", "own-worker");
    clientship(&county, &client, "child-protection", "childs-social-worker");
    let closed = (Vec::new(), None);
    let open = (vec!["Worker of working-age".to_owned()], Some(1));

    assert_eq!(seen(&county, &client), closed, "without a permission, the own lane only");
    assert!(matches!(record(&county, HEALTH, &client, "c1"), Some(recorded::Outcome::Recorded(_))));
    assert_eq!(seen(&county, &client), open, "from the next question on");
    assert!(matches!(record(&county, HEALTH, &client, "c1"), Some(recorded::Outcome::Recorded(_))), "sent again");
    assert_eq!(seen(&county, &client), open);
    let before = ago(0);
    assert!(matches!(withdraw(&county, HEALTH, &client, "c1"), Some(withdrawn::Outcome::Recorded(_))));
    assert_eq!(seen(&county, &client), closed, "from the next question on");
    let again = try_record(&county, HEALTH, &client, "c1").err().unwrap();
    assert_eq!(again.code(), tonic::Code::InvalidArgument, "a late copy brings nothing back");
    assert!(matches!(withdraw(&county, HEALTH, &client, "c1"), Some(withdrawn::Outcome::Recorded(_))), "sent again");
    let nothing = try_withdraw(&county, HEALTH, &client, "C1").err().unwrap();
    assert_eq!(nothing.code(), tonic::Code::InvalidArgument, "nothing was closed, so nothing is answered as recorded");
    assert_eq!(seen(&county, &client), closed);
    let past = county.view(HEALTH, &client.hetu, Some(before)).unwrap().social.unwrap().lane;
    assert!(matches!(past, Some(lane::Lane::Withheld(_))), "nor as of when it was permitted");
    assert!(matches!(record(&county, HEALTH, &client, "c2"), Some(recorded::Outcome::Recorded(_))));
    assert_eq!(seen(&county, &client), open, "given again");

    explained(&county, &client);
    county.stop();
    let postgres = embedded::Postgres::start(&county.data().join("postgres")).unwrap();
    let check = |condition: &str| {
        let sql = format!("DO $$ BEGIN IF NOT ({condition}) THEN RAISE EXCEPTION 'no'; END IF; END $$");
        postgres.execute("postgres", &sql).is_ok()
    };
    assert!(check("(SELECT count(*) FROM access_log WHERE query = 'RecordConsent' AND kind = 'use') = 4"));
    let withheld = "(SELECT count(*) FROM access_log WHERE query = 'GetOwnWorker' AND outcome = 'withheld' AND shown = '' \
                    AND decision = 'withheld' AND kind = 'none') = 3";
    assert!(check(withheld), "what is withheld is no disclosure");
    assert!(check("(SELECT count(*) FROM access_log WHERE query = 'WithdrawConsent') = 3"));
    let by_consent = "kind = 'disclosure' AND rule LIKE '%703/2023 6 §%'";
    assert!(check(&format!("EXISTS (SELECT FROM access_log WHERE query = 'GetOwnWorker' AND {by_consent})")));
    assert!(check(&format!("NOT EXISTS (SELECT FROM access_log WHERE query = 'RecordConsent' AND {by_consent})")));
}

/// "Who asked about this client, what were they shown, and why?" (703/2023 11 §)
fn explained(county: &County, client: &Person) {
    let look = ["--user", "officer", "--reason", "client-asks"];
    let list = county.operator_with(&[&["log", "list", "--client", "--json"], &look[..]].concat(), &client.hetu);
    let rows: Vec<serde_json::Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row =
        |outcome: &str| rows.iter().find(|row| row["query"] == "GetOwnWorker" && row["outcome"] == outcome).unwrap();
    let named = row("named");
    assert_eq!(named["shown"], json!([{"register": "social", "kind": "disclosure", "data": ["workers"]}]));
    let explain = |id: &serde_json::Value| county.operator(&[&["log", "explain", &id.to_string()], &look[..]].concat());
    let outcome = explain(&named["id"]);
    for part in [
        "tester of terveyssosiaalityö, as the system named them",
        "the answer was \"named\"",
        "shown of the social register (disclosure): workers: 703/2023 6 §; 457/2024 18 §",
        "client relationship: keskussairaala",
        "permitted since",
        "to health care working-age",
    ] {
        assert!(outcome.contains(part), "{part}: {outcome}");
    }
    assert!(!outcome.contains(&client.hetu) && !outcome.contains("Worker of"), "{outcome}");
    let outcome = explain(&row("withheld")["id"]);
    assert!(outcome.contains("nothing was shown") && !outcome.contains("permitted since"), "{outcome}");
    let outcome = county.operator(&[&["log", "list", "--of-user", "officer"], &look[..]].concat());
    assert!(outcome.contains("log-explain"), "the look is logged: {outcome}");
}

/// The county's register of permissions sends FHIR. It is silent for longer than its copy counts: nobody knows what was withdrawn since.
fn a_consent_of_a_register_opens_the_view_until_its_copy_is_too_old(way: Transport) {
    let decides =
        "decides = [\"identity-codes\", \"merges\"]\nsilence = \"30m\"\nartificial_identity_codes = true\ntoken";
    let config = |counts: &str| {
        let config = crate::fhir::config();
        assert!(config.contains(decides));
        let copy = decides
            .replace("\"merges\"]", &format!("\"merges\", \"permissions\"]\npermissions_valid_for = \"{counts}\""));
        config.replace(decides, &copy)
    };
    let mut county = County::start_on(way, &config("24h"));
    let client = person(49);
    county.heartbeat();
    in_hospital(&county, &client);
    clientship(&county, &client, "working-age", "own-worker");
    let consent = |version: u32, status: &str, rule: serde_json::Value| {
        let entry = |kind: &str, members: serde_json::Value| {
            let mut resource = json!({ "resourceType": kind, "id": "1" });
            resource.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
            let (url, address) = (format!("{kind}/1"), format!("https://register.example/fhir/{kind}/1"));
            json!({ "fullUrl": address, "resource": resource, "request": { "method": "PUT", "url": url } })
        };
        let bundle = json!({
            "resourceType": "Bundle", "id": format!("c-{version}"), "type": "transaction", "timestamp": ago(0).to_string(),
            "entry": [
                entry("Patient", json!({ "identifier": [{ "system": "urn:oid:1.2.246.21", "value": client.hetu }] })),
                entry("Consent", json!({
                    "identifier": [{ "system": "urn:oid:1.2.246.10.99999991.22", "value": "L-1" }],
                    "status": status, "scope": { "coding": [{ "code": "patient-privacy" }] },
                    "category": [{ "coding": [{ "code": "disclosure-permission" }] }],
                    "patient": { "reference": "Patient/1" }, "dateTime": ago(60).to_string(), "provision": rule,
                })),
            ],
        });
        crate::fhir::send(&county, "/fhir", crate::fhir::JSON, &bundle.to_string()).status
    };
    let permits = || json!({ "type": "permit", "code": [{ "coding": [{ "code": "working-age" }] }] });
    let (closed, open) = ((Vec::new(), None), (vec!["Worker of working-age".to_owned()], Some(1)));
    assert_eq!(seen(&county, &client), closed);
    let mut narrowed = permits();
    narrowed["securityLabel"] = json!([{ "code": "N" }]);
    assert_eq!(consent(1, "active", narrowed), 422, "what narrows it is not overlooked");
    assert_eq!(seen(&county, &client), closed);
    assert_eq!(consent(2, "active", permits()), 200);
    assert_eq!(seen(&county, &client), open);
    assert_eq!(consent(3, "inactive", permits()), 200);
    assert_eq!(seen(&county, &client), closed);
    assert!(matches!(record(&county, HEALTH, &client, "c1"), Some(recorded::Outcome::Recorded(_))));
    assert_eq!(seen(&county, &client), open, "at the bedside");
    assert!(matches!(withdraw(&county, HEALTH, &client, "c1"), Some(withdrawn::Outcome::Recorded(_))));
    assert_eq!(consent(4, "active", permits()), 200);
    county.settle();
    // Restarted with a copy that counts for a second: it has been silent for longer.
    county.stop();
    county.configure(&config("1s"));
    county.start_again();
    let silent = (0..300).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        seen(&county, &client) == closed
    });
    assert!(silent, "the copy is too old");
    assert!(matches!(record(&county, HEALTH, &client, "c2"), Some(recorded::Outcome::Recorded(_))));
    assert_eq!(seen(&county, &client), open, "at the bedside it has no such age");
}

fn an_unknown_client_and_a_stranger_to_the_caller_get_the_same_answer(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(42);
    county.heartbeat();
    clientship(&county, &client, "working-age", "own-worker");
    for client in [&client, &person(998)] {
        assert!(matches!(record(&county, HEALTH, client, "c1"), Some(recorded::Outcome::NotRecorded(_))));
        assert!(matches!(withdraw(&county, HEALTH, client, "c1"), Some(withdrawn::Outcome::NotRecorded(_))));
    }
    let mut service = ConsentServiceClient::new(county.channel());
    let request = proto::WithdrawConsentRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(DUTY)),
        consent_id: "c1".to_owned(),
    };
    let refused = county.wait(service.withdraw_consent(DUTY.request(request))).err().unwrap();
    assert_eq!(refused.code(), tonic::Code::PermissionDenied, "the duty service records none");
}

/// The hospital tells no name, so it has no record of the person: only a stay. A mistyped identity code of it is corrected.
fn a_consent_stays_with_the_identifier_when_a_record_turns_out_to_be_anothers(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (mistaken, other) = (person(43), person(44));
    county.heartbeat();
    for client in [&mistaken, &other] {
        clientship(&county, client, "working-age", "own-worker");
    }
    let nameless = |client: &Person| Person { family: "", given: "", number: "K0000043".into(), ..client.clone() };
    in_hospital(&county, &nameless(&mistaken));
    assert!(matches!(record(&county, HEALTH, &mistaken, "c1"), Some(recorded::Outcome::Recorded(_))));
    let open = (vec!["Worker of working-age".to_owned()], Some(1));
    assert_eq!(seen(&county, &mistaken), open);
    let stay = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A08", "2", ago(60), &nameless(&other), &stay)), "AA");
    assert_eq!(county.involved(&other), "involved", "the stay is the other's");
    assert_eq!(seen(&county, &other), (Vec::new(), None), "who has consented to nothing");
    assert!(matches!(withdraw(&county, HEALTH, &mistaken, "c1"), Some(withdrawn::Outcome::NotRecorded(_))));
}

/// A steward makes two clients one by mistake. Meanwhile each gives a consent, and the duty service leaves a call-back
/// request for each; then the mistake is undone.
fn what_two_clients_gave_stays_with_each_when_a_wrong_link_is_undone(way: Transport) {
    let county = County::start_on(way, &county::config());
    let clients = [(person(47), "working-age"), (person(48), "older")];
    county.heartbeat();
    for (n, (client, task)) in clients.iter().enumerate() {
        let number = n.to_string();
        let stay = Visit { number: &number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
        // The hospital has a record of each person too.
        assert_eq!(county.hl7(&adt("A31", &format!("p{n}"), ago(3700), client, &Visit::default())), "AA");
        assert_eq!(county.hl7(&adt("A01", &number, ago(3600), client, &stay)), "AA");
        clientship(&county, client, task, "own-worker");
    }
    county.settle();
    let looks = ["--user", "Iida Identiteetti", "--reason", "wrong-merge"];
    let reference = |client: &Person| {
        let found = county.operator_with(&[&["person", "find", "--json"], &looks[..]].concat(), &client.hetu);
        serde_json::from_str::<serde_json::Value>(found.lines().next().unwrap()).unwrap()["ref"].to_string()
    };
    let [a, b] = [0, 1].map(|n: usize| reference(&clients[n].0));
    let decide = ["review", "decide", &a, &b, "--together", "--by", "Iida Identiteetti", "--reason", "duplicate"];
    county.operator(&[&decide[..], &["--outside-a-case", "--yes"]].concat());
    for (client, task) in &clients {
        let recorded = permit(&county, HEALTH, client, task, task).unwrap();
        assert!(matches!(recorded, Some(recorded::Outcome::Recorded(_))));
        assert!(crate::duty::open(&county, DUTY, client, task).unwrap().is_some());
    }
    for (client, _) in &clients {
        assert_eq!(
            (seen(&county, client).0.len(), crate::duty::waiting(&county, SOCIAL, client)),
            (2, 2),
            "one client"
        );
    }
    county.operator(&[&["person", "undo", &a, &b, "--yes"][..], &looks].concat());
    for (client, task) in &clients {
        assert_eq!(seen(&county, client), (vec![format!("Worker of {task}")], Some(1)));
        assert_eq!(crate::duty::waiting(&county, SOCIAL, client), 1);
        assert!(matches!(withdraw(&county, HEALTH, client, task), Some(withdrawn::Outcome::Recorded(_))));
        assert_eq!(seen(&county, client), (Vec::new(), None));
    }
}

/// What was permitted before a backup may have been withdrawn after it. With Kafka the withdrawal comes back from there; without,
/// nothing from before opens anything until an operator closes the gap.
fn a_withdrawal_holds_after_the_restore_of_an_older_backup(way: Transport) {
    if !restore::pg_dump_is_here() {
        return;
    }
    let mut county = County::start_on(way, &county::config());
    let (withdraws, stays) = (person(45), person(46));
    county.heartbeat();
    let (closed, open) = ((Vec::new(), None), (vec!["Worker of working-age".to_owned()], Some(1)));
    for (client, visit) in [(&withdraws, "1"), (&stays, "2")] {
        let stay = Visit { number: visit, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
        assert_eq!(county.hl7(&adt("A01", visit, ago(3600), client, &stay)), "AA");
        let opened = json!({"clientship": visit, "service_task": "working-age"});
        assert_eq!(county.social(&social("ClientshipOpened", visit, ago(9000), client, opened)).status, 200);
        let assigned = json!({
            "assignment": visit, "clientship": visit, "role": "own-worker", "from": ago(8000).to_string(),
            "worker": {"id": "w", "name": "Worker of working-age", "phone": "044 000 0001"},
        });
        let id = format!("w-{visit}");
        assert_eq!(county.social(&social("WorkerAssigned", &id, ago(8000), client, assigned)).status, 200);
        assert!(matches!(record(&county, HEALTH, client, "c1"), Some(recorded::Outcome::Recorded(_))));
        assert_eq!(seen(&county, client), open);
    }
    let backup = restore::back_up(&county.data().with_file_name("backups"), &county.config(), &county.data());
    assert!(matches!(withdraw(&county, HEALTH, &withdraws, "c1"), Some(withdrawn::Outcome::Recorded(_))));
    county.stop();
    std::fs::rename(county.data().join("postgres"), county.data().join("postgres.lost")).unwrap();
    restore::done(restore::script("restore", &backup, &county.config(), &county.data()));
    county.start_again();
    assert_eq!(seen(&county, &withdraws), closed, "its withdrawal was acknowledged");
    if way == Transport::Direct {
        assert_eq!(seen(&county, &stays), closed, "it may have been withdrawn too: nobody knows");
        assert_eq!(county.involved(&stays), "not-known", "it may have been forbidden since");
        assert!(matches!(record(&county, HEALTH, &stays, "c2"), Some(recorded::Outcome::Recorded(_))));
        let given_since = (vec!["withheld".to_owned()], Some(1));
        assert_eq!(seen(&county, &stays), given_since, "what a turvakielto would hide stays hidden");
        // Who recorded the withdrawal repeats it.
        assert!(matches!(withdraw(&county, HEALTH, &withdraws, "c1"), Some(withdrawn::Outcome::Recorded(_))));
        county.operator(&["journal", "close-gap", "1", "--reason", "sent-again"]);
    }
    assert_eq!((seen(&county, &withdraws), seen(&county, &stays)), (closed, open));
    assert_eq!(county.involved(&stays), "involved");
}
