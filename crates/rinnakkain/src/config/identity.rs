//! `[identity_provider]`: whose access tokens are believed.

use super::checked::{Time, is_here};
use super::problems::Problems;
use api::ClaimNames;
use axum::http::Uri;
use serde::Deserialize;
use std::path::PathBuf;

/// The county's identity provider.
#[derive(Clone, Debug, Deserialize)]
pub struct IdentityProvider {
    /// `None`: there is none.
    issuer: Option<String>,
    /// As it names this service in `aud`.
    #[serde(default)]
    pub audience: String,
    /// The authorities that its certificate may be of; `None`: it is on this machine, without TLS.
    pub authority: Option<PathBuf>,
    /// How long its keys hold while nobody answers for it.
    pub hold: Time,
    pub claims: ClaimNames,
}

impl IdentityProvider {
    /// As it writes itself in `iss`, and where its metadata are (OpenID Connect Discovery 4).
    pub fn issuer(&self) -> &str {
        self.issuer.as_deref().unwrap_or_default()
    }

    /// `None`: there is none.
    pub fn checked(self, problems: &mut Problems) -> Option<Self> {
        let mut here = problems.within(&["identity_provider"]);
        let Self { issuer, audience, authority, .. } = &self;
        let Some(issuer) = issuer else {
            let problem = "is for an identity provider: give issuer too";
            here.refuse(!audience.is_empty(), "audience", problem);
            here.refuse(authority.is_some(), "authority", problem);
            return None;
        };
        let uri: Option<Uri> = issuer.parse().ok().filter(|uri: &Uri| uri.query().is_none() && !issuer.contains('#'));
        let host = uri.as_ref().and_then(Uri::host);
        let scheme = uri.as_ref().and_then(Uri::scheme_str).filter(|_| host.is_some());
        let (https, http) = (scheme == Some("https"), scheme == Some("http") && host.is_some_and(is_here));
        let problem = "is missing: the file with the authority of the issuer's certificate (what the whole machine trusts is \
                       often /etc/ssl/certs/ca-certificates.crt)";
        here.refuse(https && authority.is_none(), "authority", problem);
        let problem = "is for https, and the issuer is without TLS";
        here.refuse(http && authority.is_some(), "authority", problem);
        let problem = "write https://HOST/PATH as the provider writes it in `iss`; http only of this machine";
        here.refuse(!https && !http, "issuer", problem);
        let problem = "is missing: what the provider writes in `aud` of tokens for this service";
        here.refuse(audience.trim().is_empty(), "audience", problem);
        Some(self)
    }
}
