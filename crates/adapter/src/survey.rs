//! What a feed contains: a pure fold over its messages. Nothing in it could identify a person.
//!
//! A code is shown if the configuration or a table knows it, or if it has the form of a code and is no name in its message.
//! Of the others only the number is kept ([`UsedCode::may_be_personal`]).

use crate::{
    CodeKind, FoundBy, MessagePlace, Outcome, RejectionCode, Remark, SourceProfile, Translation, found_by, ignored,
};
use event::FactKind;
use std::collections::{BTreeMap, BTreeSet};

/// The most different codes of one kind that are kept: a field with more of them holds no codes.
const MAX_DIFFERENT: usize = 2_000;

/// What a feed contains so far.
#[derive(Default)]
pub struct Survey {
    /// Messages.
    pub messages: u64,
    /// Messages that give events.
    pub with_events: u64,
    /// Messages that give none, by the reason.
    pub ignored: BTreeMap<&'static str, u64>,
    /// Rejected messages: by code, place and text.
    pub rejected: BTreeMap<(RejectionCode, MessagePlace, &'static str), u64>,
    /// Events by type.
    pub events: BTreeMap<&'static str, u64>,
    /// The kinds of fact that the events are of, where an event is of one kind only.
    pub kinds: BTreeSet<FactKind>,
    /// Messages by what finds their client.
    pub found_by: BTreeMap<FoundBy, u64>,
    /// Messages by remark.
    pub remarks: BTreeMap<Remark, u64>,
    /// Codes, with their meaning and the number of messages.
    pub codes: BTreeMap<(CodeKind, String), (Option<String>, u64)>,
    /// What may be no code: it is counted and not kept.
    pub withheld: BTreeMap<CodeKind, Withheld>,
}

/// Codes that are not shown.
#[derive(Default)]
pub struct Withheld {
    /// Messages.
    pub messages: u64,
    different: BTreeSet<String>,
}

impl Withheld {
    /// How many differ, up to a bound.
    #[must_use]
    pub fn different(&self) -> usize {
        self.different.len()
    }
}

impl Survey {
    /// Adds one message, translated as `source`'s.
    pub fn add(&mut self, source: &SourceProfile, bytes: &[u8], translation: &Translation) {
        self.messages += 1;
        match &translation.outcome {
            Outcome::Events(events) => {
                self.with_events += 1;
                for event in events {
                    *self.events.entry(event.body.type_name()).or_default() += 1;
                    if let [kind] = event.body.kinds() {
                        self.kinds.insert(*kind);
                    }
                }
            }
            Outcome::Ignored => *self.ignored.entry(ignored(source, bytes)).or_default() += 1,
            Outcome::Rejected(it) => *self.rejected.entry((it.code, it.place, it.text)).or_default() += 1,
        }
        if let Some(by) = found_by(source, &translation.outcome) {
            *self.found_by.entry(by).or_default() += 1;
        }
        for remark in translation.remarks.iter().collect::<BTreeSet<_>>() {
            *self.remarks.entry(*remark).or_default() += 1;
        }
        let mut withheld = BTreeSet::new();
        for it in crate::codes(source, bytes) {
            let of_kind = self.codes.range((it.what, String::new())..).take_while(|((what, _), _)| *what == it.what);
            let is_full = of_kind.count() >= MAX_DIFFERENT;
            if it.may_be_personal || is_full {
                let of_kind = self.withheld.entry(it.what).or_default();
                of_kind.messages += u64::from(withheld.insert(it.what));
                if of_kind.different.len() < MAX_DIFFERENT {
                    of_kind.different.insert(it.code);
                }
                continue;
            }
            let (_, count) = self.codes.entry((it.what, it.code)).or_insert((it.meaning, 0));
            *count += 1;
        }
    }
}
