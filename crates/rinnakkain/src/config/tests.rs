use super::*;
use event::MayEnd;

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
    Config::of_text(text)
}

/// With Kafka on this machine.
fn over_kafka(more: &str) -> Result<Config, Invalid> {
    read(&format!("transport = \"kafka\"\n[kafka]\nbrokers = \"127.0.0.1:9092\"\n{more}"))
}

fn problems(text: &str) -> String {
    told(read(text))
}

fn told(read: Result<Config, Invalid>) -> String {
    read.err().map(|invalid| invalid.to_string()).unwrap_or_default()
}

#[test]
fn the_example_is_valid() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let config = read(&std::fs::read_to_string(path).unwrap()).unwrap();
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
    assert!(usual.kafka.is_none());
    let journal = over_kafka("").unwrap().kafka.unwrap();
    for (key, value) in [
        ("address", usual.mllp.listen.address.to_string()),
        ("address", usual.http.address.to_string()),
        ("address", usual.grpc.address.to_string()),
        ("data", usual.data.display().to_string()),
        ("transport", "direct".to_owned()),
        ("topic", journal.topic.name),
        ("group", journal.group),
        ("retention", format!("{}h", journal.topic.retention.as_secs() / 3600)),
        ("watermarks", format!("{}s", journal.watermarks.as_secs())),
    ] {
        assert!(text.contains(&format!("\n# {key} = \"{value}\"\n")), "{key} {value}");
    }
    for (key, value) in [
        ("partitions", journal.topic.partitions),
        ("replication", journal.topic.replication),
        ("min_insync_replicas", journal.topic.min_insync_replicas),
    ] {
        assert!(text.contains(&format!("\n# {key} = {value}\n")), "{key} {value}");
    }
    assert_eq!(journal.topic.unsafe_because, None);
    assert!(journal.client.settings.is_empty());
    assert_eq!((usual.mllp.idle, usual.mllp.frame), (Duration::from_mins(15), Duration::from_secs(30)));
    assert_eq!((usual.hold, usual.keep), (Duration::from_secs(20), Duration::from_hours(168)));
    assert!(text.contains("# keep = \"7d\""));
    let telemetry = read("telemetry.otlp = 'http://127.0.0.1:4317'").unwrap().telemetry.unwrap();
    assert_eq!((telemetry.sampled, telemetry.every), (0.1, Duration::from_secs(15)));
    assert!(text.contains("\n# sampled = 0.1\n") && text.contains("\n# every = \"15s\"\n"));
    assert!(text.contains(&format!("\n# otlp = \"{}\"\n", telemetry.otlp)) && usual.telemetry.is_none());
}

#[test]
fn what_the_example_comments_out_for_kafka_can_be_written_as_it_stands() {
    let directory = tempfile::tempdir().unwrap();
    let password = directory.path().join("password");
    std::fs::write(&password, "made-up\n").unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, of_kafka) = text.split_once("\n[kafka]\n").unwrap();
    let (of_kafka, _) = of_kafka.split_once("\n# --- Who sends").unwrap();
    let setting = |line: &str| line.starts_with('"') || line.split(' ').nth(1) == Some("=");
    let uncommented = of_kafka.lines().map(|line| line.strip_prefix("# ").filter(|line| setting(line)).unwrap_or(line));
    let uncommented = uncommented.collect::<Vec<_>>().join("\n");
    let uncommented = uncommented.replace("/run/secrets/rinnakkain-kafka-password", password.to_str().unwrap());
    let config = read(&format!("transport = \"kafka\"\n[kafka]\n{uncommented}")).unwrap();
    let kafka = config.kafka.unwrap();
    assert!(kafka.client.brokers.starts_with("kafka-1.example:9093,"));
    assert!(kafka.topic.unsafe_because.is_some());
    assert_eq!(kafka.client.settings["sasl.password"], "made-up");
    assert_eq!(kafka.client.settings.len(), 5);
}

#[test]
fn what_the_example_comments_out_for_tls_can_be_written_as_it_stands() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let of_tls = text.split_once("\n# [mllp.tls]\n").unwrap().1.split_once("\n[http]").unwrap().0;
    let setting = |line: &&str| line.split(' ').nth(2) == Some("=");
    let settings = of_tls.lines().filter(setting).map(|line| &line[2..]).collect::<Vec<_>>().join("\n");
    let source = SOURCE.replace("format =", "certificate = \"lifecare.kys.example\"\nformat =");
    let config = read(&format!("[mllp]\naddress = \"0.0.0.0:2575\"\n[mllp.tls]\n{settings}\n{source}")).unwrap();
    let tls = config.mllp.listen.tls.unwrap();
    assert!(tls.certificate.ends_with("server.pem") && tls.key.ends_with("server-key.pem"));
    assert!(tls.client_authority.is_some() && tls.client_revocations.is_some());
    assert!(config.senders[0].identified_by.certificate().is_some());
}

/// A source whose certificate nobody asks for would be spoken for by everybody.
#[test]
fn a_sources_certificate_is_one_that_the_listener_asks_for() {
    let with = |more: &str, certificate: &str| {
        problems(&format!("{SOURCE}certificate = {certificate:?}\n[mllp.tls]\ncertificate = 'c'\nkey = 'k'\n{more}"))
    };
    assert_eq!(with("client_authority = 'a'", "kys.example"), "");
    assert!(with("", "kys.example").contains("give mllp.tls.client_authority"));
    assert!(with("client_authority = 'a'", "*.example").contains("subject alternative names"));
    assert!(with("client_revocations = 'r'", "x").contains("client_revocations: without client_authority"));
    assert!(problems(&format!("{SOURCE}certificate = 'x'")).contains("give mllp.tls.client_authority"));
    let social = SOURCE.replace("hl7v2", "social");
    assert!(problems(&format!("{social}certificate = 'x'")).contains("certificate is for an hl7v2 source"));
    assert!(problems("[mllp.tls]\ncertificate = 'c'").contains("key"));
}

#[test]
fn an_unknown_key_is_named() {
    for (text, key) in [
        ("colour = 1", "colour"),
        ("[mllp]\nport = 1", "port"),
        ("[mllp.tls]\ncertificate = 'c'\nkey = 'k'\nversion = 1", "version"),
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
    assert_eq!(beyond("[grpc.tls]\ncertificate = 'c'\nkey = 'k'"), "");
    let both = format!("tls_ends_elsewhere = {:?}\n[grpc.tls]\ncertificate = 'c'\nkey = 'k'", listener::ACCEPTED);
    assert!(beyond(&both).contains("leave one of them out"));
    assert!(beyond("tls_ends_elsewhere = \"yes\"").contains("write exactly"));
    assert_eq!(beyond(&format!("tls_ends_elsewhere = {:?}", listener::ACCEPTED)), "");
    assert_eq!(problems("[grpc]\naddress = \"[::1]:0\""), "");
}

#[test]
fn messages_are_kept_for_a_time_or_not_at_all() {
    let keep = |text: &str| read(&format!("[ingest]\nkeep = {text:?}")).map(|config| config.keep).ok();
    assert_eq!(keep("0"), Some(Duration::ZERO));
    assert_eq!(keep("36h"), Some(Duration::from_hours(36)));
    assert_eq!(keep("90d"), Some(Duration::from_hours(24 * 90)));
    for wrong in ["91d", "-1d", "1 month", "often", ""] {
        assert_eq!(keep(wrong), None, "{wrong}");
    }
}

#[test]
fn a_later_revision_of_a_source_outranks_an_earlier_one_and_no_later_program() {
    let version = |more: &str| read(&format!("{SOURCE}{more}")).unwrap().senders[0].source.version();
    assert!(version("") < version("revision = 1") && version("revision = 1") < version("revision = 999"));
    assert!(version("revision = 999") < (adapter::VERSION + 1) * 1_000);
    assert!(problems(&format!("{SOURCE}revision = 1000")).contains("revision is at most 999"));
    let token = "a".repeat(64);
    let with_token = read(&format!("{SOURCE}token_sha256 = \"{token}\"")).unwrap();
    assert_eq!(with_token.senders[0].token_sha256, Some([0xaa; 32]), "for asking only");
    assert!(matches!(with_token.senders[0].identified_by, IdentifiedBy::Header { .. }));
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
fn what_kafka_cannot_be_used_with_is_refused() {
    for (more, part) in [
        ("min_insync_replicas = 4", "min_insync_replicas is more than replication"),
        ("partitions = 0", "are at least 1"),
        ("unsafe_because = \" \"", "kafka.unsafe_because: say why"),
        ("topic = \"__care\\nevents\"", "is no topic's name"),
        ("group = \"a b\"", "kafka.group"),
        ("retention = \"for ever\"", "kafka.retention"),
        ("watermarks = \"0s\"", "kafka.watermarks"),
        ("colour = 1", "colour"),
        ("[kafka.client]\n\"no.such.setting\" = \"1\"", "no.such.setting is not a setting of the client library"),
        ("[kafka.client]\n\"linger.ms\" = \"soon\"", "linger.ms"),
        (
            "[kafka.client_files]\n\"sasl.password\" = \"/nowhere/password\"",
            "kafka.client_files.sasl.password /nowhere",
        ),
    ] {
        let told = told(over_kafka(more));
        assert!(told.contains(part), "{more}: {part} is not told: {told}");
    }
    assert!(problems("transport = \"kafka\"").contains("kafka.brokers is missing"));
    assert!(problems("[kafka]\nbrokers = \"127.0.0.1:9092\"").contains("it is configured and not used"));
    assert_eq!(told(over_kafka("")), "");
}

#[test]
fn what_keeps_acknowledged_messages_stored_is_not_a_deployments_to_set() {
    for key in journal::FIXED {
        let told = told(over_kafka(&format!("[kafka.client]\n{key:?} = \"1\"")));
        assert!(told.contains(&format!("kafka.client.{key}: this is not a deployment's to set")), "{told}");
    }
}

#[test]
fn what_goes_to_another_machine_is_encrypted_unless_the_file_says_who_does_it() {
    let to = |more: &str| problems(&format!("transport = \"kafka\"\n[kafka]\nbrokers = {more}"));
    for brokers in [
        "\"localhost:9092, 127.0.0.2:9092,[::1]:9092\"",
        "\"kafka:9093\"\n[kafka.client]\n\"security.protocol\" = \"SSL\"",
    ] {
        assert_eq!(to(brokers), "");
    }
    assert_eq!(to(&format!("\"kafka:9092\"\ntls_ends_elsewhere = {:?}", listener::ACCEPTED)), "");
    for brokers in [
        "\"kafka:9092\"",
        "\"127.0.0.1:9092,kafka:9092\"",
        "\"10.0.0.1:9092\"\n[kafka.client]\n\"security.protocol\" = \"plaintext\"",
    ] {
        assert!(to(brokers).contains("what goes to another machine is encrypted"), "{brokers}");
    }
    assert!(to("\"kafka:9092\"\ntls_ends_elsewhere = \"yes\"").contains("write exactly"));
}

#[test]
fn a_secret_of_kafkas_is_read_from_a_file_and_not_written_twice() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("password");
    std::fs::write(&file, "made-up \r\n").unwrap();
    let by_file = format!("[kafka.client_files]\n\"sasl.password\" = {file:?}");
    let kafka = over_kafka(&by_file).unwrap().kafka.unwrap();
    assert_eq!(kafka.client.settings["sasl.password"], "made-up ");
    let twice = told(over_kafka(&format!("[kafka.client]\n\"sasl.password\" = \"other\"\n{by_file}")));
    assert!(twice.contains("kafka.client.sasl.password: it is in kafka.client_files too"), "{twice}");
    assert!(!twice.contains("made-up") && !twice.contains("other"), "{twice}");
}

#[test]
fn an_ingest_is_called_as_its_machine_unless_it_has_a_name() {
    assert_eq!(read("").unwrap().ingest, host());
    assert_eq!(read("[ingest]\nname = \"ingest-1\"").unwrap().ingest, "ingest-1");
    assert!(problems("[ingest]\nname = \"Ingest 1\"").contains("ingest.name"));
}

#[test]
fn a_source_has_its_own_ways() {
    let own = r#"
        character_set = "8859/15"
        refusals = "ae-is-sent-again"
        orders_are_referrals = true
        stay_key = "account"
        [source.patient_classes]
        ED = "emergency"
        DAY = "outpatient"
        [source.wards]
        "OS 12" = "12"
        [source.worker_roles]
        TSOS = "health-social-worker"
        [source.number_types]
        PT = "patient"
        HETU = "identity-code"
    "#;
    let own = format!("placeholders = [\"EI-TIEDOSSA\"]\n{own}");
    let config = read(&format!("{SOURCE}{own}")).unwrap();
    let source = &config.senders[0].source;
    assert_eq!(source.character_set.as_deref(), Some("8859/15"));
    assert_eq!(source.nack, adapter::Nack::ErrorIsSentAgain);
    assert!(source.orders_are_referrals);
    assert_eq!(source.wards["OS 12"], "12");
    assert_eq!(source.stay_key, adapter::StayKey::Account);
    assert_eq!(source.patient_class("ED"), Some(event::StayClass::Emergency));
    assert_eq!(source.patient_class("DAY"), Some(event::StayClass::Outpatient));
    assert_eq!(source.patient_class("EMER"), None);
    assert_eq!(source.worker_roles["TSOS"], event::WorkerRole::HealthSocialWorker);
    let types = [("HETU", adapter::NumberType::IdentityCode), ("PT", adapter::NumberType::Patient)];
    assert_eq!(source.number_types, types.map(|(code, it)| (code.to_owned(), it)).into());
    assert_eq!(source.placeholders, ["EI-TIEDOSSA".to_owned()].into());
    assert!(problems(&format!("{SOURCE}[source.number_types]\nAN = \"account\"")).contains("number_types"));
    assert!(problems(&format!("{SOURCE}character_set = \"UTF-16\"")).contains("character_set"));
    assert!(problems(&format!("{SOURCE}[source.worker_roles]\nTSOS = \"doctor\"")).contains("worker_roles"));
    let social = SOURCE.replace("hl7v2", "social");
    assert!(problems(&format!("{social}refusals = \"standard\"")).contains("refusals is for an hl7v2 source"));
    assert!(problems(&format!("{social}stay_key = \"visit\"")).contains("stay_key is for an hl7v2 source"));
    assert!(problems(&format!("{SOURCE}[source.patient_classes]\nED = \"clinic\"")).contains("patient_classes"));
}

/// Whoever states a list can end every stay on it: of another source only if the configuration says so.
#[test]
fn lists_are_a_sources_own_unless_the_file_says_whose() {
    let digest = "0".repeat(64);
    let extract = |more: &str| {
        format!(
            "{SOURCE}\n[[source]]\nname = 'extract'\nformat = 'social'\ncovers = ['stays']\nsilence = '24h'\ntoken_sha256 = '{digest}'\n{more}"
        )
    };
    let lists_of = |more: &str| read(&extract(more)).unwrap().senders[1].source.lists_of.clone();
    let may_end = |more: &str| read(&extract(more)).unwrap().senders[1].source.may_end();
    assert_eq!(may_end(""), MayEnd::Nothing, "of whom nothing is configured: each waits for a confirmation");
    assert_eq!(may_end("decides = ['lists']"), MayEnd::USUAL);
    let own = "decides = ['lists']\n[lists]\nends_share = 0.251\nends_at_least = 3";
    assert_eq!(may_end(own), MayEnd::UpTo { percent: 26, at_least: 3 });
    for wrong in ["1.1", "-0.1", "nan"] {
        assert!(problems(&extract(&format!("[lists]\nends_share = {wrong}"))).contains("lists.ends_share"), "{wrong}");
    }
    assert!(problems(&format!("{SOURCE}decides = ['lists']")).contains("lists are stated by a social source"));
    assert_eq!(lists_of(""), None);
    assert_eq!(lists_of("lists_of = 'kys'"), Some("kys".to_owned()));
    let authorities = read(&extract("")).unwrap().senders[1].source.authorities.clone();
    assert_eq!(authorities["kys"], "kys", "another source's name is a name of its own system");
    let own = |more: &str| read(&extract(more)).unwrap().senders[1].source.own_system().to_owned();
    assert_eq!(own(""), "extract");
    assert_eq!(own("lists_of = 'kys'"), "kys", "a list's numbers are those of the source that it is a list of");
    assert_eq!(own("lists_of = 'kys'\nown_system = 'other'"), "other");
    assert!(problems(&extract("lists_of = 'tk'")).contains("there is no source \"tk\""));
    assert!(problems(&format!("{SOURCE}lists_of = 'kys'")).contains("lists_of is for a social source"));
}

/// What may hide somebody, or bring strangers together, counts from those who are configured for it.
#[test]
fn a_source_decides_and_writes_what_the_file_says() {
    use adapter::Decides::{IdentityCodes, Merges, NonDisclosure};
    use event::Register::{Patient, Social};
    let source = |more: &str| read(&format!("{SOURCE}{more}")).unwrap().senders[0].source.clone();
    assert!(source("").decides.is_empty());
    let all = "decides = ['identity-codes', 'merges', 'non-disclosure']";
    assert_eq!(source(all).decides, [IdentityCodes, Merges, NonDisclosure].into());
    assert!(problems(&format!("{SOURCE}decides = ['everything']")).contains("decides"));
    assert_eq!((source("").covers, source("").registers), ([event::FactKind::Stays].into(), [Patient].into()));
    assert!(problems(&format!("{SOURCE}registers = ['social']")).contains("registers is for a social source"));
    let digest = "0".repeat(64);
    let social = |covers: &str, more: &str| {
        format!(
            "[[source]]\nname = 's'\nformat = 'social'\ncovers = [{covers}]\nsilence = '1h'\ntoken_sha256 = '{digest}'\n{more}"
        )
    };
    let registers = |covers: &str, more: &str| read(&social(covers, more)).unwrap().senders[0].source.registers.clone();
    assert_eq!(registers("'clientships', 'workers'", ""), [Social].into());
    assert_eq!(registers("'health-social-work'", ""), [Patient, Social].into());
    assert_eq!(registers("'health-social-work'", "registers = ['patient']"), [Patient].into());
    assert!(problems(&social("'workers'", "registers = []")).contains("registers is empty"));
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

#[test]
fn traces_and_metrics_go_where_it_says_and_not_in_the_open() {
    let read = |text: &str| read(&format!("[telemetry]\n{text}"));
    assert_eq!(read("otlp = ''").unwrap().telemetry, None);
    for here in ["http://127.0.0.1:4317", "http://localhost:4317", "http://[::1]:4317/"] {
        let telemetry = read(&format!("otlp = '{here}'\nsampled = 1.0")).unwrap().telemetry.unwrap();
        assert_eq!(telemetry.otlp, here.trim_end_matches('/'));
    }
    let away = "otlp = 'http://collector.example:4317'";
    assert!(told(read(away)).contains("what goes to another machine is encrypted"));
    assert!(read(&format!("{away}\ntls_ends_elsewhere = \"{}\"", listener::ACCEPTED)).is_ok());
    for wrong in
        ["127.0.0.1:4317", "http://127.0.0.1", "https://127.0.0.1:4317", "http://a@127.0.0.1:4317", "http://:1"]
    {
        assert!(told(read(&format!("otlp = '{wrong}'"))).contains("telemetry.otlp: write http://"), "{wrong}");
    }
    for wrong in ["sampled = 1.1", "sampled = -0.1", "sampled = nan"] {
        assert!(told(read(wrong)).contains("telemetry.sampled"), "{wrong}");
    }
}

#[test]
fn who_works_on_a_ward_is_not_shown() {
    let text = "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\ncovers = ['stays']\n\
        silence = '30m'\n[[ward]]\nsource = 'kys'\ncode = '2204'\n[[ward.workers]]\nname = 'Tiina Esimerkki'\n\
        phone = '017 000 0205'\nweekdays = ['mon']\n";
    let shown = Config::of_text(text).unwrap().shown;
    let worker = shown["ward"][0]["workers"][0].as_table().unwrap();
    let said: Vec<_> = ["name", "phone", "email"].map(|key| worker.get(key).and_then(|it| it.as_str())).into();
    assert_eq!(said, [Some("(set)"), Some("(set)"), None]);
    assert!(!shown.to_string().contains("Tiina"));
}
