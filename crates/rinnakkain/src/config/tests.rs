use super::*;

const SOURCE: &str = r#"
    [[source]]
    name = "kys"
    format = "hl7v2"
    register = "patient"
    application = "LIFECARE"
    covers = ["stays"]
    silence = "30m"
"#;

fn read(text: &str) -> Result<Config, Invalid> {
    Config::read(&Figment::new().merge(Toml::string(text)), None)
}

fn problems(text: &str) -> String {
    read(text).err().map(|invalid| invalid.to_string()).unwrap_or_default()
}

#[test]
fn the_example_is_valid() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let config = Config::read(&Figment::new().merge(Toml::file_exact(path)), None).unwrap();
    assert_eq!(config.senders.len(), 3);
    assert_eq!(config.callers.len(), 3);
    assert_eq!(config.county.sources[0].silence_seconds, 1800);
    assert_eq!(config.county.directory.wards.len(), 2);
    assert_eq!(config.keys, Path::new("rinnakkain-data/keys.toml"));
    assert!(config.database.is_none());
}

#[test]
fn what_the_example_shows_as_usual_is_what_holds_without_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let usual = read("").unwrap();
    for (key, value) in [
        ("address", usual.mllp.address.to_string()),
        ("address", usual.http.address.to_string()),
        ("address", usual.grpc.to_string()),
        ("data", usual.data.display().to_string()),
    ] {
        assert!(text.contains(&format!("# {key} = \"{value}\"")), "{key} {value}");
    }
    assert_eq!((usual.mllp.idle, usual.mllp.frame), (Duration::from_mins(15), Duration::from_secs(30)));
    assert_eq!(usual.hold, Duration::from_secs(20));
}

#[test]
fn an_unknown_key_is_named() {
    for (text, key) in [
        ("colour = 1", "colour"),
        ("[mllp]\nport = 1", "port"),
        (&format!("{SOURCE}\nfarmat = 1"), "farmat"),
        ("[[ward]]\nsource = 'a'\ncode = 'b'\n[[ward.workers]]\nname = 'c'\nweekdays = []\nroom = 1", "room"),
    ] {
        let told = problems(text);
        assert!(told.contains(key), "{told}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = format!(
        r#"
        processing_id = "X"
        time_zone = "Europe/Kuopio"
        [mllp]
        address = "0.0.0.0:2575"
        [http]
        address = "8080"
        {SOURCE}
        [[source]]
        name = "Kys 2"
        format = "hl7v2"
        application = "LIFECARE"
        facility = "X"
        covers = []
        silence = "often"
        [[source]]
        name = "kys"
        format = "social"
        application = "X"
        covers = ["workers"]
        silence = "1h"
        [[ward]]
        source = "nowhere"
        code = "1"
        [[caller]]
        name = "a"
        side = "duty"
        tasks = []
        token_sha256 = "abc"
        "#
    );
    let told = problems(&text);
    for part in [
        "processing_id",
        "Europe/Kuopio",
        "0.0.0.0:2575",
        "http.address",
        "\"Kys 2\" is no name",
        "do not tell it from source kys",
        "covers is empty",
        "\"often\"",
        "register is missing",
        "two sources have this name",
        "application is for an hl7v2 source",
        "token_sha256 is missing",
        "ward 1 of nowhere",
        "tasks is empty",
        "64 hexadecimal digits",
    ] {
        assert!(told.contains(part), "{part} is not told: {told}");
    }
}

#[test]
fn a_listener_is_on_loopback_unless_the_file_accepts_otherwise() {
    let beyond = |accepted: &str| problems(&format!("[grpc]\naddress = \"0.0.0.0:50051\"\n{accepted}"));
    assert!(beyond("").contains("no TLS"));
    assert!(beyond("tls_ends_elsewhere = \"yes\"").contains("write exactly"));
    assert_eq!(beyond(&format!("tls_ends_elsewhere = {:?}", listener::ACCEPTED)), "");
    assert_eq!(problems("[grpc]\naddress = \"[::1]:0\""), "");
}

#[test]
fn a_source_is_read_with_what_is_usual() {
    let config = read(&format!("time_zone = \"Europe/Stockholm\"\nprocessing_id = \"T\"\n{SOURCE}")).unwrap();
    let source = &config.senders[0].source;
    assert_eq!(source.zone.iana_name(), Some("Europe/Stockholm"));
    assert_eq!(source.processing_id, "T");
    assert!(source.linking.contains("kys") && source.linking.contains(event::HETU_SYSTEM));
    assert!(matches!(config.senders[0].when_unavailable, WhenUnavailable::Close));
}

#[test]
fn a_source_has_its_own_ways() {
    let own = r#"
        character_set = "8859/15"
        refusals = "ae-is-sent-again"
        orders_are_referrals = true
        [source.wards]
        "OS 12" = "12"
        [source.worker_roles]
        TSOS = "health-social-worker"
    "#;
    let config = read(&format!("{SOURCE}{own}")).unwrap();
    let source = &config.senders[0].source;
    assert_eq!(source.character_set.as_deref(), Some("8859/15"));
    assert_eq!(source.nack, adapter::Nack::ErrorIsSentAgain);
    assert!(source.orders_are_referrals);
    assert_eq!(source.wards["OS 12"], "12");
    assert_eq!(source.worker_roles["TSOS"], event::WorkerRole::HealthSocialWorker);
    assert!(problems(&format!("{SOURCE}character_set = \"UTF-16\"")).contains("character_set"));
    assert!(problems(&format!("{SOURCE}[source.worker_roles]\nTSOS = \"doctor\"")).contains("worker_roles"));
    let social = SOURCE.replace("hl7v2", "social");
    assert!(problems(&format!("{social}refusals = \"standard\"")).contains("refusals is for an hl7v2 source"));
}

#[test]
fn a_fhir_source_is_known_by_its_token_and_has_a_register() {
    let fhir =
        |more: &str| format!("[[source]]\nname = 'f'\nformat = 'fhir'\ncovers = ['stays']\nsilence = '30m'\n{more}");
    let digest = "0".repeat(64);
    let config = read(&fhir(&format!(
        "register = 'patient'\ntoken_sha256 = '{digest}'\nworker_roles = {{ TSOS = 'health-social-worker' }}"
    )));
    let config = config.unwrap();
    let source = &config.senders[0].source;
    assert_eq!((source.format, source.register), (adapter::Format::Fhir, event::Register::Patient));
    assert_eq!(source.worker_roles["TSOS"], event::WorkerRole::HealthSocialWorker);
    let told = problems(&fhir("application = 'A'"));
    for problem in ["token_sha256 is missing", "register is missing", "application is for"] {
        assert!(told.contains(problem), "{told}");
    }
}
