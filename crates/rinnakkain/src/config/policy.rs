//! Who may see what, as far as the county configures it.

use super::file;
use super::problems::Problems;
use super::sender::SourceTable;
use care::access::Policy;
use std::collections::BTreeMap;

pub fn policy(
    tasks: Vec<file::ServiceTaskClass>,
    access: file::Access,
    sources: &[SourceTable],
    problems: &mut Problems,
) -> Policy {
    let mut classes = BTreeMap::new();
    for (n, file::ServiceTaskClass { code: file::ServiceTask(code), class }) in tasks.into_iter().enumerate() {
        if classes.insert(code, class).is_some() {
            problems.add(["service_task", &n.to_string(), "code"], "this service task is written twice");
        }
    }
    let controller = |source: &SourceTable| Some((source.name.clone(), source.controller.clone()?));
    let file::Access { authority } = access;
    Policy { classes, controllers: sources.iter().filter_map(controller).collect(), authority }
}
