//! The duty page: what the API answers, in a browser, for staff.
//!
//! The page is a client of the gRPC API like any other calling system: it has a token of its own, and it knows no SQL and no
//! rule of the domain. What an asker may not see never reaches it.
//!
//! What protects the client whom a page is about:
//! - The identity code comes in the body of a POST. It stands in no URL, title, cookie, log line or answered page.
//! - A form can be sent once (`forms`): a reload, the way back or another site's form asks nothing and shows nobody.
//! - Nothing is kept by the browser (`no-store`), and nothing from elsewhere is loaded (`headers`).
//! - A session ends after 15 minutes without use, and at sign-out (`session`). A professional's tokens stay in this process
//!   (`provider`): the browser has none.
//!
//! No page needs a script. All text is in `words`; templates escape what they are given.
//!
//! # Adding a page
//! A file here with its handler, its template in `templates/`, its route in [`router`], its texts in `words/text/page.ftl`.

mod ask;
mod check;
mod code;
mod contact;
mod contacts;
mod failure;
mod filled;
mod forms;
mod frame;
mod handover;
mod headers;
mod onward;
mod picture;
mod professional;
mod provider;
mod returned;
mod same_site;
mod session;
mod sheet;
mod sign_in;
mod sources;
mod timeline;
mod word;
mod workers;

pub use professional::Professional;
pub use provider::{Exchange, Exchanged, Known, NoExchange, Provider};

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use axum_extra::extract::cookie::Key;
use forms::Forms;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use provider::Sessions;
use std::sync::Arc;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;

/// The longest form, in bytes.
const LONGEST_FORM: usize = 4 << 10;

/// What a page needs.
pub struct Page {
    /// The API.
    pub api: Channel,
    /// The page's own `Bearer` token.
    pub authorization: MetadataValue<Ascii>,
    /// Who can sign in.
    pub sign_in: SignIn,
    /// Times are shown in this zone.
    pub zone: TimeZone,
    /// Whom to ring when the page cannot answer.
    pub telephone: Option<String>,
    /// The service tasks that word can be left of: codes.
    pub service_tasks: Vec<String>,
    /// The time.
    pub clock: fn() -> Timestamp,
}

/// Who can sign in.
pub enum SignIn {
    /// These made-up professionals, without a password: to try the page.
    MadeUp(Vec<Professional>),
    /// Whom the county's identity provider knows.
    Provider(Arc<Provider>),
}

/// What every handler sees.
#[derive(Clone)]
struct App {
    page: Arc<Page>,
    forms: Arc<Forms>,
    sessions: Arc<Sessions>,
    key: Key,
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.key.clone()
    }
}

impl App {
    fn now(&self) -> Timestamp {
        (self.page.clock)()
    }

    fn provider(&self) -> Option<&Arc<Provider>> {
        match &self.page.sign_in {
            SignIn::MadeUp(_) => None,
            SignIn::Provider(provider) => Some(provider),
        }
    }
}

/// No randomness could be had for the sessions' key.
#[derive(Debug, thiserror::Error)]
#[error("the machine gives no random numbers")]
pub struct NoRandomness;

/// The pages. Their sessions end with the process: their key is made here and written nowhere.
pub fn router(page: Page) -> Result<Router, NoRandomness> {
    let mut key = [0; 64];
    getrandom::fill(&mut key).map_err(|_| NoRandomness)?;
    let made_up = matches!(&page.sign_in, SignIn::MadeUp(staff) if !staff.is_empty());
    let app = App { page: Arc::new(page), forms: Arc::default(), sessions: Arc::default(), key: Key::from(&key) };
    let router = Router::new()
        .route("/", get(check::form))
        .route("/check", post(check::answer).get(check::form))
        .route("/workers", post(workers::answer).get(check::form))
        .route("/timeline", post(timeline::answer).get(check::form))
        .route("/sheet", post(sheet::answer).get(check::form))
        .route("/word", post(word::leave).get(check::form))
        .route("/word-done", post(word::done).get(check::form))
        .route("/contacts", get(contacts::list))
        .route("/contacts-close", post(contacts::close).get(check::form))
        .route("/language", post(sign_in::language).get(check::form))
        .route("/sign-out", post(sign_in::sign_out).get(check::form))
        .layer(from_fn_with_state(app.clone(), failure::show))
        .layer(from_fn_with_state(app.clone(), session::require))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/provider", get(returned::begin))
        .route("/sign-in/return", get(returned::finish))
        .route("/style.css", get(headers::style))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(from_fn_with_state(app.clone(), same_site::require))
        .layer(from_fn(headers::protect))
        .with_state(app);
    Ok(if made_up { router.layer(from_fn(headers::of_this_machine)) } else { router })
}
