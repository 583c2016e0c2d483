//! A client relationship, verified from the record (703/2023 9 §, 57 §). It ends when its basis ends, and not before.
//!
//! | basis | ends by |
//! |---|---|
//! | a stay, planned or going on | its end, its cancellation |
//! | health social work, a clientship, a service | its end or term |
//! | a worker | the end or term of the assignment, or the end of its clientship (1301/2014 42 §) |
//! | a case | its closing; decisions of it that all refuse; an assessment after which no clientship follows; the end of the clientship that followed; a configured time in which nothing is reported of it |
//! | an assessment without a case that is known | the same |
//! | a hospital's contact or notice to social care | its rejection, completion, cancellation or failure; expiry or a configured time without an answer; with one, the time of an assessment |
//!
//! If a clientship follows a finished assessment, or if that is not reported, a decision is due (1301/2014 36 §, 45 §)
//! and the case continues. No source reports which clientship followed which case. So each clientship is assigned to one
//! case, the first that it can belong to: it began after the case was opened and before it was closed, and it was not
//! over before the assessment or the decision. A case without a clientship still waits for its decision.

use super::duty::DUTY_CONTACTS;
use crate::entity::assessment::Assessment;
use crate::entity::assignment::Assignment;
use crate::entity::case::Case;
use crate::entity::clientship::OpenClientship;
use crate::entity::duty_contact::DutyContact;
use crate::entity::referral::{Course, Referral};
use crate::entity::service::ServiceStatus;
use crate::entity::stay::StayStatus;
use crate::fact::Origin;
use crate::fact::limits::Limits;
use crate::fact::mark::CLOCK_TOLERANCE_SECONDS;
use crate::fact::span::Span;
use crate::thing::{Belongs, Item, Thing, of_referral};
use crate::view::{Lane, ParallelView};
use event::{Instant, ReferralKind, Register, Token, WorkerRole};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Whose client relationship is asked for.
pub(super) struct Whose<'a> {
    /// Is a thing of those who ask?
    pub(super) theirs: &'a dyn Fn(&Item) -> bool,
    /// Are contacts to social care addressed to them, and which of those may be disclosed? `None`: they are not.
    pub(super) asked: Option<&'a dyn Fn(&Item) -> bool>,
    /// To what things belong.
    pub(super) belongs: &'a Belongs,
}

impl Whose<'_> {
    /// Those things that are theirs.
    pub(super) fn of<'t, T: Thing>(&self, things: &'t BTreeMap<Token, T>) -> impl Iterator<Item = (&'t Token, &'t T)> {
        things.iter().filter(|(key, it)| (self.theirs)(&it.item(Some(**key), self.belongs)))
    }
}

/// By what a client is the client of those who ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Related {
    /// The sources whose facts show it.
    pub(super) sources: BTreeSet<String>,
    /// A hospital's contact to social care that waits shows it.
    pub(super) asked: bool,
}

impl Related {
    /// By anything?
    pub(super) fn is_any(&self) -> bool {
        self.asked || !self.sources.is_empty()
    }
}

/// The sources, and what else shows it.
impl fmt::Display for Related {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.asked.then_some("a hospital's contact to social care that waits");
        let all: Vec<&str> = self.sources.iter().map(String::as_str).chain(asked).collect();
        f.write_str(&all.join(", "))
    }
}

/// How long after a discharge a contact that waits is shown to those who sent it.
const AFTER_DISCHARGE_SECONDS: i64 = 30 * 24 * 3600;

impl ParallelView {
    /// Which facts that are theirs show a client relationship in `register`? It is verified between the client and the one who
    /// asks (703/2023 57 §). A hospital's contact is addressed to social care, whoever sent it (1301/2014 35 §).
    pub(super) fn related_by(&self, register: Register, at: Instant, whose: &Whose<'_>) -> Related {
        let lane = self.lane(register);
        let here = |status: StayStatus| status == StayStatus::Planned || status.is_open();
        let stays = lane.all_stays(self.limits);
        let stays = stays.iter().filter(|it| here(it.status(at)) && (whose.theirs)(&it.item(it.key, whose.belongs)));
        let work = whose.of(&lane.health_social_work).filter(|(_, it)| it.open_at(at).is_some());
        let clientships = whose.of(&lane.clientships).filter(|(_, it)| it.open_at(at).is_some());
        // Somebody in a role that is not mapped may be anybody.
        let in_role = |it: &Assignment| self.in_force(it, at).is_some_and(|span| span.what.role.is_some());
        let workers = whose.of(&lane.assignments).filter(|(_, it)| in_role(it));
        // A service in progress is a clientship too (1301/2014 34 §).
        let services = whose.of(&lane.services).filter(|(_, it)| it.status(at) == ServiceStatus::Started);
        let origins = stays.map(|it| &it.origin).chain(work.map(|(_, it)| &it.origin));
        let origins = origins.chain(clientships.map(|(_, it)| &it.origin)).chain(workers.map(|(_, it)| &it.origin));
        let origins = origins.chain(services.map(|(_, it)| &it.origin));
        let mut sources: BTreeSet<String> = origins.map(|it| it.source.clone()).collect();
        sources.extend(lane.pending(&self.limits, at, whose));
        // A hospital's contact or notice makes the case pending at social care (1301/2014 35 §).
        let asks = |key: Token, it: &Referral| {
            let crosses = |asked: &dyn Fn(&Item) -> bool| {
                it.request().is_some_and(|request| asked(&of_referral(&request.origin, key)))
            };
            whose.asked.is_some_and(crosses) && self.asks_social_care(it, at)
        };
        let asked = register == Register::Social && self.referrals.iter().any(|(key, it)| asks(*key, it));
        Related { sources, asked }
    }

    /// Which matter of the client's has the duty service: a case that is pending, or a contact of its own that it has not closed?
    /// A contact of which nothing is reported for as long as ends a case is none any more.
    pub(super) fn with_duty(&self, register: Register, at: Instant, whose: &Whose<'_>) -> Related {
        let lane = self.lane(register);
        let open = |it: &DutyContact| {
            let last = it.recorded_at.map(|at| at.max(it.origin.happened_at));
            let in_time =
                |last: Instant| last <= at && last.plus_seconds(self.limits.unfinished_assessment_seconds) > at;
            // What is opened through this product asks for no source's trust: it gives the view for no longer than somebody waits.
            let in_time =
                if it.origin.source == DUTY_CONTACTS { it.awaits_at(at).is_some() } else { last.is_some_and(in_time) };
            in_time && it.closed_at.is_none_or(|closed| closed > at)
        };
        let contacts = whose.of(&lane.duty_contacts).filter(|(_, it)| open(it));
        let mut sources: BTreeSet<String> = contacts.map(|(_, it)| it.origin.source.clone()).collect();
        sources.extend(lane.pending(&self.limits, at, whose));
        Related { sources, asked: false }
    }

    /// Is one of these workers assigned to the client in this role?
    pub(super) fn is_assigned(&self, workers: &BTreeSet<Token>, role: WorkerRole, at: Instant) -> bool {
        let mut assignments = self.lanes().into_iter().flat_map(|lane| lane.assignments.values());
        assignments.any(|it| {
            let span = self.in_force(it, at);
            span.is_some_and(|span| span.what.role == Some(role) && workers.contains(&span.what.worker_key))
        })
    }

    /// The contacts and notices that social care has not answered or finished, of a client who went home within the last 30
    /// days: whoever sent one still sees what became of it.
    pub(super) fn awaited_after_discharge(&self, at: Instant, whose: &Whose<'_>) -> BTreeSet<Token> {
        let recent = |ended: Instant| ended <= at && ended.plus_seconds(AFTER_DISCHARGE_SECONDS) > at;
        let stays = self.health.all_stays(self.limits);
        let mut stays = stays.iter().filter(|stay| (whose.theirs)(&stay.item(stay.key, whose.belongs)));
        if !stays.any(|stay| stay.discharge.in_force().is_some_and(|it| recent(it.ended_at))) {
            return BTreeSet::new();
        }
        let of_theirs = |key: Token, it: &Referral| {
            let theirs = |origin: &Origin| (whose.theirs)(&of_referral(origin, key));
            it.request().is_some_and(|it| it.origin.register == Register::Patient && theirs(&it.origin))
        };
        let awaited = self.referrals.iter().filter(|(key, it)| of_theirs(**key, it) && self.asks_social_care(it, at));
        awaited.map(|(key, _)| *key).collect()
    }

    fn asks_social_care(&self, referral: &Referral, at: Instant) -> bool {
        let to_social = |kind| matches!(kind, ReferralKind::Contact | ReferralKind::Notice);
        let Some((course, request)) = referral.latest().zip(referral.request()) else { return false };
        to_social(request.kind) && course.status().is_open() && self.is_awaited(course, request.origin.happened_at, at)
    }

    /// Either nobody has answered yet and the time has not run out, or somebody has and the following work is within its
    /// time.
    fn is_awaited(&self, course: &Course, asked_at: Instant, at: Instant) -> bool {
        match &course.answer {
            None => {
                let in_time = asked_at.plus_seconds(self.limits.unanswered_referral_seconds) > at;
                in_time && !course.is_expired_at(at)
            }
            Some(answer) => answer.origin.happened_at.plus_seconds(self.limits.unfinished_assessment_seconds) > at,
        }
    }
}

impl Lane {
    /// The sources of the cases that are pending, and of the assessments without a known case.
    fn pending(&self, limits: &Limits, at: Instant, whose: &Whose<'_>) -> Vec<String> {
        let cases = whose.of(&self.cases).filter_map(|(key, case)| self.matter(*key, case, at));
        let alone = |it: &&Assessment| it.case.is_none_or(|case| !self.cases.contains_key(&case));
        let alone = whose.of(&self.assessments).map(|(_, it)| it).filter(alone);
        let matters: Vec<Matter> =
            cases.chain(alone.map(|it| Matter::of((&it.origin, it.since()), &[], None, &[it], at))).collect();
        let spans = self.clientships.values().flat_map(|it| it.spans.all());
        let carried = carried(&matters, spans.filter(|span| span.from <= at).collect());
        let in_time = |it: &Matter| it.last.plus_seconds(limits.unfinished_assessment_seconds) > at;
        let pending = matters.iter().zip(carried).filter(|(it, carried)| {
            it.closed_at.is_none()
                && in_time(it)
                && (it.under_way || !(it.none_follows || (it.settled_at.is_some() && *carried)))
        });
        pending.map(|(it, _)| it.source.to_owned()).collect()
    }

    /// `None`: not opened yet, or refused.
    fn matter<'a>(&self, key: Token, case: &'a Case, at: Instant) -> Option<Matter<'a>> {
        let span = case.spans.shown(at).filter(|span| span.from <= at)?;
        let decisions = self.decisions.values().filter(|it| it.case == Some(key) && it.origin.happened_at <= at);
        let decisions: Vec<_> = decisions.collect();
        if !decisions.is_empty() && decisions.iter().all(|it| it.is_refusal()) {
            return None;
        }
        let decided: Vec<_> = decisions.iter().map(|it| it.origin.happened_at).collect();
        let assessments: Vec<_> = self.assessments.values().filter(|it| it.case == Some(key)).collect();
        let closed_at = span.until().filter(|closed| *closed <= at);
        Some(Matter::of((&case.origin, span.from), &decided, closed_at, &assessments, at))
    }
}

/// Something that is or was pending: a case, or an assessment without a known case.
struct Matter<'a> {
    source: &'a str,
    opened_at: Instant,
    closed_at: Option<Instant>,
    /// When its last finished assessment was ready, else its first decision.
    settled_at: Option<Instant>,
    under_way: bool,
    /// By the last finished assessment no clientship follows.
    none_follows: bool,
    /// The last report of it.
    last: Instant,
}

impl<'a> Matter<'a> {
    fn of(
        (origin, opened_at): (&'a Origin, Instant),
        decided: &[Instant],
        closed_at: Option<Instant>,
        assessments: &[&Assessment],
        at: Instant,
    ) -> Self {
        let finished_at = |it: &Assessment| it.finished_at.filter(|finished| *finished <= at);
        let ready = assessments.iter().filter_map(|it| Some((finished_at(it)?, it.clientship)));
        let last_ready = ready.max_by_key(|(finished, _)| *finished);
        let times = assessments.iter().flat_map(|it| [it.started_at, it.finished_at]);
        let times = times.flatten().chain(decided.iter().copied()).filter(|it| *it <= at);
        Self {
            source: &origin.source,
            opened_at,
            closed_at,
            settled_at: last_ready.map(|(finished, _)| finished).or(decided.iter().min().copied()),
            under_way: assessments.iter().any(|it| finished_at(it).is_none()),
            none_follows: last_ready.is_some_and(|(_, clientship)| clientship == Some(false)),
            last: times.fold(opened_at, Instant::max),
        }
    }
}

/// For each matter: did a clientship follow it? One clientship belongs to one matter. Matters that were settled first
/// choose first, each the clientship that was over first: so as many matters as possible get one.
fn carried(matters: &[Matter<'_>], mut clientships: Vec<&Span<OpenClientship>>) -> Vec<bool> {
    let mut carried = vec![false; matters.len()];
    let settled = matters.iter().enumerate().filter(|(_, it)| !it.none_follows);
    let mut settled: Vec<_> = settled.filter_map(|(n, it)| Some((it.settled_at?, n, it))).collect();
    settled.sort_unstable_by_key(|(settled_at, n, _)| (*settled_at, *n));
    let near = |instant: Instant| instant.plus_seconds(-CLOCK_TOLERANCE_SECONDS);
    clientships.sort_by_key(|span| (span.until().is_none(), span.until(), span.from));
    for (settled_at, n, matter) in settled {
        let follows = |span: &&Span<OpenClientship>| {
            span.from >= near(matter.opened_at)
                && matter.closed_at.is_none_or(|closed| near(span.from) <= closed)
                && span.until().is_none_or(|until| until >= near(settled_at))
        };
        if let Some(found) = clientships.iter().position(follows) {
            clientships.remove(found);
            carried[n] = true;
        }
    }
    carried
}
