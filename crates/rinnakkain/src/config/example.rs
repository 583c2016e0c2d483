//! The example is whole: every key that there is stands in it, every key in it can be written, and set by the environment.

use super::environment::Environment;
use super::problems::Problems;
use super::reading;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// The example with everything that it comments out.
fn uncommented() -> Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let digest = format!("{:?}", "0".repeat(64));
    let setting = |line: &str| {
        let key = line.split_once(" = ").map_or("", |(key, _)| key);
        let quoted = key.starts_with('"') && key.ends_with('"');
        let bare = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
        quoted || bare || (line.starts_with('[') && line.ends_with(']'))
    };
    let line = |line: &str| {
        let inner = line.strip_prefix('#').map(str::trim).filter(|inner| setting(inner));
        format!("{}\n", inner.unwrap_or(line))
    };
    // A digest that is left out stands for any.
    let text = text.replace("\"…\"", &digest).replace("\"...\"", &digest);
    toml::from_str(&text.lines().map(line).collect::<String>()).unwrap()
}

/// What is read of it, as it is shown; or what is wrong.
fn read(table: &Table, variables: &[(String, String)]) -> Result<Table, String> {
    let environment = Environment::of(variables.iter().cloned());
    let mut problems = Problems::default();
    let read = reading::read(reading::layers(table.clone(), &environment), &environment, &mut problems);
    problems.into_result("", &environment).map_err(|invalid| invalid.to_string())?;
    Ok(read.unwrap().1)
}

/// Every setting with the names it is under; a list of tables is one.
fn settings(table: &Table, before: &[String]) -> Vec<(Vec<String>, Value)> {
    let of_one = |(key, value): (&String, &Value)| {
        let path = [before, std::slice::from_ref(key)].concat();
        match value {
            Value::Table(inner) => settings(inner, &path),
            value => vec![(path, value.clone())],
        }
    };
    table.iter().flat_map(of_one).collect()
}

#[test]
fn everything_that_the_example_comments_out_can_be_written() {
    let example = uncommented();
    assert!(settings(&example, &[]).len() > 40, "{example}");
    read(&example, &[]).unwrap();
}

#[test]
fn what_the_example_comments_out_is_what_is_usual() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
    let text = std::fs::read_to_string(path).unwrap();
    for (path, value) in settings(&reading::usual(), &[]) {
        let line = format!("\n# {} = {value}\n", path.last().unwrap());
        assert!(text.contains(&line), "{path:?}: {line}");
    }
}

#[test]
fn every_setting_of_the_example_can_be_set_by_the_environment() {
    for (path, value) in settings(&uncommented(), &[]) {
        let mut only = Value::Table(Table::new());
        let mut inner = &mut only;
        for key in &path {
            let table = inner.as_table_mut().unwrap();
            inner = table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
        }
        *inner = value.clone();
        let name = format!("RINNAKKAIN_{}", path.join("__").replace('.', "__").to_ascii_uppercase());
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let by_variable = read(&Table::new(), &[(name.clone(), text)]);
        assert_eq!(by_variable, read(only.as_table().unwrap(), &[]), "{name}");
        assert_ne!(by_variable, Ok(Table::new()), "{name}");
    }
}

/// The keys that there are, as the message about a wrong one lists them.
fn known(within: &str) -> Vec<String> {
    let mut reported = None;
    if let Err(invalid) = super::Config::read(&format!("{within}\n\"?\" = 1"), &Environment::default(), None) {
        let invalid = invalid.to_string();
        reported = invalid.lines().find_map(|line| Some(line.split_once("there are ")?.1.to_owned()));
    }
    reported.unwrap().split(", ").map(str::to_owned).collect()
}

#[test]
fn the_example_shows_every_key_that_there_is() {
    let example = Value::Table(uncommented());
    let mut count = 0;
    for within in [
        "",
        "[kafka]",
        "[database]",
        "[keys]",
        "[log]",
        "[telemetry]",
        "[mllp]",
        "[mllp.tls]",
        "[http]",
        "[grpc]",
        "[health]",
        "[ingest]",
        "[lists]",
        "[limits]",
        "[[source]]",
        "[[not_connected]]",
        "[[ward]]",
        "[[ward.workers]]",
        "[[caller]]",
    ] {
        let names = within.trim_matches(['[', ']']).split('.').filter(|name| !name.is_empty());
        let tables = names.fold(vec![&example], |tables, name| {
            let inner = tables.into_iter().filter_map(|table| table.get(name));
            inner.flat_map(|it| it.as_array().map_or_else(|| vec![it], |list| list.iter().collect())).collect()
        });
        let shown: BTreeSet<&String> =
            tables.iter().filter_map(|table| table.as_table()).flat_map(Table::keys).collect();
        // A ward is one of `[[ward]]`, so that it can be written above its workers.
        let within =
            if within == "[[ward.workers]]" { "[[ward]]\nsource = ''\ncode = ''\n[[ward.workers]]" } else { within };
        // Those of `[mllp.tls]`, as the example states.
        let as_mllp = |key: &str| key == "tls" && ["[http]", "[grpc]"].contains(&within);
        for key in known(within).into_iter().filter(|key| !as_mllp(key)) {
            count += 1;
            assert!(shown.contains(&key), "{within} {key} is not in the example");
        }
    }
    assert!(count > 70, "{count}");
}
