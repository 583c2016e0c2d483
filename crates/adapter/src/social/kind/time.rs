//! Times, and days that stand for one.

use super::{Given, MemberKind};
use crate::rejection::RejectionReason;
use crate::rfc3339::WrittenTime;
use crate::social::json::{self, Day};
use crate::social::kind::schema::Definitions;
use event::Instant;
use serde_json::{Value, json};

/// A time.
pub(in crate::social) struct Time;

impl MemberKind for Time {
    type Value = WrittenTime;

    fn read(&self, given: Given<'_>) -> Result<Option<WrittenTime>, RejectionReason> {
        json::time(given.value, given.place()).map(Some)
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        definitions.refer("time", |_| {
            json!({
                "description": "RFC 3339, with its offset; any number of digits of a fraction, of which six are kept.",
                "type": "string",
                "format": "date-time",
                "minLength": 17,
                "maxLength": 100,
            })
        })
    }
}

/// What a day without a time stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::social) enum DayMeans {
    /// A start on a day is the start of that day.
    Begins,
    /// A deadline, or the end of a period that lasts, is the end of that day.
    Lasts,
    /// An end in the past is the end of that day; on the day of writing, the time of writing.
    Ended,
}

/// When something begins.
pub(in crate::social) const BEGINS: Moment = Moment(DayMeans::Begins);

/// When a period ends, or a deadline.
pub(in crate::social) const LASTS: Moment = Moment(DayMeans::Lasts);

/// When something ended.
pub(in crate::social) const ENDED: Moment = Moment(DayMeans::Ended);

/// A time, or a day of the sender's zone.
pub(in crate::social) struct Moment(pub(in crate::social) DayMeans);

impl MemberKind for Moment {
    type Value = Instant;

    fn read(&self, given: Given<'_>) -> Result<Option<Instant>, RejectionReason> {
        let zone = &given.reader.source.zone;
        let day = match self.0 {
            DayMeans::Begins => Day::Begins(zone),
            DayMeans::Lasts => Day::Lasts(zone),
            DayMeans::Ended => Day::Ended(zone, given.reader.written.at),
        };
        json::moment(given.value, given.place(), day).map(Some)
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        definitions.refer("timeOrDay", |definitions| {
            let about = "A time, or a day of the sender's zone: a start is the start of that day, an end and a deadline the end of it; an end on the day of writing is the time of writing.";
            let day = json!({ "type": "string", "format": "date", "minLength": 10, "maxLength": 10 });
            json!({ "description": about, "anyOf": [Time.schema(definitions), day] })
        })
    }
}
