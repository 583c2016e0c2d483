use super::*;
use care::Limits;
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

mod caller;
mod example;
mod reading;
mod source;

fn read(text: &str) -> Result<Config, Invalid> {
    Config::of_text(text)
}

/// With Kafka on this machine.
fn over_kafka(more: &str) -> Result<Config, Invalid> {
    read(&format!("transport = \"kafka\"\n[kafka]\nbrokers = \"127.0.0.1:9092\"\n{more}"))
}

fn problems(text: &str) -> String {
    reported(read(text))
}

fn reported(read: Result<Config, Invalid>) -> String {
    read.err().map(|invalid| invalid.to_string()).unwrap_or_default()
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
        let reported = problems(text);
        assert!(reported.contains(key), "{reported}");
    }
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
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
        sources = ["kys", "elsewhere"]
        service_tasks = ["working age"]
        token_sha256 = "abc"
        "#
    );
    let reported = problems(&text);
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
        "ward 1: source: there is no source \"nowhere\"",
        "tasks is empty",
        "service_tasks 1: not a code",
        "64 hexadecimal digits",
    ] {
        assert!(reported.contains(part), "{part} is not reported: {reported}");
    }
}

#[test]
fn a_listener_is_on_loopback_unless_the_file_accepts_otherwise() {
    let beyond = |accepted: &str| problems(&format!("[grpc]\naddress = \"0.0.0.0:50051\"\n{accepted}"));
    assert!(beyond("").contains("no TLS"));
    assert_eq!(beyond("[grpc.tls]\ncertificate = 'c'\nkey = 'k'"), "");
    let both = format!("tls_ends_elsewhere = {:?}\n[grpc.tls]\ncertificate = 'c'\nkey = 'k'", checked::ACCEPTED);
    assert!(beyond(&both).contains("leave one of them out"));
    assert!(beyond("tls_ends_elsewhere = \"yes\"").contains("write exactly"));
    assert_eq!(beyond(&format!("tls_ends_elsewhere = {:?}", checked::ACCEPTED)), "");
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
fn what_kafka_cannot_be_used_with_is_refused() {
    for (more, part) in [
        ("min_insync_replicas = 4", "min_insync_replicas is more than replication"),
        ("partitions = 0", "kafka.partitions is at least 1"),
        ("unsafe_because = \" \"", "kafka.unsafe_because: state why"),
        ("topic = \"__care\\nevents\"", "is no topic's name"),
        ("group = \"a b\"", "kafka.group"),
        ("retention = \"for ever\"", "kafka.retention"),
        ("watermarks = \"0s\"", "kafka.watermarks"),
        ("watermarks = \"6s\"", "kafka.watermarks is at most 5s"),
        ("colour = 1", "colour"),
        ("[kafka.client]\n\"no.such.setting\" = \"1\"", "no.such.setting is not a setting of the client library"),
        ("[kafka.client]\n\"linger.ms\" = \"soon\"", "linger.ms"),
        (
            "[kafka.client_files]\n\"sasl.password\" = \"/nowhere/password\"",
            "kafka.client_files.sasl.password: /nowhere",
        ),
    ] {
        let reported = reported(over_kafka(more));
        assert!(reported.contains(part), "{more}: {part} is not reported: {reported}");
    }
    assert!(problems("transport = \"kafka\"").contains("kafka.brokers is missing"));
    assert!(problems("[kafka]\nbrokers = \"127.0.0.1:9092\"").contains("is configured and not used"));
    assert_eq!(reported(over_kafka("")), "");
}

#[test]
fn what_keeps_acknowledged_messages_stored_is_not_a_deployments_to_set() {
    for key in journal::FIXED {
        let reported = reported(over_kafka(&format!("[kafka.client]\n{key:?} = \"1\"")));
        assert!(reported.contains(&format!("kafka.client.{key}: this is not a deployment's to set")), "{reported}");
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
    assert_eq!(to(&format!("\"kafka:9092\"\ntls_ends_elsewhere = {:?}", checked::ACCEPTED)), "");
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
    let twice = reported(over_kafka(&format!("[kafka.client]\n\"sasl.password\" = \"other\"\n{by_file}")));
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
fn traces_and_metrics_go_where_it_says_and_not_in_the_open() {
    let read = |text: &str| read(&format!("[telemetry]\n{text}"));
    assert_eq!(read("otlp = ''").unwrap().telemetry, None);
    for here in ["http://127.0.0.1:4317", "http://localhost:4317", "http://[::1]:4317/"] {
        let telemetry = read(&format!("otlp = '{here}'\nsampled = 1.0")).unwrap().telemetry.unwrap();
        assert_eq!(telemetry.otlp(), here.trim_end_matches('/'));
    }
    let away = "otlp = 'http://collector.example:4317'";
    assert!(reported(read(away)).contains("what goes to another machine is encrypted"));
    assert!(read(&format!("{away}\ntls_ends_elsewhere = \"{}\"", checked::ACCEPTED)).is_ok());
    for wrong in
        ["127.0.0.1:4317", "http://127.0.0.1", "https://127.0.0.1:4317", "http://a@127.0.0.1:4317", "http://:1"]
    {
        assert!(reported(read(&format!("otlp = '{wrong}'"))).contains("telemetry.otlp: write http://"), "{wrong}");
    }
    for wrong in ["sampled = 1.1", "sampled = -0.1", "sampled = nan"] {
        assert!(reported(read(wrong)).contains("telemetry.sampled"), "{wrong}");
    }
}

#[test]
fn who_works_on_a_ward_is_not_shown() {
    let text = "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\ncovers = ['stays']\n\
        silence = '30m'\n[[ward]]\nsource = 'kys'\ncode = '2204'\n[[ward.workers]]\nname = 'Tiina Esimerkki'\n\
        phone = '017 000 0205'\nweekdays = ['mon']\n";
    let shown = Config::of_text(text).unwrap().shown;
    let worker = shown["ward"][0]["workers"][0].as_table().unwrap();
    let values: Vec<_> = ["name", "phone", "email"].map(|key| worker.get(key).and_then(|it| it.as_str())).into();
    assert_eq!(values, [Some("(set)"), Some("(set)"), None]);
    assert!(!shown.to_string().contains("Tiina"));
}

#[test]
fn what_the_configuration_leaves_out_is_what_the_rules_have() {
    assert_eq!(read("").unwrap().county.limits, Limits::default());
}

#[test]
fn lengths_of_time_are_read_and_nonsense_is_reported_by_its_place() {
    let text = "notices_answered = true\n[limits]\nclinic_visit = \"90m\"\nunanswered_referral = \"14d\"";
    let county = Config::of_text(text).unwrap_or_else(|invalid| panic!("{invalid}")).county;
    assert!(county.notices_answered);
    let expected =
        Limits { clinic_visit_seconds: 5_400, unanswered_referral_seconds: 14 * 86_400, ..Limits::default() };
    assert_eq!(county.limits, expected);
    for wrong in ["0", "0s", "-1h", "soon", "20y", ""] {
        let text = format!("[limits]\nemergency_visit = \"{wrong}\"");
        let invalid = Config::of_text(&text).err().map(|it| it.to_string()).unwrap_or_default();
        assert!(invalid.contains("limits.emergency_visit"), "{wrong}: {invalid}");
    }
}

#[test]
fn a_callers_own_sources_are_sources() {
    let caller = "[[caller]]\nname = 'a'\nside = 'social'\ntasks = ['client-work']\ntoken_sha256 = '";
    let text = |sources: &str| format!("{SOURCE}{caller}{}'\n{sources}", "0".repeat(64));
    let own = text("controller = 'pohjois-savo'\nsources = ['kys']\nservice_tasks = ['families']");
    let [caller] = read(&own).unwrap().callers.try_into().ok().unwrap();
    assert_eq!(caller.controller.as_deref(), Some("pohjois-savo"));
    assert!(caller.sources.contains("kys") && caller.service_tasks.iter().any(|it| it.as_str() == "families"));
    assert!(problems(&text("sources = ['elsewhere']")).contains("sources: there is no source \"elsewhere\""));
}

/// A controller that is written in two ways is two: the caller would see nothing of its own register.
#[test]
fn a_sources_controller_is_a_callers_or_the_countys() {
    let caller = "[[caller]]\nname = 'a'\nside = 'social'\ntasks = ['client-work']\ntoken_sha256 = '";
    let text = |source: &str, county: &str, more: &str| {
        format!("[access]\n{county}\n{SOURCE}{source}\n{caller}{}'\n{more}", "0".repeat(64))
    };
    let of = |controller: &str| format!("controller = '{controller}'");
    let wrong = problems(&text(&of("1.2.3"), "", ""));
    assert!(wrong.contains("source kys: controller") && wrong.contains("no caller has this controller"), "{wrong}");
    for (source, county, caller) in
        [("", "", ""), ("1.2.3", "", "1.2.3"), ("1.2.3", "1.2.3", ""), ("", "1.2.3", "1.2.3")]
    {
        let written = |it: &str| if it.is_empty() { String::new() } else { of(it) };
        assert!(
            read(&text(&written(source), &written(county), &written(caller))).is_ok(),
            "{source} {county} {caller}"
        );
    }
    let policy = read(&text("service_class = 'ordinary'", "", "")).unwrap().county.policy;
    assert_eq!(policy.serves.get("kys"), Some(&care::access::Serves::Ordinary));
    assert!(problems(&text("service_class = 'usual'", "", "")).contains("write ordinary"));
}

#[test]
fn who_asks_is_known_by_the_identity_provider_or_the_file_says_how() {
    const PROVIDER: &str =
        "[identity_provider]\nissuer = 'https://id.example/realms/a'\naudience = 'rinnakkain'\nauthority = 'ca.pem'\n";
    let caller = |more: &str| format!("[[caller]]\nname = 'a'\nside = 'social'\ntasks = ['client-work']\n{more}\n");
    let token = format!("token_sha256 = '{}'", "0".repeat(64));
    let users = |text: &str| read(text).ok().map(|config| config.callers[0].users);
    assert_eq!(users(&caller(&token)), Some(api::Users::Asserted), "nobody else tells");
    assert_eq!(users(&format!("{PROVIDER}{}", caller("client_id = 'a'"))), Some(api::Users::Token));
    let asserted = format!("{PROVIDER}{}", caller(&format!("users = 'asserted'\n{token}")));
    assert_eq!(users(&asserted), Some(api::Users::Asserted));
    for (text, problem) in [
        (caller(""), "token_sha256 is missing"),
        (caller("client_id = 'a'\nusers = 'asserted'"), "client_id is for an identity provider"),
        (format!("{PROVIDER}{}", caller(&token)), "client_id is missing"),
        (caller(&format!("{token}\ncertificate = 'a.example'")), "the gRPC listener asks for none"),
        (PROVIDER.replace("authority = 'ca.pem'", ""), "authority is missing"),
        (PROVIDER.replace("audience = 'rinnakkain'", ""), "audience is missing"),
        (PROVIDER.replace("https", "http"), "write https://HOST/PATH"),
        (PROVIDER.replace("realms/a", "realms/a?b"), "write https://HOST/PATH"),
        ("[identity_provider]\naudience = 'rinnakkain'".to_owned(), "give issuer too"),
    ] {
        assert!(problems(&text).contains(problem), "{problem}: {}", problems(&text));
    }
    let here = "[identity_provider]\nissuer = 'http://127.0.0.1:8180/realms/a'\naudience = 'rinnakkain'";
    assert_eq!(problems(here), "");
}
