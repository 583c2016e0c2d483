//! What waits for a steward.

use crate::output;
use serde_json::json;
use std::process::ExitCode;
use store::Store;
use store::review::{Entry, Party, Scope, StatedRow};

/// Why a list needs a review.
const PENDING_LIST: &str = "list-ends-much";

/// More records of one entry are counted and not shown: thousands of them present a placeholder, which its source must correct.
const SHOWN: usize = 40;

pub async fn run(store: &Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let entries = store::review::list(store).await?;
    let lists = store::review::pending_lists(store).await?;
    if as_json {
        let party = |it: &Party| json!({ "ref": it.reference, "system": it.system, "sources": it.sources, "decided": it.decided });
        let entry = |it: &Entry| {
            json!({
                "reason": it.reason.code(),
                "since": it.since.to_string(),
                "records": it.records.iter().map(party).collect::<Vec<_>>(),
            })
        };
        let list = |row: &StatedRow| {
            row.pending.as_ref().map(|it| {
                json!({
                    "reason": PENDING_LIST,
                    "since": it.received.to_string(),
                    "records": [],
                    "list": { "ref": it.list, "source": row.source, "of": scope(&row.scope), "as_of": it.as_of.to_string(),
                              "keys": it.keys, "ends": it.ends, "before": row.keys.len() },
                })
            })
        };
        entries.iter().map(entry).chain(lists.iter().filter_map(list)).try_for_each(|it| output::json(&it))?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |entry: &Entry, it: &Party| {
        let sources = it.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let decided = if it.decided { "decided" } else { "" };
        let (reason, since) = (entry.reason.code().to_owned(), entry.since.to_string());
        [reason, since, it.reference.to_string(), it.system.clone(), sources, decided.to_owned()]
    };
    let mut rows = Vec::new();
    for entry in &entries {
        rows.extend(entry.records.iter().take(SHOWN).map(|party| row(entry, party)));
        let more = entry.records.len().saturating_sub(SHOWN);
        if more > 0 {
            let (reason, since) = (entry.reason.code().to_owned(), entry.since.to_string());
            rows.push([reason, since, format!("{more} more"), String::new(), String::new(), String::new()]);
        }
    }
    for (row, it) in lists.iter().filter_map(|row| Some((row, row.pending.as_ref()?))) {
        let what = format!("{}: keys {}, ends {} of {}", scope(&row.scope), it.keys, it.ends, row.keys.len());
        let (since, source) = (it.received.to_string(), row.source.clone());
        rows.push([PENDING_LIST.to_owned(), since, it.list.to_string(), what, source, String::new()]);
    }
    output::table(["REASON", "SINCE", "REF", "SYSTEM", "SOURCES", "STEWARD"], &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// The scope of a list.
fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Stays(wards) if wards.is_empty() => "stays".to_owned(),
        Scope::Stays(wards) => {
            format!("stays on {}", wards.iter().map(event::Ward::code).collect::<Vec<_>>().join(", "))
        }
        Scope::Workers(roles) if roles.is_empty() => "workers".to_owned(),
        Scope::Workers(roles) => format!("workers in {}", output::counted(roles.len(), "role", "roles")),
        Scope::Directory => "the directory".to_owned(),
    }
}
