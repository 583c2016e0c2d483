//! What the asker's own register says of the person, for making sure that it is the right one.
//!
//! Person fields carry no register of their own; a record whose every other fact is of the asker's register is that
//! register's, and nothing else is shown.

use crate::proto;
use crate::value;
use care::{Origin, ParallelView, Person, Unplaced};
use event::{Keyring, Register, Token};

/// The persons of the records that belong wholly to `own`.
pub(crate) fn persons(view: &ParallelView, own: Register) -> Vec<(Token, Person)> {
    let origins = origins(view);
    let of = |record: &Token| {
        let mut registers =
            origins.iter().filter(|origin| origin.record == *record).map(|origin| origin.register).peekable();
        registers.peek().is_some() && registers.all(|register| register == own)
    };
    view.persons.iter().filter(|(record, _)| of(record)).map(|(record, person)| (*record, person.clone())).collect()
}

pub(crate) fn person(record: &Token, person: &Person, keyring: &Keyring) -> proto::Person {
    let opened = person.name.as_ref().and_then(|name| {
        let cannot = |error: &_| tracing::warn!(%error, "a person's name cannot be opened");
        keyring.open(record, name).inspect_err(cannot).ok()
    });
    let (family_name, given_names) =
        opened.map(|name| (name.expose().family.clone(), name.expose().given.clone())).unwrap_or_default();
    proto::Person {
        family_name,
        given_names,
        language: value::code(person.language.as_ref()),
        deceased: person.is_deceased(),
        died_at: person.death.in_force().copied().flatten().map(value::timestamp),
    }
}

fn origins(view: &ParallelView) -> Vec<&Origin> {
    let courses = || view.referrals.values().flat_map(|it| &it.courses);
    let requests = courses().filter_map(|it| it.request.as_ref()).map(|it| &it.origin);
    let answers = courses().filter_map(|it| it.answer.as_ref()).map(|it| &it.origin);
    let unplaced = view.unplaced.iter().map(unplaced_origin);
    let stays = view.stays.values().map(|it| &it.origin);
    stays
        .chain(requests)
        .chain(answers)
        .chain(view.cases.values().map(|it| &it.origin))
        .chain(view.assessments.values().map(|it| &it.origin))
        .chain(view.clientships.values().map(|it| &it.origin))
        .chain(view.assignments.values().map(|it| &it.origin))
        .chain(view.health_social_work.values().map(|it| &it.origin))
        .chain(view.duty_contacts.values().map(|it| &it.origin))
        .chain(view.urgent_needs.values().map(|it| &it.origin))
        .chain(view.decisions.values().map(|it| &it.origin))
        .chain(view.services.values().map(|it| &it.origin))
        .chain(view.plans.values().map(|it| &it.origin))
        .chain(view.contacts.values().map(|it| &it.origin))
        .chain(view.cooperations.values().map(|it| &it.origin))
        .chain(unplaced)
        .collect()
}

/// Who told a fact that is bound to nothing.
pub(crate) fn unplaced_origin(unplaced: &Unplaced) -> &Origin {
    match unplaced {
        Unplaced::Stay { origin, .. } => origin,
        Unplaced::Referral(request) => &request.origin,
        Unplaced::ReferralAnswer(answer) => &answer.origin,
    }
}
