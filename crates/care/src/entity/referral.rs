//! A referral, contact or notice, and what the receiver reports of it.
//!
//! The states are FHIR's `Task.status` as Gravity's referral uses it:
//!
//! | from | to |
//! |---|---|
//! | requested | accepted, rejected, cancelled |
//! | accepted | in progress, on hold, completed, failed, cancelled |
//! | in progress, on hold | each other, completed, failed, cancelled |
//! | rejected, completed, failed, cancelled | nothing |
//!
//! Messages get lost and share minutes, so the fold is kinder than the table, and total. A status that skips one implies
//! it: work that has started was accepted. An acceptance that comes after the work has begun adds what it knows and moves
//! nothing. Any other step that is not in the table, a rejection after an acceptance as much as anything after the end,
//! moves nothing and stays beside the course for somebody to look at: [`Course::contradicted`].
//!
//! One request may be sent more than once: to another receiver, by another Task, or again after its end. Each is a course
//! of its own, and the referral is where the course is that was asked for last. What names no course is of that one; what
//! names one that nobody asked for is of one asked for without a name, else begins one.

use crate::fact::mark::{Mark, keep};
use crate::fact::{Origin, Reported};
use event::{Code, Instant, ReferralEvent, ReferralKind, ReferralRequested, Sealed, Token, Worker};
use serde::{Deserialize, Serialize};

/// One referral.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Every course, as they were met in the order of the fold.
    pub courses: Vec<Course>,
}

/// One course of a referral. The answer may come before the request: then the request is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    key: Option<Token>,
    /// Who asked, if reported.
    pub request: Option<Request>,
    /// The status that stands; `None`: no answer yet.
    pub answer: Option<Answer>,
    /// The last acceptance, whatever came of it: who took it, and by when an outcome is expected.
    pub acceptance: Option<Answer>,
    /// A status that the table does not allow after the one that stands.
    pub contradicted: Option<Answer>,
}

/// The request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The last event of it; its time is the request's, the earliest reported.
    pub origin: Origin,
    /// Where the first report of it stands.
    pub mark: Mark,
    /// Lähete, yhteydenotto or ilmoitus.
    pub kind: ReferralKind,
    /// RF1-2.
    pub priority: Option<Code>,
    /// When an answer is needed, if the source reports it.
    pub required_by: Option<Instant>,
    /// RF1-8: when it expires.
    pub expires_at: Option<Instant>,
    /// Booking, referral, direct contact.
    pub source_channel: Option<Code>,
}

/// What a report about a referral gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The event that reported it.
    pub origin: Origin,
    /// Its place in the order.
    pub mark: Mark,
    /// The state it leads to.
    pub status: ReferralStatus,
    /// Why; of a completion, its outcome.
    pub reason: Option<Code>,
    /// Who took it, if it is an acceptance that names them.
    pub worker: Option<Sealed<Worker>>,
    /// When an outcome is expected, if it is an acceptance that gives it.
    pub expected_by: Option<Instant>,
    /// The worker is shown without the place. Not part of the view's bytes.
    #[serde(skip)]
    pub without_place: bool,
}

/// Where a referral is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralStatus {
    /// No answer yet.
    Requested,
    /// Taken.
    Accepted,
    /// Not taken.
    Rejected,
    /// Work has begun.
    InProgress,
    /// Work waits.
    OnHold,
    /// Work is done.
    Completed,
    /// Taken back.
    Cancelled,
    /// Work could not be done.
    Failed,
}

impl ReferralStatus {
    /// True while somebody still owes something.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.stage() < 3
    }

    fn stage(self) -> u8 {
        match self {
            Self::Requested => 0,
            Self::Accepted => 1,
            Self::InProgress | Self::OnHold => 2,
            Self::Rejected | Self::Completed | Self::Cancelled | Self::Failed => 3,
        }
    }
}

impl Request {
    fn of(asked: &ReferralRequested, mark: Mark, origin: Origin) -> Self {
        Self {
            origin,
            mark,
            kind: asked.kind,
            priority: asked.priority.clone(),
            required_by: asked.required_by,
            expires_at: asked.expires_at,
            source_channel: asked.source_channel.clone(),
        }
    }

    /// Reported again, in the order of the fold: what it leaves out it keeps.
    fn again(&mut self, again: Self) {
        let newest = !self.mark.stands_after(&again.mark);
        keep(&mut self.priority, again.priority, newest);
        keep(&mut self.required_by, again.required_by, newest);
        keep(&mut self.expires_at, again.expires_at, newest);
        keep(&mut self.source_channel, again.source_channel, newest);
        if newest {
            self.kind = again.kind;
        }
        self.origin = again.origin.since(self.origin.happened_at);
    }
}

/// What an event reports of a referral, with the course that it names.
pub(crate) enum Step {
    Asked(Option<Token>, Request),
    Answered(Option<Token>, Answer),
}

impl Step {
    pub(crate) fn of(event: &ReferralEvent, reported: &Reported) -> Self {
        let (mark, origin) = (reported.mark, reported.origin.clone());
        let bare = |status, reason: Option<&Code>| {
            let (origin, reason) = (origin.clone(), reason.cloned());
            Answer { origin, mark, status, reason, worker: None, expected_by: None, without_place: false }
        };
        match event {
            ReferralEvent::ReferralRequested(x) => Self::Asked(x.course, Request::of(x, mark, origin)),
            ReferralEvent::ReferralAccepted(x) => {
                let (worker, expected_by) = (x.worker.clone(), x.expected_by);
                Self::Answered(x.course, Answer { worker, expected_by, ..bare(ReferralStatus::Accepted, None) })
            }
            ReferralEvent::ReferralRejected(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Rejected, x.reason.as_ref()))
            }
            ReferralEvent::ReferralStarted(x) => Self::Answered(x.course, bare(ReferralStatus::InProgress, None)),
            ReferralEvent::ReferralOnHold(x) => {
                Self::Answered(x.course, bare(ReferralStatus::OnHold, x.reason.as_ref()))
            }
            ReferralEvent::ReferralCompleted(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Completed, x.outcome.as_ref()))
            }
            ReferralEvent::ReferralCancelled(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Cancelled, x.reason.as_ref()))
            }
            ReferralEvent::ReferralFailed(x) => {
                Self::Answered(x.course, bare(ReferralStatus::Failed, x.reason.as_ref()))
            }
        }
    }
}

impl Answer {
    /// Reported again, in the order of the fold: the first stands, with what the newer one has.
    fn again(&mut self, again: Self) {
        let newest = !self.mark.stands_after(&again.mark);
        keep(&mut self.reason, again.reason, newest);
        keep(&mut self.expected_by, again.expected_by, newest);
        if again.worker.is_some() && (newest || self.worker.is_none()) {
            // Sealed under its own record.
            (self.worker, self.origin.record) = (again.worker, again.origin.record);
        }
    }
}

impl Course {
    /// Where it is.
    #[must_use]
    pub fn status(&self) -> ReferralStatus {
        self.answer.as_ref().map_or(ReferralStatus::Requested, |answer| answer.status)
    }

    /// Nobody answered it before it expired (RF1-8).
    #[must_use]
    pub fn is_expired_at(&self, now: Instant) -> bool {
        let expires_at = self.request.as_ref().and_then(|request| request.expires_at);
        self.answer.is_none() && expires_at.is_some_and(|at| at <= now)
    }

    /// The next report in the order of the fold. Total: each means something in every state.
    fn evolve(&mut self, report: Answer) {
        let (now, status) = (self.status(), report.status);
        if status == ReferralStatus::Accepted && now != ReferralStatus::Rejected {
            match &mut self.acceptance {
                Some(known) => known.again(report.clone()),
                none => *none = Some(report.clone()),
            }
        }
        if let Some(answer) = self.answer.as_mut().filter(|it| it.status == status) {
            answer.again(report);
            return;
        }
        let stands_before = |known: &Answer| known.mark.stands_after(&report.mark);
        let stands_after = |known: &Answer| report.mark.stands_after(&known.mark);
        if now.is_open() && status == ReferralStatus::Rejected && now != ReferralStatus::Requested {
            if !self.answer.as_ref().is_some_and(stands_before) {
                self.contradicted = Some(report);
            }
        } else if now.is_open() {
            // Not backwards: an acceptance that comes after the start moves nothing.
            if status.stage() >= now.stage() {
                self.answer = Some(report);
            }
        } else if self.answer.as_ref().is_some_and(stands_after) {
            self.contradicted = Some(report);
        }
    }

    /// When it was asked for; of one that nobody asked for, when it was answered.
    fn mark(&self) -> Option<&Mark> {
        self.request.as_ref().map(|it| &it.mark).or(self.answer.as_ref().map(|it| &it.mark))
    }
}

impl Referral {
    /// The course that was asked for last.
    #[must_use]
    pub fn latest(&self) -> Option<&Course> {
        self.latest_at().map(|at| &self.courses[at])
    }

    /// Where it is.
    #[must_use]
    pub fn status(&self) -> ReferralStatus {
        self.latest().map_or(ReferralStatus::Requested, Course::status)
    }

    /// What is asked: by the latest course, else by any.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        let of_latest = self.latest().and_then(|course| course.request.as_ref());
        of_latest.or_else(|| self.courses.iter().rev().find_map(|course| course.request.as_ref()))
    }

    /// The records in whose streams it was asked for.
    pub(crate) fn records(&self) -> impl Iterator<Item = Token> + '_ {
        self.courses.iter().filter_map(|course| course.request.as_ref()).map(|request| request.origin.record)
    }

    /// Where the last of its requests stands.
    pub(crate) fn last_asked(&self) -> Option<&Mark> {
        let asked = self.courses.iter().filter_map(|course| course.request.as_ref()).map(|request| &request.mark);
        asked.reduce(|a, b| if a.stands_after(b) { a } else { b })
    }

    fn latest_at(&self) -> Option<usize> {
        let asked = |at: &usize| self.courses[*at].request.is_some();
        let all = || 0..self.courses.len();
        let after = |known: usize, it: usize| match (self.courses[known].mark(), self.courses[it].mark()) {
            (Some(known_mark), Some(mark)) if known_mark.stands_after(mark) => known,
            _ => it,
        };
        all().filter(asked).reduce(after).or_else(|| all().reduce(after))
    }

    /// The course that `key` means; one without a key takes the first that comes.
    fn course(&mut self, key: Option<Token>) -> &mut Course {
        let named = |key| self.courses.iter().rposition(|it| it.key == Some(key));
        let at = match key {
            None => self.latest_at(),
            Some(key) => named(key).or_else(|| self.courses.iter().rposition(|it| it.key.is_none())),
        };
        let at = at.unwrap_or_else(|| {
            self.courses.push(Course::default());
            self.courses.len() - 1
        });
        let course = &mut self.courses[at];
        course.key = course.key.or(key);
        course
    }

    /// The next event in the order of the fold.
    pub(crate) fn evolve(&mut self, reported: &Reported, event: &ReferralEvent) {
        match Step::of(event, reported) {
            Step::Asked(course, request) => self.ask(course, request),
            Step::Answered(course, answer) => self.course(course).evolve(answer),
        }
    }

    /// After the end it is asked anew.
    fn ask(&mut self, key: Option<Token>, request: Request) {
        let course = self.course(key);
        let over = |end: &Answer| !end.status.is_open() && request.mark.stands_after(&end.mark);
        if course.request.is_some() && course.answer.as_ref().is_some_and(over) {
            let key = key.or(course.key);
            self.courses.push(Course { key, request: Some(request), ..Course::default() });
            return;
        }
        match &mut course.request {
            Some(known) => known.again(request),
            none => *none = Some(request),
        }
    }
}
