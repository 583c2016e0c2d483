//! Screen 2: who works with the client now, the two registers side by side. What is withheld is shown as withheld.

use crate::App;
use crate::ask::Questions;
use crate::contact::{Reach, away};
use crate::failure::Failure;
use crate::frame::{Frame, shown};
use crate::session::Session;
use crate::sources::missing;
use api::proto::{self, Register, Task, WorkerBasis};
use askama::Template;
use axum::extract::{Extension, Form, State};
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
    reach: Reach,
    away: Option<String>,
    since: String,
    source: String,
    stands_in: Option<Reach>,
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Form(about): Form<About>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &about.form, app.now())?;
    let answer = Questions::about(&app, &session, &subject).await?.workers().await?;
    let frame = Frame::new(&app, &session, Phrase::PageWorkers);
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
    Worker {
        role: frame.language.value(worker.role().as_str_name()),
        by_ward: (worker.basis() == WorkerBasis::ByWard).then(|| frame.language.value(worker.basis().as_str_name())),
        reach: Reach::of(frame, worker.contact.as_ref()),
        away: away(frame, worker),
        since: frame.time(worker.since),
        source: worker.source.clone(),
        stands_in: worker.stands_in.as_ref().map(|it| Reach::of(frame, Some(it))),
    }
}
