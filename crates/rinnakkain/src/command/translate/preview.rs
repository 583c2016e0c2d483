//! What one message would yield, as a row for people and as an object for programs.

use crate::config::UNKNOWN_SENDER;
use crate::personal;
use adapter::{CodeKind, FoundBy, MessagePlace, Outcome, Rejection, RejectionCode, SourceProfile, UsedCode};
use event::{Event, Keyring, Register};
use serde_json::{Value, json};

/// What one message would yield.
pub struct Preview {
    pub file: String,
    /// Its place in the file, from 1.
    pub number: usize,
    pub id: Option<String>,
    pub outcome: Outcome,
    /// The answer that its sender would get; `None`: none.
    pub acknowledgement: Option<String>,
    /// The source that it was read as.
    pub source: String,
    /// Codes in it that the source's configuration does not know.
    pub unmapped: Vec<UsedCode>,
    /// What would find its client. `None`: it gives nothing about a client.
    pub found_by: Option<FoundBy>,
    /// Why it gives nothing, if it is taken and does.
    pub ignored: Option<&'static str>,
    /// What stands in the header where it is refused: MSH-3 and MSH-4, or MSH-9.
    pub refused: Option<String>,
}

/// What the message has at the place in its header where it is refused.
pub fn refused_codes(source: &SourceProfile, message: &[u8], rejection: &Rejection) -> Option<String> {
    let (kind, place) = match rejection.place {
        MessagePlace::Field("MSH", 3) => (CodeKind::Sender, "MSH-3 / MSH-4"),
        MessagePlace::Field("MSH", 9) | MessagePlace::Component("MSH", 9, _) => (CodeKind::MessageType, "MSH-9"),
        MessagePlace::Member("source") => (CodeKind::Sender, "source"),
        MessagePlace::Member("type") => (CodeKind::MessageType, "type"),
        MessagePlace::Message
        | MessagePlace::Segment(_)
        | MessagePlace::Field(..)
        | MessagePlace::Component(..)
        | MessagePlace::Member(_)
        | MessagePlace::Path(_)
        | MessagePlace::Line(..)
        | MessagePlace::Element(_)
        | MessagePlace::Entry(..) => return None,
    };
    let code = adapter::codes(source, message).into_iter().find(|it| it.what == kind);
    Some(format!("{place}: {}", code.map_or_else(|| "empty".to_owned(), |it| it.code)))
}

impl Preview {
    /// No message, or none of a sender that can be answered.
    pub fn refused(code: RejectionCode, text: &'static str) -> Self {
        let (named, acknowledgement) = (Vec::new(), code.acknowledgement_code());
        let rejection = Rejection { code, place: MessagePlace::Message, text, named, acknowledgement };
        Self::of(Outcome::Rejected(rejection), None)
    }

    /// A message with this outcome.
    pub fn of(outcome: Outcome, acknowledgement: Option<String>) -> Self {
        let (file, source) = (String::new(), UNKNOWN_SENDER.to_owned());
        let (unmapped, found_by, ignored, refused) = (Vec::new(), None, None, None);
        Self { file, number: 0, id: None, outcome, acknowledgement, source, unmapped, found_by, ignored, refused }
    }

    /// The codes that nothing maps; those that may name somebody only where personal data are asked for.
    pub fn unmapped(&self, personal: bool) -> impl Iterator<Item = &UsedCode> {
        self.unmapped.iter().filter(move |it| personal || !it.may_be_personal)
    }

    /// For programs.
    pub fn json(&self, personal: bool, keyring: &Keyring) -> Value {
        let mut value = json!({
            "file": self.file,
            "message": self.number,
            "outcome": outcome(&self.outcome),
            "events": self.events().iter().map(|event| json_of(event, personal, keyring)).collect::<Vec<_>>(),
            "acknowledgement": self.acknowledgement,
            "source": self.source,
            "unmapped": self.unmapped(personal).map(|it| json!({"what": it.what.as_str(), "code": it.code})).collect::<Vec<_>>(),
            "found_by": self.found_by.map(FoundBy::as_str),
            "ignored": self.ignored,
            "error": self.rejection().map(|it| {
                json!({"code": it.code.as_str(), "place": it.place.to_string(), "text": it.text, "found": self.refused})
            }),
        });
        if personal {
            value["message_id"] = json!(self.id);
        }
        value
    }

    /// For people.
    pub fn row(&self, personal: bool, keyring: &Keyring) -> [String; 8] {
        let why = self.rejection();
        let shown = |event: &Event| {
            let personal = if personal { personal::of(event, keyring) } else { Value::Null };
            let personal = Some(personal).filter(|it| !it.is_null()).map(|it| format!(" {it}"));
            format!("{}{}", event.body.type_name(), personal.unwrap_or_default())
        };
        let id = self.id.as_ref().filter(|_| personal).map(|id| format!(" ({id})"));
        [
            format!("{} {}{}", self.file, self.number, id.unwrap_or_default()),
            outcome(&self.outcome).to_owned(),
            self.acknowledgement.clone().unwrap_or_default(),
            self.events().iter().map(shown).collect::<Vec<_>>().join(", "),
            self.found_by.map_or("", FoundBy::text).to_owned(),
            why.map_or_else(String::new, |it| it.code.as_str().to_owned()),
            why.map_or_else(String::new, |it| it.place.to_string()),
            match (why, &self.refused) {
                (Some(why), Some(refused)) => format!("{} ({refused})", why.text),
                (Some(why), None) => why.text.to_owned(),
                (None, _) => self.ignored.unwrap_or_default().to_owned(),
            },
        ]
    }

    fn events(&self) -> &[Event] {
        match &self.outcome {
            Outcome::Events(events) => events,
            Outcome::Ignored | Outcome::Rejected(_) => &[],
        }
    }

    fn rejection(&self) -> Option<&Rejection> {
        match &self.outcome {
            Outcome::Rejected(rejection) => Some(rejection),
            Outcome::Events(_) | Outcome::Ignored => None,
        }
    }
}

fn json_of(event: &Event, personal: bool, keyring: &Keyring) -> Value {
    let register = match event.register {
        Register::Patient => "patient",
        Register::Social => "social",
    };
    let mut value = json!({
        "id": event.id,
        "type": event.body.type_name(),
        "happened_at": event.happened_at.to_string(),
        "recorded_at": event.recorded_at.to_string(),
        "register": register,
        "source": event.source,
        "identified_by": event.record.system,
        "adapter_version": event.adapter_version,
    });
    if personal {
        value["personal"] = personal::of(event, keyring);
    }
    value
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Events(_) => "events",
        Outcome::Ignored => "ignored",
        Outcome::Rejected(_) => "rejected",
    }
}
