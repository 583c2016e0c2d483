//! The duty page: where browsers reach it, and how it reaches the API.

use super::checked::{Name, Sentence, host, is_here};
use super::identity::IdentityProvider;
use super::listener::{At, Listen};
use super::problems::Problems;
use axum::http::Uri;
use care::access::Task;
use event::Code;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The page.
#[derive(Deserialize)]
pub struct Page {
    #[serde(rename = "+at")]
    at: At,
    /// `None`: the API of the same process.
    pub api: Option<String>,
    /// The authorities that the API's certificate may be of.
    pub api_authority: Option<PathBuf>,
    /// The page's own token.
    pub token_file: PathBuf,
    /// Whom to ring when the page cannot answer.
    pub telephone: Option<String>,
    /// The service tasks that a call-back request can be of.
    #[serde(default)]
    pub service_tasks: BTreeSet<Code>,
    /// Who can sign in to try the page, where the identity provider signs nobody in.
    #[serde(default)]
    pub made_up_staff: Vec<Professional>,
    pub sign_in: Option<SignIn>,
}

/// The page as a client of the identity provider.
#[derive(Deserialize)]
pub struct SignIn {
    pub client_id: String,
    pub client_secret_file: PathBuf,
    /// Where browsers reach the page.
    pub url: String,
    /// The tasks of all who sign in, where no claim has them.
    #[serde(default)]
    pub tasks: Vec<Task>,
}

/// A made-up professional.
#[derive(Deserialize)]
pub struct Professional {
    pub id: Name,
    pub name: Sentence,
    pub tasks: Vec<Task>,
}

impl Page {
    /// Where it listens: browsers have a few connections each.
    pub fn listen(&self) -> Listen {
        Listen { at: self.at.clone(), connections: 512, connections_per_peer: 64 }
    }

    pub fn check(&self, provider: Option<&IdentityProvider>, problems: &mut Problems) {
        self.at.check("page", problems);
        let made_up = !self.made_up_staff.is_empty();
        let mut here = problems.within(&["page"]);
        let problem = "anybody who reaches the page could sign in as them: listen on 127.0.0.1, or leave them out";
        here.refuse(made_up && !self.at.is_of_this_machine(), "made_up_staff", problem);
        let safe = |url: &str| url.starts_with("https://") || host(url).is_some_and(is_here);
        let problem = "the page's token and identity codes would go there without TLS: write https://HOST:PORT";
        here.refuse(self.api.as_deref().is_some_and(|url| !safe(url)), "api", problem);
        let problem = "made-up staff sign in without the identity provider: leave them out, or leave page.sign_in out";
        here.refuse(made_up && self.sign_in.is_some(), "made_up_staff", problem);
        if let Some(sign_in) = &self.sign_in {
            sign_in.check(provider, problems);
        }
    }
}

impl SignIn {
    fn check(&self, provider: Option<&IdentityProvider>, problems: &mut Problems) {
        let mut here = problems.within(&["page", "sign_in"]);
        let url: Option<Uri> = self.url.parse().ok().filter(|it: &Uri| it.path() == "/" && it.query().is_none());
        let host = url.as_ref().and_then(Uri::host);
        let https = url.as_ref().and_then(Uri::scheme_str) == Some("https");
        let problem = "write https://HOST as browsers reach the page, without a path; http only of this machine";
        here.refuse(!host.is_some_and(|host| https || is_here(host)), "url", problem);
        let problem = "is for an identity provider: give identity_provider.issuer";
        here.refuse(provider.is_none(), "client_id", problem);
        let Some(provider) = provider else { return };
        let (claimed, none) = (provider.claims.tasks.is_some(), self.tasks.is_empty());
        let problem = "is missing: nobody could ask. Or name identity_provider.claims.tasks";
        here.refuse(!claimed && none, "tasks", problem);
        let problem = "the provider grants the tasks (identity_provider.claims.tasks): leave it out";
        here.refuse(claimed && !none, "tasks", problem);
    }
}
