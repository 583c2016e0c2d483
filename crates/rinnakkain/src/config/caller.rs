//! Registered systems that may ask.

use super::checked::{Certificate, Name, Sha256, filled};
use super::problems::{Problems, Within};
use crate::tls;
use api::{Caller, CallerKnownBy, Users};
use care::access::{CallerSide, Declarable, Task};
use event::Code;
use serde::Deserialize;
use std::collections::BTreeSet;

/// As it may be written.
#[derive(Deserialize)]
pub struct CallerTable {
    name: Name,
    side: CallerSide,
    #[serde(deserialize_with = "filled")]
    tasks: Option<BTreeSet<Task>>,
    controller: Option<Name>,
    #[serde(default)]
    sources: BTreeSet<String>,
    #[serde(default)]
    service_tasks: BTreeSet<Code>,
    #[serde(default)]
    units: BTreeSet<String>,
    #[serde(default)]
    declares: BTreeSet<Declarable>,
    users: Option<Users>,
    token_sha256: Option<Sha256>,
    client_id: Option<String>,
    certificate: Option<Certificate>,
}

/// What callers refer to.
pub struct Known<'a> {
    /// The names of the sources.
    pub sources: &'a [&'a str],
    /// Whether an identity provider is configured.
    pub provider: bool,
    /// The listener's TLS.
    pub tls: Option<&'a tls::Files>,
}

pub fn callers(callers: Vec<CallerTable>, known: &Known<'_>, problems: &mut Problems) -> Vec<Caller> {
    for (n, caller) in callers.iter().enumerate() {
        caller.check(&callers[..n], known, problems.within(&["caller", &n.to_string()]));
    }
    callers.into_iter().map(|it| it.caller(known)).collect()
}

impl CallerTable {
    pub fn controller(&self) -> Option<&str> {
        self.controller.as_ref().map(|it| it.as_str())
    }

    /// Where there is an identity provider, a system that names its users itself is an exception that must be written.
    fn users(&self, known: &Known<'_>) -> Users {
        self.users.unwrap_or(if known.provider { Users::Token } else { Users::Asserted })
    }

    fn check(&self, before: &[Self], known: &Known<'_>, mut here: Within<'_>) {
        let Self { name, token_sha256: token, client_id: id, certificate, .. } = self;
        here.refuse(before.iter().any(|it| it.name == *name), "name", "two callers have this name");
        let twice = token.is_some() && before.iter().any(|it| it.token_sha256 == *token);
        here.refuse(twice, "token_sha256", "two callers have one token");
        let twice = id.is_some() && before.iter().any(|it| it.client_id == *id);
        here.refuse(twice, "client_id", "two callers have one client_id");
        // A source that is not there would report no relationship, and the caller would be refused without a reason.
        for of in self.sources.iter().filter(|of| !known.sources.contains(&of.as_str())).take(1) {
            here.refuse(true, "sources", format_args!("there is no source {of:?}"));
        }
        let may = |it: &Declarable| self.tasks.iter().flatten().any(|task| it.is_of(self.side, *task));
        for of in self.declares.iter().filter(|it| !may(it)) {
            let problem =
                format_args!("{}: no task of this caller may declare it (703/2023 53 §, 55 §, 56 §)", of.name());
            here.refuse(true, "declares", problem);
        }
        let problem = "is missing: what `rinnakkain hash-token` prints; or give client_id";
        here.refuse(token.is_none() && id.is_none(), "token_sha256", problem);
        let problem = "is for an identity provider: give identity_provider.issuer";
        here.refuse(id.is_some() && !known.provider, "client_id", problem);
        let problem = "is missing: a user's token is issued to the system that sends it. Or, if the system is to name its users \
                       itself, write users = \"asserted\"";
        here.refuse(self.users(known) == Users::Token && id.is_none(), "client_id", problem);
        let asks = known.tls.is_some_and(tls::Files::asks_clients);
        let problem = "the gRPC listener asks for none: give grpc.tls.client_authority";
        here.refuse(certificate.is_some() && !asks, "certificate", problem);
    }

    fn caller(self, known: &Known<'_>) -> Caller {
        Caller {
            users: self.users(known),
            name: self.name.0,
            side: self.side,
            tasks: self.tasks.into_iter().flatten().collect(),
            controller: self.controller.map(|it| it.0),
            sources: self.sources,
            service_tasks: self.service_tasks,
            units: self.units,
            declares: self.declares,
            known_by: CallerKnownBy { token_sha256: self.token_sha256.map(|it| it.0), client_id: self.client_id },
            certificate: self.certificate.map(|it| it.0),
        }
    }
}
