//! Whom to ring now: worker → stand-in → unit → the county's line.
//!
//! At night none of the client's own workers is there. The answer is who can be rung this minute, and when somebody
//! closer to the client can be rung again.

mod chain;

use super::contact_point::{Away, ContactPoint};
use super::directory::Circumstances;
use super::hours::Hours;
use event::{Hetu, Instant, Sealed, Token, Worker};
use jiff::Unit;
use jiff::tz::TimeZone;

/// Whom to ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Who answers now; `None`: nobody who is known.
    pub now: Option<Link>,
    /// Somebody closer to the client, and from when they answer again.
    pub next: Option<Opening>,
    /// Everybody, the closest to the client first.
    pub chain: Vec<Link>,
}

/// Somebody answers from a time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Who.
    pub link: Link,
    /// From when.
    pub opens_at: Instant,
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How close to the client.
    pub step: Step,
    /// Who, and how to reach them.
    pub contact: ContactPoint,
    /// Away now.
    pub away: Option<Away>,
    /// When the contact data were last confirmed.
    pub confirmed_at: Option<Instant>,
    /// Nobody has confirmed the data within the time that the county allows, or ever.
    pub stale: bool,
}

/// How close to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The worker.
    Worker,
    /// Who stands in for the worker.
    StandIn,
    /// The unit or the ward, and what stands behind it.
    Unit,
    /// The county's own line.
    CountyLine,
}

/// When a worker whose data a source reported can be rung. Here the seal hides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ring {
    /// There is no number.
    Never,
    /// No hours are stated: by the county's usual ones.
    UsualHours,
    /// In these.
    In(Hours),
}

/// The age of the client whose code it is, in whole years, on the county's day.
#[must_use]
pub fn age(hetu: &Hetu, at: Instant, zone: &TimeZone) -> Option<u16> {
    let today = zone.to_datetime(at.to_timestamp()).date();
    u16::try_from(hetu.birth_date().until((Unit::Year, today)).ok()?.get_years()).ok()
}

impl Link {
    fn is_stale(&self, circumstances: &Circumstances<'_>) -> bool {
        let limit = circumstances.directory.stale_after_days.saturating_mul(24 * 3600);
        self.confirmed_at.is_none_or(|confirmed| confirmed.plus_seconds(limit) < circumstances.at)
    }

    /// The hours by which it is answered; `None`: never.
    fn hours(&self, usual: &Hours, opened: &impl Fn(&Token, &Sealed<Worker>) -> Ring) -> Option<Hours> {
        match &self.contact {
            ContactPoint::Sealed { record, worker, place: _ } => match opened(record, worker) {
                Ring::Never => None,
                Ring::UsualHours => Some(usual.clone()),
                Ring::In(hours) => Some(hours),
            },
            ContactPoint::Directory { worker, today: _ } => {
                worker.phone.as_ref().or(worker.phone_public.as_ref()).map(|_| worker.opening_hours(usual))
            }
            ContactPoint::Line(line) => {
                line.phone_professional.as_ref().or(line.phone_public.as_ref()).map(|_| line.hours.clone())
            }
            // As the county wrote it: an exchange that somebody answers.
            ContactPoint::Unnamed(_) => Some(Hours::always()),
            ContactPoint::NotReported
            | ContactPoint::NoneForWard
            | ContactPoint::NoneForAge
            | ContactPoint::WardNotListed
            | ContactPoint::Withheld => None,
        }
    }
}

impl Reach {
    /// Of a chain, the closest to the client first. `opened` gives what the seal of a reported worker hides.
    #[must_use]
    pub fn of(
        mut chain: Vec<Link>,
        circumstances: &Circumstances<'_>,
        opened: impl Fn(&Token, &Sealed<Worker>) -> Ring,
    ) -> Self {
        let (at, calendar, usual) = (circumstances.at, circumstances.calendar(), &circumstances.directory.usual_hours);
        for link in &mut chain {
            link.stale = link.is_stale(circumstances);
        }
        let opens = |link: &Link| {
            let hours = link.hours(usual, &opened)?;
            let from = match link.away {
                None => at,
                Some(Away { until, .. }) => until?.max(at),
            };
            hours.opens(from, &calendar)
        };
        let openings: Vec<_> = chain.iter().map(opens).collect();
        let now = openings.iter().position(|opens| *opens == Some(at));
        // Nobody needs to wait for somebody further from the client than the one who answers now.
        let closer = openings.iter().zip(&chain).take(now.unwrap_or(chain.len()));
        let next = closer.filter_map(|(opens, link)| opens.map(|opens_at| Opening { link: link.clone(), opens_at }));
        Self { now: now.and_then(|at| chain.get(at)).cloned(), next: next.min_by_key(|it| it.opens_at), chain }
    }
}
