//! To the identity provider and back.

use crate::App;
use crate::onward::Onward;
use crate::provider::{Begun, NoSignIn, Returned};
use crate::session::Session;
use crate::sign_in;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;
use words::{Language, Phrase};

/// What a browser holds while its user is at the provider. The way back begins on another site, so it cannot be `Strict`.
const COOKIE: &str = "__Host-rinnakkain-sign-in";

#[derive(Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    language: String,
}

/// To the provider.
pub(crate) async fn begin(
    State(app): State<App>,
    headers: HeaderMap,
    choice: Result<Query<Choice>, QueryRejection>,
) -> Response {
    let chosen = choice.ok().and_then(|Query(choice)| choice.language.parse().ok());
    let language = chosen.unwrap_or_else(|| sign_in::accepted(&headers));
    let Some(provider) = app.provider() else {
        return Redirect::to("/sign-in").into_response();
    };
    match provider.begin(language, app.now()).await {
        Ok((url, begun)) => {
            let value = serde_json::to_string(&begun).unwrap_or_default();
            let cookie = Cookie::build((COOKIE, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax);
            (PrivateCookieJar::new(app.key.clone()).add(cookie), Redirect::to(&url)).into_response()
        }
        Err(why) => not_signed_in(&app, language, why),
    }
}

/// Back from it.
pub(crate) async fn finish(
    State(app): State<App>,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let jar = PrivateCookieJar::from_headers(&headers, app.key.clone());
    let begun: Option<Begun> = jar.get(COOKIE).and_then(|it| serde_json::from_str(it.value()).ok());
    let language = begun.as_ref().and_then(|it| it.language.parse().ok());
    let language = language.unwrap_or_else(|| sign_in::accepted(&headers));
    // It can be used once, whatever comes of it.
    let used = jar.remove(Cookie::build(COOKIE).path("/").secure(true));
    let (Some(provider), Some(begun), Ok(Query(returned))) = (app.provider(), begun, returned) else {
        return (used, not_signed_in(&app, language, NoSignIn::Refused)).into_response();
    };
    let now = app.now();
    match provider.finish(begun, returned, now).await {
        // Who has no task here has nothing to ask.
        Ok((professional, _)) if professional.tasks.is_empty() => {
            (used, not_signed_in(&app, language, NoSignIn::Refused)).into_response()
        }
        Ok((professional, held)) => {
            let session = Session::new(&professional, language, now);
            app.sessions.begin(&session.id, held, session.until(), now);
            let onward = Onward::page(&app, language, Phrase::PageSignedIn, "/".to_owned());
            (used, session.kept(&app), onward).into_response()
        }
        Err(why) => (used, not_signed_in(&app, language, why)).into_response(),
    }
}

fn not_signed_in(app: &App, language: Language, why: NoSignIn) -> Response {
    let (status, problem) = match why {
        NoSignIn::Away => (StatusCode::SERVICE_UNAVAILABLE, Phrase::PageSignInAway),
        NoSignIn::Refused => (StatusCode::FORBIDDEN, Phrase::PageSignInRefused),
    };
    sign_in::shown(app, language, status, Some(problem))
}
