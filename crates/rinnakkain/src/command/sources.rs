//! `rinnakkain sources`: what each source has sent, and whether its "none" can be answered.

use crate::config::{Config, Invalid, JOURNAL};
use crate::database::{Database, Target};
use crate::{clock, output, telemetry};
use care::source::{Declared, Source, SourceState};
use clap::Args;
use event::{FactKind, Instant};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use store::receipt::{self, Counts};
use store::watermark;

/// Counts the messages from each source (received = stored + duplicate + ignored + rejected), and shows what makes its
/// "none" not known.
#[derive(Args)]
#[command(after_help = "\
REPORTED   Until when the source has reported; never: it has sent nothing that counts, and \"none\" of what it covers is not known.
SILENT     It has not reported for longer than its `silence`: \"none\" of what it covers is not known.
DECLARED   What the source itself declared to cover, if that is less than its configuration says: of the rest it is not asked.
           Wards: of stays it covers these only, so it makes no \"none\" of stays known.
REMARKS    What keeps its \"none\" from being known, or looks wrong, in words.
UNNAMED    Open rejected messages that identify no client: rinnakkain quarantine list.
NOT FOUND  Kinds of fact of which it has something current for somebody whom no identifier finds: rinnakkain translate on its
           messages, and compare authorities and `linking` with its configuration.")]
pub struct Sources {
    /// For programs: one JSON object per source
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// A source that is configured, or that has sent something.
struct Row {
    counts: Counts,
    /// `None`: it is not configured.
    state: Option<SourceState>,
    /// What it declared, if it did.
    declared: Option<Declared>,
    /// What it covers by the configuration.
    configured: BTreeSet<FactKind>,
}

impl Sources {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let database = Database::join(&config, &self.target).await?;
        let counts = receipt::counts(&database.store).await;
        let reports = watermark::reports(&database.store).await;
        database.close().await?;
        let (reports, declared) = reports?;
        let now = clock::now();
        let sources: Vec<_> = config.county.sources.iter().map(|source| source.narrowed(&declared, now)).collect();
        let states = SourceState::all(&sources, &reports, now);
        let rows = rows(counts?, states, &config.county.sources, &declared);
        if self.json {
            rows.iter().try_for_each(|row| output::json(&row.json()))?;
            return Ok(ExitCode::SUCCESS);
        }
        let heading = [
            "SOURCE",
            "RECEIVED",
            "STORED",
            "DUPLICATE",
            "IGNORED",
            "REJECTED",
            "REPORTED",
            "SILENT",
            "UNNAMED",
            "NOT FOUND",
            "DECLARED",
            "REMARKS",
        ];
        output::table(heading, &rows.iter().map(|row| row.cells(&config.county.zone)).collect::<Vec<_>>())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn rows(
    counts: Vec<Counts>,
    states: Vec<SourceState>,
    configured: &[Source],
    declared: &BTreeMap<String, Declared>,
) -> Vec<Row> {
    let mut counts: BTreeMap<String, Counts> = counts.into_iter().map(|it| (it.source.clone(), it)).collect();
    let mut states: BTreeMap<String, SourceState> = states.into_iter().map(|it| (it.name.clone(), it)).collect();
    for source in configured {
        let name = &source.name;
        counts.entry(name.clone()).or_insert_with(|| Counts { source: name.clone(), ..Counts::default() });
    }
    let of = |name: &str| configured.iter().find(|source| source.name == name);
    let row = |(name, counts): (String, Counts)| Row {
        state: states.remove(&name).filter(|_| of(&name).is_some()),
        declared: declared.get(&name).cloned(),
        configured: of(&name).map(|source| source.covers.clone()).unwrap_or_default(),
        counts,
    };
    counts.into_iter().map(row).collect()
}

impl Row {
    fn json(&self) -> Value {
        let Counts { source, received, stored, duplicate, ignored, rejected } = &self.counts;
        let state = self.state.as_ref();
        json!({
            "source": source,
            "received": received,
            "stored": stored,
            "duplicate": duplicate,
            "ignored": ignored,
            "rejected": rejected,
            "configured": state.is_some(),
            "covers": state.map(|it| &it.covers),
            "reported_until": state.and_then(|it| it.reported_until).map(|at| at.to_string()),
            "silent": state.map(|it| it.silent),
            "rejected_unnamed": state.map(|it| it.rejected_unnamed),
            "not_found": state.map(|it| &it.unidentified),
            "declared": self.declared.as_ref().map(|it| json!({
                "covers": it.covers, "wards": it.wards, "since": it.since.to_string(), "silence": it.silence_seconds,
            })),
            "remarks": self.remarks(),
        })
    }

    /// What it declared that is less than its configuration.
    fn declared(&self) -> String {
        let Some(declared) = &self.declared else { return String::new() };
        let covers: Vec<String> = declared.covers.intersection(&self.configured).map(|kind| name(*kind)).collect();
        let mut said = Vec::new();
        if covers.len() < self.configured.len() {
            said.push(if covers.is_empty() { "nothing".to_owned() } else { covers.join(", ") });
        }
        if !declared.wards.is_empty() {
            said.push(format!("{} only", output::counted(declared.wards.len(), "ward", "wards")));
        }
        said.join("; ")
    }

    /// What looks wrong. A source that is not configured has sent something all the same.
    fn remarks(&self) -> Vec<&'static str> {
        let Counts { received, stored, ignored, rejected, .. } = &self.counts;
        let is_unknown = self.state.is_none() && self.counts.source != JOURNAL;
        let state = self.state.as_ref();
        let declares_less = !self.declared().is_empty();
        [
            (is_unknown, "it is in no configuration"),
            (state.is_some_and(|it| it.reported_until.is_none()), "it has never reported"),
            (state.is_some_and(|it| it.silent && it.reported_until.is_some()), "it is silent"),
            (state.is_some_and(|it| it.rejected_unnamed > 0), "refused messages name nobody"),
            (state.is_some_and(|it| !it.unidentified.is_empty()), "nobody finds some of its clients"),
            (declares_less, "it declares less than the configuration says"),
            (*received > 0 && *rejected * 10 > *received, "more than a tenth is refused"),
            (*received > 0 && *stored == 0 && *ignored > 0, "nothing that it sends is of use"),
        ]
        .into_iter()
        .filter_map(|(is_odd, why)| is_odd.then_some(why))
        .collect()
    }

    fn cells(&self, zone: &TimeZone) -> [String; 12] {
        let Counts { source, received, stored, duplicate, ignored, rejected } = &self.counts;
        let [received, stored, duplicate, ignored, rejected] =
            [received, stored, duplicate, ignored, rejected].map(u64::to_string);
        let [reported, silent, unnamed, not_found] = match &self.state {
            None => ["not configured", "", "", ""].map(str::to_owned),
            Some(state) => [
                state.reported_until.map_or_else(|| "never".to_owned(), |at| local(at, zone)),
                if state.silent { "yes" } else { "no" }.to_owned(),
                state.rejected_unnamed.to_string(),
                state.unidentified.iter().map(|kind| name(*kind)).collect::<Vec<_>>().join(", "),
            ],
        };
        let (declared, remarks) = (self.declared(), self.remarks().join("; "));
        [
            source.clone(),
            received,
            stored,
            duplicate,
            ignored,
            rejected,
            reported,
            silent,
            unnamed,
            not_found,
            declared,
            remarks,
        ]
    }
}

fn local(at: Instant, zone: &TimeZone) -> String {
    at.to_timestamp().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// As the configuration writes it.
fn name(kind: FactKind) -> String {
    json!(kind).as_str().unwrap_or_default().to_owned()
}
