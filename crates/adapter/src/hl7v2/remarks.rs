//! Remarks on the times of a message, compared with its own clock and with the client's birth.
//!
//! [`crate::Translation::remarks_at`] compares EVN-2 itself with our clock.

use super::message::Message;
use super::numbers::{self, Ends};
use super::{person, time, visit, worker};
use crate::SourceProfile;
use crate::rejection::MessagePlace;
use crate::remark::{Remark, RemarkCode};
use event::Instant;
use jiff::civil::Date;

const PID_7: MessagePlace = MessagePlace::Field("PID", 7);

/// When something took place, by the source.
const TOOK_PLACE: &[(&str, u16)] = &[("EVN", 2), ("EVN", 6), ("PV1", 44), ("PV1", 45), ("PID", 29)];

/// The remarks on a message that was written at `recorded`.
pub(super) fn remarks(source: &SourceProfile, message: &Message<'_>, recorded: Instant) -> Vec<Remark> {
    let Some(pid) = message.segment("PID") else {
        return Vec::new();
    };
    let day = |at: Instant| at.to_timestamp().to_zoned(message.zone().clone()).date();
    let mut found = Vec::new();
    let mut note = |code, place, odd: bool| found.extend(odd.then_some(Remark { code, place }));
    let born = person::birth_date(pid).unwrap_or_default();
    note(RemarkCode::BirthDateUnreadable, PID_7, person::birth_date(pid).is_err());
    let by_code = numbers::identity_code(source, pid, Ends::at(source, recorded)).map(|code| code.birth_date());
    if let Some(born) = born {
        note(RemarkCode::InTheFuture, PID_7, born > day(recorded));
        note(RemarkCode::BirthDateDiffers, PID_7, by_code.is_some_and(|by_code| by_code != born));
    }
    let birth: Option<Date> = born.into_iter().chain(by_code).min();
    for &(name, n) in TOOK_PLACE {
        let place = MessagePlace::Field(name, n);
        let field = message.segment(name).map(|segment| segment.field(n));
        let Some(Ok(Some(at))) = field.map(|field| time::instant(field, message.zone(), place)) else { continue };
        note(RemarkCode::InTheFuture, place, at > recorded);
        note(RemarkCode::BeforeBirth, place, birth.is_some_and(|birth| day(at) < birth));
    }
    let trigger = message.segment("MSH").and_then(|msh| msh.field(9).component(2).text());
    let admitted = message.segment("PV1").filter(|_| trigger.as_deref() == Some("A01"));
    if admitted.is_some_and(|pv1| visit::contradicts_admission(pv1, source)) {
        found.push(Remark { code: RemarkCode::ClassContradicts, place: MessagePlace::Field("PV1", 2) });
    }
    if let Some(place) = worker::without_identifier(source, message) {
        found.push(Remark { code: RemarkCode::WorkerWithoutIdentifier, place });
    }
    if let Some(place) = worker::in_unknown_role(source, message) {
        found.push(Remark { code: RemarkCode::UnknownRole, place });
    }
    if let Some(place) = numbers::unlabelled(source, message, pid) {
        found.push(Remark { code: RemarkCode::UnlabelledIdentityCode, place });
    }
    found
}
