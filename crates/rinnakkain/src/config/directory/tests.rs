//! The directory's files: what they mean, and how a mistake is reported.

use super::{DirectoryFiles, Unusable};
use care::directory::{Directory, Mandate, OnWard};
use care::hours::{Eve, Hours};
use jiff::tz::TimeZone;
use std::fs;
use std::path::Path;

const TOML: &str = r#"
midsummer_eve = "usual"
christmas_eve = "until 12:00"
wards = "wards.csv"
staff = "staff.csv"

[[county_line]]
code = "duty"
name = "Sosiaalipäivystys"
hours = "always"
phone_professional = "000 1"

[[unit]]
code = "adults"
name = "Aikuissosiaalityö"
service_tasks = ["adults"]
age_from = 18
hours = [{ days = "mon-thu", from = "8:00", to = "16:00" }, { days = "fri", from = "8:00", to = "15:00" }]
phone_professional = "000 2"
phone_public = "000 3"
mandate = "decides"
fallback = "duty"
confirmed = 2026-01-15
"#;

const WARDS: &str = "source;code;served_by;fallback\nkys;2204;;adults\nkys;PKL;duty;\n";
const STAFF: &str = "source;ward;name;age_from;hours;phone_professional\nkys;2204;Tiina Testi;65;ma-pe 8-16;000 4\n";

fn build(directory: &Path, [toml, wards, staff]: [&str; 3]) -> Result<Directory, Unusable> {
    for (name, text) in [("directory.toml", toml), ("wards.csv", wards), ("staff.csv", staff)] {
        fs::write(directory.join(name), text).unwrap();
    }
    let files = DirectoryFiles {
        path: directory.join("directory.toml"),
        base: Directory::default(),
        sources: vec!["kys".to_owned()],
        zone: TimeZone::UTC,
    };
    files.build(&files.read()?)
}

#[test]
fn what_the_files_mean() {
    let directory = tempfile::tempdir().unwrap();
    let built = build(directory.path(), [TOML, WARDS, STAFF]).unwrap();
    assert_eq!((built.eves.midsummer, built.county_lines[0].hours.clone()), (Eve::Usual, Hours::always()));
    let adults = &built.units["adults"];
    assert_eq!(adults.line.hours, Hours::parse("mon-thu 8-16; fri 8-15").unwrap());
    assert_eq!((adults.line.mandate, adults.ages.from), (Some(Mandate::Decides), Some(18)));
    assert!(adults.line.confirmed_at.is_some() && !adults.line.of_the_county && built.county_lines[0].of_the_county);
    let OnWard::Workers(entry, workers) = built.ward("kys", "2204", Some(70)) else { panic!("workers") };
    assert_eq!((entry.fallback.as_deref(), workers[0].name.as_str()), (Some("adults"), "Tiina Testi"));
    assert!(matches!(built.ward("kys", "2204", Some(64)), OnWard::NoneForAge(_)));
    let lines: Vec<_> = built.lines("adults").into_iter().map(|line| line.code.as_str()).collect();
    assert_eq!(lines, ["adults", "duty"], "and what stands behind it");
}

#[test]
fn a_mistake_is_told_with_its_line_and_without_what_stands_there() {
    let changed = |from: &str, to: &str| (TOML.replace(from, to), WARDS.to_owned(), STAFF.to_owned());
    let staff = |from: &str, to: &str| (TOML.to_owned(), WARDS.to_owned(), STAFF.replace(from, to));
    let table = [
        (changed("[[unit]]", "[[unit"), "line 13"),
        (changed("code = \"adults\"", "cod = \"adults\""), "did you mean code?"),
        (changed("\"8:00\", to = \"15:00\"", "\"8:99\", to = \"15:00\""), "line 18"),
        (changed("\"decides\"", "\"decide\""), "did you mean decides?"),
        (
            changed("fallback = \"duty\"", "fallback = \"duti\""),
            "unit adults: there is no unit or county line \"duti\"",
        ),
        (changed("phone_professional = \"000 1\"\n", ""), "nobody could ring it"),
        (changed("until 12:00", "until noon"), "write closed, usual"),
        (staff("65", "old"), "staff.csv line 2, age_from: a text stands where a whole number is wanted"),
        (staff("65", "165"), "staff.csv line 2, age_from is no age in years"),
        (staff("ma-pe 8-16", "soita"), "staff.csv line 2, hours: are no hours"),
        (staff("kys;2204;T", "kys;2205;T"), "a worker of ward 2205 of source kys: there is no such ward"),
        (staff(";000 4", ""), "staff.csv line 2: it has not as many columns"),
        (staff("age_from", "age_form"), "did you mean age_from?"),
        ((TOML.to_owned(), WARDS.replace("kys;PKL", "kyss;PKL"), STAFF.to_owned()), "there is no source \"kyss\""),
    ];
    let directory = tempfile::tempdir().unwrap();
    for ((toml, wards, staff), expected) in table {
        let problem = build(directory.path(), [&toml, &wards, &staff]).unwrap_err().to_string();
        assert!(problem.contains(expected), "{expected}: {problem}");
        assert!(!problem.contains("Tiina") && !problem.contains("000 4"), "{problem}");
    }
    fs::remove_file(directory.path().join("wards.csv")).unwrap();
    let files = DirectoryFiles {
        path: directory.path().join("directory.toml"),
        base: Directory::default(),
        sources: Vec::new(),
        zone: TimeZone::UTC,
    };
    fs::write(&files.path, TOML).unwrap();
    assert!(files.build(&files.read().unwrap()).unwrap_err().to_string().contains("wards.csv"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let toml = TOML
        .replace("\"usual\"", "\"as usual\"")
        .replace("\"decides\"", "\"decide\"")
        .replace("age_from = 18", "age_from = \"18\"")
        .replace("confirmed =", "confirmd =")
        .replace("hours = \"always\"", "");
    let directory = tempfile::tempdir().unwrap();
    let problem = build(directory.path(), [&toml, WARDS, STAFF]).unwrap_err().to_string();
    for part in [
        "midsummer_eve: write closed",
        "county_line Sosiaalipäivystys: hours is missing",
        "unit Aikuissosiaalityö: mandate: \"decide\" is not known here; did you mean decides?",
        "unit Aikuissosiaalityö: age_from: a text stands where a whole number is wanted",
    ] {
        assert!(problem.contains(part), "{part}: {problem}");
    }
    let staff = format!("{STAFF}kys;2204;;old;8-16;\nkys;2204;112;66;24/7;112\n;2204;Oskari Testi;66;8-16;000 5\n");
    let wards = "source;code;protected\nkys;2204;maybe\nkyss;PKL;true\n";
    let problem = build(directory.path(), [TOML, wards, &staff]).unwrap_err().to_string();
    for part in [
        "wards.csv line 2, protected: a text stands where true or false is wanted",
        "staff.csv line 3, name is missing",
        "staff.csv line 3, age_from: a text stands where",
        "staff.csv line 5, source is missing",
        "ward PKL: there is no source \"kyss\"",
    ] {
        assert!(problem.contains(part), "{part}: {problem}");
    }
    assert!(!problem.contains("line 4") && !problem.contains("Oskari"), "a number may be a name: {problem}");
}

/// The example shows every key, and is right.
#[test]
fn the_example_is_a_directory() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/directory.toml"));
    let files = DirectoryFiles {
        path: path.to_owned(),
        base: Directory::default(),
        sources: vec!["kys-lifecare".to_owned()],
        zone: TimeZone::UTC,
    };
    let built = files.build(&files.read().unwrap()).unwrap();
    assert_eq!((built.wards.len(), built.units.len(), built.county_lines.len()), (3, 1, 1));
}
