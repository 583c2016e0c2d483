//! What an answer is made of: the form of the request, and the endpoint and id to name in the answer.

use crate::fhir::bundle::{Bundle, BundleType, Entry};
use crate::fhir::event::message_event::MessageEvent;
use crate::fhir::resource::element::text;
use crate::fhir::resource::{MessageHeader, Resource};
use crate::{MessagePlace, Outcome, RemarkCode, Translation};

/// Read from the request, however little of it is valid. It has no `Debug`, because the id and the endpoint are the
/// sender's text.
#[derive(Default)]
pub struct Header {
    pub(super) kind: RequestKind,
    /// Why nothing comes of a bundle that is taken.
    pub(super) nothing: Option<&'static str>,
}

/// What becomes of an entry of a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryUse {
    /// Its resource is of a kind that is not read.
    NotRead,
    /// It is read, and nothing comes of it.
    Nothing,
    /// It is read.
    Read,
}

/// The form of the request.
#[derive(Default)]
pub(super) enum RequestKind {
    /// An unreadable or unsupported bundle: answered by an OperationOutcome.
    #[default]
    Other,
    /// A message, answered by a message if it is stored.
    Message(Message),
    /// A transaction, answered by a transaction-response: the outcome of each entry.
    Transaction(Vec<EntryUse>),
    /// An answer to a message, never answered.
    Acknowledgement,
}

/// A message, as far as its answer repeats it.
pub(super) struct Message {
    /// `MessageHeader.id`.
    pub(super) id: String,
    /// `MessageHeader.source.endpoint`.
    pub(super) endpoint: Option<String>,
    /// False if its header wants no answer to a message that is stored.
    pub(super) wants_answer: bool,
    /// System and code of the event, if it is supported.
    pub(super) event: Option<(&'static str, &'static str)>,
}

impl Header {
    /// Of the request with this body.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        Bundle::read(bytes).map(|bundle| Self::of(&bundle)).unwrap_or_default()
    }

    /// Notes what the bundle gave, for the answer to a bundle that is stored.
    #[must_use]
    pub fn gave(mut self, translation: &Translation, bytes: &[u8]) -> Self {
        self.nothing = matches!(translation.outcome, Outcome::Ignored).then(|| super::ignored(bytes));
        if let RequestKind::Transaction(entries) = &mut self.kind {
            for remark in translation.remarks.iter().filter(|it| it.code == RemarkCode::GivesNothing) {
                if let MessagePlace::Entry(at, _) = remark.place
                    && let Some(entry) = entries.get_mut(at)
                {
                    *entry = EntryUse::Nothing;
                }
            }
        }
        self
    }

    /// True if it is an answer itself, and so gets none.
    #[must_use]
    pub fn is_acknowledgement(&self) -> bool {
        matches!(self.kind, RequestKind::Acknowledgement)
    }

    pub(super) fn of(bundle: &Bundle) -> Self {
        let first = bundle.entries.first().and_then(|entry| entry.resource.as_ref().ok());
        let kind = match bundle.kind {
            BundleType::Transaction => {
                let of = |entry: &Entry| match entry.resource {
                    Ok(Resource::Other) => EntryUse::NotRead,
                    Ok(_) | Err(()) => EntryUse::Read,
                };
                RequestKind::Transaction(bundle.entries.iter().map(of).collect())
            }
            BundleType::Message => match first {
                Some(Resource::MessageHeader(header)) => Self::of_message(header),
                _ => RequestKind::Other,
            },
            BundleType::Other => RequestKind::Other,
        };
        Self { kind, nothing: None }
    }

    fn of_message(header: &MessageHeader) -> RequestKind {
        if header.response.is_some() {
            return RequestKind::Acknowledgement;
        }
        let Some(id) = header.id.as_deref().filter(|id| is_id(id)) else { return RequestKind::Other };
        let endpoint = header.source.as_ref().and_then(|source| source.endpoint.as_deref());
        RequestKind::Message(Message {
            id: id.to_owned(),
            wants_answer: !header.wants_no_answer(),
            endpoint: endpoint.and_then(|it| text(it, 200)).map(str::to_owned),
            event: MessageEvent::read(header).ok().and_then(MessageEvent::coding),
        })
    }
}

/// FHIR's id: 1–64 of letters, digits, `-` and `.`.
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}
