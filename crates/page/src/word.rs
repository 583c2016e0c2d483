//! Leaving word: the duty service opens a contact with the client, with a number to call back, and closes it when it is done.
//!
//! The number of the first form is the contact's id: where nobody knows whether word was left, it is sent again as the same contact,
//! with what was written the first time.

use crate::App;
use crate::ask::Questions;
use crate::code::Code;
use crate::contacts::mark;
use crate::failure::Failure;
use crate::filled::Filled;
use crate::forms::{CallBack, Subject};
use crate::frame::{Frame, shown};
use crate::handover;
use crate::session::Session;
use api::Timestamp;
use askama::Template;
use axum::extract::{Extension, State};
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
    /// One of those of the configuration; empty: none.
    #[serde(default)]
    service_task: String,
}

#[derive(Deserialize)]
pub(crate) struct Done {
    form: String,
    #[serde(default)]
    handed_over_to: String,
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
    hand_over_to: Vec<Code>,
}

/// Opens the contact.
pub(crate) async fn leave(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(word): Filled<Word>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &word.form, app.now())?;
    let service_task = word.service_task;
    let is_offered = service_task.is_empty() || app.page.service_tasks.contains(&service_task);
    let call_back = match (subject.word.clone(), by(&app, &word.required_by).filter(|_| is_offered)) {
        (Some(sent_before), _) => sent_before,
        (None, Some(by)) => {
            let to = word.call_back_to.trim().to_owned();
            let name = session.name.clone();
            CallBack { contact: word.form, to, by, service_task, name, handed_over_to: None }
        }
        (None, None) => return Err(Failure::Misunderstood),
    };
    let subject = Subject { word: Some(call_back.clone()), ..subject };
    let asked = async { Questions::about(&app, &session, &subject).await?.open_contact(call_back).await };
    let opened = match asked.await {
        Ok(opened) => opened,
        Err(failure) => return Ok(failure.page_again(&app, &session, "/word", subject)),
    };
    let frame = Frame::about(&app, &session, Phrase::PageLeaveWord, &subject);
    let Some((opened_at, reference)) = opened else {
        let (text, help) = (frame.say(Phrase::PageWordNotLeft), Some(frame.say(Phrase::PageWordNotLeftHelp)));
        return Ok(shown(StatusCode::OK, &WordPage { text, help, mark: None, after: None, frame }));
    };
    let give = || app.forms.give(&session.id, Some(subject.clone()), app.now());
    let after = After { workers: give(), timeline: give(), close: give(), hand_over_to: handover::choices(&frame) };
    let text = frame.say(Phrase::PageWordLeft { time: &frame.time(Some(opened_at)) });
    let help = Some(frame.say(Phrase::PageWordLeftHelp));
    let mark = Some(frame.say(Phrase::PageMark { mark: &mark(&reference) }));
    Ok(shown(StatusCode::OK, &WordPage { text, help, mark, after: Some(after), frame }))
}

/// Closes it.
pub(crate) async fn done(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(done): Filled<Done>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &done.form, app.now())?;
    let mut word = subject.word.clone().ok_or(Failure::FormUsed)?;
    if !handover::is_choice(&done.handed_over_to) {
        return Err(Failure::Misunderstood);
    }
    // What is sent again is what was chosen the first time.
    let to = word.handed_over_to.get_or_insert(done.handed_over_to).clone();
    let (contact, shown_to) = (word.contact.clone(), to.clone());
    let subject = Subject { word: Some(word), ..subject };
    let asked = async { Questions::about(&app, &session, &subject).await?.close_contact(contact, to).await };
    let closed_at = match asked.await {
        Ok(closed_at) => closed_at,
        Err(failure) => return Ok(failure.page_again(&app, &session, "/word-done", subject)),
    };
    let frame = Frame::about(&app, &session, Phrase::PageMyContacts, &subject);
    let text = frame.say(Phrase::PageContactClosed { time: &frame.time(closed_at) });
    let help = (!shown_to.is_empty()).then(|| handover::sentence(&frame, &shown_to));
    Ok(shown(StatusCode::OK, &WordPage { text, help, mark: None, after: None, frame }))
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
