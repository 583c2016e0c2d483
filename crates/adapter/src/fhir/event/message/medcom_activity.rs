//! The activity of a MedCom message, and whether its Encounter agrees.

use crate::fhir::event::context::Context;
use crate::fhir::event::time::When;
use crate::fhir::event::visit::Visit;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Status;
use crate::fhir::resource::element::Reference;
use crate::fhir::resource::{Provenance, Resource};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::remark::RemarkCode;
use event::StayClass;

/// The kind of activity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Activity {
    Admit(StayClass),
    StartLeave,
    EndLeave,
    Discharge(StayClass),
}

/// Whether the activity is new, revised or cancelled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Mode {
    New,
    Revise,
    Cancel,
}

/// The activity in the Provenance of this message.
pub(in crate::fhir) struct NotifiedActivity {
    pub(in crate::fhir) activity: Activity,
    pub(in crate::fhir) mode: Mode,
    /// True if it removes what it refers to.
    pub(in crate::fhir) removal: bool,
    pub(in crate::fhir) before: Before,
    /// When it was recorded, which gives its place in the order, and when it took place.
    pub(in crate::fhir) recorded: Option<When>,
    pub(in crate::fhir) occurred: Option<When>,
}

/// The activity of the message that this one follows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Before {
    /// It follows none.
    Nothing,
    /// It follows one whose Provenance does not travel along.
    Unreported,
    Activity(Activity),
}

impl NotifiedActivity {
    /// Reads the Provenance of this MessageHeader.
    pub(in crate::fhir) fn read(context: Context<'_>) -> Result<Self, RejectionReason> {
        let text = "no Provenance gives the activity of this message";
        let missing =
            RejectionReason::new(RejectionCode::RequiredFieldMissing, MessagePlace::Entry(0, "resource"), text);
        let (at, own) = context.provenances_of(0).next().ok_or(missing)?;
        let text = "not an activity of a hospital notification";
        let unknown = RejectionReason::new(
            RejectionCode::UnsupportedEventCode,
            MessagePlace::Entry(at, "resource.activity"),
            text,
        );
        let (mode, activity) = self::activity(own).ok_or(unknown)?;
        if let Some((other, _)) = context.provenances_of(0).find(|(_, it)| self::activity(it) != Some((mode, activity)))
        {
            let text = "two Provenances give two activities of this message";
            return Err(RejectionReason::new(
                RejectionCode::DuplicateKeyIdentifier,
                MessagePlace::Entry(other, "resource.activity"),
                text,
            ));
        }
        let entities = || own.entity.iter().flatten();
        let removal = entities().any(|entity| entity.role.as_deref() == Some("removal"));
        let before = entities().find_map(|entity| entity.what.as_ref());
        let before = before.map_or(Before::Nothing, |what| before_of(context, at, what));
        let (recorded, occurred) = (context.written(at, own)?, context.occurred(at, own)?);
        Ok(Self { activity, mode, removal, before, recorded, occurred })
    }

    /// Checks the combinations of MedCom's table; a revised message may be older than later news. Another combination
    /// gets a remark, and a rejection if no reading of it is safe.
    pub(in crate::fhir) fn check(
        &self,
        visit: &Visit<'_>,
        dead: bool,
        at: usize,
        writer: &mut Writer<'_>,
    ) -> Result<(), RejectionReason> {
        let place = |path| MessagePlace::Entry(at, path);
        let fault = |text| RejectionReason::new(RejectionCode::TableValueNotFound, place("resource.status"), text);
        if dead && self.removal {
            return Err(fault("the message cancels a death, and the Patient is still marked as deceased"));
        }
        if !self.fits(visit.status, dead) {
            let discharge = matches!(self.activity, Activity::Discharge(_));
            let undone = discharge && self.mode == Mode::Cancel;
            let unsafe_to_read = match visit.status {
                // An admission contradicts a cancelled Encounter. A discharge agrees that the client is not there.
                Status::Cancelled => undone || !discharge,
                Status::Finished if undone => visit.has_end(),
                Status::Planned if matches!(self.activity, Activity::Admit(_)) => {
                    visit.started_before(writer)?.is_none()
                }
                Status::Planned | Status::InProgress | Status::OnLeave | Status::Finished | Status::Unknown => false,
            };
            if unsafe_to_read {
                return Err(fault("the status contradicts the activity of the message's Provenance"));
            }
            writer.note(RemarkCode::StatusContradicts, place("resource.status"));
        }
        let class = match self.activity {
            Activity::Admit(class) | Activity::Discharge(class) => class,
            Activity::StartLeave | Activity::EndLeave => StayClass::Inpatient,
        };
        if visit.class().is_some_and(|reported| reported != class) {
            writer.note(RemarkCode::ClassContradicts, place("resource.class"));
        }
        Ok(())
    }

    fn fits(&self, status: Status, dead: bool) -> bool {
        use Status::{Cancelled, Finished, InProgress, OnLeave};
        match (self.activity, self.mode, status) {
            (Activity::Discharge(_), Mode::Cancel, it) => it == InProgress || it == OnLeave,
            (Activity::Discharge(_), _, it) => it == Finished,
            (_, Mode::New | Mode::Revise, Finished) if dead => true,
            (_, Mode::New, it) if self.removal => matches!(it, InProgress | OnLeave | Finished),
            (Activity::Admit(_), Mode::Cancel, it) => it == Cancelled,
            (Activity::StartLeave, Mode::New, it) | (Activity::EndLeave, Mode::Cancel, it) => it == OnLeave,
            (Activity::Admit(_) | Activity::EndLeave, Mode::New, it) | (Activity::StartLeave, Mode::Cancel, it) => {
                it == InProgress
            }
            (_, Mode::Revise, it) => matches!(it, InProgress | OnLeave | Finished),
        }
    }
}

/// The activity of the message that the Provenance of entry `from` names, by that message's own Provenance.
fn before_of(context: Context<'_>, from: usize, message: &Reference) -> Before {
    let address = context.bundle.address(from, message);
    let is_meant = |at, it: &Reference| {
        it.literal == message.literal || address.is_some() && context.bundle.address(at, it) == address
    };
    let all = context.bundle.entries.iter().enumerate().filter_map(|(at, entry)| match &entry.resource {
        Ok(Resource::Provenance(it)) => Some((at, it)),
        _ => None,
    });
    let mut earlier = all.filter(|(at, it)| it.target.iter().flatten().any(|it| is_meant(*at, it)));
    earlier.next().and_then(|(_, it)| activity(it)).map_or(Before::Unreported, |(_, it)| Before::Activity(it))
}

fn activity(provenance: &Provenance) -> Option<(Mode, Activity)> {
    provenance.activity.as_ref()?.codes().find_map(|code| {
        let (mode, code) = match code.split_once('-') {
            Some(("revise", code)) => (Mode::Revise, code),
            Some(("cancel", code)) => (Mode::Cancel, code),
            _ => (Mode::New, code),
        };
        let activity = match code {
            "admit-emergency" => Activity::Admit(StayClass::Emergency),
            "admit-inpatient" => Activity::Admit(StayClass::Inpatient),
            "start-leave-inpatient" => Activity::StartLeave,
            "end-leave-inpatient" => Activity::EndLeave,
            "discharge-emergency-home" => Activity::Discharge(StayClass::Emergency),
            "discharge-inpatient-home" => Activity::Discharge(StayClass::Inpatient),
            _ => return None,
        };
        Some((mode, activity))
    })
}
