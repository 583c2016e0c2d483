//! What an inspection of the database gives: its settings, its schema, the account's rights, its log and its clock.

use super::DATABASE;
use crate::command::check::finding::Finding;
use store::inspect::{Inspection, Schema, Wire};

const CLOCK: &str = "clock";
/// The oldest that the program is tested with.
const OLDEST: i32 = 15;
/// Clocks further apart than this are a warning, or a failure, in microseconds.
const APART: (i64, i64) = (1_000_000, 60_000_000);

/// Pure: the findings.
pub fn findings(seen: &Inspection, private: bool) -> Vec<Finding> {
    let setting = |name: &str| seen.settings.get(name).map_or("", String::as_str);
    let mut findings = vec![server(seen)];
    if setting("fsync") == "off" {
        let text = "fsync is off: a power cut loses what was acknowledged, and may damage the database";
        findings.push(Finding::failure(DATABASE, text, "set fsync = on and restart PostgreSQL"));
    } else {
        findings.push(Finding::ok(DATABASE, "fsync is on"));
    }
    if setting("full_page_writes") == "off" {
        let text = "full_page_writes is off: a power cut may damage the database";
        let advice = "set full_page_writes = on, unless the file system never tears a page";
        findings.push(Finding::warning(DATABASE, text, advice));
    }
    if seen.in_recovery {
        let text = "this server is a standby: it takes nothing, and its answers may be old";
        findings.push(Finding::failure(DATABASE, text, "name the primary in database.url"));
    }
    findings.push(commits(seen, setting("synchronous_commit"), setting("synchronous_standby_names")));
    findings.push(schema(seen));
    findings.extend(rights(seen, private));
    findings.extend(log(&setting));
    if seen.wire == Wire::Open {
        let text = "the connection goes to another machine and is not encrypted";
        findings.push(Finding::warning(
            DATABASE,
            text,
            "give the URL ?sslmode=verify-full&sslrootcert=FILE, or keep both on one machine",
        ));
    }
    findings.push(clocks(seen));
    findings
}

fn server(seen: &Inspection) -> Finding {
    let text = format!("PostgreSQL {} answers, to the account {}", seen.version, seen.account);
    if seen.major < OLDEST {
        return Finding::failure(DATABASE, text, format!("upgrade to PostgreSQL {OLDEST} or newer"));
    }
    Finding::ok(DATABASE, text)
}

/// What a commit means: the program sets `synchronous_commit = on` for itself, whatever the server's is.
fn commits(seen: &Inspection, own: &str, names: &str) -> Finding {
    let set =
        if own == "on" { String::new() } else { format!(" (the server's is {own}; the program sets on for itself)") };
    let (connected, waited_for) = seen.standbys;
    if names.is_empty() {
        let text =
            format!("synchronous_commit is on{set}: what is acknowledged is on this server's disk, and on no other");
        let advice = "with a synchronous standby (synchronous_standby_names) the loss of this server loses nothing";
        return Finding::warning(DATABASE, text, advice);
    }
    let text =
        format!("synchronous_commit is on{set}: what is acknowledged is on the disks of this server and a standby");
    if waited_for > 0 {
        return Finding::ok(DATABASE, format!("{text}; {waited_for} are in step"));
    }
    let text = format!("{text}; of {connected} that are connected none is seen in step");
    let advice = "commits wait until one is: start a standby of synchronous_standby_names; if one runs, let the account see \
                  it (GRANT pg_monitor)";
    Finding::warning(DATABASE, text, advice)
}

fn schema(seen: &Inspection) -> Finding {
    let account = &seen.account;
    let by_another =
        format!("run `rinnakkain migrate` with an account that may, or GRANT CREATE ON SCHEMA public TO {account}");
    match seen.schema {
        Schema::Empty if seen.may_migrate => Finding::ok(DATABASE, "the schema is empty: the first start makes it"),
        Schema::Behind(count) if seen.may_migrate => {
            Finding::ok(DATABASE, format!("migrations that the next start applies: {count}"))
        }
        Schema::Empty | Schema::Behind(_) => Finding::failure(
            DATABASE,
            "the schema is not this program's yet, and the account may not change it",
            by_another,
        ),
        Schema::Current => Finding::ok(DATABASE, "the schema is this program's"),
        Schema::Newer => Finding::warning(
            DATABASE,
            "the schema is of a newer program: the next one's this program still works on, as while an upgrade rolls",
            "finish the upgrade: start the newer program everywhere",
        ),
        Schema::Hidden => Finding::failure(
            DATABASE,
            "the account may not read which migrations were applied",
            format!("GRANT SELECT ON _sqlx_migrations TO {account}"),
        ),
        Schema::Strange => Finding::failure(
            DATABASE,
            "the schema is none that this program knows",
            "see what changed it; if in doubt restore the last backup beside it and compare",
        ),
    }
}

const ROWS_ONLY: &str = "give the service an account that reads and writes rows only, and run `rinnakkain migrate` as the schema's \
                     owner: deploy/postgres.sql makes both";

fn rights(seen: &Inspection, private: bool) -> Option<Finding> {
    let account = &seen.account;
    if !seen.lacking.is_empty() {
        let (first, more) = seen.lacking.split_at(seen.lacking.len().min(3));
        let more = if more.is_empty() { String::new() } else { format!("; and on {} more", more.len()) };
        let text = format!("the account lacks {}{more}", first.join("; "));
        let advice = format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {account}, and GRANT USAGE ON ALL SEQUENCES \
             IN SCHEMA public TO {account}, after each `rinnakkain migrate`"
        );
        return Some(Finding::failure(DATABASE, text, advice));
    }
    if seen.superuser {
        let text =
            format!("the account {account} is a superuser, and an attacker who takes over the service would be too");
        return Some(Finding::warning(DATABASE, text, ROWS_ONLY));
    }
    // The private server has no other account that could change the schema.
    (seen.may_migrate && !private).then(|| {
        let text = format!(
            "the account {account} may change the schema, and so could an attacker who takes over the service: the access log too"
        );
        Finding::warning(DATABASE, text, ROWS_ONLY)
    })
}

/// Settings under which PostgreSQL's log may hold what goes into the database.
fn log<'a>(setting: &impl Fn(&str) -> &'a str) -> Vec<Finding> {
    let statements = matches!(setting("log_statement"), "mod" | "all")
        || ["log_min_duration_statement", "log_min_duration_sample"]
            .iter()
            .any(|name| !matches!(setting(name), "-1" | ""))
        || !matches!(setting("log_transaction_sample_rate"), "0" | "");
    let mut findings = Vec::new();
    let mut warn = |text: &str, advice: &str| findings.push(Finding::warning(DATABASE, text, advice));
    if statements && setting("log_parameter_max_length") != "0" {
        warn("statements go into the server's log with their parameters", "set log_parameter_max_length = 0");
    }
    if setting("log_parameter_max_length_on_error") != "0" {
        warn(
            "a statement that fails puts its parameters into the server's log",
            "set log_parameter_max_length_on_error = 0",
        );
    }
    if setting("log_error_verbosity") != "terse" {
        warn("an error's detail in the server's log may quote values", "set log_error_verbosity = terse");
    }
    if findings.is_empty() {
        findings.push(Finding::ok(DATABASE, "the server's log holds no values"));
    }
    findings
}

fn clocks(seen: &Inspection) -> Finding {
    let apart = seen.clock_ahead.saturating_abs();
    let direction = if seen.clock_ahead < 0 { "behind" } else { "ahead of" };
    let text = format!(
        "PostgreSQL's is {}.{:03} s {direction} this machine's (give or take {} ms)",
        apart / 1_000_000,
        apart / 1_000 % 1_000,
        seen.clock_doubt / 1_000 + 1
    );
    let advice = "keep both by NTP: times of receipt and of access are taken from these clocks";
    match apart.saturating_sub(seen.clock_doubt) {
        apart if apart >= APART.1 => Finding::failure(CLOCK, text, advice),
        apart if apart >= APART.0 => Finding::warning(CLOCK, text, advice),
        _ => Finding::ok(CLOCK, text),
    }
}

#[cfg(test)]
mod tests;
