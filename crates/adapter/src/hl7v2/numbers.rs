//! The client of a message, by the numbers in PID and MRG: PID-3 and MRG-1, lists of CX.
//!
//! [`crate::number`] and [`crate::scope`] decide the kind and the authority of each number. PID-2, PID-4 and PID-19, as
//! HL7 2.3 and before has them, and the numbers of an account (PID-18), of a driver's licence (PID-20) and of a visit
//! (PV1-5, PV1-19, PV1-50) are searched for identity codes only. They have no label of a code there, so they raise a
//! doubt and are no identifiers. PID-21, the mother's, is never read.
//!
//! CX.8 is the last day on which a number holds (HL7 2.5.1 chapter 2.A.14.8). A number whose last day is before the day
//! of the message has ended. On its last day both the old and the new number may hold: it has ended if another code in
//! the list continues.

use super::key::authority;
use super::message::{Message, Segment, Value};
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::identifiers::{Identifiers, MAX_IDENTIFIERS, WrittenIdentifier};
use crate::number::{Number, hetu, number};
use crate::rejection::{MessagePlace, RejectionReason};
use event::{Body, Hetu, Identifier, Instant, Keyring, PersonUpdated, Presented, StreamId};
use jiff::civil::Date;

/// Which of the numbers with an end have ended.
#[derive(Clone, Copy)]
pub(super) enum Ends {
    /// Those of before that day.
    Before(Date),
    /// All: the message is about their end.
    Given,
    /// No end counts: only the client is looked up, no identity is decided.
    Never,
}

impl Ends {
    /// The ends as of the sender's day at that time.
    pub(super) fn at(source: &SourceProfile, at: Instant) -> Self {
        Self::Before(at.to_timestamp().to_zoned(source.zone.clone()).date())
    }
}

/// The fields of PID in which an identity code has no label.
pub(super) const WITHOUT_LABEL: [u16; 5] = [2, 4, 18, 19, 20];
/// And those of PV1.
pub(super) const OF_VISIT: [u16; 3] = [5, 19, 50];

/// The client's, by PID, and by the numbers of the visit.
pub(super) fn of_client(
    source: &SourceProfile,
    message: &Message<'_>,
    (pid, ends): (Segment<'_>, Ends),
) -> Result<Identifiers, RejectionReason> {
    let mut identifiers = of_pid(source, pid, ends)?;
    for pv1 in message.segments().iter().filter(|segment| segment.is("PV1")) {
        read_visit(source, *pv1, &mut identifiers);
    }
    Ok(identifiers)
}

fn read_visit(source: &SourceProfile, pv1: Segment<'_>, identifiers: &mut Identifiers) {
    for n in OF_VISIT {
        read_unlabelled(source, pv1.field(n), identifiers);
    }
}

/// The client's, by PID.
pub(super) fn of_pid(source: &SourceProfile, pid: Segment<'_>, ends: Ends) -> Result<Identifiers, RejectionReason> {
    bounded(pid.field(3), MessagePlace::Field("PID", 3))?;
    Ok(read_pid(source, pid, ends))
}

/// The prior ones, by MRG-1.
pub(super) fn of_mrg(source: &SourceProfile, mrg: Segment<'_>, ends: Ends) -> Result<Identifiers, RejectionReason> {
    bounded(mrg.field(1), MessagePlace::Field("MRG", 1))?;
    let mut identifiers = Identifiers::default();
    read(source, mrg.field(1), ends, &mut identifiers);
    Ok(identifiers)
}

fn bounded(field: Value<'_>, place: MessagePlace) -> Result<(), RejectionReason> {
    let too_many = RejectionReason::too_large(place, "more than 100 identifiers");
    field.repetitions().nth(MAX_IDENTIFIERS).map_or(Ok(()), |_| Err(too_many))
}

/// The same as [`of_pid`], without a limit on their number.
pub(super) fn read_pid(source: &SourceProfile, pid: Segment<'_>, ends: Ends) -> Identifiers {
    let mut identifiers = Identifiers::default();
    read(source, pid.field(3), ends, &mut identifiers);
    for n in WITHOUT_LABEL {
        read_unlabelled(source, pid.field(n), &mut identifiers);
    }
    identifiers
}

fn read_unlabelled(source: &SourceProfile, field: Value<'_>, identifiers: &mut Identifiers) {
    for value in field.repetitions().take(MAX_IDENTIFIERS).filter_map(|it| it.component(1).text()) {
        identifiers.take_unlabelled(source, &value);
    }
}

/// The numbers in a list of CX.
pub(super) fn read(source: &SourceProfile, field: Value<'_>, ends: Ends, identifiers: &mut Identifiers) {
    let all = || field.repetitions().take(MAX_IDENTIFIERS);
    // This is read only where it matters: for a code that ends today.
    let goes_on = |today: Date| {
        let lasts = |cx: Value<'_>| end(cx).is_none_or(|end| end > today);
        all().any(|cx| lasts(cx) && is_code(source, cx))
    };
    for cx in all() {
        let kind = cx.component(5).text();
        let (authority, kind) = (authority(cx.component(4)), kind.as_deref());
        if let Some(value) = cx.component(1).text() {
            let is_over = match ends {
                Ends::Never => false,
                Ends::Given => cx.component(8).text().is_some(),
                Ends::Before(today) => {
                    end(cx).is_some_and(|end| end < today || (end == today && is_code(source, cx) && goes_on(today)))
                }
            };
            identifiers.take(source, &WrittenIdentifier { authority: &authority, kind, value: &value, is_over });
        } else if cx.component(1).is_clear() {
            identifiers.take_emptied(source, &authority, kind);
        }
    }
}

fn is_code(source: &SourceProfile, cx: Value<'_>) -> bool {
    let Some(value) = cx.component(1).text() else { return false };
    let (authority, kind) = (authority(cx.component(4)), cx.component(5).text());
    hetu(&value).is_some() && number(source, &authority, kind.as_deref(), &value) == Number::IdentityCode
}

/// CX.8, the last day on which a number holds: of a month or a year, its last day. `None`: it is absent, or no date.
fn end(cx: Value<'_>) -> Option<Date> {
    let text = cx.component(8).subcomponent(1).text()?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year: i16 = text.get(..4)?.parse().ok()?;
    match digits {
        4 => Date::new(year, 12, 31).ok(),
        6 => Some(Date::new(year, part(4, 6)?, 1).ok()?.last_of_month()),
        8.. => Date::new(year, part(4, 6)?, part(6, 8)?).ok(),
        _ => None,
    }
}

/// The first valid identity code in PID-3 that has not ended.
pub(super) fn identity_code(source: &SourceProfile, pid: Segment<'_>, ends: Ends) -> Option<Hetu> {
    read_pid(source, pid, ends).found.iter().find_map(Identifier::hetu)
}

/// The place of an identity code without its label in PID or PV1, if there is one.
pub(super) fn unlabelled(source: &SourceProfile, message: &Message<'_>, pid: Segment<'_>) -> Option<MessagePlace> {
    let mut all = read_pid(source, pid, Ends::Never);
    let pv1 = message.segment("PV1");
    if let Some(pv1) = pv1 {
        read_visit(source, pv1, &mut all);
    }
    all.unlabelled().next()?;
    let has = |read: &dyn Fn(&mut Identifiers)| {
        let mut identifiers = Identifiers::default();
        read(&mut identifiers);
        identifiers.unlabelled().any(|code| all.unlabelled().any(|other| other == code))
    };
    if has(&|it| read(source, pid.field(3), Ends::Never, it)) {
        return Some(MessagePlace::Field("PID", 3));
    }
    let of_pid = WITHOUT_LABEL.iter().map(|n| ("PID", pid, *n));
    let of_pv1 = pv1.into_iter().flat_map(|pv1| OF_VISIT.iter().map(move |n| ("PV1", pv1, *n)));
    let mut fields = of_pid.chain(of_pv1);
    let found = fields.find(|(_, segment, n)| has(&|it| read_unlabelled(source, segment.field(*n), it)));
    found.map(|(name, _, n)| MessagePlace::Field(name, n))
}

/// Adds what the numbers in PID report about themselves, after the message's own events: a changed identity code, and a
/// record of the sender under an ended number that belongs to this client.
pub(super) fn add_ended(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    let Some(pid) = message.segment("PID") else { return Ok(()) };
    let identifiers = of_pid(source, pid, Ends::at(source, builder.recorded_at))?;
    let Some(record) = identifiers.record(source, keyring) else { return Ok(()) };
    add_ended_of(source, keyring, &identifiers, (&record, &identifiers.presented(source, keyring)), builder);
    Ok(())
}

/// The same, for a client whose record is known.
pub(super) fn add_ended_of(
    source: &SourceProfile,
    keyring: &Keyring,
    identifiers: &Identifiers,
    (record, presented): (&StreamId, &[Presented]),
    builder: &mut EventBuilder<'_>,
) {
    if let Some(changed) = identifiers.changed(source, keyring) {
        builder.add(record, presented, |_| Body::from(changed));
    }
    for former in identifiers.former_records(source, keyring) {
        if former != *record && !presented.is_empty() {
            builder.add(&former, presented, |_| Body::from(PersonUpdated::default()));
        }
    }
}

/// The identifiers in a PID or an MRG, if it is one.
pub(super) fn of_segment(source: &SourceProfile, segment: Segment<'_>) -> Option<Identifiers> {
    if segment.is("PID") {
        return Some(read_pid(source, segment, Ends::Never));
    }
    let mut identifiers = Identifiers::default();
    segment.is("MRG").then(|| read(source, segment.field(1), Ends::Never, &mut identifiers))?;
    Some(identifiers)
}
