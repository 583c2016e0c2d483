//! `deploy/law.md`: each test that it names is a test.

use std::fs;
use std::path::Path;
use testkit::root;

/// The text of every Rust file below.
fn sources(directory: &Path, into: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// The names of tests in the table: in backticks, words joined by `_`.
fn named(table: &str) -> Vec<&str> {
    let quoted = table.split('`').skip(1).step_by(2);
    let is_name = |it: &&str| it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    quoted.filter(is_name).collect()
}

#[test]
fn every_test_that_the_table_of_the_law_names_is_one() {
    let text = fs::read_to_string(root().join("deploy/law.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| L")).collect();
    assert_eq!(rows.len(), 22, "a row for each requirement");
    let mut all = String::new();
    for directory in ["tests", "crates"] {
        sources(&root().join(directory), &mut all);
    }
    let mut count = 0;
    for row in rows {
        let names = named(row);
        assert!(!names.is_empty() || row.contains("Not here: "), "neither a test nor a reason: {row}");
        for name in names {
            count += 1;
            assert!(all.contains(&format!("fn {name}(")), "there is no test {name}: {row}");
        }
    }
    assert!(count > 40, "{count}");
}

/// Where the county's lawyer decides, they must find with what.
#[test]
fn beside_each_reading_of_ours_stands_its_switch_or_why_there_is_none() {
    let text = fs::read_to_string(root().join("deploy/law.md")).unwrap();
    let mut readings = 0;
    for row in text.lines().filter(|line| line.starts_with("| L")) {
        let count = |of: &str| row.matches(of).count();
        let ours = count("*our reading*");
        let switches = count("`[access]") + count("`[[caller]]") + count("*no switch*: ");
        assert!(ours <= switches, "{ours} readings and {switches} switches: {row}");
        assert_eq!(count("*no switch*"), count("*no switch*: "), "without a reason: {row}");
        readings += ours;
    }
    assert!(readings >= 6, "{readings}");
}
