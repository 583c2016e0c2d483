//! The example that is shipped.

use super::*;

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
        ("address", usual.mllp.listen.at.address.to_string()),
        ("address", usual.http.at.address.to_string()),
        ("address", usual.grpc.at.address.to_string()),
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
    assert_eq!((*usual.mllp.idle, *usual.mllp.frame), (Duration::from_mins(15), Duration::from_secs(30)));
    assert_eq!((usual.hold, usual.keep), (Duration::from_secs(20), Duration::from_hours(168)));
    assert!(text.contains("# keep = \"7d\""));
    let retention = usual.retention;
    assert_eq!((*retention.receipts, *retention.access_log_years), (Duration::from_hours(24 * 90), 12));
    assert!(text.contains("\n# receipts = \"90d\"\n# access_log_years = 12\n"));
    let telemetry = read("telemetry.otlp = 'http://127.0.0.1:4317'").unwrap().telemetry.unwrap();
    assert_eq!((*telemetry.sampled, *telemetry.every), (0.1, Duration::from_secs(15)));
    assert!(text.contains("\n# sampled = 0.1\n") && text.contains("\n# every = \"15s\"\n"));
    assert!(text.contains(&format!("\n# otlp = \"{}\"\n", telemetry.otlp())) && usual.telemetry.is_none());
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
    let tls = config.mllp.listen.at.tls.unwrap();
    assert!(tls.certificate.ends_with("server.pem") && tls.key.ends_with("server-key.pem"));
    assert!(tls.client_authority.is_some() && tls.client_revocations.is_some());
    assert!(config.senders[0].identified_by.certificate().is_some());
}
