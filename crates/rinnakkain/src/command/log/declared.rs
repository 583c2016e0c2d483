//! What professionals declared (703/2023 53 §, 55 §, 56 §): the privacy officer's list, and the note that it is reviewed (11 § 5 mom.,
//! 78 §).

use super::super::looks::Looks;
use super::{begin, user};
use crate::database::Target;
use crate::output;
use clap::Args;
use event::Keyring;
use jiff::Timestamp;
use std::process::ExitCode;
use store::{LogRow, Reviewed, Store};

#[derive(Args)]
pub struct Review {
    /// The id of a row, as `list --declared` shows it: all rows of its declaration are reviewed with it
    #[arg(value_name = "ID")]
    id: i64,
    /// It is not older than this; usually 31 days
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    target: Target,
}

impl Review {
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) async fn run(&self, store: &Store) -> anyhow::Result<ExitCode> {
        let look = self.looks.look()?;
        match store::review_declaration(store, self.id, begin(self.since, look.at)?, look).await? {
            Reviewed::Noted => {
                output::line("noted")?;
                Ok(ExitCode::SUCCESS)
            }
            Reviewed::NotDeclared => {
                output::line("there is no such row in that time, or nothing was declared with it: give --since")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// The list, with the reasons.
pub(super) fn print(rows: &[LogRow], keyring: &Keyring) -> anyhow::Result<()> {
    let cells = |row: &LogRow| {
        [
            row.id.to_string(),
            row.at.to_timestamp().to_string(),
            row.system.clone(),
            user(row),
            row.task.clone(),
            row.query.clone(),
            row.declared.clone().unwrap_or_default(),
            if row.reviewed { "yes" } else { "no" }.to_owned(),
            row.outcome.clone().unwrap_or_default(),
            row.rule.clone(),
            reason(row, keyring).unwrap_or_default(),
        ]
    };
    let columns = ["ID", "AT", "SYSTEM", "USER", "TASK", "QUERY", "DECLARED", "REVIEWED", "OUTCOME", "BASIS", "REASON"];
    output::table(columns, &rows.iter().map(cells).collect::<Vec<_>>())?;
    Ok(())
}

/// The written reason.
pub(super) fn reason(row: &LogRow, keyring: &Keyring) -> Option<String> {
    let (of, sealed) = row.reason.as_ref()?;
    Some(match keyring.open(of, sealed) {
        Ok(reason) => reason.expose().text.clone(),
        Err(_) => "(the key that opens it is not in the key file)".to_owned(),
    })
}

/// In sentences.
pub(super) fn told(row: &LogRow, keyring: &Keyring) -> Vec<String> {
    let Some(declared) = &row.declared else { return Vec::new() };
    let reviewed = if row.reviewed { "reviewed" } else { "not reviewed yet: rinnakkain log review" };
    vec![format!("declared: {declared} ({reviewed})"), format!("reason: {}", reason(row, keyring).unwrap_or_default())]
}
