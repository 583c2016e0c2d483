//! A message bundle: the MessageHeader says what it is of, its focus or its kind what it says.

use super::bundle::Bundle;
use super::context::{Context, Writer};
use super::resource::{MessageHeader, Resource};
use super::{davinci, medcom, state};
use crate::rejection::{Fault, Place, RejectionCode};

/// MedCom's event codes.
pub(super) const MEDCOM_EVENTS: &str = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes";
/// Da Vinci's event codes.
pub(super) const DAVINCI_EVENTS: &str = "http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event";

/// What a message is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// MedCom HospitalNotification.
    HospitalNotification,
    /// Da Vinci admit, transfer, discharge.
    Notification(davinci::Kind),
    /// Da Vinci's events without a profile: the resources say by themselves what is so.
    State(&'static str),
    /// MedCom's empty message: a sender tries whether it is heard.
    Empty,
    /// An answer to a message: never answered.
    Acknowledgement,
}

impl Event {
    /// Every event and its coding, as the CapabilityStatement lists them.
    pub(super) const TAKEN: &[(Self, &'static str, &'static str)] = &[
        (Self::HospitalNotification, MEDCOM_EVENTS, "hospital-notification-message"),
        (Self::Empty, MEDCOM_EVENTS, "empty-message"),
        (Self::Notification(davinci::Kind::Admit), DAVINCI_EVENTS, "notification-admit"),
        (Self::Notification(davinci::Kind::Transfer), DAVINCI_EVENTS, "notification-transfer"),
        (Self::Notification(davinci::Kind::Discharge), DAVINCI_EVENTS, "notification-discharge"),
        (Self::State("notification-referral"), DAVINCI_EVENTS, "notification-referral"),
        (Self::State("notification-care-team-change"), DAVINCI_EVENTS, "notification-care-team-change"),
        (
            Self::State("notification-social-determinants-change"),
            DAVINCI_EVENTS,
            "notification-social-determinants-change",
        ),
    ];

    /// Of a header.
    pub(super) fn read(header: &MessageHeader) -> Result<Self, Fault> {
        if header.response.is_some() {
            return Ok(Self::Acknowledgement);
        }
        let place = Place::Entry(0, "resource.event");
        let coding = header.event_coding.as_ref();
        if coding.is_none() && header.event_uri.is_none() {
            return Err(Fault::missing(place));
        }
        let taken = Self::TAKEN.iter().find(|(_, system, code)| coding.is_some_and(|coding| coding.is(system, code)));
        let text = "this message event is not supported";
        taken.map(|(event, _, _)| *event).ok_or(Fault::new(RejectionCode::UnsupportedEventCode, place, text))
    }

    /// Its coding, to be told back.
    pub(super) fn coding(self) -> Option<(&'static str, &'static str)> {
        Self::TAKEN.iter().find(|(event, _, _)| *event == self).map(|(_, system, code)| (*system, *code))
    }
}

/// The header of a message bundle: its first entry, by FHIR's rule.
pub(super) fn header(bundle: &Bundle) -> Result<&MessageHeader, Fault> {
    let text = "a message begins with its MessageHeader";
    let missing = Fault::new(RejectionCode::SegmentSequenceError, Place::Member("Bundle.entry[0].resource"), text);
    if bundle.entries.first().is_none_or(|entry| entry.kind != "MessageHeader") {
        return Err(missing);
    }
    match bundle.resource(0)? {
        Resource::MessageHeader(header) => Ok(header),
        _ => Err(missing),
    }
}

/// Adds what the message says.
pub(super) fn tell(context: Context<'_>, header: &MessageHeader, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let place = Place::Entry(0, "resource.id");
    header.id.as_deref().filter(|id| !id.is_empty()).ok_or(Fault::missing(place))?;
    match Event::read(header)? {
        Event::Acknowledgement | Event::Empty => Ok(()),
        Event::HospitalNotification => medcom::tell(context, header, writer),
        Event::Notification(kind) => davinci::tell(context, header, kind, writer),
        Event::State(_) => state::tell(context, writer),
    }
}

/// The entry of the Encounter that is the message's focus.
pub(super) fn focus(context: Context<'_>, header: &MessageHeader) -> Result<usize, Fault> {
    let place = Place::Entry(0, "resource.focus");
    let focus = header.focus.as_deref().unwrap_or_default();
    if focus.is_empty() {
        return Err(Fault::missing(place));
    }
    let encounter = |at: &usize| context.bundle.entries[*at].kind == "Encounter";
    let text = "the focus is no Encounter of this bundle";
    let unknown = Fault::new(RejectionCode::UnknownKeyIdentifier, place, text);
    for reference in focus {
        if let Some(at) = context.bundle.entry(0, reference, place)?.filter(encounter) {
            return Ok(at);
        }
    }
    Err(unknown)
}
