//! What one record consists of.

use super::{Show, cells, message};
use crate::config::Config;
use crate::personal;
use crate::{keys, output};
use anyhow::Context;
use care::link::Links;
use event::{Authority, Token};
use std::collections::BTreeMap;
use std::process::ExitCode;
use store::Store;
use store::person::{DecidedPair, RecordDetails};

impl Show {
    pub(super) async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::of_database(&config.keys, store).await?;
        let details = store::person::show(store, self.reference, self.looks.look()?).await?;
        let details = details.context("no record has this reference: see `rinnakkain person find`")?;
        output::line(&format!("record {} of the system {}", self.reference, details.stream.system))?;
        heading("its client's records")?;
        output::table(
            ["REF", "CLIENT", "SYSTEM", "SOURCES", ""],
            &details.client.iter().map(cells).collect::<Vec<_>>(),
        )?;
        heading("what it last presented")?;
        output::table(["SYSTEM", "NUMBERS", "REPORTED"], &numbers(&details))?;
        if !details.decided.is_empty() {
            heading("decided about it and another record")?;
            output::table(["REF", "THEY ARE", "BY", "WHEN"], &details.decided.iter().map(decided).collect::<Vec<_>>())?;
        }
        heading("its events")?;
        let row = |it: &event::ReceivedEvent| {
            let it = &it.event;
            [it.happened_at.to_string(), it.body.type_name().to_owned(), it.source.clone(), it.id.to_string()]
        };
        output::table(["HAPPENED", "TYPE", "SOURCE", "ID"], &details.events.iter().map(row).collect::<Vec<_>>())?;
        heading("the messages that gave them (rinnakkain message show ID)")?;
        let messages: Vec<_> = details.messages.iter().map(message::cells).collect();
        output::table(["ID", "RECEIVED", "SOURCE", "OUTCOME", "EVENTS", "CODE", "PLACE"], &messages)?;
        if self.show_personal {
            heading("as it was reported")?;
            for it in &details.events {
                let opened = personal::of(&it.event, &keyring);
                if !opened.is_null() {
                    output::line(&format!("{} {opened}", it.event.body.type_name()))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn heading(text: &str) -> anyhow::Result<()> {
    Ok(output::line(&format!("\n{text}:"))?)
}

/// The systems that it presents, with a mark for each number: equal numbers have equal marks, here and in other records.
fn numbers(details: &RecordDetails) -> Vec<[String; 3]> {
    let mut links = Links::default();
    details.events.iter().for_each(|received| links.learn(received));
    let presented = links.records.get(&details.stream.key).map(|record| &record.presented);
    let row = |(system, set): (&String, &care::link::PresentedSet)| {
        let marks = set.tokens.iter().map(mark).collect::<Vec<_>>().join(" ");
        [system.clone(), if marks.is_empty() { "none".to_owned() } else { marks }, set.key.received.to_string()]
    };
    presented.into_iter().flatten().collect::<BTreeMap<_, _>>().into_iter().map(row).collect()
}

/// Of a keyed token: it tells nothing of the number without the keys.
fn mark(token: &Token) -> String {
    format!("#{}", hex::encode(&token.as_bytes()[Token::LEN - 4..]))
}

fn decided(it: &DecidedPair) -> [String; 4] {
    let by = match it.decision.authority {
        Authority::Unconfirmed => "a source that may only propose it",
        Authority::Source => "a source",
        Authority::Steward => "a steward",
    };
    let are = if it.decision.together { "one person" } else { "two persons" };
    [it.other.to_string(), are.to_owned(), by.to_owned(), it.decision.key.received.to_string()]
}
