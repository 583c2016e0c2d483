//! Types and fields that came after the first release of the vocabulary, in the order in which they came: append only,
//! for an event's place in the list is part of its bytes.

use event::{
    AssessmentStarted, Authority, Body, CareTeamStated, CaseClosed, CaseOpened, Code, ContactCancelled, ContactMode,
    ContactPointConfirmed, ContactRecorded, CooperationAnswered, CooperationRequested, CurrentStaysStated,
    DeadlineGroup, DeathCancelled, DecisionMade, DutyContactClosed, DutyContactRecorded, FactKind, HETU_SYSTEM,
    HealthSocialWorkOpened, IdentitiesMerged, IdentitiesUnmerged, Initiator, Instant, Keyring, LeaveEndCancelled,
    LeaveEnded, LeaveStartCancelled, LeaveStarted, ListConfirmed, MayEnd, NationalIdChanged, NonDisclosureLifted,
    NonDisclosureSet, PersonDied, PlanAgreed, PlanRevised, PlannedDischargeSet, ReferralCancelled, ReferralCompleted,
    ReferralFailed, ReferralKind, ReferralOnHold, ReferralRequested, ReferralStarted, ServiceEnded, ServiceStartAgreed,
    ServiceStarted, SourceCoverageDeclared, StayClass, StayCorrected, StayPlanCancelled, StayPlanned, StayReassigned,
    StayStarted, StayStated, StreamId, SubjectStated, Token, TranslationWithdrawn, UrgentNeedAssessed, Ward,
    WardChangeCancelled, Worker, WorkerAbsent, WorkerReturned, WorkerRole, WorkerSubstituted, WorkersStated,
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

pub fn bodies(keys: &Keyring, record: &StreamId, id: uuid::Uuid) -> Vec<Body> {
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
        Body::from(LeaveStarted {
            stay,
            started_at: at(0),
            expected_return_at: Some(at(86_400)),
            corrected: false,
            class: None,
        }),
        Body::from(LeaveEnded { stay, ended_at: at(80_000), class: None }),
        Body::from(LeaveStartCancelled { stay }),
        Body::from(LeaveEndCancelled { stay: None }),
        Body::from(WardChangeCancelled { stay, to: ward("OS1"), class: None }),
        Body::from(StayReassigned { stay, to: other.clone() }),
        Body::from(StayStated {
            stay,
            class: Some(StayClass::Inpatient),
            ward: ward("OS2"),
            started_at: Some(at(-60)),
            protected_speciality: None,
            unit: None,
            facility: None,
        }),
        Body::from(ReferralStarted { referral, course: None }),
        Body::from(ReferralOnHold { referral, course: None, reason: code("client-away") }),
        Body::from(ReferralCompleted { referral, course: None, outcome: code("service-given") }),
        Body::from(ReferralCancelled { referral, course: None, reason: code("sent-by-mistake") }),
        Body::from(ReferralFailed { referral, course: None, reason: code("not-reached") }),
        Body::from(PersonDied { died_at: Some(at(-3600)) }),
        Body::from(DeathCancelled),
        Body::from(NationalIdChanged {
            old: vec![code_of("020516C903K")],
            new: vec![code_of("020516C902J")],
            authority: Authority::Source,
            decider: Some(key("worker")),
            reason: Some(Code::try_new("checked").unwrap()),
        }),
        Body::from(NonDisclosureSet { until: Some(at(157_680_000)) }),
        Body::from(NonDisclosureLifted),
        Body::from(DutyContactClosed { contact, handed_over_to: code("own-worker") }),
        Body::from(UrgentNeedAssessed { case: key("case"), result: code("urgent") }),
        Body::from(DecisionMade {
            decision,
            case: Some(key("case")),
            service_task: code("adults"),
            outcome: code("granted"),
        }),
        Body::from(ServiceStartAgreed {
            service,
            decision: Some(decision),
            service_task: code("home-care"),
            starts_at: at(7200),
        }),
        Body::from(ServiceStarted { service, decision: None, service_task: code("home-care"), started_at: at(7300) }),
        Body::from(ServiceEnded { service, ended_at: at(9000), reason: code("moved-away") }),
        Body::from(WorkerAbsent {
            worker_key,
            from: at(0),
            until: Some(at(604_800)),
            substitute_key,
            substitute: Some(substitute.clone()),
        }),
        Body::from(WorkerReturned { worker_key, returned_at: at(500_000) }),
        Body::from(WorkerSubstituted {
            assignment: key("assignment"),
            from: at(0),
            until: None,
            substitute_key,
            substitute: substitute.clone(),
        }),
        Body::from(ContactPointConfirmed { worker_key, confirmed_at: at(1), worker: Some(substitute.clone()) }),
        Body::from(PlanAgreed {
            plan,
            kind: code("client-plan"),
            review_by: Some(at(15_768_000)),
            parties: Vec::new(),
            meet_every_days: None,
            service_task: None,
        }),
        Body::from(PlanRevised { plan, kind: None, review_by: None, parties: Vec::new(), meet_every_days: None }),
        Body::from(ContactRecorded { contact, channel: code("phone"), unit: code("tss"), mode: None }),
        Body::from(CooperationRequested {
            request: key("cooperation"),
            asked_of: code("families"),
            required_by: Some(at(86_400)),
        }),
        Body::from(SourceCoverageDeclared {
            covers: vec![FactKind::Stays, FactKind::DutyContacts],
            wards: vec![ward("OS1").unwrap(), ward("Päivystys").unwrap()],
            since: at(0),
            silence_seconds: Some(900),
        }),
        Body::from(CurrentStaysStated {
            as_of: at(0),
            wards: vec![ward("OS1").unwrap()],
            stays: sorted(vec![key("stay"), keys.token("stay", "kys", "2")]),
            may_end: MayEnd::Nothing,
        }),
        Body::from(WorkersStated {
            as_of: at(0),
            roles: vec![WorkerRole::OwnWorker, WorkerRole::CaseManager],
            assignments: vec![key("assignment")],
            may_end: MayEnd::USUAL,
        }),
        // Fields that came later to types of the first release.
        Body::from(ReferralRequested {
            referral,
            course: None,
            kind: ReferralKind::Notice,
            priority: None,
            expires_at: None,
            required_by: None,
            source_channel: code("direct-contact"),
            requester_unit: None,
            receiver: None,
            basis: None,
        }),
        Body::from(IdentitiesMerged {
            subsumed: other.clone(),
            authority: Authority::Source,
            decider,
            reason: code("linked"),
        }),
        Body::from(IdentitiesUnmerged {
            separated: other,
            authority: Authority::Steward,
            decider,
            reason: code("mistake"),
        }),
        Body::from(TranslationWithdrawn),
        Body::from(LeaveStarted { stay, started_at: at(60), expected_return_at: None, corrected: true, class: None }),
        Body::from(StayPlanned { stay, class: None, ward: ward("OS1"), expected_at: Some(at(86_400)) }),
        Body::from(StayPlanCancelled { stay }),
        Body::from(CaseClosed { case: key("case"), ground: code("no-ground") }),
        Body::from(ContactCancelled { contact, reason: code("not-kept") }),
        Body::from(CareTeamStated { team: key("team"), assignments: vec![key("assignment")] }),
        Body::from(ListConfirmed {
            list: id,
            decider: Some(key("steward")),
            reason: Some(Code::try_new("checked-with-ward").unwrap()),
        }),
        Body::from(SubjectStated {
            kind: FactKind::Stays,
            key: key("stay"),
            subject: keys.record("kys", "own", "2"),
            ends: true,
        }),
        Body::from(StayCorrected { stay, class: None, ward: None, started_at: None, also: vec![key("other")] }),
        // Fields that came with the houses' deadlines, places and parties.
        Body::from(StayStarted {
            stay,
            class: Some(StayClass::Inpatient),
            ward: ward("OS3"),
            started_at: at(0),
            protected_speciality: Some(true),
            unit: code("PSY"),
            facility: code("KYS"),
        }),
        Body::from(StayStated {
            stay,
            class: None,
            ward: None,
            started_at: None,
            protected_speciality: Some(false),
            unit: code("SIS"),
            facility: code("KYS"),
        }),
        Body::from(PlannedDischargeSet {
            stay,
            planned_at: Some(at(86_400)),
            class: None,
            destination: code("home"),
            reported_at: Some(at(-60)),
        }),
        Body::from(ReferralRequested {
            referral,
            course: None,
            kind: ReferralKind::Contact,
            priority: None,
            expires_at: None,
            required_by: None,
            source_channel: None,
            requester_unit: code("KYS-OS3"),
            receiver: code("adult-social-work"),
            basis: code("consent"),
        }),
        Body::from(CaseOpened {
            case: key("case"),
            ground: code("contact"),
            initiator: Some(Initiator::Relative),
            contacted_at: Some(at(-3600)),
            deadline_group: Some(DeadlineGroup::Over75),
            special_support: Some(false),
        }),
        Body::from(AssessmentStarted {
            assessment: key("assessment"),
            case: Some(key("case")),
            kind: code("broad"),
            unit: code("older-people"),
            joint: Some(true),
            service_task: None,
        }),
        Body::from(PlanAgreed {
            plan,
            kind: code("client-plan"),
            review_by: None,
            parties: vec![Code::try_new("client").unwrap(), Code::try_new("hospital").unwrap()],
            meet_every_days: Some(90),
            service_task: None,
        }),
        Body::from(PlanRevised {
            plan,
            kind: None,
            review_by: None,
            parties: vec![Code::try_new("client").unwrap()],
            meet_every_days: Some(180),
        }),
        Body::from(ContactRecorded {
            contact,
            channel: code("appointment"),
            unit: None,
            mode: Some(ContactMode::HomeVisit),
        }),
        Body::from(HealthSocialWorkOpened {
            work: key("work"),
            channel: None,
            worker: None,
            until: None,
            unit: code("KYS-TSTY"),
        }),
        Body::from(CooperationAnswered {
            request: key("cooperation"),
            outcome: code("accepted"),
            unit: code("disability-services"),
        }),
        Body::from(AssessmentStarted {
            assessment: key("assessment"),
            case: None,
            kind: None,
            unit: None,
            joint: None,
            service_task: code("working-age"),
        }),
        Body::from(PlanAgreed {
            plan,
            kind: None,
            review_by: None,
            parties: Vec::new(),
            meet_every_days: None,
            service_task: code("working-age"),
        }),
        Body::from(DutyContactRecorded {
            contact,
            handed_over_to: None,
            service_task: code("working-age"),
            worker: None,
            required_by: None,
            opened_by: None,
        }),
        Body::from(DutyContactRecorded {
            contact,
            handed_over_to: code("own-worker"),
            service_task: None,
            worker: Some(substitute),
            required_by: Some(at(7200)),
            opened_by: None,
        }),
    ]
}
