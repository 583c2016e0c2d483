//! The configuration, read again while the service runs: its sources, wards, callers, and what else answers and messages are
//! read by. The file is looked at every [`RECHECK_INTERVAL`], as the files of TLS are. A file that has changed, and not
//! changed again by the next check, is used for the messages and questions that come from then on. A file that cannot be used
//! changes nothing, and is logged once with everything that is wrong in it.
//!
//! What is set where the process starts (listeners, database, Kafka, keys, telemetry) holds until it starts again; a change of it is
//! logged.

use super::ingest::Ingest;
use crate::config::{Config, DirectoryContents, DirectoryFiles, Sender};
use api::{Callers, IdentityProvider, Senders, Settings};
use care::source::Source;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use toml::Table;

/// Between two checks of the file.
const RECHECK_INTERVAL: Duration = Duration::from_secs(2);
/// Of a configuration that cannot be used.
const CHECKS_BETWEEN_TRIES: u32 = 5;
/// The tables that hold until the next start.
const AT_THE_START: [&str; 15] = [
    "data",
    "database",
    "keys",
    "log",
    "telemetry",
    "mllp",
    "http",
    "grpc",
    "health",
    "page",
    "ingest",
    "transport",
    "kafka",
    "identity_provider",
    "retention",
];

/// Who takes what is configured anew, and what was read last.
pub struct Reload {
    file: PathBuf,
    data: PathBuf,
    /// The directory in files of its own: a change in them is a change too.
    directory: Option<DirectoryFiles>,
    /// What may be shown of what the process was started with.
    started_with: Table,
    /// The digest of the file that is used.
    used: Option<[u8; 32]>,
    /// What the last check found, if it differs, and whether it was dealt with.
    seen: Option<(Option<[u8; 32]>, bool)>,
    /// Why what was dealt with last is not used, and how many checks ago it was tried.
    refused: Option<(String, u32)>,
    pub(super) ingest: Option<watch::Sender<Arc<Ingest>>>,
    pub(super) settings: Option<watch::Sender<Arc<Settings>>>,
    /// Whose tokens callers and users are known by: it is set at the start.
    pub(super) provider: Option<IdentityProvider>,
    pub(super) sources: Option<watch::Sender<Vec<Source>>>,
}

/// What the gRPC services know.
pub fn settings(config: &Config, provider: Option<IdentityProvider>) -> anyhow::Result<Settings> {
    Ok(Settings {
        county: Arc::new(config.county.clone()),
        callers: Callers::try_new(config.callers.clone(), provider)?,
        senders: Senders(config.senders.iter().flat_map(Sender::asks).collect()),
        answering: config.answering,
    })
}

impl Reload {
    /// `None`: the configuration stands in no file.
    pub fn of(config: &Config) -> Option<Self> {
        let file = config.file.clone()?;
        let directory = config.directory.clone();
        let used = look(&file, directory.as_ref())?;
        let (data, started_with) = (config.data.clone(), config.shown.clone());
        let (ingest, settings, provider, sources) = (None, None, None, None);
        Some(Self {
            file,
            data,
            directory,
            started_with,
            used: Some(used),
            seen: None,
            refused: None,
            ingest,
            settings,
            provider,
            sources,
        })
    }

    /// Until `stop`. With it go the last ways into the queue that are not a listener's.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(RECHECK_INTERVAL) => {}
            }
            let found = look(&self.file, self.directory.as_ref());
            if !self.has_changed(found) {
                continue;
            }
            let applied = self.read().and_then(|config| {
                let directory = config.directory.clone();
                self.apply(config).map(|()| directory)
            });
            match applied {
                Ok(directory) => (self.used, self.directory, self.refused) = (found, directory, None),
                Err(error) => {
                    let why = error.to_string();
                    if self.refused.as_ref().is_none_or(|(before, _)| *before != why) {
                        tracing::error!(
                            %error,
                            "the configuration has changed and cannot be used: the previous one stays in use"
                        );
                    }
                    self.refused = Some((why, 0));
                }
            }
        }
    }

    /// Once, when the file is another than the one that is used, and the same as at the last check. One that was refused is tried
    /// again now and then: what is wrong may be in a file that it names.
    fn has_changed(&mut self, found: Option<[u8; 32]>) -> bool {
        if found == self.used {
            self.refused = None;
            if matches!(self.seen.take(), Some((_, true))) {
                tracing::info!("the configuration is again as it was: the one in use");
            }
            return false;
        }
        match self.seen {
            Some((seen, done)) if seen == found => {
                self.seen = Some((found, true));
                let is_due = self.refused.as_mut().is_some_and(|(_, checks)| {
                    *checks += 1;
                    *checks >= CHECKS_BETWEEN_TRIES
                });
                !done || is_due
            }
            // It may still be written.
            _ => {
                (self.seen, self.refused) = (Some((found, false)), None);
                false
            }
        }
    }

    fn read(&self) -> anyhow::Result<Config> {
        let config = Config::load(Some(&self.file), Some(&self.data))?;
        match config.published_beyond_loopback() {
            Some(invalid) => Err(invalid.into()),
            None => Ok(config),
        }
    }

    fn apply(&self, config: Config) -> anyhow::Result<()> {
        let settings = settings(&config, self.provider.clone())?;
        let (sources, callers) = (config.senders.len(), config.callers.len());
        let wards = config.county.directory.wards.len();
        for name in AT_THE_START.into_iter().filter(|name| self.started_with.get(*name) != config.shown.get(*name)) {
            tracing::warn!(setting = name, "this setting has changed, and holds from the next start on");
        }
        if let Some(to) = &self.settings {
            to.send_replace(Arc::new(settings));
        }
        if let Some(to) = &self.sources {
            to.send_replace(config.county.sources.clone());
        }
        if let Some(to) = &self.ingest {
            let ingest = to.borrow().configured(config.senders, config.county.zone);
            to.send_replace(Arc::new(ingest));
        }
        tracing::info!(sources, wards, callers, "the configuration has changed, and is used from now on");
        Ok(())
    }
}

/// The digest of the file and of the directory's files; `None`: it cannot be read.
fn look(file: &Path, directory: Option<&DirectoryFiles>) -> Option<[u8; 32]> {
    let mut text = std::fs::read(file).ok()?;
    // A file that cannot be read is a change too: reading the configuration then reports what is wrong with it.
    let contents = directory.and_then(|files| files.read().ok());
    text.extend(contents.iter().flat_map(DirectoryContents::digest));
    Some(digest(&text))
}

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_used_once_when_it_keeps_still() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("rinnakkain.toml");
        std::fs::write(&file, "processing_id = \"T\"").unwrap();
        let mut reload = Reload::of(&Config::load(Some(&file), Some(directory.path())).unwrap()).unwrap();
        let [first, second, third] = [b"1", b"2", b"3"].map(|it| Some(digest(it)));
        let used = reload.used;
        let mut changed = |found| reload.has_changed(found);
        assert_eq!([used, used].map(&mut changed), [false, false]);
        assert_eq!([first, second, second, second].map(&mut changed), [false, false, true, false]);
        assert_eq!([used, second, second].map(&mut changed), [false, false, true], "as it was, and changed again");
        assert_eq!([None, None, None, third, third].map(&mut changed), [false, true, false, false, true]);
        assert!(Reload::of(&Config::of_text("").unwrap()).is_none());
    }

    #[test]
    fn a_change_in_the_directorys_files_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let [file, directory] = ["rinnakkain.toml", "directory.toml"].map(|name| folder.path().join(name));
        let line = |phone: &str| {
            let text = "[[county_line]]\ncode = 'duty'\nname = 'Duty'\nhours = 'always'\nphone_public = ";
            std::fs::write(&directory, format!("{text}'{phone}'")).unwrap();
        };
        line("1");
        std::fs::write(&file, format!("directory = {:?}", directory.to_str().unwrap())).unwrap();
        let mut reload = Reload::of(&Config::load(Some(&file), Some(folder.path())).unwrap()).unwrap();
        let mut looks = |times: usize| {
            let look = |_| reload.has_changed(look(&reload.file, reload.directory.as_ref()));
            (0..times).map(look).collect::<Vec<_>>()
        };
        assert_eq!(looks(2), [false, false]);
        line("2");
        assert_eq!(looks(3), [false, true, false]);
        std::fs::write(&directory, "[[county_line]]\ncode = 1\n").unwrap();
        assert_eq!(looks(3), [false, true, false]);
        let error = reload.read().err().unwrap().to_string();
        assert!(error.contains("directory.toml line 2"), "{error}");
    }
}
