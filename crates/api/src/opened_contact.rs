//! One's own contacts of the duty service: listed for the professional who opened them, and closed by the reference
//! that the list gives.
//!
//! Neither the question nor the answer names a client. So a contact can be closed long after the call that opened it,
//! by somebody who remembers its time and not the identity code.

use crate::duty_contact::{DutyContacts, reference};
use crate::proto::{CloseDutyContactResponse, ListDutyContactsResponse, OpenedDutyContact};
use crate::query_service::AdmittedOwn;
use crate::status::Error;
use crate::value;
use care::DutyContact;
use care::access::{Calling, closed};
use event::{Code, Keyring, Token};

impl DutyContacts {
    /// What this user has opened.
    pub(crate) async fn list_own(&self, own: &AdmittedOwn) -> Result<ListDutyContactsResponse, Error> {
        let found = self.0.opened(own, None).await?;
        let rendered = found.contacts.iter().map(|(key, contact)| rendered(key, contact, self.0.keyring()));
        let mut contacts: Vec<_> = rendered.collect();
        contacts.sort_by_key(|it| std::cmp::Reverse(it.opened_at.as_ref().map(|at| (at.seconds, at.nanos))));
        Ok(ListDutyContactsResponse { at: Some(value::timestamp(own.at)), contacts, more: found.more })
    }

    /// Closes one that this user has opened.
    pub(crate) async fn close_own(
        &self,
        own: &AdmittedOwn,
        reference: &str,
        to: Option<Code>,
    ) -> Result<CloseDutyContactResponse, Error> {
        let none = Error::invalid("reference", "is of no contact that this user has opened and that is listed");
        let key = hex::decode(reference.trim()).ok().and_then(|bytes| Token::from_slice(&bytes)).ok_or(none)?;
        let found = self.0.opened(own, Some(key)).await?;
        // One reference may belong to two contacts, of two clients: an open one is closed first.
        let by_state = found.contacts.into_iter().min_by_key(|(_, it)| it.closed_at.is_some());
        let (contact, standing) = by_state.ok_or(none)?;
        if let Some(closed_at) = standing.closed_at {
            return Ok(CloseDutyContactResponse { closed_at: Some(value::timestamp(closed_at)) });
        }
        // Its record is there: the view that has the contact is made of it.
        let record = self.0.known_record(standing.origin.record).await?.ok_or(Error::NotNow)?;
        // A clock that is behind must not lose it.
        let at = standing.origin.happened_at.plus_micros(1).max(own.at);
        let (caller, user, controller) = (own.caller(), own.user_id(), own.controller());
        let by = Calling { caller, user, controller, contact, record: &record };
        self.0.record(closed(self.0.keyring(), by, to, at)).await?;
        Ok(CloseDutyContactResponse { closed_at: Some(value::timestamp(at)) })
    }
}

fn rendered(key: &Token, contact: &DutyContact, keyring: &Keyring) -> OpenedDutyContact {
    let worker = contact.worker.as_ref();
    // The rendering of the client's own workers logs a seal that does not open.
    let phone = worker.and_then(|(record, worker)| Some(keyring.open(record, worker).ok()?.expose().phone.clone()));
    OpenedDutyContact {
        reference: reference(key),
        opened_at: contact.recorded_at.map(value::timestamp),
        call_back_to: phone.unwrap_or_default(),
        required_by: contact.required_by.map(value::timestamp),
        seen_until: contact.awaited_until().map(value::timestamp),
        closed_at: contact.closed_at.map(value::timestamp),
        handed_over_to: value::code(contact.handed_over_to.as_ref()),
    }
}
