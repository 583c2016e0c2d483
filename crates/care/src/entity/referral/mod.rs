//! A referral, contact or notice, and what the receiver reports of it.
//!
//! One request may be sent more than once: to another receiver, by another Task, or again after its end. Each time is a
//! course of its own. The status of the referral is that of the last requested course.
//!
//! A report that names no course belongs to that one. A report that names an unknown course belongs to the course that
//! was requested without a name; where there is none, it begins a course.

mod answer;
mod course;
mod request;
mod status;
mod step;

pub use answer::Answer;
pub use course::Course;
pub use request::Request;
pub use status::ReferralStatus;
pub(crate) use step::Step;

use crate::fact::mark::Mark;
use crate::fact::{Origin, Reported};
use event::{ReferralEvent, Token};
use serde::{Deserialize, Serialize};

/// One referral.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Every course, in the order of the fold.
    pub courses: Vec<Course>,
}

impl Referral {
    /// The last requested course.
    #[must_use]
    pub fn latest(&self) -> Option<&Course> {
        self.latest_at().map(|at| &self.courses[at])
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> ReferralStatus {
        self.latest().map_or(ReferralStatus::Requested, Course::status)
    }

    /// The request of the latest course, else of any.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        let of_latest = self.latest().and_then(|course| course.request.as_ref());
        of_latest.or_else(|| self.courses.iter().rev().find_map(|course| course.request.as_ref()))
    }

    /// The records in whose streams the requests stand.
    pub(crate) fn records(&self) -> impl Iterator<Item = Token> + '_ {
        self.courses.iter().filter_map(|course| course.request.as_ref()).map(|request| request.origin.record)
    }

    /// Who reported its requests and its answers.
    pub(crate) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.courses.iter().flat_map(|course| {
            let Course { key: _, request, answer, acceptance, contradicted } = course;
            let answers = [answer, acceptance, contradicted].into_iter().flatten().map(|it| &it.origin);
            request.iter().map(|it| &it.origin).chain(answers)
        })
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

    /// The course with this key; a course without a key takes the first key that comes.
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

    /// A request after the end begins another course.
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
