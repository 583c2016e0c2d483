//! The duty page: where browsers reach it, and how it reaches the API.

use super::checked;
use super::listener::Listen;
use super::problems::Problems;
use crate::tls;
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
    /// Who can sign in, to try the page.
    pub made_up_staff: Vec<Professional>,
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
    pub fn checked(self, problems: &mut Problems) -> Page {
        let Self { address, tls_ends_elsewhere, tls, api, api_authority, token_file, telephone, made_up_staff } = self;
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
        Page { listen, api, api_authority, token_file, telephone, made_up_staff }
    }
}
