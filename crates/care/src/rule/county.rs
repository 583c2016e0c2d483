//! The county, as it is configured.

use super::contact_point::ContactPoint;
use super::directory::Directory;
use super::source::{NotConnected, Source};
use crate::access::Policy;
use crate::fact::limits::Limits;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The configuration of the county.
#[derive(Clone, Debug)]
pub struct County {
    /// Connected sources.
    pub sources: Vec<Source>,
    /// Systems that are not connected.
    pub not_connected: Vec<NotConnected>,
    /// Wards and their workers.
    pub directory: Directory,
    /// Identifier systems that link records of a connected source. By any other system nobody can be found.
    pub identifier_systems: BTreeSet<String>,
    /// The county's time zone.
    pub zone: TimeZone,
    /// How long something counts that nobody ends.
    pub limits: Limits,
    /// Whether the side that made a notice, without the client's consent, is shown that it was accepted or rejected.
    pub notices_answered: bool,
    /// Who may see what, as far as the county configures it.
    pub policy: Arc<Policy>,
}

impl County {
    /// Whom to contact about a client of a source, where no better contact is known: at least the name of the source.
    #[must_use]
    pub fn contact_of(&self, source: &str) -> Option<ContactPoint> {
        let source = self.sources.iter().find(|it| it.name == source)?;
        Some(ContactPoint::Unnamed(source.contact.clone().unwrap_or_else(|| source.name.clone())))
    }
}
