//! Which records are one person (rule R6).
//!
//! Two kinds of link. *Presented*: a register per (record, identifier system) with the set of identifiers that the
//! record last presented; records that present the same identifier are linked. *Decided*: a register per pair of
//! records, ordered by (authority, order key): a merge or its undoing, which outranks what is presented. Direction is
//! for display only, so chains and cycles of merges are harmless. Guards keep one bad number from joining strangers; all
//! of them are functions of the set of events.
//!
//! *Former*: a code that was changed (661/2009 12 §) is a register per (record, code), ordered in the same way. A former
//! code still links, because other sources go on sending it. But it finds nobody for a caller, in any record of the
//! client: the old number must not lead to the new one.
//!
//! *Proposed*: a source reports either of these and is not configured to decide it, or a record presents another code than
//! before with no report of why ([`RecordLinks::proposed`]). A proposal joins nobody, separates
//! nobody and hides no code. It waits for a steward ([`crate::review`]), and until then a query about the clients
//! concerned is not answered "none".

mod component;
mod learn;
mod record;

pub use component::{components, pair};
pub use record::{Former, PresentedSet, RecordLinks};

use event::{Authority, OrderKey, Token};
use std::collections::{BTreeMap, BTreeSet};

/// A token that more records of one system present than this links none of them: it is a placeholder, not a person.
pub const CROWD: usize = 5;
/// A component of more records than this keeps only its decided links.
pub const LARGEST: usize = 32;

/// The links that the events of some records give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// By record key.
    pub records: BTreeMap<Token, RecordLinks>,
    /// By pair of record keys, the lower first.
    pub decided: BTreeMap<(Token, Token), LinkDecision>,
}

/// Whether two records are one person, as last decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkDecision {
    /// Who decided; the higher authority outranks.
    pub authority: Authority,
    /// When, in the order.
    pub key: OrderKey,
    /// Together or apart.
    pub together: bool,
}

impl LinkDecision {
    /// Together or apart; `None`: only proposed.
    #[must_use]
    pub fn verdict(&self) -> Option<bool> {
        (self.authority > Authority::Unconfirmed).then_some(self.together)
    }
}

/// A token and the system of the records that present it too often.
pub type Crowded = BTreeSet<(Token, String)>;

impl Links {
    /// The tokens by which a caller may find the client of these records.
    #[must_use]
    pub fn finding(&self, records: &BTreeSet<Token>) -> BTreeSet<Token> {
        let here = || records.iter().filter_map(|record| self.records.get(record));
        let former: BTreeSet<_> = here().flat_map(RecordLinks::former).collect();
        here().flat_map(RecordLinks::finding).filter(|token| !former.contains(token)).collect()
    }

    /// Can a caller find this client by an identity code or by another system's number? If not, the client might be anybody who
    /// is asked about: nobody else asks by the record's own number
    /// ([`RecordLinks::finding_for_others`]). An identifier of a crowd finds nobody.
    #[must_use]
    pub fn is_found(&self, records: &BTreeSet<Token>, crowded: &Crowded) -> bool {
        let here = || records.iter().filter_map(|record| self.records.get(record));
        let former: BTreeSet<_> = here().flat_map(RecordLinks::former).collect();
        let finds = |record: &RecordLinks, token: &Token| {
            !former.contains(token) && !crowded.contains(&(*token, record.system.clone()))
        };
        here().any(|record| record.has_no_code() || record.finding_for_others().any(|token| finds(record, &token)))
    }

    /// Is it in doubt whether all data of this client are here? Yes, if a source that may not decide it reports one of
    /// these: another record belongs to the client; a code of the client's was changed; a code has ended while somebody
    /// else presents it. A steward ends the doubt.
    #[must_use]
    pub fn is_in_doubt(&self, records: &BTreeSet<Token>) -> bool {
        let merged = self.decided.iter().any(|((a, b), decision)| {
            decision.verdict().is_none() && decision.together && records.contains(a) != records.contains(b)
        });
        let here = || records.iter().filter_map(|it| self.records.get(it));
        let ended: BTreeSet<Token> = here().flat_map(RecordLinks::ended_codes).collect();
        let holds = |(key, record): (&Token, &RecordLinks)| {
            !records.contains(key) && ended.iter().any(|token| record.presents_as_held(token))
        };
        let mut others = self.records.iter().filter(|_| !ended.is_empty());
        merged || here().any(|it| it.proposed().next().is_some()) || others.any(holds)
    }

    /// Tokens that more than [`CROWD`] of these records present in one system.
    #[must_use]
    pub fn crowded(&self) -> Crowded {
        let mut count: BTreeMap<(Token, &str), usize> = BTreeMap::new();
        for record in self.records.values() {
            for token in record.linking() {
                *count.entry((token, &record.system)).or_default() += 1;
            }
        }
        let crowds = count.into_iter().filter(|(_, count)| *count > CROWD);
        crowds.map(|((token, system), _)| (token, system.to_owned())).collect()
    }

    /// The clients: the records that are one person, each sorted. `crowded` adds what is known of records that are not
    /// here; every record that shares a link with one of these must be here.
    #[must_use]
    pub fn clients(&self, crowded: &Crowded) -> Vec<BTreeSet<Token>> {
        let (all, together) = self.components(crowded);
        let mut clients = Vec::new();
        for component in all {
            let apart = |((a, b), decision): (&(Token, Token), &LinkDecision)| {
                decision.verdict() == Some(false) && component.contains(a) && component.contains(b)
            };
            if component.len() > LARGEST || self.decided.iter().any(apart) {
                let decided = together.iter().copied().filter(|(a, _)| component.contains(a));
                clients.extend(components(component.iter().copied(), decided));
            } else {
                clients.push(component);
            }
        }
        clients.sort();
        clients
    }

    /// The components that all links join, before the guards separate strangers; and the pairs decided together.
    pub(crate) fn components(&self, crowded: &Crowded) -> (Vec<BTreeSet<Token>>, Vec<(Token, Token)>) {
        let here = self.crowded();
        let mut presenters: BTreeMap<Token, Vec<Token>> = BTreeMap::new();
        for (key, record) in &self.records {
            for token in record.linking() {
                let crowd = (token, record.system.clone());
                if !here.contains(&crowd) && !crowded.contains(&crowd) {
                    presenters.entry(token).or_default().push(*key);
                }
            }
        }
        let presented = presenters.values().flat_map(|records| records.windows(2).map(|two| (two[0], two[1])));
        let together = self.decided.iter().filter(|(_, it)| it.verdict() == Some(true)).map(|(pair, _)| *pair);
        let together: Vec<_> = together.collect();

        let all = components(self.records.keys().copied(), presented.chain(together.iter().copied()));
        (all, together)
    }
}
