//! `DutyContactService`: the duty social service leaves a message for the client's own workers. A contact that is
//! opened holds from the next question on.
//!
//! The client is looked up through the door, which logs the access. The duty service needs no relationship, so a
//! contact is opened for any client, and the answer does not show whether anybody knows the client.

use crate::field;
use crate::outcome::HasOutcome;
use crate::proto::duty_contact_service_server::DutyContactService;
use crate::proto::{
    CloseDutyContactRequest, CloseDutyContactResponse, DutyContactNotOpened, ListDutyContactsRequest,
    ListDutyContactsResponse, OpenDutyContactRequest, OpenDutyContactResponse, open_duty_contact_response,
};
use crate::query_service::{Admitted, QueryScope, QueryService};
use crate::request;
use crate::status::Error;
use crate::value;
use care::DutyContact;
use care::access::{
    AnswerKind, AnswerOutcome, Calling, Data, Decision, LeftWord, Query, closed, duty_contact_key, opened,
};
use care::answer::Facts;
use event::{Code, Instant, ReceivedEvent, Register, Token, Worker};
use store::ClientFacts;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct DutyContacts(pub(crate) QueryService);

/// What stands of a contact, and where it is written.
struct Standing {
    opened_at: Instant,
    closed_at: Option<Instant>,
    record: Token,
    /// The next event of this contact happens at this instant or later, so that a clock that is behind does not lose
    /// it.
    after: Instant,
}

/// What the record has of the contact.
enum ContactOnRecord {
    /// The identifier belongs to more than one client, and nobody knows to which: a contact written by it would reach
    /// nobody.
    OfNobody,
    /// This, or nothing yet.
    Is(Option<Standing>),
}

/// The answer does not show whether anybody knows the client, and its time must not show it either.
impl HasOutcome for ContactOnRecord {
    fn outcome(&self, _: &Decision) -> AnswerOutcome {
        match self {
            Self::OfNobody => AnswerOutcome::nothing(AnswerKind::NotKnown),
            Self::Is(_) => AnswerOutcome::of(AnswerKind::WordLeft, [(Register::Social, Data::DutyContacts)]),
        }
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
        let service_task = code(&asked.service_task, "service_task")?;
        let required_by = asked.required_by.as_ref().map(request::until).transpose()?;
        if required_by.is_some_and(|by| by > admitted.at.plus_seconds(DutyContact::LATEST_SECONDS)) {
            return Err(Error::invalid("required_by", "is more than 30 days ahead").into());
        }
        let key = duty_contact_key(self.0.keyring(), admitted.caller(), contact);
        let standing = match self.find(&admitted, key).await? {
            ContactOnRecord::OfNobody => {
                let outcome = Some(open_duty_contact_response::Outcome::NotOpened(DutyContactNotOpened {}));
                return Ok(Response::new(OpenDutyContactResponse { outcome, reference: String::new() }));
            }
            ContactOnRecord::Is(standing) => standing,
        };
        let opened_at = match standing {
            // "Open" would be untrue: the person who should call back would never learn of the contact.
            Some(Standing { closed_at: Some(_), .. }) => {
                return Err(
                    Error::invalid("contact_id", "was used before, and that contact is closed: give another").into()
                );
            }
            Some(standing) => standing.opened_at,
            None => {
                let word = LeftWord { worker, required_by, service_task };
                let make = |by: Calling<'_>| opened(self.0.keyring(), by, &word, admitted.at);
                self.0.at_step(&admitted, Box::pin(self.write(&admitted, key, None, make))).await?;
                admitted.at
            }
        };
        let outcome = Some(open_duty_contact_response::Outcome::OpenedAt(value::timestamp(opened_at)));
        Ok(Response::new(OpenDutyContactResponse { outcome, reference: reference(&key) }))
    }

    async fn close_duty_contact(
        &self,
        request: Request<CloseDutyContactRequest>,
    ) -> Result<Response<CloseDutyContactResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let query = Query::CloseDutyContact;
        let to = code(&asked.handed_over_to, "handed_over_to")?;
        if !asked.reference.is_empty() {
            if asked.client.is_some() || !asked.contact_id.is_empty() {
                return Err(Error::invalid("reference", "stands in the place of `client` and `contact_id`").into());
            }
            let own = self.0.admit_own(&extensions, asked.access.as_ref(), query).await?;
            return Ok(Response::new(self.close_own(&own, &asked.reference, to).await?));
        }
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let contact = field::text(&asked.contact_id, "contact_id", 200)?;
        let key = duty_contact_key(self.0.keyring(), admitted.caller(), contact);
        let none = Error::invalid("contact_id", "is of no contact with this client that this system has opened");
        let ContactOnRecord::Is(Some(standing)) = self.find(&admitted, key).await? else { return Err(none.into()) };
        if let Some(closed_at) = standing.closed_at {
            return Ok(Response::new(CloseDutyContactResponse { closed_at: Some(value::timestamp(closed_at)) }));
        }
        let at = standing.after.max(admitted.at);
        let make = |by: Calling<'_>| closed(self.0.keyring(), by, to, at);
        let writes = Box::pin(self.write(&admitted, key, Some(standing.record), make));
        self.0.at_step(&admitted, writes).await?;
        Ok(Response::new(CloseDutyContactResponse { closed_at: Some(value::timestamp(at)) }))
    }

    async fn list_duty_contacts(
        &self,
        request: Request<ListDutyContactsRequest>,
    ) -> Result<Response<ListDutyContactsResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let own = self.0.admit_own(&extensions, asked.access.as_ref(), Query::ListDutyContacts).await?;
        Ok(Response::new(self.list_own(&own).await?))
    }
}

impl DutyContacts {
    async fn find(&self, admitted: &Admitted, key: Token) -> Result<ContactOnRecord, Error> {
        let find = move |_: &Facts<'_>, found: &ClientFacts| {
            if found.view.is_none() && found.ambiguous {
                return ContactOnRecord::OfNobody;
            }
            let standing = found.view.as_ref().and_then(|view| view.duty_contact(&key));
            ContactOnRecord::Is(standing.map(|it| Standing {
                opened_at: it.recorded_at.unwrap_or(it.origin.happened_at),
                closed_at: it.closed_at,
                record: it.origin.record,
                after: it.origin.happened_at.plus_micros(1),
            }))
        };
        Ok(self.0.ask(admitted, QueryScope::default(), find).await?.what)
    }

    /// Writes into the record in which the contact stands, else into one of the identifier that was asked with.
    async fn write(
        &self,
        admitted: &Admitted,
        contact: Token,
        standing: Option<Token>,
        make: impl FnOnce(Calling<'_>) -> ReceivedEvent,
    ) -> Result<(), Error> {
        let controller = admitted.request.requester.controller.as_deref();
        // It was there a moment ago.
        let record = self.0.record_of(admitted, standing).await?.ok_or(Error::NotNow)?;
        let (caller, user) = (admitted.caller(), admitted.user_id());
        self.0.record(make(Calling { caller, user, controller, contact, record: &record })).await
    }
}

/// The name of a contact in the list: its key, which can be made only from the caller's own id of the contact and the
/// key file.
pub(crate) fn reference(contact: &Token) -> String {
    hex::encode(contact.as_bytes())
}

/// A code; `None`: it is left empty.
fn code(written: &str, field: &'static str) -> Result<Option<Code>, Error> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(None);
    }
    Code::try_new(written).map(Some).map_err(|_| Error::invalid(field, "is no code"))
}

/// The worker of the duty service: by the user's token, else as the calling system names them.
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
