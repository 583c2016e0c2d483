//! Screen 1, the duty check: is a hospital involved, whom to ring, who is the own worker, and on what the answer rests.

use crate::App;
use crate::ask::Questions;
use crate::code::Code;
use crate::contact::{Reach, Reached, Ring, is_rung};
use crate::failure::Failure;
use crate::filled::Filled;
use crate::forms::Subject;
use crate::frame::{Frame, shown};
use crate::session::Session;
use crate::sources::{SourceReport, unknown};
use api::proto::access::Case;
use api::proto::check_involvement_response::Involvement;
use api::proto::get_own_worker_response::OwnWorker;
use api::proto::{self, Purpose, Task, WorkerRole};
use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use event::Hetu;
use serde::Deserialize;
use words::{Language, Phrase};

/// The form. It has no `Debug`: the identity code is in it.
#[derive(Deserialize)]
pub(crate) struct Asked {
    form: String,
    #[serde(default)]
    identity_code: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    case_reference: String,
}

/// A choice of a list: the name that the API gives it, and its words.
struct Choice {
    name: &'static str,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    form: String,
    tasks: Vec<Choice>,
    purposes: Vec<Choice>,
    case_reference: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    frame: Frame,
    headline: &'static str,
    answer: String,
    reasons: Vec<String>,
    protected: bool,
    deceased: bool,
    /// What social care has promised.
    promises: Vec<Promised>,
    signs: Vec<Sign>,
    own_worker: OwnWorkerShown,
    sources: Vec<SourceReport>,
    not_connected: Vec<String>,
    /// Where the duty service leaves word; `None`: the asker is not of it.
    word_form: Option<String>,
    /// The service tasks that it can be of.
    word_tasks: Vec<Code>,
    workers_form: String,
    timeline_form: String,
    sheet_form: String,
}

/// One sign of involvement.
struct Sign {
    kind: String,
    since: String,
    planned: String,
    ended: String,
    ring: Vec<Ring>,
    reach: Vec<Reach>,
}

/// What social care has promised.
struct Promised {
    text: String,
    passed: bool,
}

/// The own worker's part of the answer.
struct OwnWorkerShown {
    text: Option<String>,
    reasons: Vec<String>,
    workers: Vec<Own>,
}

struct Own {
    /// `None`: own worker, as the heading says.
    role: Option<String>,
    reached: Reached,
}

/// The empty form. It is also what a reload of an answer, or a page from the history, comes to.
pub(crate) async fn form(State(app): State<App>, Extension(session): Extension<Session>) -> Response {
    shown(StatusCode::OK, &unasked(&app, &session, None, None))
}

/// `before`: what was written and asked nothing. The basis stands as it was chosen; the identity code does not stand again.
fn unasked(app: &App, session: &Session, before: Option<&Asked>, problem: Option<Phrase<'_>>) -> CheckPage {
    let frame = Frame::new(app, session, Phrase::PageDutyCheck);
    let choice = |name: &'static str, chosen_before: Option<&str>, usual: &str| Choice {
        name,
        words: frame.language.value(name),
        chosen: name == chosen_before.unwrap_or(usual),
    };
    let (task, purpose) = (before.map(|it| it.task.as_str()), before.map(|it| it.purpose.as_str()));
    let tasks = session.tasks().map(|it| choice(it.as_str_name(), task, Task::DutySocialService.as_str_name()));
    let purposes =
        [Purpose::UrgentHelp, Purpose::NeedsAssessment, Purpose::CareCoordination, Purpose::DischargePlanning];
    let purposes = purposes.map(|it| choice(it.as_str_name(), purpose, Purpose::UrgentHelp.as_str_name()));
    CheckPage {
        form: app.forms.give(&session.id, None, app.now()),
        tasks: tasks.collect(),
        purposes: purposes.into(),
        case_reference: before.map(|it| it.case_reference.clone()).unwrap_or_default(),
        problem: problem.map(|it| frame.say(it)),
        frame,
    }
}

/// Asks, and shows the answer.
pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(asked): Filled<Asked>,
) -> Result<Response, Failure> {
    app.forms.take(&session.id, &asked.form, app.now())?;
    let identity_code = asked.identity_code.trim().to_ascii_uppercase();
    if Hetu::parse(&identity_code).is_err() {
        let page = unasked(&app, &session, Some(&asked), Some(Phrase::PageIdentityCodeWrong));
        return Ok(shown(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    let task = session.tasks().find(|it| it.as_str_name() == asked.task);
    let (Some(task), Some(purpose)) = (task, Purpose::from_str_name(&asked.purpose)) else {
        return Err(Failure::Refused);
    };
    let reference = asked.case_reference.trim();
    let case = if reference.is_empty() {
        Case::NoCaseYet(proto::NoCaseYet {})
    } else {
        Case::CaseReference(reference.to_owned())
    };
    // A token that goes with the question shows who asks.
    let user = if app.provider().is_some() { String::new() } else { session.user.clone() };
    let access = proto::Access { user, task: task.into(), purpose: purpose.into(), case: Some(case), declared: None };
    let subject = Subject { identity_code, access, word: None };
    let questions = Questions::about(&app, &session, &subject).await?;
    // Half an answer would read as "nobody".
    let (involvement, own_worker) = tokio::try_join!(questions.involvement(), questions.own_worker())?;
    Ok(shown(StatusCode::OK, &answered(&app, &session, &subject, involvement, own_worker)))
}

fn answered(
    app: &App,
    session: &Session,
    subject: &Subject,
    involvement: proto::CheckInvolvementResponse,
    own_worker: proto::GetOwnWorkerResponse,
) -> AnswerPage {
    let frame = Frame::about(app, session, Phrase::PageDutyCheck, subject);
    let (mut signs, mut reasons) = (Vec::new(), Vec::new());
    let mut protected = own_worker.non_disclosure || involvement.non_disclosure;
    let (deceased, promises) =
        (involvement.deceased, involvement.promises.iter().map(|it| promise(&frame, it)).collect());
    let (headline, answer) = match involvement.involvement {
        Some(Involvement::Involved(involved)) => {
            protected |= involved.non_disclosure;
            signs = shown_signs(&frame, &involved.signs);
            ("yes", Phrase::PageInvolved)
        }
        Some(Involvement::NotInvolved(proto::NotInvolved {})) => ("no", Phrase::PageNotInvolved),
        Some(Involvement::NotKnown(why)) => {
            reasons = unknown(&frame, &why);
            ("unknown", Phrase::PageCannotSay)
        }
        None => ("unknown", Phrase::PageCannotSay),
    };
    signs.extend(shown_signs(&frame, &involvement.not_now));
    let standing = involvement.standing.unwrap_or_default();
    let give = || app.forms.give(&session.id, Some(subject.clone()), app.now());
    AnswerPage {
        headline,
        answer: frame.say(answer),
        reasons,
        protected,
        deceased,
        promises,
        signs,
        own_worker: own(&frame, own_worker.own_worker),
        sources: standing.sources.iter().map(|it| SourceReport::of(&frame, it, standing.at)).collect(),
        not_connected: standing.not_connected.iter().map(|it| it.name.clone()).collect(),
        word_tasks: app.page.service_tasks.iter().map(|it| Code::of(&frame, it)).collect(),
        word_form: (subject.access.task() == Task::DutySocialService).then(give),
        workers_form: give(),
        timeline_form: give(),
        sheet_form: give(),
        frame,
    }
}

/// What several signs share stands once: since when, and whom to ring.
fn shown_signs(frame: &Frame, signs: &[proto::InvolvementSign]) -> Vec<Sign> {
    let above = std::iter::once(None).chain(signs.iter().map(Some));
    let pairs = signs.iter().zip(above);
    let shown = pairs.map(|(it, above)| {
        let mut shown = sign(frame, it);
        if above.is_some_and(|above| above.since == it.since) {
            shown.since.clear();
        }
        if above.is_some_and(|above| above.contacts == it.contacts) {
            shown.reach.clear();
        }
        if above.is_some_and(|above| above.reach == it.reach) {
            shown.ring.clear();
        }
        shown
    });
    shown.collect()
}

fn sign(frame: &Frame, sign: &proto::InvolvementSign) -> Sign {
    Sign {
        kind: frame.language.value(sign.kind().as_str_name()),
        since: frame.time(sign.since),
        planned: frame.time_ahead(sign.planned_at),
        ended: match frame.time(sign.ended_at) {
            none if none.is_empty() => none,
            time => {
                let to = frame.language.value(sign.destination().as_str_name());
                frame.say(Phrase::PageDischarged { time: &time, to: &to })
            }
        },
        ring: Ring::all(frame, sign.reach.as_ref()),
        reach: sign
            .contacts
            .iter()
            .filter(|it| !is_rung(sign.reach.as_ref(), it))
            .map(|it| Reach::of(frame, Some(it)))
            .collect(),
    }
}

fn promise(frame: &Frame, promise: &proto::Promise) -> Promised {
    let (time, kind) = (frame.time(promise.at), frame.language.value(promise.kind().as_str_name()));
    let what = match promise.result.as_str() {
        "" => kind,
        result => format!("{kind}: {}", frame.language.code(result)),
    };
    let (what, time, passed) = (what.as_str(), time.as_str(), promise.passed);
    let text = if passed { Phrase::PagePromisePassed { what, time } } else { Phrase::PagePromise { what, time } };
    Promised { text: frame.say(text), passed }
}

fn own(frame: &Frame, own_worker: Option<OwnWorker>) -> OwnWorkerShown {
    let (mut reasons, mut workers) = (Vec::new(), Vec::new());
    let text = match own_worker {
        Some(OwnWorker::Named(named)) => {
            workers = named.workers;
            None
        }
        Some(OwnWorker::NotNamed(not)) => {
            if not.why() != proto::NotNamedWhy::Unspecified {
                reasons.push(frame.language.value(not.why().as_str_name()));
            }
            workers = not.instead;
            Some(Phrase::NotNamed)
        }
        Some(OwnWorker::NotKnown(why)) => {
            reasons = unknown(frame, &why);
            Some(Phrase::PageCannotSay)
        }
        None => Some(Phrase::PageCannotSay),
    };
    let workers = workers.iter().map(|it| Own::of(frame, it)).collect();
    OwnWorkerShown { text: text.map(|it| frame.say(it)), reasons, workers }
}

impl Own {
    fn of(frame: &Frame, worker: &proto::Worker) -> Self {
        let role = (worker.role() != WorkerRole::OwnWorker).then(|| frame.language.value(worker.role().as_str_name()));
        Self { role, reached: Reached::of(frame, worker) }
    }
}
