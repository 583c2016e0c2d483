//! Of what kinds a lane has something, and which sources reported it.

use super::lane::Lane;
use crate::Unplaced;
use crate::access::Data;
use crate::entity::Entity;
use event::Token;
use std::collections::{BTreeMap, BTreeSet};

impl Lane {
    /// The kinds of data that it has, for the access log.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<Data> {
        let Self {
            persons,
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
            unplaced,
            not_understood: _,
        } = self;
        let unplaced = |wanted: Data| {
            unplaced.iter().any(|it| match it {
                Unplaced::Stay { .. } => wanted == Data::Stays,
                Unplaced::Referral(_) | Unplaced::ReferralAnswer(_) => wanted == Data::Referrals,
            })
        };
        let has = [
            (Data::Person, !persons.is_empty()),
            (Data::Stays, !stays.is_empty() || unplaced(Data::Stays)),
            (Data::Clientships, !cases.is_empty() || !clientships.is_empty()),
            (Data::Assessments, !assessments.is_empty()),
            (Data::Decisions, !decisions.is_empty()),
            (Data::Services, !services.is_empty()),
            (Data::Plans, !plans.is_empty()),
            (Data::Workers, !assignments.is_empty() || !teams.is_empty()),
            (Data::HealthSocialWork, !health_social_work.is_empty()),
            (Data::DutyContacts, !duty_contacts.is_empty()),
            (Data::Contacts, !contacts.is_empty()),
            (Data::Referrals, !cooperations.is_empty() || unplaced(Data::Referrals)),
            (Data::Permissions, !permissions.is_empty() || !prohibitions.is_empty()),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(data, _)| data).collect()
    }

    /// The sources that reported what can show a client relationship.
    pub(crate) fn sources(&self) -> BTreeSet<&str> {
        let mut all: BTreeSet<&str> = self.unplaced.iter().map(|it| it.origin().source.as_str()).collect();
        all.extend(of(&self.stays));
        all.extend(of(&self.health_social_work));
        all.extend(of(&self.clientships));
        all.extend(of(&self.assignments));
        all.extend(of(&self.services));
        all.extend(of(&self.cases));
        all.extend(of(&self.assessments));
        all
    }
}

fn of<E: Entity>(all: &BTreeMap<Token, E>) -> impl Iterator<Item = &str> {
    all.values().map(|it| it.origin().source.as_str())
}
