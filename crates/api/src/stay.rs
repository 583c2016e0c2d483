//! A stay, rendered.

use crate::proto;
use crate::value::{provenance, timestamp};
use care::{OnList, Stay, StayStatus};
use event::{Instant, StayClass};

/// `wards`: ward names may be shown.
pub(crate) fn stay(stay: &Stay, at: Instant, wards: bool) -> proto::Stay {
    // A field of a stay is shown, or stands here with the reason why it is not.
    let Stay {
        origin,
        class,
        ward,
        planned_discharge,
        discharge,
        on_list,
        inferred,
        leave,
        // What its status and its beginning are made of.
        started_at: _,
        first_seen: _,
        plan: _,
        admission: _,
        begins_later: _,
        changed_first: _,
        seen_at: _,
        last_start: _,
        certainty: _,
        limits: _,
        // What the fold compares reports by.
        newest: _,
        present: _,
        ward_change_cancelled: _,
        // Keys, records, and what is not shown at all.
        key: _,
        also: _,
        prior_ward: _,
        left: _,
        reassigned: _,
        superseded: _,
    } = stay;
    let status = stay.status(at);
    let class = match class {
        None | Some(StayClass::Unknown) => proto::StayClass::Unspecified,
        Some(StayClass::Emergency) => proto::StayClass::Emergency,
        Some(StayClass::Inpatient) => proto::StayClass::Inpatient,
        Some(StayClass::Outpatient) => proto::StayClass::Outpatient,
    };
    let rendered = match status {
        StayStatus::Planned => proto::StayStatus::Planned,
        StayStatus::InProgress => proto::StayStatus::InProgress,
        StayStatus::OnLeave => proto::StayStatus::OnLeave,
        StayStatus::Ended => proto::StayStatus::Ended,
        StayStatus::Cancelled => proto::StayStatus::Cancelled,
        StayStatus::Unknown => proto::StayStatus::Unknown,
    };
    let ward = ward.as_ref().filter(|_| wards);
    let leave = leave.in_force().filter(|_| status == StayStatus::OnLeave);
    proto::Stay {
        class: class.into(),
        status: rendered.into(),
        since: Some(timestamp(stay.since())),
        ended_at: discharge.in_force().map(|discharge| timestamp(discharge.ended_at)),
        planned_discharge: planned_discharge.in_force().map(|at| proto::PlannedDischarge {
            planned_at: at.map(timestamp),
            since: planned_discharge.since().map(timestamp),
        }),
        ward: ward.map(|ward| ward.code().to_owned()).unwrap_or_default(),
        inferred: *inferred,
        provenance: Some(provenance(origin)),
        missing_from_list_at: match on_list {
            OnList::AsReported => None,
            OnList::Gone(as_of) | OnList::NotOnWard(as_of) => Some(timestamp(*as_of)),
        },
        leave: leave.map(|it| proto::Leave {
            since: it.since.map(timestamp),
            expected_return_at: it.expected_return_at.map(timestamp),
        }),
    }
}
