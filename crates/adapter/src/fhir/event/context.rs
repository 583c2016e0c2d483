//! What every handler of one bundle works with.

use super::time;
use crate::SourceProfile;
use crate::fhir::bundle::Bundle;
use crate::fhir::event::time::When;
use crate::fhir::resource::element::{Meta, text};
use crate::rejection::{MessagePlace, RejectionReason};
use event::{Instant, Keyring};
use std::ops::Deref;

/// One bundle, and its sender's configuration.
#[derive(Clone, Copy)]
pub(in crate::fhir) struct Reading<'a> {
    pub(in crate::fhir) source: &'a SourceProfile,
    pub(in crate::fhir) bundle: &'a Bundle,
    /// When the bundle was put together, if it states that.
    pub(in crate::fhir) written_at: Option<Instant>,
}

/// The same, and the keys.
#[derive(Clone, Copy)]
pub(in crate::fhir) struct Context<'a> {
    reading: Reading<'a>,
    pub(in crate::fhir) keyring: &'a Keyring,
}

impl<'a> Deref for Context<'a> {
    type Target = Reading<'a>;

    fn deref(&self) -> &Reading<'a> {
        &self.reading
    }
}

impl<'a> Context<'a> {
    pub(in crate::fhir) fn new(source: &'a SourceProfile, keyring: &'a Keyring, bundle: &'a Bundle) -> Self {
        Self { reading: Reading::new(source, bundle), keyring }
    }
}

impl<'a> Reading<'a> {
    pub(in crate::fhir) fn new(source: &'a SourceProfile, bundle: &'a Bundle) -> Self {
        let mut reading = Self { source, bundle, written_at: None };
        reading.written_at = reading.timestamp().ok().flatten().map(|when| when.at);
        reading
    }

    pub(in crate::fhir) fn timestamp(self) -> Result<Option<When>, RejectionReason> {
        self.when(self.bundle.timestamp.as_deref(), MessagePlace::Member("Bundle.timestamp"))
    }

    /// A dateTime of an entry, with its precision.
    pub(in crate::fhir) fn when(
        self,
        written: Option<&str>,
        place: MessagePlace,
    ) -> Result<Option<When>, RejectionReason> {
        time::when(written, &self.source.zone, place)
    }

    /// A dateTime of an entry.
    pub(in crate::fhir) fn instant(
        self,
        written: Option<&str>,
        place: MessagePlace,
    ) -> Result<Option<Instant>, RejectionReason> {
        time::instant(written, &self.source.zone, place)
    }

    /// The end of a period of an entry.
    pub(in crate::fhir) fn end(
        self,
        written: Option<&str>,
        place: MessagePlace,
    ) -> Result<Option<Instant>, RejectionReason> {
        time::end(written, &self.source.zone, place)
    }

    /// `meta.lastUpdated` of the entry `at`.
    pub(in crate::fhir) fn last_updated(self, meta: Option<&Meta>, at: usize) -> Result<Option<When>, RejectionReason> {
        let written = meta.and_then(|meta| meta.last_updated.as_deref());
        self.when(written.and_then(|it| text(it, 40)), MessagePlace::Entry(at, "resource.meta.lastUpdated"))
    }
}
