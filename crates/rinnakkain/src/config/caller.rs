//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use api::Caller;

pub fn callers(callers: Vec<file::Caller>, sources: &[&str], problems: &mut Problems) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let (number, before) = (&n.to_string(), &callers[..n]);
        if before.iter().any(|other| other.name == caller.name) {
            problems.add(["caller", number, "name"], "two callers have this name");
        }
        if before.iter().any(|other| other.token_sha256 == caller.token_sha256) {
            problems.add(["caller", number, "token_sha256"], "two callers have one token");
        }
        // A source that is not there would report no relationship, and the caller would be refused without a reason.
        if let Some(of) = caller.sources.iter().find(|of| !sources.contains(&of.as_str())) {
            problems.add(["caller", number, "sources"], format!("there is no source {of:?}"));
        }
    }
    let caller = |file::Caller { name, side, tasks, controller, sources, service_tasks, token_sha256 }| {
        let tasks = tasks.into_iter().flatten().collect();
        let service_tasks = service_tasks.into_iter().map(|file::ServiceTask(code)| code).collect();
        Caller { name, side, tasks, controller, sources, service_tasks, token_sha256 }
    };
    callers.into_iter().map(caller).collect()
}
