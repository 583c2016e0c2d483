//! What takes place once and may be reported several times: an assessment of an urgent need, an answer to a request.

use super::Reported;
use super::mark::{Mark, earliest, is_newest, keep};
use event::{Code, Instant};
use serde::{Deserialize, Serialize};

/// The earliest reported time stands, and the newest reported result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// When it took place. `None`: it was not reported.
    pub at: Option<Instant>,
    /// Its result, a code.
    pub result: Option<Code>,
    /// Where its last report stands.
    newest: Option<Mark>,
}

impl Once {
    pub(crate) fn report(&mut self, reported: &Reported, result: Option<Code>) {
        let newest = is_newest(&mut self.newest, &reported.mark);
        earliest(&mut self.at, reported.happened_at());
        keep(&mut self.result, result, newest);
    }
}
