//! What answers share, rendered.

use crate::proto::{self, completeness, contact_point};
use crate::query_service::Answered;
use crate::reach;
use care::directory::{Line, Mandate};
use care::source::{Completeness, Doubt};
use care::{ContactPoint, CurrentWorker, End, LooseEnd, LooseEndKind, Origin, Span, Spans, WorkerBasis};
use event::{Code, FactKind, Instant, Keyring, Register, Sealed, Token, Worker, WorkerRole};

/// The end of the period that is shown, or the only end that is known.
pub(crate) fn end_of<T>(spans: &Spans<T>, at: Instant) -> Option<&End> {
    spans.shown(at).and_then(Span::end).or(spans.only_end())
}

pub(crate) fn timestamp(at: Instant) -> prost_types::Timestamp {
    let micros = at.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default();
    prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
}

pub(crate) fn code(code: Option<&Code>) -> String {
    code.map(|code| code.as_str().to_owned()).unwrap_or_default()
}

pub(crate) fn standing<T>(answered: &Answered<T>) -> proto::Standing {
    let covers = |covers: &std::collections::BTreeSet<FactKind>| covers.iter().map(|it| coverage(*it)).collect();
    let source = |state: &care::source::SourceState| proto::Source {
        name: state.name.clone(),
        covers: covers(&state.covers),
        reported_until: state.reported_until.map(timestamp),
        silent: state.silent,
        rejected_unnamed: state.rejected_unnamed,
        unidentified: covers(&state.unidentified),
    };
    let not_connected =
        |it: &care::source::NotConnected| proto::NotConnected { name: it.name.clone(), covers: covers(&it.covers) };
    proto::Standing {
        at: Some(timestamp(answered.at)),
        sources: answered.states.iter().map(source).collect(),
        not_connected: answered.not_connected.iter().map(not_connected).collect(),
    }
}

pub(crate) fn completeness(completeness: &Completeness) -> proto::Completeness {
    let completeness = match completeness {
        Completeness::Complete => completeness::Completeness::Complete(proto::Complete {}),
        not @ Completeness::NotKnown { .. } => completeness::Completeness::NotKnown(not_known(not)),
    };
    proto::Completeness { completeness: Some(completeness) }
}

/// Why and since when a fact is not known.
pub(crate) fn not_known(completeness: &Completeness) -> proto::NotKnown {
    match completeness {
        Completeness::Complete => proto::NotKnown::default(),
        Completeness::NotKnown { since, doubts } => {
            proto::NotKnown { since: since.map(timestamp), doubts: doubts.iter().map(|it| doubt(*it)).collect() }
        }
    }
}

pub(crate) fn worker(worker: CurrentWorker, keyring: &Keyring) -> proto::Worker {
    proto::Worker {
        role: role(worker.role),
        contact: Some(contact(worker.contact, keyring)),
        away: worker.away.map(|it| proto::Away { from: Some(timestamp(it.from)), until: it.until.map(timestamp) }),
        stands_in: worker.stands_in.map(|it| contact(it, keyring)),
        confirmed_at: worker.confirmed_at.map(timestamp),
        register: register(worker.register),
        source: worker.source,
        since: Some(timestamp(worker.since)),
        until: worker.until.map(timestamp),
        profession: code(worker.profession.as_ref()),
        public_service_post: worker.public_service_post,
        basis: match worker.basis {
            WorkerBasis::Assigned => proto::WorkerBasis::Assigned,
            WorkerBasis::ByWard => proto::WorkerBasis::ByWard,
        }
        .into(),
        reach: worker.reach.map(|it| reach::reach(*it, keyring)),
    }
}

pub(crate) fn contact(contact: ContactPoint, keyring: &Keyring) -> proto::ContactPoint {
    use contact_point::ContactPoint as Out;
    let contact = match contact {
        ContactPoint::Sealed { record, worker, place } => {
            let mut opened = sealed(&record, &worker, keyring);
            if let Some(Out::Named(named)) = opened.contact_point.as_mut().filter(|_| !place) {
                (named.unit, named.email, named.hours) = (String::new(), String::new(), String::new());
                // A unit without a named person: without the place nothing remains.
                if named.name.is_empty() && named.phone.is_empty() {
                    opened.contact_point = Some(Out::NotReported(proto::NotReported {}));
                }
            }
            return opened;
        }
        ContactPoint::Directory { worker, today } => Out::Directory(proto::DirectoryWorker {
            name: worker.name,
            phone: worker.phone.unwrap_or_default(),
            email: worker.email.unwrap_or_default(),
            hours: worker.hours.unwrap_or_default(),
            task: code(worker.task.as_ref()),
            today,
        }),
        ContactPoint::Unnamed(point) => Out::Unnamed(point),
        ContactPoint::NotReported => Out::NotReported(proto::NotReported {}),
        ContactPoint::NoneForWard => Out::NoneForWard(proto::NoneForWard {}),
        ContactPoint::Line(it) => Out::Line(line(*it)),
        ContactPoint::NoneForAge => Out::NoneForAge(proto::NoneForAge {}),
        ContactPoint::WardNotListed => Out::WardNotListed(proto::WardNotListed {}),
        ContactPoint::Withheld => Out::PlaceWithheld(proto::PlaceWithheld {}),
    };
    proto::ContactPoint { contact_point: Some(contact) }
}

fn line(line: Line) -> proto::Line {
    let Line {
        code: _,
        name,
        phone_professional,
        phone_public,
        hours: _,
        how_to_apply,
        mandate,
        confirmed_at,
        of_the_county,
    } = line;
    let mandate = match mandate {
        None => proto::Mandate::Unspecified,
        Some(Mandate::Decides) => proto::Mandate::Decides,
        Some(Mandate::Prepares) => proto::Mandate::Prepares,
        Some(Mandate::Coordinates) => proto::Mandate::Coordinates,
    };
    proto::Line {
        name,
        phone: phone_professional.or_else(|| phone_public.clone()).unwrap_or_default(),
        phone_public: phone_public.unwrap_or_default(),
        how_to_apply: how_to_apply.unwrap_or_default(),
        mandate: mandate.into(),
        confirmed_at: confirmed_at.map(timestamp),
        of_the_county,
    }
}

/// A worker opened from the seal. One that cannot be opened is as one that was not reported.
fn sealed(record: &Token, worker: &Sealed<Worker>, keyring: &Keyring) -> proto::ContactPoint {
    let contact = match keyring.open(record, worker) {
        Ok(worker) => {
            let Worker { name, phone, email, hours, unit } = worker.expose().clone();
            contact_point::ContactPoint::Named(proto::NamedWorker { name, phone, email, hours, unit })
        }
        Err(error) => {
            tracing::warn!(%error, "a worker's data cannot be opened: the key file lacks a key, or the record is damaged");
            contact_point::ContactPoint::NotReported(proto::NotReported {})
        }
    };
    proto::ContactPoint { contact_point: Some(contact) }
}

pub(crate) fn provenance(origin: &Origin) -> proto::Provenance {
    proto::Provenance {
        source: origin.source.clone(),
        happened_at: Some(timestamp(origin.happened_at)),
        recorded_at: Some(timestamp(origin.recorded_at)),
    }
}

pub(crate) fn loose_end((loose_end, known): &(LooseEnd, Completeness)) -> proto::LooseEnd {
    let kind = match loose_end.kind {
        LooseEndKind::UnansweredReferral => proto::LooseEndKind::UnansweredReferral,
        LooseEndKind::NobodyResponsible => proto::LooseEndKind::NobodyResponsible,
    };
    let (from, provenance) = (Some(timestamp(loose_end.from)), Some(provenance(&loose_end.origin)));
    proto::LooseEnd { kind: kind.into(), from, provenance, completeness: Some(completeness(known)) }
}

pub(crate) fn register(register: Register) -> i32 {
    let register = match register {
        Register::Patient => proto::Register::Patient,
        Register::Social => proto::Register::Social,
    };
    register.into()
}

pub(crate) fn role(role: WorkerRole) -> i32 {
    let role = match role {
        WorkerRole::OwnWorker => proto::WorkerRole::OwnWorker,
        WorkerRole::ResponsibleWorker => proto::WorkerRole::ResponsibleWorker,
        WorkerRole::WorkPair => proto::WorkerRole::WorkPair,
        WorkerRole::ChildsSocialWorker => proto::WorkerRole::ChildsSocialWorker,
        WorkerRole::HealthSocialWorker => proto::WorkerRole::HealthSocialWorker,
        WorkerRole::CaseManager => proto::WorkerRole::CaseManager,
        WorkerRole::DutySocialService => proto::WorkerRole::DutySocialService,
    };
    role.into()
}

fn coverage(coverage: FactKind) -> i32 {
    let coverage = match coverage {
        FactKind::Stays => proto::Coverage::Stays,
        FactKind::Referrals => proto::Coverage::Referrals,
        FactKind::HealthSocialWork => proto::Coverage::HealthSocialWork,
        FactKind::Clientships => proto::Coverage::Clientships,
        FactKind::Workers => proto::Coverage::Workers,
        FactKind::DutyContacts => proto::Coverage::DutyContacts,
    };
    coverage.into()
}

fn doubt(doubt: Doubt) -> i32 {
    let doubt = match doubt {
        Doubt::NothingConnected => proto::Doubt::NothingConnected,
        Doubt::SourceSilent => proto::Doubt::SourceSilent,
        Doubt::MessageRejected => proto::Doubt::MessageRejected,
        Doubt::NotUnderstood => proto::Doubt::NotUnderstood,
        Doubt::IdentityAmbiguous => proto::Doubt::IdentityAmbiguous,
        Doubt::Unclear => proto::Doubt::Unclear,
        Doubt::RecordsMissing => proto::Doubt::RecordsMissing,
        Doubt::Unidentified => proto::Doubt::Unidentified,
        Doubt::RejectedUnnamed => proto::Doubt::RejectedUnnamed,
    };
    doubt.into()
}

#[cfg(test)]
mod tests {
    use super::contact;
    use crate::proto::contact_point::ContactPoint as Out;
    use crate::sample;
    use care::ContactPoint;
    use event::Worker;
    use uuid::Uuid;

    /// A unit without a named person is shown where the place may be. Elsewhere only the fact remains that there is a worker.
    #[test]
    fn a_unit_crosses_no_line() {
        let (keys, ward) = (sample::keyring(), "Psykiatrian osasto 4");
        let record = keys.record("hospital", "own", "1").key;
        let rendered = |name: &str, phone: &str, place| {
            let worker = Worker { name: name.into(), phone: phone.into(), unit: ward.into(), ..Worker::default() };
            let worker = keys.sealer(record, Uuid::nil()).seal(&worker);
            contact(ContactPoint::Sealed { record, worker, place }, &keys).contact_point.unwrap()
        };
        let Out::Named(own) = rendered("", "", true) else { panic!("missing in its own register") };
        assert_eq!((own.name.as_str(), own.unit.as_str()), ("", ward));
        assert!(matches!(rendered("", "", false), Out::NotReported(_)));
        let Out::Named(reached) = rendered("", "044 000 0001", false) else { panic!("the number is missing") };
        assert_eq!((reached.phone.as_str(), reached.unit.as_str()), ("044 000 0001", ""));
        let Out::Named(person) = rendered("Tiina Työ", "", false) else { panic!("the name is missing") };
        assert_eq!((person.name.as_str(), person.unit.as_str()), ("Tiina Työ", ""));
    }
}
