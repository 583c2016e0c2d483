//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use api::Caller;

pub fn callers(callers: Vec<file::Caller>, problems: &mut Problems) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let key = format!("caller {}", caller.name);
        problems.name(&key, &caller.name);
        if callers[..n].iter().any(|other| other.name == caller.name) {
            problems.add(format!("{key}: two callers have this name"));
        }
        if callers[..n]
            .iter()
            .any(|other| other.token_sha256.reveal().eq_ignore_ascii_case(caller.token_sha256.reveal()))
        {
            problems.add(format!("{key}: two callers have one token"));
        }
        if caller.tasks.is_empty() {
            problems.add(format!("{key}: tasks is empty, so it could ask nothing"));
        }
    }
    let build = |caller: file::Caller| {
        let token_sha256 =
            problems.sha256(&format!("caller {}: token_sha256", caller.name), caller.token_sha256.reveal())?;
        Some(Caller { name: caller.name, side: caller.side, tasks: caller.tasks, token_sha256 })
    };
    callers.into_iter().filter_map(build).collect()
}
