//! Decisions, services and plans.

use super::rows;
use super::staff::distinct;
use crate::social::kind::{Array, BEGINS, Code, ENDED, Key, LASTS, Optional, OrHappened, Required, Whole};
use event::{PlanAgreed, PlanRevised};

const PARTIES: Optional<Array<Code>> = Optional(Array { of: Code, min: 0, max: Some((100, "more than 100 parties")) });

const MEET_EVERY_DAYS: Optional<Whole> =
    Optional(Whole { min: 1, max: 3_660, text: "not between a day and ten years" });

rows! {
    /// A decision on services (1301/2014 45 §).
    DecisionMade: Begins, Client {
        decision: Required(Key("decision")),
        case: Optional(Key("case")),
        service_task: Optional(Code),
        /// refused, kielteinen or avslag ends the case; any other code grants at least a part.
        outcome: Optional(Code),
    };

    /// The start of a service is agreed.
    ServiceStartAgreed: Begins, Client {
        service: Required(Key("service")),
        decision: Optional(Key("decision")),
        service_task: Optional(Code),
        starts_at: Required(BEGINS),
    };

    /// A service has begun.
    ServiceStarted: Begins, Client {
        service: Required(Key("service")),
        decision: Optional(Key("decision")),
        service_task: Optional(Code),
        started_at: OrHappened(BEGINS),
    };

    /// A service has ended.
    ServiceEnded: Ended, Client {
        service: Required(Key("service")),
        reason: Optional(Code),
        ended_at: OrHappened(ENDED),
    };

    /// A client plan is agreed (1301/2014 39 §): a pointer, without its content.
    PlanAgreed: Begins, Client {
        plan: Required(Key("plan")),
        kind: Optional(Code),
        review_by: Optional(LASTS),
        /// Who takes part.
        parties: PARTIES,
        /// How often they meet, in days.
        meet_every_days: MEET_EVERY_DAYS,
        service_task: Optional(Code),
    } => |_| PlanAgreed {
        plan,
        kind,
        review_by,
        parties: distinct(parties.unwrap_or_default()),
        meet_every_days: meet_every_days.and_then(|days| u32::try_from(days).ok()),
        service_task,
    };

    /// A plan was revised: a pointer, without its content.
    PlanRevised: Begins, Client {
        plan: Required(Key("plan")),
        kind: Optional(Code),
        review_by: Optional(LASTS),
        /// Who takes part.
        parties: PARTIES,
        /// How often they meet, in days.
        meet_every_days: MEET_EVERY_DAYS,
    } => |_| PlanRevised {
        plan,
        kind,
        review_by,
        parties: distinct(parties.unwrap_or_default()),
        meet_every_days: meet_every_days.and_then(|days| u32::try_from(days).ok()),
    };
}
