//! Who may ask: registered systems, each with a side and tasks, and how they and their users are known.

use crate::token::IdentityProvider;
use care::access::{CallerSide, Declarable, Purpose, Task};
use event::Code;
use quota::KnownBy;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A registered calling system.
#[derive(Clone)]
pub struct Caller {
    /// Its configured name, as in the access log.
    pub name: String,
    /// Its side.
    pub side: CallerSide,
    /// The tasks for which its users may ask.
    pub tasks: Vec<Task>,
    /// The controller (rekisterinpitäjä) in whose register it works, by its OID; `None`: the county.
    pub controller: Option<String>,
    /// Its own sources: a client relationship that they report is one to this caller (703/2023 57 §).
    pub sources: BTreeSet<String>,
    /// The service tasks (palvelutehtävät) in which its users work. If none is stated, nothing that needs a service
    /// task is shown to them: nothing of a service that they deliver, of a shelter or of mediation, and, where they
    /// arrange services, only the common ones (STM 457/2024 12 §–15 §).
    pub service_tasks: BTreeSet<Code>,
    /// The units in which its users work; none stated: no limit by unit.
    pub units: BTreeSet<String>,
    /// The bases that its users may declare: none, unless the county's lawyer has confirmed them.
    pub declares: BTreeSet<Declarable>,
    /// How its users are known.
    pub users: Users,
    /// How it is known itself; at least one of the two.
    pub known_by: CallerKnownBy,
    /// The client certificate that its connections have; `None`: whichever the listener accepts.
    pub certificate: Option<KnownBy>,
}

/// How a calling system is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerKnownBy {
    /// SHA-256 of a token of its own.
    pub token_sha256: Option<[u8; 32]>,
    /// Its client id at the identity provider, the `azp` of its access tokens.
    pub client_id: Option<String>,
}

/// How the users of a calling system are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Users {
    /// By an access token of the identity provider, with each call.
    Token,
    /// The system names them in the request, unless a token does.
    Asserted,
}

/// Every registered system.
#[derive(Clone)]
pub struct Callers {
    pub(crate) all: Vec<Arc<Caller>>,
    pub(crate) provider: Option<IdentityProvider>,
}

/// Why callers cannot be registered together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallersError {
    /// Two have the same name.
    #[error("two callers are named `{0}`")]
    SameName(String),
    /// Two have the same token.
    #[error("the callers `{0}` and `{1}` have the same token")]
    SameToken(String, String),
    /// Two have the same client id.
    #[error("the callers `{0}` and `{1}` have the same client_id")]
    SameClient(String, String),
}

impl Callers {
    /// Checks that no two share a name, a token or a client id.
    pub fn try_new(callers: Vec<Caller>, provider: Option<IdentityProvider>) -> Result<Self, CallersError> {
        for (n, caller) in callers.iter().enumerate() {
            for other in &callers[..n] {
                let (own, theirs) = (&caller.known_by, &other.known_by);
                if other.name == caller.name {
                    return Err(CallersError::SameName(caller.name.clone()));
                }
                if own.token_sha256.is_some() && own.token_sha256 == theirs.token_sha256 {
                    return Err(CallersError::SameToken(other.name.clone(), caller.name.clone()));
                }
                if own.client_id.is_some() && own.client_id == theirs.client_id {
                    return Err(CallersError::SameClient(other.name.clone(), caller.name.clone()));
                }
            }
        }
        Ok(Self { all: callers.into_iter().map(Arc::new).collect(), provider })
    }
}

/// A source that may ask for the status of its messages. Its token is kept as a hash only.
#[derive(Clone)]
pub struct Sender {
    /// The configured name of the source.
    pub name: String,
    /// SHA-256 of its token.
    pub token_sha256: [u8; 32],
}

/// Every such source. The configuration has checked that no two have the same token.
#[derive(Clone)]
pub struct Senders(pub Vec<Sender>);

/// A side, as in the access log.
pub(crate) fn side_name(side: CallerSide) -> &'static str {
    match side {
        CallerSide::Health => "health",
        CallerSide::Social => "social",
        CallerSide::Duty => "duty",
    }
}

/// A task, as in the access log.
pub(crate) fn task_name(task: Task) -> &'static str {
    match task {
        Task::HealthSocialWork => "health-social-work",
        Task::ClientWork => "client-work",
        Task::NeedsAssessment => "needs-assessment",
        Task::DutySocialService => "duty-social-service",
        Task::ServiceArranging => "service-arranging",
        Task::ServiceDelivery => "service-delivery",
    }
}

/// A purpose, as in the access log.
pub(crate) fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::CareCoordination => "care-coordination",
        Purpose::NeedsAssessment => "needs-assessment",
        Purpose::UrgentHelp => "urgent-help",
        Purpose::DischargePlanning => "discharge-planning",
    }
}
