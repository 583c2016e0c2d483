//! Reads a frame's message as its sender's, before it is stored.

use super::identify::genuine;
use super::message::Message;
use super::refusal::{anothers_certificate, unknown_sender};
use super::{Ingest, PeerCertificate, Reply, identify};
use crate::clock::Arrived;
use crate::config::{Sender, UNKNOWN_SENDER};
use crate::telemetry::spans::Receiving;
use adapter::hl7v2::{Header, named, named_at_the_beginning, refuse_cut};
use adapter::{Format, Outcome, Rejection, SourceProfile, Translation};
use event::{HETU_SYSTEM, Keyring, Token};

/// An HL7 v2 message, or the beginning of one, read.
pub(super) struct ReadMessage<'a> {
    /// The source that it is of, or claims to be of; `None`: no configured source.
    pub(super) sender: Option<&'a Sender>,
    pub(super) header: Header,
    pub(super) outcome: Outcome,
    /// The sender's own id of it, if it could be read.
    pub(super) id: Option<String>,
    pub(super) arrived: (Arrived, Receiving),
}

impl Ingest {
    /// One HL7 v2 message, read. `None`: an acknowledgement, which nobody here waits for.
    pub(super) fn read(&self, message: &[u8], peer: Option<&PeerCertificate>) -> Option<ReadMessage<'_>> {
        let arrived = self.arrivals.next();
        let named_source = identify::sender(&self.senders, message);
        let sender = named_source.filter(|sender| genuine(sender, peer));
        let source = sender.map_or(&self.unknown, |sender| &sender.source);
        let claimed = sender.or_else(|| identify::claimed(&self.senders, message));
        let receiving = Receiving::begin(claimed.map_or(&self.unknown, |sender| &sender.source), None);
        let translation = adapter::translate(source, &self.keyring, message);
        for remark in translation.remarks_at(arrived.at) {
            tracing::info!(source = source.name, code = %remark.code, place = %remark.place, "accepted with a remark");
        }
        let header = translation.hl7.unwrap_or_default();
        let outcome = match sender {
            None if header.is_acknowledgement() => return None,
            None if named_source.is_some() => self.naming(anothers_certificate(translation.outcome), message, named),
            None => self.naming(unknown_sender(message, translation.outcome), message, named),
            Some(_) => translation.outcome,
        };
        let (id, arrived) = (translation.message_id, (arrived, receiving));
        Some(ReadMessage { sender: claimed, header, outcome, id, arrived })
    }

    /// Whether a configured source speaks, over a connection that may speak as it; if not, why.
    pub fn knows(&self, message: &[u8], peer: Option<&PeerCertificate>) -> Result<(), &'static str> {
        match identify::sender(&self.senders, message) {
            Some(sender) if genuine(sender, peer) => Ok(()),
            Some(_) => Err("their connection has another certificate than the source that they name"),
            None => Err("no source is configured for their sending application and facility"),
        }
    }

    /// A frame that its sender abandoned. The sender keeps the message and sends it again, so the frame is not answered; until
    /// then the clients that the part names are in doubt. A part that names no client is noise of a broken connection.
    pub async fn cut(&self, head: &[u8], peer: Option<&PeerCertificate>) -> Reply {
        let read = self.read_beginning(head, peer, refuse_cut);
        let is_of_somebody = matches!(&read.outcome, Outcome::Rejected(rejection) if !rejection.named.is_empty());
        if is_of_somebody && !read.header.is_acknowledgement() {
            let message = Message::beginning(head, read.id.as_deref());
            self.store_and_answer(read.sender, &read.header, read.outcome, message, read.arrived).await;
        }
        Reply::Nothing
    }

    /// The beginning of a message, read with the rejection that it gets.
    pub(super) fn read_beginning(
        &self,
        head: &[u8],
        peer: Option<&PeerCertificate>,
        refuse: impl FnOnce(&SourceProfile, &Keyring, &[u8]) -> Translation,
    ) -> ReadMessage<'_> {
        let arrived = self.arrivals.next();
        let sender = identify::sender(&self.senders, head).filter(|sender| genuine(sender, peer));
        let source = sender.map_or(&self.unknown, |sender| &sender.source);
        let claimed = sender.or_else(|| identify::claimed(&self.senders, head));
        let receiving = Receiving::begin(claimed.map_or(&self.unknown, |sender| &sender.source), None);
        let translation = refuse(source, &self.keyring, head);
        let (header, id) = (translation.hl7.unwrap_or_default(), translation.message_id);
        let outcome = match (sender, translation.outcome) {
            (None, Outcome::Rejected(rejection)) => self.naming(rejection, head, named_at_the_beginning),
            (_, outcome) => outcome,
        };
        ReadMessage { sender: claimed, header, outcome, id, arrived: (arrived, receiving) }
    }

    /// The rejection of a message of no configured source. It also names the clients that its bytes would name in each
    /// source's message: the sender is unknown, and a source's own number may be that source's patient. All are in doubt.
    pub(super) fn naming(
        &self,
        mut rejection: Rejection,
        bytes: &[u8],
        named: impl Fn(&[&SourceProfile], &Keyring, &[u8]) -> Vec<Token>,
    ) -> Outcome {
        let sources = self.senders.iter().map(|sender| &sender.source);
        let sources: Vec<_> = sources.filter(|source| source.format == Format::Hl7v2).collect();
        rejection.named.extend(named(&sources, &self.keyring, bytes));
        rejection.named.sort_unstable();
        rejection.named.dedup();
        Outcome::Rejected(rejection)
    }
}

/// How messages of no configured source are read: only for the clients that they name. An identity code is recognised by
/// every name that a source's configuration gives its authority.
pub(super) fn of_nobody(senders: &[Sender]) -> SourceProfile {
    let sources = || senders.iter().map(|sender| &sender.source).filter(|source| source.format == Format::Hl7v2);
    let authorities = sources().flat_map(|source| &source.authorities);
    let of_codes = authorities.filter(|(_, system)| system.as_str() == HETU_SYSTEM);
    SourceProfile {
        artificial_hetu: sources().any(|source| source.artificial_hetu),
        authorities: of_codes.map(|(name, system)| (name.clone(), system.clone())).collect(),
        ..SourceProfile::new(UNKNOWN_SENDER, Format::Hl7v2)
    }
}
