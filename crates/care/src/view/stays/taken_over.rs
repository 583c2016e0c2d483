//! A visit that an A06 or A07 may have continued under another number.
//!
//! A06 changes a client who is there as an outpatient or in the emergency department (HL7 3.3.6). If nothing was
//! reported of its number before, the changed visit has another number; without MRG-5, or with an unknown one, nothing
//! ties the two. The new number is a stay of its own. If exactly one emergency visit is open, that visit is now the
//! inpatient stay and continues there. Otherwise it is uncertain whether the earlier visits continue, so none of them is
//! a "yes" after the new stay has ended.

use crate::entity::stay::{Certainty, Stay};
use event::StayClass;

/// Marks the visits that may have been continued.
pub(super) fn doubt(stays: &mut [Stay]) {
    for at in 0..stays.len() {
        let Some(taken) = stays[at].taken_over().or(stays[at].taken_from_nobody(stays)).copied() else { continue };
        let (record, class) = (stays[at].origin.record, stays[at].class);
        let may_be_it = |(other, stay): &(usize, &mut Stay)| {
            let open = stay.admission.in_force().is_some() && !stay.is_over() && !stay.superseded;
            let before = stay.present.is_none_or(|(present, _)| !present.stands_after(&taken));
            let another_class = class.is_none() || stay.class != class;
            let clinic = stay.class == Some(StayClass::Outpatient);
            *other != at && stay.origin.record == record && open && before && another_class && !clinic
        };
        let mut candidates: Vec<&mut Stay> =
            stays.iter_mut().enumerate().filter(may_be_it).map(|(_, stay)| stay).collect();
        let continued = match &mut candidates[..] {
            [visit] if class == Some(StayClass::Inpatient) && visit.class == Some(StayClass::Emergency) => {
                visit.superseded = true;
                Some(visit.clone())
            }
            _ => {
                for stay in candidates {
                    stay.certainty = Certainty::MayHaveEnded;
                }
                None
            }
        };
        if let Some(visit) = continued {
            stays[at].continues(&visit);
        }
    }
}
