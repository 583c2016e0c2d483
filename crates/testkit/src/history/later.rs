//! The types of the vocabulary that came later: leaves, mended stays, lists, referrals' course, persons, staff, services.

use super::Chance;
use event::{
    Authority, Body, CareTeamStated, CaseClosed, Code, ContactCancelled, ContactPointConfirmed, ContactRecorded,
    CooperationAnswered, CooperationRequested, CurrentStaysStated, DeathCancelled, DecisionMade, DutyContactClosed,
    FactKind, Instant, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled, LeaveStarted, ListConfirmed, MayEnd,
    NationalIdChanged, NonDisclosureLifted, NonDisclosureSet, PersonDied, PlanAgreed, PlanRevised, Record,
    ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralOnHold, ReferralStarted, Sealed, ServiceEnded,
    ServiceStartAgreed, ServiceStarted, SourceCoverageDeclared, StayPlanCancelled, StayPlanned, StayReassigned,
    StayStated, SubjectStated, Token, UrgentNeedAssessed, Ward, WardChangeCancelled, Worker, WorkerAbsent,
    WorkerReturned, WorkerSubstituted, WorkersStated,
};
use uuid::Uuid;

/// What one event is made from.
pub(super) struct Author<'a, K> {
    pub(super) stay: Option<Token>,
    pub(super) stays: [Token; 2],
    pub(super) referral: Option<Token>,
    pub(super) to: Record,
    pub(super) worker_key: Token,
    pub(super) worker: Sealed<Worker>,
    /// A person's identity code, and another.
    pub(super) codes: [Token; 2],
    pub(super) recorded: Instant,
    pub(super) authority: Authority,
    /// A list that was stated in the person's streams.
    pub(super) list: Uuid,
    /// A key of the person's, of a kind.
    pub(super) key: K,
    pub(super) chance: &'a mut Chance,
}

impl<K: Fn(&str, u64) -> Token> Author<'_, K> {
    pub(super) fn body(self) -> Body {
        let Self { stay, mut stays, referral, to, worker_key, worker, codes, recorded, authority, list, key, chance } =
            self;
        let code = |text: &str| Code::try_new(text).ok();
        let n = chance.below(2);
        let later = recorded.plus_seconds(i64::try_from(chance.below(48)).unwrap_or_default() * 3600);
        let ward = chance.pick(&["OS1", "OS2"]).and_then(|code| Ward::try_new(code));
        let wards: Vec<Ward> = if chance.once_in(2) { ward.clone().into_iter().collect() } else { Vec::new() };
        stays.sort();
        let may_end = if chance.once_in(3) { MayEnd::Nothing } else { MayEnd::UpTo { percent: 50, at_least: 0 } };
        match chance.below(45) {
            36 | 37 => {
                Body::from(StayPlanned { stay, class: None, ward, expected_at: chance.once_in(2).then_some(later) })
            }
            38 => Body::from(StayPlanCancelled { stay }),
            44 => Body::from(CooperationAnswered {
                request: key("cooperation", n),
                outcome: code("accepted"),
                unit: None,
            }),
            39 => Body::from(CaseClosed { case: key("case", n), ground: code("no-need") }),
            40 => Body::from(ContactCancelled { contact: key("visit", n), reason: code("not-kept") }),
            41 => Body::from(CareTeamStated {
                team: key("team", n),
                assignments: if chance.once_in(2) { Vec::new() } else { vec![key("assignment", 0)] },
            }),
            42 => {
                let (kind, key) = match chance.below(3) {
                    0 => (FactKind::Stays, stays[0]),
                    1 => (FactKind::Referrals, key("referral", n)),
                    _ => (FactKind::Workers, key("team", n)),
                };
                Body::from(SubjectStated { kind, key, subject: to, ends: chance.once_in(2) })
            }
            43 => Body::from(ListConfirmed { list, decider: None, reason: code("checked") }),
            0..3 => {
                let corrected = chance.once_in(4);
                Body::from(LeaveStarted {
                    stay,
                    started_at: recorded,
                    expected_return_at: Some(later),
                    corrected,
                    class: None,
                })
            }
            3 => Body::from(LeaveEnded { stay, ended_at: recorded, class: None }),
            4 => Body::from(LeaveStartCancelled { stay }),
            5 => Body::from(LeaveEndCancelled { stay }),
            6 => Body::from(WardChangeCancelled { stay, to: ward, class: None }),
            7 => Body::from(StayReassigned { stay, to }),
            8 => Body::from(StayStated {
                stay,
                class: None,
                ward,
                started_at: None,
                protected_speciality: None,
                unit: None,
                facility: None,
            }),
            9 => Body::from(ReferralStarted { referral, course: None }),
            10 => Body::from(ReferralOnHold { referral, course: None, reason: code("client-away") }),
            11 => Body::from(ReferralCompleted { referral, course: None, outcome: None }),
            12 => Body::from(ReferralCancelled { referral, course: None, reason: code("mistake") }),
            13 => Body::from(ReferralFailed { referral, course: None, reason: None }),
            14 => Body::from(PersonDied { died_at: Some(recorded) }),
            15 => Body::from(DeathCancelled),
            16 => {
                let [old, new] = if n == 0 { codes } else { [codes[1], codes[0]] };
                Body::from(NationalIdChanged { old: vec![old], new: vec![new], authority, decider: None, reason: None })
            }
            17 => Body::from(NonDisclosureSet { until: chance.once_in(2).then_some(later) }),
            18 => Body::from(NonDisclosureLifted),
            19 => Body::from(DutyContactClosed { contact: key("contact", n), handed_over_to: code("own-worker") }),
            20 => Body::from(UrgentNeedAssessed { case: key("case", n), result: code("urgent") }),
            21 => Body::from(DecisionMade {
                decision: key("decision", n),
                case: Some(key("case", n)),
                service_task: None,
                outcome: code("granted"),
            }),
            22 => Body::from(ServiceStartAgreed {
                service: key("service", n),
                decision: Some(key("decision", n)),
                service_task: None,
                starts_at: later,
            }),
            23 => Body::from(ServiceStarted {
                service: key("service", n),
                decision: None,
                service_task: code("home-care"),
                started_at: recorded,
            }),
            24 => Body::from(ServiceEnded { service: key("service", n), ended_at: recorded, reason: None }),
            25 => Body::from(WorkerAbsent {
                worker_key,
                from: recorded,
                until: chance.once_in(2).then_some(later),
                substitute_key: None,
                substitute: chance.once_in(2).then_some(worker),
            }),
            26 => Body::from(WorkerReturned { worker_key, returned_at: recorded }),
            27 => Body::from(WorkerSubstituted {
                assignment: key("assignment", n),
                from: recorded,
                until: Some(later),
                substitute_key: None,
                substitute: worker,
            }),
            28 => Body::from(ContactPointConfirmed { worker_key, confirmed_at: recorded, worker: None }),
            29 => Body::from(PlanAgreed {
                plan: key("plan", n),
                kind: code("client-plan"),
                review_by: Some(later),
                parties: Vec::new(),
                meet_every_days: None,
            }),
            30 => Body::from(PlanRevised {
                plan: key("plan", n),
                kind: None,
                review_by: None,
                parties: Vec::new(),
                meet_every_days: None,
            }),
            31 => {
                Body::from(ContactRecorded { contact: key("visit", n), channel: code("phone"), unit: None, mode: None })
            }
            32 => Body::from(CooperationRequested {
                request: key("cooperation", n),
                asked_of: code("families"),
                required_by: Some(later),
            }),
            33 => Body::from(SourceCoverageDeclared {
                covers: vec![FactKind::Stays],
                wards,
                since: recorded,
                silence_seconds: Some(900),
            }),
            34 => Body::from(CurrentStaysStated {
                as_of: recorded,
                wards,
                stays: if n == 0 { vec![stays[0]] } else { stays.to_vec() },
                may_end,
            }),
            _ => Body::from(WorkersStated {
                as_of: recorded,
                roles: Vec::new(),
                assignments: if n == 0 { Vec::new() } else { vec![key("assignment", 0)] },
                may_end,
            }),
        }
    }
}
