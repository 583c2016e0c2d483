//! A Consent that forbids (703/2023 59 §): data of the register that the source writes.
//!
//! | what alone narrows it | what is forbidden |
//! |---|---|
//! | nothing | everything |
//! | one actor of the role CST, an organisation with an OID | the register of that controller |
//! | one service task in `provision.code`, from a source of the social register | that service task |
//! | one Encounter in `provision.data`, from a source of the patient register | that stay |
//! | anything else | everything, with a remark |

use super::permission::{organization, tasks};
use super::{discloses, is_any, is_modified_actor, system, unknown};
use crate::fhir::event::context::Context;
use crate::fhir::resource::element::Reference;
use crate::fhir::resource::{Actor, Consent, Provision, ProvisionData, Resource};
use crate::rejection::{MessagePlace, RejectionReason};
use event::{Code, ProhibitionSet, ProhibitionTarget, Register, Token};

/// What one member narrows it to.
enum Narrowed {
    Controller(Code),
    Task(Code),
    Stay(Token),
    /// It is not understood.
    Unknown,
}

/// What is forbidden, and whether that is more than the Consent states.
pub(super) fn set(
    context: Context<'_>,
    at: usize,
    consent: &Consent,
    prohibition: Token,
) -> Result<(ProhibitionSet, bool), RejectionReason> {
    let nothing = Provision::default();
    let provision = consent.provision.as_ref().unwrap_or(&nothing);
    let mut narrowed = Vec::new();
    narrowed.extend(controller(context, at, provision.actor.as_deref()));
    narrowed.extend(task(context, at, provision)?);
    narrowed.extend(stay(context, at, provision.data.as_deref())?);
    // A permitting rule, which an opt-out has beside it, is an exception as a nested one is.
    let is_exception = provision.kind.as_deref() == Some("permit");
    let ends = provision.period.as_ref().is_some_and(|it| it.end.is_some());
    if is_exception
        || ends
        || consent.implicit_rules.is_some()
        || is_any(consent.modifier_extension.as_ref())
        || is_any(provision.modifier_extension.as_ref())
        || is_modified_actor(provision)
        || is_any(provision.security_label.as_ref())
        || is_any(provision.purpose.as_ref())
        || is_any(provision.class.as_ref())
        || is_any(provision.exceptions.as_ref())
        || provision.data_period.is_some()
        || !discloses(provision.action.as_ref())
    {
        narrowed.push(Narrowed::Unknown);
    }
    let everything = ProhibitionSet {
        prohibition,
        target: ProhibitionTarget::All,
        controller: None,
        service_task: None,
        stay: None,
        document: None,
    };
    let more = narrowed.len() > 1;
    Ok(match narrowed.pop().filter(|_| !more) {
        None => (everything, more),
        Some(Narrowed::Unknown) => (everything, true),
        Some(Narrowed::Controller(of)) => {
            (ProhibitionSet { target: ProhibitionTarget::Controller, controller: Some(of), ..everything }, false)
        }
        Some(Narrowed::Task(task)) => {
            (ProhibitionSet { target: ProhibitionTarget::ServiceTask, service_task: Some(task), ..everything }, false)
        }
        Some(Narrowed::Stay(stay)) => {
            (ProhibitionSet { target: ProhibitionTarget::Stay, stay: Some(stay), ..everything }, false)
        }
    })
}

fn controller(context: Context<'_>, at: usize, actors: Option<&[Actor]>) -> Option<Narrowed> {
    let of = match actors.unwrap_or_default() {
        [] => return None,
        [one] if one.role.iter().flat_map(|it| it.codes_of(system::PARTICIPATION)).any(|code| code == "CST") => {
            one.reference.as_ref().and_then(|it| organization(context, at, it))
        }
        _ => None,
    };
    Some(of.map_or(Narrowed::Unknown, Narrowed::Controller))
}

/// Everything of the patient register does not have what a service task has: there it would forbid nothing.
fn task(context: Context<'_>, at: usize, provision: &Provision) -> Result<Option<Narrowed>, RejectionReason> {
    let place = MessagePlace::Entry(at, "resource.provision.code");
    let mut tasks = tasks(place, provision)?;
    if !tasks.is_empty() && context.source.register != Register::Social {
        let text = "a service task is of the social register, which this source does not write";
        return Err(unknown(place, text));
    }
    let one = tasks.len() == 1;
    Ok(tasks.pop().map(|task| if one { Narrowed::Task(task) } else { Narrowed::Unknown }))
}

fn stay(context: Context<'_>, at: usize, data: Option<&[ProvisionData]>) -> Result<Option<Narrowed>, RejectionReason> {
    let place = MessagePlace::Entry(at, "resource.provision.data.reference");
    let data = data.unwrap_or_default();
    let stays = |it: &ProvisionData| match &it.reference {
        Some(reference) => stay_of(context, at, reference, place),
        None => Ok(None),
    };
    let found = data.iter().map(stays).collect::<Result<Vec<_>, _>>()?;
    if found.iter().any(Option::is_some) && context.source.register != Register::Patient {
        let text = "a stay is of the patient register, which this source does not write";
        return Err(unknown(place, text));
    }
    Ok(match found[..] {
        [] => None,
        [Some(stay)] => Some(Narrowed::Stay(stay)),
        _ => Some(Narrowed::Unknown),
    })
}

/// The stay, by an Encounter of the bundle, else by the identifier of one.
fn stay_of(
    context: Context<'_>,
    at: usize,
    reference: &Reference,
    place: MessagePlace,
) -> Result<Option<Token>, RejectionReason> {
    let found = context.bundle.resolve(at, reference, place)?;
    let key = match found.map(|target| (target.entry, target.resource)) {
        Some((entry, Resource::Encounter(it))) => context.stay_key(entry, it, 0)?,
        None if reference.target_type() == Some("Encounter") => {
            reference.identifier.as_ref().and_then(|it| context.stay_key_of(it))
        }
        Some(_) | None => None,
    };
    Ok(key.map(|key| key.token(context)))
}
