//! Who may see what, as far as the county's lawyer decides.

use super::caller::CallerTable;
use super::checked::{Count, Name, Seconds, TimeLimit};
use super::problems::Problems;
use super::sender::SourceTable;
use api::{Answering, UnknownLimits};
use care::access::{Data, Policy, Serves, ServiceClass};
use event::Code;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The class of a service task (palvelutehtävä).
#[derive(Deserialize)]
pub struct ServiceTask {
    code: Code,
    class: ServiceClass,
}

#[derive(Deserialize)]
pub struct Access {
    controller: Option<Name>,
    authority: BTreeSet<Data>,
    recent_discharge: Option<Seconds>,
    joint_service: bool,
    step: TimeLimit,
    unknown_per_user: Count,
    unknown_per_system: Count,
}

impl Access {
    /// How it is answered, whatever the answer.
    pub fn answering(&self) -> Answering {
        let unknown = UnknownLimits { per_user: *self.unknown_per_user, per_system: *self.unknown_per_system };
        Answering { step: *self.step, unknown }
    }

    pub fn policy(
        &self,
        tasks: Vec<ServiceTask>,
        sources: &[SourceTable],
        callers: &[CallerTable],
        problems: &mut Problems,
    ) -> Policy {
        let mut classes = BTreeMap::new();
        for (n, ServiceTask { code, class }) in tasks.into_iter().enumerate() {
            let twice = classes.insert(code, class).is_some();
            problems.within(&["service_task", &n.to_string()]).refuse(
                twice,
                "code",
                "this service task is written twice",
            );
        }
        // A county that names no shelter and no mediation anywhere has none connected, as far as it states: its sources are
        // ordinary, and `check` asks for the statement. As soon as one is named, what states nothing may be one, and is shown
        // to nobody.
        let serves = |it: &SourceTable| Some((it.name()?.to_owned(), it.service_class.as_ref()?.0));
        let serves: BTreeMap<String, Serves> = sources.iter().filter_map(serves).collect();
        let apart = |class: ServiceClass| matches!(class, ServiceClass::Shelter | ServiceClass::Mediation);
        let of_source = |it: &Serves| matches!(it, Serves::Only(class) if apart(*class));
        let named = classes.values().any(|class| apart(*class)) || serves.values().any(of_source);
        let controller = |it: &SourceTable| Some((it.name()?.to_owned(), it.controller.clone()?));
        let copy = |it: &SourceTable| Some((it.name()?.to_owned(), it.permissions_valid_for.as_ref()?.0));
        let policy = Policy {
            classes,
            serves,
            usual: (!named).then_some(Serves::Ordinary),
            county: self.controller.clone().map(|it| it.0),
            controllers: sources.iter().filter_map(controller).collect(),
            copies: sources.iter().filter_map(copy).collect(),
            joint_service: self.joint_service,
            authority: self.authority.clone(),
            recent_discharge_seconds: self.recent_discharge.as_ref().map(|it| it.0),
        };
        // A controller that is written in two ways is two, and a caller would see nothing of its own register.
        for (n, source) in sources.iter().enumerate() {
            let of = policy.other(source.controller.as_deref());
            let known = callers.iter().any(|it| policy.other(it.controller()) == of);
            let problem = "no caller has this controller: write it as a caller does, or as access.controller if it is the \
                           county's own";
            let unknown = of.is_some() && !callers.is_empty() && !known;
            problems.within(&["source", &n.to_string()]).refuse(unknown, "controller", problem);
        }
        policy
    }
}
