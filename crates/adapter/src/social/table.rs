//! The event types that are taken, each in one row: its name, whether its day begins or ends something, in whose stream it
//! stands, and who reads its `data`. Its JSON Schema is `schema/<name>.json`.

use super::data::{Open, Reader};
use super::list::Of;
use crate::rejection::Fault;

/// Reads the event's own fields.
type Read = fn(&Reader<'_>) -> Result<Open, Fault>;

/// One event type.
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) schema: &'static str,
    pub(super) day: Day,
    pub(super) stream: Stream,
}

/// What a day without a time means for the event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// From the beginning of that day.
    Begins,
    /// Over by the end of that day.
    Ends,
}

/// In whose stream an event stands.
pub(super) enum Stream {
    /// The client that `data.client` names.
    Client(Read),
    /// The worker that `data.worker` names: a fact of all of the worker's clients.
    Worker(Read),
    /// The source itself.
    Source(Read),
    /// A list: lines in the streams of their clients, and the list in the source's own.
    List(Of),
}

macro_rules! stream {
    (List $of:ident) => {
        Stream::List(Of::$of)
    };
    ($stream:ident $read:ident) => {
        Stream::$stream(|reader| reader.$read())
    };
}

macro_rules! types {
    ($($name:ident: $day:ident, $stream:ident($what:ident);)*) => {
        const TYPES: &[Type] = &[$(Type {
            name: stringify!($name),
            schema: include_str!(concat!("schema/", stringify!($name), ".json")),
            day: Day::$day,
            stream: stream!($stream $what),
        }),*];
    };
}

types! {
    CaseOpened: Begins, Client(case_opened);
    CaseClosed: Ends, Client(case_closed);
    AssessmentStarted: Begins, Client(assessment_started);
    AssessmentFinished: Ends, Client(assessment_finished);
    ClientshipOpened: Begins, Client(clientship_opened);
    ClientshipClosed: Ends, Client(clientship_closed);
    WorkerAssigned: Begins, Client(worker_assigned);
    WorkerAssignmentEnded: Ends, Client(worker_assignment_ended);
    HealthSocialWorkOpened: Begins, Client(health_social_work_opened);
    HealthSocialWorkClosed: Ends, Client(health_social_work_closed);
    DutyContactRecorded: Begins, Client(duty_contact_recorded);
    DutyContactClosed: Ends, Client(duty_contact_closed);
    ReferralRequested: Begins, Client(referral_requested);
    ReferralAccepted: Begins, Client(referral_accepted);
    ReferralRejected: Ends, Client(referral_rejected);
    ReferralStarted: Begins, Client(referral_started);
    ReferralOnHold: Begins, Client(referral_on_hold);
    ReferralCompleted: Ends, Client(referral_completed);
    ReferralCancelled: Ends, Client(referral_cancelled);
    ReferralFailed: Ends, Client(referral_failed);
    UrgentNeedAssessed: Begins, Client(urgent_need_assessed);
    DecisionMade: Begins, Client(decision_made);
    ServiceStartAgreed: Begins, Client(service_start_agreed);
    ServiceStarted: Begins, Client(service_started);
    ServiceEnded: Ends, Client(service_ended);
    PlanAgreed: Begins, Client(plan_agreed);
    PlanRevised: Begins, Client(plan_revised);
    ContactRecorded: Begins, Client(contact_recorded);
    ContactCancelled: Begins, Client(contact_cancelled);
    CooperationRequested: Begins, Client(cooperation_requested);
    WorkerSubstituted: Begins, Client(worker_substituted);
    PersonDied: Begins, Client(person_died);
    DeathCancelled: Begins, Client(death_cancelled);
    NonDisclosureSet: Begins, Client(non_disclosure_set);
    NonDisclosureLifted: Begins, Client(non_disclosure_lifted);
    NationalIdChanged: Begins, Client(national_id_changed);
    WorkerAbsent: Begins, Worker(worker_absent);
    WorkerReturned: Begins, Worker(worker_returned);
    ContactPointConfirmed: Begins, Worker(contact_point_confirmed);
    SourceCoverageDeclared: Begins, Source(source_coverage_declared);
    CurrentStaysStated: Begins, List(Stays);
    WorkersStated: Begins, List(Workers);
}

/// Definitions that the schemas point to.
pub const COMMON_SCHEMA: &str = include_str!("schema/common.json");

/// Every type that is taken, by its name.
pub fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|known| known.name)
}

/// The JSON Schema of a type's `data`, as a sender can have it: `dataschema` is `urn:rinnakkain:social:v1:<Type>`.
#[must_use]
pub fn schema(type_name: &str) -> Option<&'static str> {
    named(type_name).map(|known| known.schema)
}

pub(super) fn named(type_name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.name == type_name)
}
