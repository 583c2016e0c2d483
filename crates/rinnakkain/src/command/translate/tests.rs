use super::*;
use serde_json::{Value, json};
use std::fs;
use testkit::county::{Visit, adt, config, person, social};

fn previews(bytes: &str, more: &[&str], with_config: bool) -> (bool, Vec<Value>, Vec<[String; 8]>) {
    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        translate: Translate,
    }
    let directory = tempfile::tempdir().unwrap();
    let (file, settings) = (directory.path().join("message"), directory.path().join("rinnakkain.toml"));
    fs::write(&file, bytes).unwrap();
    fs::write(&settings, if with_config { config() } else { String::new() }).unwrap();
    let mut arguments = vec!["translate", file.to_str().unwrap()];
    arguments.extend(more);
    let Cli { translate } = <Cli as clap::Parser>::try_parse_from(arguments).unwrap();
    let config = Config::load(Some(&settings), Some(directory.path())).unwrap();
    let keyring = keys::for_the_occasion().unwrap();
    let previews = translate.of_file(&file, &config, &keyring).unwrap();
    assert!(!directory.path().join("keys.toml").exists() && !directory.path().join("postgres").exists());
    let rejected = previews.iter().any(|it| matches!(it.outcome, Outcome::Rejected(_)));
    let json = previews.iter().map(|it| it.json(translate.show_personal, &keyring)).collect();
    (rejected, json, previews.iter().map(|it| it.row(translate.show_personal, &keyring)).collect())
}

fn at() -> jiff::Timestamp {
    "2026-03-01T09:00:00Z".parse().unwrap()
}

#[test]
fn each_message_of_a_file_is_shown_with_its_events_its_answer_and_its_error() {
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(at()), ..Visit::default() };
    let good = adt("A01", "KANARIAVIESTI", at(), &person(1), &visit);
    let file = [
        good.as_str(),
        &good.replace("ADT^A01", "ADT^A51"),
        &good.replace("|P|2.5", "|T|2.5"),
        &good.replace("|POTILAS|", "|SOMEBODY|"),
    ]
    .concat()
    .replace('\r', "\r\n");
    let (rejected, previews, rows) = previews(&file, &[], true);
    assert!(rejected);
    let outcomes: Vec<_> =
        previews.iter().map(|it| (it["outcome"].as_str().unwrap(), it["acknowledgement"].as_str().unwrap())).collect();
    assert_eq!(outcomes, [("events", "AA"), ("ignored", "AA"), ("rejected", "AR"), ("rejected", "AE")]);
    assert_eq!(previews[0]["events"][0]["type"], "StayStarted");
    assert_eq!(previews[0]["events"][0]["happened_at"], "2026-03-01T09:00:00Z");
    assert_eq!(previews[0]["events"][0]["register"], "patient");
    assert_eq!(previews[2]["error"]["code"], "unsupported-processing-id");
    assert_eq!(previews[2]["error"]["place"], "MSH-11");
    assert_eq!(previews[1]["error"], Value::Null);
    assert_eq!(previews[3]["message"], 4);
    let found_by: Vec<_> = previews.iter().map(|it| it["found_by"].as_str()).collect();
    assert_eq!(found_by, [Some("identity-code"), None, None, None]);
    assert_eq!(previews[1]["ignored"], "this trigger event (MSH-9.2) changes no answer");
    assert_eq!(previews[3]["error"]["found"], "MSH-3 / MSH-4: SOMEBODY / KESKUSSAIRAALA");
    assert!(rows[3][7].ends_with("(MSH-3 / MSH-4: SOMEBODY / KESKUSSAIRAALA)"), "{rows:?}");
    assert_eq!(previews[3]["error"]["code"], "unknown-key-identifier");
    let shown = format!("{previews:?} {rows:?}");
    let person = person(1);
    for personal in [person.family, person.given, &person.hetu, &person.number, "KANARIAVIESTI"] {
        assert!(!shown.contains(personal), "{personal} is shown: {shown}");
    }
}

#[test]
fn what_is_personal_is_shown_to_who_asks_for_it() {
    let message = adt("A31", "VIESTI", at(), &person(1), &Visit::default());
    let (_, previews, rows) = previews(&message, &["--show-personal"], true);
    assert_eq!(previews[0]["message_id"], "VIESTI");
    let events = previews[0]["events"].as_array().unwrap();
    let updated = events.iter().find(|it| it["type"] == "PersonUpdated").unwrap();
    assert_eq!(updated["personal"]["family"], person(1).family);
    assert!(rows[0][3].contains(person(1).family));
}

#[test]
fn events_of_social_care_are_shown_by_their_source_and_each_of_a_batch() {
    let event = social("ClientshipOpened", "1", at(), &person(1), json!({"clientship": "1"}));
    let mut wrong = event.clone();
    wrong.as_object_mut().unwrap().remove("time");
    let (rejected, list, _) = previews(&json!([event, wrong]).to_string(), &[], true);
    assert!(rejected);
    assert_eq!((list[0]["outcome"].as_str(), list[1]["outcome"].as_str()), (Some("events"), Some("rejected")));
    assert_eq!(list[0]["events"][0]["register"], "social");
    assert_eq!(list[0]["events"][0]["source"], "sosiaali");
    assert_eq!(list[1]["acknowledgement"], "422");
    let (rejected, list, _) = previews("{", &["--format", "social"], true);
    assert!(rejected && list.len() == 1);
    let (rejected, list, _) = previews(&event.to_string(), &[], false);
    assert!(!rejected && list[0]["outcome"] == "events", "without a configuration: {list:?}");
}

/// One that is no message has a row like any other: it is what a new feed is searched for.
#[test]
fn every_file_has_a_row() {
    let table: [(&str, &[&str], &str); 5] = [
        ("nothing here", &[], "malformed"),
        ("", &[], "malformed"),
        ("PID|1||4711\r", &["--format", "hl7v2"], "segment-sequence-error"),
        ("[]", &[], "malformed"),
        ("{}", &["--format", "fhir"], "unsupported-message-type"),
    ];
    for (bytes, more, code) in table {
        let (rejected, list, rows) = previews(bytes, more, true);
        assert!(rejected && list.len() == 1 && rows.len() == 1, "{bytes:?}: {list:?}");
        assert_eq!(list[0]["error"]["code"], code, "{bytes:?}");
        assert_eq!(list[0]["message"], 1);
    }
    let (config, keyring) = (Config::of_text("").unwrap(), keys::for_the_occasion().unwrap());
    let missing = PathBuf::from("/nowhere/at/all");
    let translate =
        Translate { files: vec![missing.clone()], format: None, source: None, json: false, show_personal: false };
    let rows = translate.of_file(&missing, &config, &keyring).unwrap();
    assert!(matches!(rows.as_slice(), [Preview { outcome: Outcome::Rejected(_), .. }]));
}

/// A county in training accepts T, also of a sender that nobody has configured yet.
#[test]
fn where_no_source_is_known_the_countys_own_settings_hold() {
    let config = Config::of_text("processing_id = \"T\"\ntime_zone = \"Europe/Stockholm\"").unwrap();
    let plain = plain(Format::Hl7v2, &config);
    assert_eq!((plain.processing_id.as_str(), plain.zone.iana_name()), ("T", Some("Europe/Stockholm")));
}

/// A code that nobody mapped is not personal, and its message is answered AA: the code is shown here. A ward of the
/// county's list is not.
#[test]
fn what_the_configuration_does_not_know_is_shown() {
    let message = "MSH|^~\\&|POTILAS|KESKUSSAIRAALA|A|B|20260301||ADT^A01|1|P|2.5\rPID|1||4711^^^MUU^XX~17^^^MUU^VN\r\
                   PV1|1|QQ|OS1|||OS3|||||||||||||V1^^^TOINEN\rROL|1|AD|LAAK|1\r";
    let (rejected, list, _) = previews(message, &[], true);
    assert!(!rejected, "{list:?}");
    let expected = [
        ("authority", "MUU"),
        ("number-type", "XX"),
        ("ward", "OS1"),
        ("patient-class", "QQ"),
        ("worker-role", "LAAK"),
    ];
    let found: Vec<_> = list[0]["unmapped"].as_array().unwrap().iter().collect();
    let found: Vec<_> = found.iter().map(|it| (it["what"].as_str().unwrap(), it["code"].as_str().unwrap())).collect();
    assert_eq!(found, expected);
    assert_eq!(list[0]["source"], "keskussairaala");
    assert_eq!(list[0]["found_by"], "visit-only", "its number has a type that is not configured");
}

/// The same status as the service answers with (`adapter::fhir::Answer::http_status`), and none to an acknowledgement.
#[test]
fn a_bundle_is_shown_with_the_status_that_its_sender_would_get() {
    let sample = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/messages/fhir");
        fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
    };
    let answer = |bytes: &str| {
        let (_, list, _) = previews(bytes, &["--format", "fhir"], false);
        list[0]["acknowledgement"].as_str().unwrap().to_owned()
    };
    let table = [
        ("medcom-stin", "200"),
        ("acknowledgement", "204"),
        ("refused-not-json", "400"),
        ("refused-too-many-identifiers", "413"),
        ("refused-nobody", "422"),
    ];
    for (name, expected) in table {
        assert_eq!(answer(&sample(name)), expected, "{name}");
    }
}
