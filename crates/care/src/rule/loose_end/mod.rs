//! Loose ends: what somebody should have done by a time, and nobody has reported.
//!
//! Each kind is a file here, with a table of cases in `tests/rules/loose_end`: what it finds, since when it is loose,
//! and which report ties it. A kind is a line of the table below; the API and the catalogue of texts then ask for its
//! value and its words. Nothing is stored: it follows from the view and the time. That nobody has done something is
//! known only if every source that covers it has reported (law 5): the table names the kinds of fact.

mod nobody_responsible;
mod unanswered_referral;

use crate::{Origin, ParallelView};
use event::{FactKind, Instant};

/// One loose end of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LooseEnd {
    /// What is missing.
    pub kind: LooseEndKind,
    /// Since when.
    pub from: Instant,
    /// The report that it hangs on.
    pub origin: Origin,
}

macro_rules! loose_ends {
    ($($(#[$doc:meta])* $kind:ident => $find:path, [$($covered_by:ident),+];)*) => {
        /// What is missing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum LooseEndKind {
            $($(#[$doc])* $kind,)*
        }

        impl LooseEndKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The kinds of fact that would report it as done.
            #[must_use]
            pub fn covered_by(self) -> &'static [FactKind] {
                match self {
                    $(Self::$kind => &[$(FactKind::$covered_by),+],)*
                }
            }
        }

        impl ParallelView {
            /// The loose ends at `at`, the oldest first.
            #[must_use]
            pub fn loose_ends(&self, at: Instant) -> Vec<LooseEnd> {
                let mut all = Vec::new();
                $(all.extend($find(self, at).map(|(from, origin)| {
                    LooseEnd { kind: LooseEndKind::$kind, from, origin: origin.clone() }
                }));)*
                all.retain(|it| it.from <= at);
                all.sort_by_key(|it| (it.from, it.kind));
                all
            }
        }
    };
}

loose_ends! {
    /// A referral, contact or notice that nobody answered in time.
    UnansweredReferral => unanswered_referral::find, [Referrals];
    /// A clientship for which nobody is responsible.
    NobodyResponsible => nobody_responsible::find, [Workers, Clientships];
}
