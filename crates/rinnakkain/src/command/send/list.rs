//! A whole list, from the lines of an extract: how a source is connected on its first day, and healed on any other.
//!
//! The lines become one CloudEvent (`CurrentStaysStated`, `WorkersStated`), which is stored completely or not at all. If
//! there are more lines than one event holds, each event has all the keys and its share of the lines, so each of them states
//! the whole list. What is not on a list has ended. So an empty file is refused unless `--count 0` is given, and so is a file
//! of another length than `--count`, or one with a key twice.
//!
//! Each line is read as the service reads it, and a wrong one is reported by its number and the reason. With
//! `--partial` the others are sent, and the key of the wrong line stays on the list: what it names is neither begun nor
//! changed, and does not end. Nor may "none" be answered about it. So the wrong lines are sent too, as events of their
//! own, which the service refuses and keeps: that puts their clients in doubt, or everybody if they name no client. A
//! wrong line without a key names nothing that could stay, so nothing is sent.
//!
//! The same file gives the same events (rule R1): nothing in them depends on the time of sending.

mod lines;

use super::Answer;
use crate::keys;
use adapter::social::{MAX_KEYS, MAX_LINES};
use adapter::{Format, Outcome, Rejection, SourceProfile, translate};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use event::{Keyring, Register};
use lines::Line;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the lines are a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListKind {
    /// Every stay in progress
    Stays,
    /// Every assignment of a worker in force
    Workers,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Patient,
    Social,
}

/// A list instead of events.
#[derive(Args)]
pub struct List {
    /// The files' lines are one whole list: what is not on it has ended. A .csv with a heading, else JSON lines, each
    /// like a line of the list's JSON Schema
    #[arg(
        long = "list",
        value_name = "WHAT",
        required = false,
        requires_all = ["as_of", "register"],
        long_help = lines::COLUMNS
    )]
    pub kind: ListKind,
    /// When the list was true (RFC 3339)
    #[arg(long, value_name = "TIME", required = false)]
    as_of: jiff::Timestamp,
    /// The register it belongs to
    #[arg(long, required = false)]
    register: Of,
    /// The CloudEvents source, if the service expects one
    #[arg(long, value_name = "URI")]
    event_source: Option<String>,
    /// Of these wards only
    #[arg(long = "ward", value_name = "CODE")]
    wards: Vec<String>,
    /// Of these roles only
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// How many lines there must be; 0: an empty list is meant
    #[arg(long, value_name = "LINES")]
    count: Option<usize>,
    /// Send the lines that are right, and leave as it is what the wrong ones name; they are sent to be refused and kept, so
    /// that "none" about their clients is not known until the entries are closed
    #[arg(long)]
    partial: bool,
    /// Send nothing: tell which lines are wrong
    #[arg(long)]
    pub dry_run: bool,
}

/// A line that the service would refuse.
pub struct Wrong {
    number: u64,
    rejection: Rejection,
    /// Whether it names the thing that it is about.
    has_key: bool,
}

/// A file's lines, each looked at.
pub struct Checked {
    lines: Vec<Line>,
    pub wrong: Vec<Wrong>,
}

impl Wrong {
    /// As the answer to a message that was not accepted.
    pub fn answer(&self, file: &str) -> Answer {
        Answer {
            file: file.to_owned(),
            number: usize::try_from(self.number).unwrap_or(usize::MAX),
            accepted: false,
            outcome: "WRONG".to_owned(),
            id: String::new(),
            code: self.rejection.code.as_str().to_owned(),
            place: self.rejection.place.to_string().replace("data.lines[0].", ""),
            text: format!("line {} of the file: {}", self.number, self.rejection.text),
        }
    }
}

impl Checked {
    /// What a dry run found.
    pub fn counted(&self, file: &str) -> Answer {
        Answer {
            file: file.to_owned(),
            number: 1,
            accepted: self.wrong.is_empty(),
            outcome: "not sent".to_owned(),
            id: String::new(),
            code: String::new(),
            place: String::new(),
            text: format!("lines {}, of them wrong {}: nothing was sent", self.lines.len(), self.wrong.len()),
        }
    }

    fn is_wrong(&self, line: &Line) -> bool {
        self.wrong.iter().any(|wrong| wrong.number == line.number)
    }

    /// Whether a wrong line has the identity code of its client.
    fn names_somebody(&self, line: &Line) -> bool {
        self.wrong.iter().any(|wrong| wrong.number == line.number && !wrong.rejection.named.is_empty())
    }
}

impl ListKind {
    fn event(self) -> &'static str {
        match self {
            Self::Stays => "CurrentStaysStated",
            Self::Workers => "WorkersStated",
        }
    }

    /// A line's key as the list's `keys` have it.
    fn key(self, line: &Value) -> Option<&Value> {
        match self {
            Self::Stays => line.get("stay"),
            Self::Workers => line.get("assignment"),
        }
    }
}

impl List {
    /// The lines of one file, each looked at as the service does.
    pub fn read(&self, bytes: &[u8], is_csv: bool) -> anyhow::Result<Checked> {
        let text = std::str::from_utf8(bytes).ok().context("it is not UTF-8")?;
        let lines = if is_csv { lines::of_csv(self.kind, text)? } else { lines::of_json_lines(text)? };
        let mut source = SourceProfile::new("list", Format::Social);
        // Whether codes of made-up people count is the service's to say.
        source.artificial_hetu = true;
        let keyring = keys::for_the_occasion()?;
        let wrong = lines.iter().filter_map(|line| self.wrong(line, &source, &keyring).transpose());
        let wrong = wrong.collect::<anyhow::Result<_>>()?;
        Ok(Checked { lines, wrong })
    }

    fn wrong(&self, line: &Line, source: &SourceProfile, keyring: &Keyring) -> anyhow::Result<Option<Wrong>> {
        let refused = |keys: Option<&Value>, lines: &[&Value]| -> anyhow::Result<Option<Rejection>> {
            let event = serde_json::to_vec(&self.event(&self.data(1, keys, &json!(lines)), "1"))?;
            Ok(match translate(source, keyring, &event).outcome {
                Outcome::Rejected(rejection) => Some(rejection),
                Outcome::Events(_) | Outcome::Ignored => None,
            })
        };
        let key = self.kind.key(&line.value).map(|key| json!([key]));
        let Some(rejection) = refused(key.as_ref(), &[&line.value])? else { return Ok(None) };
        let has_key = key.is_some() && refused(key.as_ref(), &[])?.is_none();
        Ok(Some(Wrong { number: line.number, rejection, has_key }))
    }

    /// The events of one file, each with the lines of the file that its own lines are. First those of wrong lines, so that
    /// there is no time at which their clients are known to have nothing.
    pub fn events(&self, checked: &Checked, bytes: &[u8]) -> anyhow::Result<Vec<(Value, Vec<u64>)>> {
        let Checked { lines, wrong } = checked;
        match self.count {
            Some(count) if count != lines.len() => bail!("its lines are {} and not {count}: it was cut", lines.len()),
            None if lines.is_empty() => {
                bail!("it is empty, and an empty list ends everything: --count 0 if it is meant")
            }
            _ => {}
        }
        if let Some(line) = wrong.iter().find(|line| !line.has_key) {
            let number = line.number;
            bail!("line {number} has no key that can be read: what it names could not be kept from ending");
        }
        let keys = self.keys(lines)?;
        if !wrong.is_empty() && !self.partial && !self.dry_run {
            bail!("wrong lines: {} of {}; correct them, or send the others with --partial", wrong.len(), lines.len());
        }
        let digest = hex::encode(&Sha256::digest(bytes)[..8]);
        let right: Vec<&Line> = lines.iter().filter(|line| !checked.is_wrong(line)).collect();
        let shares: Vec<&[&Line]> = if right.is_empty() { vec![&[]] } else { right.chunks(MAX_LINES).collect() };
        let are_all = shares.len() == 1 && wrong.is_empty();
        let all_keys = json!(keys);
        let event = |what: &str, n: usize, share: &[&Line], keys: Option<&Value>| {
            let of_share = json!(share.iter().map(|line| &line.value).collect::<Vec<_>>());
            let data = self.data(lines.len(), keys, &of_share);
            let id = format!("{what}{digest}-{}", n + 1);
            (self.event(&data, &id), share.iter().map(|line| line.number).collect::<Vec<u64>>())
        };
        // Kept apart: an entry that names somebody would hide that it also concerns others.
        let (named, of_nobody): (Vec<&Line>, Vec<&Line>) =
            lines.iter().filter(|line| checked.is_wrong(line)).partition(|line| checked.names_somebody(line));
        let refused = named.chunks(MAX_LINES).chain(of_nobody.chunks(MAX_LINES)).enumerate();
        let refused = refused.map(|(n, share)| event("wrong-", n, share, Some(&all_keys)));
        let taken = shares.iter().enumerate();
        let partial = if wrong.is_empty() { "" } else { "partial-" };
        let taken = taken.map(|(n, share)| event(partial, n, share, (!are_all).then_some(&all_keys)));
        Ok(refused.chain(taken).collect())
    }

    /// `keys`: those of the whole list, if the lines are not all of it.
    fn data(&self, count: usize, keys: Option<&Value>, lines: &Value) -> Value {
        let register = match self.register {
            Of::Patient => Register::Patient,
            Of::Social => Register::Social,
        };
        let mut data = json!({
            "register": register, "as_of": self.as_of, "count": count, "wards": self.wards, "lines": lines,
        });
        if self.kind == ListKind::Workers {
            data["roles"] = json!(self.roles);
        }
        if let Some(keys) = keys {
            data["keys"] = keys.clone();
        }
        data
    }

    fn event(&self, data: &Value, id: &str) -> Value {
        let name = self.kind.event();
        json!({
            "specversion": "1.0",
            "id": format!("{name}-{}-{id}", self.as_of),
            "source": self.event_source.as_deref().unwrap_or("urn:rinnakkain:send"),
            "type": format!("rinnakkain.social.v1.{name}"),
            "dataschema": format!("urn:rinnakkain:social:v1:{name}"),
            "datacontenttype": "application/json",
            // The time of the list: sent again, it is the same event.
            "time": self.as_of,
            "data": data,
        })
    }

    fn keys<'l>(&self, lines: &'l [Line]) -> anyhow::Result<Vec<&'l Value>> {
        if lines.len() > MAX_KEYS {
            bail!(
                "its lines are {}; a list has at most {MAX_KEYS}: state it ward by ward, or role by role",
                lines.len()
            );
        }
        let (mut known, mut keys) = (BTreeSet::new(), Vec::with_capacity(lines.len()));
        for Line { number, value } in lines {
            let key = self.kind.key(value).with_context(|| format!("line {number} has no key"))?;
            if !known.insert(key.to_string()) {
                bail!("line {number} has the key of an earlier line");
            }
            keys.push(key);
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests;
