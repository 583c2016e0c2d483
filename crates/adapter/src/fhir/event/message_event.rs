//! The event of a message, by the code of its MessageHeader.

use crate::fhir::resource::MessageHeader;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};

/// MedCom's event codes.
pub(in crate::fhir) const MEDCOM_EVENTS: &str =
    "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes";
/// Da Vinci's event codes.
pub(in crate::fhir) const DAVINCI_EVENTS: &str = "http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event";

/// The event of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum MessageEvent {
    /// MedCom HospitalNotification.
    HospitalNotification,
    /// Da Vinci admit, transfer, discharge.
    Notification(Notification),
    /// Da Vinci's events without a profile: the resources report their state.
    State(&'static str),
    /// MedCom's empty message: a sender tests the connection.
    Empty,
    /// An answer to a message: never answered.
    Acknowledgement,
}

/// Da Vinci's three events that have a profile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Notification {
    Admit,
    Transfer,
    Discharge,
}

impl MessageEvent {
    /// Every event and its coding, as the CapabilityStatement lists them.
    pub(in crate::fhir) const TAKEN: &[(Self, &'static str, &'static str)] = &[
        (Self::HospitalNotification, MEDCOM_EVENTS, "hospital-notification-message"),
        (Self::Empty, MEDCOM_EVENTS, "empty-message"),
        (Self::Notification(Notification::Admit), DAVINCI_EVENTS, "notification-admit"),
        (Self::Notification(Notification::Transfer), DAVINCI_EVENTS, "notification-transfer"),
        (Self::Notification(Notification::Discharge), DAVINCI_EVENTS, "notification-discharge"),
        (Self::State("notification-referral"), DAVINCI_EVENTS, "notification-referral"),
        (Self::State("notification-care-team-change"), DAVINCI_EVENTS, "notification-care-team-change"),
        (
            Self::State("notification-social-determinants-change"),
            DAVINCI_EVENTS,
            "notification-social-determinants-change",
        ),
    ];

    /// The MessageDefinitions of the events that have one, by the canonical that senders name.
    pub(in crate::fhir) const DEFINITIONS: &[&'static str] = &[
        "http://medcomfhir.dk/ig/hospitalnotification/medcom-hospital-notifiation-message-definition",
        "http://hl7.org/fhir/us/davinci-alerts/MessageDefinition/notification-admit",
        "http://hl7.org/fhir/us/davinci-alerts/MessageDefinition/notification-transfer",
        "http://hl7.org/fhir/us/davinci-alerts/MessageDefinition/notification-discharge",
    ];

    /// Of a header.
    pub(in crate::fhir) fn read(header: &MessageHeader) -> Result<Self, RejectionReason> {
        if header.response.is_some() {
            return Ok(Self::Acknowledgement);
        }
        let place = MessagePlace::Entry(0, "resource.event");
        let coding = header.event_coding.as_ref();
        if coding.is_none() && header.event_uri.is_none() {
            return Err(RejectionReason::missing(place));
        }
        let taken = Self::TAKEN.iter().find(|(_, system, code)| coding.is_some_and(|coding| coding.is(system, code)));
        let text = "this message event is not supported: GET /fhir/metadata lists those that are";
        taken.map(|(event, _, _)| *event).ok_or(RejectionReason::new(RejectionCode::UnsupportedEventCode, place, text))
    }

    /// Its coding, for the answer.
    pub(in crate::fhir) fn coding(self) -> Option<(&'static str, &'static str)> {
        Self::TAKEN.iter().find(|(event, _, _)| *event == self).map(|(_, system, code)| (*system, *code))
    }
}
