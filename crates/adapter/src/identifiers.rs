//! Which record a message is of, and what it presents (rule R6).
//!
//! The record is the stream of one source identity: the sender's own number, else an identity code that passes its
//! check, else a temporary id. An artificial code (900–999) counts as none unless the configuration says so: in
//! real feeds it is the dummy of many.

use crate::Source;
use event::{
    BIRTH_DATE_SYSTEM, BirthDate, HETU_SYSTEM, Identifier, Keyring, Presented, REFUSED_HETU_SYSTEM, Record, Token,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// At most so many identifiers in one place of a message.
pub(crate) const MAX_IDENTIFIERS: usize = 100;

/// The OID arc of the henkilötunnus.
pub(crate) const HETU_OID: &str = "1.2.246.21";

/// The identifiers of one client in one message.
#[derive(Default)]
pub(crate) struct Identifiers {
    /// In the message's order.
    pub(crate) found: Vec<Identifier>,
    /// Systems that the message emptied.
    pub(crate) emptied: BTreeSet<String>,
}

impl Identifiers {
    /// The record, by the sender's own number, a valid identity code or a temporary id.
    pub(crate) fn record(&self, source: &Source, keyring: &Keyring) -> Option<Record> {
        let own = |id: &&Identifier| id.system == source.own_system();
        let hetu = |id: &&Identifier| is_persons_hetu(source, id);
        let temporary = |id: &&Identifier| is_temporary(&id.system);
        let chosen = (self.found.iter().find(own))
            .or_else(|| self.found.iter().find(hetu))
            .or_else(|| self.found.iter().find(temporary))?;
        Some(keyring.record(&source.name, &chosen.system, chosen.value.expose()))
    }

    /// What it presents, sorted. A code that fails its check says nothing of whom the record is, neither a link nor the
    /// end of one: it stands in a register of its own, for a person to look at. Two valid codes are both presented; that
    /// they link nobody is decided over the set of events.
    pub(crate) fn presented(&self, source: &Source, keyring: &Keyring) -> Vec<Presented> {
        let mut systems: BTreeMap<&str, BTreeSet<Token>> = BTreeMap::new();
        for system in self.emptied.iter().filter(|system| source.linking.contains(*system)) {
            systems.entry(system).or_default();
        }
        for id in self.found.iter().filter(|id| links(source, id)) {
            systems.entry(&id.system).or_default().insert(keyring.identifier(&id.system, id.value.expose()));
        }
        let refused = |id: &&Identifier| id.system == HETU_SYSTEM && !is_persons_hetu(source, id);
        for id in self.found.iter().filter(refused).filter(|id| source.linking.contains(&id.system)) {
            let token = keyring.identifier(HETU_SYSTEM, id.value.expose());
            systems.entry(REFUSED_HETU_SYSTEM).or_default().insert(token);
        }
        systems.into_iter().map(presented).collect()
    }

    /// The day of birth that its valid identity code says, if there is one and only one.
    pub(crate) fn birth_date(&self) -> Option<Date> {
        let dates: BTreeSet<Date> = self.found.iter().filter_map(Identifier::hetu).map(|it| it.birth_date()).collect();
        if dates.len() == 1 { dates.first().copied() } else { None }
    }

    /// Index tokens of whom it names, for a rejection.
    pub(crate) fn named<'a>(&'a self, source: &'a Source, keyring: &'a Keyring) -> impl Iterator<Item = Token> + 'a {
        let linking = self.found.iter().filter(|id| links(source, id));
        linking.map(|id| keyring.identifier(&id.system, id.value.expose()))
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

fn links(source: &Source, id: &Identifier) -> bool {
    source.linking.contains(&id.system) && (id.system != HETU_SYSTEM || is_persons_hetu(source, id))
}

fn is_persons_hetu(source: &Source, id: &Identifier) -> bool {
    id.hetu().is_some_and(|hetu| source.artificial_hetu || !hetu.is_artificial())
}

/// 1.2.246.10.{y-tunnus or location}.22.{year}.
pub(crate) fn is_temporary(system: &str) -> bool {
    let Some(rest) = system.strip_prefix("urn:oid:1.2.246.10.") else {
        return false;
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    rest.len() <= 64 && parts.len() >= 3 && parts[parts.len() - 2] == "22" && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::is_temporary;

    #[test]
    fn temporary_ids_are_known_by_their_arc() {
        assert!(is_temporary("urn:oid:1.2.246.10.15675350.22.2024"));
        assert!(is_temporary("urn:oid:1.2.246.10.15675350.93061.22.2024"));
        for other in [
            "1.2.246.10.1.22.2024",
            "urn:oid:1.2.246.10.1.14.2024",
            "urn:oid:1.2.246.10.22.2024",
            "urn:oid:1.2.246.10.1.22.x",
        ] {
            assert!(!is_temporary(other), "{other}");
        }
    }
}
