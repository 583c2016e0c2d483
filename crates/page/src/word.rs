//! Leaving word: the duty service opens a contact with the client, with a number to call back, and closes it when it is done.
//!
//! The number of the first form is the contact's id: where nobody knows whether word was left, it is sent again as the same contact,
//! with what was written the first time.

use crate::App;
use crate::ask::Questions;
use crate::contacts::mark;
use crate::failure::Failure;
use crate::forms::{CallBack, Subject};
use crate::frame::{Frame, shown};
use crate::session::Session;
use api::Timestamp;
use askama::Template;
use axum::extract::{Extension, Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::DateTime;
use serde::Deserialize;
use words::{Language, Phrase};

/// The form. It has no `Debug`: a number may be in it.
#[derive(Deserialize)]
pub(crate) struct Word {
    form: String,
    #[serde(default)]
    call_back_to: String,
    /// As `datetime-local` writes it, in the county's time; empty: no time is asked for.
    #[serde(default)]
    required_by: String,
}

#[derive(Deserialize)]
pub(crate) struct Done {
    form: String,
}

#[derive(Template)]
#[template(path = "word.html")]
struct WordPage {
    frame: Frame,
    text: String,
    help: Option<String>,
    /// By which it stands among one's own.
    mark: Option<String>,
    /// What can follow while the contact is open.
    after: Option<After>,
}

/// The forms of it.
struct After {
    workers: String,
    timeline: String,
    close: String,
}

/// Opens the contact.
pub(crate) async fn leave(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Form(word): Form<Word>,
) -> Response {
    let Ok(Some(subject)) = app.forms.take(&session.id, &word.form, app.now()) else {
        return Failure::FormUsed.page(&app, &session);
    };
    let call_back = match (subject.word.clone(), by(&app, &word.required_by)) {
        (Some(sent_before), _) => sent_before,
        (None, Some(by)) => {
            let to = word.call_back_to.trim().to_owned();
            CallBack { contact: word.form, to, by, name: session.name.clone() }
        }
        (None, None) => return Failure::Misunderstood.page(&app, &session),
    };
    let subject = Subject { word: Some(call_back.clone()), ..subject };
    let asked = async { Questions::about(&app, &session, &subject).await?.open_contact(call_back).await };
    let opened = match asked.await {
        Ok(opened) => opened,
        Err(failure) => return failure.page_again(&app, &session, "/word", subject),
    };
    let frame = Frame::new(&app, &session, Phrase::PageLeaveWord);
    let Some((opened_at, reference)) = opened else {
        let (text, help) = (frame.say(Phrase::PageWordNotLeft), Some(frame.say(Phrase::PageWordNotLeftHelp)));
        return shown(StatusCode::OK, &WordPage { text, help, mark: None, after: None, frame });
    };
    let give = || app.forms.give(&session.id, Some(subject.clone()), app.now());
    let after = After { workers: give(), timeline: give(), close: give() };
    let text = frame.say(Phrase::PageWordLeft { time: &frame.time(Some(opened_at)) });
    let help = Some(frame.say(Phrase::PageWordLeftHelp));
    let mark = Some(frame.say(Phrase::PageMark { mark: &mark(&reference) }));
    shown(StatusCode::OK, &WordPage { text, help, mark, after: Some(after), frame })
}

/// Closes it.
pub(crate) async fn done(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Form(done): Form<Done>,
) -> Response {
    let taken = app.forms.take(&session.id, &done.form, app.now()).ok().flatten();
    let Some((subject, contact)) = taken.and_then(|it| it.word.clone().map(|word| (it, word.contact))) else {
        return Failure::FormUsed.page(&app, &session);
    };
    let asked = async { Questions::about(&app, &session, &subject).await?.close_contact(contact).await };
    let closed_at = match asked.await {
        Ok(closed_at) => closed_at,
        Err(failure) => return failure.page_again(&app, &session, "/word-done", subject),
    };
    let frame = Frame::new(&app, &session, Phrase::PageLeaveWord);
    let text = frame.say(Phrase::PageContactClosed { time: &frame.time(closed_at) });
    shown(StatusCode::OK, &WordPage { text, help: None, mark: None, after: None, frame })
}

/// `None`: it is no time.
#[expect(clippy::option_option, reason = "no time is asked for, or what is written is none")]
fn by(app: &App, written: &str) -> Option<Option<Timestamp>> {
    if written.trim().is_empty() {
        return Some(None);
    }
    let local: DateTime = written.trim().parse().ok()?;
    let at = local.to_zoned(app.page.zone.clone()).ok()?.timestamp();
    Some(Some(Timestamp { seconds: at.as_second(), nanos: 0 }))
}
