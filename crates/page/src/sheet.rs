//! A sheet for the client, to print: the own worker's name, and the numbers that clients may have. Never a professional's number, the
//! hospital, a role or a unit's name: whoever lives with the client may find it, and child protection stands in such a name.

use crate::App;
use crate::ask::Questions;
use crate::contact::Number;
use crate::failure::Failure;
use crate::filled::Filled;
use crate::frame::{Frame, shown};
use crate::session::Session;
use crate::workers::About;
use api::proto;
use api::proto::contact_point::ContactPoint;
use api::proto::get_own_worker_response::OwnWorker;
use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use words::{Language, Phrase};

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage {
    frame: Frame,
    workers: Vec<String>,
    /// Nobody is named, or it is not known who.
    nobody: Option<String>,
    lines: Vec<Number>,
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(about): Filled<About>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &about.form, app.now())?;
    let answer = Questions::about(&app, &session, &subject).await?.own_worker().await?;
    let frame = Frame::new(&app, &session, Phrase::PageSheetTitle);
    let (workers, nobody) = match answer.own_worker {
        Some(OwnWorker::Named(named)) => (named.workers, None),
        Some(OwnWorker::NotNamed(not)) => (not.instead, Some(Phrase::NotNamed)),
        Some(OwnWorker::NotKnown(_)) | None => (Vec::new(), Some(Phrase::PageCannotSay)),
    };
    let page = SheetPage {
        lines: numbers(&workers),
        // Who stands in for an own worker is no name that the client knows.
        workers: workers.iter().filter(|_| nobody.is_none()).filter_map(named).collect(),
        nobody: nobody.map(|it| frame.say(it)),
        frame,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Who is named, without how to reach them.
fn named(worker: &proto::Worker) -> Option<String> {
    match worker.contact.as_ref()?.contact_point.as_ref()? {
        ContactPoint::Named(it) => Some(it.name.clone()),
        ContactPoint::Directory(_)
        | ContactPoint::Unnamed(_)
        | ContactPoint::Line(_)
        | ContactPoint::NoneForAge(_)
        | ContactPoint::NoneForWard(_)
        | ContactPoint::WardNotListed(_)
        | ContactPoint::PlaceWithheld(_)
        | ContactPoint::NotReported(_) => None,
    }
}

/// The numbers that clients may have, each once.
fn numbers(workers: &[proto::Worker]) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    for line in workers.iter().filter_map(|it| it.reach.as_ref()).flat_map(|it| &it.public_lines) {
        let number = Number::of(&line.phone);
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}
