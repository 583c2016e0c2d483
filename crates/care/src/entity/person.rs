//! Person fields: registers per (record, field) (rule R4).

use crate::fact::mark::Mark;
use crate::fact::revocable::Revocable;
use crate::fact::{Origin, Reported};
use event::{BirthDate, Code, Instant, PersonEvent, PersonField, PersonName, PersonUpdated, Sealed};
use serde::{Deserialize, Serialize};

/// What one record reports of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The last event that reported something of the person.
    pub origin: Option<Origin>,
    /// PID-5.
    pub name: Option<Sealed<PersonName>>,
    /// PID-7.
    pub birth_date: Option<Sealed<BirthDate>>,
    /// PID-15.
    pub language: Option<Code>,
    /// PID-30, as a field.
    pub deceased: Option<bool>,
    /// A death reported as an event, with its time if reported; and its cancellation.
    pub death: Revocable<Option<Instant>>,
    /// Turvakielto.
    pub non_disclosure: NonDisclosure,
}

/// Turvakielto, as one record reports it.
///
/// Unlike with a [`Revocable`], a tie protects: an extension lifts the old one and sets the new one in the same minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonDisclosure {
    set: Option<(Mark, Option<Instant>)>,
    lifted: Option<Mark>,
}

impl NonDisclosure {
    /// Set, in the order of the fold. Of two in one minute the longer one stands.
    pub fn set(&mut self, mark: Mark, until: Option<Instant>) {
        let until = match self.set {
            Some((known, before)) if !mark.stands_after(&known) => before.zip(until).map(|(a, b)| a.max(b)),
            _ => until,
        };
        self.set = Some((mark, until));
    }

    /// Lifted, in the order of the fold.
    pub fn lift(&mut self, mark: Mark) {
        self.lifted = Some(mark);
    }

    /// Is it in force?
    #[must_use]
    pub fn in_force_at(&self, now: Instant) -> bool {
        self.set.is_some_and(|(set, until)| {
            until.is_none_or(|until| until > now) && self.lifted.is_none_or(|lifted| !lifted.stands_after(&set))
        })
    }
}

impl Person {
    /// The next event in the order of the fold.
    pub(crate) fn evolve(&mut self, reported: &Reported, event: &PersonEvent) {
        let mark = reported.mark;
        self.origin = Some(reported.origin.clone());
        match event {
            PersonEvent::PersonUpdated(x) => self.update(mark, x),
            PersonEvent::PersonDied(x) => {
                // A report without a time keeps the known time.
                let known = self.death.in_force().copied().flatten();
                self.death.report(&mark, x.died_at.or(known));
            }
            PersonEvent::DeathCancelled(_) => self.death.revoke(mark, ()),
            PersonEvent::NonDisclosureSet(x) => self.non_disclosure.set(mark, x.until),
            PersonEvent::NonDisclosureLifted(_) => self.non_disclosure.lift(mark),
        }
    }

    /// An absent field keeps, a cleared field clears. "Not deceased" cancels a death that was reported before. Where
    /// none was reported, it is a field like any other.
    fn update(&mut self, mark: Mark, update: &PersonUpdated) {
        let alive = update.deceased == Some(false) || update.cleared.contains(&PersonField::Deceased);
        if alive && self.death.reported().is_some() {
            self.death.revoke(mark, ());
        }
        for field in &update.cleared {
            match field {
                PersonField::Name => self.name = None,
                PersonField::BirthDate => self.birth_date = None,
                PersonField::Language => self.language = None,
                PersonField::Deceased => self.deceased = None,
            }
        }
        self.name = update.name.clone().or_else(|| self.name.take());
        self.birth_date = update.birth_date.clone().or_else(|| self.birth_date.take());
        self.language = update.language.clone().or_else(|| self.language.take());
        self.deceased = update.deceased.or(self.deceased);
    }

    /// Takes out what must stay in its own register. The other side may know of somebody's death.
    pub(crate) fn hide_who(&mut self) {
        let Self { origin: _, name, birth_date, language, deceased: _, death: _, non_disclosure: _ } = self;
        (*name, *birth_date, *language) = (None, None, None);
    }

    /// Has the person died? Events of death decide; without them the field does. `None`: not reported.
    #[must_use]
    pub fn is_deceased(&self) -> Option<bool> {
        match (self.death.in_force(), self.death.revoked()) {
            (Some(_), _) => Some(true),
            (None, Some(())) => Some(false),
            (None, None) => self.deceased,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{at, code, given};
    use event::{DeathCancelled, NonDisclosureLifted, NonDisclosureSet, PersonDied};

    #[test]
    fn what_the_events_of_a_person_leave() {
        let person = |events: Vec<(i64, PersonEvent)>| given(events).fold(Person::default(), Person::evolve);
        let updated = |language: &str, deceased, cleared: &[PersonField]| {
            let (language, cleared) = (code(language), cleared.to_vec());
            PersonEvent::PersonUpdated(PersonUpdated { language, deceased, cleared, ..PersonUpdated::default() })
        };
        let died = || PersonEvent::PersonDied(PersonDied { died_at: None });
        let cancelled = || PersonEvent::DeathCancelled(DeathCancelled);
        assert_eq!(person(vec![(1, updated("fi", None, &[])), (3, updated("", None, &[]))]).language, code("fi"));
        assert_eq!(
            person(vec![(1, updated("fi", None, &[])), (3, updated("", None, &[PersonField::Language]))]).language,
            None
        );
        for (events, deceased) in [
            (vec![(1, died())], Some(true)),
            (vec![(1, died()), (3, cancelled())], Some(false)),
            (vec![(3, cancelled()), (1, died())], Some(false)),
            (vec![(1, died()), (3, updated("", Some(false), &[]))], Some(false)),
            (vec![(1, updated("", Some(true), &[]))], Some(true)),
            (vec![(1, updated("fi", None, &[]))], None),
        ] {
            assert_eq!(person(events).is_deceased(), deceased);
        }
        let set = |until: Option<i64>| PersonEvent::NonDisclosureSet(NonDisclosureSet { until: until.map(at) });
        let lifted = || PersonEvent::NonDisclosureLifted(NonDisclosureLifted);
        for (events, in_force) in [
            (vec![(1, set(None)), (3, lifted())], false),
            // A tie protects.
            (vec![(3, lifted()), (3, set(None))], true),
            (vec![(3, set(Some(8)))], false),
        ] {
            assert_eq!(person(events).non_disclosure.in_force_at(at(9)), in_force);
        }
    }
}
