//! Which record a message is of, and what it presents (rule R6).
//!
//! The record is the stream of one source identity: the sender's own number, else an identity code that passes its
//! check, else a temporary id, else a number of another authority, a known one first. An artificial code (900–999) counts as
//! none unless the configuration says so: in real feeds it is the dummy of many.
//!
//! Beside what finds a client a message may hold codes that must not, and that are still somebody's:
//!
//! - *Ended*: labelled, and no longer the person's (CX.8, `Identifier.period.end`). It is never presented as one that finds.
//!   Beside one that holds it was changed (661/2009 12 §): a fact of its own, if the sender is configured to decide that
//!   ([`Decides::IdentityCodes`]). From any other, and alone, when nothing says what it was changed to, it links nobody
//!   either; it waits for a steward ([`ENDED_HETU_SYSTEM`]), so that whoever asks by it is told "not known", and
//!   never "none" of somebody who is there. A patient number that has
//!   ended is the person's all the same, and the record that it kept presents what this one does.
//! - *Unlabelled*: with the form and the check of an identity code, and read as something else. It stays what its label
//!   makes it, and is a doubt about whoever has that code ([`UNLABELLED_HETU_SYSTEM`]).

use crate::number::{Number, emptied, hetu, number};
use crate::scope::{Key, Scope, is_temporary};
use crate::{Decides, SourceProfile};
use event::{
    Authority, BIRTH_DATE_SYSTEM, BirthDate, ENDED_HETU_SYSTEM, HETU_SYSTEM, Identifier, Keyring, NationalIdChanged,
    Presented, REFUSED_HETU_SYSTEM, Record, Token, UNLABELLED_HETU_SYSTEM,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// At most so many identifiers in one place of a message.
pub(crate) const MAX_IDENTIFIERS: usize = 100;

/// An identifier as a message writes it.
pub(crate) struct Written<'a> {
    /// The names of its authority, the most particular one first; none, if none is given.
    pub(crate) authority: &'a [Option<String>],
    /// Its type, of HL7 table 0203.
    pub(crate) kind: Option<&'a str>,
    pub(crate) value: &'a str,
    /// It has ended by the time of the message.
    pub(crate) is_over: bool,
}

/// The identifiers of one client in one message.
#[derive(Default)]
pub(crate) struct Identifiers {
    /// In the message's order.
    pub(crate) found: Vec<Identifier>,
    /// Systems that the message emptied.
    pub(crate) emptied: BTreeSet<String>,
    /// Numbers of authorities that nobody configured: a record can be kept by one, and nobody is found by it.
    pub(crate) foreign: Vec<Key>,
    /// Labelled codes that have ended, valid ones.
    pub(crate) over: Vec<Identifier>,
    /// Numbers of known authorities that have ended.
    pub(crate) former: Vec<Identifier>,
    /// Codes that are not labelled as such.
    pub(crate) unlabelled: Vec<Identifier>,
}

impl Identifiers {
    /// Takes in what is written: by the one rule what it is, and by the other whose.
    pub(crate) fn take(&mut self, source: &SourceProfile, written: &Written<'_>) {
        let &Written { authority, kind, value, is_over } = written;
        match number(source, authority, kind, value) {
            Number::IdentityCode if is_over && is_persons(source, value) => {
                self.over.push(Identifier::new(HETU_SYSTEM, value));
            }
            Number::IdentityCode if is_over => {}
            Number::IdentityCode => self.found.push(Identifier::new(HETU_SYSTEM, value)),
            Number::Patient(scope) => {
                self.take_unlabelled(source, value);
                match (scope.is_known(), is_over) {
                    (true, false) => self.found.push(Identifier::new(scope.system(), value)),
                    (true, true) => self.former.push(Identifier::new(scope.system(), value)),
                    (false, _) => self.foreign.push(Key { scope, value: value.trim().to_owned() }),
                }
            }
            Number::Other => self.take_unlabelled(source, value),
        }
    }

    /// Takes in that the number with that label was emptied.
    pub(crate) fn take_emptied(&mut self, source: &SourceProfile, authority: &[Option<String>], kind: Option<&str>) {
        self.emptied.extend(emptied(source, authority, kind));
    }

    /// Notes `value` if it has the form and the check of an identity code: what it is labelled as, it may be one.
    pub(crate) fn take_unlabelled(&mut self, source: &SourceProfile, value: &str) {
        if is_persons(source, value) {
            self.unlabelled.push(Identifier::new(HETU_SYSTEM, value));
        }
    }

    /// The record, by the sender's own number, a valid identity code, a temporary id or another number. One that has ended
    /// keeps it only where nothing else does: the stream goes on where it was.
    pub(crate) fn record(&self, source: &SourceProfile, keyring: &Keyring) -> Option<Record> {
        let own = |id: &&Identifier| id.system == source.own_system() && id.system != HETU_SYSTEM;
        let hetu = |id: &&Identifier| is_persons_hetu(source, id);
        let temporary = |id: &&Identifier| is_temporary(&id.system);
        // What is not by the rule of scopes here is a system as written.
        let other =
            |id: &&Identifier| id.system != HETU_SYSTEM && Scope::of(source, &[Some(id.system.clone())]).is_known();
        let chosen = (self.found.iter().find(own))
            .or_else(|| self.found.iter().find(hetu))
            .or_else(|| self.found.iter().find(temporary))
            .or_else(|| self.found.iter().find(other));
        let known = |id: &Identifier| keyring.record(&source.name, &id.system, id.value.expose());
        chosen
            .map(known)
            .or_else(|| self.foreign.first().map(|key| key.record(source, keyring, "")))
            .or_else(|| self.former.iter().chain(&self.over).next().map(known))
    }

    /// The records that were kept by the sender's own numbers which have ended: they are the same person's.
    pub(crate) fn former_records(&self, source: &SourceProfile, keyring: &Keyring) -> Vec<Record> {
        let own = self.former.iter().filter(|id| id.system == source.own_system() && id.system != HETU_SYSTEM);
        own.map(|id| keyring.record(&source.name, &id.system, id.value.expose())).collect()
    }

    /// What it presents, sorted. A code that fails its check says nothing of whom the record is, neither a link nor the
    /// end of one: it stands in a register of its own, for a person to look at. Two valid codes are both presented; that
    /// they link nobody is decided over the set of events.
    pub(crate) fn presented(&self, source: &SourceProfile, keyring: &Keyring) -> Vec<Presented> {
        let mut systems: BTreeMap<&str, BTreeSet<Token>> = BTreeMap::new();
        for system in self.emptied.iter().filter(|system| source.linking.contains(*system)) {
            systems.entry(system).or_default();
        }
        for id in self.found.iter().chain(&self.former).filter(|id| links(source, id)) {
            systems.entry(&id.system).or_default().insert(keyring.identifier(&id.system, id.value.expose()));
        }
        if source.linking.contains(HETU_SYSTEM) {
            let code = |id: &Identifier| keyring.identifier(HETU_SYSTEM, id.value.expose());
            let refused = |id: &&Identifier| id.system == HETU_SYSTEM && !is_persons_hetu(source, id);
            for id in self.found.iter().filter(refused) {
                systems.entry(REFUSED_HETU_SYSTEM).or_default().insert(code(id));
            }
            // What it was changed to is said by nothing, or by a sender that does not decide it.
            if !self.over.is_empty() && !self.is_changed(source) {
                systems.entry(HETU_SYSTEM).or_default();
                systems.entry(ENDED_HETU_SYSTEM).or_default().extend(self.over.iter().map(code));
            }
            for id in self.unlabelled() {
                systems.entry(UNLABELLED_HETU_SYSTEM).or_default().insert(code(id));
            }
        }
        systems.into_iter().map(presented).collect()
    }

    /// That identity codes which have ended were changed to the one that holds; `None`: none has, none holds, or the sender
    /// does not decide it.
    pub(crate) fn changed(&self, source: &SourceProfile, keyring: &Keyring) -> Option<NationalIdChanged> {
        let new = self.codes(source, keyring);
        let over = self.over.iter().map(|id| keyring.identifier(HETU_SYSTEM, id.value.expose()));
        let over: BTreeSet<Token> = over.collect();
        let old: Vec<Token> = over.difference(&new).copied().collect();
        let authority = source.authority(Decides::IdentityCodes);
        let new = new.into_iter().collect();
        let changed = NationalIdChanged { old, new, authority, decider: None, reason: None };
        (self.is_changed(source) && !changed.old.is_empty() && !changed.new.is_empty()).then_some(changed)
    }

    /// The valid identity codes that hold.
    pub(crate) fn codes(&self, source: &SourceProfile, keyring: &Keyring) -> BTreeSet<Token> {
        let linking = self.found.iter().filter(|id| id.system == HETU_SYSTEM && links(source, id));
        linking.map(|id| keyring.identifier(HETU_SYSTEM, id.value.expose())).collect()
    }

    /// The valid identity codes, those that have ended too.
    pub(crate) fn all_codes(&self, source: &SourceProfile, keyring: &Keyring) -> BTreeSet<Token> {
        let over = self.over.iter().map(|id| keyring.identifier(HETU_SYSTEM, id.value.expose()));
        self.codes(source, keyring).into_iter().chain(over).collect()
    }

    /// Whether a valid identity code has ended.
    pub(crate) fn has_ended_codes(&self) -> bool {
        !self.over.is_empty()
    }

    /// Codes that are not labelled, and do not stand beside with their label too.
    pub(crate) fn unlabelled(&self) -> impl Iterator<Item = &Identifier> {
        let labelled = |id: &&Identifier| self.found.contains(id) || self.over.contains(id);
        self.unlabelled.iter().filter(move |id| !labelled(id))
    }

    /// A valid code holds beside one that has ended, and the sender decides that.
    fn is_changed(&self, source: &SourceProfile) -> bool {
        let holds = self.found.iter().any(|id| is_persons_hetu(source, id));
        source.authority(Decides::IdentityCodes) == Authority::Source && !self.over.is_empty() && holds
    }

    /// The day of birth that its valid identity code says, if there is one and only one.
    pub(crate) fn birth_date(&self) -> Option<Date> {
        let dates: BTreeSet<Date> = self.found.iter().filter_map(Identifier::hetu).map(|it| it.birth_date()).collect();
        if dates.len() == 1 { dates.first().copied() } else { None }
    }

    /// Index tokens of whom it names, for a rejection: also by a code that has ended or has no label, for this is a doubt.
    pub(crate) fn named<'a>(
        &'a self,
        source: &'a SourceProfile,
        keyring: &'a Keyring,
    ) -> impl Iterator<Item = Token> + 'a {
        let all = self.found.iter().chain(&self.former).chain(&self.over).chain(&self.unlabelled);
        all.filter(|id| links(source, id)).map(|id| keyring.identifier(&id.system, id.value.expose()))
    }
}

/// What a message presents, with the day of birth that it tells, and that of the identity code where it is another.
pub(crate) fn with_birth_date(
    presented_so_far: &[Presented],
    told: Option<&BirthDate>,
    by_code: Option<Date>,
    keyring: &Keyring,
) -> Vec<Presented> {
    let mut all = presented_so_far.to_vec();
    if let Some(told) = told {
        let dates = [Some(told.date.clone()), by_code.map(|date| date.to_string())];
        let tokens = dates.into_iter().flatten().map(|date| keyring.identifier(BIRTH_DATE_SYSTEM, &date)).collect();
        all.push(presented((BIRTH_DATE_SYSTEM, tokens)));
        all.sort();
    }
    all
}

fn presented((system, tokens): (&str, BTreeSet<Token>)) -> Presented {
    Presented { system: system.to_owned(), tokens: tokens.into_iter().collect() }
}

fn links(source: &SourceProfile, id: &Identifier) -> bool {
    source.linking.contains(&id.system) && (id.system != HETU_SYSTEM || is_persons_hetu(source, id))
}

fn is_persons_hetu(source: &SourceProfile, id: &Identifier) -> bool {
    id.system == HETU_SYSTEM && is_persons(source, id.value.expose())
}

/// A code that passes its check, and is not a made-up one where those are none.
fn is_persons(source: &SourceProfile, value: &str) -> bool {
    hetu(value).is_some_and(|hetu| source.artificial_hetu || !hetu.is_artificial())
}
