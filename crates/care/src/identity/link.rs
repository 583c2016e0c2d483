//! Which records are one person (rule R6).
//!
//! Two kinds of link. *Presented*: a register per (record, identifier system) that holds the set of identifiers which
//! the record last presented; records that present the same one are linked. *Decided*: a register per pair of records,
//! ordered by (authority, order key): a merge or its undoing, which outranks what is presented. Direction is for
//! display only, so chains and cycles of merges are harmless. Guards keep one bad number from joining strangers; all of
//! them are functions of the set.
//!
//! *Former*: a code that was changed (661/2009 12 §) is a register per (record, code), ordered in the same way. A former
//! code links as before, for other sources go on sending it; but it finds nobody for a caller, in any record of the client:
//! the old number must not lead to the new one.
//!
//! *Proposed* is what a source says of either that is not configured to decide it: it joins nobody, parts nobody and hides
//! no code. It waits for a steward ([`crate::review`]), and whoever asks of those it is about is not answered "none".

mod learn;

use event::{Authority, ENDED_HETU_SYSTEM, HETU_SYSTEM, OrderKey, Token, UNLABELLED_HETU_SYSTEM, is_witness};
use std::collections::{BTreeMap, BTreeSet};

/// A token presented by more records of one system than this links none of them: it is a placeholder, not a person.
pub const CROWD: usize = 5;
/// A component above this many records keeps its decided links only.
pub const LARGEST: usize = 32;

/// What the events of some records say about links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// By record key.
    pub records: BTreeMap<Token, RecordLinks>,
    /// By pair of record keys, the lower first.
    pub decided: BTreeMap<(Token, Token), Decision>,
}

/// One record's identity system, and what it presents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordLinks {
    /// The system of the record's own identity.
    pub system: String,
    /// By identifier system.
    pub presented: BTreeMap<String, PresentedSet>,
    /// By code: is it former, as last told.
    pub former: BTreeMap<Token, Former>,
}

/// Whether a code is no longer the person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Former {
    /// Who decided: the higher outranks.
    pub authority: Authority,
    /// The order key of the event that said it.
    pub key: OrderKey,
    /// It was changed to another; `false`: it is the one that was changed to.
    pub former: bool,
}

/// What a record last presented of one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedSet {
    /// The order key of the event that said it.
    pub key: OrderKey,
    /// Sorted and distinct.
    pub tokens: Vec<Token>,
}

/// Whether two records are one person, as last decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// Who decided: the higher outranks.
    pub authority: Authority,
    /// When, in the order.
    pub key: OrderKey,
    /// Together or apart.
    pub together: bool,
}

impl Decision {
    /// Together or apart; `None`: it is only proposed.
    #[must_use]
    pub fn verdict(&self) -> Option<bool> {
        (self.authority > Authority::Unconfirmed).then_some(self.together)
    }
}

impl Former {
    /// It is only proposed.
    #[must_use]
    pub fn is_proposed(&self) -> bool {
        self.authority == Authority::Unconfirmed
    }
}

/// A token and the system of the records that present it too often.
pub type Crowded = BTreeSet<(Token, String)>;

impl RecordLinks {
    /// The tokens by which this record may be linked: those it presents, and former ones. Two identity codes presented at
    /// once are a contradiction: neither links, and neither finds.
    pub fn linking(&self) -> impl Iterator<Item = Token> + '_ {
        let tokens: BTreeSet<_> = self.not_contradicted().chain(self.former()).collect();
        tokens.into_iter()
    }

    /// The tokens by which a caller may find this record: those it presents and that are not former. A token that is
    /// former in another record of the client finds nobody either.
    pub fn finding(&self) -> impl Iterator<Item = Token> + '_ {
        self.not_contradicted().filter(|token| !self.former.get(token).is_some_and(|it| it.former && !it.is_proposed()))
    }

    /// Says the same as `other`, if perhaps at another time: nothing links or finds otherwise.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        fn said(it: &RecordLinks) -> impl Iterator<Item = (&String, &Vec<Token>)> {
            it.presented.iter().map(|(system, set)| (system, &set.tokens))
        }
        said(self).eq(said(other)) && self.former == other.former
    }

    /// It presents this, also where that links nobody. A code without its label says nothing once a message has one with it.
    #[must_use]
    pub fn presents_now(&self, token: &Token) -> bool {
        let labelled = self.presented.get(HETU_SYSTEM).filter(|set| !set.tokens.is_empty());
        let mended = |system: &str, set: &PresentedSet| {
            system == UNLABELLED_HETU_SYSTEM && labelled.is_some_and(|labelled| labelled.key > set.key)
        };
        self.presented.iter().any(|(system, set)| set.tokens.contains(token) && !mended(system, set))
    }

    /// The codes that are no longer the person's.
    pub fn former(&self) -> impl Iterator<Item = Token> + '_ {
        self.former.iter().filter(|(_, it)| it.former && !it.is_proposed()).map(|(token, _)| *token)
    }

    /// What a source that may not decide it says of codes: was it changed to another, or is it the one changed to.
    pub fn proposed(&self) -> impl Iterator<Item = (Token, &Former)> + '_ {
        self.former.iter().filter(|(_, it)| it.is_proposed()).map(|(token, it)| (*token, it))
    }

    /// Codes that have ended by a source that may not decide it, of which nobody has decided yet; each as that source would
    /// have it, with the codes that hold.
    pub fn ended(&self) -> impl Iterator<Item = (Token, Former)> + '_ {
        let decided = |token: &Token| self.former.get(token).is_some_and(|it| !it.is_proposed());
        let set = self.presented.get(ENDED_HETU_SYSTEM);
        let waiting = move |token: &Token| !decided(token);
        let of = |set: &PresentedSet, token, former| {
            (token, Former { authority: Authority::Unconfirmed, key: set.key, former })
        };
        let ended = set.into_iter().flat_map(move |set| {
            set.tokens.iter().filter(move |token| waiting(token)).map(move |token| of(set, *token, true))
        });
        let any = set.is_some_and(|set| set.tokens.iter().any(waiting));
        let holds = self.presented.get(HETU_SYSTEM).filter(|_| any).into_iter();
        ended.chain(holds.flat_map(move |set| set.tokens.iter().map(move |token| of(set, *token, false))))
    }

    /// Those of them that have ended.
    pub fn ended_codes(&self) -> impl Iterator<Item = Token> + '_ {
        self.ended().filter(|(_, it)| it.former).map(|(token, _)| token)
    }

    /// It presents this, and not as a code that has ended.
    fn presents_as_held(&self, token: &Token) -> bool {
        let ended = |system: &str| system == ENDED_HETU_SYSTEM;
        self.presented.iter().any(|(system, set)| !ended(system) && set.tokens.contains(token))
    }

    fn not_contradicted(&self) -> impl Iterator<Item = Token> + '_ {
        self.presented
            .iter()
            .filter(|(system, _)| !is_witness(system))
            .filter(|(system, set)| system.as_str() != HETU_SYSTEM || set.tokens.len() == 1)
            .flat_map(|(_, set)| set.tokens.iter().copied())
    }
}

impl Links {
    /// The tokens by which a caller may find the client of these records.
    #[must_use]
    pub fn finding(&self, records: &BTreeSet<Token>) -> BTreeSet<Token> {
        let here = || records.iter().filter_map(|record| self.records.get(record));
        let former: BTreeSet<_> = here().flat_map(RecordLinks::former).collect();
        here().flat_map(RecordLinks::finding).filter(|token| !former.contains(token)).collect()
    }

    /// Is there an identifier by which a caller finds the client of these records? Of a crowd nobody is found.
    #[must_use]
    pub fn is_found(&self, records: &BTreeSet<Token>, crowded: &Crowded) -> bool {
        let here = || records.iter().filter_map(|record| self.records.get(record));
        let former: BTreeSet<_> = here().flat_map(RecordLinks::former).collect();
        let finds = |record: &RecordLinks, token: &Token| {
            !former.contains(token) && !crowded.contains(&(*token, record.system.clone()))
        };
        here().any(|record| record.finding().any(|token| finds(record, &token)))
    }

    /// A source that may not decide it says that more belongs to the client of these records, or that one of its codes was
    /// changed or has ended, and somebody else presents that one: until a steward has decided, nobody knows whether all of it
    /// is here.
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

    /// Tokens that more than [`CROWD`] of these records of one system present.
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
    /// here; every record that shares a link with one of these must be.
    #[must_use]
    pub fn clients(&self, crowded: &Crowded) -> Vec<BTreeSet<Token>> {
        let (all, together) = self.components(crowded);
        let mut clients = Vec::new();
        for component in all {
            let apart = |((a, b), decision): (&(Token, Token), &Decision)| {
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

    /// What all links join, before what keeps strangers apart; and the pairs decided together.
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

/// A pair of records, whichever is named first.
#[must_use]
pub fn pair(a: Token, b: Token) -> (Token, Token) {
    if a < b { (a, b) } else { (b, a) }
}

/// Connected components of a graph.
pub fn components<N: Copy + Ord>(
    nodes: impl Iterator<Item = N>,
    edges: impl Iterator<Item = (N, N)>,
) -> Vec<BTreeSet<N>> {
    let mut parent: BTreeMap<N, N> = nodes.map(|node| (node, node)).collect();
    for (a, b) in edges {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent.insert(a.max(b), a.min(b));
    }
    let mut groups: BTreeMap<N, BTreeSet<N>> = BTreeMap::new();
    for node in parent.keys().copied().collect::<Vec<_>>() {
        let root = root(&mut parent, node);
        groups.entry(root).or_default().insert(node);
    }
    groups.into_values().collect()
}

fn root<N: Copy + Ord>(parent: &mut BTreeMap<N, N>, node: N) -> N {
    let mut at = node;
    while let Some(up) = parent.get(&at).copied().filter(|up| *up != at) {
        at = up;
    }
    parent.insert(node, at);
    at
}
