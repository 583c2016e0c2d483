//! A sheet for the client, to print: the own worker's name, and the numbers that clients may have. Never a professional's number, the
//! hospital, or anything of the case: whoever lives with the client may find it.

use crate::App;
use crate::ask::Questions;
use crate::contact::{Reach, dial};
use crate::failure::Failure;
use crate::frame::{Frame, shown};
use crate::session::Session;
use crate::workers::About;
use api::proto;
use api::proto::get_own_worker_response::OwnWorker;
use askama::Template;
use axum::extract::{Extension, Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use words::{Language, Phrase};

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage {
    frame: Frame,
    workers: Vec<Named>,
    /// Nobody is named, or it is not known who.
    nobody: Option<String>,
    lines: Vec<Number>,
}

struct Named {
    role: String,
    name: String,
}

#[derive(PartialEq, Eq)]
struct Number {
    name: String,
    phone: String,
    dial: String,
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Form(about): Form<About>,
) -> Response {
    let Ok(Some(subject)) = app.forms.take(&session.id, &about.form, app.now()) else {
        return Failure::FormUsed.page(&app, &session);
    };
    let asked = async { Questions::about(&app, &session, &subject).await?.own_worker().await };
    let answer = match asked.await {
        Ok(answer) => answer,
        Err(failure) => return failure.page(&app, &session),
    };
    let frame = Frame::new(&app, &session, Phrase::PageSheetTitle);
    let (workers, nobody) = match answer.own_worker {
        Some(OwnWorker::Named(named)) => (named.workers, None),
        Some(OwnWorker::NotNamed(not)) => (not.instead, Some(Phrase::NotNamed)),
        Some(OwnWorker::NotKnown(_)) | None => (Vec::new(), Some(Phrase::PageCannotSay)),
    };
    let page = SheetPage {
        lines: numbers(&workers),
        workers: workers.iter().map(|it| named(&frame, it)).collect(),
        nobody: nobody.map(|it| frame.say(it)),
        frame,
    };
    shown(StatusCode::OK, &page)
}

/// Who, without how to reach them.
fn named(frame: &Frame, worker: &proto::Worker) -> Named {
    let Reach { who: name, .. } = Reach::of(frame, worker.contact.as_ref());
    Named { role: frame.language.value(worker.role().as_str_name()), name }
}

/// The numbers that clients may have, each once.
fn numbers(workers: &[proto::Worker]) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    for line in workers.iter().filter_map(|it| it.reach.as_ref()).flat_map(|it| &it.public_lines) {
        let number = Number { name: line.name.clone(), phone: line.phone.clone(), dial: dial(&line.phone) };
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}
