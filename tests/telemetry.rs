//! Traces and metrics as a real collector gets them; a collector that is away; a source that is silent.

use crate::support::collector::{Collector, attribute, sends_to};
use crate::support::{BINARY, County, DUTY, HEALTH, Transport, Who, ago};
use journal::TraceParent;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use testkit::county::{SOCIAL_TOKEN, Visit, adt, config, config_with, person, social};
use testkit::edit::Edit;
use testkit::wire::{EVENT, request};

const SOURCE: &str = "rinnakkain.source";

/// Waits for a fact, and names the one that did not come.
fn wait_until(what: &str, mut fact: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !fact() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn times(county: &County, line: &str) -> usize {
    county.product().log().unwrap().matches(line).count()
}

/// The one span of this name in a trace.
fn one<'s>(spans: &'s [Span], name: &str, trace: &[u8]) -> &'s Span {
    let found: Vec<_> = spans.iter().filter(|it| it.name == name && it.trace_id == trace).collect();
    assert_eq!(found.len(), 1, "{name}: {spans:#?}");
    found[0]
}

#[test]
fn a_message_is_one_trace_to_its_commit() {
    trace_and_count(Transport::Direct);
}

#[test]
fn a_message_is_one_trace_through_kafka_to_its_commit() {
    trace_and_count(Transport::Kafka);
}

fn trace_and_count(transport: Transport) {
    let collector = Collector::start();
    let mut county = County::start_on(transport, &config_with(&collector.config()));
    let client = person(7100);
    let visit = Visit { number: "OTLP-1", class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
    let admission = adt("A01", "SANOMATUNNUS-1", ago(60), &client, &visit);
    let mut mllp = county.mllp();
    for (message, code) in [
        (admission.clone(), "AA"),
        (admission.clone(), "AA"),
        (admission.edit("SANOMATUNNUS-1", "SANOMATUNNUS-2").edit("ADT^A01", "ADT^X"), "AR"),
        (admission.edit("|POTILAS|", "|NOBODY|"), "AE"),
    ] {
        assert_eq!(testkit::wire::acknowledgement_code(&mllp.send(&message).unwrap()), code);
    }
    // A sender's own trace is gone on with.
    let theirs = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let opened = social("ClientshipOpened", "TAPAHTUMATUNNUS-1", ago(60), &client, json!({"clientship": "1"}));
    let bearer = format!("Bearer {SOCIAL_TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", EVENT), ("traceparent", theirs)];
    let answer = request(county.product().ports.http, "POST /events", &headers, &opened.to_string()).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    county.involvement(DUTY, &client.hetu).unwrap();
    county.involvement(HEALTH, &person(7101).hetu).unwrap();
    let unregistered = Who { token: "made-up-token-of-nobody", ..DUTY };
    assert!(county.involvement(unregistered, &client.hetu).is_err());
    let elsewhere = Who { purpose: api::proto::Purpose::DischargePlanning, ..DUTY };
    assert!(county.involvement(elsewhere, &client.hetu).is_err());
    if transport == Transport::Kafka {
        wait_until("the reader reports how far it is", || {
            // Watermarks are records too, and come many times a second.
            collector.value("rinnakkain.projection.lag.records", &[]).is_some_and(|left| left < 100.0)
        });
    }
    wait_until("the sources are looked at", || {
        collector.value("rinnakkain.quarantine.entries", &[(SOURCE, "keskussairaala")]) == Some(1.0)
    });
    // What is gathered last is sent before the end.
    county.stop();

    let spans = collector.spans();
    let received: Vec<_> = spans.iter().filter(|it| it.name == "receive").collect();
    assert_eq!(received.len(), 5);
    assert_eq!(received.iter().map(|it| &it.trace_id).collect::<BTreeSet<_>>().len(), 5, "a trace each");
    for message in &received {
        // With Kafka its events and its receipt may come in two batches.
        let commits = spans.iter().filter(|it| it.name == "commit" && it.trace_id == message.trace_id);
        let commits: Vec<_> = commits.map(|it| &it.parent_span_id).collect();
        assert!(!commits.is_empty() && commits.iter().all(|parent| **parent == message.span_id), "{commits:?}");
        let links =
            |it: &Span| it.links.iter().any(|it| (&it.trace_id, &it.span_id) == (&message.trace_id, &message.span_id));
        let batches: Vec<_> = spans.iter().filter(|it| it.name == "apply" && links(it)).collect();
        assert!(!batches.is_empty(), "a batch links to it");
        for batch in batches {
            let stored = one(&spans, "store.apply", &batch.trace_id);
            assert_eq!(stored.parent_span_id, batch.span_id);
        }
    }
    let first = received.iter().find(|it| attribute(&it.attributes, "network.protocol.name") == Some("mllp")).unwrap();
    assert_eq!(attribute(&first.attributes, SOURCE), Some("keskussairaala"));
    assert_eq!(attribute(&first.attributes, "rinnakkain.outcome"), Some("events"));
    assert!(first.parent_span_id.is_empty());
    let over_http = received.iter().find(|it| attribute(&it.attributes, SOURCE) == Some("sosiaali")).unwrap();
    let (trace, before) = (&over_http.trace_id, &over_http.parent_span_id);
    let before = TraceParent::new(trace[..].try_into().unwrap(), before[..].try_into().unwrap(), false);
    assert_eq!(before.to_string(), theirs);
    let names: BTreeSet<_> = spans.iter().map(|it| it.name.as_str()).collect();
    assert!(names.contains("store.ask"), "a question is traced too: {names:?}");
    let questions = || spans.iter().filter(|it| it.name == "rinnakkain.care.v1.InvolvementService/CheckInvolvement");
    assert_eq!(questions().count(), 4, "whatever was answered: {names:?}");
    assert!(questions().all(|it| it.kind() == SpanKind::Server));
    let answers =
        |code| questions().filter(|it| attribute(&it.attributes, "rpc.response.status_code") == Some(code)).count();
    assert_eq!(["OK", "UNAUTHENTICATED", "PERMISSION_DENIED"].map(answers), [2, 1, 1]);
    for read in spans.iter().filter(|it| it.name == "store.ask") {
        assert!(questions().any(|it| it.span_id == read.parent_span_id), "what is read belongs to the question");
    }
    let batches = || spans.iter().filter(|it| it.name == "apply");
    assert!(batches().all(|it| !it.links.is_empty()), "a batch of watermarks alone is not traced");
    assert!(spans.iter().all(|it| it.events.is_empty()), "a span has no events");

    for (source, outcome, count) in [
        ("keskussairaala", "stored", Some(1.0)),
        ("keskussairaala", "duplicate", Some(1.0)),
        ("keskussairaala", "rejected", Some(1.0)),
        ("keskussairaala", "ignored", None),
        ("unknown-sender", "rejected", Some(1.0)),
        ("sosiaali", "stored", Some(1.0)),
    ] {
        let attributes = [(SOURCE, source), ("rinnakkain.outcome", outcome)];
        assert_eq!(collector.value("rinnakkain.messages", &attributes), count, "{source} {outcome}");
    }
    assert_eq!(collector.value("rinnakkain.ingest.duration", &[(SOURCE, "keskussairaala")]), Some(3.0));
    assert_eq!(collector.value("rinnakkain.projection.latency", &[(SOURCE, "sosiaali")]), Some(1.0));
    assert_eq!(collector.value("rinnakkain.source.silent", &[(SOURCE, "sosiaali")]), Some(0.0));
    for listener in ["mllp", "http", "grpc"] {
        let open = collector.value("rinnakkain.connections", &[("rinnakkain.listener", listener)]);
        assert_eq!(open, Some(0.0), "{listener}: they were counted, and have ended");
    }
    assert_eq!(collector.value("rinnakkain.journal.gaps", &[]), Some(0.0));
    let calls = |status| {
        let method = ("rpc.method", "rinnakkain.care.v1.InvolvementService/CheckInvolvement");
        let attributes = [("rpc.system.name", "grpc"), method, ("rpc.response.status_code", status)];
        collector.value("rpc.server.call.duration", &attributes)
    };
    assert_eq!(["OK", "UNAUTHENTICATED", "PERMISSION_DENIED"].map(calls), [Some(2.0), Some(1.0), Some(1.0)]);
    let decisions = |caller, decision| {
        let attributes = [("rinnakkain.caller", caller), ("rinnakkain.decision", decision)];
        collector.value("rinnakkain.access.decisions", &attributes)
    };
    assert_eq!(decisions("unregistered", "refused"), Some(1.0));
    let granted: Vec<_> = ["granted", "refused"].map(|it| decisions("sosiaalipäivystys", it)).into();
    assert_eq!(granted, [Some(1.0), Some(1.0)]);

    every_metric_has_a_panel(&collector);
    let everything = collector.everything();
    for secret in ["SANOMATUNNUS", "TAPAHTUMATUNNUS", "OTLP-1", &client.hetu, client.family, "NOBODY", "tester"] {
        let found = everything.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in what was sent to the collector");
    }
    assert!(everything.windows(14).any(|window| window == b"keskussairaala"), "the search finds what is there");
}

/// By the rule in `deploy/observability/README.md`: the first words of a series' name.
fn every_metric_has_a_panel(collector: &Collector) {
    let dashboard = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/observability/dashboard.json");
    let dashboard = std::fs::read_to_string(dashboard).unwrap();
    let names = collector.metric_names();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(dashboard.contains(&name.replace('.', "_")), "{name} is on no panel");
    }
}

#[test]
fn a_collector_that_is_away_is_told_once_and_holds_nothing_up() {
    let port = {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        nobody.local_addr().unwrap().port()
    };
    let mut county = County::start_with(&config_with(&sends_to(port)));
    let client = person(7200);
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
    let away = "the collector takes nothing";
    for n in 0..20 {
        assert_eq!(county.hl7(&adt("A01", &n.to_string(), ago(60), &client, &visit)), "AA");
    }
    assert_eq!(county.involved(&client), "involved");
    wait_until("metrics and traces are missed", || times(&county, away) == 2);

    let collector = Collector::start_on(port);
    assert_eq!(county.hl7(&adt("A01", "back", ago(60), &client, &visit)), "AA");
    wait_until("it is back", || times(&county, "the collector takes them again") == 2);
    assert!(!collector.metric_names().is_empty());
    assert_eq!(times(&county, away), 2, "however often it was tried");

    drop(collector);
    wait_until("it is away again", || {
        county.hl7(&adt("A01", "away", ago(60), &client, &visit));
        times(&county, away) == 4
    });
    county.stop();
}

#[test]
fn a_collector_that_never_answers_does_not_hold_up_the_end() {
    // It takes connections, for the system does, and answers nothing on them.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut county = County::start_with(&config_with(&sends_to(mute.local_addr().unwrap().port())));
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "1", ago(60), &person(7250), &visit)), "AA");
    county.stop();
    drop(mute);
}

#[test]
fn a_source_that_falls_silent_is_told_once_and_so_is_its_return() {
    silence(Transport::Direct);
}

#[test]
fn a_source_that_falls_silent_behind_kafka_is_told_too() {
    silence(Transport::Kafka);
}

fn silence(transport: Transport) {
    let mut county = County::start_on(transport, &config().edit_first("silence = \"30m\"", "silence = \"3s\""));
    let client = person(7300);
    let visit = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(60)), ..Visit::default() };
    let silent = "a source is silent for longer than it declares";
    let back = "a silent source reports again";
    wait_until("neither has ever reported", || times(&county, silent) == 2);
    for n in 1..=2 {
        let send = || county.hl7(&adt("A01", &format!("{n}"), ago(60), &client, &visit));
        // Sent until it is noticed: a message may take longer to get there than the source may be silent.
        wait_until("it reports", || {
            assert_eq!(send(), "AA");
            times(&county, back) == n
        });
        wait_until("it is silent again", || times(&county, silent) == 2 + n);
    }
    let log = county.product().log().unwrap();
    assert!(log.lines().filter(|line| line.contains(back)).all(|line| line.contains("keskussairaala")));
    county.stop();
}

#[test]
fn where_to_is_taken_from_the_usual_variable_too() {
    let directory = testkit::product::scratch().unwrap();
    let mut command = std::process::Command::new(BINARY);
    command.args(["run", "--data"]).arg(directory.path()).env("OTEL_EXPORTER_OTLP_ENDPOINT", "collector");
    let output = testkit::wait::output(&mut command).unwrap();
    assert_eq!(output.status.code(), Some(64));
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(printed.contains("telemetry.otlp: write http://host:port"), "{printed}");
}
