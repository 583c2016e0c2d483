//! The identity provider's keys: found by its metadata, fetched again and again, and at once when a token names a new one.
//!
//! Only what the configuration names is fetched, and what the provider's own metadata name over the same scheme.
//!
//! A provider that answers decides: a key that its answer does not have is withdrawn from that moment, and an answer
//! that is no key set has none. The known keys hold only while nobody answers, and only for the configured time:
//! otherwise a thief could keep a stolen key alive by spoiling the answer that withdraws it.

use crate::config::{IdentityProvider, is_here};
use crate::fetch::{NoAnswer, exchange};
use crate::telemetry::metrics;
use crate::tls;
use anyhow::{Context, bail};
use api::{KeyFeed, Keys};
use axum::http::{Request, StatusCode, Uri, header};
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

/// What is read of the metadata (OpenID Connect Discovery 3, RFC 8414 2).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fetched {
    /// These are its keys.
    Keys,
    /// Nobody answers.
    Away,
    /// It answers, without a key that can be used.
    Without,
}

/// Fetches until `stop`.
pub async fn run(provider: IdentityProvider, mut feed: KeyFeed, stop: CancellationToken) {
    let client = tls::Client::trusting(provider.authority.clone());
    let (mut fetched, mut last): (Option<Instant>, _) = (None, Fetched::Keys);
    loop {
        let tried = Instant::now();
        let (how, keys) = match fetch(provider.issuer(), &client).await {
            Ok(keys) => {
                if last != Fetched::Keys || ids(&keys) != ids(&feed.current()) {
                    tracing::info!(
                        issuer = provider.issuer(),
                        keys = keys.ids().count(),
                        "the identity provider's keys"
                    );
                }
                fetched = Some(tried);
                (Fetched::Keys, Arc::new(keys))
            }
            Err(error) => {
                let how = if is_away(&error) { Fetched::Away } else { Fetched::Without };
                if how != last {
                    let what = match how {
                        Fetched::Away => {
                            "nobody answers for the identity provider's keys: those that are known hold on"
                        }
                        _ => "the identity provider answers without a key that can be used: every token is refused",
                    };
                    tracing::error!(issuer = provider.issuer(), error = format!("{error:#}"), hold = ?provider.hold, "{what}");
                }
                (how, kept(how, fetched.map(|at| at.elapsed()), *provider.hold, feed.current()))
            }
        };
        last = how;
        metrics::identity_provider(how == Fetched::Keys);
        feed.publish(keys);
        let rest = if how == Fetched::Keys { REFRESH } else { RETRY };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(rest) => {}
            wanted = wanted(&mut feed, tried) => if wanted.is_none() { return },
        }
    }
}

/// Those that are known hold while nobody answers, and for no longer than `hold` after they were fetched.
fn kept(how: Fetched, since: Option<Duration>, hold: Duration, known: Arc<Keys>) -> Arc<Keys> {
    if how == Fetched::Away && since.is_some_and(|since| since < hold) { known } else { Arc::default() }
}

/// Nobody answered, or only a server before the provider did, to say that nobody does (RFC 9110 15.6.3-15.6.5).
fn is_away(error: &anyhow::Error) -> bool {
    let before = [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
    error.is::<NoAnswer>() || error.downcast_ref::<Refused>().is_some_and(|it| before.contains(&it.0))
}

/// It answered with this status.
#[derive(Debug, thiserror::Error)]
#[error("it answers {0}")]
struct Refused(StatusCode);

/// Waits until a token names a key that is not known, and it may be fetched again; sooner, the token is refused at once.
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
    let uri: Uri = metadata.jwks_uri.parse().with_context(|| format!("{place}: its jwks_uri is no URL"))?;
    let scheme = |uri: &str| uri.split_once("://").map(|(scheme, _)| scheme.to_owned());
    if scheme(&metadata.jwks_uri) != scheme(issuer) {
        bail!("{place}: its jwks_uri has another scheme than the issuer");
    }
    if uri.scheme_str() != Some("https") && !uri.host().is_some_and(is_here) {
        // Somebody between the two could give keys of their own.
        bail!("{place}: its jwks_uri is on another machine, without TLS");
    }
    Keys::of_key_set(&get(&metadata.jwks_uri, client).await?).with_context(|| metadata.jwks_uri)
}

async fn get(url: &str, client: &tls::Client) -> anyhow::Result<Vec<u8>> {
    let request = Request::get(url).header(header::ACCEPT, "application/json").body(Vec::new());
    let response = exchange(request.with_context(|| format!("{url} is no URL"))?, client).await?;
    if !response.status().is_success() {
        return Err(anyhow::Error::from(Refused(response.status())).context(url.to_owned()));
    }
    Ok(response.into_body())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    const KEY: &str = r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

    /// What comes of a provider whose key set is answered so; `None`: the connection is closed.
    async fn of_answer(status: &str, body: Option<&str>, place: Option<&str>) -> anyhow::Result<Keys> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let jwks = place.map_or(format!("{issuer}/keys"), str::to_owned);
        let metadata = format!(r#"{{"issuer": "{issuer}", "jwks_uri": "{jwks}"}}"#);
        let answer = |status: &str, body: &str| {
            format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        };
        let answers = [Some(answer("200 OK", &metadata)), body.map(|body| answer(status, body))];
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                if let Some(answer) = answer {
                    let _ = stream.write_all(answer.as_bytes());
                }
            }
        });
        fetch(&issuer, &tls::Client::trusting(None)).await
    }

    #[tokio::test]
    async fn an_answer_withdraws_keys_and_silence_does_not() {
        let long = format!("{{\"keys\": [], \"x\": \"{}\"}}", "x".repeat(300 * 1024));
        for (status, body, away) in [
            ("200 OK", Some(r#"{"keys": []}"#), false),
            ("200 OK", Some("<html>"), false),
            ("200 OK", Some(long.as_str()), false),
            ("404 Not Found", Some(""), false),
            ("500 Internal Server Error", Some(""), false),
            ("302 Found", Some(""), false),
            ("503 Service Unavailable", Some(""), true),
            ("502 Bad Gateway", Some(""), true),
            ("", None, true),
        ] {
            let error = of_answer(status, body, None).await.err().unwrap();
            assert_eq!(is_away(&error), away, "{status}: {error:#}");
        }
        assert!(of_answer("200 OK", Some(KEY), None).await.is_ok());
        let nobody = fetch("http://127.0.0.1:1", &tls::Client::trusting(None)).await.err().unwrap();
        assert!(is_away(&nobody), "{nobody:#}");
    }

    #[tokio::test]
    async fn keys_on_another_machine_come_over_tls_only() {
        let error = of_answer("200 OK", Some(KEY), Some("http://192.0.2.7/keys")).await.err().unwrap();
        assert!(format!("{error:#}").contains("without TLS"), "{error:#}");
        assert!(!is_away(&error), "it is an answer: no key holds on because of it");
    }

    #[test]
    fn keys_hold_while_nobody_answers_and_not_for_good() {
        let known = Arc::new(Keys::of_key_set(KEY.as_bytes()).unwrap());
        let (hold, minute) = (Duration::from_hours(1), Duration::from_mins(1));
        let number = |how, since| kept(how, since, hold, Arc::clone(&known)).ids().count();
        assert_eq!(number(Fetched::Away, Some(minute)), 1);
        assert_eq!(number(Fetched::Away, Some(hold)), 0);
        assert_eq!(number(Fetched::Away, None), 0, "they were never fetched");
        assert_eq!(number(Fetched::Without, Some(minute)), 0, "withdrawn from now on");
    }
}
