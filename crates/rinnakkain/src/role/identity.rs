//! The identity provider's keys: found by its metadata, fetched again and again, and at once when a token names a new one.
//!
//! Only what the configuration names is fetched, and what the provider's own metadata name over the same scheme.

use crate::config::IdentityProvider;
use crate::tls;
use anyhow::{Context, bail};
use api::{KeyFeed, Keys};
use axum::body::Body;
use axum::http::{Request, Uri, header};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How often the keys are fetched: a key that the provider withdraws is of use for no longer.
const REFRESH: Duration = Duration::from_mins(5);
/// After a failure.
const RETRY: Duration = Duration::from_secs(10);
/// Tokens with made-up keys cannot make it fetch more often.
const AT_MOST_EVERY: Duration = Duration::from_secs(5);
/// How long keys hold that cannot be fetched again: the provider may be away for a night, not for good.
const HOLD: Duration = Duration::from_hours(24);
/// For the metadata or the keys.
const PATIENCE: Duration = Duration::from_secs(5);
/// Neither is longer.
const LONGEST: usize = 256 * 1024;

/// What is read of the metadata (OpenID Connect Discovery 3, RFC 8414 2).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// Fetches until `stop`.
pub async fn run(provider: IdentityProvider, mut feed: KeyFeed, stop: CancellationToken) {
    let client = tls::Client::trusting(provider.authority.clone());
    let (mut fetched, mut failing) = (None, false);
    loop {
        let tried = Instant::now();
        match fetch(&provider.issuer, &client).await {
            Ok(keys) => {
                if std::mem::take(&mut failing) || ids(&keys) != ids(&feed.current()) {
                    tracing::info!(issuer = provider.issuer, keys = keys.ids().count(), "the identity provider's keys");
                }
                fetched = Some(tried);
                feed.publish(Arc::new(keys));
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(
                        issuer = provider.issuer,
                        error = format!("{error:#}"),
                        "the identity provider's keys cannot be fetched: those that are known hold for a day"
                    );
                }
                let hold = fetched.is_some_and(|at: Instant| at.elapsed() < HOLD);
                feed.publish(if hold { feed.current() } else { Arc::default() });
            }
        }
        let rest = if failing { RETRY } else { REFRESH };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(rest) => {}
            wanted = wanted(&mut feed, tried) => if wanted.is_none() { return },
        }
    }
}

/// Waits until a token names a key that is not known, and it may be fetched again; sooner, the token is told at once.
async fn wanted(feed: &mut KeyFeed, tried: Instant) -> Option<()> {
    loop {
        feed.wanted().await?;
        if tried.elapsed() >= AT_MOST_EVERY {
            return Some(());
        }
        feed.publish(feed.current());
    }
}

fn ids(keys: &Keys) -> BTreeSet<&str> {
    keys.ids().collect()
}

async fn fetch(issuer: &str, client: &tls::Client) -> anyhow::Result<Keys> {
    let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let metadata: Metadata = serde_json::from_slice(&get(&place, client).await?)
        .with_context(|| format!("{place} has no `issuer` and `jwks_uri`"))?;
    if metadata.issuer != issuer {
        // Its tokens would be refused one by one.
        bail!(
            "{place} is of the issuer {:?}: write that in identity_provider.issuer, or correct it there",
            metadata.issuer
        );
    }
    let scheme = |uri: &str| uri.split_once("://").map(|(scheme, _)| scheme.to_owned());
    if scheme(&metadata.jwks_uri) != scheme(issuer) {
        bail!("{place}: its jwks_uri has another scheme than the issuer");
    }
    Keys::of_key_set(&get(&metadata.jwks_uri, client).await?).with_context(|| metadata.jwks_uri)
}

/// Redirects are not followed.
async fn get(url: &str, client: &tls::Client) -> anyhow::Result<Vec<u8>> {
    let answered = async {
        let uri: Uri = url.parse().context("it is no URL")?;
        let secure = uri.scheme_str() == Some("https");
        let authority = uri.authority().context("it names no host")?;
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = client.connect(url, secure, authority.host(), port, b"http/1.1").await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let path = uri.path_and_query().map_or("/", |it| it.as_str());
        let request =
            Request::get(path).header(header::HOST, authority.as_str()).header(header::ACCEPT, "application/json");
        let response = sender.send_request(request.body(Body::empty())?).await?;
        let status = response.status();
        if !status.is_success() {
            bail!("it answers {status}");
        }
        let body =
            axum::body::to_bytes(Body::new(response.into_body()), LONGEST).await.context("it is too long, or cut")?;
        connection.abort();
        Ok(body.to_vec())
    };
    let answered = timeout(PATIENCE, answered).await.with_context(|| format!("{url}: no answer in time"))?;
    answered.with_context(|| url.to_owned())
}
