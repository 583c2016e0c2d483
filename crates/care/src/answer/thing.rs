//! By what an event of the timeline is decided: by the thing that it is about, as in every other answer.

use crate::ParallelView;
use crate::thing::Belongs;
use crate::thing::{Data, Item};
use event::{Body, Event, Instant, Register, Token};
use std::collections::BTreeMap;

/// A client's things, by register, kind of data and key: an event that ends a clientship repeats neither its service task nor
/// its beginning.
pub(super) struct Things(BTreeMap<(Register, Data, Token), Item>);

impl Things {
    pub(super) fn of(view: Option<&ParallelView>, belongs: &Belongs) -> Self {
        let lanes = view.into_iter().flat_map(ParallelView::lanes);
        let items = lanes.flat_map(|lane| lane.items(belongs));
        Self(items.filter_map(|item| Some(((item.register, item.data, item.key?), item))).collect())
    }

    /// What is decided about. The source is the event's own; all else is that of the thing that it is about. `None`:
    /// the event is of no client's care. The service task of a thing that is not in the view is not known.
    pub(super) fn item(&self, event: &Event) -> Option<Item> {
        let (data, key) = kind(&event.body)?;
        let by_itself = Item::of_event(event, data).keyed(key);
        let thing = key.and_then(|key| self.0.get(&(event.register, data, key)));
        Some(match thing {
            // Of no time, as the person is in the view.
            None if data == Data::Person => by_itself.lasting(Instant::MIN, Some(Instant::MAX)),
            Some(Item { tasks, from, to, .. }) => by_itself.lasting(*from, *to).with_tasks(tasks.clone()),
            None => by_itself,
        })
    }
}

/// Of what kind an event is, and which thing it is about. A new family does not compile until somebody decides of what kind its
/// events are.
fn kind(body: &Body) -> Option<(Data, Option<Token>)> {
    Some(match body {
        Body::Stay(event) => (Data::Stays, event.key()),
        Body::Referral(event) => (Data::Referrals, event.key()),
        Body::Cooperation(event) => (Data::Referrals, Some(event.key())),
        Body::Person(_) => (Data::Person, None),
        Body::Case(event) => (Data::Clientships, Some(event.key())),
        Body::Assessment(event) => (Data::Assessments, Some(event.key())),
        Body::Clientship(event) => (Data::Clientships, Some(event.key())),
        Body::Decision(event) => (Data::Decisions, Some(event.key())),
        Body::Service(event) => (Data::Services, Some(event.key())),
        Body::Plan(event) => (Data::Plans, Some(event.key())),
        Body::HealthSocialWork(event) => (Data::HealthSocialWork, Some(event.key())),
        Body::DutyContact(event) => (Data::DutyContacts, Some(event.key())),
        Body::Contact(event) => (Data::Contacts, Some(event.key())),
        Body::Assignment(event) => (Data::Workers, Some(event.key())),
        Body::Team(event) => {
            let event::TeamEvent::CareTeamStated(stated) = event;
            (Data::Workers, Some(stated.team))
        }
        Body::Worker(_) => (Data::Workers, None),
        // What an unknown type is about is unknown: it is shown in the own register only.
        Body::Permission(_) | Body::Prohibition(_) | Body::Unknown(_) => (Data::Permissions, None),
        Body::Identity(_) | Body::Translation(_) | Body::List(_) | Body::Source(_) | Body::Subject(_) => {
            return None;
        }
    })
}
