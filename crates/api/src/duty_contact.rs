//! `DutyContactService`: the duty social service leaves word. What is opened holds from the next question on.
//!
//! The client is looked up through the door, which logs the access. The duty service needs no relationship, so a contact is opened
//! for whomever it is asked, and the answer does not show whether anybody knows the client.

use crate::field;
use crate::outcome::HasOutcome;
use crate::proto::duty_contact_service_server::DutyContactService;
use crate::proto::{
    CloseDutyContactRequest, CloseDutyContactResponse, OpenDutyContactRequest, OpenDutyContactResponse,
};
use crate::query_service::{Admitted, QueryScope, QueryService};
use crate::request;
use crate::status::Error;
use crate::value;
use care::DutyContact;
use care::access::{
    AnswerKind, AnswerOutcome, Calling, Data, Decision, Place, Query, closed, duty_contact_key, opened,
};
use care::answer::Facts;
use event::{Code, Instant, Register, Token, Worker};
use store::ClientFacts;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct DutyContacts(pub(crate) QueryService);

/// What stands of a contact, and where it is written.
struct Standing {
    opened_at: Instant,
    closed_at: Option<Instant>,
    record: Token,
    /// Not before this instant may another event of it happen: a clock that is behind must not lose it.
    after: Instant,
}

/// What the record has of the client.
struct ContactOnRecord {
    /// A person's record of the social register.
    person: Option<Token>,
    standing: Option<Standing>,
}

/// The answer does not show whether anybody knows the client, and its time must not show it either.
impl HasOutcome for ContactOnRecord {
    fn outcome(&self, _: &Decision) -> AnswerOutcome {
        AnswerOutcome::of(AnswerKind::WordLeft, [(Register::Social, Data::DutyContacts)])
    }
}

#[tonic::async_trait]
impl DutyContactService for DutyContacts {
    async fn open_duty_contact(
        &self,
        request: Request<OpenDutyContactRequest>,
    ) -> Result<Response<OpenDutyContactResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let query = Query::OpenDutyContact;
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let contact = field::text(&asked.contact_id, "contact_id", 200)?;
        let worker = worker(&asked, &admitted)?;
        let required_by = asked.required_by.as_ref().map(request::until).transpose()?;
        if required_by.is_some_and(|by| by > admitted.at.plus_seconds(DutyContact::LATEST_SECONDS)) {
            return Err(Error::invalid("required_by", "is more than 30 days ahead").into());
        }
        let ContactOnRecord { person, standing } = self.find(&admitted, contact).await?;
        if let Some(standing) = standing {
            if standing.closed_at.is_some() {
                // "Open" would be untrue, and whoever is to call back would never learn of it.
                return Err(
                    Error::invalid("contact_id", "was used before, and that contact is closed: give another").into()
                );
            }
            let opened_at = Some(value::timestamp(standing.opened_at));
            return Ok(Response::new(OpenDutyContactResponse { opened_at }));
        }
        let place = self.place(&admitted, person).await?;
        let by = calling(&admitted, contact, &place);
        self.0.record(opened(self.0.keyring(), by, &worker, required_by, admitted.at)).await?;
        Ok(Response::new(OpenDutyContactResponse { opened_at: Some(value::timestamp(admitted.at)) }))
    }

    async fn close_duty_contact(
        &self,
        request: Request<CloseDutyContactRequest>,
    ) -> Result<Response<CloseDutyContactResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let query = Query::CloseDutyContact;
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let contact = field::text(&asked.contact_id, "contact_id", 200)?;
        let to = asked.handed_over_to.trim();
        let to = if to.is_empty() { None } else { Some(Code::try_new(to)) };
        let to = to.transpose().map_err(|_| Error::invalid("handed_over_to", "is no code"))?;
        let ContactOnRecord { standing, .. } = self.find(&admitted, contact).await?;
        let none = Error::invalid("contact_id", "is of no contact with this client that this system has opened");
        let standing = standing.ok_or(none)?;
        if let Some(closed_at) = standing.closed_at {
            return Ok(Response::new(CloseDutyContactResponse { closed_at: Some(value::timestamp(closed_at)) }));
        }
        let at = standing.after.max(admitted.at);
        let place = self.place(&admitted, Some(standing.record)).await?;
        self.0.record(closed(self.0.keyring(), calling(&admitted, contact, &place), to, at)).await?;
        Ok(Response::new(CloseDutyContactResponse { closed_at: Some(value::timestamp(at)) }))
    }
}

impl DutyContacts {
    async fn find(&self, admitted: &Admitted, contact: &str) -> Result<ContactOnRecord, Error> {
        let key = duty_contact_key(self.0.keyring(), admitted.caller(), contact);
        let find = move |_: &Facts<'_>, found: &ClientFacts| {
            let Some(view) = found.view.as_ref() else { return ContactOnRecord { person: None, standing: None } };
            let standing = view.duty_contact(&key).map(|it| Standing {
                opened_at: it.recorded_at.unwrap_or(it.origin.happened_at),
                closed_at: it.closed_at,
                record: it.origin.record,
                after: it.origin.happened_at.plus_micros(1),
            });
            ContactOnRecord { person: view.person_in(Register::Social), standing }
        };
        Ok(self.0.ask(admitted, QueryScope::default(), find).await?.what)
    }

    /// Where it is written: the record that is there, or one of its own.
    async fn place(&self, admitted: &Admitted, record: Option<Token>) -> Result<Place, Error> {
        let known = match record {
            Some(record) => self.0.place(record).await?,
            None => None,
        };
        Ok(known.unwrap_or_else(|| Place::of(self.0.keyring(), &admitted.client)))
    }
}

fn calling<'a>(admitted: &'a Admitted, contact: &'a str, place: &'a Place) -> Calling<'a> {
    let controller = admitted.request.requester.controller.as_deref();
    Calling { caller: admitted.caller(), controller, contact, place }
}

/// Who of the duty service: by the user's token, else as the calling system names them.
fn worker(asked: &OpenDutyContactRequest, admitted: &Admitted) -> Result<Worker, Error> {
    let optional = |text: &'_ str, field, most| {
        let text = text.trim().to_owned();
        if text.is_empty() { Ok(text) } else { field::text(&text, field, most).map(str::to_owned) }
    };
    let (name, unit) = admitted.user();
    let name = match name {
        Some(name) => name.to_owned(),
        None => optional(&asked.worker_name, "worker_name", 200)?,
    };
    let phone = optional(&asked.call_back_to, "call_back_to", 50)?;
    Ok(Worker { name, phone, unit: unit.unwrap_or_default().to_owned(), ..Worker::default() })
}
