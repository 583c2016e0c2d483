//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use api::Caller;

pub fn callers(callers: Vec<file::Caller>, problems: &mut Problems<'_>) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let number = &n.to_string();
        let given = [
            ("name", !caller.name.is_empty()),
            ("side", caller.side.is_some()),
            ("tasks", caller.tasks.is_some()),
            ("token_sha256", caller.token_sha256.is_some()),
        ];
        problems.required(["caller", number], &given);
        let same = |of: fn(&file::Caller, &file::Caller) -> bool| callers[..n].iter().any(|other| of(other, caller));
        if same(|one, other| one.name == other.name && !one.name.is_empty()) {
            problems.add(["caller", number], "two callers have this name");
        }
        if same(|one, other| one.token_sha256 == other.token_sha256 && one.token_sha256.is_some()) {
            problems.add(["caller", number], "two callers have one token");
        }
    }
    let build = |it: file::Caller| {
        let tasks = it.tasks?.into_iter().collect();
        Some(Caller { name: it.name, side: it.side?, tasks, token_sha256: it.token_sha256? })
    };
    callers.into_iter().filter_map(build).collect()
}
