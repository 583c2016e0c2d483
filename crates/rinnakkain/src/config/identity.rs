//! `[identity_provider]`: whose access tokens are believed.

use super::checked::{self, is_here};
use super::problems::Problems;
use api::ClaimNames;
use axum::http::Uri;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// As it may be written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityTable {
    pub issuer: Option<String>,
    pub audience: Option<String>,
    pub authority: Option<PathBuf>,
    #[serde(deserialize_with = "checked::duration")]
    pub hold: Duration,
    pub claims: ClaimNames,
}

/// The county's identity provider.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    /// As it writes itself in `iss`, and where its metadata are (OpenID Connect Discovery 4).
    pub issuer: String,
    /// As it names this service in `aud`.
    pub audience: String,
    /// The authorities that its certificate may be of; `None`: it is on this machine, without TLS.
    pub authority: Option<PathBuf>,
    /// How long its keys hold while nobody answers for it.
    pub hold: Duration,
    pub claims: ClaimNames,
}

impl IdentityTable {
    /// `None`: there is none, or it cannot be used.
    pub fn checked(self, problems: &mut Problems) -> Option<IdentityProvider> {
        let mut add = |key: &str, problem: &str| problems.add(["identity_provider", key], problem);
        let Self { issuer, audience, authority, hold, claims } = self;
        if issuer.is_none() {
            for key in [audience.as_ref().map(|_| "audience"), authority.as_ref().map(|_| "authority")].iter().flatten()
            {
                add(key, "is for an identity provider: give issuer too");
            }
            return None;
        }
        let issuer = issuer?;
        let uri: Option<Uri> = issuer.parse().ok().filter(|uri: &Uri| uri.query().is_none() && !issuer.contains('#'));
        let host = uri.as_ref().and_then(Uri::host);
        match (uri.as_ref().and_then(Uri::scheme_str), host) {
            (Some("https"), Some(_)) if authority.is_none() => add(
                "authority",
                "is missing: the file with the authority of the issuer's certificate (what the whole machine trusts is \
                 often /etc/ssl/certs/ca-certificates.crt)",
            ),
            (Some("https"), Some(_)) => {}
            (Some("http"), Some(host)) if is_here(host) => {
                if authority.is_some() {
                    add("authority", "is for https, and the issuer is without TLS");
                }
            }
            _ => add("issuer", "write https://HOST/PATH as the provider writes it in `iss`; http only of this machine"),
        }
        if audience.as_ref().is_none_or(|it| it.trim().is_empty()) {
            add("audience", "is missing: what the provider writes in `aud` of tokens for this service");
        }
        Some(IdentityProvider { issuer, audience: audience?, authority, hold, claims })
    }
}
