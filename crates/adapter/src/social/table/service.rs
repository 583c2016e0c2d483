//! Decisions, services and plans.

use super::rows;
use crate::social::kind::{BEGINS, Code, ENDED, Key, LASTS, Optional, OrHappened, Required};

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
    PlanAgreed: Begins, Client { plan: Required(Key("plan")), kind: Optional(Code), review_by: Optional(LASTS) };

    /// A plan was revised: a pointer, without its content.
    PlanRevised: Begins, Client { plan: Required(Key("plan")), kind: Optional(Code), review_by: Optional(LASTS) };
}
