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

/// What sources have stated, opened.
pub struct Stated {
    store: Store,
    keyring: Arc<Keyring>,
    rows: Vec<DirectoryRow>,
    opened: Vec<OfSource>,
    fails: bool,
}

impl Stated {
    pub fn new(store: Store, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring, rows: Vec::new(), opened: Vec::new(), fails: false }
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
        if rows == self.rows {
            return false;
        }
        self.opened = rows.iter().filter_map(|row| self.open(row)).collect();
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
                tracing::error!(source, %error, "the directory that this source states cannot be opened");
                None
            }
        }
    }

    fn beside(&self, settings: &Settings) -> Settings {
        let directory = settings.county.directory.clone().with(self.opened.clone());
        let county = County { directory, ..County::clone(&settings.county) };
        Settings { county: Arc::new(county), ..settings.clone() }
    }
}
