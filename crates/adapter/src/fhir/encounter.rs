//! Encounter: a stay as its resource tells it (hl7.org/fhir/R4/encounter.html).
//!
//! - The status decides, not whether the period has an end: published admissions carry one.
//! - An Encounter that is part of another is a ward inside that stay: in progress, the client is there; finished, the
//!   client went on, and the stay does.

use super::context::{Context, Writer};
use super::element::{CodeableConcept, Coding, Extension, Identifier, Meta, Period, Reference};
use super::patient::Subject;
use super::resource::Resource;
use super::stay_key::StayKey;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, Code, Instant, LeaveEnded, LeaveStarted, Record, StayCancelled, StayClass, StayCorrected, StayEnded,
    StayStarted, StayStated, Token, Ward, WardChanged,
};
use serde::Deserialize;

/// An Encounter.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Encounter {
    meta: Option<Meta>,
    extension: Option<Vec<Extension>>,
    pub(super) identifier: Option<Vec<Identifier>>,
    status: Option<String>,
    class: Option<Coding>,
    pub(super) subject: Option<Reference>,
    #[serde(rename = "episodeOfCare")]
    pub(super) episode_of_care: Option<Vec<Reference>>,
    period: Option<Period>,
    hospitalization: Option<Hospitalization>,
    #[serde(rename = "statusHistory")]
    status_history: Option<Vec<StatusHistory>>,
    location: Option<Vec<EncounterLocation>>,
    #[serde(rename = "serviceProvider")]
    service_provider: Option<Reference>,
    #[serde(rename = "partOf")]
    pub(super) part_of: Option<Reference>,
}

/// `Encounter.hospitalization`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Hospitalization {
    origin: Option<Reference>,
    #[serde(rename = "admitSource")]
    admit_source: Option<CodeableConcept>,
    #[serde(rename = "dischargeDisposition")]
    discharge_disposition: Option<CodeableConcept>,
}

/// `Encounter.statusHistory`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct StatusHistory {
    status: Option<String>,
    period: Option<Period>,
}

/// `Encounter.location`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EncounterLocation {
    location: Option<Reference>,
    status: Option<String>,
}

/// `Encounter.status`, and what each says (HL7's v2-to-FHIR map, Event\[EncounterStatus\], read backwards).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// planned: the client is not there.
    Planned,
    /// arrived, triaged, in-progress: the client is there.
    InProgress,
    OnLeave,
    Finished,
    /// cancelled, entered-in-error: it never was.
    Cancelled,
    /// unknown: it stays as it was.
    Unknown,
}

/// One Encounter in its bundle, read as far as every message needs it.
pub(super) struct Visit<'a> {
    context: Context<'a>,
    at: usize,
    encounter: &'a Encounter,
    key: Option<StayKey>,
    pub(super) subject: Subject<'a>,
    pub(super) record: Record,
    pub(super) status: Status,
}

impl<'a> Visit<'a> {
    /// Reads the Encounter of entry `at`.
    pub(super) fn read(context: Context<'a>, at: usize, encounter: &'a Encounter) -> Result<Self, Fault> {
        let status = Status::read(encounter.status.as_deref(), Place::Entry(at, "resource.status"))?;
        let subject = context.subject(at, encounter.subject.as_ref(), Place::Entry(at, "resource.subject"))?;
        let key = context.stay_key(at, encounter, 0);
        let record = subject.record(context, key.as_ref().map(|key| key.record(context)))?;
        Ok(Self { context, at, encounter, key, subject, record, status })
    }

    /// The stay's key.
    pub(super) fn stay(&self) -> Option<Token> {
        self.key.as_ref().map(|key| key.token(self.context))
    }

    /// When the resource was written.
    pub(super) fn last_updated(&self) -> Result<Option<Instant>, Fault> {
        self.context.last_updated(self.encounter.meta.as_ref(), self.at)
    }

    /// v3-ActCode; `None` if absent, or if the code changes no answer.
    pub(super) fn class(&self) -> Option<StayClass> {
        match self.encounter.class.as_ref()?.code.as_deref()? {
            "EMER" => Some(StayClass::Emergency),
            "IMP" | "ACUTE" | "NONAC" | "SS" | "OBSENC" => Some(StayClass::Inpatient),
            "AMB" | "VR" | "HH" | "FLD" => Some(StayClass::Outpatient),
            _ => None,
        }
    }

    /// The unit that has the client; without one, the place where the client lies.
    pub(super) fn ward(&self) -> Result<Option<Ward>, Fault> {
        if let Some(provider) = &self.encounter.service_provider {
            return self.ward_of(provider, Place::Entry(self.at, "resource.serviceProvider"));
        }
        let places = || self.encounter.location.iter().flatten();
        let now = places().rfind(|it| it.status.as_deref() == Some("active")).or_else(|| places().next_back());
        let reference = now.and_then(|it| it.location.as_ref());
        reference.map_or(Ok(None), |it| self.ward_of(it, Place::Entry(self.at, "resource.location")))
    }

    /// Where the client was before: the place that is completed, else where a transfer came from.
    pub(super) fn prior_ward(&self) -> Result<Option<Ward>, Fault> {
        let origin = self.encounter.hospitalization.as_ref().and_then(|it| it.origin.as_ref());
        origin.map_or(Ok(None), |it| self.ward_of(it, Place::Entry(self.at, "resource.hospitalization.origin")))
    }

    /// A ward by its identifier, official or of a system that the configuration knows first; else by its id.
    fn ward_of(&self, reference: &Reference, place: Place) -> Result<Option<Ward>, Fault> {
        let list = match self.context.bundle.resolve(self.at, reference) {
            Some(Resource::Organization(it)) => it.identifier.as_deref(),
            Some(Resource::Location(it)) => it.identifier.as_deref(),
            _ => None,
        };
        let list = list.or(reference.identifier.as_ref().map(std::slice::from_ref)).unwrap_or_default();
        let known = |it: &&Identifier| it.system().is_some_and(|it| self.context.source.authorities.contains_key(it));
        let chosen = (list.iter().find(known))
            .or_else(|| list.iter().find(|it| it.has_use("official")))
            .or_else(|| list.iter().find(|it| it.value().is_some()));
        let code = chosen.and_then(Identifier::value).or_else(|| reference.logical_id());
        let Some(code) = code else { return Ok(None) };
        let code = code.strip_prefix("urn:oid:").unwrap_or(code);
        let code = self.context.source.wards.get(code).map_or(code, String::as_str);
        let fault = Fault::data_type(place, "a ward code longer than 80 characters");
        Ward::try_new(code).map(Some).ok_or(fault)
    }

    /// `Encounter.period.start`.
    pub(super) fn started_at(&self) -> Result<Option<Instant>, Fault> {
        self.context.instant(self.encounter.start(), Place::Entry(self.at, "resource.period.start"))
    }

    /// `Encounter.period.end`.
    pub(super) fn ended_at(&self) -> Result<Option<Instant>, Fault> {
        let end = self.encounter.period.as_ref().and_then(|it| it.end.as_deref());
        self.context.instant(end, Place::Entry(self.at, "resource.period.end"))
    }

    /// Start and end of MedCom's leave period extension.
    pub(super) fn leave(&self) -> Result<(Option<Instant>, Option<Instant>), Fault> {
        let named = |it: &&Extension| it.url.as_deref().is_some_and(|url| url.ends_with("leave-period-extension"));
        let extension = self.encounter.extension.iter().flatten().find(named);
        let period = extension.and_then(|it| it.period.as_ref());
        let place = Place::Entry(self.at, "resource.extension");
        let at = |written: Option<&String>| self.context.instant(written.map(String::as_str), place);
        Ok((at(period.and_then(|it| it.start.as_ref()))?, at(period.and_then(|it| it.end.as_ref()))?))
    }

    /// HL7's discharge-disposition, or the source's own code; left out if it is no code.
    pub(super) fn disposition(&self) -> Option<Code> {
        self.encounter.hospitalization.as_ref()?.discharge_disposition.as_ref()?.code()
    }

    /// True if the client came from an emergency department (HL7's admit-source).
    pub(super) fn came_from_emergency(&self) -> bool {
        let source = self.encounter.hospitalization.as_ref().and_then(|it| it.admit_source.as_ref());
        source.is_some_and(|it| it.codes().any(|code| code == "emd"))
    }

    /// The start of a stay.
    pub(super) fn started(&self, otherwise: Instant) -> Result<(Instant, Body), Fault> {
        let started_at = self.started_at()?.unwrap_or(otherwise);
        let class = self.class();
        Ok((started_at, Body::StayStarted(StayStarted { stay: self.stay(), class, ward: self.ward()?, started_at })))
    }

    /// What the resource says of the stay without saying whether the client is there.
    pub(super) fn corrected(&self) -> Result<Body, Fault> {
        let (class, ward, started_at) = (self.class(), self.ward()?, self.started_at()?);
        Ok(Body::StayCorrected(StayCorrected { stay: self.stay(), class, ward, started_at }))
    }

    /// The end of a stay.
    pub(super) fn ended(&self, otherwise: Instant) -> Result<(Instant, Body), Fault> {
        let ended_at = self.ended_at()?.unwrap_or(otherwise);
        let disposition = self.disposition();
        Ok((ended_at, Body::StayEnded(StayEnded { stay: self.stay(), ended_at, disposition })))
    }

    /// Adds an event of the stay.
    pub(super) fn add(&self, happened_at: Instant, body: Body, writer: &mut Writer<'_>) {
        writer.add((&self.record, &self.subject.presented), happened_at, |_| body);
    }

    /// Adds what the person's resource says.
    pub(super) fn tell_person(&self, writer: &mut Writer<'_>) -> Result<(), Fault> {
        self.subject.tell_person(self.context, &self.record, writer)
    }

    /// What the resource says by itself, without an event code: its state, whatever was told before. So a stay that had
    /// ended and is in progress again needs no other word.
    pub(super) fn tell_state(&self, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let recorded_at = writer.recorded(self.last_updated()?)?;
        let (stay, class, started_at) = (self.stay(), self.class(), self.started_at()?);
        // Where a part says where the client is, the whole does not.
        let divided = self.context.bundle.divided.contains(&self.at);
        let ward = self.ward()?.filter(|_| !divided);
        if self.encounter.part_of.is_some() {
            if let (Status::InProgress, Some(_)) = (self.status, &ward) {
                let at = started_at.unwrap_or(recorded_at);
                self.add(at, Body::WardChanged(WardChanged { stay, from: None, to: ward }), writer);
            }
            return self.tell_person(writer);
        }
        match self.status {
            Status::Planned => {}
            Status::InProgress | Status::OnLeave => {
                let stated = StayStated { stay, class, ward, started_at };
                self.add(recorded_at, Body::StayStated(stated), writer);
                self.tell_leave(recorded_at, writer)?;
            }
            Status::Finished => {
                let corrected = StayCorrected { stay, class, ward, started_at };
                self.add(started_at.unwrap_or(recorded_at), Body::StayCorrected(corrected), writer);
                let (at, ended) = self.ended(recorded_at)?;
                self.add(at, ended, writer);
            }
            Status::Cancelled => self.add(recorded_at, Body::StayCancelled(StayCancelled { stay }), writer),
            Status::Unknown => {
                let corrected = StayCorrected { stay, class, ward, started_at };
                self.add(recorded_at, Body::StayCorrected(corrected), writer);
            }
        }
        self.tell_person(writer)
    }

    /// On leave; or back from one, if the leave or the status history says that there was one.
    fn tell_leave(&self, recorded_at: Instant, writer: &mut Writer<'_>) -> Result<(), Fault> {
        let stay = self.stay();
        let (mut started, mut ended) = self.leave()?;
        let history = self.encounter.status_history.iter().flatten();
        if let Some(period) = history.rev().find(|it| it.status.as_deref() == Some("onleave")).map(|it| &it.period) {
            let place = Place::Entry(self.at, "resource.statusHistory");
            let at = |written: Option<&String>| self.context.instant(written.map(String::as_str), place);
            started = started.or(at(period.as_ref().and_then(|it| it.start.as_ref()))?);
            ended = ended.or(at(period.as_ref().and_then(|it| it.end.as_ref()))?);
        }
        if self.status == Status::OnLeave {
            let started_at = started.unwrap_or(recorded_at);
            let left = LeaveStarted { stay, started_at, expected_return_at: None, corrected: false };
            self.add(started_at, Body::LeaveStarted(left), writer);
        } else if let Some(ended_at) = ended {
            self.add(ended_at, Body::LeaveEnded(LeaveEnded { stay, ended_at }), writer);
        }
        Ok(())
    }
}

impl Encounter {
    /// `Encounter.period.start`, as written.
    pub(super) fn start(&self) -> Option<&str> {
        self.period.as_ref()?.start.as_deref()
    }

    /// What it is a part of, if the client is there now.
    pub(super) fn present_part_of(&self) -> Option<&Reference> {
        let present = matches!(self.status.as_deref(), Some("arrived" | "triaged" | "in-progress"));
        self.part_of.as_ref().filter(|_| present)
    }
}

impl Status {
    fn read(written: Option<&str>, place: Place) -> Result<Self, Fault> {
        Ok(match written.ok_or(Fault::missing(place))? {
            "planned" => Self::Planned,
            "arrived" | "triaged" | "in-progress" => Self::InProgress,
            "onleave" => Self::OnLeave,
            "finished" => Self::Finished,
            "cancelled" | "entered-in-error" => Self::Cancelled,
            "unknown" => Self::Unknown,
            _ => {
                let text = "not a status of an Encounter";
                return Err(Fault::new(RejectionCode::TableValueNotFound, place, text));
            }
        })
    }
}
