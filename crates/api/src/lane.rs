//! One side of the parallel view, rendered.

use crate::proto;
use crate::{case, clientship, referral, service, stay};
use care::{Case, Lane, Origin, ParallelView, Referral, Stay};
use event::{Instant, Keyring, Register};
use std::cmp::Reverse;

/// What a lane is rendered from.
pub(crate) struct LaneRenderer<'a> {
    /// The view, without what may not be seen.
    pub(crate) view: &'a ParallelView,
    /// The lane itself.
    pub(crate) lane: &'a Lane,
    /// The lane's register.
    pub(crate) register: Register,
    /// Ward names may be shown.
    pub(crate) wards: bool,
    /// The instant that the answer holds for.
    pub(crate) at: Instant,
    /// Opens what is sealed.
    pub(crate) keyring: &'a Keyring,
}

impl LaneRenderer<'_> {
    /// Renders the lane, with those who work with the client now. The lane and each entity are taken apart without
    /// `..`: a new kind of entity or a new field does not compile until somebody decides whether it is answered.
    pub(crate) fn content(&self, workers: Vec<proto::Worker>) -> proto::LaneContent {
        let at = self.at;
        let Lane {
            // In `all_stays`, with those that have no number.
            stays: _,
            unplaced,
            cases,
            assessments,
            clientships,
            decisions,
            services,
            plans,
            assignments,
            health_social_work,
            duty_contacts,
            contacts,
            cooperations,
            // Beside the lanes, and of the caller's own register only.
            persons: _,
            // Their members are assignments.
            teams: _,
            // What they open and close is what the answer shows.
            permissions: _,
            prohibitions: _,
            // In the answer's completeness.
            not_understood: _,
        } = self.lane;
        // A stay that continues under another key, or belongs to another client, is not shown here.
        let shown = |it: &Stay| !it.superseded;
        let mut stays: Vec<_> = self.lane.all_stays(self.view.limits).into_iter().filter(shown).collect();
        stays.sort_by_key(|stay| Reverse(stay.since()));
        let mut in_order_of_opening: Vec<&Case> = cases.values().collect();
        in_order_of_opening.sort_by_key(|it| it.spans.shown(at).map(|span| span.from));
        let asked_here = self.view.referrals.values().filter(|it| self.asked_here(it));
        proto::LaneContent {
            stays: stays.iter().map(|it| stay::stay(it, at, self.wards)).collect(),
            referrals: in_order(asked_here, referral::origin, |it| referral::referral(it, at, self.keyring)),
            cases: in_order_of_opening.into_iter().map(|it| case::case(it, at)).collect(),
            assessments: in_order(assessments.values(), |it| Some(&it.origin), case::assessment),
            clientships: in_order(clientships.values(), |it| Some(&it.origin), |it| clientship::clientship(it, at)),
            workers,
            ended_assignments: in_order(
                assignments.values(),
                |it| Some(&it.origin),
                |it| clientship::ended(it, self.lane, at),
            )
            .into_iter()
            .flatten()
            .collect(),
            health_social_work: in_order(
                health_social_work.values(),
                |it| Some(&it.origin),
                |it| clientship::social_work(it, at),
            ),
            duty_contacts: in_order(duty_contacts.values(), |it| Some(&it.origin), service::duty_contact),
            unplaced_facts: u32::try_from(unplaced.len()).unwrap_or(u32::MAX),
            decisions: in_order(decisions.values(), |it| Some(&it.origin), service::decision),
            services: in_order(services.values(), |it| Some(&it.origin), |it| service::service(it, at)),
            plans: in_order(plans.values(), |it| Some(&it.origin), service::plan),
            cooperation_requests: in_order(cooperations.values(), |it| Some(&it.origin), service::cooperation),
            contacts: service::count(contacts.values(), at),
        }
    }

    /// A referral is shown in the lane of the register in which it was asked for.
    fn asked_here(&self, referral: &Referral) -> bool {
        referral::origin(referral).is_some_and(|origin| origin.register == self.register)
    }
}

/// In the order in which they happened.
fn in_order<'e, E: 'e, P>(
    entities: impl Iterator<Item = &'e E>,
    origin: impl Fn(&E) -> Option<&Origin>,
    render: impl Fn(&E) -> P,
) -> Vec<P> {
    let mut here: Vec<_> = entities.collect();
    here.sort_by_key(|it| origin(it).map(|origin| origin.happened_at));
    here.into_iter().map(render).collect()
}
