//! The codes of a bundle that the configuration does not know ([`crate::unmapped()`]): the systems of keys, and the
//! codes of classes, wards, roles and kinds of referral that would change an answer if they were configured.

use crate::SourceProfile;
use crate::fhir::bundle::Bundle;
use crate::fhir::event::context::Reading;
use crate::fhir::event::referral::SOCIAL_SERVICE;
use crate::fhir::event::visit::is_class;
use crate::fhir::resource::Encounter;
use crate::fhir::resource::Resource;
use crate::fhir::resource::element::{CodeableConcept, Identifier, Reference};
use crate::number::is_known_type;
use crate::rejection::MessagePlace;
use crate::unmapped::{UnmappedCodes, UnmappedKind};

/// Notes them.
pub(crate) fn unmapped(source: &SourceProfile, bytes: &[u8], found: &mut UnmappedCodes) {
    let Ok(bundle) = Bundle::read(bytes) else { return };
    let reading = Reading::new(source, &bundle);
    for (at, entry) in bundle.entries.iter().enumerate() {
        let contained = entry.contained.iter().map(|(_, resource)| resource);
        for resource in entry.resource.iter().chain(contained) {
            reading.note(at, resource, found);
        }
    }
}

impl Reading<'_> {
    fn note(self, at: usize, resource: &Resource, found: &mut UnmappedCodes) {
        match resource {
            Resource::Patient(it) => {
                for identifier in it.identifier.iter().flatten() {
                    self.note_authority(identifier, found);
                    if let Some(kind) = identifier.type_code().filter(|kind| !is_known_type(self.source, kind)) {
                        found.note(UnmappedKind::NumberType, kind);
                    }
                }
            }
            Resource::Encounter(it) => self.note_encounter(at, it, found),
            Resource::EpisodeOfCare(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::Task(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::ServiceRequest(it) => {
                self.note_authorities(it.identifier.as_deref(), found);
                for code in it.category.iter().flatten().flat_map(CodeableConcept::codes) {
                    if code != SOCIAL_SERVICE && !self.source.referral_kinds.contains_key(code) {
                        found.note(UnmappedKind::ReferralKind, code);
                    }
                }
            }
            Resource::CareTeam(it) => {
                self.note_authorities(it.identifier.as_deref(), found);
                for participant in it.participant.iter().flatten() {
                    self.note_role(participant.role.as_deref(), found);
                }
            }
            Resource::Practitioner(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::MessageHeader(_)
            | Resource::Organization(_)
            | Resource::Location(_)
            | Resource::PractitionerRole(_)
            | Resource::Provenance(_)
            | Resource::Other => {}
        }
    }

    fn note_encounter(self, at: usize, encounter: &Encounter, found: &mut UnmappedCodes) {
        self.note_authorities(encounter.identifier.as_deref(), found);
        for episode in encounter.episode_of_care.iter().flatten() {
            self.note_authorities(episode.identifier.as_ref().map(std::slice::from_ref), found);
        }
        let class = encounter.class.as_ref().and_then(|class| class.code.as_deref()).map(str::trim);
        if let Some(class) = class.filter(|code| !is_class(code) && self.source.patient_class(code).is_none()) {
            found.note(UnmappedKind::PatientClass, class);
        }
        let places = encounter.location.iter().flatten().filter_map(|it| it.location.as_ref());
        // The place is where the client lies, if no unit has them.
        let wards: Vec<&Reference> =
            encounter.service_provider.as_ref().map_or_else(|| places.collect(), |it| vec![it]);
        for ward in wards {
            let code = self.ward_code(at, ward, MessagePlace::Entry(at, "resource")).ok().flatten();
            if let Some(code) = code.filter(|code| !self.source.wards.contains_key(code)) {
                found.note(UnmappedKind::Ward, &code);
            }
        }
        for participant in encounter.participant.iter().flatten() {
            self.note_role(participant.role.as_deref(), found);
        }
    }

    fn note_authorities(self, list: Option<&[Identifier]>, found: &mut UnmappedCodes) {
        list.unwrap_or_default().iter().for_each(|identifier| self.note_authority(identifier, found));
    }

    fn note_authority(self, identifier: &Identifier, found: &mut UnmappedCodes) {
        if let Some(system) = identifier.system().filter(|system| !self.scope(Some(system)).is_known()) {
            found.note(UnmappedKind::Authority, system);
        }
    }

    /// If one coding of a concept is a known role, its other codings are not reported.
    fn note_role(self, concepts: Option<&[CodeableConcept]>, found: &mut UnmappedCodes) {
        let concepts = concepts.unwrap_or_default();
        if self.role(concepts).is_none() {
            concepts
                .iter()
                .flat_map(CodeableConcept::codes)
                .for_each(|code| found.note(UnmappedKind::WorkerRole, code));
        }
    }
}
