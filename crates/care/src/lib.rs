//! The rules, pure: what a client's events mean.
//!
//! A client's events, sorted by [`event::OrderKey`], fold into one [`ParallelView`] with a health lane and a social lane
//! (law 2: the view is a function of the *set* of events). Everything is a value: no clock, no I/O; the time is
//! an argument.
//!
//! # Where things are
//! - `fact/`: what an event leaves behind: its origin, its place among others ([`Mark`]), values that can be revoked
//!   ([`Revocable`]), spans and periods of time, and the [`Limits`] of what nobody ends.
//! - `entity/`: a file for each kind of thing (a stay, a case, a referral …): its state, and how its events change it.
//! - `thing/`: of what kind of data an entity is, of which service task, and when it began and was over: what is decided by.
//! - `view/`: the fold, the two lanes, what other streams heal in them, the stays put together from facts without a visit
//!   number, the snapshot, the rows that are listed across clients ([`Rows`]), and the [`oracle`] of law 2.
//! - `identity/`: which streams are one client ([`link`]), and what a steward must review ([`review`]).
//! - [`access`]: who may see what: the client relationship, the decision, and the view without what may not be seen.
//! - `rule/`: what follows from a view: own worker, current workers, involvement, complete sources ([`source`]), loose ends
//!   ([`LooseEnd`]), the county's [`directory`] and [`hours`], whom to ring now ([`reach`]).
//! - [`answer`]: the answer, from a view, the county's configuration and a decision on access.
//!
//! The list is in order: what stands above never uses what stands below it.
//!
//! # Adding
//! - an event type: its file in `entity/`, or an arm in the one it belongs to; its arm in `view/fold.rs` (the compiler
//!   asks);
//! - a rule or signal: a file in `rule/` with its table of cases, and a field in the answer that shows it;
//! - a loose end: a file in `rule/loose_end/`, its line in the table there, its table of cases, and its words;
//! - a list across clients: a field of [`Rows`] in `view/rows/`, without a clock; its type is a [`RowBytes`], and a view holds
//!   another thing then (see below). The steps after that are in `crates/README.md`;
//! - a fact that concerns many clients (a list, an absence): a stream of its own, a row, and its part in
//!   [`ParallelView::heal`], which puts it into each client's view when that view is read.
//!
//! A change of what a view holds raises [`ParallelView::VERSION`]: then every client is refolded when it is next
//! touched.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod access;
pub mod answer;
mod entity;
mod fact;
mod identity;
mod made_here;
mod rule;
mod thing;
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
pub use entity::list::OnList;
pub use entity::list::{Listed, Standing};
pub use entity::permission::*;
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
pub use fact::limits::Limits;
pub use fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
pub use fact::once::Once;
pub use fact::period::{Period, Periods};
pub use fact::revocable::Revocable;
pub use fact::span::{End, Span, Spans};
pub use identity::{link, review};
pub use rule::beside::{Beside, Promise, PromiseKind};
pub use rule::contact_point::{Away, ContactPoint};
pub use rule::current_workers::{CurrentWorker, WorkerBasis};
pub use rule::destination::Destination;
pub use rule::involvement::{Involvement, InvolvementKind, Sign};
pub use rule::loose_end::{LooseEnd, LooseEndKind};
pub use rule::own_worker::{NotNamed, OwnWorker};
pub use rule::{directory, hours, reach, source};
pub use view::rows::{Rows, current};
pub use view::snapshot::{Outdated, RowBytes};
pub use view::{Lane, ParallelView, Statements, Streams, Wanted, oracle};
