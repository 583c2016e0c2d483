//! The directories that sources have stated, beside the county's own files: looked at again and again, and put where the files have
//! nothing. Whatever fails, the last that was known serves on.

use api::Settings;
use care::answer::County;
use care::directory::OfSource;
use care::list::DirectoryRow;
use event::Keyring;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Between two looks at what is stated.
const RECHECK_INTERVAL: Duration = Duration::from_secs(5);

/// What sources have stated.
pub struct Stated {
    store: Store,
    known: Known,
    fails: bool,
}

/// The same, opened.
struct Known {
    keyring: Arc<Keyring>,
    rows: Vec<DirectoryRow>,
    opened: Vec<OfSource>,
}

impl Stated {
    pub fn new(store: Store, keyring: Arc<Keyring>) -> Self {
        Self { store, known: Known { keyring, rows: Vec::new(), opened: Vec::new() }, fails: false }
    }

    /// Until `stop`: what is configured, with what is stated, to those who answer.
    pub async fn run(
        mut self,
        mut configured: watch::Receiver<Arc<Settings>>,
        to: watch::Sender<Arc<Settings>>,
        stop: CancellationToken,
    ) {
        // A configuration that stands in no file never changes.
        let mut in_file = true;
        loop {
            let stated_anew = self.look().await;
            let configured_anew = configured.has_changed().unwrap_or(false);
            if stated_anew || configured_anew {
                let settings = Arc::clone(&configured.borrow_and_update());
                to.send_replace(Arc::new(self.beside(&settings)));
            }
            tokio::select! {
                () = stop.cancelled() => return,
                changed = configured.changed(), if in_file => {
                    in_file = changed.is_ok();
                    if in_file {
                        configured.mark_changed();
                    }
                }
                () = sleep(RECHECK_INTERVAL) => {}
            }
        }
    }

    /// Is anything stated anew?
    async fn look(&mut self) -> bool {
        let rows = match store::directory::stated(&self.store).await {
            Ok(rows) => rows,
            Err(error) => {
                if !self.fails {
                    tracing::warn!(%error, "what sources state of their directories cannot be read: the last that is known serves on");
                }
                self.fails = true;
                return false;
            }
        };
        self.fails = false;
        self.known.take(rows)
    }

    fn beside(&self, settings: &Settings) -> Settings {
        let directory = settings.county.directory.clone().with(self.known.opened.clone());
        let county = County { directory, ..County::clone(&settings.county) };
        Settings { county: Arc::new(county), ..settings.clone() }
    }
}

impl Known {
    /// Is anything stated anew? Of a source whose new directory cannot be opened the one before serves on. Each row is opened
    /// once, so what is wrong with it is logged once.
    fn take(&mut self, rows: Vec<DirectoryRow>) -> bool {
        if rows == self.rows {
            return false;
        }
        let opened = rows.iter().filter_map(|row| {
            let before = || self.opened.iter().find(|it| it.source == row.source).cloned();
            if self.rows.contains(row) { before() } else { self.open(row).or_else(before) }
        });
        self.opened = opened.collect();
        self.rows = rows;
        true
    }

    fn open(&self, row: &DirectoryRow) -> Option<OfSource> {
        let source = row.source.as_str();
        match self.keyring.open(&row.record, &row.directory) {
            Ok(directory) => {
                let stated =
                    OfSource { source: source.to_owned(), as_of: row.as_of, directory: directory.expose().clone() };
                let (units, wards) = (stated.directory.units.len(), stated.directory.wards.len());
                let (as_of, hours_not_understood) = (row.as_of.to_timestamp(), stated.hours_not_understood());
                tracing::info!(source, %as_of, units, wards, hours_not_understood, "the directory that this source states is used");
                Some(stated)
            }
            Err(error) => {
                tracing::error!(source, %error, "the directory that this source states cannot be opened: the last that could be serves on");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::{Instant, NewKeys, StatedDirectory, StatedUnit};
    use testkit::log::Written;
    use uuid::Uuid;

    fn keyring(seal: u8) -> Arc<Keyring> {
        Arc::new(Keyring::parse(&NewKeys { index: [1; 32].into(), seal: [seal; 32].into() }.to_file()).unwrap())
    }

    fn row(source: &str, as_of: i64, unit: &str, keyring: &Keyring) -> DirectoryRow {
        let record = keyring.identifier("directory", source);
        let unit = StatedUnit { name: unit.to_owned(), ..StatedUnit::default() };
        let directory = StatedDirectory { units: vec![unit], wards: Vec::new() };
        let directory = keyring.sealer(record, Uuid::nil()).seal(&directory);
        DirectoryRow { source: source.to_owned(), as_of: Instant::MIN.plus_seconds(as_of), record, directory }
    }

    #[test]
    fn a_directory_that_cannot_be_opened_leaves_the_one_before_and_is_logged_once() {
        let (ours, others) = (keyring(2), keyring(3));
        let mut known = Known { keyring: Arc::clone(&ours), rows: Vec::new(), opened: Vec::new() };
        let units = |known: &Known| {
            let names = known.opened.iter().map(|it| format!("{} {}", it.source, it.directory.units[0].name));
            names.collect::<Vec<_>>()
        };
        let log = Written::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            let (first, sealed_by_others) = (row("a", 1, "first", &ours), row("a", 2, "lost", &others));
            assert!(known.take(vec![first, row("b", 1, "b", &ours)]));
            assert!(known.take(vec![sealed_by_others.clone(), row("b", 1, "b", &ours)]));
            assert_eq!(units(&known), ["a first", "b b"], "the one before serves on");
            assert!(!known.take(vec![sealed_by_others.clone(), row("b", 1, "b", &ours)]), "nothing new");
            assert!(known.take(vec![sealed_by_others, row("b", 2, "b again", &ours)]));
            assert_eq!(units(&known), ["a first", "b b again"]);
            assert!(known.take(vec![row("a", 3, "third", &ours)]));
            assert_eq!(units(&known), ["a third"], "and what is no more stated is gone");
        });
        let log = log.text();
        assert_eq!(log.matches("cannot be opened").count(), 1, "{log}");
        assert_eq!(log.matches("is used").count(), 4, "each is logged as used once: {log}");
    }
}
