//! The rules, pure: what a client's events mean.
//!
//! A client's events, sorted by [`event::OrderKey`], fold into one [`ParallelView`] with a health lane and a social
//! lane (law 2: the view is a function of the *set* of events). [`link`] says which records are one person, [`decide`]
//! who may see what, [`answer`] what is said to them, [`Rows`] what is listed across clients. Everything is a value:
//! no clock, no I/O; the time is an argument.
//!
//! # Adding
//! - an event type: its arm in [`ParallelView::evolve`] (the compiler asks), and what it does in its entity's file;
//! - a rule or signal: a file with its table of cases, and a field in the answer that shows it;
//! - a list across clients: a row type in `rows`;
//! - a fact that concerns many clients (a list, an absence): a stream of its own, a row, and its part in
//!   [`ParallelView::heal`], which puts it into each client's view when that is read.
//!
//! A change of what a view holds raises [`ParallelView::VERSION`]: every client is then refolded when next touched.

mod alias;
mod alike;
pub mod answer;
mod assignment;
mod clientship;
pub mod current;
pub mod decide;
pub mod directory;
mod entity;
mod fold;
mod involvement;
mod lane;
pub mod law;
mod leave;
mod limits;
pub mod link;
mod mark;
mod own_worker;
mod period;
mod person;
mod referral;
mod relationship;
pub mod review;
mod revocable;
mod rows;
mod service;
mod snapshot;
pub mod source;
mod span;
mod staff;
pub mod stated;
mod stay;
mod subject;
mod taken_over;
mod team;
mod told;
mod unplaced;
mod view;
mod workers;

pub use assignment::{Assigned, Assignment};
pub use clientship::{
    Assessment, Case, Clientship, DutyContact, HealthSocialWork, OpenClientship, OpenHealthSocialWork,
};
pub use involvement::{Involvement, InvolvementKind, Sign};
pub use leave::{Leave, OnLeave};
pub use limits::Limits;
pub use mark::{CLOCK_TOLERANCE_SECONDS, Mark};
pub use own_worker::{NotNamed, OwnWorker};
pub use period::{Period, Periods};
pub use person::{NonDisclosure, Person};
pub use referral::{Answer, Course, Referral, ReferralStatus, Request};
pub use revocable::Revocable;
pub use rows::{Listed, Rows, Standing};
pub use service::{CareContact, Contacted, Cooperation, Decision, Plan, Service, ServiceStatus, UrgentNeed};
pub use snapshot::{Outdated, RowBytes};
pub use span::{End, Span, Spans};
pub use staff::{Absence, Confirmed, Staff, StandIn, WorkerStream};
pub use stay::{Certainty, Discharge, Stay, StayFact, StayStatus};
pub use subject::StatedSubject;
pub use team::CareTeam;
pub use unplaced::Unplaced;
pub use view::{Origin, ParallelView};
pub use workers::{Away, Contact, CurrentWorker};
