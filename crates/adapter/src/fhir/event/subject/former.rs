//! A Patient's other identities: identifiers that have ended, and links to other Patients.
//!
//! | the Patient has | it means |
//! |---|---|
//! | an ended temporary id, an ended own number beside a present one | one patient, two streams of this sender: the sender itself reports it |
//! | an ended own number beside another kind of identifier | the same, as far as the source may decide merges |
//! | an ended identity code | it was changed (661/2009 12 §), from a source that may decide that; else [`crate::identifiers`] |
//! | `link` replaces, replaced-by | a merge, as A40 is, as far as the source may decide merges |
//! | `link` refer, seealso | nothing: R4 does not call them the same resource |
//!
//! A hospital that renumbers its own patients affects no other sender's numbers, and no other sender can renumber them:
//! the old number's stream is always one of this sender. So this needs no configuration, and the old stays are found by
//! the identity code that only the new number has.

use crate::Decides;
use crate::fhir::event::context::Context;
use crate::fhir::event::subject::Subject;
use crate::fhir::event::writer::Writer;
use crate::rejection::{RejectionCode, RejectionReason};
use crate::scope::is_temporary;
use event::{Authority, Body, IdentitiesMerged, Instant, StreamId};

/// The most links of one Patient.
const MAX_LINKS: usize = 100;

impl<'a> Subject<'a> {
    /// Adds the identifiers that have ended.
    pub(in crate::fhir) fn add_former(
        &self,
        context: Context<'_>,
        record: &StreamId,
        happened_at: Instant,
        writer: &mut Writer<'_>,
    ) {
        let (source, own) = (context.source, context.source.own_system());
        let mine = |old: &&event::Identifier| is_temporary(&old.system) || old.system == own;
        for old in self.identifiers.former.iter().filter(mine) {
            let subsumed = context.keyring.record(&source.name, &old.system, old.value.expose());
            if subsumed == *record {
                continue;
            }
            let own_word = is_temporary(&old.system) || record.system == own;
            let authority = if own_word { Authority::Source } else { source.authority(Decides::Merges) };
            let body = IdentitiesMerged { subsumed, authority, decider: None, reason: None };
            writer.add((record, &self.presented), happened_at, |_| Body::from(body));
        }
        if let Some(changed) = self.identifiers.changed(source, context.keyring) {
            writer.add((record, &self.presented), happened_at, |_| Body::from(changed));
        }
    }

    /// Adds the merges with other Patients. A link that resolves to nobody is rejected: the events under the other
    /// number would silently stay apart.
    pub(in crate::fhir) fn add_links(
        &self,
        context: Context<'a>,
        record: &StreamId,
        happened_at: Instant,
        writer: &mut Writer<'_>,
    ) -> Result<(), RejectionReason> {
        let links = self.patient.and_then(|patient| patient.link.as_deref()).unwrap_or_default();
        let place = self.place("resource.link.other");
        if links.len() > MAX_LINKS {
            return Err(RejectionReason::too_large(place, "more than 100 links"));
        }
        for link in links {
            let replaces = match link.kind.as_deref() {
                Some("replaces") => true,
                Some("replaced-by") => false,
                Some("refer" | "seealso") => continue,
                _ => {
                    let text = "not a type of a Patient's link";
                    let place = self.place("resource.link.type");
                    return Err(RejectionReason::new(RejectionCode::TableValueNotFound, place, text));
                }
            };
            let from = self.entry().unwrap_or_default();
            let other = context.subject(from, link.other.as_ref(), place)?;
            let other_record = other.record(context, None)?;
            if other_record == *record {
                continue;
            }
            let authority = context.source.authority(Decides::Merges);
            let of = if replaces { (record, &self.presented) } else { (&other_record, &other.presented) };
            let subsumed = if replaces { other_record.clone() } else { record.clone() };
            let body = IdentitiesMerged { subsumed, authority, decider: None, reason: None };
            writer.add((of.0, of.1), happened_at, |_| Body::from(body));
        }
        Ok(())
    }
}
