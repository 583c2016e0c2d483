//! Screen 3: the timeline of both lanes, as a picture and as a table.

use crate::App;
use crate::ask::Questions;
use crate::failure::Failure;
use crate::filled::Filled;
use crate::frame::{Frame, shown};
use crate::handover;
use crate::picture::{self, Picture, Thing, Until};
use crate::session::Session;
use crate::sources::missing;
use crate::workers::About;
use api::Timestamp;
use api::proto::{self, LaneContent, StayStatus, lane, referral};
use askama::Template;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use words::{Language, Phrase};

#[derive(Template)]
#[template(path = "timeline.html")]
struct TimelinePage {
    frame: Frame,
    protected: bool,
    lanes: Vec<LaneShown>,
    width: i64,
    /// Why anything may be missing; `None`: nothing is.
    missing: Option<Vec<String>>,
    back_form: String,
}

struct LaneShown {
    heading: String,
    /// `None`: withheld, whether there is anything or not.
    content: Option<Content>,
}

struct Content {
    picture: Picture,
    /// The day at which the picture begins.
    begins: String,
    rows: Vec<Row>,
}

struct Row {
    words: String,
    from: String,
    until: String,
}

pub(crate) async fn answer(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    Filled(about): Filled<About>,
) -> Result<Response, Failure> {
    let subject = app.forms.take_about(&session.id, &about.form, app.now())?;
    let view = Questions::about(&app, &session, &subject).await?.view().await?;
    let frame = Frame::about(&app, &session, Phrase::PageTimeline, &subject);
    let at = view.standing.as_ref().and_then(|it| it.at).unwrap_or_default();
    let lanes = [(Phrase::LaneHealth, view.health), (Phrase::LaneSocial, view.social)];
    let lanes: Vec<_> = lanes.into_iter().map(|(heading, lane)| (heading, things(&frame, lane))).collect();
    let span = picture::span(lanes.iter().filter_map(|(_, it)| it.as_ref()).flatten(), at);
    let lane = |(heading, things): (Phrase<'_>, Option<Vec<Thing>>)| LaneShown {
        heading: frame.say(heading),
        content: things.map(|it| content(&frame, &it, at, span)),
    };
    let page = TimelinePage {
        protected: view.non_disclosure,
        lanes: lanes.into_iter().map(lane).collect(),
        width: picture::WIDTH,
        missing: missing(&frame, view.completeness.as_ref()),
        back_form: app.forms.give(&session.id, Some(subject), app.now()),
        frame,
    };
    Ok(shown(StatusCode::OK, &page))
}

fn content(frame: &Frame, things: &[Thing], at: Timestamp, span: i64) -> Content {
    let row = |thing: &Thing| Row {
        words: thing.words.clone(),
        from: frame.time(thing.from),
        until: match thing.until {
            Until::Mark => String::new(),
            Until::Now => frame.say(Phrase::PageGoesOn),
            Until::Then(end) => frame.time(Some(end)),
        },
    };
    let begins = frame.time(Some(Timestamp { seconds: at.seconds.saturating_sub(span), nanos: 0 }));
    Content { picture: picture::draw(things, at, span), begins, rows: things.iter().map(row).collect() }
}

/// What the lane shows, the oldest first. `None`: withheld.
fn things(frame: &Frame, lane: Option<proto::Lane>) -> Option<Vec<Thing>> {
    let content = match lane.and_then(|it| it.lane)? {
        lane::Lane::Shown(content) => content,
        lane::Lane::Withheld(proto::LaneWithheld {}) => return None,
    };
    let mut things = of(frame, &content);
    things.sort_by_key(|it| it.from.map(|from| (from.seconds, from.nanos)));
    Some(things)
}

fn of(frame: &Frame, content: &LaneContent) -> Vec<Thing> {
    let value = |name: &str| frame.language.value(name);
    let lasts = |words: String, from, end: Option<Timestamp>, open: bool| {
        let until = end.map_or(if open { Until::Now } else { Until::Mark }, Until::Then);
        Thing { words, from, until, is_moment: false }
    };
    let stays = content.stays.iter().map(|it| {
        let mut words = value(it.class().as_str_name());
        // That it goes on, or has ended, its bar and the table's last column show.
        if !matches!((it.status(), it.ended_at), (StayStatus::InProgress, None) | (StayStatus::Ended, Some(_))) {
            words = format!("{words}, {}", value(it.status().as_str_name()));
        }
        lasts(words, it.since, it.ended_at, is_open(it.status()))
    });
    let discharges = content.stays.iter().filter(|it| it.ended_at.is_none()).filter_map(|it| {
        let planned_at = it.planned_discharge.as_ref()?.planned_at?;
        let words = value("INVOLVEMENT_KIND_PLANNED_DISCHARGE");
        Some(lasts(words, Some(planned_at), None, false))
    });
    let referrals = content.referrals.iter().map(|it| {
        let request = it.request.as_ref();
        let kind = request.map_or(proto::ReferralKind::Unspecified, proto::ReferralRequest::kind);
        let state = match &it.answer {
            Some(referral::Answer::Accepted(_)) => "REFERRAL_STATUS_ACCEPTED",
            Some(referral::Answer::Rejected(_)) => "REFERRAL_STATUS_REJECTED",
            Some(referral::Answer::Pending(_)) | None => "REFERRAL_STATUS_REQUESTED",
        };
        let from = request.and_then(|it| it.provenance.as_ref()).and_then(|it| it.happened_at);
        lasts(format!("{}, {}", value(kind.as_str_name()), value(state)), from, None, false)
    });
    let named = |phrase| frame.say(phrase);
    let work = content.health_social_work.iter();
    let work = work.map(|it| lasts(named(Phrase::PageHealthSocialWork), it.opened_at, it.closed_at, it.open));
    let cases = content.cases.iter().map(|it| lasts(named(Phrase::PageCase), it.opened_at, it.closed_at, true));
    let assessments = content.assessments.iter();
    let assessments = assessments.map(|it| lasts(named(Phrase::PageAssessment), it.started_at, it.finished_at, true));
    let clientships = content.clientships.iter().map(|it| {
        let words = [named(Phrase::PageClientship), frame.language.code(&it.service_task)];
        let words = words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ");
        lasts(words, it.opened_at, it.closed_at, it.open)
    });
    let contacts = content.duty_contacts.iter();
    let contacts = contacts.map(|it| {
        let handed_over = (!it.handed_over_to.is_empty()).then(|| handover::sentence(frame, &it.handed_over_to));
        let words = [named(Phrase::PageDutyContact)].into_iter().chain(handed_over).collect::<Vec<_>>().join(", ");
        // Somebody got in touch at one time; how long it took to deal with is in the table.
        Thing { is_moment: true, ..lasts(words, it.recorded_at, it.closed_at, it.recorded_at.is_some()) }
    });
    let all = stays.chain(discharges).chain(referrals).chain(work);
    all.chain(cases).chain(assessments).chain(clientships).chain(contacts).collect()
}

fn is_open(status: StayStatus) -> bool {
    match status {
        StayStatus::InProgress | StayStatus::OnLeave => true,
        StayStatus::Unspecified
        | StayStatus::Planned
        | StayStatus::Ended
        | StayStatus::Cancelled
        | StayStatus::Unknown => false,
    }
}
