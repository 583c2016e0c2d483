use super::*;
use crate::command::check::finding::Outcome::{self, Failure, Ok, Warning};
use store::inspect::KeyCheck;

fn well() -> Inspection {
    let settings = [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("log_error_verbosity", "terse"),
        ("log_min_duration_sample", "-1"),
        ("log_min_duration_statement", "-1"),
        ("log_parameter_max_length", "-1"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_statement", "none"),
        ("log_transaction_sample_rate", "0"),
        ("synchronous_commit", "on"),
        ("synchronous_standby_names", "ANY 1 (a, b)"),
    ];
    Inspection {
        version: "15.8".to_owned(),
        major: 15,
        account: "rinnakkain".to_owned(),
        superuser: false,
        wire: Wire::Encrypted,
        in_recovery: false,
        settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        standbys: (1, 1),
        schema: Schema::Current,
        may_migrate: false,
        lacking: Vec::new(),
        key_check: KeyCheck::Never,
        clock_ahead: 0,
        clock_doubt: 400,
    }
}

fn with(change: impl FnOnce(&mut Inspection)) -> Inspection {
    let mut seen = well();
    change(&mut seen);
    seen
}

fn set(name: &'static str, value: &str) -> Inspection {
    with(|seen| drop(seen.settings.insert(name.to_owned(), value.to_owned())))
}

/// What is seen, how bad that is, and a word of it.
#[test]
fn what_cannot_be_relied_on_is_reported() {
    assert!(findings(&well(), false).iter().all(|it| it.outcome == Ok), "{:?}", findings(&well(), false));
    let sampled = |mut seen: Inspection| {
        seen.settings.insert("log_parameter_max_length".to_owned(), "0".to_owned());
        seen
    };
    let table: [(Inspection, Outcome, &str); 25] = [
        (with(|seen| seen.major = 14), Failure, "answers"),
        (set("fsync", "off"), Failure, "fsync"),
        (set("full_page_writes", "off"), Warning, "full_page_writes"),
        (with(|seen| seen.in_recovery = true), Failure, "standby"),
        (set("synchronous_standby_names", ""), Warning, "on no other"),
        (with(|seen| seen.standbys = (1, 0)), Warning, "none is seen in step"),
        (set("synchronous_commit", "off"), Ok, "the server's is off; the program sets on for itself"),
        (with(|seen| seen.schema = Schema::Newer), Warning, "newer program"),
        (with(|seen| seen.schema = Schema::Strange), Failure, "none that this program knows"),
        (with(|seen| seen.schema = Schema::Hidden), Failure, "may not read"),
        (with(|seen| seen.schema = Schema::Empty), Failure, "may not change it"),
        (with(|seen| (seen.schema, seen.may_migrate) = (Schema::Empty, true)), Ok, "the first start makes it"),
        (
            with(|seen| (seen.schema, seen.may_migrate) = (Schema::Behind(2), true)),
            Ok,
            "migrations that the next start applies: 2",
        ),
        (with(|seen| seen.lacking.push("DELETE on gap".to_owned())), Failure, "lacks DELETE on gap"),
        (with(|seen| seen.superuser = true), Warning, "superuser"),
        (with(|seen| seen.may_migrate = true), Warning, "may change the schema"),
        (set("log_statement", "mod"), Warning, "with their parameters"),
        (set("log_min_duration_statement", "500"), Warning, "with their parameters"),
        (set("log_min_duration_sample", "0"), Warning, "with their parameters"),
        (set("log_transaction_sample_rate", "0.1"), Warning, "with their parameters"),
        (sampled(set("log_statement", "all")), Ok, "log holds no values"),
        (set("log_parameter_max_length_on_error", "-1"), Warning, "a statement that fails"),
        (set("log_error_verbosity", "default"), Warning, "detail"),
        (with(|seen| seen.wire = Wire::Open), Warning, "not encrypted"),
        (with(|seen| seen.wire = Wire::Local), Ok, "answers"),
    ];
    for (seen, outcome, word) in table {
        let findings = findings(&seen, false);
        let found = findings.iter().any(|it| it.outcome == outcome && it.text.contains(word));
        assert!(found, "{word}: {findings:?}");
        assert_eq!(findings.iter().any(|it| it.outcome == Failure), outcome == Failure, "{word}: {findings:?}");
        assert!(findings.iter().all(|it| it.outcome == Ok || it.advice.is_some()), "{findings:?}");
    }
}

#[test]
fn a_private_servers_account_may_change_the_schema_and_is_no_superuser() {
    let seen = with(|seen| seen.may_migrate = true);
    assert!(findings(&seen, true).iter().all(|it| it.outcome == Ok));
    let seen = with(|seen| seen.superuser = true);
    assert!(findings(&seen, true).iter().any(|it| it.outcome == Warning && it.text.contains("superuser")));
}

#[test]
fn clocks_are_compared_beyond_doubt() {
    for (ahead, doubt, outcome, word) in [
        (1_200_000, 400_000, Ok, "1.200 s ahead of"),
        (-1_500_000, 400_000, Warning, "1.500 s behind"),
        (61_000_000, 400_000, Failure, "61.000 s ahead of"),
    ] {
        let finding = clocks(&with(|seen| (seen.clock_ahead, seen.clock_doubt) = (ahead, doubt)));
        assert!(finding.outcome == outcome && finding.text.contains(word), "{finding:?}");
    }
}
