//! Whole lists from an extract, CloudEvents in binary mode, and the schemas that both follow.

use crate::support::{County, HEALTH, SOCIAL, Transport, ago};
use api::proto::lane;
use serde_json::{Value, json};
use testkit::county::{self, SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::wire::{post, request};

journeys! {
    a_list_of_the_hospitals_stays_heals_what_its_feed_lost,
    an_event_in_headers_and_body_is_an_event,
}

/// The extract's sender, which the configuration lets speak for the hospital. The token's hash is as
/// `rinnakkain hash-token` gives it.
const EXTRACT: &str = r#"
[[source]]
name = "ote"
format = "social"
token_sha256 = "d646e1282258fcf42a05e4dce440631457d715de6569bc5bee194e41a8c7d960"
covers = ["stays"]
decides = ["lists"]
service_class = "ordinary"
silence = "25h"
lists_of = "keskussairaala"
own_system = "keskussairaala-potilas"
artificial_identity_codes = true
"#;

fn a_list_of_the_hospitals_stays_heals_what_its_feed_lost(way: Transport) {
    let token = "made-up-token-of-the-extract";
    let config = county::config().edit_first("[[not_connected]]", &format!("{EXTRACT}\n[[not_connected]]"));
    let county = County::start_on(way, &config);
    let (stays, left, arrived) = (person(80), person(81), person(82));
    county.heartbeat();
    let stay = |number| Visit { number, class: "I", ward: "OS3", started: Some(ago(7200)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(7200), &stays, &stay("S-1"))), "AA");
    assert_eq!(county.hl7(&adt("A01", "2", ago(7200), &left, &stay("S-2"))), "AA");

    // The discharge of one and the admission of another were lost on the way.
    let directory = tempfile::tempdir().unwrap();
    let (file, secret) = (directory.path().join("stays.csv"), directory.path().join("token"));
    let row = |person: &county::Person, number: &str| {
        format!("{};{};{number};inpatient;OS3;{}\n", person.hetu, person.number, ago(7000))
    };
    let heading = "identity_code;client:keskussairaala-potilas;stay;class;ward;started_at\n";
    std::fs::write(&file, format!("{heading}{}{}", row(&stays, "S-1"), row(&arrived, "S-3"))).unwrap();
    std::fs::write(&secret, token).unwrap();
    let (file, secret) = (file.to_str().unwrap(), secret.to_str().unwrap());
    let to = format!("http://127.0.0.1:{}", county.product().ports.http);
    let as_of = ago(60).to_string();
    let send = ["send", "social", file, "--list", "stays", "--as-of", &as_of, "--register", "patient", "--count", "2"];
    let send = [send.as_slice(), &["--to", &to, "--token-file", secret]].concat();
    for _ in 0..2 {
        let output = county.operator(&send);
        assert!(output.contains("stored"), "{output}");
    }
    assert_eq!(county.involved(&stays), "involved");
    assert_eq!(county.involved(&left), "none", "not on the list: the lost discharge is healed");
    assert_eq!(county.involved(&arrived), "involved", "on it: so is the lost admission");
    let answer = county.view(HEALTH, &arrived.hetu, None).unwrap();
    let Some(lane::Lane::Shown(health)) = answer.health.unwrap().lane else { panic!("the lane is shown") };
    assert_eq!(health.stays.len(), 1);
    // Its discharge, when it comes, is of the same stay.
    let ended = Visit { ended: Some(ago(0)), ..stay("S-3") };
    assert_eq!(county.hl7(&adt("A03", "3", ago(0), &arrived, &ended)), "AA");
    assert_eq!(county.involved(&arrived), "none");

    // A line that cannot be read begins nothing, and nobody gets "none" because of that.
    let (unread, nobody) = (person(84), person(85));
    let wrong = row(&unread, "S-4").edit("inpatient", "resident");
    std::fs::write(file, format!("{heading}{}{wrong}", row(&stays, "S-1"))).unwrap();
    let as_of = ago(30).to_string();
    let partial: Vec<&str> =
        send.iter().map(|it| if it.ends_with('Z') { as_of.as_str() } else { it }).chain(["--partial"]).collect();
    let output = county.operator_says(&partial);
    assert!(output.contains("line 3 of the file") && output.contains("stored"), "{output}");
    assert_eq!((county.involved(&unread), county.involved(&nobody)), ("not-known", "none"));
}

fn an_event_in_headers_and_body_is_an_event(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(83);
    let opened = social("ClientshipOpened", "b-1", ago(900), &client, json!({ "clientship": "b-1" }));
    let bearer = format!("Bearer {SOCIAL_TOKEN}");
    let send = |headers: &[(&str, &str)], body: &str| {
        let headers = [&[("Authorization", bearer.as_str()), ("Content-Type", "application/json")], headers].concat();
        request(county.product().ports.http, "POST /events", &headers, body).unwrap()
    };
    let attribute = |name: &str| opened[name].as_str().unwrap().to_owned();
    let [id, time, name] = [attribute("id"), attribute("time"), attribute("type")];
    let headers =
        [("ce-specversion", "1.0"), ("CE-Id", &id), ("ce-source", "sosiaali"), ("ce-type", &name), ("ce-time", &time)];
    let data = opened["data"].to_string();
    for _ in 0..2 {
        let response = send(&headers, &data);
        assert_eq!((response.status, response.body.contains("\"stored\"")), (200, true), "{response:?}");
    }
    assert!(county.involvement(SOCIAL, &client.hetu).is_ok());
    assert_eq!(county.timeline(SOCIAL, &client.hetu).unwrap().entries.len(), 1, "the same event twice");

    // Without attributes it is no CloudEvent, with a bad one it is refused: whoever stands in either is kept.
    assert_eq!(send(&[], &data).status, 415);
    assert_eq!(send(&headers[..1], &data).status, 422, "no id");
    assert_eq!(send(&[("ce-specversion", "1.0"), ("ce-id", "%")], &data).status, 422);
    assert_eq!(send(&headers, "{").status, 422);
    county.settle();
    assert_eq!(county.operator(&["quarantine", "list"]).lines().count(), 1 + 4);
}

/// A sender reads in the service itself what it takes, without a token.
#[test]
fn the_schemas_are_served() {
    let county = County::start();
    let port = county.product().ports.http;
    let get = |path: &str| request(port, &format!("GET {path}"), &[], "").unwrap();
    let index: Value = serde_json::from_str(&get("/schemas").body).unwrap();
    let read = |path: &str| {
        let answer = get(path);
        assert_eq!(answer.status, 200, "{path}");
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let types = index["types"].as_array().unwrap();
    assert_eq!(types.len(), adapter::social::types().count());
    let envelope = read(index["envelope"].as_str().unwrap());
    for known in types {
        let [name, urn, path] = ["type", "dataschema", "schema"].map(|member| known[member].as_str().unwrap());
        let schema = read(path);
        assert_eq!(schema["$id"], json!(urn));
        assert_eq!([urn, name].map(|name| read(&format!("/schemas/{name}"))), [schema.clone(), schema]);
        assert!(envelope["properties"]["type"]["enum"].as_array().unwrap().contains(&json!(name)));
    }
    assert_eq!(get("/schemas/PersonDeleted.json").status, 404);
    assert_eq!(get("/schemas/common.json").status, 404);
    assert_eq!(post(port, "/schemas/CaseOpened.json", SOCIAL_TOKEN, "application/json", "").unwrap().status, 405);
}
