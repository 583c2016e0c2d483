//! FHIR R4 in JSON: message bundles (`$process-message`) and transactions. `resource` holds the resources as FHIR
//! defines them, `event` makes events of them.
//!
//! - Only what an event needs is read, and free text never. Unknown elements are ignored.
//! - References are resolved inside the bundle, never fetched; an answer discloses nothing of what is stored here.
//! - A message is read by its event code; in a transaction each resource reports its state.
//! - A stay is known by an identifier, not by `Encounter.id`. A duplicate is the same bundle, not the same
//!   `MessageHeader.id`, because R1's digest is of the bytes.
//! - A bundle is taken whole or not at all. A place is a FHIRPath without filters:
//!   `Bundle.entry[3].resource.period.end`.

mod answer;
mod bundle;
mod event;
mod header;
mod metadata;
mod named;
mod resource;
mod used_code;

pub use answer::{Answer, answer, refusal};
pub use bundle::ANSWERED_HERE;
pub use header::Header;
pub use metadata::metadata;
pub(crate) use used_code::codes;

use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::remark::Remark;
use crate::{Outcome, SourceProfile, Translation};
use ::event::{Event, Keyring, Token};
use bundle::{Bundle, BundleType};
use event::context::Context;
use event::message_event::MessageEvent;
use event::writer::Writer;
use event::{message, remarks, state};
use sha2::{Digest, Sha256};

/// One bundle's bytes, at most: 2 MiB.
pub const MAX_BUNDLE: usize = 2 << 20;

/// Nesting of arrays and objects in one bundle, at most.
pub const MAX_DEPTH: usize = 32;

/// Entries in one bundle, at most.
pub const MAX_ENTRIES: usize = 1_000;

/// The most events of one bundle: a batch of events is bounded.
const MAX_EVENTS: usize = 2_000;

/// The most remarks on one bundle.
const MAX_REMARKS: usize = 100;

/// Index tokens of the clients that `bytes` name, whether they are a bundle or not.
pub(crate) fn named_in(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    let nothing = Bundle::empty();
    named::named(Context::new(source, keyring, &nothing), bytes)
}

/// Translates one bundle.
#[must_use]
pub fn translate(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Translation {
    let bundle = match Bundle::read(bytes) {
        Ok(bundle) => bundle,
        Err(fault) => {
            let outcome = Outcome::Rejected(fault.naming(named_in(source, keyring, bytes)));
            return Translation { outcome, message_id: None, header_id: None, remarks: Vec::new(), hl7: None };
        }
    };
    let context = Context::new(source, keyring, &bundle);
    let (outcome, remarks) = match events(context, bytes) {
        Ok((events, mut remarks)) => {
            remarks.extend(events.first().into_iter().flat_map(|event| remarks::remarks(context, event.recorded_at)));
            remarks.truncate(MAX_REMARKS);
            (events.into(), remarks)
        }
        Err(fault) => (Outcome::Rejected(fault.naming(named::named(context, bytes))), Vec::new()),
    };
    let message_id = message_id(&bundle).map(str::to_owned);
    let header_id = header_id(&bundle).filter(|id| message_id.as_deref() != Some(*id)).map(str::to_owned);
    Translation { outcome, message_id, header_id, remarks, hl7: None }
}

/// Why a bundle that is taken gives nothing.
pub(crate) fn ignored(bytes: &[u8]) -> &'static str {
    let Ok(bundle) = Bundle::read(bytes) else { return "it is no bundle" };
    let event = message::header(&bundle).ok().and_then(|header| MessageEvent::read(header).ok());
    match event {
        Some(MessageEvent::Acknowledgement) => "an answer to a message: nothing is read of it",
        Some(MessageEvent::Empty) => "an empty message, by which a sender tries the connection",
        Some(MessageEvent::HospitalNotification | MessageEvent::Notification(_) | MessageEvent::State(_)) | None => {
            "no entry is of a type, a status or a role that an answer shows"
        }
    }
}

/// `Bundle.id`, else `Bundle.identifier`, else `MessageHeader.id`.
fn message_id(bundle: &Bundle) -> Option<&str> {
    bundle.id.as_deref().or_else(|| header_id(bundle))
}

/// `MessageHeader.id`, which an answer names (FHIR R4 §2.4, `MessageHeader.response.identifier`).
fn header_id(bundle: &Bundle) -> Option<&str> {
    let header = bundle.entries.first().filter(|it| it.kind == "MessageHeader")?;
    header.id.as_deref().filter(|id| header::is_id(id))
}

fn events(context: Context<'_>, bytes: &[u8]) -> Result<(Vec<Event>, Vec<Remark>), RejectionReason> {
    // A transaction may have no id: then its bytes alone identify it.
    let digest = || hex::encode(Sha256::digest(bytes));
    let id: String = message_id(context.bundle).map_or_else(digest, str::to_owned);
    let mut writer = Writer::new(context, &id, bytes)?;
    match context.bundle.kind {
        BundleType::Message => {
            context.bundle.check_addresses(true)?;
            let header = message::header(context.bundle)?;
            message::add_events(context, header, &mut writer)?;
        }
        BundleType::Transaction => {
            state::check_requests(context)?;
            state::add_events(context, &mut writer)?;
        }
        BundleType::Other => {
            let text = "only message and transaction bundles are accepted here";
            return Err(RejectionReason::new(
                RejectionCode::UnsupportedMessageType,
                MessagePlace::Member("Bundle.type"),
                text,
            ));
        }
    }
    let (events, remarks) = writer.finish();
    if events.len() > MAX_EVENTS {
        return Err(RejectionReason::too_large(
            MessagePlace::Member("Bundle.entry"),
            "more than 2,000 events in one bundle",
        ));
    }
    Ok((events, remarks))
}
