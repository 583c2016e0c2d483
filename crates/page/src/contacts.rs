//! Screen 4: one's own contacts of the duty service, and what became of each. A contact can be closed here long after the call that
//! opened it: after another sign-in, or on another machine.
//!
//! No client is named here: the page has nobody's identity code any more, and a list of the night's clients is nobody's need
//! (906/2019 22 § 2 mom.). Who opened a contact knows it by its time, its number and its mark.

use crate::App;
use crate::ask::Asker;
use crate::code::Code;
use crate::contact::dial;
use crate::failure::Failure;
use crate::filled::Filled;
use crate::frame::{Frame, shown};
use crate::handover;
use crate::session::Session;
use api::proto::access::Case;
use api::proto::{self, Purpose, Task};
use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use words::{Language, Phrase};

/// The form. What the API calls a contact tells nothing of a client.
#[derive(Deserialize)]
pub(crate) struct Close {
    form: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    handed_over_to: String,
}

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage {
    frame: Frame,
    contacts: Vec<Opened>,
    /// Older ones are left out.
    more: bool,
}

struct Opened {
    mark: String,
    since: String,
    call_back_to: String,
    dial: String,
    required_by: String,
    /// What became of it.
    state: String,
    /// Nobody has called back in time.
    late: bool,
    close: Option<CloseForm>,
}

struct CloseForm {
    form: String,
    reference: String,
    words: String,
    hand_over_to: Vec<Code>,
}

/// The list.
pub(crate) async fn list(State(app): State<App>, Extension(session): Extension<Session>) -> Result<Response, Failure> {
    let answer = Asker::of(&app, &session).await?.own_contacts(access(&app, &session)).await?;
    let frame = Frame::new(&app, &session, Phrase::PageMyContacts);
    let contacts = answer.contacts.iter().map(|it| opened(&app, &session, &frame, it, answer.at));
    let page = ContactsPage { contacts: contacts.collect(), more: answer.more, frame };
    Ok(shown(StatusCode::OK, &page))
}

/// Closes one of them, and shows what became of each.
pub(crate) async fn close(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(close): Filled<Close>,
) -> Result<Response, Failure> {
    app.forms.take(&session.id, &close.form, app.now())?;
    if !handover::is_choice(&close.handed_over_to) {
        return Err(Failure::Misunderstood);
    }
    let (by, to) = (access(&app, &session), close.handed_over_to);
    Asker::of(&app, &session).await?.close_own(by, close.reference, to).await?;
    Ok(Redirect::to("/contacts").into_response())
}

/// What tells one contact from another for a person: the end of what the API calls it.
pub(crate) fn mark(reference: &str) -> String {
    let begin = reference.len().saturating_sub(6);
    reference.get(begin..).unwrap_or_default().to_ascii_uppercase()
}

fn access(app: &App, session: &Session) -> proto::Access {
    // A token that goes with the question shows who asks.
    let user = if app.provider().is_some() { String::new() } else { session.user.clone() };
    let (task, purpose) = (Task::DutySocialService.into(), Purpose::UrgentHelp.into());
    proto::Access { user, task, purpose, case: Some(Case::NoCaseYet(proto::NoCaseYet {})), declared: None }
}

fn opened(
    app: &App,
    session: &Session,
    frame: &Frame,
    contact: &proto::OpenedDutyContact,
    now: Option<api::Timestamp>,
) -> Opened {
    let mark = mark(&contact.reference);
    let is_open = contact.closed_at.is_none();
    let passed = contact.required_by.zip(now).is_some_and(|(by, now)| by.seconds < now.seconds);
    let late = is_open && passed;
    let mut state = match (&contact.closed_at, late) {
        (Some(_), _) => frame.say(Phrase::PageContactClosed { time: &frame.time(contact.closed_at) }),
        (None, true) => frame.say(Phrase::PageContactLate),
        (None, false) => frame.say(Phrase::PageContactWaits { time: &frame.time(contact.seen_until) }),
    };
    if !contact.handed_over_to.is_empty() {
        state = format!("{state}; {}", handover::sentence(frame, &contact.handed_over_to));
    }
    let close = || CloseForm {
        form: app.forms.give(&session.id, None, app.now()),
        reference: contact.reference.clone(),
        words: frame.say(Phrase::PageClose { mark: &mark }),
        hand_over_to: handover::choices(frame),
    };
    Opened {
        since: frame.time(contact.opened_at),
        dial: dial(&contact.call_back_to),
        call_back_to: contact.call_back_to.clone(),
        required_by: frame.time(contact.required_by),
        state,
        late,
        close: is_open.then(close),
        mark,
    }
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[test]
    fn a_mark_is_short_and_any_reference_has_one() {
        assert_eq!(["01aabbccddeeff", "ab", "", "ääää"].map(mark), ["DDEEFF", "AB", "", "ÄÄÄ".to_lowercase().as_str()]);
    }
}
