//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use api::Caller;

pub fn callers(callers: Vec<file::Caller>, problems: &mut Problems<'_>) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let mut section = problems.of_table(["caller", &n.to_string()]);
        let before = &callers[..n];
        if before.iter().any(|other| other.name == caller.name && !caller.name.is_empty()) {
            section.add("", "two callers have this name");
        }
        if before.iter().any(|other| other.token_sha256 == caller.token_sha256 && caller.token_sha256.is_some()) {
            section.add("", "two callers have one token");
        }
        if caller.tasks.as_ref().is_some_and(Vec::is_empty) {
            section.add("tasks", "is empty, so it could ask nothing");
        }
        for (key, missing) in [
            ("name", caller.name.is_empty()),
            ("side", caller.side.is_none()),
            ("tasks", caller.tasks.is_none()),
            ("token_sha256", caller.token_sha256.is_none()),
        ] {
            if missing {
                section.add(key, "is missing");
            }
        }
    }
    let build = |it: file::Caller| {
        Some(Caller { name: it.name, side: it.side?, tasks: it.tasks?, token_sha256: it.token_sha256? })
    };
    callers.into_iter().filter_map(build).collect()
}
