//! The person as reported in the caller's own register, for making sure that it is the right one.

use crate::proto;
use crate::value;
use care::{ParallelView, Person};
use event::{Keyring, Register, Token};

/// The persons of the asker's own lane, of a view without what may not be seen.
pub(crate) fn persons(view: &ParallelView, own: Register) -> Vec<(Token, Person)> {
    view.lane(own).persons.iter().map(|(record, person)| (*record, person.clone())).collect()
}

pub(crate) fn person(record: &Token, person: &Person, keyring: &Keyring) -> proto::Person {
    // Without the day of birth, which the caller knows; a turvakielto stands in the answer itself.
    let Person { origin: _, name, birth_date: _, language, deceased: _, death, non_disclosure: _ } = person;
    let opened = name.as_ref().and_then(|name| {
        let cannot = |error: &_| tracing::warn!(%error, "a person's name cannot be opened");
        keyring.open(record, name).inspect_err(cannot).ok()
    });
    let (family_name, given_names) =
        opened.map(|name| (name.expose().family.clone(), name.expose().given.clone())).unwrap_or_default();
    proto::Person {
        family_name,
        given_names,
        language: value::code(language.as_ref()),
        deceased: person.is_deceased(),
        died_at: death.in_force().copied().flatten().map(value::timestamp),
    }
}
