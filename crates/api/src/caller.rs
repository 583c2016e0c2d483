//! Who is asking: registered systems, each with a token, a side and tasks.

use crate::status::Error;
use care::access::{CallerSide, Purpose, Task};
use event::Code;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tonic::metadata::MetadataMap;

/// A registered calling system. Its token is kept as a hash only.
#[derive(Clone)]
pub struct Caller {
    /// Its configured name, as in the access log.
    pub name: String,
    /// Its side.
    pub side: CallerSide,
    /// The tasks for which its users may ask.
    pub tasks: Vec<Task>,
    /// The controller (rekisterinpitäjä) in whose register it works, as the sources' own; `None`: not stated.
    pub controller: Option<String>,
    /// The sources that are its own: a client relationship that they report is one to this caller (703/2023 57 §).
    pub sources: BTreeSet<String>,
    /// The service tasks (palvelutehtävät) in which its users work; none stated: no limit by service task.
    pub service_tasks: BTreeSet<Code>,
    /// SHA-256 of its token.
    pub token_sha256: [u8; 32],
}

/// Every registered system.
pub struct Callers(Vec<Arc<Caller>>);

/// Why callers cannot be registered together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallersError {
    /// Two have the same name.
    #[error("two callers are named `{0}`")]
    SameName(String),
    /// Two have the same token.
    #[error("the callers `{0}` and `{1}` have the same token")]
    SameToken(String, String),
}

impl Callers {
    /// Checks that no two share a name or a token.
    pub fn try_new(callers: Vec<Caller>) -> Result<Self, CallersError> {
        for (n, caller) in callers.iter().enumerate() {
            for other in &callers[..n] {
                if other.name == caller.name {
                    return Err(CallersError::SameName(caller.name.clone()));
                }
                if other.token_sha256 == caller.token_sha256 {
                    return Err(CallersError::SameToken(other.name.clone(), caller.name.clone()));
                }
            }
        }
        Ok(Self(callers.into_iter().map(Arc::new).collect()))
    }

    /// The system whose token the call carries.
    pub(crate) fn authenticate(&self, metadata: &MetadataMap) -> Result<&Arc<Caller>, Error> {
        find(&self.0, |caller| &caller.token_sha256, metadata)
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
pub struct Senders(pub Vec<Sender>);

impl Senders {
    /// The source whose token the call carries.
    pub(crate) fn authenticate(&self, metadata: &MetadataMap) -> Result<&Sender, Error> {
        find(&self.0, |sender| &sender.token_sha256, metadata)
    }
}

/// The token of an `Authorization` header: the scheme's name in any letter case (RFC 9110 11.1), then one or more blanks.
/// The token itself is compared as it is.
#[must_use]
pub fn bearer(header: &[u8]) -> Option<&[u8]> {
    /// The longest token. A longer text is not hashed at all.
    const LONGEST: usize = 512;
    let header = header.trim_ascii();
    let (scheme, token) = header.split_at(header.iter().position(|byte| matches!(byte, b' ' | b'\t'))?);
    let token = token.trim_ascii();
    (scheme.eq_ignore_ascii_case(b"bearer") && token.len() <= LONGEST).then_some(token)
}

/// The one whose token the call carries.
fn find<'a, T>(all: &'a [T], digest: fn(&T) -> &[u8; 32], metadata: &MetadataMap) -> Result<&'a T, Error> {
    let mut given = metadata.get_all("authorization").iter();
    let token = given.next().and_then(|value| bearer(value.as_encoded_bytes())).ok_or(Error::Unauthenticated)?;
    if given.next().is_some() {
        return Err(Error::Unauthenticated);
    }
    let hashed = Sha256::digest(token);
    let mut found = None;
    // Compares all of them, each in constant time: the time taken must not reveal any of them.
    for one in all {
        if bool::from(digest(one).as_slice().ct_eq(hashed.as_slice())) {
            found = Some(one);
        }
    }
    found.ok_or(Error::Unauthenticated)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: &str, token: &str) -> Caller {
        let token_sha256 = Sha256::digest(token.as_bytes()).into();
        Caller {
            name: name.into(),
            side: CallerSide::Duty,
            tasks: vec![Task::DutySocialService],
            controller: None,
            sources: BTreeSet::new(),
            service_tasks: BTreeSet::new(),
            token_sha256,
        }
    }

    fn asks(headers: &[&str]) -> Option<String> {
        let callers = Callers::try_new(vec![caller("a", "token-of-a"), caller("b", "token-of-b")]).unwrap();
        let mut metadata = MetadataMap::new();
        for header in headers {
            metadata.append("authorization", header.parse().unwrap());
        }
        callers.authenticate(&metadata).ok().map(|caller| caller.name.clone())
    }

    #[test]
    fn only_a_registered_token_tells_who_calls() {
        assert_eq!(asks(&["Bearer token-of-a"]).as_deref(), Some("a"));
        for same in ["bearer  token-of-b ", "BEARER token-of-b", " bEaReR \t token-of-b"] {
            assert_eq!(asks(&[same]).as_deref(), Some("b"), "{same}");
        }
        for refused in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["token-of-a"],
            &["Basic token-of-a"],
            &["Bearertoken-of-a"],
            &["Bearer token-of-"],
            &["Bearer Token-of-a"],
            &["Bearer token-of-a x"],
        ] {
            assert_eq!(asks(refused), None, "{refused:?}");
        }
        assert_eq!(asks(&["Bearer token-of-a", "Bearer token-of-b"]), None, "two tokens are nobody's");
        assert_eq!(asks(&[&format!("Bearer {}", "x".repeat(600))]), None);
    }

    #[test]
    fn callers_that_cannot_be_told_apart_are_refused() {
        let of = |one, other| Callers::try_new(vec![one, other]).err();
        assert_eq!(of(caller("a", "1"), caller("a", "2")), Some(CallersError::SameName("a".into())));
        assert_eq!(of(caller("a", "1"), caller("b", "1")), Some(CallersError::SameToken("a".into(), "b".into())));
    }
}
