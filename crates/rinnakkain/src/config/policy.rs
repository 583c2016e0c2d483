//! Who may see what, as far as the county configures it.

use super::file;
use super::problems::Problems;
use super::sender::SourceTable;
use care::access::{Policy, Serves, ServiceClass};
use std::collections::BTreeMap;

pub fn policy(
    tasks: Vec<file::ServiceTaskClass>,
    access: &file::Access,
    sources: &[SourceTable],
    callers: &[file::Caller],
    problems: &mut Problems,
) -> Policy {
    let mut classes = BTreeMap::new();
    for (n, file::ServiceTaskClass { code: file::ServiceTask(code), class }) in tasks.into_iter().enumerate() {
        if classes.insert(code, class).is_some() {
            problems.add(["service_task", &n.to_string(), "code"], "this service task is written twice");
        }
    }
    let controller = |source: &SourceTable| Some((source.name.clone(), source.controller.clone()?));
    // A county that names no shelter and no mediation anywhere has none connected, as far as it states: its sources are ordinary,
    // and `check` asks for the statement. As soon as one is named, what states nothing may be one, and is shown to nobody.
    let apart = |class: ServiceClass| matches!(class, ServiceClass::Shelter | ServiceClass::Mediation);
    let of_source = |it: &SourceTable| matches!(it.service_class, Some(Serves::Only(class)) if apart(class));
    let named = classes.values().any(|class| apart(*class)) || sources.iter().any(of_source);
    let serves = |source: &SourceTable| Some((source.name.clone(), source.service_class?));
    let policy = Policy {
        classes,
        serves: sources.iter().filter_map(serves).collect(),
        usual: (!named).then_some(Serves::Ordinary),
        county: access.controller.clone(),
        controllers: sources.iter().filter_map(controller).collect(),
        authority: access.authority.clone(),
        recent_discharge_seconds: access.recent_discharge,
    };
    check(&policy, sources, callers, problems);
    policy
}

/// A controller that is written in two ways is two, and a caller would see nothing of its own register.
fn check(policy: &Policy, sources: &[SourceTable], callers: &[file::Caller], problems: &mut Problems) {
    for (n, source) in sources.iter().enumerate() {
        let of = policy.other(source.controller.as_deref());
        let known = callers.iter().any(|it| policy.other(it.controller.as_deref()) == of);
        if of.is_some() && !callers.is_empty() && !known {
            let problem = "no caller has this controller: write it as a caller does, or as access.controller if it is the \
                           county's own";
            problems.add(["source", &n.to_string(), "controller"], problem);
        }
    }
}
