//! A matter of social care: case, assessment, clientship; and the other work with the client.

use super::rows;
use crate::social::kind::{
    BEGINS, Boolean, Code, DEADLINE_GROUP, INITIATOR, Key, LASTS, MODE, Optional, Required, Worker,
};
use event::{DutyContactRecorded, HealthSocialWorkOpened};

rows! {
    /// A case becomes pending (vireilletulo, 703/2023 41 §).
    CaseOpened: Begins, Client {
        case: Required(Key("case")),
        ground: Optional(Code),
        /// Who made it pending (1301/2014 34 §, 35 §).
        initiator: Optional(INITIATOR),
        /// When they made contact: from then the deadlines of the assessment run (1301/2014 36 §).
        contacted_at: Optional(BEGINS),
        /// Which deadlines of the assessment bind (1301/2014 36 §); absent: not reported.
        deadline_group: Optional(DEADLINE_GROUP),
        /// The client needs special support (1301/2014 3 §).
        special_support: Optional(Boolean),
    };

    /// A case is pending no more: no ground for arranging social care (1301/2014 34 §), or another end.
    CaseClosed: Ended, Client { case: Required(Key("case")), ground: Optional(Code) };

    /// The urgent need was assessed at once (1301/2014 36 § 1 mom.).
    UrgentNeedAssessed: Begins, Client { case: Required(Key("case")), result: Optional(Code) };

    /// Assessment of the need for services begins (1301/2014 36 §).
    AssessmentStarted: Begins, Client {
        assessment: Required(Key("assessment")),
        case: Optional(Key("case")),
        kind: Optional(Code),
        unit: Optional(Code),
        /// Made together with another service.
        joint: Optional(Boolean),
        service_task: Optional(Code),
    };

    /// Assessment of the need for services is ready (703/2023 42 §).
    AssessmentFinished: Ended, Client {
        assessment: Required(Key("assessment")),
        own_worker_needed: Optional(Boolean),
        clientship: Optional(Boolean),
    };

    /// A clientship begins (1301/2014 34 §).
    ClientshipOpened: Begins, Client {
        clientship: Required(Key("clientship")),
        service_task: Optional(Code),
        /// Why no own worker is named (1301/2014 42 § 1 mom.): obviously-unnecessary, ilmeisen-tarpeeton, or another
        /// code, which is shown as it is. WorkerAssigned reports another responsible worker or the child's social
        /// worker.
        own_worker_not_named: Optional(Code),
    };

    /// A clientship ends (703/2023 38 § 2 mom. 5 k.).
    ClientshipClosed: Ended, Client { clientship: Required(Key("clientship")), ground: Optional(Code) };

    /// Social work in health care begins.
    HealthSocialWorkOpened: Begins, Client {
        work: Required(Key("work")),
        channel: Optional(Code),
        worker: Optional(Worker),
        until: Optional(LASTS),
        unit: Optional(Code),
    } => |sealer| HealthSocialWorkOpened { work, channel, worker: worker.map(|it| sealer.seal(&it)), until, unit };

    /// Social work in health care ends.
    HealthSocialWorkClosed: Ended, Client { work: Required(Key("work")), outcome: Optional(Code) };

    /// The duty social service met or spoke with the client.
    DutyContactRecorded: Begins, Client {
        contact: Required(Key("contact")),
        handed_over_to: Optional(Code),
        service_task: Optional(Code),
        /// Who of the duty service, and where to call back.
        worker: Optional(Worker),
        /// By when somebody is to call back.
        required_by: Optional(LASTS),
    } => |sealer| DutyContactRecorded {
        contact,
        handed_over_to,
        service_task,
        worker: worker.map(|it| sealer.seal(&it)),
        required_by,
        opened_by: None,
    };

    /// The duty social service closes a contact.
    DutyContactClosed: Ended, Client { contact: Required(Key("contact")), handed_over_to: Optional(Code) };

    /// Somebody was in contact with the client: a count, no text.
    ContactRecorded: Begins, Client {
        contact: Required(Key("contact")),
        channel: Optional(Code),
        unit: Optional(Code),
        /// How they met, apart from through which channel.
        mode: Optional(MODE),
    };

    /// An agreed contact was cancelled or not kept: it does not count as a contact.
    ContactCancelled: Begins, Client { contact: Required(Key("contact")), reason: Optional(Code) };

    /// One service asks another to work together around the client (yhteistyöpyyntö).
    CooperationRequested: Begins, Client {
        request: Required(Key("request")),
        asked_of: Optional(Code),
        required_by: Optional(LASTS),
    };

    /// What the asked service answers to a request to work together.
    CooperationAnswered: Begins, Client {
        request: Required(Key("request")),
        outcome: Optional(Code),
        unit: Optional(Code),
    };
}
