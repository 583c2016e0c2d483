//! Persons: who they are, and which records are theirs.

use super::draw::Row;
use event::{
    Body, DeathCancelled, IdentitiesMerged, IdentitiesUnmerged, NationalIdChanged, NonDisclosureLifted,
    NonDisclosureSet, PersonDied, PersonField, PersonName, PersonUpdated, RecordsLinked,
};

pub(super) const ROWS: &[Row] = &[
    (3, |draw| {
        let name = PersonName { family: format!("Suku {}", draw.person), given: "Etu".into() };
        let (name, cleared) = (Some(draw.seal(&name)), vec![PersonField::Language]);
        Body::from(PersonUpdated { name, cleared, ..PersonUpdated::default() })
    }),
    (3, |draw| {
        let (subsumed, authority) = (draw.other.clone(), draw.authority());
        Body::from(IdentitiesMerged { subsumed, authority, decider: None, reason: None })
    }),
    (1, |draw| {
        let (other, authority) = (draw.other.clone(), draw.authority());
        Body::from(RecordsLinked { other, authority, decider: None, reason: None })
    }),
    (3, |draw| {
        let (separated, authority) = (draw.other.clone(), draw.authority());
        Body::from(IdentitiesUnmerged { separated, authority, decider: None, reason: None })
    }),
    (1, |draw| {
        let ([old, new], authority) = (draw.codes(), draw.authority());
        Body::from(NationalIdChanged { old: vec![old], new: vec![new], authority, decider: None, reason: None })
    }),
    (1, |draw| Body::from(PersonDied { died_at: Some(draw.recorded) })),
    (1, |_| Body::from(DeathCancelled)),
    (1, |draw| Body::from(NonDisclosureSet { until: draw.maybe_later() })),
    (1, |_| Body::from(NonDisclosureLifted)),
];
