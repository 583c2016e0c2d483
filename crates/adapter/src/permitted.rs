//! What a source may write: facts that it covers, in the registers that it is configured for. It may end a turvakielto
//! or give a permission only if it is configured to decide that.
//!
//! A message of which nothing may be written is rejected: it waits in the quarantine, and can be redriven once the
//! configuration is corrected. If only a part may not be written, the rest is taken with a remark: an admission is not
//! lost because of a worker beside it.

use crate::rejection::RejectionReason;
use crate::{Decides, Format, MessagePlace, Outcome, RejectionCode, Remark, RemarkCode, SourceProfile};
use event::{
    Body, Event, Evidence, FactKind, PermissionEvent, PersonEvent, Presented, ProhibitionEvent, Register, Token,
};

/// The events that the source may write, or a rejection; what was left out goes into `remarks`.
pub(crate) fn only(source: &SourceProfile, outcome: Outcome, remarks: &mut Vec<Remark>) -> Outcome {
    let Outcome::Events(mut events) = outcome else { return outcome };
    let place = MessagePlace::Message;
    let of_register = if source.format == Format::Social { MessagePlace::Member("data.register") } else { place };
    if events.iter().any(|event| !source.registers.contains(&event.register)) {
        let text = "not a register that this source may write: give it in the source's registers, if it may";
        return refuse(RejectionCode::TableValueNotFound, of_register, text, &events);
    }
    // A stay belongs to the patient register (703/2023 18 §), whatever registers the sender may write.
    if events.iter().any(|event| event.body.kinds() == [FactKind::Stays] && event.register != Register::Patient) {
        let text = "a stay belongs to the patient register";
        return refuse(RejectionCode::TableValueNotFound, of_register, text, &events);
    }
    let covered = |event: &Event| {
        let kinds = event.body.kinds();
        kinds.is_empty() || kinds.iter().any(|kind| source.covers.contains(kind))
    };
    if let Some(beyond) = events.iter().find(|event| !covered(event)) {
        if !events.iter().any(|event| !event.body.kinds().is_empty() && covered(event)) {
            let place = match source.format {
                Format::Hl7v2 => MessagePlace::Field("MSH", 9),
                Format::Social => MessagePlace::Member("type"),
                Format::Fhir => place,
            };
            return refuse(RejectionCode::UnsupportedEventCode, place, not_covered(&beyond.body), &events);
        }
        remarks.push(Remark { code: RemarkCode::NotCovered, place });
        events.retain(covered);
    }
    let lifted = |event: &Event| matches!(event.body, Body::Person(PersonEvent::NonDisclosureLifted(_)));
    if !source.decides.contains(&Decides::NonDisclosure) && events.iter().any(lifted) {
        remarks.push(Remark { code: RemarkCode::NotAuthorised, place });
        events.retain(|event| !lifted(event));
    }
    if !source.decides.contains(&Decides::Permissions) && events.iter().any(opens) {
        remarks.push(Remark { code: RemarkCode::NotAuthorised, place });
        events.retain(|event| !opens(event));
    }
    events.into()
}

/// Data of another register are opened by it.
fn opens(event: &Event) -> bool {
    match &event.body {
        Body::Permission(it) => match it {
            PermissionEvent::PermissionGiven(_) => true,
            PermissionEvent::PermissionWithdrawn(_) => false,
        },
        Body::Prohibition(it) => match it {
            ProhibitionEvent::ProhibitionLifted(_) => true,
            ProhibitionEvent::ProhibitionSet(_) => false,
        },
        Body::Stay(_)
        | Body::Referral(_)
        | Body::Cooperation(_)
        | Body::Person(_)
        | Body::Identity(_)
        | Body::Case(_)
        | Body::Assessment(_)
        | Body::Clientship(_)
        | Body::Decision(_)
        | Body::Service(_)
        | Body::Plan(_)
        | Body::HealthSocialWork(_)
        | Body::DutyContact(_)
        | Body::Contact(_)
        | Body::Assignment(_)
        | Body::Team(_)
        | Body::Worker(_)
        | Body::List(_)
        | Body::Source(_)
        | Body::Subject(_)
        | Body::Translation(_)
        | Body::Unknown(_) => false,
    }
}

/// The clients that events name, by identifiers and by what may be an identifier. A day of birth names nobody.
#[must_use]
pub fn named(events: &[Event]) -> Vec<Token> {
    let identifies = |presented: &&Presented| {
        !matches!(Evidence::of(&presented.system), Some(Evidence::BirthDate | Evidence::NoIdentityCode))
    };
    let presented = events.iter().flat_map(|event| &event.presented).filter(identifies);
    let mut named: Vec<_> = presented.flat_map(|presented| presented.tokens.iter().copied()).collect();
    named.sort_unstable();
    named.dedup();
    named
}

fn refuse(code: RejectionCode, place: MessagePlace, text: &'static str, events: &[Event]) -> Outcome {
    Outcome::Rejected(RejectionReason::new(code, place, text).naming(named(events)))
}

/// The text that names the setting to correct.
fn not_covered(body: &Body) -> &'static str {
    match body.kinds().first() {
        Some(FactKind::Stays) => "this source does not cover stays: add \"stays\" to its covers, if it does",
        Some(FactKind::Referrals) => {
            "this source does not cover referrals: add \"referrals\" to its covers, if it does"
        }
        Some(FactKind::HealthSocialWork) => {
            "this source does not cover social work in health care: add \"health-social-work\" to its covers, if it does"
        }
        Some(FactKind::Clientships) => {
            "this source does not cover clientships: add \"clientships\" to its covers, if it does"
        }
        Some(FactKind::Workers) => "this source does not cover workers: add \"workers\" to its covers, if it does",
        Some(FactKind::DutyContacts) | None => {
            "this source does not cover contacts of the duty service: add \"duty-contacts\" to its covers, if it does"
        }
    }
}
