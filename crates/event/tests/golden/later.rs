//! Types and fields that came after the first release of the vocabulary, in the order in which they came: append only,
//! for an event's place in the list is part of its bytes.

use event::{
    Authority, Body, CareTeamStated, CaseClosed, Code, ContactCancelled, ContactPointConfirmed, ContactRecorded,
    CooperationRequested, CurrentStaysStated, DeathCancelled, DecisionMade, DutyContactClosed, FactKind, HETU_SYSTEM,
    IdentitiesMerged, IdentitiesUnmerged, Instant, Keyring, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled,
    LeaveStarted, ListConfirmed, MayEnd, NationalIdChanged, NonDisclosureLifted, NonDisclosureSet, PersonDied,
    PlanAgreed, PlanRevised, ReadingWithdrawn, Record, ReferralCancelled, ReferralCompleted, ReferralFailed,
    ReferralKind, ReferralOnHold, ReferralRequested, ReferralStarted, ServiceEnded, ServiceStartAgreed, ServiceStarted,
    SourceCoverageDeclared, StayClass, StayCorrected, StayMoved, StayPlanCancelled, StayPlanned, StayStated,
    SubjectStated, Token, UrgentNeedAssessed, Ward, WardChangeCancelled, Worker, WorkerAbsent, WorkerReturned,
    WorkerRole, WorkerSubstituted, WorkersStated,
};

fn at(seconds: i64) -> Instant {
    Instant::from_micros(1_772_431_200_123_456).unwrap().plus_seconds(seconds)
}

fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}

fn sorted(mut tokens: Vec<Token>) -> Vec<Token> {
    tokens.sort();
    tokens
}

pub fn bodies(keys: &Keyring, record: &Record, id: uuid::Uuid) -> Vec<Body> {
    let key = |kind: &str| keys.token(kind, "kys", "1");
    let (stay, referral) = (Some(key("stay")), Some(key("referral")));
    let ward = |code: &str| Ward::try_new(code);
    let substitute = keys.sealer(record.key, id).seal(&Worker {
        name: "Örjan Sijainen".into(),
        phone: "044 000 0001".into(),
        ..Worker::default()
    });
    let (decision, service, plan, contact) = (key("decision"), key("service"), key("plan"), key("contact"));
    let (worker_key, substitute_key) = (key("worker"), Some(keys.token("worker", "kys", "2")));
    let other = keys.record("kys", "own", "2");
    let (decider, code_of) = (Some(key("decider")), |value| keys.identifier(HETU_SYSTEM, value));
    vec![
        Body::LeaveStarted(LeaveStarted {
            stay,
            started_at: at(0),
            expected_return_at: Some(at(86_400)),
            corrected: false,
            class: None,
        }),
        Body::LeaveEnded(LeaveEnded { stay, ended_at: at(80_000), class: None }),
        Body::LeaveStartCancelled(LeaveStartCancelled { stay }),
        Body::LeaveEndCancelled(LeaveEndCancelled { stay: None }),
        Body::WardChangeCancelled(WardChangeCancelled { stay, to: ward("OS1"), class: None }),
        Body::StayMoved(StayMoved { stay, to: other.clone() }),
        Body::StayStated(StayStated {
            stay,
            class: Some(StayClass::Inpatient),
            ward: ward("OS2"),
            started_at: Some(at(-60)),
        }),
        Body::ReferralStarted(ReferralStarted { referral, course: None }),
        Body::ReferralOnHold(ReferralOnHold { referral, course: None, reason: code("client-away") }),
        Body::ReferralCompleted(ReferralCompleted { referral, course: None, outcome: code("service-given") }),
        Body::ReferralCancelled(ReferralCancelled { referral, course: None, reason: code("sent-by-mistake") }),
        Body::ReferralFailed(ReferralFailed { referral, course: None, reason: code("not-reached") }),
        Body::PersonDied(PersonDied { died_at: Some(at(-3600)) }),
        Body::DeathCancelled(DeathCancelled),
        Body::NationalIdChanged(NationalIdChanged {
            old: vec![code_of("020516C903K")],
            new: vec![code_of("020516C902J")],
            authority: Authority::Source,
            decider: Some(key("worker")),
            reason: Some(Code::try_new("checked").unwrap()),
        }),
        Body::NonDisclosureSet(NonDisclosureSet { until: Some(at(157_680_000)) }),
        Body::NonDisclosureLifted(NonDisclosureLifted),
        Body::DutyContactClosed(DutyContactClosed { contact, handed_over_to: code("own-worker") }),
        Body::UrgentNeedAssessed(UrgentNeedAssessed { case: key("case"), result: code("urgent") }),
        Body::DecisionMade(DecisionMade {
            decision,
            case: Some(key("case")),
            service_task: code("adults"),
            outcome: code("granted"),
        }),
        Body::ServiceStartAgreed(ServiceStartAgreed {
            service,
            decision: Some(decision),
            service_task: code("home-care"),
            starts_at: at(7200),
        }),
        Body::ServiceStarted(ServiceStarted {
            service,
            decision: None,
            service_task: code("home-care"),
            started_at: at(7300),
        }),
        Body::ServiceEnded(ServiceEnded { service, ended_at: at(9000), reason: code("moved-away") }),
        Body::WorkerAbsent(WorkerAbsent {
            worker_key,
            from: at(0),
            until: Some(at(604_800)),
            substitute_key,
            substitute: Some(substitute.clone()),
        }),
        Body::WorkerReturned(WorkerReturned { worker_key, returned_at: at(500_000) }),
        Body::WorkerSubstituted(WorkerSubstituted {
            assignment: key("assignment"),
            from: at(0),
            until: None,
            substitute_key,
            substitute: substitute.clone(),
        }),
        Body::ContactPointConfirmed(ContactPointConfirmed {
            worker_key,
            confirmed_at: at(1),
            worker: Some(substitute),
        }),
        Body::PlanAgreed(PlanAgreed { plan, kind: code("client-plan"), review_by: Some(at(15_768_000)) }),
        Body::PlanRevised(PlanRevised { plan, kind: None, review_by: None }),
        Body::ContactRecorded(ContactRecorded { contact, channel: code("phone"), unit: code("tss") }),
        Body::CooperationRequested(CooperationRequested {
            request: key("cooperation"),
            asked_of: code("families"),
            required_by: Some(at(86_400)),
        }),
        Body::SourceCoverageDeclared(SourceCoverageDeclared {
            covers: vec![FactKind::Stays, FactKind::DutyContacts],
            wards: vec![ward("OS1").unwrap(), ward("Päivystys").unwrap()],
            since: at(0),
            silence_seconds: Some(900),
        }),
        Body::CurrentStaysStated(CurrentStaysStated {
            as_of: at(0),
            wards: vec![ward("OS1").unwrap()],
            stays: sorted(vec![key("stay"), keys.token("stay", "kys", "2")]),
            may_end: MayEnd::Nothing,
        }),
        Body::WorkersStated(WorkersStated {
            as_of: at(0),
            roles: vec![WorkerRole::OwnWorker, WorkerRole::CaseManager],
            assignments: vec![key("assignment")],
            may_end: MayEnd::USUAL,
        }),
        // Fields that came later to types of the first release.
        Body::ReferralRequested(ReferralRequested {
            referral,
            course: None,
            kind: ReferralKind::Notice,
            priority: None,
            expires_at: None,
            required_by: None,
            source_channel: code("direct-contact"),
        }),
        Body::IdentitiesMerged(IdentitiesMerged {
            subsumed: other.clone(),
            authority: Authority::Source,
            decider,
            reason: code("linked"),
        }),
        Body::IdentitiesUnmerged(IdentitiesUnmerged {
            separated: other,
            authority: Authority::Steward,
            decider,
            reason: code("mistake"),
        }),
        Body::ReadingWithdrawn(ReadingWithdrawn),
        Body::LeaveStarted(LeaveStarted {
            stay,
            started_at: at(60),
            expected_return_at: None,
            corrected: true,
            class: None,
        }),
        Body::StayPlanned(StayPlanned { stay, class: None, ward: ward("OS1"), expected_at: Some(at(86_400)) }),
        Body::StayPlanCancelled(StayPlanCancelled { stay }),
        Body::CaseClosed(CaseClosed { case: key("case"), ground: code("no-ground") }),
        Body::ContactCancelled(ContactCancelled { contact, reason: code("not-kept") }),
        Body::CareTeamStated(CareTeamStated { team: key("team"), assignments: vec![key("assignment")] }),
        Body::ListConfirmed(ListConfirmed {
            list: id,
            decider: Some(key("steward")),
            reason: Some(Code::try_new("checked-with-ward").unwrap()),
        }),
        Body::SubjectStated(SubjectStated {
            kind: FactKind::Stays,
            key: key("stay"),
            subject: keys.record("kys", "own", "2"),
            ends: true,
        }),
        Body::StayCorrected(StayCorrected {
            stay,
            class: None,
            ward: None,
            started_at: None,
            also: vec![key("other")],
        }),
    ]
}
