//! Canaries: made-up names, codes and identifiers that must be found nowhere but under their seal.

use crate::declared::{declared, declaring, own_worker};
use crate::support::collector::Collector;
use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, ago};
use api::proto::Basis;
use prost::Message;
use serde_json::json;
use std::fs;
use std::path::Path;
use testkit::county::{DUTY_TOKEN, Person, SOCIAL_TOKEN, Visit, adt, config_with, page, person, social};
use testkit::edit::Edit;
use testkit::wire::{EVENT, post, request};

const WORKER: &str = "Kanaria Työntekijä";
const PHONE: &str = "0449990001";
const UNIT: &str = "Kanariayksikkö";
const EMAIL: &str = "kanaria@example.invalid";
const REASON: &str = "Kanariaperuste: ei edunvalvojaa";

fn canary() -> Person {
    Person { family: "Kanarialintunen", given: "Tipi", ..person(123_456) }
}

/// Where in `text` a canary sings.
fn found<'a>(text: &[u8], canaries: &'a [String]) -> Vec<&'a str> {
    let sings = |canary: &&String| text.windows(canary.len()).any(|window| window == canary.as_bytes());
    canaries.iter().filter(sings).map(String::as_str).collect()
}

fn files(directory: &Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, into);
        } else if path.is_file() {
            into.push(path);
        }
    }
}

/// What the duty page answers about this client.
fn checked_on_the_page(port: u16, client: &Person) -> String {
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let send = |path: &str, cookie: &str, body: &str| {
        request(port, &format!("POST {path}"), &[form_type, ("host", "localhost"), ("cookie", cookie)], body).unwrap()
    };
    let cookie = send("/sign-in", "", "professional=paivystaja-1&language=fi").header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let page = request(port, "GET /", &[("host", "localhost"), ("cookie", cookie)], "").unwrap().body;
    let form = page.split("action=\"/check\"").nth(1).unwrap().split("name=\"form\" value=\"").nth(1).unwrap();
    let form = form.split('"').next().unwrap();
    let asked =
        format!("form={form}&identity_code={}&task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP", client.hetu);
    send("/check", cookie, &asked).body
}

#[test]
fn nothing_personal_is_logged_answered_or_stored_in_the_open() {
    search(Transport::Direct);
}

#[test]
fn nothing_personal_is_in_kafkas_segments_or_headers() {
    search(Transport::Kafka);
}

fn search(transport: Transport) {
    let collector = Collector::start();
    let scratch = testkit::product::scratch().unwrap();
    let token = scratch.path().join("page.token");
    fs::write(&token, DUTY_TOKEN).unwrap();
    let log = "[log]\nfilter = \"debug\"\n";
    let config = declaring(&config_with(&format!("{log}{}{}", collector.config(), page(&token))));
    let mut county = County::start_on(transport, &config);
    let client = canary();
    let visit = Visit { number: "KANARIAKAYNTI", class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
    let own = [&client.hetu, &client.number, "Kanarialintunen", "KANARIAKAYNTI", "KANARIAVIESTI"];
    let canaries: Vec<_> = own.into_iter().chain([WORKER, PHONE, UNIT, EMAIL, REASON]).map(str::to_owned).collect();
    let mut answers = Vec::new();
    let http = county.product().ports.http;

    // Everything that works …
    let good = adt("A01", "1", ago(60), &client, &visit);
    let update = adt("A31", "2", ago(60), &client, &visit);
    let worker = json!({
        "assignment": "1", "role": "own-worker", "from": ago(60).to_string(),
        "worker": {"id": WORKER, "name": WORKER, "phone": PHONE, "unit": UNIT, "email": EMAIL},
    });
    answers.push(county.mllp().send(&good).unwrap());
    answers.push(county.mllp().send(&update).unwrap());
    answers.push(county.social(&social("WorkerAssigned", "1", ago(60), &client, worker)).body);
    let answered = county.own_worker(DUTY, &client.hetu).unwrap().encode_to_vec();
    assert!(found(&answered, &canaries).contains(&WORKER), "the one who may see it sees it: the canaries are there");

    let answered = checked_on_the_page(county.product().ports.page, &client);
    assert!(found(answered.as_bytes(), &canaries).contains(&WORKER), "{answered}");

    let declare = |basis, seconds| own_worker(&county, HEALTH, &client, declared(basis, REASON, seconds), None);
    let answered = declare(Basis::NoCapacity, 60).unwrap().encode_to_vec();
    assert_eq!(found(&answered, &canaries), [WORKER, PHONE], "across the line: whom to ring, and no place");

    // … and everything that does not.
    for refused in [declare(Basis::Authority, 60), declare(Basis::NoCapacity, 16 * 60)] {
        answers.push(format!("{:?}", refused.err().unwrap()));
    }
    // A header goes back to its sender as HL7 v2 chapter 2 asks, so no canary sits in one.
    let bad = [
        good.edit("|P|2.5", "|X|2.5"),
        good.edit("ADT^A01", "ADT^X"),
        good.edit("|POTILAS|", "|X|"),
        good.edit("PV1|1|I|", "PV1|1|I|O\0"),
        good.edit("EVN|A01|", "EVN|A01|KANARIAVIESTI"),
        "MSH|KANARIAVIESTI".to_owned(),
    ];
    for message in &bad {
        answers.extend(county.mllp().send(message));
    }
    let event = social("ClientshipOpened", "2", ago(60), &client, json!({"clientship": "KANARIAKAYNTI"}));
    let mut wrong = event.clone();
    wrong["data"]["happened_at"] = json!("KANARIAVIESTI");
    for body in [wrong.to_string(), format!("{event}}}"), event.to_string().edit("1.0", "KANARIAVIESTI")] {
        answers.push(post(http, "/events", SOCIAL_TOKEN, EVENT, &body).unwrap().body);
    }
    for who in [DUTY, SOCIAL] {
        let mistyped = format!("{}Z", &client.hetu[..10]);
        let error = county.own_worker(who, &mistyped).err().unwrap();
        answers.push(format!("{error:?}"));
    }
    answers.push(county.operator(&["quarantine", "list"]));
    answers.push(county.operator(&["quarantine", "list", "--json"]));
    county.stop();

    assert!(!answers.is_empty());
    assert_eq!(found(answers.join("\n").as_bytes(), &canaries), Vec::<&str>::new(), "in an answer: {answers:#?}");

    let mut everything = Vec::new();
    files(&county.data(), &mut everything);
    let log = everything.iter().find(|path| path.ends_with("log.txt")).expect("it logs");
    assert!(fs::metadata(log).unwrap().len() > 1000, "at debug it logs a lot");
    assert!(everything.iter().any(|path| path.ends_with("server.log")), "and so does PostgreSQL");
    for path in &everything {
        let place = path.strip_prefix(county.data()).unwrap();
        assert_eq!(found(&fs::read(path).unwrap(), &canaries), Vec::<&str>::new(), "in {}", place.display());
    }

    let segments: Vec<_> = county.journal_files().into_iter().map(|path| fs::read(path).unwrap()).collect();
    if transport == Transport::Kafka {
        let written = ["rinnakkain.event.v1.StayStarted", "rinnakkain.event.v1.Rejected"].map(str::to_owned);
        assert!(written.iter().all(|it| segments.iter().any(|text| !found(text, std::slice::from_ref(it)).is_empty())));
    }
    for segment in segments {
        assert_eq!(found(&segment, &canaries), Vec::<&str>::new(), "in a segment of the journal");
    }

    let exported = collector.everything();
    assert!(!found(&exported, &["keskussairaala".to_owned()]).is_empty(), "traces and metrics name the source");
    assert!(!collector.spans().is_empty() && !collector.metric_names().is_empty());
    assert_eq!(found(&exported, &canaries), Vec::<&str>::new(), "in a trace or a metric");

    // The search finds what is there.
    fs::write(county.data().join("planted.log"), format!("WARN {} was refused", client.hetu)).unwrap();
    let planted = fs::read(county.data().join("planted.log")).unwrap();
    assert_eq!(found(&planted, &canaries), [client.hetu.as_str()]);
}
