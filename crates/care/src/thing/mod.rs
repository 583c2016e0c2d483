//! Things, as it is decided who may see them: of what kind of data each entity is, of which service task, when it began and
//! when it was over.
//!
//! An entity without a service task has that of what it belongs to: an assignment its clientship's, a service
//! its decision's, a case that of its assessments and decisions, a team that of its members.

mod data;
mod item;

pub use data::{Data, ServiceClass};
pub use item::Item;

use crate::entity::Entity;
use crate::entity::assessment::Assessment;
use crate::entity::assignment::Assignment;
use crate::entity::case::Case;
use crate::entity::clientship::Clientship;
use crate::entity::contact::CareContact;
use crate::entity::cooperation::Cooperation;
use crate::entity::decision::Decision;
use crate::entity::duty_contact::DutyContact;
use crate::entity::health_social_work::HealthSocialWork;
use crate::entity::permission::{Permission, Prohibition};
use crate::entity::person::Person;
use crate::entity::plan::Plan;
use crate::entity::service::Service;
use crate::entity::stay::Stay;
use crate::entity::team::CareTeam;
use crate::entity::unplaced::Unplaced;
use crate::fact::Origin;
use crate::fact::span::Spans;
use event::{Code, Instant, Token};
use std::collections::BTreeMap;

/// An entity, as it is decided about.
pub(crate) trait Thing: Entity {
    /// With its key; `belongs`: to what it belongs.
    fn item(&self, key: Option<Token>, belongs: &Belongs) -> Item;
}

/// The service tasks of what other things belong to, by its key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Belongs(BTreeMap<Token, Vec<Code>>);

impl Belongs {
    pub(crate) fn note(&mut self, key: Token, task: Option<&Code>) {
        let Some(task) = task else { return };
        let known = self.0.entry(key).or_default();
        if !known.contains(task) {
            known.push(task.clone());
        }
    }

    pub(crate) fn join(&mut self, key: Token, other: Option<Token>) {
        let tasks = self.tasks(None, other);
        for task in &tasks {
            self.note(key, Some(task));
        }
    }

    /// Its own service task, else those of what it belongs to.
    pub(crate) fn tasks(&self, own: Option<&Code>, of: Option<Token>) -> Vec<Code> {
        let inherited = || of.and_then(|of| self.0.get(&of)).cloned().unwrap_or_default();
        own.map_or_else(inherited, |own| vec![own.clone()])
    }
}

/// From its first beginning; it goes on if its last span does.
fn spanning<T>(item: Item, spans: &Spans<T>) -> Item {
    let only_end = spans.only_end().map(|end| end.at);
    let from = spans.all().first().map(|span| span.from).or(only_end).unwrap_or(item.from);
    let to = match spans.last() {
        Some(span) => span.until(),
        None => only_end.or(item.to),
    };
    item.lasting(from, to)
}

macro_rules! things {
    ($($thing:ident: $data:ident, |$it:ident, $item:ident, $key:ident, $belongs:ident| $what:expr;)*) => {
        $(impl Thing for $thing {
            fn item(&self, $key: Option<Token>, $belongs: &Belongs) -> Item {
                let $it = self;
                let $item = Item::of(&self.origin, Data::$data).keyed($key);
                $what
            }
        })*
    };
}

things! {
    Stay: Stays, |it, item, _key, _belongs| {
        let over = it.is_over().then_some(it.origin.happened_at);
        let to = it.discharge.in_force().map(|end| end.ended_at).or(over);
        item.lasting(it.since().min(it.first_seen), to)
    };
    Case: Clientships, |it, item, key, belongs| spanning(item, &it.spans).with_tasks(belongs.tasks(None, key));
    Assessment: Assessments, |it, item, _key, belongs| {
        let from = it.started_at.or(it.finished_at).unwrap_or(item.from);
        item.lasting(from, it.finished_at).with_tasks(belongs.tasks(it.service_task.as_ref(), it.case))
    };
    Clientship: Clientships, |it, item, key, belongs| {
        spanning(item, &it.spans).with_tasks(belongs.tasks(it.service_task(), key))
    };
    Decision: Decisions, |it, item, key, belongs| item.with_tasks(belongs.tasks(it.service_task.as_ref(), key));
    Service: Services, |it, item, _key, belongs| {
        let item = spanning(item, &it.spans);
        let from = it.agreed_at.map_or(item.from, |agreed| agreed.min(item.from));
        Item { from, ..item }.with_tasks(belongs.tasks(it.service_task.as_ref(), it.decision))
    };
    Plan: Plans, |it, item, _key, belongs| {
        let times = || [it.agreed_at, it.revised_at].into_iter().flatten();
        let (from, to) = (times().min().unwrap_or(item.from), times().max().or(item.to));
        item.lasting(from, to).with_tasks(belongs.tasks(it.service_task.as_ref(), None))
    };
    Assignment: Workers, |it, item, _key, belongs| {
        spanning(item, &it.spans).with_tasks(belongs.tasks(None, it.clientship()))
    };
    CareTeam: Workers, |it, item, _key, belongs| {
        let mut tasks: Vec<Code> = it.members.iter().flat_map(|member| belongs.tasks(None, Some(*member))).collect();
        tasks.dedup();
        item.with_tasks(tasks)
    };
    HealthSocialWork: HealthSocialWork, |it, item, _key, _belongs| spanning(item, &it.spans);
    DutyContact: DutyContacts, |it, item, _key, belongs| {
        let from = it.recorded_at.or(it.closed_at).unwrap_or(item.from);
        item.lasting(from, it.closed_at).with_tasks(belongs.tasks(it.service_task.as_ref(), None))
    };
    CareContact: Contacts, |it, item, _key, _belongs| {
        let at = it.kept.in_force().map(|it| it.at);
        let from = at.unwrap_or(item.from);
        item.lasting(from, Some(from))
    };
    Cooperation: Referrals, |it, item, _key, _belongs| {
        let (from, to) = (item.from, it.answer.at.or(item.to));
        item.lasting(from, to)
    };
    Permission: Permissions, |_it, item, _key, _belongs| item;
    Prohibition: Permissions, |_it, item, _key, _belongs| item;
}

impl Person {
    /// The item by which it is decided. It has no time, because it is who the client is. `None`: nobody has reported
    /// it.
    pub(crate) fn item(&self) -> Option<Item> {
        let origin = self.origin.as_ref()?;
        Some(Item::of(origin, Data::Person).lasting(Instant::MIN, Some(Instant::MAX)))
    }
}

impl Unplaced {
    /// As it is decided about.
    pub(crate) fn item(&self) -> Item {
        let data = match self {
            Self::Stay { .. } => Data::Stays,
            Self::Referral(_) | Self::ReferralAnswer(_) => Data::Referrals,
        };
        Item::of(self.origin(), data)
    }
}

/// A request of a referral, or an answer to one.
pub(crate) fn of_referral(origin: &Origin, key: Token) -> Item {
    Item::of(origin, Data::Referrals).keyed(Some(key))
}
