//! Cases and assessments, rendered.

use crate::proto;
use crate::value::{code, end_of, provenance, timestamp};
use care::{Assessment, Case, UrgentNeed};
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
        urgent_need: urgent_need.as_ref().map(self::urgent_need),
    }
}

fn urgent_need(need: &UrgentNeed) -> proto::UrgentNeed {
    let UrgentNeed { assessed_at, result, newest: _ } = need;
    proto::UrgentNeed { result: code(result.as_ref()), assessed_at: Some(timestamp(*assessed_at)) }
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
