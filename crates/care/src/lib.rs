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

#![deny(clippy::wildcard_enum_match_arm)]

pub mod access;
pub mod answer;
mod entity;
mod fact;
mod identity;
mod rule;
mod view;

pub use entity::assessment::*;
pub use entity::assignment::*;
pub use entity::case::*;
pub use entity::clientship::*;
pub use entity::contact::*;
pub use entity::cooperation::*;
pub use entity::decision::*;
pub use entity::duty_contact::*;
pub use entity::health_social_work::*;
pub use entity::list;
pub use entity::person::*;
pub use entity::plan::*;
pub use entity::referral::{Answer, Course, Referral, ReferralStatus, Request};
pub use entity::service::*;
pub use entity::stay::leave::{Leave, OnLeave};
pub use entity::stay::{Certainty, Discharge, Stay, StayFact, StayStatus};
pub use entity::subject::*;
pub use entity::team::*;
pub use entity::unplaced::*;
pub use entity::worker::{Absence, Confirmed, StandIn, WorkerState, WorkerStream};
pub use fact::Origin;
pub use fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
pub use fact::period::{Period, Periods};
pub use fact::revocable::Revocable;
pub use fact::span::{End, Span, Spans};
pub use identity::{link, review};
pub use rule::current_workers::{Away, Contact, CurrentWorker};
pub use rule::involvement::{Involvement, InvolvementKind, Sign};
pub use rule::limits::Limits;
pub use rule::own_worker::{NotNamed, OwnWorker};
pub use rule::{directory, source};
pub use view::rows::{Listed, Rows, Standing, current};
pub use view::snapshot::{Outdated, RowBytes};
pub use view::{Lane, OnList, ParallelView, Statements, Streams, Wanted, oracle};
