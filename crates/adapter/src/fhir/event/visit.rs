//! One Encounter in its bundle: a stay, as far as every message needs it.
//!
//! The status decides, not whether the period has an end: admissions in published examples have one.

use crate::fhir::event::choice::Weight;
use crate::fhir::event::context::{Context, Reading};
use crate::fhir::event::stay_key::{OtherKey, StayKey};
use crate::fhir::event::subject::Subject;
use crate::fhir::event::time::When;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Resource;
use crate::fhir::resource::element::{Coding, Extension, Identifier, Reference};
use crate::fhir::resource::{Encounter, Status};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{Body, Code, FactKind, Instant, StayClass, StayCorrected, StayEnded, StayStarted, StreamId, Token, Ward};
use std::collections::BTreeSet;

/// One Encounter in its bundle, read as far as every message needs it.
pub(in crate::fhir) struct Visit<'a> {
    pub(in crate::fhir) context: Context<'a>,
    pub(in crate::fhir) at: usize,
    pub(in crate::fhir) encounter: &'a Encounter,
    key: Option<StayKey>,
    pub(in crate::fhir) subject: Subject<'a>,
    pub(in crate::fhir) record: StreamId,
    pub(in crate::fhir) status: Status,
}

impl<'a> Visit<'a> {
    /// Reads the Encounter of entry `at`.
    pub(in crate::fhir) fn read(
        context: Context<'a>,
        at: usize,
        encounter: &'a Encounter,
    ) -> Result<Self, RejectionReason> {
        let place = MessagePlace::Entry(at, "resource.status");
        let unknown = RejectionReason::new(RejectionCode::TableValueNotFound, place, "not a status of an Encounter");
        let status = Status::of(encounter.status.as_deref().ok_or(RejectionReason::missing(place))?).ok_or(unknown)?;
        let subject = context.subject(at, encounter.subject.as_ref(), MessagePlace::Entry(at, "resource.subject"))?;
        let key = context.stay_key(at, encounter, 0)?;
        let record = subject.record(context, key.as_ref().map(|key| key.record(context)))?;
        Ok(Self { context, at, encounter, key, subject, record, status })
    }

    /// The stay's key.
    pub(in crate::fhir) fn stay(&self) -> Option<Token> {
        self.key.as_ref().map(|key| key.token(self.context))
    }

    /// When the resource was written. A resource that reports the end of the stay cannot be older than that end.
    pub(in crate::fhir) fn recorded(&self) -> Result<Option<When>, RejectionReason> {
        let recorded = self.context.recorded(self.at, self.encounter.meta.as_ref())?;
        let place = MessagePlace::Entry(self.at, "resource.period.end");
        let over = (self.status == Status::Finished).then_some(self.encounter.end()).flatten();
        let end = self.context.when(over, place)?;
        Ok(recorded.filter(|recorded| end.is_none_or(|end| end.at <= recorded.last())))
    }

    /// By configuration, or v3-ActCode. `None`: absent, or PRENC, which gives no kind of stay. With an unknown code the
    /// Encounter is still a presence, if its status is one, and never a clinic visit.
    pub(in crate::fhir) fn class(&self) -> Option<StayClass> {
        let code = self.encounter.class.as_ref()?.code.as_deref()?.trim();
        let known = self.context.source.patient_class(code).or_else(|| act_code(code));
        known.or_else(|| (!code.is_empty() && !is_class(code)).then_some(StayClass::Unknown))
    }

    /// The unit responsible for the client; without one, the client's location, unless that is completed, reserved or
    /// planned (hl7.org/fhir/R4/valueset-encounter-location-status.html).
    pub(in crate::fhir) fn ward(&self) -> Result<Option<Ward>, RejectionReason> {
        if let Some(provider) = &self.encounter.service_provider {
            return self.ward_of(provider, MessagePlace::Entry(self.at, "resource.serviceProvider"));
        }
        let places = || self.encounter.location.iter().flatten();
        let of_status = |status| places().rfind(|it| it.status.as_deref() == status);
        let now = of_status(Some("active")).or_else(|| of_status(None));
        let reference = now.and_then(|it| it.location.as_ref());
        reference.map_or(Ok(None), |it| self.ward_of(it, MessagePlace::Entry(self.at, "resource.location")))
    }

    /// Where the client was before: the place that is completed, else where a transfer came from.
    pub(in crate::fhir) fn prior_ward(&self) -> Result<Option<Ward>, RejectionReason> {
        let origin = self.encounter.hospitalization.as_ref().and_then(|it| it.origin.as_ref());
        origin.map_or(Ok(None), |it| self.ward_of(it, MessagePlace::Entry(self.at, "resource.hospitalization.origin")))
    }

    fn ward_of(&self, reference: &Reference, place: MessagePlace) -> Result<Option<Ward>, RejectionReason> {
        let Some(code) = self.context.ward_code(self.at, reference, place)? else { return Ok(None) };
        let configured = self.context.source.wards.get(&code).map(String::as_str);
        // An address was not written as a code: if it is too long for a code, the ward is unknown.
        if configured.is_none() && is_url(&code) {
            return Ok(Ward::try_new(&code));
        }
        let code = configured.unwrap_or(&code);
        let fault = RejectionReason::data_type(place, "a ward code longer than 80 characters");
        Ward::try_new(code).map(Some).ok_or(fault)
    }

    /// `Encounter.period.start`. A status that reports the client's presence stands even if the start lies after the
    /// time of writing (local time sent as UTC): the start is then unknown.
    pub(in crate::fhir) fn started_at(&self, writer: &Writer<'_>) -> Result<Option<Instant>, RejectionReason> {
        if self.status == Status::Planned {
            return self.context.instant(self.encounter.start(), MessagePlace::Entry(self.at, "resource.period.start"));
        }
        self.started_before(writer)
    }

    /// `Encounter.period.start`, if it is not after the time of writing.
    pub(in crate::fhir) fn started_before(&self, writer: &Writer<'_>) -> Result<Option<Instant>, RejectionReason> {
        let place = MessagePlace::Entry(self.at, "resource.period.start");
        let start = self.context.instant(self.encounter.start(), place)?;
        Ok(start.filter(|start| *start <= writer.recorded_until()))
    }

    /// `Encounter.period.end`: a day counts to its last moment. A stay that is over has no end in the future: it ended
    /// at the latest when it was written.
    pub(in crate::fhir) fn ended_at(&self, writer: &Writer<'_>) -> Result<Option<Instant>, RejectionReason> {
        let place = MessagePlace::Entry(self.at, "resource.period.end");
        let end = self.context.when(self.encounter.end(), place)?.map(When::last_of_date);
        Ok(end.map(|end| if end <= writer.recorded_until() { end } else { writer.recorded_at() }))
    }

    /// True if the period has a start.
    pub(in crate::fhir) fn has_start(&self) -> bool {
        self.encounter.start().is_some()
    }

    /// True if the period has an end.
    pub(in crate::fhir) fn has_end(&self) -> bool {
        self.encounter.end().is_some()
    }

    /// Start and end of MedCom's leave period extension.
    pub(in crate::fhir) fn leave(&self) -> Result<(Option<Instant>, Option<Instant>), RejectionReason> {
        let named = |it: &&Extension| it.url.as_deref().is_some_and(|url| url.ends_with("leave-period-extension"));
        let extension = self.encounter.extension.iter().flatten().find(named);
        let period = extension.and_then(|it| it.period.as_ref());
        let place = MessagePlace::Entry(self.at, "resource.extension");
        let at = |written: Option<&String>| self.context.instant(written.map(String::as_str), place);
        Ok((at(period.and_then(|it| it.start.as_ref()))?, at(period.and_then(|it| it.end.as_ref()))?))
    }

    /// HL7's discharge-disposition, or the source's own code; left out if it is not a valid code.
    pub(in crate::fhir) fn disposition(&self) -> Option<Code> {
        self.encounter.hospitalization.as_ref()?.discharge_disposition.as_ref()?.code()
    }

    /// `Encounter.serviceType`.
    pub(in crate::fhir) fn unit(&self) -> Option<Code> {
        self.encounter.service_type.as_ref()?.code()
    }

    /// `Encounter.serviceProvider`, by its logical identifier.
    pub(in crate::fhir) fn facility(&self) -> Option<Code> {
        let provider = self.encounter.service_provider.as_ref()?.identifier.as_ref()?;
        Code::try_new(provider.value.as_deref()?.trim()).ok()
    }

    /// `Encounter.meta.security`, HL7's Confidentiality: restricted or very restricted (703/2023 26 §).
    pub(in crate::fhir) fn is_protected_speciality(&self) -> Option<bool> {
        let labels = self.encounter.meta.as_ref()?.security.iter().flatten();
        let confidentiality =
            |label: &Coding, code| label.is("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code);
        labels.into_iter().any(|it| confidentiality(it, "R") || confidentiality(it, "V")).then_some(true)
    }

    /// True if the client came from an emergency department (HL7's admit-source).
    pub(in crate::fhir) fn came_from_emergency(&self) -> bool {
        let source = self.encounter.hospitalization.as_ref().and_then(|it| it.admit_source.as_ref());
        source.is_some_and(|it| it.codes().any(|code| code == "emd"))
    }

    /// The start of the stay; if it is not reported, when it was written.
    pub(in crate::fhir) fn started(&self, writer: &Writer<'_>) -> Result<(Instant, Body), RejectionReason> {
        let started_at = self.started_at(writer)?.unwrap_or(writer.recorded_at());
        let class = self.class();
        Ok((
            started_at,
            Body::from(StayStarted {
                stay: self.stay(),
                class,
                ward: self.ward()?,
                started_at,
                protected_speciality: self.is_protected_speciality(),
                unit: self.unit(),
                facility: self.facility(),
            }),
        ))
    }

    /// The end of the stay; if it is not reported, when it was written.
    pub(in crate::fhir) fn ended(&self, writer: &Writer<'_>) -> Result<(Instant, Body), RejectionReason> {
        let ended_at = self.ended_at(writer)?.unwrap_or(writer.recorded_at());
        let disposition = self.disposition();
        Ok((ended_at, Body::from(StayEnded { stay: self.stay(), ended_at, disposition })))
    }

    /// Adds an event of the stay.
    pub(in crate::fhir) fn add(&self, happened_at: Instant, body: Body, writer: &mut Writer<'_>) {
        writer.add((&self.record, &self.subject.presented), happened_at, |_| body);
    }

    /// Adds the other keys that the stay may have in another version. A part has keys of its own, because it may have
    /// been a separate stay before; its start is not the stay's.
    pub(in crate::fhir) fn add_other_keys(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        let tokens = self.other_keys()?.into_iter().filter(|other| other.is_alias).map(|it| it.key.token(self.context));
        let tokens: BTreeSet<Token> = tokens.collect();
        if !tokens.is_empty() {
            let started_at = if self.encounter.part_of.is_none() { self.started_at(writer)? } else { None };
            let (class, ward, also) = (None, None, tokens.into_iter().collect());
            let corrected = StayCorrected { stay: self.stay(), class, ward, started_at, also };
            self.add(started_at.unwrap_or(writer.recorded_at()), Body::from(corrected), writer);
        }
        Ok(())
    }

    fn other_keys(&self) -> Result<Vec<OtherKey>, RejectionReason> {
        let key = self.key.as_ref();
        key.map_or(Ok(Vec::new()), |key| self.context.other_keys(self.at, self.encounter, key))
    }

    /// Adds the client of the stay, in the stream of the stay itself: under its key, and under its other keys, because
    /// it may have been another client's there. A key that another stay may share only raises doubt.
    pub(in crate::fhir) fn add_subject(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        if let Some(key) = &self.key {
            let resource = self.context.bundle.entries.get(self.at).and_then(|entry| entry.id.as_deref());
            self.add_subject_of(key, resource, false, writer);
            for other in self.other_keys()? {
                self.add_subject_of(&other.key, None, other.weight != Weight::Sure, writer);
            }
        }
        Ok(())
    }

    fn add_subject_of(&self, key: &StayKey, resource: Option<&str>, is_doubt: bool, writer: &mut Writer<'_>) {
        let stream = key.own_record(self.context, resource);
        let stay = (FactKind::Stays, key.token(self.context));
        writer.add_subject(&stream, stay, &self.record, is_doubt);
    }

    /// Adds the person's data.
    pub(in crate::fhir) fn add_person(&self, writer: &mut Writer<'_>) -> Result<(), RejectionReason> {
        self.subject.add_person(self.context, &self.record, writer)
    }
}

impl Reading<'_> {
    /// The code of a ward that the entry `at` refers to: its identifier, else its id; for another server's ward its
    /// address, because two servers may each have an Organization with the same id.
    pub(in crate::fhir) fn ward_code(
        self,
        at: usize,
        reference: &Reference,
        place: MessagePlace,
    ) -> Result<Option<String>, RejectionReason> {
        let list = match self.bundle.resolve(at, reference, place)?.map(|target| target.resource) {
            Some(Resource::Organization(it)) => it.identifier.as_deref(),
            Some(Resource::Location(it)) => it.identifier.as_deref(),
            _ => None,
        };
        let list = list.or(reference.identifier.as_ref().map(std::slice::from_ref)).unwrap_or_default();
        if let Some(code) = self.chosen(list).and_then(Identifier::value) {
            return Ok(Some(code.strip_prefix("urn:oid:").unwrap_or(code).to_owned()));
        }
        let foreign = self.bundle.address(at, reference).filter(|address| self.bundle.is_foreign(at, address));
        Ok(foreign.or_else(|| reference.logical_id().map(str::to_owned)))
    }
}

fn is_url(code: &str) -> bool {
    code.starts_with("https://") || code.starts_with("http://")
}

/// v3-ActCode, as far as it gives the kind of stay.
fn act_code(code: &str) -> Option<StayClass> {
    Some(match code {
        "EMER" => StayClass::Emergency,
        "IMP" | "ACUTE" | "NONAC" | "SS" | "OBSENC" => StayClass::Inpatient,
        "AMB" | "VR" | "HH" | "FLD" => StayClass::Outpatient,
        _ => return None,
    })
}

/// True for a code that needs no configuration: PRENC marks a future stay, and gives no kind.
pub(in crate::fhir) fn is_class(code: &str) -> bool {
    code == "PRENC" || act_code(code).is_some()
}
