//! A session: who has signed in. It is an encrypted cookie that the browser cannot read, change or send elsewhere.

#[cfg(test)]
mod tests;

use crate::App;
use crate::forms::random;
use crate::professional::Professional;
use api::proto::Task;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use words::Language;

/// `__Host-`: only over a secure connection, only from this host, for every path (RFC 6265bis 4.1.3.2). Browsers count a
/// loopback address as secure.
const COOKIE: &str = "__Host-rinnakkain";

/// A session ends after this time without use.
const IDLE: SignedDuration = SignedDuration::from_mins(15);
/// And after this time in any case: a shift.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);

/// Who has signed in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) name: String,
    tasks: Vec<i32>,
    language: String,
    begun: Timestamp,
    used: Timestamp,
}

impl Session {
    pub(crate) fn new(professional: &Professional, language: Language, now: Timestamp) -> Self {
        Self {
            id: random(),
            user: professional.id.clone(),
            name: professional.name.clone(),
            tasks: professional.tasks.iter().map(|task| *task as i32).collect(),
            language: language.code_name().to_owned(),
            begun: now,
            used: now,
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.language.parse().unwrap_or(Language::Fi)
    }

    pub(crate) fn with_language(mut self, language: Language) -> Self {
        language.code_name().clone_into(&mut self.language);
        self
    }

    /// The tasks for which this person may ask.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = Task> {
        self.tasks.iter().filter_map(|task| Task::try_from(*task).ok())
    }

    /// Until when its cookie could be used, if nobody had signed out.
    pub(crate) fn until(&self) -> Timestamp {
        self.used.checked_add(IDLE).unwrap_or(self.used)
    }

    fn is_current(&self, now: Timestamp) -> bool {
        let age = |since: Timestamp| now.duration_since(since);
        !self.id.is_empty() && age(self.used) < IDLE && age(self.begun) < LONGEST
    }

    /// The cookie of the session as it is now.
    pub(crate) fn kept(&self, app: &App) -> PrivateCookieJar {
        let value = serde_json::to_string(self).unwrap_or_default();
        let cookie = Cookie::build((COOKIE, value)).path("/").secure(true).http_only(true).same_site(SameSite::Strict);
        PrivateCookieJar::new(app.key.clone()).add(cookie)
    }
}

/// The current session of a cookie.
pub(crate) fn of(app: &App, headers: &HeaderMap) -> Option<Session> {
    let jar = PrivateCookieJar::from_headers(headers, app.key.clone());
    let session: Session = serde_json::from_str(jar.get(COOKIE)?.value()).ok()?;
    (session.is_current(app.now()) && !app.forms.has_signed_out(&session.id)).then_some(session)
}

/// Ends it in the browser.
pub(crate) fn forget(app: &App, headers: &HeaderMap) -> PrivateCookieJar {
    PrivateCookieJar::from_headers(headers, app.key.clone()).remove(Cookie::build(COOKIE).path("/").secure(true))
}

/// Nothing behind this without a session; each use prolongs it.
pub(crate) async fn require(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(mut session) = of(&app, request.headers()) else {
        return Redirect::to("/sign-in").into_response();
    };
    session.used = app.now();
    app.sessions.prolong(&session.id, session.until());
    request.extensions_mut().insert(session.clone());
    let response = next.run(request).await;
    // What changed or ended the session has set its own cookie.
    if response.headers().contains_key(axum::http::header::SET_COOKIE) {
        return response;
    }
    (session.kept(&app), response).into_response()
}
