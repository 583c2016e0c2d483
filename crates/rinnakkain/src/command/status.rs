//! `rinnakkain status`: one screen for on-call staff. What is well is one line; what is not has a line each, with
//! what to do. It asks neither Kafka nor the sources, so it answers when they do not.

mod disk;
mod listener;

use super::backup;
use super::check::{Finding, Outcome, certificates, files, kafka};
use crate::config::Config;
use crate::config::Invalid;
use crate::database::{Database, Target};
use crate::role::Roles;
use crate::{clock, keys, output, telemetry};
use care::source::{MAY_BE_BEHIND_SECONDS, SourceState};
use clap::Args;
use event::{Instant, Keyring};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;
use store::quarantine::Filter;
use store::{Fault, Projector, Store, gap, quarantine, review, watermark};
use tokio::time::timeout;

/// Shows on one screen what is well and what is not: listeners, feeds, lag, quarantine, doubts, certificates, disk, last backup.
///
/// Exit status: 0 nothing needs anybody now, 1 something does.
#[derive(Args)]
pub struct Status {
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

/// How long the database is waited for: whoever is on call needs the rest of the screen.
const PATIENCE: Duration = Duration::from_secs(10);

/// A backup every night, and a morning to see that one failed.
const BACKUP_HOURS: i64 = 36;

impl Status {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let now = clock::now();
        let mut findings = listener::listeners(&config).await;
        let (keyring, of_keys) = files::keys(&config);
        findings.extend(of_keys);
        let joined = timeout(PATIENCE, Database::join(&config, &self.target)).await;
        match joined.unwrap_or_else(|_| Err(anyhow::anyhow!("the database does not answer within 10 s"))) {
            Ok(database) => {
                let found = of_database(&config, keyring.as_ref(), &database.store, now).await;
                database.close().await?;
                findings.extend(found?);
            }
            Err(error) => {
                let advice = match error.downcast_ref() {
                    Some(Fault::Schema(_)) => {
                        "it is another build's: run the build that migrated it, never change the database"
                    }
                    _ => "nothing is stored or answered until it is back; senders keep their messages",
                };
                findings.push(Finding::failure("database", format!("{error:#}"), advice));
            }
        }
        findings.extend(certificates::look(&config, Roles::ALL, now.to_timestamp()));
        findings.push(disk::free_space(&config.data).await);
        findings.push(last_backup(&config, now));
        let failed = findings.iter().any(|it| it.outcome == Outcome::Failure);
        if self.json {
            output::json(&json!({ "at": now.to_string(), "findings": findings, "failed": failed }))?;
        } else {
            findings.iter().try_for_each(Finding::print)?;
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

async fn of_database(
    config: &Config,
    keyring: Option<&Keyring>,
    store: &Store,
    now: Instant,
) -> anyhow::Result<Vec<Finding>> {
    let mut findings = feeds(config, store, now).await?;
    if let Some(keyring) = keyring
        && let Err(error) = keys::look(keyring, store).await
    {
        let advice = "under other keys no client is found: see \"the keys\" in deploy/README.md";
        findings.push(Finding::failure("keys", format!("{error:#}"), advice));
    }
    if let Some(kafka) = &config.kafka {
        let was_read = !Projector::new(store.clone()).progress(&kafka.topic.name).await?.is_empty();
        // What is wanted of it at night: whether it answers, and has the topic.
        findings.extend(kafka::look(config, was_read).await.into_iter().take(2));
    }
    findings.extend(lag(config, store, now).await?);
    findings.push(rejected(store).await?);
    findings.push(doubts(store).await?);
    findings.extend(declared(store, now).await?);
    Ok(findings)
}

/// What professionals declared waits for the privacy officer (703/2023 11 § 5 mom.). Nothing is said where nobody declares.
async fn declared(store: &Store, now: Instant) -> anyhow::Result<Option<Finding>> {
    let waiting = store::waiting_declarations(store).await?;
    Ok(waiting.oldest.map(|oldest| {
        let text = format!("bases declared and not reviewed: {}, the oldest {} ago", waiting.count, ago(oldest, now));
        Finding::warning("declared", text, "the privacy officer: rinnakkain log list --declared, then log review ID")
    }))
}

async fn feeds(config: &Config, store: &Store, now: Instant) -> anyhow::Result<Vec<Finding>> {
    const FEED: &str = "feed";
    let (reports, declared) = watermark::reports(store).await?;
    let sources: Vec<_> = config.county.sources.iter().map(|source| source.narrowed(&declared, now)).collect();
    let states = SourceState::all(&sources, &reports, now);
    let (configured, unknown): (Vec<_>, Vec<_>) =
        states.iter().partition(|state| sources.iter().any(|source| source.name == state.name));
    // Nobody is silent of whom nobody knows: the messages wait until their source is configured.
    let of_nobody = unknown.into_iter().map(|state| {
        let SourceState { name, rejected_unnamed, .. } = state;
        let text = format!("refused messages of {name}, which is no configured source: {rejected_unnamed}");
        let advice = format!(
            "rinnakkain feed {name}: it prints a [[source]] for them; or rinnakkain quarantine list --source {name}"
        );
        Finding::warning(FEED, text, advice)
    });
    let of = |state: &&SourceState| {
        let name = &state.name;
        let silent = match state.reported_until {
            None => Some(format!("{name} has never reported")),
            Some(until) if state.silent => Some(format!("{name} is silent: it reported {} ago", ago(until, now))),
            Some(_) => None,
        };
        let advice = "\"none\" of what it covers is \"not known\": call its owners; nothing here can mend it";
        let silent = silent.map(|text| Finding::failure(FEED, text, advice));
        let unfound = (!state.unidentified.is_empty()).then(|| {
            let text = format!("{name} has somebody whom no identifier finds: \"none\" is \"not known\" for everybody");
            Finding::warning(FEED, text, format!("rinnakkain sources; rinnakkain feed {name}"))
        });
        let unnamed = (state.rejected_unnamed > 0 && !state.covers.is_empty()).then(|| {
            let text = format!(
                "refused messages of {name} that name nobody: {}; \"none\" is \"not known\" for everybody",
                state.rejected_unnamed
            );
            let advice = format!("rinnakkain quarantine list --source {name}: correct and redrive, or close");
            Finding::failure(FEED, text, advice)
        });
        let declared = declared.get(name).filter(|it| !it.wards.is_empty() && it.since <= now).map(|_| {
            let text = format!("{name} declares that it covers some wards only: \"none\" of stays is \"not known\"");
            Finding::warning(FEED, text, "rinnakkain sources; ask its owners whether that is meant")
        });
        [silent, unfound, unnamed, declared]
    };
    let mut findings: Vec<Finding> = configured.iter().flat_map(of).flatten().chain(of_nobody).collect();
    let well = configured.iter().filter(|it| !it.silent && it.reported_until.is_some()).count();
    if well > 0 {
        findings.insert(0, Finding::ok(FEED, format!("{well} of {} sources have reported in time", configured.len())));
    }
    Ok(findings)
}

async fn lag(config: &Config, store: &Store, now: Instant) -> anyhow::Result<Vec<Finding>> {
    const LAG: &str = "lag";
    let mut findings: Vec<Finding> = Vec::new();
    let gaps = gap::open(store).await?.len();
    if gaps > 0 {
        let text = format!("open gaps: {gaps}; every \"none\" is \"not known\"");
        findings.push(Finding::failure(LAG, text, "rinnakkain journal status: since when, why; see \"a gap\""));
    }
    if config.kafka.is_some() {
        let advice =
            "rinnakkain journal status: is a project stopped, is the database slow, is an ingest gone for good?";
        findings.push(match watermark::written_until(store).await? {
            Some(until) if until.plus_seconds(MAY_BE_BEHIND_SECONDS) < now => {
                let text = format!(
                    "some of what was received since {} ago may not be applied; unless newer messages of another ingest are, every \"none\" is \"not known\"",
                    ago(until, now)
                );
                Finding::failure(LAG, text, advice)
            }
            Some(until) => Finding::ok(LAG, format!("everything received until {} ago is applied", ago(until, now))),
            None => Finding::warning(LAG, "it is not known until when everything is applied", advice),
        });
    } else if gaps == 0 {
        findings.push(Finding::ok(LAG, "what is acknowledged is applied: there is no Kafka between"));
    }
    Ok(findings)
}

async fn rejected(store: &Store) -> anyhow::Result<Finding> {
    const QUARANTINE: &str = "quarantine";
    let reasons = quarantine::count(store, &Filter::default()).await?;
    let entries: u64 = reasons.iter().map(|reason| reason.entries).sum();
    Ok(match reasons.first() {
        None => Finding::ok(QUARANTINE, "no rejected message is open"),
        Some(most) => {
            let text = format!(
                "open rejected messages: {entries}; most of them: {} of {}, {} at {}",
                most.entries, most.source, most.code, most.place
            );
            Finding::warning(QUARANTINE, text, "rinnakkain quarantine count; a correction, then redrive")
        }
    })
}

async fn doubts(store: &Store) -> anyhow::Result<Finding> {
    const DOUBTS: &str = "doubts";
    let (cases, lists) = (review::list(store).await?.len(), review::pending_lists(store).await?.len());
    Ok(if cases + lists == 0 {
        Finding::ok(DOUBTS, "nothing waits for a steward")
    } else {
        let text = format!("wait for a steward: cases of who is who {cases}, lists {lists}");
        Finding::warning(DOUBTS, text, "rinnakkain review list, in the daytime")
    })
}

fn last_backup(config: &Config, now: Instant) -> Finding {
    const BACKUP: &str = "backup";
    let advice = "run deploy's `backup`, or look why it failed; the key file is not in it";
    match backup::last(&config.data) {
        None => Finding::warning(BACKUP, format!("none is noted in {}", config.data.display()), advice),
        Some(at) if at.plus_seconds(BACKUP_HOURS * 3600) < now => {
            Finding::failure(BACKUP, format!("the last one is {} old", ago(at, now)), advice)
        }
        Some(at) => Finding::ok(BACKUP, format!("the last one is {} old", ago(at, now))),
    }
}

/// As people say it.
fn ago(at: Instant, now: Instant) -> String {
    let seconds = now.as_micros().saturating_sub(at.as_micros()).max(0) / 1_000_000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_the_unit_that_people_use() {
        let at =
            |seconds: i64| ago(Instant::from_micros(0).unwrap(), Instant::from_micros(seconds * 1_000_000).unwrap());
        assert_eq!(
            [0, 119, 120, 7199, 7200, 172_799, 172_800].map(at),
            ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]
        );
        assert_eq!(
            ago(Instant::from_micros(5_000_000).unwrap(), Instant::from_micros(0).unwrap()),
            "0 s",
            "two clocks"
        );
    }

    #[test]
    fn a_backup_that_is_too_old_is_reported() {
        let directory = tempfile::tempdir().unwrap();
        let config = Config::load(None, Some(directory.path())).unwrap();
        let at = |text: &str| Instant::from_timestamp(text.parse().unwrap());
        let outcome = |now: &str| last_backup(&config, at(now)).outcome;
        assert_eq!(outcome("2026-03-01T04:00:00Z"), Outcome::Warning);
        backup::note(directory.path(), at("2026-03-01T02:00:00Z")).unwrap();
        assert_eq!(outcome("2026-03-01T04:00:00Z"), Outcome::Ok);
        assert_eq!(outcome("2026-03-02T14:00:01Z"), Outcome::Failure);
    }
}
