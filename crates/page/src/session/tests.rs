//! A session's two ends, of its cookie and of its tokens, over real sockets: with a provider whose answers are written here.

use crate::{Exchange, Exchanged, Known, Page, Provider, SignIn, router};
use api::ClaimNames;
use api::proto::Task;
use axum::http::{Request, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use testkit::wire::request;
use tonic::transport::Endpoint;

const ISSUER: &str = "https://id.example";

/// The minute of the test's clock.
static MINUTE: AtomicI64 = AtomicI64::new(0);
/// Of the sign-in under way.
static NONCE: Mutex<String> = Mutex::new(String::new());

fn now() -> Timestamp {
    Timestamp::from_second(MINUTE.load(Ordering::SeqCst) * 60).unwrap()
}

fn exchange(request: &Request<Vec<u8>>) -> Exchanged {
    let body = if request.uri().path() == "/token" {
        let claims = json!({
            "iss": ISSUER, "aud": "duty-page", "exp": 1_000_000, "nonce": *NONCE.lock().unwrap(), "sub": "p-1",
        });
        let id_token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()));
        json!({"access_token": "a", "token_type": "Bearer", "expires_in": 100_000, "id_token": id_token})
    } else {
        json!({
            "issuer": ISSUER, "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token",
        })
    };
    let answer = Response::builder().header("content-type", "application/json");
    Box::pin(async move { Ok(answer.body(body.to_string().into_bytes()).unwrap()) })
}

fn page() -> Page {
    let text = str::to_owned;
    let claims =
        ClaimNames { user: text("sub"), name: text("name"), unit: text("unit"), tasks: None, service_tasks: None };
    let provider = Provider {
        issuer: text(ISSUER),
        client_id: text("duty-page"),
        client_secret: text("made-up").into(),
        url: text("https://page.example"),
        claims,
        tasks: vec![Task::DutySocialService],
        exchange: Exchange(Box::new(|request| exchange(&request))),
        known: Known::default(),
    };
    Page {
        // Nobody listens there: a question that is asked finds no API.
        api: Endpoint::from_static("http://127.0.0.1:1").connect_lazy(),
        authorization: "Bearer made-up".parse().unwrap(),
        sign_in: SignIn::Provider(Arc::new(provider)),
        zone: TimeZone::UTC,
        telephone: None,
        service_tasks: Vec::new(),
        clock: now,
    }
}

/// The session's cookie of an answer.
fn cookie(head: &str) -> String {
    let cookies = head.lines().filter_map(|line| line.split_once(": "));
    let mut set = cookies.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value);
    let cookie = set.find(|it| it.starts_with("__Host-rinnakkain=")).unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn sign_in(port: u16) -> String {
    let begun = request(port, "GET /sign-in/provider?language=fi", &[], "").unwrap();
    let (to, begun) = (begun.header("location").unwrap(), begun.header("set-cookie").unwrap());
    let parameter = |name: &str| {
        let value = to.split(&format!("{name}=")).nth(1).unwrap();
        value.split('&').next().unwrap().to_owned()
    };
    *NONCE.lock().unwrap() = parameter("nonce");
    let back = format!("GET /sign-in/return?code=c&state={}", parameter("state"));
    cookie(&request(port, &back, &[("cookie", begun.split(';').next().unwrap())], "").unwrap().head)
}

#[test]
fn a_page_that_is_looked_at_keeps_the_tokens_whoever_else_signs_in() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let port = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let pages = router(page()).unwrap();
        tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
        port
    });
    let look = |own: &str| request(port, "GET /", &[("cookie", own)], "").unwrap();
    let mut own = sign_in(port);
    for minute in [10, 20] {
        MINUTE.store(minute, Ordering::SeqCst);
        own = cookie(&look(&own).head);
    }
    // Whoever signs in clears away the sessions that are over.
    sign_in(port);
    let form = look(&own).body.split("action=\"/check\"").nth(1).unwrap().to_owned();
    let form = form.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let asked =
        format!("form={form}&identity_code=020516C903K&task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP");
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let answer = request(port, "POST /check", &[("cookie", &own), form_type], &asked).unwrap();
    assert_eq!(answer.status, 503, "it was asked: {}", answer.body);
    // Nobody looked: both ends have come.
    MINUTE.store(35, Ordering::SeqCst);
    assert_eq!(look(&own).status, 303);
}
