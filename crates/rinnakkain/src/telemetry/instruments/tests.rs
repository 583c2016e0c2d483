//! The dashboard and the alert rules against the table.

use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

const DASHBOARD: &str = include_str!("../../../../../deploy/observability/dashboard.json");
const ALERTS: &str = include_str!("../../../../../deploy/observability/alerts.yaml");

/// Every `expr` in a JSON document.
fn expressions(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            into.extend(members.get("expr").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| expressions(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| expressions(value, into)),
        _ => {}
    }
}

fn of_the_dashboard() -> Vec<String> {
    let mut found = Vec::new();
    expressions(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    found
}

fn of_the_alerts() -> Vec<String> {
    let lines = |key: &str| ALERTS.lines().filter_map(|line| line.trim().strip_prefix(key)).count();
    let found: Vec<_> =
        ALERTS.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned).collect();
    assert_eq!(found.len(), lines("- alert: "), "each rule has its expression, on one line");
    assert_eq!(found.len(), lines("action: "), "and gives an action");
    found
}

/// The metrics that PromQL names: what is no function, no keyword, no label, no length of time and no text.
fn metrics(expression: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = expression;
    // After `by`, labels stand in brackets.
    let mut labels_next = false;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let length = match first {
            '{' => rest.find('}').unwrap() + 1,
            '[' => rest.find(']').unwrap() + 1,
            '"' => rest[1..].find('"').unwrap() + 2,
            '(' if std::mem::take(&mut labels_next) => rest.find(')').unwrap() + 1,
            c if word(c) => {
                let length = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
                let (name, after) = (&rest[..length], rest[length..].trim_start());
                match name {
                    "by" | "without" | "on" | "ignoring" | "group_left" | "group_right" => labels_next = true,
                    // An aggregation's labels may come before its bracket.
                    _ if after.starts_with('(') || after.starts_with("by ") || after.starts_with("without ") => {}
                    "and" | "or" | "unless" | "bool" | "offset" => {}
                    _ if first.is_ascii_digit() => {}
                    _ => drop(found.insert(name.to_owned())),
                }
                length
            }
            c => c.len_utf8(),
        };
        rest = &rest[length..];
    }
    found
}

/// Every series' name, with the name of the metric that it is of.
fn series() -> Vec<(String, &'static str)> {
    let of = |it: Declared| match it.kind {
        InstrumentKind::Histogram(_) => ["_bucket", "_sum", "_count"].map(|part| it.prometheus() + part).to_vec(),
        InstrumentKind::Counter | InstrumentKind::UpDownCounter | InstrumentKind::Gauge => vec![it.prometheus()],
    };
    ALL.into_iter().flat_map(|it| of(it).into_iter().map(move |series| (series, it.name))).collect()
}

fn of_which<'s>(series: &'s [(String, &'static str)], name: &str) -> Option<&'s str> {
    series.iter().find(|(series, _)| series == name).map(|(_, metric)| *metric)
}

#[test]
fn a_metric_is_found_in_whatever_names_it() {
    let found = |text| metrics(text).into_iter().collect::<Vec<_>>();
    assert_eq!(found("sum by (le, a_b) (rate(x_bucket{a=\"c\"}[5m])) > 0.01"), ["x_bucket"]);
    assert_eq!(
        found("sum(rate(x{a=~\"b|c\"}[$__rate_interval])) / sum(y) by (z) and on (a) w offset 5m"),
        ["w", "x", "y"]
    );
    assert_eq!(found("histogram_quantile(0.99, x) unless max without (a) (b:c)"), ["b:c", "x"]);
}

#[test]
fn the_dashboard_and_the_alerts_name_only_what_exists() {
    let series = series();
    for expression in of_the_dashboard().into_iter().chain(of_the_alerts()) {
        let named = metrics(&expression);
        assert!(!named.is_empty(), "{expression}");
        for name in named {
            assert!(of_which(&series, &name).is_some(), "there is no {name}: {expression}");
        }
    }
}

#[test]
fn every_metric_is_on_the_dashboard() {
    let series = series();
    let named: BTreeSet<String> = of_the_dashboard().iter().flat_map(|expression| metrics(expression)).collect();
    let shown: BTreeSet<&str> = named.iter().filter_map(|name| of_which(&series, name)).collect();
    let missing: Vec<_> = ALL.iter().map(|it| it.name).filter(|name| !shown.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn names_are_as_the_conventions_have_them() {
    let names: BTreeSet<_> = ALL.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), ALL.len(), "each once");
    for it in ALL {
        let plain = |c: char| c.is_ascii_lowercase() || c == '.' || c == '_';
        assert!(it.name.chars().all(plain), "{}", it.name);
        assert!(it.unit == "s" || (it.unit.starts_with('{') && it.unit.ends_with('}')), "{}: {}", it.name, it.unit);
        assert!(!it.description.is_empty() && !it.description.ends_with('.'), "{}", it.name);
        let within = format!("{}.", it.name);
        assert!(!names.iter().any(|other| other.starts_with(&within)), "{} is a name and a namespace", it.name);
    }
}
