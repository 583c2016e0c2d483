//! Sign-in by the county's identity provider: OpenID Connect's code flow with PKCE (OpenID Connect Core 3.1, RFC 7636).
//!
//! The page is a confidential client. The browser only carries a code; tokens come from the provider over TLS and stay in this
//! process. Nothing is fetched but what the configured issuer's own metadata name.

mod metadata;
mod person;
#[cfg(test)]
mod tests;
mod tokens;

pub(crate) use tokens::{Held, Sessions};

use api::ClaimNames;
use api::proto::Task;
use axum::http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use metadata::Metadata;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    Scope, StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use words::Language;
use zeroize::Zeroizing;

use crate::forms::random;
use crate::professional::Professional;

/// How long the metadata are used before they are fetched anew.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long a person may take to sign in.
const SIGNING_IN: SignedDuration = SignedDuration::from_mins(10);

/// One HTTP exchange with the provider. It ends in time and does not follow redirects.
pub struct Exchange(pub Box<dyn Fn(Request<Vec<u8>>) -> Exchanged + Send + Sync>);

/// Its answer.
pub type Exchanged = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, NoExchange>> + Send>>;

impl<'c> AsyncHttpClient<'c> for Exchange {
    type Error = NoExchange;
    type Future = Exchanged;

    fn call(&'c self, request: Request<Vec<u8>>) -> Exchanged {
        (self.0)(request)
    }
}

/// The provider did not answer, and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoExchange(pub String);

/// The identity provider, and this page as its client.
pub struct Provider {
    /// As it writes itself in `iss`.
    pub issuer: String,
    /// This page's id there.
    pub client_id: String,
    /// This page's secret there.
    pub client_secret: Zeroizing<String>,
    /// Where browsers reach this page, without a `/` at the end.
    pub url: String,
    /// Which claims are read.
    pub claims: ClaimNames,
    /// The tasks of all who sign in, where no claim has them.
    pub tasks: Vec<Task>,
    /// How it is reached.
    pub exchange: Exchange,
    /// Its metadata as they were last fetched.
    pub known: Known,
}

/// What is known of a provider; nothing at first.
#[derive(Default)]
pub struct Known(Mutex<Option<(Timestamp, Metadata)>>);

/// A sign-in that has begun: the browser brings it back in an encrypted cookie.
#[derive(Serialize, Deserialize)]
pub(crate) struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    pub(crate) language: String,
    at: Timestamp,
}

/// What the provider answers to a sign-in.
#[derive(Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    /// RFC 9207: who answers.
    iss: Option<String>,
}

/// Why nobody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSignIn {
    /// The provider cannot be reached, or answers what nobody understands.
    Away,
    /// The provider or this page refuses it.
    Refused,
}

impl<E: std::error::Error + 'static> From<RequestTokenError<E, BasicErrorResponse>> for NoSignIn {
    fn from(error: RequestTokenError<E, BasicErrorResponse>) -> Self {
        match error {
            RequestTokenError::ServerResponse(_) => Self::Refused,
            RequestTokenError::Request(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Self::Away,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Answer = StandardTokenResponse<IdToken, BasicTokenType>;
type OAuth = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Provider {
    /// Where the browser goes to sign in, and what it brings back.
    pub(crate) async fn begin(&self, language: Language, now: Timestamp) -> Result<(String, Begun), NoSignIn> {
        let metadata = self.metadata(now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (state, nonce) = (random(), random());
        if state.is_empty() || nonce.is_empty() {
            return Err(NoSignIn::Away);
        }
        let language = language.code_name().to_owned();
        let begun = Begun { state, nonce, verifier: verifier.into_secret(), language, at: now };
        let client = self.client(&metadata)?;
        let asked = client.authorize_url(|| CsrfToken::new(begun.state.clone()));
        let asked = ["openid", "profile"].into_iter().fold(asked, |it, scope| it.add_scope(Scope::new(scope.into())));
        let asked = asked.set_pkce_challenge(challenge).add_extra_param("nonce", &begun.nonce);
        let (url, _) = asked.add_extra_param("ui_locales", &begun.language).url();
        Ok((url.into(), begun))
    }

    /// Who has signed in, and their tokens.
    pub(crate) async fn finish(
        &self,
        begun: Begun,
        returned: Returned,
        now: Timestamp,
    ) -> Result<(Professional, Held), NoSignIn> {
        let other = returned.iss.is_some_and(|iss| iss != self.issuer);
        let late = now.duration_since(begun.at) >= SIGNING_IN;
        if other || late || returned.code.is_empty() || returned.state != begun.state {
            return Err(NoSignIn::Refused);
        }
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata)?;
        let code = client.exchange_code(AuthorizationCode::new(returned.code));
        let code = code.set_pkce_verifier(PkceCodeVerifier::new(begun.verifier));
        let answer = code.request_async(&self.exchange).await?;
        let id_token = answer.extra_fields().id_token.clone().ok_or(NoSignIn::Refused)?;
        let professional = self.professional(&id_token, &begun.nonce, now).ok_or(NoSignIn::Refused)?;
        Ok((professional, Held::of(&answer, Some(id_token), now)))
    }

    /// Tokens in the place of those that end.
    pub(crate) async fn refreshed(&self, held: &Held, now: Timestamp) -> Result<Held, NoSignIn> {
        let refresh = RefreshToken::new(held.refresh.as_deref().ok_or(NoSignIn::Refused)?.clone());
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata)?;
        let answer = client.exchange_refresh_token(&refresh).request_async(&self.exchange).await?;
        let fresh = Held::of(&answer, held.id_token.as_deref().cloned(), now);
        Ok(fresh.or_refreshed_by(held))
    }

    /// Where the browser goes to end the session at the provider too (OpenID Connect RP-Initiated Logout 2). `None`: the
    /// provider has no such place, or is away: it is asked now, so that nobody is led where nobody answers.
    pub(crate) async fn sign_out(&self, id_token: Option<&str>) -> Option<String> {
        let metadata = Metadata::fetch(&self.issuer, &self.exchange).await?;
        let mut url = metadata.end_session()?;
        let back = format!("{}/sign-in", self.url);
        url.query_pairs_mut().append_pair("client_id", &self.client_id).append_pair("post_logout_redirect_uri", &back);
        if let Some(id_token) = id_token {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        Some(url.into())
    }

    async fn metadata(&self, now: Timestamp) -> Result<Metadata, NoSignIn> {
        let known = || self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, metadata)) = known().as_ref().filter(|(at, _)| now.duration_since(*at) < FRESH) {
            return Ok(metadata.clone());
        }
        let metadata = Metadata::fetch(&self.issuer, &self.exchange).await.ok_or(NoSignIn::Away)?;
        *known() = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: &Metadata) -> Result<OAuth, NoSignIn> {
        let away = |_| NoSignIn::Away;
        let client = Client::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.to_string()))
            .set_auth_uri(AuthUrl::new(metadata.authorization_endpoint.clone()).map_err(away)?)
            .set_token_uri(TokenUrl::new(metadata.token_endpoint.clone()).map_err(away)?);
        Ok(client.set_redirect_uri(RedirectUrl::new(format!("{}/sign-in/return", self.url)).map_err(away)?))
    }
}
