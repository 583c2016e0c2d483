//! Checks a request. An error names the field, and never repeats its content.

use crate::declares::Declares;
use crate::field::{instant, text};
use crate::proto::{self, access::Case};
use crate::status::Error;
use crate::token::Person;
use care::access::{Purpose, Task};
use event::{HETU_SYSTEM, Identifier, Instant};
use std::collections::BTreeSet;

/// The client's identifier. `systems` are those by which records of some source are linked. By another system nobody would
/// be found, which would read as "none".
pub(crate) fn client(identifier: Option<&proto::Identifier>, systems: &BTreeSet<String>) -> Result<Identifier, Error> {
    let identifier = identifier.ok_or(Error::invalid("client", "is missing"))?;
    let system = system(text(&identifier.system, "client.system", 200)?);
    if !systems.contains(system) {
        return Err(Error::invalid("client.system", "no connected source knows this identifier system"));
    }
    text(&identifier.value, "client.value", 200)?;
    let client = Identifier::new(system, &identifier.value);
    if client.system == HETU_SYSTEM && client.hetu().is_none() {
        return Err(Error::invalid("client.value", "the identity code does not pass its check: it is mistyped"));
    }
    Ok(client)
}

/// An identifier system as sources write it. The identity code's system may be written as a bare OID, and `urn:oid:` in any
/// letter case.
fn system(given: &str) -> &str {
    const URN: &str = "urn:oid:";
    let bare = given.split_at_checked(URN.len()).filter(|(urn, _)| urn.eq_ignore_ascii_case(URN));
    let oid = bare.map_or(given, |(_, oid)| oid);
    if HETU_SYSTEM.strip_prefix(URN) == Some(oid) { HETU_SYSTEM } else { given }
}

/// Who asks, and why.
pub(crate) struct Asker {
    /// The professional: by the identity provider's id, else by the calling system's own.
    pub(crate) user: String,
    /// The tasks that the identity provider grants; `None`: it does not say.
    granted: Option<BTreeSet<Task>>,
    /// The professional's task.
    pub(crate) task: Task,
    /// Why it is asked.
    pub(crate) purpose: Purpose,
    /// `None`: there is no case yet.
    pub(crate) case_reference: Option<String>,
    /// What they declare.
    pub(crate) declares: Option<Declares>,
}

impl Asker {
    /// The tasks for which the user may ask: never more than the calling system's.
    pub(crate) fn of(&self, system: &[Task]) -> Vec<Task> {
        let granted = |task: &&Task| self.granted.as_ref().is_none_or(|granted| granted.contains(task));
        system.iter().filter(granted).copied().collect()
    }
}

/// Who asks, and why. `person`: the professional whom a token names. Then the request may leave the user out, but may
/// not name another.
pub(crate) fn asker(access: Option<&proto::Access>, person: Option<&Person>, now: Instant) -> Result<Asker, Error> {
    let access = access.ok_or(Error::invalid("access", "is missing"))?;
    let user = match person {
        None => text(&access.user, "access.user", 100)?.to_owned(),
        Some(person) if access.user.is_empty() || access.user == person.id => person.id.clone(),
        Some(_) => return Err(Error::invalid("access.user", "is not the user of the token: leave it out")),
    };
    let granted = person.and_then(|person| person.tasks.clone());
    let task = match access.task() {
        proto::Task::Unspecified => return Err(Error::invalid("access.task", "is missing or unknown")),
        proto::Task::HealthSocialWork => Task::HealthSocialWork,
        proto::Task::ClientWork => Task::ClientWork,
        proto::Task::NeedsAssessment => Task::NeedsAssessment,
        proto::Task::DutySocialService => Task::DutySocialService,
        proto::Task::ServiceArranging => Task::ServiceArranging,
        proto::Task::ServiceDelivery => Task::ServiceDelivery,
    };
    let purpose = match access.purpose() {
        proto::Purpose::Unspecified => return Err(Error::invalid("access.purpose", "is missing or unknown")),
        proto::Purpose::CareCoordination => Purpose::CareCoordination,
        proto::Purpose::NeedsAssessment => Purpose::NeedsAssessment,
        proto::Purpose::UrgentHelp => Purpose::UrgentHelp,
        proto::Purpose::DischargePlanning => Purpose::DischargePlanning,
    };
    let case_reference = match &access.case {
        None => {
            return Err(Error::invalid("access.case", "is missing: give a case reference, or set `no_case_yet`"));
        }
        Some(Case::NoCaseYet(proto::NoCaseYet {})) => None,
        Some(Case::CaseReference(reference)) => Some(text(reference, "access.case_reference", 100)?.to_owned()),
    };
    let declares = access.declared.as_ref().map(|it| Declares::of(it, now)).transpose()?;
    Ok(Asker { user, granted, task, purpose, case_reference, declares })
}

/// A time in the past.
pub(crate) fn as_of(timestamp: Option<&prost_types::Timestamp>, now: Instant) -> Result<Option<Instant>, Error> {
    let Some(timestamp) = timestamp else { return Ok(None) };
    let as_of = instant(timestamp).ok_or(Error::invalid("as_of", "is not a valid time"))?;
    if as_of > now {
        return Err(Error::invalid("as_of", "lies in the future"));
    }
    Ok(Some(as_of))
}

/// A time until which something holds.
pub(crate) fn until(timestamp: &prost_types::Timestamp) -> Result<Instant, Error> {
    instant(timestamp).ok_or(Error::invalid("until", "is not a valid time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<T>(result: &Result<T, Error>) -> Option<&'static str> {
        match result {
            Ok(_) => None,
            Err(Error::Invalid { field, .. }) => Some(field),
            Err(other) => panic!("{other}"),
        }
    }

    fn of(system: &str, value: &str) -> Result<Identifier, Error> {
        let systems = crate::sample::county().identifier_systems;
        client(Some(&proto::Identifier { system: system.into(), value: value.into() }), &systems)
    }

    #[test]
    fn an_identifier_system_that_no_source_links_is_refused() {
        for unknown in ["kyss", "KYS", "hetu", "1.2.246.210", "urn:oid:1.2.246.2", "urn:oid:kys", "urn:oid:", "ääääkys"]
        {
            assert_eq!(field(&of(unknown, "020516C903K")), Some("client.system"), "{unknown}");
        }
        let hetu = proto::Identifier { system: HETU_SYSTEM.into(), value: "020516C903K".into() };
        assert_eq!(field(&client(Some(&hetu), &BTreeSet::new())), Some("client.system"), "nobody links by it");
    }

    #[test]
    fn the_identity_codes_system_may_be_written_in_other_ways() {
        for system in [HETU_SYSTEM, "1.2.246.21", "URN:OID:1.2.246.21", "urn:OID:1.2.246.21", " Urn:Oid:1.2.246.21 "] {
            let client = of(system, "020516c903k").unwrap();
            assert!(client.system == HETU_SYSTEM && client.value.expose() == "020516C903K", "{system}");
            assert_eq!(field(&of(system, "020516C903X")), Some("client.value"), "{system}");
        }
    }

    #[test]
    fn an_identity_code_is_normalised_and_checked_and_other_systems_are_not() {
        let normalised = of(HETU_SYSTEM, " 020516c903k ").unwrap();
        assert!(normalised.value.expose() == "020516C903K");
        assert_eq!(field(&of(HETU_SYSTEM, "020516C903X")), Some("client.value"));
        assert_eq!(field(&of("kys", "020516C903X")), None);
    }

    #[test]
    fn a_malformed_identifier_is_refused_by_its_field() {
        let long = "1".repeat(201);
        let table = [
            ("", "1", "client.system"),
            ("kys", " ", "client.value"),
            ("kys", &long, "client.value"),
            ("kys", "1\u{0}", "client.value"),
        ];
        for (system, value, at) in table {
            assert_eq!(field(&of(system, value)), Some(at));
        }
        assert_eq!(field(&client(None, &BTreeSet::new())), Some("client"));
    }

    #[test]
    fn a_question_states_who_asks_and_why() {
        let whole = proto::Access {
            user: "u1".into(),
            task: proto::Task::ClientWork.into(),
            purpose: proto::Purpose::CareCoordination.into(),
            case: Some(Case::NoCaseYet(proto::NoCaseYet {})),
            declared: None,
        };
        let with = |change: fn(&mut proto::Access)| {
            let mut access = whole.clone();
            change(&mut access);
            field(&asker(Some(&access), None, now()))
        };
        assert_eq!(with(|_| {}), None);
        assert_eq!(with(|it| it.case = Some(Case::CaseReference("c-1".into()))), None);
        assert_eq!(with(|it| it.user.clear()), Some("access.user"));
        assert_eq!(with(|it| it.user = "a\nb".into()), Some("access.user"));
        assert_eq!(with(|it| it.task = 99), Some("access.task"));
        assert_eq!(with(|it| it.purpose = 0), Some("access.purpose"));
        assert_eq!(with(|it| it.case = None), Some("access.case"));
        assert_eq!(with(|it| it.case = Some(Case::CaseReference(String::new()))), Some("access.case_reference"));
        assert_eq!(field(&asker(None, None, now())), Some("access"));
    }

    fn now() -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap()
    }

    #[test]
    fn a_tokens_user_is_who_asks_and_has_no_task_that_the_system_has_not() {
        let access = |user: &str| proto::Access {
            user: user.into(),
            task: proto::Task::ClientWork.into(),
            purpose: proto::Purpose::CareCoordination.into(),
            case: Some(Case::NoCaseYet(proto::NoCaseYet {})),
            declared: None,
        };
        let granted = Some([Task::ClientWork, Task::DutySocialService].into());
        let person = Person { id: "p-1".into(), name: None, unit: None, tasks: granted, service_tasks: None };
        for named in ["", "p-1"] {
            let asker = asker(Some(&access(named)), Some(&person), now()).unwrap();
            assert_eq!(asker.user, "p-1");
            assert_eq!(asker.of(&[Task::ClientWork, Task::NeedsAssessment]), [Task::ClientWork]);
        }
        assert_eq!(field(&asker(Some(&access("p-2")), Some(&person), now())), Some("access.user"));
        let anybody = asker(Some(&access("u")), None, now()).unwrap();
        assert_eq!(anybody.of(&[Task::NeedsAssessment]), [Task::NeedsAssessment]);
    }

    #[test]
    fn as_of_is_a_time_that_has_been() {
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let at = |seconds, nanos| as_of(Some(&prost_types::Timestamp { seconds, nanos }), now);
        assert_eq!(at(1_600_000_000, 1_000).unwrap(), Instant::from_micros(1_600_000_000_000_001));
        assert_eq!(as_of(None, now).unwrap(), None);
        for (seconds, nanos) in [(1_700_000_001, 0), (0, -1), (0, 1_000_000_000), (i64::MAX, 0), (i64::MIN, 0)] {
            assert_eq!(field(&at(seconds, nanos)), Some("as_of"));
        }
    }
}
