//! Cases and assessments, rendered.

use crate::proto;
use crate::value::{code, end_of, provenance, timestamp};
use care::{Assessment, Case};
use event::Instant;

pub(crate) fn case(case: &Case, at: Instant) -> proto::CareCase {
    let Case { origin, spans, urgent_need } = case;
    let (shown, end) = (spans.shown(at), end_of(spans, at));
    proto::CareCase {
        ground: code(shown.and_then(|span| span.what.as_ref())),
        opened_at: shown.map(|span| timestamp(span.from)),
        closed_at: end.map(|end| timestamp(end.at)),
        closing_ground: code(end.and_then(|end| end.why.as_ref())),
        provenance: Some(provenance(origin)),
        urgent_need: urgent_need.at.map(|at| proto::UrgentNeed {
            result: code(urgent_need.result.as_ref()),
            assessed_at: Some(timestamp(at)),
        }),
    }
}

pub(crate) fn assessment(assessment: &Assessment) -> proto::Assessment {
    let Assessment {
        origin,
        case: _,
        started_at,
        finished_at,
        own_worker_needed,
        clientship,
        service_task: _,
        joint: _,
        newest: _,
    } = assessment;
    proto::Assessment {
        started_at: started_at.map(timestamp),
        finished_at: finished_at.map(timestamp),
        own_worker_needed: *own_worker_needed,
        clientship: *clientship,
        provenance: Some(provenance(origin)),
    }
}
