//! What an event of the timeline is decided by: its kind of data and its service task.

use crate::access::{Data, Item};
use event::{
    AssessmentEvent, AssignmentEvent, Body, ClientshipEvent, Code, DecisionEvent, DutyContactEvent, PlanEvent,
    ReceivedEvent, ServiceEvent, Token,
};
use std::collections::BTreeMap;

/// The service tasks of a client's things, by key, from all events about them: an event that ends a clientship does not
/// repeat its task.
pub(super) struct Things(BTreeMap<Token, Code>);

/// Of what kind an event is, which thing it is about, and what it says of that thing's service task.
struct Kind<'a> {
    data: Data,
    key: Option<Token>,
    task: Option<&'a Code>,
    /// The clientship or decision that the thing belongs to: it has its task.
    of: Option<Token>,
}

impl Things {
    pub(super) fn of(events: &[ReceivedEvent]) -> Self {
        let kinds: Vec<Kind<'_>> = events.iter().filter_map(|it| Kind::of(&it.event.body)).collect();
        let own = kinds.iter().filter_map(|it| Some((it.key?, it.task?.clone())));
        let mut tasks: BTreeMap<Token, Code> = own.collect();
        for (key, of) in kinds.iter().filter_map(|it| Some((it.key?, it.of?))) {
            if !tasks.contains_key(&key)
                && let Some(task) = tasks.get(&of).cloned()
            {
                tasks.insert(key, task);
            }
        }
        Self(tasks)
    }

    /// What is decided about. `None`: it is of no client's care.
    pub(super) fn item<'a>(&'a self, received: &'a ReceivedEvent) -> Option<Item<'a>> {
        let event = &received.event;
        let Kind { data, key, .. } = Kind::of(&event.body)?;
        Some(Item {
            register: event.register,
            data,
            task: key.as_ref().and_then(|key| self.0.get(key)),
            key,
            source: &event.source,
            at: event.happened_at,
        })
    }
}

impl<'a> Kind<'a> {
    /// A new family does not compile until somebody decides of what kind its events are.
    fn of(body: &'a Body) -> Option<Self> {
        let bare = |data| Self { data, key: None, task: None, of: None };
        let about = |data, key| Self { key: Some(key), ..bare(data) };
        Some(match body {
            Body::Stay(event) => Self { key: event.key(), ..bare(Data::Stays) },
            Body::Referral(event) => Self { key: event.key(), ..bare(Data::Referrals) },
            Body::Cooperation(_) => bare(Data::Referrals),
            Body::Person(_) => bare(Data::Person),
            Body::Case(_) => bare(Data::Clientships),
            Body::Assessment(event) => Self {
                task: match event {
                    AssessmentEvent::AssessmentStarted(it) => it.service_task.as_ref(),
                    AssessmentEvent::AssessmentFinished(_) => None,
                },
                ..about(Data::Assessments, event.key())
            },
            Body::Clientship(event) => Self {
                task: match event {
                    ClientshipEvent::ClientshipOpened(it) => it.service_task.as_ref(),
                    ClientshipEvent::ClientshipClosed(_) => None,
                },
                ..about(Data::Clientships, event.key())
            },
            Body::Decision(event) => {
                let DecisionEvent::DecisionMade(it) = event;
                Self { task: it.service_task.as_ref(), ..about(Data::Decisions, event.key()) }
            }
            Body::Service(event) => {
                let (task, of) = match event {
                    ServiceEvent::ServiceStartAgreed(it) => (it.service_task.as_ref(), it.decision),
                    ServiceEvent::ServiceStarted(it) => (it.service_task.as_ref(), it.decision),
                    ServiceEvent::ServiceEnded(_) => (None, None),
                };
                Self { task, of, ..about(Data::Services, event.key()) }
            }
            Body::Plan(event) => Self {
                task: match event {
                    PlanEvent::PlanAgreed(it) => it.service_task.as_ref(),
                    PlanEvent::PlanRevised(_) => None,
                },
                ..about(Data::Plans, event.key())
            },
            Body::HealthSocialWork(_) => bare(Data::HealthSocialWork),
            Body::DutyContact(event) => Self {
                task: match event {
                    DutyContactEvent::DutyContactRecorded(it) => it.service_task.as_ref(),
                    DutyContactEvent::DutyContactClosed(_) => None,
                },
                ..about(Data::DutyContacts, event.key())
            },
            Body::Contact(_) => bare(Data::Contacts),
            Body::Assignment(event) => Self {
                of: match event {
                    AssignmentEvent::WorkerAssigned(it) => it.clientship,
                    AssignmentEvent::WorkerAssignmentEnded(_) | AssignmentEvent::WorkerSubstituted(_) => None,
                },
                ..about(Data::Workers, event.key())
            },
            Body::Team(_) | Body::Worker(_) => bare(Data::Workers),
            // What an unknown type is about is unknown: it is shown in the own register only.
            Body::Permission(_) | Body::Prohibition(_) | Body::Unknown(_) => bare(Data::Permissions),
            Body::Identity(_) | Body::Translation(_) | Body::List(_) | Body::Source(_) | Body::Subject(_) => {
                return None;
            }
        })
    }
}
