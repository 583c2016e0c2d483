//! Screen 2: who works with the client now, the two registers side by side. What is withheld is shown as withheld.

use crate::App;
use crate::ask::Questions;
use crate::contact::Reached;
use crate::failure::Failure;
use crate::filled::Filled;
use crate::frame::{Frame, shown};
use crate::session::Session;
use crate::sources::missing;
use api::proto::contact_point::ContactPoint;
use api::proto::{self, Register, Task, WorkerBasis, WorkerRole};
use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use words::{Language, Phrase};

/// The number of a form that is about a client.
#[derive(Deserialize)]
pub(crate) struct About {
    pub(crate) form: String,
}

#[derive(Template)]
#[template(path = "workers.html")]
struct WorkersPage {
    frame: Frame,
    protected: bool,
    sides: [Side; 2],
    /// Why anybody may be missing; `None`: nobody is.
    missing: Option<Vec<String>>,
    back_form: String,
}

struct Side {
    heading: String,
    /// Not shown to this asker, whether there is anybody or not.
    withheld: bool,
    workers: Vec<Worker>,
}

struct Worker {
    role: String,
    /// The ward's: whom to ask, not named for the client.
    by_ward: Option<String>,
    reached: Reached,
    since: String,
    source: String,
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(about): Filled<About>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &about.form, app.now())?;
    let answer = Questions::about(&app, &session, &subject).await?.workers().await?;
    let frame = Frame::about(&app, &session, Phrase::PageWorkers, &subject);
    let own = match subject.access.task() {
        Task::HealthSocialWork => Register::Patient,
        Task::Unspecified
        | Task::ClientWork
        | Task::NeedsAssessment
        | Task::DutySocialService
        | Task::ServiceArranging
        | Task::ServiceDelivery => Register::Social,
    };
    let side = |heading, register: Register| Side {
        heading: frame.say(heading),
        withheld: answer.other_side_withheld && register != own,
        workers: answer.workers.iter().filter(|it| it.register() == register).map(|it| worker(&frame, it)).collect(),
    };
    let page = WorkersPage {
        protected: answer.non_disclosure,
        sides: [side(Phrase::LaneHealth, Register::Patient), side(Phrase::LaneSocial, Register::Social)],
        missing: missing(&frame, answer.completeness.as_ref()),
        back_form: app.forms.give(&session.id, Some(subject), app.now()),
        frame,
    };
    Ok(shown(StatusCode::OK, &page))
}

fn worker(frame: &Frame, worker: &proto::Worker) -> Worker {
    let by_ward = worker.basis() == WorkerBasis::ByWard;
    let (role, by_ward) = if is_place(worker) {
        // A number that anybody answers is nobody's role.
        let role = match worker.role() {
            WorkerRole::HealthSocialWorker => frame.say(Phrase::PageHealthSocialWork),
            role => frame.language.value(role.as_str_name()),
        };
        (role, by_ward.then(|| frame.say(Phrase::PageWardsNumber)))
    } else {
        let basis = || frame.language.value(worker.basis().as_str_name());
        (frame.language.value(worker.role().as_str_name()), by_ward.then(basis))
    };
    let (since, source) = (frame.time(worker.since), worker.source.clone());
    Worker { role, by_ward, reached: Reached::of(frame, worker), since, source }
}

/// An exchange or another line, and no person.
fn is_place(worker: &proto::Worker) -> bool {
    match worker.contact.as_ref().and_then(|it| it.contact_point.as_ref()) {
        Some(ContactPoint::Unnamed(_) | ContactPoint::Line(_)) => true,
        Some(
            ContactPoint::Named(_)
            | ContactPoint::Directory(_)
            | ContactPoint::NoneForAge(_)
            | ContactPoint::NoneForWard(_)
            | ContactPoint::WardNotListed(_)
            | ContactPoint::PlaceWithheld(_)
            | ContactPoint::NotReported(_),
        )
        | None => false,
    }
}
