//! The open entries, and how many there are of each reason.

use super::Entries;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;
use store::Store;
use store::quarantine::{Entry, Filter, Reason};

pub async fn entries(store: &Store, filter: &Filter, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut entries = Entries::of(store, filter);
    let mut rows = Vec::new();
    loop {
        let page = entries.next().await?;
        if page.is_empty() || output::is_closed() {
            break;
        }
        if as_json {
            page.iter().try_for_each(|entry| output::json(&json_of(entry)))?;
        } else {
            rows.extend(page.iter().map(cells));
        }
    }
    if !as_json {
        output::table(["ID", "RECEIVED", "SOURCE", "CODE", "PLACE", "NAMES", "WHY"], &rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(it: &Entry) -> [String; 7] {
    let (named, when) = (it.named.to_string(), it.received_at.to_string());
    [it.id.to_string(), when, it.source.clone(), it.code.clone(), it.place.clone(), named, it.text.clone()]
}

pub fn json_of(it: &Entry) -> Value {
    json!({
        "id": it.id,
        "received_at": it.received_at.to_string(),
        "source": it.source,
        "code": it.code,
        "place": it.place,
        "text": it.text,
        "named": it.named,
        "adapter_version": it.adapter_version,
    })
}

pub async fn reasons(store: &Store, filter: &Filter, as_json: bool) -> anyhow::Result<ExitCode> {
    let reasons = store::quarantine::count(store, filter).await?;
    if as_json {
        reasons.iter().try_for_each(|reason| output::json(&json_of_reason(reason)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |it: &Reason| {
        let (first, last) = (it.first.to_string(), it.last.to_string());
        [it.entries.to_string(), it.source.clone(), it.code.clone(), it.place.clone(), first, last]
    };
    output::table(
        ["ENTRIES", "SOURCE", "CODE", "PLACE", "FIRST", "LAST"],
        &reasons.iter().map(row).collect::<Vec<_>>(),
    )?;
    Ok(ExitCode::SUCCESS)
}

fn json_of_reason(it: &Reason) -> Value {
    json!({
        "entries": it.entries,
        "source": it.source,
        "code": it.code,
        "place": it.place,
        "first": it.first.to_string(),
        "last": it.last.to_string(),
    })
}
