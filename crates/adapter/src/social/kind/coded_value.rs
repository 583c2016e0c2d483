//! Codes of our own: a member that is one of a few codes.

use super::{Given, MemberKind, Text};
use crate::own_code::OwnCode;
use crate::rejection::{RejectionCode, RejectionReason};
use crate::social::kind::schema::Definitions;
use event::{
    ContactMode, DeadlineGroup, Direction, FactKind, Initiator, PatientData, PermissionKind, ProhibitionTarget,
    ReferralKind, Register, StayClass, WorkerRole,
};
use serde_json::{Value, json};
use std::marker::PhantomData;

/// One of the codes of `T`.
pub(in crate::social) struct CodedValue<T> {
    definition: &'static str,
    /// The text of the rejection of any other code.
    unknown: &'static str,
    of: PhantomData<T>,
}

impl<T> CodedValue<T> {
    const fn new(definition: &'static str, unknown: &'static str) -> Self {
        Self { definition, unknown, of: PhantomData }
    }
}

/// The role of a worker.
pub(in crate::social) const ROLE: CodedValue<WorkerRole> = CodedValue::new(
    "role",
    "not a known role: own-worker, responsible-worker, work-pair, childs-social-worker, health-social-worker, case-manager or duty-social-service",
);

/// The class of a stay.
pub(in crate::social) const CLASS: CodedValue<StayClass> =
    CodedValue::new("class", "not a known class: emergency, inpatient or outpatient");

/// A kind of fact that a source reports.
pub(in crate::social) const FACT_KIND: CodedValue<FactKind> = CodedValue::new("factKind", "not a known kind of fact");

/// The kind of a referral: with the client's consent or without it, or between care units.
pub(in crate::social) const REFERRAL_KIND: CodedValue<ReferralKind> =
    CodedValue::new("referralKind", "neither referral, contact nor notice");

/// Who made a case pending.
pub(in crate::social) const INITIATOR: CodedValue<Initiator> =
    CodedValue::new("initiator", "not an initiator that is known here");

/// Which deadlines of an assessment bind.
pub(in crate::social) const DEADLINE_GROUP: CodedValue<DeadlineGroup> =
    CodedValue::new("deadlineGroup", "not a group that is known here");

/// How somebody is in contact with the client.
pub(in crate::social) const MODE: CodedValue<ContactMode> =
    CodedValue::new("contactMode", "not a mode that is known here");

/// What the client gave: a disclosure permission or a consent.
pub(in crate::social) const PERMISSION_KIND: CodedValue<PermissionKind> =
    CodedValue::new("permissionKind", "neither disclosure-permission nor consent");

/// Which way data may go.
pub(in crate::social) const DIRECTION: CodedValue<Direction> =
    CodedValue::new("direction", "neither to-social-care nor to-health-care");

/// Which patient data a permission names.
pub(in crate::social) const PATIENT_DATA: CodedValue<PatientData> =
    CodedValue::new("patientData", "neither summary, all nor statements");

/// What a prohibition covers.
pub(in crate::social) const PROHIBITION_TARGET: CodedValue<ProhibitionTarget> =
    CodedValue::new("prohibitionTarget", "not a target that is known here");

impl<T: OwnCode> MemberKind for CodedValue<T> {
    type Value = T;

    fn read(&self, given: Given<'_>) -> Result<Option<T>, RejectionReason> {
        let unknown = RejectionReason::new(RejectionCode::TableValueNotFound, given.place(), self.unknown);
        Text(50).read(given)?.map(|code| T::of(&code).ok_or(unknown)).transpose()
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        let codes = || T::ALL.iter().filter_map(|value| value.code()).collect::<Vec<_>>();
        definitions.refer(self.definition, |_| json!({ "enum": codes() }))
    }
}

/// The register of a fact: one of these.
#[derive(Clone, Copy)]
pub(in crate::social) struct RegisterOf {
    pub(in crate::social) one_of: &'static [Register],
    pub(in crate::social) about: &'static str,
    /// The text of the rejection of any other.
    pub(in crate::social) unknown: &'static str,
}

impl MemberKind for RegisterOf {
    type Value = Register;

    fn read(&self, given: Given<'_>) -> Result<Option<Register>, RejectionReason> {
        let unknown = RejectionReason::new(RejectionCode::TableValueNotFound, given.place(), self.unknown);
        let register = |code: String| Register::of(&code).filter(|it| self.one_of.contains(it)).ok_or(unknown);
        Text(50).read(given)?.map(register).transpose()
    }

    fn schema(&self, _: &mut Definitions) -> Value {
        let codes: Vec<_> = self.one_of.iter().filter_map(|register| register.code()).collect();
        json!({ "description": self.about, "enum": codes })
    }
}
