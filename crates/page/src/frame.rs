//! What stands around every page: the title, who is signed in, the time, the languages and the way out.

use crate::App;
use crate::forms::Subject;
use crate::session::Session;
use api::proto::access::Case;
use api::proto::{self, Task};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use words::{Language, Phrase};

/// The frame of one page.
pub(crate) struct Frame {
    pub(crate) language: Language,
    pub(crate) title: String,
    /// The county's time, as 2.10.
    pub(crate) clock: String,
    /// The same with its day: paper is read later.
    pub(crate) printed: String,
    /// `None`: nobody has signed in.
    pub(crate) signed_in: Option<SignedIn>,
    /// On what basis a client is asked about; `None`: the page is about none.
    pub(crate) basis: Option<Basis>,
    zone: TimeZone,
}

/// The basis of a question, in words: what stands in the access log beside the professional's name.
pub(crate) struct Basis {
    pub(crate) task: String,
    pub(crate) purpose: String,
    /// `None`: no case is open yet.
    pub(crate) case_reference: Option<String>,
}

impl Basis {
    fn of(language: Language, access: &proto::Access) -> Self {
        Self {
            task: language.value(access.task().as_str_name()),
            purpose: language.value(access.purpose().as_str_name()),
            case_reference: match &access.case {
                Some(Case::CaseReference(reference)) => Some(reference.clone()),
                Some(Case::NoCaseYet(proto::NoCaseYet {})) | None => None,
            },
        }
    }
}

/// Who has signed in, with the forms of the frame.
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) language_form: String,
    pub(crate) sign_out_form: String,
    /// Is of the duty service, and may have left word.
    pub(crate) opens_contacts: bool,
}

impl Frame {
    pub(crate) fn anonymous(app: &App, language: Language, title: Phrase<'_>) -> Self {
        let zone = app.page.zone.clone();
        let now = app.now().to_zoned(zone.clone());
        let (clock, printed) = (now.strftime("%-H.%M").to_string(), language.time(&now));
        Self { language, title: language.say(title), clock, printed, signed_in: None, basis: None, zone }
    }

    pub(crate) fn new(app: &App, session: &Session, title: Phrase<'_>) -> Self {
        let give = || app.forms.give(&session.id, None, app.now());
        let opens_contacts = session.tasks().any(|it| it == Task::DutySocialService);
        let (name, language_form, sign_out_form) = (session.name.clone(), give(), give());
        let signed_in = SignedIn { name, language_form, sign_out_form, opens_contacts };
        Self { signed_in: Some(signed_in), ..Self::anonymous(app, session.language(), title) }
    }

    /// The same of a page about a client.
    pub(crate) fn about(app: &App, session: &Session, title: Phrase<'_>, subject: &Subject) -> Self {
        let basis = Basis::of(session.language(), &subject.access);
        Self { basis: Some(basis), ..Self::new(app, session, title) }
    }

    pub(crate) fn say(&self, phrase: Phrase<'_>) -> String {
        self.language.say(phrase)
    }

    /// A time in the county's zone; empty where there is none.
    pub(crate) fn time(&self, at: Option<api::Timestamp>) -> String {
        self.zoned(at).map(|at| self.language.time(&at)).unwrap_or_default()
    }

    /// A time that somebody waits for.
    pub(crate) fn time_ahead(&self, at: Option<api::Timestamp>) -> String {
        self.zoned(at).map(|at| self.language.time_ahead(&at)).unwrap_or_default()
    }

    fn zoned(&self, at: Option<api::Timestamp>) -> Option<Zoned> {
        let at = at.and_then(|at| Timestamp::new(at.seconds, at.nanos).ok());
        at.map(|at| at.to_zoned(self.zone.clone()))
    }
}

/// A page with its status.
pub(crate) fn shown(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        // A template fails only where a value cannot be written.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
