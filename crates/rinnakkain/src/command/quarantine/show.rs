//! Shows one entry to an operator: what, where, why. Its content only for a named person with a reason; the access log keeps
//! both.

use super::list::json_of;
use crate::command::looks::LooksAtContent;
use crate::config::Config;
use crate::personal;
use crate::role::ingest::message;
use crate::{keys, output};
use anyhow::{Context, bail};
use event::{Event, is_steering};
use serde_json::{Value, json};
use std::fmt::Write;
use std::process::ExitCode;
use store::Look;
use store::Store;
use store::quarantine::{self, Content, EntryDetails};
use uuid::Uuid;

pub async fn run(
    store: &Store,
    config: &Config,
    id: Uuid,
    looks: &LooksAtContent,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let look = looks.look()?;
    let Some(details) = quarantine::details(store, id).await? else { bail!("no entry has this id") };
    let content = match look {
        Some(look) => content(store, config, &details, look).await?,
        None => None,
    };
    let mut value = json_of(&details.entry);
    value["state"] = json!(details.state);
    value["closed_at"] = json!(details.closed_at.map(|at| at.to_string()));
    value["close_reason"] = json!(details.close_reason);
    value["kept"] = json!(details.kept);
    if as_json {
        if look.is_some() {
            value["content"] = json!(content);
        }
        output::json(&value)?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    output::fields(fields.map(|(name, value)| (name.as_str(), text(value))))?;
    match (look, content) {
        (Some(_), Some(content)) => output::line(&format!("\n{content}"))?,
        (Some(_), None) => output::line("\nits content is gone")?,
        (None, _) => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn content(
    store: &Store,
    config: &Config,
    details: &EntryDetails,
    Look { user, reason, at }: Look<'_>,
) -> anyhow::Result<Option<String>> {
    let keyring = keys::of_database(&config.keys, store).await?;
    let (id, source) = (details.entry.id, &details.entry.source);
    // The log first: what cannot be logged is not shown.
    let content = quarantine::read_content(store, id, (user, reason), at).await?;
    Ok(match content {
        None => None,
        Some(Content::Message(sealed)) => {
            let raw = message::open(&keyring, source, id, &sealed).context("the entry does not open")?;
            Some(readable(&raw))
        }
        Some(Content::Event(bytes)) => {
            let event = Event::decode(&bytes).context("the entry's bytes")?;
            let opened = personal::of(&event, &keyring);
            let opened = Some(opened).filter(|it| *it != Value::Null).map_or_else(String::new, |it| format!(" {it}"));
            Some(format!("{} {}{opened}", event.body.type_name(), event.happened_at))
        }
    })
}

/// Text that cannot steer a terminal: one segment a line, and what steers as `\xNN`.
pub fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let escaped = |text: &mut String, bytes: &[u8]| {
        for byte in bytes {
            // Writing into a string does not fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    };
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\r' | '\n' => text.push('\n'),
                c if is_steering(c) => escaped(&mut text, c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => text.push(c),
            }
        }
        escaped(&mut text, chunk.invalid());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn what_is_shown_steers_no_terminal() {
        assert_eq!(readable("MSH|å\rPID|1".as_bytes()), "MSH|å\nPID|1");
        assert_eq!(readable(b"a\x1b[2J\x07\xE5\xFFz\xC2\x9B"), "a\\x1B[2J\\x07\\xE5\\xFFz\\xC2\\x9B");
        assert_eq!(readable("a\u{202E}b".as_bytes()), "a\\xE2\\x80\\xAEb");
    }
}
