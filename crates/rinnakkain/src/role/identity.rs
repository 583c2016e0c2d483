//! The identity provider's keys: found by its metadata, fetched again and again, and at once when a token names a new one.
//!
//! Only what the configuration names is fetched, and what the provider's own metadata name over the same scheme.

use crate::config::IdentityProvider;
use crate::fetch::exchange;
use crate::tls;
use anyhow::{Context, bail};
use api::{KeyFeed, Keys};
use axum::http::{Request, header};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often the keys are fetched: a key that the provider withdraws is of use for no longer.
const REFRESH: Duration = Duration::from_mins(5);
/// After a failure.
const RETRY: Duration = Duration::from_secs(10);
/// Tokens with made-up keys cannot make it fetch more often.
const AT_MOST_EVERY: Duration = Duration::from_secs(5);
/// How long keys hold that cannot be fetched again: the provider may be away for a night, not for good.
const HOLD: Duration = Duration::from_hours(24);

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

async fn get(url: &str, client: &tls::Client) -> anyhow::Result<Vec<u8>> {
    let request = Request::get(url).header(header::ACCEPT, "application/json").body(Vec::new());
    let response = exchange(request.with_context(|| format!("{url} is no URL"))?, client).await?;
    if !response.status().is_success() {
        bail!("{url}: it answers {}", response.status());
    }
    Ok(response.into_body())
}
