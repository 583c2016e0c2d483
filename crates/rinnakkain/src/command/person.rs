//! `rinnakkain person`: who is who. From an identifier to the records that present it, what a record consists of, and taking
//! back what joined two records.
//!
//! A look is an access: it needs a user and a reason, and the access log keeps both. Identifiers come from standard input and are
//! never shown: the database does not hold them. Equal numbers have equal marks.

mod show;
mod undo;

use super::looks::Looks;
use super::message;
use crate::ask::identifier;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{keys, output, telemetry};
use anyhow::ensure;
use clap::{Args, Subcommand};
use event::{HETU_SYSTEM, Identifier};
use serde_json::json;
use std::process::ExitCode;
use store::Store;
use store::person::RecordOf;
use undo::Undo;
use words::Language;

/// Who is who: the records that an identifier finds, what a record consists of, and taking back what joined two.
#[derive(Args)]
pub struct Person {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the records that present an identifier, and the other records of their clients. The identifier is read from
    /// standard input
    Find(Find),
    /// Show one record: its client, its identifier systems, what was decided about it, its events and messages
    Show(Show),
    /// Take back what joined or parted two records: a steward's decision, or, by deciding that they are two, a source's merge
    Undo(Undo),
}

#[derive(Args)]
struct Find {
    /// The identifier's system, as a source's `authorities` or `own_system` name it
    #[arg(long, value_name = "SYSTEM", default_value = HETU_SYSTEM)]
    system: String,
    /// For programs: one JSON object per record
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
#[expect(clippy::struct_field_names, reason = "the option is called so in every command")]
struct Show {
    /// The record, by its reference
    #[arg(value_name = "REF")]
    reference: i64,
    /// Names and dates of birth too
    #[arg(long)]
    show_personal: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    target: Target,
}

/// More records present a placeholder, not a person.
const MOST: u32 = 200;

impl Person {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::Find(Find { target, .. }) | Action::Show(Show { target, .. }) | Action::Undo(Undo { target, .. })) =
            &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::Find(find) => find.run(&database.store, &config).await,
            Action::Show(show) => show.run(&database.store, &config).await,
            Action::Undo(undo) => undo.run(&database.store, &config).await,
        };
        database.close().await?;
        result
    }
}

impl Find {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::of_database(&config.keys, store).await?;
        let look = self.looks.look()?;
        let given = identifier(Language::En)?;
        let given = Identifier::new(&self.system, &given);
        ensure!(
            given.system != HETU_SYSTEM || given.hetu().is_some(),
            "the identity code does not pass its check: it is mistyped"
        );
        let token = keyring.identifier(&given.system, given.value.expose());
        let found = store::person::find(store, token, look, MOST).await?;
        if self.json {
            found.iter().try_for_each(|it| output::json(&json_of(it)))?;
        } else if found.is_empty() {
            output::line("no record ever presented it")?;
        } else {
            output::table(
                ["REF", "CLIENT", "SYSTEM", "SOURCES", "IDENTIFIER"],
                &found.iter().map(cells).collect::<Vec<_>>(),
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cells(it: &RecordOf) -> [String; 5] {
    let sources = it.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let presents = match it.presents {
        None => "",
        Some(true) => "finds it",
        Some(false) => "presented, finds nobody now",
    };
    [it.reference.to_string(), it.client.to_string(), it.system.clone(), sources, presents.to_owned()]
}

fn json_of(it: &RecordOf) -> serde_json::Value {
    json!({
        "ref": it.reference,
        "client": it.client,
        "system": it.system,
        "sources": it.sources,
        "finds": it.presents,
    })
}
