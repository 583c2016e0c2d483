//! The duty page: where browsers reach it, and how it reaches the API.

use super::checked::{self, is_here};
use super::identity::IdentityProvider;
use super::listener::Listen;
use super::problems::Problems;
use crate::tls;
use axum::http::Uri;
use care::access::Task;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The page.
pub struct Page {
    pub listen: Listen,
    /// `None`: the API of the same process.
    pub api: Option<String>,
    /// The authorities that the API's certificate may be of.
    pub api_authority: Option<PathBuf>,
    /// The page's own token.
    pub token_file: PathBuf,
    /// Whom to ring when the page cannot answer.
    pub telephone: Option<String>,
    /// Who can sign in.
    pub sign_in: SignIn,
}

/// Who can sign in.
pub enum SignIn {
    /// These, to try the page.
    MadeUp(Vec<Professional>),
    /// Whom the identity provider knows.
    Provider(Box<AtProvider>),
}

/// The page as a client of the identity provider.
pub struct AtProvider {
    pub provider: IdentityProvider,
    pub client_id: String,
    pub client_secret_file: PathBuf,
    /// Where browsers reach the page.
    pub url: String,
    /// The tasks of all who sign in, where no claim has them.
    pub tasks: Vec<Task>,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageTable {
    #[serde(deserialize_with = "checked::address")]
    address: SocketAddr,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    tls: Option<tls::Files>,
    api: Option<String>,
    api_authority: Option<PathBuf>,
    token_file: PathBuf,
    telephone: Option<String>,
    #[serde(default)]
    made_up_staff: Vec<Professional>,
    sign_in: Option<SignInTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInTable {
    client_id: String,
    client_secret_file: PathBuf,
    url: String,
    #[serde(default)]
    tasks: Vec<Task>,
}

/// A made-up professional.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Professional {
    #[serde(deserialize_with = "checked::name")]
    pub id: String,
    #[serde(deserialize_with = "checked::sentence")]
    pub name: String,
    pub tasks: Vec<Task>,
}

impl PageTable {
    pub fn checked(self, provider: Option<&IdentityProvider>, problems: &mut Problems) -> Page {
        let Self {
            address,
            tls_ends_elsewhere,
            tls,
            api,
            api_authority,
            token_file,
            telephone,
            made_up_staff,
            sign_in,
        } = self;
        let listen = Listen::of_browsers(address, tls_ends_elsewhere, tls);
        listen.check("page", problems);
        if !made_up_staff.is_empty() && !listen.is_of_this_machine() {
            let problem = "anybody who reaches the page could sign in as them: listen on 127.0.0.1, or leave them out";
            problems.add(["page", "made_up_staff"], problem);
        }
        let here = |url: &str| checked::host(url).is_some_and(checked::is_here);
        if api.as_deref().is_some_and(|url| !url.starts_with("https://") && !here(url)) {
            let problem = "the page's token and identity codes would go there without TLS: write https://HOST:PORT";
            problems.add(["page", "api"], problem);
        }
        if sign_in.is_some() && !made_up_staff.is_empty() {
            let problem =
                "made-up staff sign in without the identity provider: leave them out, or leave page.sign_in out";
            problems.add(["page", "made_up_staff"], problem);
        }
        let at_provider = sign_in.and_then(|it| it.checked(provider, problems));
        let sign_in = at_provider.map_or(SignIn::MadeUp(made_up_staff), |it| SignIn::Provider(Box::new(it)));
        Page { listen, api, api_authority, token_file, telephone, sign_in }
    }
}

impl SignInTable {
    fn checked(self, provider: Option<&IdentityProvider>, problems: &mut Problems) -> Option<AtProvider> {
        let Self { client_id, client_secret_file, url, tasks } = self;
        let mut add = |key: &str, problem: &str| problems.add(["page", "sign_in", key], problem);
        let written: Option<Uri> = url.parse().ok();
        let origin = written.as_ref().filter(|it| it.path() == "/" && it.query().is_none()).and_then(|it| {
            let host = it.host()?;
            matches!(it.scheme_str(), Some("https")).then_some(()).or(is_here(host).then_some(()))
        });
        if origin.is_none() {
            add("url", "write https://HOST as browsers reach the page, without a path; http only of this machine");
        }
        let Some(provider) = provider else {
            add("client_id", "is for an identity provider: give identity_provider.issuer");
            return None;
        };
        match (provider.claims.tasks.is_some(), tasks.is_empty()) {
            (false, true) => add("tasks", "is missing: nobody could ask. Or name identity_provider.claims.tasks"),
            (true, false) => {
                add("tasks", "the provider grants the tasks (identity_provider.claims.tasks): leave it out");
            }
            (false, false) | (true, true) => {}
        }
        let url = url.trim_end_matches('/').to_owned();
        Some(AtProvider { provider: provider.clone(), client_id, client_secret_file, url, tasks })
    }
}
