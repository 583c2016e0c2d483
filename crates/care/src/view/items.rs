//! What a view holds, as it is decided about: its things, and to what they belong.

use super::{Lane, ParallelView};
use crate::entity::unplaced::Unplaced;
use crate::thing::{Belongs, Item, Thing, of_referral};
use event::{Register, Token};
use std::collections::BTreeMap;

impl Belongs {
    /// To what the things of a client belong, in either lane.
    pub(crate) fn of(view: &ParallelView) -> Self {
        let mut all = Self::default();
        let lanes = || view.lanes().into_iter();
        for (key, it) in lanes().flat_map(|lane| &lane.clientships) {
            all.note(*key, it.service_task());
        }
        for it in lanes().flat_map(|lane| lane.assessments.values()) {
            it.case.into_iter().for_each(|case| all.note(case, it.service_task.as_ref()));
        }
        for (key, it) in lanes().flat_map(|lane| &lane.decisions) {
            all.note(*key, it.service_task.as_ref());
            it.case.into_iter().for_each(|case| all.note(case, it.service_task.as_ref()));
        }
        for (key, it) in lanes().flat_map(|lane| &lane.decisions).filter(|(_, it)| it.service_task.is_none()) {
            all.join(*key, it.case);
        }
        for (key, it) in lanes().flat_map(|lane| &lane.assignments) {
            all.join(*key, it.clientship());
        }
        all
    }
}

impl ParallelView {
    /// Everything that this register reports as done or not done, with what has no key, and its side of the referrals.
    pub(crate) fn items_of<'a>(&'a self, register: Register, of: &'a Belongs) -> impl Iterator<Item = Item> + 'a {
        let lane = self.lane(register);
        let referrals =
            self.referrals.iter().flat_map(|(key, it)| it.origins().map(|origin| of_referral(origin, *key)));
        let referrals = referrals.filter(move |item| item.register == register);
        lane.items(of).chain(lane.unplaced.iter().map(Unplaced::item)).chain(referrals)
    }
}

impl Lane {
    /// Everything that has a key.
    pub(crate) fn items<'a>(&'a self, belongs: &'a Belongs) -> impl Iterator<Item = Item> + 'a {
        fn all<'a, T: Thing>(things: &'a BTreeMap<Token, T>, of: &'a Belongs) -> impl Iterator<Item = Item> + 'a {
            things.iter().map(move |(key, it)| it.item(Some(*key), of))
        }
        let Self {
            // By record, not by key.
            persons: _,
            stays,
            cases,
            assessments,
            clientships,
            decisions,
            services,
            plans,
            assignments,
            teams,
            health_social_work,
            duty_contacts,
            contacts,
            cooperations,
            permissions,
            prohibitions,
            // Without a key.
            unplaced: _,
            not_understood: _,
        } = self;
        let of = belongs;
        let work = all(cases, of).chain(all(assessments, of)).chain(all(clientships, of)).chain(all(decisions, of));
        let work =
            work.chain(all(services, of)).chain(all(plans, of)).chain(all(assignments, of)).chain(all(teams, of));
        let work = work.chain(all(health_social_work, of)).chain(all(duty_contacts, of)).chain(all(contacts, of));
        let work = work.chain(all(cooperations, of)).chain(all(permissions, of)).chain(all(prohibitions, of));
        all(stays, of).chain(work)
    }
}
