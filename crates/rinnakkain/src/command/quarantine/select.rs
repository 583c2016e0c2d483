//! Which entries an operator means: by their ids, or all that fit.

use crate::clock;
use clap::{ArgGroup, Args};
use event::Instant;
use jiff::Timestamp;
use store::quarantine::Filter;
use uuid::Uuid;

/// All that fit.
#[derive(Args, Clone, Debug, Default)]
pub struct Selection {
    /// Only of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only refused for this code, such as unknown-key-identifier
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only received at this time or later, such as 2026-11-24T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Only received before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

impl Selection {
    pub fn filter(&self) -> Filter {
        Filter {
            source: self.source.clone(),
            code: self.code.clone(),
            since: self.since.map(Instant::from_timestamp),
            until: self.until.map(Instant::from_timestamp),
        }
    }
}

/// Some by their ids, or all that fit.
#[derive(Args, Clone, Debug)]
#[command(group(
    ArgGroup::new("which").required(true).multiple(true).args(["ids", "all", "source", "code", "since", "until"])
))]
pub struct Which {
    /// Which entries
    #[arg(value_name = "ID", conflicts_with_all = ["source", "code", "since", "until"])]
    pub ids: Vec<Uuid>,
    /// Every open entry
    #[arg(long, conflicts_with = "ids")]
    all: bool,
    #[command(flatten)]
    selection: Selection,
}

impl Which {
    /// Those that fit and were received until now: what comes while the command works waits for the next one.
    pub fn filter(&self) -> Filter {
        let filter = self.selection.filter();
        Filter { until: Some(filter.until.unwrap_or_else(clock::now)), ..filter }
    }

    #[cfg(test)]
    pub fn these(ids: &[Uuid]) -> Self {
        Self { ids: ids.to_vec(), all: false, selection: Selection::default() }
    }
}
