//! PV1 and PV2: the stay, its class, its ward, and its planned end.
//!
//! A stay is identified by (assigning authority, number), by the one rule of scopes ([`crate::scope`]): the visit
//! number PV1-19, or the account number PID-18 if the source is configured so. Without one the stay is `None`: the
//! event is kept unplaced, never bound by guess (rule R5).

use super::key;
use super::message::{Message, Segment, Value};
use super::time::{self, TimeReading};
use crate::rejection::{MessagePlace, RejectionReason};
use crate::scope::Key;
use crate::{SourceProfile, StayKey};
use event::{
    Body, Code, FactKind, Instant, Keyring, StayClass, StayCorrected, StayEnded, StayStarted, StreamId, Token, Ward,
};
use jiff::tz::TimeZone;

/// PV1 and PV2 of one message, with the fields of PID and MSH that go with them.
pub(super) struct Visit<'m> {
    pv1: Segment<'m>,
    pv2: Option<Segment<'m>>,
    /// MSH-4: wards of this facility are written without it.
    facility: Option<Value<'m>>,
    zone: TimeZone,
    key: Option<Key>,
}

/// PID-18, if stays are keyed by account.
pub(super) fn account(pid: Segment<'_>, source: &SourceProfile) -> Option<Key> {
    (source.stay_key == StayKey::Account).then(|| key::cx(source, pid.field(18))).flatten()
}

/// The number that an MRG gives up: MRG-5, the prior visit's, or MRG-3, the prior account's.
pub(super) fn prior(mrg: Segment<'_>, source: &SourceProfile) -> Option<Key> {
    key::cx(source, mrg.field(prior_field(source)))
}

/// The field of MRG that has it.
pub(super) fn prior_field(source: &SourceProfile) -> u16 {
    if source.stay_key == StayKey::Account { 3 } else { 5 }
}

/// The planned discharge in PV2-9.
pub(super) enum PlannedDischarge {
    Nothing,
    At(Instant),
    Cleared,
}

impl<'m> Visit<'m> {
    /// Of the message's first PV1; `None` if there is none.
    pub(super) fn read(message: &Message<'m>, source: &SourceProfile) -> Option<Self> {
        let (pid, pv1, pv2) = (message.segment("PID"), message.segment("PV1")?, message.segment("PV2"));
        Some(Self::of(message, (pid, pv1, pv2), source))
    }

    /// Of these PID, PV1 and PV2 of the message.
    pub(super) fn of(
        message: &Message<'m>,
        (pid, pv1, pv2): (Option<Segment<'m>>, Segment<'m>, Option<Segment<'m>>),
        source: &SourceProfile,
    ) -> Self {
        let key = match source.stay_key {
            StayKey::Visit => key::cx(source, pv1.field(19)),
            StayKey::Account => pid.and_then(|pid| account(pid, source)),
        };
        let facility = message.segment("MSH").map(|msh| msh.field(4));
        Self { pv1, pv2, facility, zone: message.zone().clone(), key }
    }

    /// The key of the stay.
    pub(super) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The stay's key.
    pub(super) fn stay(&self, keyring: &Keyring) -> Option<Token> {
        self.key.as_ref().map(|key| key.token(keyring, "stay"))
    }

    /// PV1-5, the number under which the stay was expected.
    pub(super) fn preadmit(&self, source: &SourceProfile) -> Option<Key> {
        (source.stay_key == StayKey::Visit).then(|| key::cx(source, self.pv1.field(5))).flatten()
    }

    /// PV1-50, the alternate number of the visit.
    pub(super) fn alternate(&self, source: &SourceProfile) -> Option<Key> {
        (source.stay_key == StayKey::Visit).then(|| key::cx(source, self.pv1.field(50))).flatten()
    }

    /// The record of a message that identifies only the stay.
    pub(super) fn record(&self, source: &SourceProfile, keyring: &Keyring) -> Option<StreamId> {
        Some(self.key.as_ref()?.record(source, keyring, "visit:"))
    }

    /// PV1-2: as configured, else by HL7 table 0004. `None`: absent. An unknown value, also `""`, is not taken as
    /// another class, because the visit may be an emergency visit.
    pub(super) fn class(&self, source: &SourceProfile) -> Option<StayClass> {
        let written = self.pv1.field(2);
        if written.as_written().trim().is_empty() {
            return None;
        }
        let code = written.component(1).text();
        let known = code.and_then(|code| source.patient_class(&code).or_else(|| by_table_0004(&code)));
        Some(known.unwrap_or(StayClass::Unknown))
    }

    /// What a message that is about something else shows: a client who is there, by the number of the visit (PV1-19), its
    /// class (PV1-2) and no discharge (PV1-45). `N`, not applicable, is what a message about no visit has in PV1-2. Nothing
    /// of a source that does not cover stays: the message is then not about one.
    pub(super) fn shown(&self, source: &SourceProfile, keyring: &Keyring) -> Option<StayCorrected> {
        let class = self.class(source).filter(|class| *class != StayClass::Outpatient)?;
        let not_applicable =
            self.pv1.field(2).component(1).text().as_deref() == Some("N") && source.patient_class("N").is_none();
        let is_over = !self.pv1.field(45).as_written().trim().is_empty() && !self.pv1.field(45).is_clear();
        let shows = !not_applicable && !is_over && source.covers.contains(&FactKind::Stays);
        let stay = Some(self.stay(keyring).filter(|_| shows)?);
        Some(StayCorrected { stay, class: Some(class), ward: None, started_at: None, also: Vec::new() })
    }

    /// The class by PV1-2, or by the trigger where PV1-2 is absent.
    pub(super) fn class_or(&self, otherwise: StayClass, source: &SourceProfile) -> Option<StayClass> {
        self.class(source).or(Some(otherwise))
    }

    /// The class in A01.
    pub(super) fn class_of_admission(&self, source: &SourceProfile) -> Option<StayClass> {
        let contradicts = contradicts_admission(self.pv1, source);
        if contradicts { Some(StayClass::Unknown) } else { self.class_or(StayClass::Inpatient, source) }
    }

    /// PV1-3.
    pub(super) fn ward(&self, source: &SourceProfile) -> Result<Option<Ward>, RejectionReason> {
        self.place(3, source)
    }

    /// PV1-6.
    pub(super) fn prior_ward(&self, source: &SourceProfile) -> Result<Option<Ward>, RejectionReason> {
        self.place(6, source)
    }

    /// PL, by the sender's own list of wards. An invalid ward code is rejected rather than left out: without it the
    /// ward's worker would not be found.
    fn place(&self, n: u16, source: &SourceProfile) -> Result<Option<Ward>, RejectionReason> {
        let Some(written) = ward_code(self.pv1.field(n), self.facility) else {
            return Ok(None);
        };
        let code = source.wards.get(&written).unwrap_or(&written);
        let text = "a ward code longer than 80 characters";
        Ward::try_new(code).map(Some).ok_or(RejectionReason::data_type(MessagePlace::Component("PV1", n, 1), text))
    }

    fn reading(&self, n: u16) -> Result<Option<TimeReading>, RejectionReason> {
        time::reading(self.pv1.field(n), &self.zone, MessagePlace::Field("PV1", n))
    }

    fn of_pv2(&self, n: u16) -> Result<Option<TimeReading>, RejectionReason> {
        let read = |pv2: Segment<'_>| time::reading(pv2.field(n), &self.zone, MessagePlace::Field("PV2", n));
        self.pv2.map_or(Ok(None), read)
    }

    /// PV1-44; for a date, its start.
    pub(super) fn admitted_at(&self) -> Result<Option<Instant>, RejectionReason> {
        Ok(self.reading(44)?.map(|reading| reading.at))
    }

    /// PV1-45.
    pub(super) fn discharged_at(&self, written: Instant) -> Result<Option<Instant>, RejectionReason> {
        let begun = self.admitted_at().ok().flatten();
        Ok(self.reading(45)?.map(|reading| reading.end(begun, written)))
    }

    /// PV1-36, HL7 table 0112; left out if it is not a valid code.
    pub(super) fn disposition(&self) -> Option<Code> {
        self.pv1.field(36).component(1).text().and_then(|code| Code::try_new(&code).ok())
    }

    /// PV1-10, HL7 table 0069: the hospital service.
    pub(super) fn unit(&self) -> Option<Code> {
        self.code(10, 1)
    }

    /// PV1-3.4, its namespace.
    pub(super) fn facility(&self) -> Option<Code> {
        self.code(3, 4)
    }

    /// PV1-37, HL7 table 0113: where the client goes.
    pub(super) fn destination(&self) -> Option<Code> {
        self.code(37, 1)
    }

    /// Left out if it is not a valid code.
    fn code(&self, field: u16, component: u16) -> Option<Code> {
        let written = self.pv1.field(field).component(component.into()).subcomponent(1).text();
        written.and_then(|code| Code::try_new(&code).ok())
    }

    /// PV2-22, the visit protection indicator: the speciality is specially protected (703/2023 26 §).
    pub(super) fn is_protected_speciality(&self) -> Option<bool> {
        match self.pv2?.field(22).component(1).text()?.as_str() {
            "Y" => Some(true),
            "N" => Some(false),
            _ => None,
        }
    }

    /// PV2-8; else PV1-44, if it is in the future when the message is written. A date counts as future until it is
    /// over.
    pub(super) fn expected_at(&self, written: Instant) -> Result<Option<Instant>, RejectionReason> {
        let until = |reading: TimeReading| if reading.is_day { reading.last_second() } else { reading.at };
        if let Some(expected) = self.of_pv2(8)? {
            return Ok(Some(until(expected)));
        }
        Ok(self.reading(44)?.map(until).filter(|at| *at > written))
    }

    /// PV2-8, if present.
    pub(super) fn postponed_to(&self, written: Instant) -> Result<Option<Instant>, RejectionReason> {
        if self.of_pv2(8)?.is_some() { self.expected_at(written) } else { Ok(None) }
    }

    /// PV2-47.
    pub(super) fn expected_return_at(&self) -> Result<Option<Instant>, RejectionReason> {
        Ok(self.of_pv2(47)?.map(|reading| reading.at))
    }

    /// What PV1 alone reports of the stay: its start if PV1-44 is given, its end if PV1-45 is, else its class and ward.
    pub(super) fn as_it_stands(
        &self,
        stay: Option<Token>,
        source: &SourceProfile,
        written: Instant,
    ) -> Result<Vec<Body>, RejectionReason> {
        let (class, ward) = (self.class(source), self.ward(source)?);
        let (started_at, ended_at) = (self.admitted_at()?, self.discharged_at(written)?);
        let begun = started_at.map(|started_at| {
            Body::from(StayStarted {
                stay,
                class,
                ward: ward.clone(),
                started_at,
                protected_speciality: self.is_protected_speciality(),
                unit: self.unit(),
                facility: self.facility(),
            })
        });
        let has_news = class.is_some() || ward.is_some();
        let corrected =
            || Body::from(StayCorrected { stay, class, ward: ward.clone(), started_at: None, also: Vec::new() });
        let begun = begun.or_else(|| has_news.then(corrected));
        let disposition = self.disposition();
        let ended = ended_at.map(|ended_at| Body::from(StayEnded { stay, ended_at, disposition }));
        Ok(begun.into_iter().chain(ended).collect())
    }

    /// What PV1 reports of a stay that is also known under the other number: its start, class and ward, and its end.
    pub(super) fn renumbered(
        &self,
        (stay, other): (Option<Token>, Token),
        source: &SourceProfile,
        written: Instant,
    ) -> Result<Vec<Body>, RejectionReason> {
        let (class, ward, started_at) = (self.class(source), self.ward(source)?, self.admitted_at()?);
        let corrected = StayCorrected { stay, class, ward, started_at, also: vec![other] };
        let disposition = self.disposition();
        let ended = self.discharged_at(written)?;
        let ended = ended.map(|ended_at| Body::from(StayEnded { stay, ended_at, disposition }));
        Ok(std::iter::once(Body::from(corrected)).chain(ended).collect())
    }

    /// PV2-9.
    pub(super) fn planned_discharge(&self) -> Result<PlannedDischarge, RejectionReason> {
        if self.pv2.is_some_and(|pv2| pv2.field(9).is_clear()) {
            return Ok(PlannedDischarge::Cleared);
        }
        let planned = self.of_pv2(9)?;
        Ok(planned.map_or(PlannedDischarge::Nothing, |reading| PlannedDischarge::At(reading.at)))
    }
}

/// PL.1, the point of care; with the facility PL.4, if that is not the sender's own (MSH-4): ward 3 of one hospital is
/// not ward 3 of another (2.A.53).
pub(super) fn ward_code(pl: Value<'_>, msh_4: Option<Value<'_>>) -> Option<String> {
    let point = pl.component(1).subcomponent(1).text()?;
    let facility = [1, 2].map(|n| pl.component(4).subcomponent(n).text());
    let own = msh_4.map(|msh_4| [1, 2].map(|n| msh_4.component(n).text())).unwrap_or_default();
    let is_own = facility.iter().flatten().any(|name| own.iter().flatten().any(|own| own == name));
    let facility = facility.into_iter().flatten().next().filter(|_| !is_own);
    Some(facility.map_or(point.clone(), |facility| format!("{facility}/{point}")))
}

/// HL7 table 0004 whole. P (preadmit), C (commercial account), N (not applicable) and U (unknown) give no class.
pub(super) const TABLE_0004: &[(&str, Option<StayClass>)] = &[
    ("E", Some(StayClass::Emergency)),
    ("I", Some(StayClass::Inpatient)),
    ("B", Some(StayClass::Inpatient)),
    ("O", Some(StayClass::Outpatient)),
    ("R", Some(StayClass::Outpatient)),
    ("P", None),
    ("C", None),
    ("N", None),
    ("U", None),
];

/// A01 is of admitted patients only (3.3.1). An outpatient's PV1-2 counts there only if the configuration maps it: by table 0004
/// alone it would hide somebody who lies on a ward.
pub(super) fn contradicts_admission(pv1: Segment<'_>, source: &SourceProfile) -> bool {
    let code = pv1.field(2).component(1).text();
    code.is_some_and(|code| {
        source.patient_class(&code).is_none() && by_table_0004(&code) == Some(StayClass::Outpatient)
    })
}

fn by_table_0004(code: &str) -> Option<StayClass> {
    TABLE_0004.iter().find(|(known, _)| *known == code).and_then(|(_, class)| *class)
}
