//! What leads to a place, taken out of a view; and whether anything is left in it.

use super::lane::hide_source;
use super::{ParallelView, Streams};
use crate::entity::referral::{Answer, Course, Referral, Request};
use crate::fact::sight::Sight;
use event::Register;

impl ParallelView {
    /// Is nothing of the client in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { last: _, health, social, referrals, streams: _, protected_since: _, limits: _ } = self;
        health.is_empty() && social.is_empty() && referrals.is_empty()
    }

    /// Takes out what leads to a place, as far as `sight` asks for it.
    pub fn hide_places(&mut self, sight: impl Fn(Register) -> Sight) {
        let Self { last: _, health, social, referrals, streams, protected_since: _, limits: _ } = self;
        health.hide_places(sight(Register::Patient));
        social.hide_places(sight(Register::Social));
        *streams = Streams::default();
        for course in referrals.values_mut().flat_map(|Referral { courses }| courses) {
            if let Some(request) = &mut course.request {
                request.hide_places(sight(request.origin.register));
            }
            for answer in course.answers_mut() {
                answer.hide_places(sight(answer.origin.register));
            }
        }
    }
}

impl Request {
    fn hide_places(&mut self, sight: Sight) {
        let Self { origin, mark: _, kind: _, priority: _, required_by: _, expires_at: _, source_channel: _ } = self;
        hide_source(origin, sight);
    }
}

impl Answer {
    fn hide_places(&mut self, sight: Sight) {
        let Self { origin, mark: _, status: _, reason: _, worker, expected_by: _, without_place } = self;
        hide_source(origin, sight);
        match sight {
            Sight::Whole => {}
            Sight::Outside => *without_place = true,
            Sight::NoPlace | Sight::Withheld => *worker = None,
        }
    }
}

impl Course {
    fn answers_mut(&mut self) -> impl Iterator<Item = &mut Answer> {
        let Self { key: _, request: _, answer, acceptance, contradicted } = self;
        [answer, acceptance, contradicted].into_iter().flatten()
    }
}
