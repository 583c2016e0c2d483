//! Nothing lost, everything findable: what senders count is what the county counts, a sender learns the outcome of its
//! message, and kept messages are read again after a mend. Each on both transports.

use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, ago};
use api::proto::receipt::Outcome;
use api::proto::receipt_service_client::ReceiptServiceClient;
use api::proto::{GetReceiptRequest, GetReceiptResponse};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use testkit::county::{self, SOCIAL_TOKEN, Visit, adt, config, config_with, person, social};
use testkit::edit::Edit;
use testkit::wire::{EVENT, Mllp, Response, acknowledgement_code, post};
use tonic::{Code, Request, Status};

journeys! {
    what_senders_count_is_what_the_county_counts_across_kills,
    a_sender_learns_the_outcome_of_its_own_messages,
    kept_messages_are_read_again_after_a_mend,
    messages_are_kept_for_their_time_and_not_at_all_where_that_is_wanted,
}

const HOSPITAL_TOKEN: &str = "made-up-token-of-the-hospital-system";

/// The county, whose hospital may ask for the outcome of its messages.
fn with_hospital_token(config: &str) -> String {
    let digest = Sha256::digest(HOSPITAL_TOKEN).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    config.edit("application = \"POTILAS\"", &format!("application = \"POTILAS\"\ntoken_sha256 = \"{digest}\""))
}

fn visit(ward: &str) -> Visit<'_> {
    Visit { number: "1", class: "I", ward, started: Some(ago(3600)), ..Visit::default() }
}

/// Received, stored, duplicate, ignored, rejected of a source; the sum holds.
fn counted(county: &County, source: &str) -> [u64; 5] {
    county.settle();
    let lines = county.operator(&["sources", "--json"]);
    let mut sources = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let Some(of) = sources.find(|it| it["source"] == source) else { return [0; 5] };
    let numbers = ["received", "stored", "duplicate", "ignored", "rejected"].map(|it| of[it].as_u64().unwrap());
    assert_eq!(numbers[0], numbers[1..].iter().sum::<u64>(), "{of}");
    numbers
}

/// What the senders know: what they sent, and what was answered.
struct Sent {
    /// When all of it took place: the same bytes each time.
    at: jiff::Timestamp,
    /// Messages that were sent, answered or not.
    attempts: AtomicU64,
    answered: AtomicU64,
    /// Those that were answered at least once, by what becomes of them: stored, ignored, rejected.
    messages: [Mutex<BTreeSet<u32>>; 3],
}

/// One in five is of no use, one in seven is refused; each with the answer that it gets.
fn message(at: jiff::Timestamp, n: u32) -> (usize, String, &'static str) {
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(at), ..Visit::default() };
    let good = adt("A01", &format!("R{n}"), at, &person(n), &visit);
    match n {
        n if n.is_multiple_of(5) => (1, good.edit("ADT^A01", "ADT^A51"), "AA"),
        n if n.is_multiple_of(7) => (2, good.edit("|P|2.5", "|T|2.5"), "AR"),
        _ => (0, good, "AA"),
    }
}

impl Sent {
    /// Sends until asked to stop, the same bytes until they are answered; each fourth is sent once more.
    fn run(&self, port: u16, first: u32, every: u32, stop: &AtomicBool) {
        let mut n = first;
        let (mut kept, mut again) = (message(self.at, n), n.is_multiple_of(4));
        while !stop.load(Ordering::Relaxed) {
            let Ok(mut connection) = Mllp::connect(port) else {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            };
            while !stop.load(Ordering::Relaxed) {
                self.attempts.fetch_add(1, Ordering::Relaxed);
                let Ok(answer) = connection.send(&kept.1) else { break };
                assert_eq!(acknowledgement_code(&answer), kept.2, "{answer}");
                self.answered.fetch_add(1, Ordering::Relaxed);
                self.messages[kept.0].lock().unwrap().insert(n);
                if !std::mem::take(&mut again) {
                    n += every;
                    (kept, again) = (message(self.at, n), n.is_multiple_of(4));
                }
            }
        }
    }

    fn known(&self) -> [u64; 3] {
        self.messages.each_ref().map(|messages| messages.lock().unwrap().len() as u64)
    }
}

fn what_senders_count_is_what_the_county_counts_across_kills(way: Transport) {
    const SENDERS: u32 = 6;
    let mut county = County::start_on(way, &config());
    let sent = Sent { at: ago(3600), attempts: 0.into(), answered: 0.into(), messages: Default::default() };
    for round in 0..3 {
        let port = county.product().ports.mllp;
        let (stop, sent) = (AtomicBool::new(false), &sent);
        let before = sent.answered.load(Ordering::Relaxed);
        let gained = || sent.answered.load(Ordering::Relaxed) - before;
        std::thread::scope(|scope| {
            for sender in 0..SENDERS {
                let stop = &stop;
                scope.spawn(move || sent.run(port, round * 60_000 + sender, SENDERS, stop));
            }
            // Under way, however slow the machine is.
            let patience = Instant::now() + Duration::from_mins(1);
            while gained() <= 30 && Instant::now() < patience {
                std::thread::sleep(Duration::from_millis(700));
            }
            county.kill();
            stop.store(true, Ordering::Relaxed);
        });
        assert!(gained() > 30, "only {} messages were answered before the kill", gained());
        county.start_again();
    }
    let [received, stored, duplicate, ignored, rejected] = counted(&county, "keskussairaala");
    let (attempts, answered) = (sent.attempts.load(Ordering::Relaxed), sent.answered.load(Ordering::Relaxed));
    let unanswered = attempts - answered;
    assert!((answered..=attempts).contains(&received), "{answered} answered, {received} received, {attempts} sent");
    let known = sent.known();
    for (counted, known) in [stored, ignored, rejected].into_iter().zip(known) {
        // What was stored just before the kill, and its answer lost.
        assert!((known..=known + unanswered).contains(&counted), "{known} known, {counted} counted");
    }
    let copies = answered - known.iter().sum::<u64>();
    assert!(copies > 0 && (copies..=copies + unanswered).contains(&duplicate), "{copies} copies, {duplicate} counted");

    // Every message that was ever sent, until it is answered: no doubt is left.
    for (of, messages) in sent.messages.iter().enumerate() {
        let some: Vec<u32> = messages.lock().unwrap().iter().copied().take(50).collect();
        let mut connection = county.mllp();
        for n in some {
            let (kind, message, answer) = message(sent.at, n);
            assert_eq!((kind, acknowledgement_code(&connection.send(&message).unwrap())), (of, answer));
        }
        let again = counted(&county, "keskussairaala");
        assert_eq!(again[of + 1 + usize::from(of > 0)], [stored, ignored, rejected][of], "no copy is another message");
    }
    let resent: u64 = known.iter().map(|it| (*it).min(50)).sum();
    let expected = [received + resent, stored, duplicate + resent, ignored, rejected];
    assert_eq!(counted(&county, "keskussairaala"), expected);
    // Read twice, in the same process or the next one, it is counted once.
    county.kill();
    county.start_again();
    assert_eq!(counted(&county, "keskussairaala"), expected);
    county.operator(&["rebuild", "--verify"]);
}

fn asked(county: &County, token: &str, id: &str) -> Response {
    let body = json!({ "id": id }).to_string();
    post(county.product().ports.http, "/receipts", token, "application/json", &body).unwrap()
}

fn asked_over_grpc(county: &County, token: &str, id: &str) -> Result<GetReceiptResponse, Status> {
    let mut client = ReceiptServiceClient::new(county.channel());
    let mut request = Request::new(GetReceiptRequest { message_id: id.to_owned() });
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    county.wait(client.get_receipt(request)).map(tonic::Response::into_inner)
}

/// The outcome over HTTP, and the same over gRPC.
fn outcome(county: &County, token: &str, id: &str) -> (String, u64) {
    county.settle();
    let response = asked(county, token, id);
    assert_eq!(response.status, 200, "{response:?}");
    let answer: Value = serde_json::from_str(&response.body).unwrap();
    let receipts = answer["receipts"].as_array().unwrap();
    let grpc = asked_over_grpc(county, token, id).unwrap().receipts;
    assert_eq!(grpc.len(), receipts.len());
    let (receipt, grpc) = (&receipts[0], &grpc[0]);
    let word = match grpc.outcome.as_ref().unwrap() {
        Outcome::Stored(it) => {
            assert_eq!(receipt["events"], it.events);
            "stored"
        }
        Outcome::Ignored(_) => "ignored",
        Outcome::Rejected(it) => {
            assert_eq!((&receipt["error"]["code"], &receipt["error"]["place"]), (&json!(it.code), &json!(it.place)));
            "rejected"
        }
    };
    assert_eq!((receipt["outcome"].as_str(), receipt["duplicates"].as_u64()), (Some(word), Some(grpc.duplicates)));
    (word.to_owned(), grpc.duplicates)
}

fn a_sender_learns_the_outcome_of_its_own_messages(way: Transport) {
    let county = County::start_on(way, &with_hospital_token(&config()));
    let client = person(7);
    let good = adt("A01", "H1", ago(3600), &client, &visit("OS3"));
    assert_eq!(county.hl7(&good), "AA");
    assert_eq!(county.hl7(&good), "AA");
    assert_eq!(county.hl7(&good.edit("ADT^A01|H1", "ADT^A51|H2")), "AA");
    assert_eq!(county.hl7(&good.edit("|H1|P|", "|H3|T|")), "AR");
    let event = social("ClientshipOpened", "S1", ago(60), &client, json!({"clientship": "1"}));
    assert_eq!(county.social(&event).status, 200);
    let mut wrong = social("ClientshipClosed", "S2", ago(60), &client, json!({"clientship": "1"}));
    wrong["data"]["happened_at"] = json!("tomorrow");
    assert_eq!(county.social(&wrong).status, 422);

    assert_eq!(outcome(&county, HOSPITAL_TOKEN, "H1"), ("stored".to_owned(), 1));
    assert_eq!(outcome(&county, HOSPITAL_TOKEN, "H2"), ("ignored".to_owned(), 0));
    assert_eq!(outcome(&county, HOSPITAL_TOKEN, "H3"), ("rejected".to_owned(), 0));
    assert_eq!(outcome(&county, SOCIAL_TOKEN, "S1"), ("stored".to_owned(), 0));
    let refused = asked(&county, SOCIAL_TOKEN, "S2");
    assert!(refused.body.contains("\"data.happened_at\"") && refused.body.contains("data-type-error"), "{refused:?}");
    for shown in [refused.body, asked(&county, HOSPITAL_TOKEN, "H1").body] {
        for personal in [client.hetu.as_str(), &client.number, client.family, "tomorrow"] {
            assert!(!shown.contains(personal), "{shown}");
        }
    }

    // What nobody sent and what another sent read the same.
    let (nobodys, others) = (asked(&county, SOCIAL_TOKEN, "X"), asked(&county, SOCIAL_TOKEN, "H1"));
    assert_eq!(nobodys.status, 404);
    assert_eq!(nobodys, others);
    let status = |id| asked_over_grpc(&county, SOCIAL_TOKEN, id).err().unwrap();
    assert_eq!(status("X").code(), Code::NotFound);
    assert_eq!(
        (status("X").code(), status("X").message().to_owned()),
        (status("H1").code(), status("H1").message().to_owned())
    );

    // A sender's token opens nothing else, a caller's token no receipt. An HL7 v2 source sends no events by it: what it sends is
    // kept all the same.
    assert_eq!(asked(&county, DUTY.token, "H1").status, 401);
    assert_eq!(asked_over_grpc(&county, "nobody's", "H1").err().unwrap().code(), Code::Unauthenticated);
    let sends = post(county.product().ports.http, "/events", HOSPITAL_TOKEN, EVENT, &event.to_string()).unwrap();
    assert_eq!(sends.status, 403, "{sends:?}");
    let kept = county.operator(&["quarantine", "list", "--json", "--code", "unsupported-message-type"]);
    assert!(kept.contains("keskussairaala"), "{kept}");
    for body in ["", "{}", "{\"id\": \"\"}", "{\"id\": 1}"] {
        let response = post(county.product().ports.http, "/receipts", SOCIAL_TOKEN, "application/json", body).unwrap();
        assert_eq!(response.status, 400, "{body}");
    }
    for length in [(4 << 10) + 1, 9 << 20] {
        let long = " ".repeat(length);
        let response = post(county.product().ports.http, "/receipts", SOCIAL_TOKEN, "application/json", &long).unwrap();
        assert_eq!(response.status, 413, "{length}");
    }

    // Mended and driven again, what was rejected is stored.
    county.configure(&with_hospital_token(&config_with("processing_id = \"T\"")));
    let id = county.operator(&["quarantine", "list", "--json"]);
    let mut entries = id.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let entry = entries.find(|it| it["code"] == "unsupported-processing-id").unwrap();
    let id = entry["id"].as_str().unwrap();
    let shown = county.operator(&["quarantine", "show", id]);
    assert!(shown.contains("MSH-11") && !shown.contains(client.family), "{shown}");
    let looks = ["quarantine", "show", id, "--show-personal", "--user", "operator", "--reason", "sender-asks"];
    assert!(county.operator(&looks).contains(client.family));
    county.operator(&["quarantine", "redrive", id]);
    assert_eq!(outcome(&county, HOSPITAL_TOKEN, "H3"), ("stored".to_owned(), 0));
    assert_eq!(counted(&county, "keskussairaala"), [5, 2, 1, 1, 1]);
    let drop = ["quarantine", "drop", id, "--reason", "no-longer-needed"];
    assert!(county.operator_fails(&drop).contains("--yes"), "it is for ever");
    county.operator(&[&drop[..], &["--yes"]].concat());
    assert!(county.operator(&looks).contains("its content is gone"));
}

/// The answers about a few clients: their health lane, and how much their timeline lists.
fn shown(county: &County) -> Vec<String> {
    let of = |n| {
        let hetu = person(n).hetu;
        let view = county.view(HEALTH, &hetu, None).unwrap();
        let listed = county.timeline(HEALTH, &hetu).unwrap().entries.len();
        let workers = county.workers(HEALTH, &hetu).unwrap().workers;
        let workers: Vec<_> = workers.iter().map(Message::encode_to_vec).collect();
        format!("{:?} {listed} {workers:?}", view.health.map(|lane| lane.encode_to_vec()))
    };
    (20..24).map(of).collect()
}

fn kept_messages_are_read_again_after_a_mend(way: Transport) {
    // As it should have been from the beginning; and as it was: another zone, a ward's name that nobody knows, and a doctor
    // taken for the client's case manager.
    let wrong = config()
        .edit("\"health-social-work\"]\ndecides", "\"health-social-work\", \"workers\"]\ndecides")
        .edit("application = \"POTILAS\"", "application = \"POTILAS\"\nworker_roles = { AT = \"case-manager\" }");
    let mended = |revision: u32| {
        config().edit(
            "application = \"POTILAS\"",
            &format!("application = \"POTILAS\"\ntime_zone = \"UTC\"\nrevision = {revision}\nwards = {{ \"OSASTO 3\" = \"OS3\" }}"),
        )
    };
    let started = ago(7200);
    let messages: Vec<String> = (20..24)
        .map(|n| {
            let visit = Visit { number: "1", class: "I", ward: "OSASTO 3", started: Some(started), ..Visit::default() };
            let message = adt("A01", &format!("M{n}"), started, &person(n), &visit);
            message + "ROL|1|AD|AT^Hoitava lääkäri|L-1^Lääkäri^Liisa|20260302080500\r"
        })
        .collect();
    let send = |county: &County| {
        for message in &messages {
            assert_eq!(county.hl7(message), "AA");
        }
        county.settle();
    };
    let right = County::start_on(way, &mended(0));
    send(&right);
    let expected = shown(&right);
    drop(right);

    let mut county = County::start_on(way, &wrong);
    send(&county);
    assert_ne!(shown(&county), expected, "it was read otherwise");
    let since = (ago(3600)).to_string();
    let read = |county: &County, more: &[&str]| -> Value {
        let arguments = [&["retranslate", "--source", "keskussairaala", "--since", &since, "--json"], more].concat();
        serde_json::from_str(&county.operator(&arguments)).unwrap()
    };
    let unchanged = read(&county, &[]);
    assert_eq!((&unchanged["messages"], &unchanged["events"]["changed"]), (&json!(4), &json!(0)), "{unchanged}");
    county.stop();
    county.configure(&mended(1));
    county.start_again();
    let would = read(&county, &["--dry-run"]);
    assert_eq!((&would["events"]["changed"], &would["events"]["withdrawn"]), (&json!(4), &json!(4)), "{would}");
    assert_ne!(shown(&county), expected, "nothing is stored yet");
    let done = read(&county, &[]);
    assert_eq!(done["events"], would["events"]);
    assert_eq!(shown(&county), expected, "the view is what it would have been");
    let again = read(&county, &[]);
    let (changed, withdrawn) = (&again["events"]["changed"], &again["events"]["withdrawn"]);
    assert_eq!((changed, withdrawn), (&json!(0), &json!(0)), "read again, it changes nothing");
    // A copy that its sender sends now is read the same way.
    send(&county);
    assert_eq!(shown(&county), expected);
    assert_eq!(counted(&county, "keskussairaala"), [8, 4, 4, 0, 0]);
    county.operator(&["rebuild", "--verify"]);
}

fn messages_are_kept_for_their_time_and_not_at_all_where_that_is_wanted(way: Transport) {
    let since = ago(3600).to_string();
    let kept = |county: &County| -> u64 {
        county.settle();
        let read = county.operator(&["retranslate", "--source", "sosiaali", "--since", &since, "--json", "--dry-run"]);
        serde_json::from_str::<Value>(&read).unwrap()["messages"].as_u64().unwrap()
    };
    let send = |county: &County, id: &str| {
        let event = social("ClientshipOpened", id, ago(60), &person(30), json!({"clientship": id}));
        assert_eq!(county.social(&event).status, 200);
    };
    let mut county = County::start_on(way, &config_with("[ingest]\nkeep = \"4s\""));
    send(&county, "1");
    assert_eq!(kept(&county), 1);
    for _ in 0..200 {
        if kept(&county) == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(kept(&county), 0, "its bytes are gone");
    assert_eq!(outcome(&county, SOCIAL_TOKEN, "1").0, "stored", "its receipt is not");
    county.stop();
    county.configure(&config_with("[ingest]\nkeep = \"0\""));
    county.start_again();
    send(&county, "2");
    assert_eq!(kept(&county), 0);
    assert_eq!(outcome(&county, SOCIAL_TOKEN, "2").0, "stored");
    assert_eq!(counted(&county, "sosiaali"), [2, 2, 0, 0, 0]);
    assert!(county.own_worker(SOCIAL, &person(30).hetu).is_ok());
}

#[test]
fn a_source_that_is_not_configured_is_counted_too() {
    let county = County::start_with(&county::config());
    let foreign = adt("A01", "1", ago(60), &person(1), &visit("OS3")).edit("|POTILAS|", "|X|");
    assert_eq!(county.hl7(&foreign), "AE");
    assert_eq!(county.hl7(&foreign), "AE");
    assert_eq!(counted(&county, "unknown-sender"), [2, 0, 1, 0, 1]);
}
