//! The provider's metadata (OpenID Connect Discovery 3): where its places are.

use super::Exchange;
use crate::headers::is_here;
use axum::http::{Request, header};
use oauth2::url::Url;
use serde::Deserialize;

/// What is read of them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    end_session_endpoint: Option<String>,
}

impl Metadata {
    /// `None`: they cannot be had, or are another issuer's.
    pub(super) async fn fetch(issuer: &str, exchange: &Exchange) -> Option<Self> {
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let request = Request::get(place).header(header::ACCEPT, "application/json").body(Vec::new()).ok()?;
        let response = (exchange.0)(request).await.ok().filter(|it| it.status().is_success())?;
        Self::read(response.body(), issuer)
    }

    /// Every place is as safe as the issuer: a code or a secret goes nowhere without TLS that the issuer has, and without TLS
    /// it does not leave this machine.
    fn read(bytes: &[u8], issuer: &str) -> Option<Self> {
        let metadata: Self = serde_json::from_slice(bytes).ok()?;
        let scheme = Url::parse(issuer).ok()?.scheme().to_owned();
        let here = |it: &Url| it.host_str().is_some_and(is_here);
        let safe =
            |place: &str| Url::parse(place).is_ok_and(|it| it.scheme() == scheme && (scheme == "https" || here(&it)));
        let places = [Some(&metadata.authorization_endpoint), Some(&metadata.token_endpoint)];
        let all = places.into_iter().chain([metadata.end_session_endpoint.as_ref()]).flatten();
        let as_safe = all.into_iter().all(|place| safe(place));
        (metadata.issuer == issuer && as_safe).then_some(metadata)
    }

    /// Where a session of the provider ends.
    pub(super) fn end_session(&self) -> Option<Url> {
        Url::parse(self.end_session_endpoint.as_ref()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_issuers_own_metadata_are_used_and_none_leaves_its_scheme() {
        let issuer = "https://id.example/county";
        let right = json!({
            "issuer": issuer, "authorization_endpoint": "https://id.example/auth",
            "token_endpoint": "https://id.example/token", "end_session_endpoint": "https://id.example/out",
        });
        let read = |value: &serde_json::Value| Metadata::read(value.to_string().as_bytes(), issuer);
        assert!(read(&right).is_some_and(|it| it.end_session().is_some()));
        for (name, wrong) in [
            ("issuer", "https://id.example/other"),
            ("issuer", "https://id.example/county/"),
            ("authorization_endpoint", "http://id.example/auth"),
            ("token_endpoint", "http://id.example/token"),
            ("token_endpoint", "/token"),
            ("end_session_endpoint", "javascript:alert(1)"),
        ] {
            let mut changed = right.clone();
            changed[name] = wrong.into();
            assert!(read(&changed).is_none(), "{name} {wrong}");
        }
        let here = |text: &str| Metadata::read(text.as_bytes(), "http://localhost:8080/county");
        let local = right.to_string().replace("https://id.example", "http://localhost:8080");
        assert!(here(&local).is_some());
        assert!(here(&local.replace("localhost:8080/token", "192.0.2.7/token")).is_none());
        let mut without = right.clone();
        without.as_object_mut().unwrap().remove("end_session_endpoint");
        assert!(read(&without).is_some_and(|it| it.end_session().is_none()));
    }
}
