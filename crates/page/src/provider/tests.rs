//! A provider whose answers are written here.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Notify, Semaphore};

const ISSUER: &str = "https://id.example";

fn provider() -> Provider {
    let claims = json!({
        "iss": ISSUER, "aud": "duty-page", "exp": 2000, "nonce": "n", "professional_id": "p-1", "name": "Maija Mallikas",
    });
    let id_token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let answer = move |request: Request<Vec<u8>>| -> Exchanged {
        let answer = if request.uri().path() == "/token" {
            let body = String::from_utf8(request.into_body()).unwrap();
            let right = body.contains("code_verifier=v") && body.contains("redirect_uri=https%3A%2F%2Fpage.example");
            if body.contains("grant_type=authorization_code") && !right {
                Response::builder().status(400).body(json!({"error": "invalid_grant"}).to_string())
            } else {
                let id_token = id_token.clone();
                let answer =
                    json!({"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": id_token});
                Response::builder().header("content-type", "application/json").body(answer.to_string())
            }
        } else {
            let metadata = json!({
                "issuer": ISSUER, "authorization_endpoint": "https://id.example/authorize",
                "token_endpoint": "https://id.example/token", "end_session_endpoint": "https://id.example/out?x=1",
            });
            Response::builder().body(metadata.to_string())
        };
        Box::pin(async move { Ok(answer.unwrap().map(String::into_bytes)) })
    };
    Provider {
        issuer: ISSUER.into(),
        client_id: "duty-page".into(),
        client_secret: "made-up".to_owned().into(),
        url: "https://page.example".into(),
        claims: ClaimNames {
            user: "professional_id".into(),
            name: "name".into(),
            unit: "unit".into(),
            tasks: None,
            service_tasks: None,
        },
        tasks: vec![Task::DutySocialService],
        exchange: Exchange(Box::new(answer)),
        known: Known::default(),
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn begun() -> Begun {
    let text = str::to_owned;
    Begun { state: text("s"), nonce: text("n"), verifier: text("v"), language: text("fi"), at: at(1000) }
}

fn returned(code: &str, state: &str, iss: Option<&str>) -> Returned {
    Returned { code: code.into(), state: state.into(), iss: iss.map(Into::into) }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn a_sign_in_is_finished_by_whom_it_was_begun_in_time() {
    let finish = |returned, begun, now| wait(provider().finish(begun, returned, at(now))).map(|(who, _)| who.id).ok();
    assert_eq!(finish(returned("c", "s", None), begun(), 1599).as_deref(), Some("p-1"));
    assert_eq!(finish(returned("c", "s", Some(ISSUER)), begun(), 1000).as_deref(), Some("p-1"));
    for (case, refused, begun, now) in [
        ("another state", returned("c", "t", None), begun(), 1000),
        ("no state", returned("c", "", None), begun(), 1000),
        ("no code", returned("", "s", None), begun(), 1000),
        ("another provider", returned("c", "s", Some("https://other.example")), begun(), 1000),
        ("too late", returned("c", "s", None), begun(), 1600),
        ("another nonce", returned("c", "s", None), Begun { nonce: "m".into(), ..begun() }, 1000),
        ("another verifier", returned("c", "s", None), Begun { verifier: "w".into(), ..begun() }, 1000),
    ] {
        assert_eq!(finish(refused, begun, now), None, "{case}");
    }
}

#[test]
fn each_sign_in_has_numbers_of_its_own_and_a_secret_stays_here() {
    let provider = provider();
    let begin = || wait(provider.begin(Language::Sv, at(1000))).ok().unwrap();
    let ((url, one), (_, other)) = (begin(), begin());
    assert!(one.state != other.state && one.nonce != other.nonce && one.verifier != other.verifier);
    assert_eq!((one.language.as_str(), one.state.len(), one.nonce.len()), ("sv", 32, 32));
    for part in ["response_type=code", "code_challenge_method=S256", "scope=openid+profile", "ui_locales=sv"] {
        assert!(url.contains(part), "{part}: {url}");
    }
    for secret in [one.verifier.as_str(), "made-up"] {
        assert!(!url.contains(secret), "{url}");
    }
    let out = wait(provider.sign_out(Some("i.d.t"))).unwrap();
    assert!(out.starts_with("https://id.example/out?x=1&client_id=duty-page&"), "{out}");
}

#[test]
fn a_token_that_ends_is_changed_and_a_session_that_is_over_has_none() {
    let (provider, sessions) = (Arc::new(provider()), Sessions::default());
    let (_, held) = wait(provider.finish(begun(), returned("c", "s", None), at(1000))).ok().unwrap();
    sessions.begin("one", held, at(1900), at(1000));
    let access = |session, now| wait(sessions.access(session, &provider, at(now)));
    assert_eq!(access("one", 1039).unwrap().as_str(), "a");
    assert_eq!(access("other", 1000).err(), Some(NoSignIn::Refused));
    // It has no refresh token.
    assert_eq!(access("one", 1041).err(), Some(NoSignIn::Refused));
    assert!(wait(sessions.end("one")).is_some());
    assert_eq!(access("one", 1000).err(), Some(NoSignIn::Refused), "it has signed out");
}

/// A provider that takes a refresh token once, and answers when `may_answer` lets it.
fn rotating(may_answer: &Arc<Semaphore>, reached: &Arc<Notify>) -> Provider {
    let provider = provider();
    let (usual, may_answer, reached) = (provider.exchange.0, Arc::clone(may_answer), Arc::clone(reached));
    let issued = Arc::new(AtomicU32::new(0));
    let exchange = move |request: Request<Vec<u8>>| -> Exchanged {
        let body = String::from_utf8(request.body().clone()).unwrap();
        if !body.contains("grant_type=refresh_token") {
            return usual(request);
        }
        let (may_answer, reached) = (Arc::clone(&may_answer), Arc::clone(&reached));
        let number = issued.fetch_add(1, Ordering::SeqCst);
        let current = body.contains(&format!("refresh_token=r{number}"));
        Box::pin(async move {
            reached.notify_one();
            may_answer.acquire().await.unwrap().forget();
            let next = number + 1;
            let (status, body) = if current {
                let tokens = json!({
                    "access_token": format!("a{next}"), "token_type": "Bearer", "expires_in": 60,
                    "refresh_token": format!("r{next}"),
                });
                (200, tokens)
            } else {
                (400, json!({"error": "invalid_grant"}))
            };
            let answer = Response::builder().status(status).header("content-type", "application/json");
            Ok(answer.body(body.to_string().into_bytes()).unwrap())
        })
    };
    Provider { exchange: Exchange(Box::new(exchange)), ..provider }
}

#[test]
fn a_browser_that_leaves_while_a_token_is_changed_does_not_lose_the_new_one() {
    wait(async {
        let (may_answer, reached) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
        let (provider, sessions) = (Arc::new(rotating(&may_answer, &reached)), Sessions::default());
        let (_, mut held) = provider.finish(begun(), returned("c", "s", None), at(1000)).await.ok().unwrap();
        held.refresh = Some("r0".to_owned().into());
        sessions.begin("one", held, at(9000), at(1000));
        tokio::select! {
            biased;
            _ = sessions.access("one", &provider, at(1050)) => panic!("the provider does not answer yet"),
            () = reached.notified() => {}
        }
        may_answer.add_permits(2);
        assert_eq!(sessions.access("one", &provider, at(1050)).await.unwrap().as_str(), "a1");
        assert_eq!(sessions.access("one", &provider, at(1105)).await.unwrap().as_str(), "a2");
    });
}
