//! A first feed: an invented hospital, whose words nobody has configured, beside a social system; it is corrected while the
//! service runs.

use crate::support::{County, ago};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::county::{self, Person, Visit, adt, hl7_time, person, social};
use testkit::edit::Edit;

/// The new hospital; `words`: what is configured of its words.
fn config(words: &str) -> String {
    let hospital = format!(
        r#"
[[source]]
name = "uusi"
format = "hl7v2"
register = "patient"
application = "UUSI"
facility = "SAIRAALA"
own_system = "uusi-potilas"
covers = ["stays"]
silence = "30m"
contact = "Uusi sairaala, sosiaalityö, 044 000 4000"
artificial_identity_codes = true
{words}
[[not_connected]]"#
    );
    county::config().edit_first("[[not_connected]]", &hospital)
}

const WORDS: &str = r#"revision = 1
[source.authorities]
KSH = "uusi-potilas"
VRK = "urn:oid:1.2.246.21"
[source.patient_classes]
V = "inpatient"
"#;

/// An admission in the words of the new hospital.
fn admission(id: &str, person: &Person) -> String {
    let (at, Person { hetu, number, family, given }) = (hl7_time(ago(600)), person);
    let skip = "|".repeat(16);
    format!(
        "MSH|^~\\&|UUSI|SAIRAALA|RINNAKKAIN|HYVINVOINTIALUE|{at}||ADT^A01|{id}|P|2.4\rEVN|A01|{at}\r\
         PID|1||{number}^^^KSH^PI~{hetu}^^^VRK^HETU||{family}^{given}\r\
         PV1|1|V|OSASTO5{skip}{id}^^^KSH\rROL|1|AD|SOSTT|W1^{family}^{given}\r"
    )
}

/// Waits until the service has logged `text` one more time than `before`.
fn logs(county: &County, text: &str, before: usize) {
    let patience = Instant::now() + Duration::from_secs(30);
    while county.product().log().unwrap().matches(text).count() <= before {
        assert!(Instant::now() < patience, "it does not log {text:?}:\n{}", county.product().last_lines());
        std::thread::sleep(Duration::from_millis(100));
    }
}

const USED: &str = "the configuration has changed, and is used from now on";
const NOT_USED: &str = "the configuration has changed and cannot be used";

#[test]
fn a_feed_whose_words_are_unknown_never_gives_a_none_and_is_corrected_while_the_service_runs() {
    let county = County::start_with(&config(""));
    let (there, elsewhere) = (person(90), person(91));
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A31", "1", ago(60), &person(92), &Visit::default())), "AA");
    assert_eq!(county.involved(&elsewhere), "not-known", "the new hospital has never sent");
    assert_eq!(county.hl7(&admission("v-1", &there)), "AA");
    for asked in [&there, &elsewhere] {
        assert_eq!(county.involved(asked), "not-known", "a client whom nobody finds may be anybody");
    }

    // What it contains, from what is kept: each code with its meaning here, and nothing of anybody.
    let contents: Value = serde_json::from_str(&county.operator(&["feed", "uusi", "--json"])).unwrap();
    assert_eq!((&contents["messages"], &contents["found_by"]), (&json!(1), &json!({ "unknown-authority": 1 })));
    let unknown = |what: &str, code: &str| {
        let codes = contents["codes"][what].as_array().unwrap();
        codes.iter().any(|it| it["code"] == code && it["meaning"].is_null())
    };
    for (what, code) in [
        ("authority", "KSH"),
        ("authority", "VRK"),
        ("patient-class", "V"),
        ("ward", "OSASTO5"),
        ("worker-role", "SOSTT"),
        ("number-type", "HETU"),
    ] {
        assert!(unknown(what, code), "{what} {code}: {contents}");
    }
    let table = county.operator(&["feed", "uusi"]);
    assert!(table.contains("[source.authorities]") && table.contains("\"VRK\" = \"urn:oid:...\""), "{table}");
    let Person { hetu, number, family, .. } = &there;
    for personal in [hetu.as_str(), number.as_str(), family] {
        assert!(!table.contains(personal) && !contents.to_string().contains(personal), "{table}");
    }

    // A message that will give nothing once it is understood.
    let changed = admission("v-3", &there).edit("ADT^A01", "ADT^A51").edit("|UUSI|", "|UUSI2|");
    assert_eq!(county.hl7(&changed), "AE");

    // A slip of the pen changes nothing; what is right is used without a restart.
    county.configure(&config("authorities = 7\n"));
    logs(&county, NOT_USED, 0);
    assert_eq!(county.hl7(&admission("v-1", &there)), "AA", "the previous one stays in use");
    county.configure(&config(WORDS));
    logs(&county, USED, 0);
    let since = ago(3600).to_string();
    county.operator(&["retranslate", "--source", "uusi", "--since", &since]);
    assert_eq!((county.involved(&there), county.involved(&elsewhere)), ("involved", "none"));
    assert_eq!(county.hl7(&admission("v-2", &elsewhere)), "AA");
    assert_eq!(county.involved(&elsewhere), "involved", "what comes now is read by the new words");
    let contents: Value = serde_json::from_str(&county.operator(&["feed", "uusi", "--json"])).unwrap();
    // The first was sent twice, each time as written then.
    assert_eq!(contents["found_by"], json!({ "identity-code": 3 }));

    county.configure(&config(WORDS).edit("\"UUSI\"", "\"UUSI2\""));
    logs(&county, USED, 1);
    let redriven = county.operator(&["quarantine", "redrive", "--source", "unknown-sender"]);
    assert!(redriven.contains("taken, and gives nothing: "), "{redriven}");
}

/// What `deploy/README.md` sends first is taken with the example's settings, and its answers stay what they were.
#[test]
fn the_first_messages_are_of_somebody_of_whom_nothing_stays() {
    let deploy = testkit::root().join("deploy");
    let mut command = std::process::Command::new(crate::support::BINARY);
    command.args(["translate", "--json", "--config"]).arg(deploy.join("rinnakkain.toml"));
    let said = command.arg(deploy.join("first-message.hl7")).arg(deploy.join("first-event.json")).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let text = String::from_utf8(said.stdout).unwrap();
    let of: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = of.iter().map(|it| it["events"].as_array().unwrap()[0]["type"].as_str().unwrap()).collect();
    assert_eq!(events, ["StayStarted", "StayCancelled", "ClientshipClosed"], "{text}");
}

/// A social system could otherwise end every stay of a hospital, or write one.
#[test]
fn what_a_source_does_not_cover_is_refused_and_counted() {
    let county = County::start_with(&config(""));
    let list = json!({"as_of": ago(60).to_string(), "count": 0, "lines": [], "register": "patient"});
    let stays = social("CurrentStaysStated", "l-1", ago(60), &person(93), list);
    let refused = county.social(&stays);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.body.contains("unsupported-event-code") && refused.body.contains("does not cover stays"));
    let case = social("CaseOpened", "c-1", ago(60), &person(93), json!({"case": "c-1"}));
    assert_eq!(county.social(&case).status, 200);
    let sources = county.operator(&["sources", "--json"]);
    let of = |name: &str| {
        let rows = sources.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        rows.into_iter().find(|row| row["source"] == name).unwrap()
    };
    assert_eq!((&of("sosiaali")["rejected"], &of("sosiaali")["stored"]), (&json!(1), &json!(1)));
    assert_eq!(of("keskussairaala")["received"], json!(0));
}

/// Both of a source's tokens are taken while it changes over, and the first no longer once it is taken out; without a restart.
#[test]
fn a_source_has_two_tokens_while_it_changes_over() {
    use sha2::{Digest, Sha256};
    use testkit::wire::post;
    let hash = |token: &str| hex::encode(Sha256::digest(token));
    let (old, new) = (county::SOCIAL_TOKEN, "made-up-token-after-the-change");
    let first = format!("token_sha256 = \"{}\"\n", hash(old));
    let both = format!("{first}other_token_sha256 = \"{}\"\n", hash(new));
    let last = format!("token_sha256 = \"{}\"\n", hash(new));
    let county = County::start_with(&config("").edit_first(&first, &both));
    let status = |token| post(county.product().ports.http, "/heartbeat", token, "text/plain", "").unwrap().status;
    assert_eq!((status(old), status(new), status("another")), (204, 204, 401));
    county.configure(&config("").edit_first(&first, &last));
    logs(&county, USED, 0);
    assert_eq!((status(old), status(new)), (401, 204));
}
