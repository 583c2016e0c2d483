//! A Consent that permits: a disclosure permission (luovutuslupa) or a consent (suostumus).
//!
//! Each way is permitted separately, and by the data that the client names (703/2023 53 § 2 mom., 3 mom.): `provision.code` names
//! the service tasks whose data go to health care, `provision.class` the patient data that go to social care. One Consent names
//! data of one way.

use super::{discloses, is_any, is_modified_actor, system, unknown};
use crate::fhir::event::context::Context;
use crate::fhir::resource::element::{CodeableConcept, Coding, Reference};
use crate::fhir::resource::{Actor, Consent, Provision};
use crate::own_code::OwnCode;
use crate::rejection::{MessagePlace, RejectionReason};
use event::{Code, Direction, PatientData, PermissionGiven, PermissionKind, Token};

/// More service tasks than a county has.
const MOST_TASKS: usize = 100;

/// What is permitted. Refused by its place is all that narrows it in a way that is not understood.
pub(super) fn given(
    context: Context<'_>,
    at: usize,
    consent: &Consent,
    permission: Token,
) -> Result<PermissionGiven, RejectionReason> {
    let place = |path| MessagePlace::Entry(at, path);
    let provision = consent.provision.as_ref().ok_or(RejectionReason::missing(place("resource.provision")))?;
    let narrowed = "it narrows the permission in a way that is not understood here";
    for (given, path) in [
        (consent.implicit_rules.is_some(), "resource.implicitRules"),
        (is_any(consent.modifier_extension.as_ref()), "resource.modifierExtension"),
        (is_any(provision.modifier_extension.as_ref()), "resource.provision.modifierExtension"),
        (consent.verification.iter().flatten().any(|it| it.verified == Some(false)), "resource.verification.verified"),
        (is_modified_actor(provision), "resource.provision.actor.modifierExtension"),
        (is_any(provision.security_label.as_ref()), "resource.provision.securityLabel"),
        (is_any(provision.data.as_ref()), "resource.provision.data"),
        (is_any(provision.exceptions.as_ref()), "resource.provision.provision"),
        (!discloses(provision.action.as_ref()), "resource.provision.action"),
    ] {
        if given {
            return Err(unknown(place(path), narrowed));
        }
    }
    let mut categories = consent.category.iter().flatten().flat_map(|it| it.coding.iter().flatten());
    let text = "neither disclosure-permission nor consent, nor a standard code of one of them";
    let kind = categories.find_map(kind).ok_or(unknown(place("resource.category"), text))?;
    let (direction, service_tasks, patient_data) = named(at, provision)?;
    for_care(at, provision.purpose.as_deref(), direction)?;
    let data_period = provision.data_period.as_ref();
    let dates = |end| if end { data_period?.end.as_deref() } else { data_period?.start.as_deref() };
    Ok(PermissionGiven {
        permission,
        kind,
        direction,
        organisation: receiver(context, at, provision.actor.as_deref())?,
        service_tasks,
        patient_data,
        recorded_from: context.instant(dates(false), place("resource.provision.dataPeriod.start"))?,
        recorded_to: context.end(dates(true), place("resource.provision.dataPeriod.end"))?,
        until: context
            .end(provision.period.as_ref().and_then(|it| it.end.as_deref()), place("resource.provision.period.end"))?,
    })
}

/// Our own codes, and the standard ones of hl7.org/fhir/R4/valueset-consent-category.html: LOINC 64292-6 (release of information
/// consent) and v3 IDSCL (information disclosure) are a luovutuslupa, LOINC 59284-0 (patient consent) a suostumus.
fn kind(coding: &Coding) -> Option<PermissionKind> {
    let own = coding.own_code().and_then(PermissionKind::of);
    let of_loinc = |code: &str| match code {
        "64292-6" => Some(PermissionKind::DisclosurePermission),
        "59284-0" => Some(PermissionKind::Consent),
        _ => None,
    };
    let is_disclosure = coding.code_of(system::ACT_CODE) == Some("IDSCL");
    own.or(coding.code_of(system::LOINC).and_then(of_loinc))
        .or(is_disclosure.then_some(PermissionKind::DisclosurePermission))
}

type Named = (Direction, Vec<Code>, Option<PatientData>);

/// Which way, and what the client names.
fn named(at: usize, provision: &Provision) -> Result<Named, RejectionReason> {
    let (classes, codes) = (MessagePlace::Entry(at, "resource.provision.class"), "resource.provision.code");
    let codes = MessagePlace::Entry(at, codes);
    let of_class = |it: &Coding| {
        let text = "neither summary, all nor statements";
        it.own_code().and_then(PatientData::of).ok_or(unknown(classes, text))
    };
    let data = provision.class.iter().flatten().map(of_class).collect::<Result<Vec<_>, _>>()?;
    let tasks = tasks(codes, provision)?;
    // Named one by one, the widest holds.
    let widest = [PatientData::All, PatientData::Summary, PatientData::Statements].into_iter();
    match ({ widest }.find(|it| data.contains(it)), tasks.is_empty()) {
        (None, false) => Ok((Direction::ToHealthCare, tasks, None)),
        (Some(data), true) => Ok((Direction::ToSocialCare, tasks, Some(data))),
        (Some(_), false) => {
            Err(unknown(classes, "it names data of both registers: each way is permitted by a Consent of its own"))
        }
        (None, true) => {
            let text = "it names no data: service tasks in provision.code, or patient data in provision.class";
            Err(RejectionReason::new(crate::RejectionCode::RequiredFieldMissing, codes, text))
        }
    }
}

/// The service tasks, sorted and distinct. Of several codings of one concept the first counts: the others may be wider.
pub(super) fn tasks(place: MessagePlace, provision: &Provision) -> Result<Vec<Code>, RejectionReason> {
    let concepts = provision.code.as_deref().unwrap_or_default();
    if concepts.len() > MOST_TASKS {
        return Err(RejectionReason::too_large(place, "more than 100 service tasks"));
    }
    let task = |it: &CodeableConcept| {
        let first = it.codes().next().and_then(|code| Code::try_new(code.trim()).ok());
        first.ok_or(unknown(place, "not the code of a service task"))
    };
    let mut tasks = concepts.iter().map(task).collect::<Result<Vec<_>, _>>()?;
    tasks.sort_unstable();
    tasks.dedup();
    Ok(tasks)
}

/// Is one of its purposes what is asked for here (v3 PurposeOfUse)? Coordination and management of care, both ways; treatment to
/// health care. No purpose means every purpose. Which of them it is is not kept: a permission has a receiver, data and a time
/// (STM 457/2024 25 §), and every purpose for which data are asked here is of these.
fn for_care(at: usize, purposes: Option<&[Coding]>, direction: Direction) -> Result<(), RejectionReason> {
    let purposes = purposes.unwrap_or_default();
    let is_of_care = |it: &Coding| match it.code_of(system::ACT_REASON) {
        Some("COC" | "CAREMGT") => true,
        Some("TREAT") => direction == Direction::ToHealthCare,
        _ => false,
    };
    if purposes.is_empty() || purposes.iter().any(is_of_care) {
        return Ok(());
    }
    let text = "no purpose for which data are asked here: COC, CAREMGT, or TREAT of health care";
    Err(unknown(MessagePlace::Entry(at, "resource.provision.purpose"), text))
}

/// The organisation that may receive, by its OID; `None`: those of the county.
fn receiver(context: Context<'_>, at: usize, actors: Option<&[Actor]>) -> Result<Option<Code>, RejectionReason> {
    let place = |path| MessagePlace::Entry(at, path);
    let actor = match actors.unwrap_or_default() {
        [] => return Ok(None),
        [one] => one,
        _ => {
            let text = "more than one actor: each receiver is permitted by a Consent of its own";
            return Err(unknown(place("resource.provision.actor"), text));
        }
    };
    let mut roles = actor.role.iter().flat_map(|it| it.codes_of(system::PARTICIPATION));
    let is_receiver = roles.any(|code| ["IRCP", "PRCP"].contains(&code));
    if !is_receiver {
        let text = "not the receiver of the data: IRCP or PRCP";
        return Err(unknown(place("resource.provision.actor.role"), text));
    }
    let text = "not an organisation with an OID";
    let unknown = unknown(place("resource.provision.actor.reference"), text);
    let reference = actor.reference.as_ref().ok_or(unknown)?;
    organization(context, at, reference).map(Some).ok_or(unknown)
}

/// The OID of an organisation: not that of a person, a unit of one or a team.
pub(super) fn organization(context: Context<'_>, at: usize, reference: &Reference) -> Option<Code> {
    let is_one = reference.target_type().is_none_or(|it| it == "Organization");
    context.organization_oid(at, reference).filter(|_| is_one)
}
