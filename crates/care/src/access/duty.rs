//! A contact that the duty social service opens or closes through this product, as an event (1301/2014 29 §, 34 §).
//!
//! Each call that writes is an event of its own; of one contact the first opening counts. An open contact is the duty service's
//! matter with the client (`with_duty`), and its worker is one of those who work with the client now.

use super::consent::ConsentRecord;
use crate::entity::duty_contact::DutyContact;
use crate::made_here::{self, Recorded};
use crate::view::ParallelView;
use event::{
    Body, Code, DutyContactClosed, DutyContactRecorded, Instant, Keyring, ReceivedEvent, Register, Sealer, Token,
    Worker,
};

/// Opened by callers; no source of messages has this name.
pub const DUTY_CONTACTS: &str = "recorded-duty-contacts";

/// Which contact, of which caller, in which of the client's records.
#[derive(Clone, Copy, Debug)]
pub struct Calling<'a> {
    /// The calling system.
    pub caller: &'a str,
    /// The controller of its register; `None`: the county.
    pub controller: Option<&'a str>,
    /// Its own id of the user who calls.
    pub user: &'a str,
    /// Which contact.
    pub contact: Token,
    /// Where it stands.
    pub record: &'a ConsentRecord,
}

/// The key of a caller's contact.
#[must_use]
pub fn duty_contact_key(keyring: &Keyring, caller: &str, contact: &str) -> Token {
    keyring.token("duty-contact", caller, contact)
}

/// The key of a caller's user, by which their own contacts are listed.
#[must_use]
pub fn duty_worker_key(keyring: &Keyring, caller: &str, user: &str) -> Token {
    keyring.token("duty-worker", caller, user)
}

/// What is left as word. It has no `Debug`: a name and a number are in it.
#[derive(Clone)]
pub struct LeftWord {
    /// Who of the duty service, and where to call back.
    pub worker: Worker,
    /// By when somebody is to call back.
    pub required_by: Option<Instant>,
    /// The service task that the matter is of: a permission that names it shows the contact to the ward. `None`: no permission does.
    pub service_task: Option<Code>,
}

/// It is opened, `at`, with this word.
#[must_use]
pub fn opened(keyring: &Keyring, by: Calling<'_>, word: &LeftWord, at: Instant) -> ReceivedEvent {
    let (contact, opened_by) = (by.contact, Some(duty_worker_key(keyring, by.caller, by.user)));
    let LeftWord { worker, required_by, service_task } = word.clone();
    event(keyring, by, "opened", at, |sealer| {
        let (handed_over_to, worker) = (None, Some(sealer.seal(&worker)));
        Body::from(DutyContactRecorded { contact, handed_over_to, service_task, worker, required_by, opened_by })
    })
}

/// It is closed, `at`.
#[must_use]
pub fn closed(keyring: &Keyring, by: Calling<'_>, handed_over_to: Option<Code>, at: Instant) -> ReceivedEvent {
    let contact = by.contact;
    event(keyring, by, "closed", at, |_| Body::from(DutyContactClosed { contact, handed_over_to }))
}

fn event(
    keyring: &Keyring,
    by: Calling<'_>,
    content: &str,
    at: Instant,
    body: impl FnOnce(Sealer<'_>) -> Body,
) -> ReceivedEvent {
    let (record, presented) = (by.record.stream(), by.record.presented());
    let client = hex::encode(record.key.as_bytes());
    let contact = hex::encode(by.contact.as_bytes());
    let message_id = format!("{client}\n{}\n{contact}\n{}\n{content}", by.caller, at.as_micros());
    let recorded = Recorded { source: DUTY_CONTACTS, record, presented, register: Register::Social, at };
    let mut event = made_here::event(keyring, &message_id, &recorded, body);
    event.event.controller = by.controller.and_then(|it| Code::try_new(it).ok());
    event
}

impl ParallelView {
    /// What stands of a contact of the duty service.
    #[must_use]
    pub fn duty_contact(&self, contact: &Token) -> Option<&DutyContact> {
        self.lanes().into_iter().find_map(|lane| lane.duty_contacts.get(contact))
    }
}
