//! Workers: assigned, away, standing in, asked for their number; and what a source speaks for.

use super::{MAX_KEY, Open, Reader, role};
use crate::rejection::{Fault, Place, RejectionCode};
use crate::social::json::Object;
use event::{
    AssignmentEvent, Body, ContactPointConfirmed, FactKind, Instant, SourceCoverageDeclared, Token, Ward, Worker,
    WorkerAbsent, WorkerAssigned, WorkerAssignmentEnded, WorkerReturned, WorkerSubstituted,
};

impl Reader<'_> {
    pub(in crate::social) fn worker_assigned(&self) -> Result<Open, Fault> {
        let data = self.data;
        let assignment = self.key("assignment", "data.assignment")?;
        let clientship = self.optional_key("clientship", "data.clientship")?;
        let role = role(&data.required_text("role", "data.role", 50)?)?;
        let place = Place::Member("data.worker");
        let worker_key = self.worker_key()?;
        let worker = self.worker()?.ok_or(Fault::missing(place))?;
        let profession = data.code("profession");
        let public_service_post = data.boolean("public_service_post", "data.public_service_post")?;
        let from = self.begins("from", "data.from")?.unwrap_or(self.happened_at);
        let until = self.lasts("until", "data.until")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = sealer.seal(&worker);
            let assigned = WorkerAssigned {
                assignment,
                clientship,
                role,
                worker_key,
                worker,
                profession,
                public_service_post,
                from,
                until,
            };
            Body::Assignment(AssignmentEvent::WorkerAssigned(assigned))
        })))
    }

    pub(in crate::social) fn worker_assignment_ended(&self) -> Result<Open, Fault> {
        let (assignment, reason) = (self.key("assignment", "data.assignment")?, self.data.code("reason"));
        let ended_at = self.ended("ended_at", "data.ended_at")?.unwrap_or(self.happened_at);
        Ok(Body::from(WorkerAssignmentEnded { assignment, ended_at, reason }).into())
    }

    pub(in crate::social) fn worker_substituted(&self) -> Result<Open, Fault> {
        let (from, until) = self.period()?;
        let assignment = self.key("assignment", "data.assignment")?;
        let place = Place::Member("data.substitute");
        let (substitute_key, substitute) = self.substitute()?.ok_or(Fault::missing(place))?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let substitute = sealer.seal(&substitute);
            Body::from(WorkerSubstituted { assignment, from, until, substitute_key, substitute })
        })))
    }

    pub(in crate::social) fn worker_absent(&self) -> Result<Open, Fault> {
        let ((from, until), worker_key) = (self.period()?, self.worker_key()?);
        let (substitute_key, substitute) = self.substitute()?.map_or((None, None), |(key, it)| (key, Some(it)));
        Ok(Open::Sealing(Box::new(move |sealer| {
            let substitute = substitute.map(|it| sealer.seal(&it));
            Body::from(WorkerAbsent { worker_key, from, until, substitute_key, substitute })
        })))
    }

    pub(in crate::social) fn worker_returned(&self) -> Result<Open, Fault> {
        let worker_key = self.worker_key()?;
        let returned_at = self.begins("returned_at", "data.returned_at")?.unwrap_or(self.happened_at);
        Ok(Body::from(WorkerReturned { worker_key, returned_at }).into())
    }

    pub(in crate::social) fn contact_point_confirmed(&self) -> Result<Open, Fault> {
        let (worker_key, confirmed_at) = (self.worker_key()?, self.happened_at);
        // With a name they are the data as confirmed; without one, those that were told before.
        let worker = self.data.required_object("worker", "data.worker")?;
        let named = worker.text("name", "data.worker.name", 200)?.is_some();
        let worker = if named { Some(Self::named_worker(worker)?) } else { None };
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = worker.map(|worker| sealer.seal(&worker));
            Body::from(ContactPointConfirmed { worker_key, confirmed_at, worker })
        })))
    }

    fn period(&self) -> Result<(Instant, Option<Instant>), Fault> {
        let from = self.begins("from", "data.from")?.unwrap_or(self.happened_at);
        Ok((from, self.lasts("until", "data.until")?))
    }

    fn worker_key(&self) -> Result<Token, Fault> {
        Ok(self.keyring.token("worker", &self.source.name, &self.worker_id()?))
    }

    /// The worker whose stream it is.
    pub(in crate::social) fn worker_id(&self) -> Result<String, Fault> {
        let worker = self.data.required_object("worker", "data.worker")?;
        worker.required_text("id", "data.worker.id", MAX_KEY)
    }

    fn substitute(&self) -> Result<Option<(Option<Token>, Worker)>, Fault> {
        let Some(substitute) = self.data.object("substitute", "data.substitute")? else { return Ok(None) };
        let id = substitute.text("id", "data.substitute.id", MAX_KEY)?;
        let key = id.map(|id| self.keyring.token("worker", &self.source.name, &id));
        Ok(Some((key, Self::named_worker(substitute)?)))
    }

    pub(in crate::social) fn source_coverage_declared(&self) -> Result<Open, Fault> {
        const COVERS: &str = "data.covers";
        let data = self.data;
        let missing = Fault::missing(Place::Member(COVERS));
        let mut covers =
            data.array("covers", COVERS)?.ok_or(missing)?.iter().map(fact_kind).collect::<Result<Vec<_>, _>>()?;
        covers.sort_unstable();
        covers.dedup();
        let silence_seconds = data.whole_number("silence_seconds", "data.silence_seconds")?;
        let longest = 366 * 24 * 3600;
        if silence_seconds.is_some_and(|seconds| !(1..=longest).contains(&seconds)) {
            let place = Place::Member("data.silence_seconds");
            return Err(Fault::data_type(place, "not between a second and a year"));
        }
        let since: Instant = self.begins("since", "data.since")?.unwrap_or(self.happened_at);
        let wards = wards(data)?;
        Ok(Body::from(SourceCoverageDeclared { covers, wards, since, silence_seconds }).into())
    }
}

/// `data.wards`, sorted and distinct; absent: none.
pub(in crate::social) fn wards(data: Object<'_>) -> Result<Vec<Ward>, Fault> {
    const WARDS: &str = "data.wards";
    let list = data.array("wards", WARDS)?.map(Vec::as_slice).unwrap_or_default();
    if list.len() > 1_000 {
        return Err(Fault::too_large(Place::Member(WARDS), "more than 1,000 wards"));
    }
    let fault = Fault::data_type(Place::Member(WARDS), "not a ward's code");
    let ward = |value: &serde_json::Value| value.as_str().and_then(Ward::try_new).ok_or(fault);
    let mut wards = list.iter().map(ward).collect::<Result<Vec<_>, _>>()?;
    wards.sort_unstable();
    wards.dedup();
    Ok(wards)
}

fn fact_kind(value: &serde_json::Value) -> Result<FactKind, Fault> {
    match value.as_str() {
        Some("stays") => Ok(FactKind::Stays),
        Some("referrals") => Ok(FactKind::Referrals),
        Some("health-social-work") => Ok(FactKind::HealthSocialWork),
        Some("clientships") => Ok(FactKind::Clientships),
        Some("workers") => Ok(FactKind::Workers),
        Some("duty-contacts") => Ok(FactKind::DutyContacts),
        _ => Err(Fault::new(
            RejectionCode::TableValueNotFound,
            Place::Member("data.covers"),
            "not a kind of fact that is known here",
        )),
    }
}
