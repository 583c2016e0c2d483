//! The record that a message belongs to, and the identifiers that it presents (rule R6).
//!
//! The record is the stream of one source identity: the sender's own number, else an identity code that passes its
//! check, else a temporary id, else a number of another authority, a known one first. An artificial code (900–999)
//! counts only if the configuration allows it: in real feeds many clients share one as a dummy.
//!
//! A message may also hold identity codes that must not find a client, although they belong to somebody:
//!
//! - *Ended*: labelled as a code, and no longer the person's (CX.8, `Identifier.period.end`). It is never presented as
//!   one that finds a client. Beside a valid code it shows that the code was changed (661/2009 12 §); that is an event
//!   of its own if the sender is configured to decide it ([`Decides::IdentityCodes`]). From any other sender, or when
//!   it stands alone, it links nobody and waits for a steward ([`Evidence::EndedCode`]): a query by it answers "not
//!   known", never "none". A patient number that has ended still belongs to the person, and its record presents what
//!   this one does.
//! - *Unlabelled*: it has the form and the check character of an identity code, and is labelled as something else. It
//!   is read by its label, and puts the person with that code in doubt ([`Evidence::UnlabelledCode`]).

use crate::number::{Number, emptied, hetu, number};
use crate::scope::{Key, Scope, is_temporary};
use crate::{Decides, SourceProfile};
use event::{
    Authority, BirthDate, Evidence, HETU_SYSTEM, Identifier, Keyring, NationalIdChanged, Presented, StreamId, Token,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The most identifiers in one place of a message.
pub(crate) const MAX_IDENTIFIERS: usize = 100;

/// An identifier as a message writes it.
pub(crate) struct WrittenIdentifier<'a> {
    /// The names of its authority, the most specific one first; empty if none is given.
    pub(crate) authority: &'a [Option<String>],
    /// Its type, of HL7 table 0203.
    pub(crate) kind: Option<&'a str>,
    pub(crate) value: &'a str,
    /// It had ended when the message was written.
    pub(crate) is_over: bool,
}

/// The identifiers of one client in one message.
#[derive(Default)]
pub(crate) struct Identifiers {
    /// In the message's order.
    pub(crate) found: Vec<Identifier>,
    /// Systems that the message emptied.
    pub(crate) emptied: BTreeSet<String>,
    /// Numbers of authorities that are not configured. Such a number can key a record, but finds nobody.
    pub(crate) foreign: Vec<Key>,
    /// Valid identity codes, labelled as such, that have ended.
    pub(crate) over: Vec<Identifier>,
    /// Numbers of known authorities that have ended.
    pub(crate) former: Vec<Identifier>,
    /// Codes that are not labelled as such.
    pub(crate) unlabelled: Vec<Identifier>,
}

impl Identifiers {
    /// Adds an identifier as written: [`number`] decides what it is, [`Scope`] who issued it.
    pub(crate) fn take(&mut self, source: &SourceProfile, written: &WrittenIdentifier<'_>) {
        let &WrittenIdentifier { authority, kind, value, is_over } = written;
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

    /// Records that the message emptied the number with that label.
    pub(crate) fn take_emptied(&mut self, source: &SourceProfile, authority: &[Option<String>], kind: Option<&str>) {
        self.emptied.extend(emptied(source, authority, kind));
    }

    /// Notes `value` if it has the form and the check character of an identity code: it may be one, whatever its label
    /// is.
    pub(crate) fn take_unlabelled(&mut self, source: &SourceProfile, value: &str) {
        if is_persons(source, value) {
            self.unlabelled.push(Identifier::new(HETU_SYSTEM, value));
        }
    }

    /// The record, by the sender's own number, a valid identity code, a temporary id or another number. An ended one
    /// keys the record only where nothing else does, so that the stream continues.
    pub(crate) fn record(&self, source: &SourceProfile, keyring: &Keyring) -> Option<StreamId> {
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

    /// The records keyed by the sender's own numbers that have ended. They belong to the same person.
    pub(crate) fn former_records(&self, source: &SourceProfile, keyring: &Keyring) -> Vec<StreamId> {
        let own = self.former.iter().filter(|id| id.system == source.own_system() && id.system != HETU_SYSTEM);
        own.map(|id| keyring.record(&source.name, &id.system, id.value.expose())).collect()
    }

    /// What it presents, sorted. A code that fails its check neither makes nor ends a link: it is presented under a
    /// system of its own, for a person to review. Two valid codes are both presented; the links, over the set of
    /// events, decide that they link nobody.
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
                systems.entry(Evidence::RefusedCode.system()).or_default().insert(code(id));
            }
            // Either nothing reports the new code, or this sender may not decide the change.
            if !self.over.is_empty() && !self.is_changed(source) {
                systems.entry(HETU_SYSTEM).or_default();
                systems.entry(Evidence::EndedCode.system()).or_default().extend(self.over.iter().map(code));
            }
            for id in self.unlabelled() {
                systems.entry(Evidence::UnlabelledCode.system()).or_default().insert(code(id));
            }
            if let Some(number) = self.without_code(source) {
                let system = Evidence::NoIdentityCode.system();
                systems.entry(system).or_default().insert(keyring.identifier(system, number.value.expose()));
            }
        }
        systems.into_iter().map(presented).collect()
    }

    /// The sender's own number of a client who has no identity code, if the sender asks for one.
    fn without_code(&self, source: &SourceProfile) -> Option<&Identifier> {
        let has_any = self.found.iter().any(|id| id.system == HETU_SYSTEM) || !self.over.is_empty();
        let of_nobody = source.asks_for_codes && !has_any && self.unlabelled.is_empty();
        let own = |id: &&Identifier| id.system == source.own_system();
        self.found.iter().find(own).filter(|_| of_nobody)
    }

    /// The change of ended identity codes to the valid one; `None`: no code has ended, none is valid, or the sender
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

    /// The valid identity codes that have not ended.
    pub(crate) fn codes(&self, source: &SourceProfile, keyring: &Keyring) -> BTreeSet<Token> {
        let linking = self.found.iter().filter(|id| id.system == HETU_SYSTEM && links(source, id));
        linking.map(|id| keyring.identifier(HETU_SYSTEM, id.value.expose())).collect()
    }

    /// The valid identity codes, ended ones included.
    pub(crate) fn all_codes(&self, source: &SourceProfile, keyring: &Keyring) -> BTreeSet<Token> {
        let over = self.over.iter().map(|id| keyring.identifier(HETU_SYSTEM, id.value.expose()));
        self.codes(source, keyring).into_iter().chain(over).collect()
    }

    /// Whether a valid identity code has ended.
    pub(crate) fn has_ended_codes(&self) -> bool {
        !self.over.is_empty()
    }

    /// Unlabelled codes that do not also stand in the message with their label.
    pub(crate) fn unlabelled(&self) -> impl Iterator<Item = &Identifier> {
        let labelled = |id: &&Identifier| self.found.contains(id) || self.over.contains(id);
        self.unlabelled.iter().filter(move |id| !labelled(id))
    }

    /// A valid code stands beside one that has ended, and the sender decides changes.
    fn is_changed(&self, source: &SourceProfile) -> bool {
        let holds = self.found.iter().any(|id| is_persons_hetu(source, id));
        source.authority(Decides::IdentityCodes) == Authority::Source && !self.over.is_empty() && holds
    }

    /// The day of birth in its valid identity code, if it has exactly one.
    pub(crate) fn birth_date(&self) -> Option<Date> {
        let dates: BTreeSet<Date> = self.found.iter().filter_map(Identifier::hetu).map(|it| it.birth_date()).collect();
        if dates.len() == 1 { dates.first().copied() } else { None }
    }

    /// Index tokens of the clients it names, for a rejection. Ended and unlabelled codes count too, because a rejection
    /// only raises doubt.
    pub(crate) fn named<'a>(
        &'a self,
        source: &'a SourceProfile,
        keyring: &'a Keyring,
    ) -> impl Iterator<Item = Token> + 'a {
        let all = self.found.iter().chain(&self.former).chain(&self.over).chain(&self.unlabelled);
        all.filter(|id| links(source, id)).map(|id| keyring.identifier(&id.system, id.value.expose()))
    }
}

/// What a message presents, with the day of birth it reports, and that of the identity code where the two differ.
pub(crate) fn with_birth_date(
    presented_so_far: &[Presented],
    reported: Option<&BirthDate>,
    by_code: Option<Date>,
    keyring: &Keyring,
) -> Vec<Presented> {
    let mut all = presented_so_far.to_vec();
    if let Some(reported) = reported {
        let dates = [Some(reported.date.clone()), by_code.map(|date| date.to_string())];
        let tokens =
            dates.into_iter().flatten().map(|date| keyring.identifier(Evidence::BirthDate.system(), &date)).collect();
        all.push(presented((Evidence::BirthDate.system(), tokens)));
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

/// A code that passes its check and, where made-up codes do not count, is not one of them.
fn is_persons(source: &SourceProfile, value: &str) -> bool {
    hetu(value).is_some_and(|hetu| source.artificial_hetu || !hetu.is_artificial())
}
