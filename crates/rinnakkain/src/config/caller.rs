//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use api::Caller;

pub fn callers(callers: Vec<file::Caller>, problems: &mut Problems) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let (number, before) = (&n.to_string(), &callers[..n]);
        if before.iter().any(|other| other.name == caller.name) {
            problems.add(["caller", number, "name"], "two callers have this name");
        }
        if before.iter().any(|other| other.token_sha256 == caller.token_sha256) {
            problems.add(["caller", number, "token_sha256"], "two callers have one token");
        }
    }
    let caller = |file::Caller { name, side, tasks, token_sha256 }| {
        let tasks = tasks.into_iter().flatten().collect();
        Caller { name, side, tasks, token_sha256 }
    };
    callers.into_iter().map(caller).collect()
}
