//! The professional of whom a token speaks.

use super::access_token::{AccessToken, TokenRefused};
use care::access::Task;
use event::Code;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// Which claims describe the professional, as the provider is set up to write them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimNames {
    /// The professional's id. A token without it speaks of no professional.
    pub user: String,
    /// Their name.
    pub name: String,
    /// The unit where they work.
    pub unit: String,
    /// The tasks that they have, as in a caller's `tasks`; `None`: those of the calling system.
    pub tasks: Option<String>,
    /// The service tasks in which they work; `None`: those of the calling system.
    pub service_tasks: Option<String>,
}

/// A professional whom the identity provider has identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) unit: Option<String>,
    /// `None`: the provider does not say, and the calling system's own hold.
    pub(crate) tasks: Option<BTreeSet<Task>>,
    /// `None`: as above.
    pub(crate) service_tasks: Option<BTreeSet<Code>>,
}

impl Person {
    /// `None`: the token is a system's alone.
    pub(crate) fn of(token: &AccessToken, names: &ClaimNames) -> Result<Option<Self>, TokenRefused> {
        let claims = &token.claims;
        let text = |name: &str| match claims.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => readable(text).map(Some).ok_or(TokenRefused::User),
            Some(_) => Err(TokenRefused::User),
        };
        let Some(id) = text(&names.user)? else { return Ok(None) };
        // A provider that grants by a claim grants nothing where the claim is missing.
        let list = |name: &Option<String>| name.as_ref().map(|name| claim_words(claims.get(name)));
        let tasks = list(&names.tasks).map(|all| all.into_iter().filter_map(task).collect());
        let codes = |all: Vec<&str>| all.into_iter().filter_map(|code| Code::try_new(code).ok()).collect();
        let service_tasks = list(&names.service_tasks).map(codes);
        Ok(Some(Self { id, name: text(&names.name)?, unit: text(&names.unit)?, tasks, service_tasks }))
    }
}

/// As `access.user` of a request may be.
fn readable(text: &str) -> Option<String> {
    crate::field::text(text, "", 100).ok().map(str::to_owned)
}

/// The values of a claim: a list, or a text of values with blanks between (as `scope`, RFC 9068 2.2.3).
#[must_use]
pub fn claim_words(claim: Option<&Value>) -> Vec<&str> {
    match claim {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The provider's other roles are other services'.
fn task(word: &str) -> Option<Task> {
    serde_json::from_value(Value::from(word)).ok()
}
