//! Registered systems that may ask.

use super::file;
use super::problems::Problems;
use crate::tls;
use api::{Caller, CallerKnownBy, Users};

/// What callers refer to.
pub struct Known<'a> {
    /// The names of the sources.
    pub sources: &'a [&'a str],
    /// Whether an identity provider is configured.
    pub provider: bool,
    /// The listener's TLS.
    pub tls: Option<&'a tls::Files>,
}

pub fn callers(callers: Vec<file::Caller>, known: &Known<'_>, problems: &mut Problems) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        let before = &callers[..n];
        let mut add = |key: &str, problem: &str| problems.add(["caller", &n.to_string(), key], problem);
        if before.iter().any(|other| other.name == caller.name) {
            add("name", "two callers have this name");
        }
        if caller.token_sha256.is_some() && before.iter().any(|other| other.token_sha256 == caller.token_sha256) {
            add("token_sha256", "two callers have one token");
        }
        if caller.client_id.is_some() && before.iter().any(|other| other.client_id == caller.client_id) {
            add("client_id", "two callers have one client_id");
        }
        check(caller, known, add);
    }
    let caller = |caller: file::Caller| {
        let file::Caller { name, side, tasks, controller, sources, service_tasks, units, .. } = caller;
        Caller {
            name,
            side,
            tasks: tasks.into_iter().flatten().collect(),
            controller,
            sources,
            service_tasks: service_tasks.into_iter().map(|file::ServiceTask(code)| code).collect(),
            units,
            users: caller.users.unwrap_or(usual(known)),
            known_by: CallerKnownBy { token_sha256: caller.token_sha256, client_id: caller.client_id },
            certificate: caller.certificate,
        }
    };
    callers.into_iter().map(caller).collect()
}

/// Where there is an identity provider, a system that names its users itself is an exception that must be written.
fn usual(known: &Known<'_>) -> Users {
    if known.provider { Users::Token } else { Users::Asserted }
}

fn check(caller: &file::Caller, known: &Known<'_>, mut add: impl FnMut(&str, &str)) {
    // A source that is not there would report no relationship, and the caller would be refused without a reason.
    if let Some(of) = caller.sources.iter().find(|of| !known.sources.contains(&of.as_str())) {
        add("sources", &format!("there is no source {of:?}"));
    }
    if caller.token_sha256.is_none() && caller.client_id.is_none() {
        add("token_sha256", "is missing: what `rinnakkain hash-token` prints; or give client_id");
    }
    if caller.client_id.is_some() && !known.provider {
        add("client_id", "is for an identity provider: give identity_provider.issuer");
    }
    if caller.users.unwrap_or(usual(known)) == Users::Token && caller.client_id.is_none() {
        add(
            "client_id",
            "is missing: a user's token is issued to the system that sends it. Or, if the system is to name its users \
             itself, write users = \"asserted\"",
        );
    }
    if caller.certificate.is_some() && !known.tls.is_some_and(tls::Files::asks_clients) {
        add("certificate", "the gRPC listener asks for none: give grpc.tls.client_authority");
    }
}
