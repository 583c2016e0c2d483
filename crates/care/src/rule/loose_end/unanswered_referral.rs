//! A referral, contact or notice that nobody answered in time.
//!
//! It is loose from the first of these: the time by which the requester needs the answer, its expiry (RF1-8), or the
//! configured time after which it is no client relationship any more ([`crate::Limits`]). Any report from the receiver
//! ties it, and so does the requester's cancellation.

use crate::{Origin, ParallelView};
use event::Instant;

pub(super) fn find(view: &ParallelView, _: Instant) -> impl Iterator<Item = (Instant, &Origin)> {
    let limit = view.limits.unanswered_referral_seconds;
    view.referrals.values().filter_map(move |referral| {
        let (course, request) = referral.latest().zip(referral.request())?;
        let asked = &request.origin;
        let times = [request.required_by, request.expires_at].into_iter().flatten();
        let from = times.fold(asked.happened_at.plus_seconds(limit), Instant::min);
        course.answer.is_none().then_some((from, asked))
    })
}
