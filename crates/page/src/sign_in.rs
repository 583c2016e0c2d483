//! The page where one signs in, sign-out, and the choice of a language.
//!
//! One signs in at the county's identity provider ([`crate::returned`]). To try the page without one, one chooses a made-up
//! professional that the configuration names; the binary allows that on a loopback address only.

use crate::filled::Filled;
use crate::frame::Frame;
use crate::onward::Onward;
use crate::professional::Professional;
use crate::session::{self, Session};
use crate::{App, SignIn as Ways};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use words::{Language, Phrase};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    /// `None`: at the identity provider.
    staff: Option<&'a [Professional]>,
    problem: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SignIn {
    professional: String,
    language: String,
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    form: String,
    #[serde(default)]
    language: String,
}

pub(crate) async fn form(State(app): State<App>, headers: HeaderMap) -> Response {
    shown(&app, accepted(&headers), StatusCode::OK, None)
}

/// The page where one signs in, with what went wrong before.
pub(crate) fn shown(app: &App, language: Language, status: StatusCode, problem: Option<Phrase<'_>>) -> Response {
    let frame = Frame::anonymous(app, language, Phrase::PageSignIn);
    let staff = match &app.page.sign_in {
        Ways::MadeUp(staff) => Some(staff.as_slice()),
        Ways::Provider(_) => None,
    };
    crate::frame::shown(status, &SignInPage { problem: problem.map(|it| frame.say(it)), frame, staff })
}

/// A professional whom the configuration names; nobody else signs in.
pub(crate) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    sent: Result<Form<SignIn>, FormRejection>,
) -> Response {
    let Ok(Form(SignIn { professional, language })) = sent else {
        return Redirect::to("/sign-in").into_response();
    };
    let language = language.parse().unwrap_or_else(|_| accepted(&headers));
    let found = match &app.page.sign_in {
        Ways::MadeUp(staff) => staff.iter().find(|it| it.id == professional),
        Ways::Provider(_) => None,
    };
    let Some(professional) = found else {
        return Redirect::to("/sign-in").into_response();
    };
    let session = Session::new(professional, language, app.now());
    (session.kept(&app), Redirect::to("/")).into_response()
}

pub(crate) async fn sign_out(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    Filled(choice): Filled<Choice>,
) -> Response {
    let now = app.now();
    if app.forms.take(&session.id, &choice.form, now).is_err() {
        return Redirect::to("/").into_response();
    }
    app.forms.sign_out(&session.id, session.until(), now);
    let forgotten = session::forget(&app, &headers);
    let Some(provider) = app.provider() else {
        return (forgotten, Redirect::to("/sign-in")).into_response();
    };
    let id_token = app.sessions.end(&session.id).await;
    let page = match provider.sign_out(id_token.as_ref().map(|it| it.as_str())).await {
        Some(onward) => Onward::page(&app, session.language(), Phrase::PageSigningOut, onward),
        // Whoever sits down next could sign in without a password.
        None => shown(&app, session.language(), StatusCode::OK, Some(Phrase::PageSignedOutHereOnly)),
    };
    (forgotten, page).into_response()
}

pub(crate) async fn language(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(choice): Filled<Choice>,
) -> Response {
    let taken = app.forms.take(&session.id, &choice.form, app.now()).ok();
    let Some(language) = taken.and_then(|_| choice.language.parse().ok()) else {
        return Redirect::to("/").into_response();
    };
    (session.with_language(language).kept(&app), Redirect::to("/")).into_response()
}

/// The first of the browser's languages that the pages have (RFC 9110 12.5.4, in the order written); else Finnish.
pub(crate) fn accepted(headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let mut codes = accepted.split(',').map(|it| it.split([';', '-']).next().unwrap_or_default().trim());
    codes.find_map(|code| code.to_ascii_lowercase().parse().ok()).unwrap_or(Language::Fi)
}
