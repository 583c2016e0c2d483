//! The person fields of PID, and the record of a message.

use super::message::{Message, Segment};
use super::time;
use super::visit::Visit;
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::identifiers::{Identifiers, with_birth_date};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{BirthDate, Body, Code, Keyring, PersonDied, PersonField, PersonName, PersonUpdated, StreamId};
use jiff::civil::Date;
use jiff::tz::TimeZone;

const MAX_NAME: usize = 200;

/// The message's first PID.
pub(super) fn pid<'m>(message: &Message<'m>) -> Result<Segment<'m>, RejectionReason> {
    let text = "the message has no PID";
    message.segment("PID").ok_or(RejectionReason::new(
        RejectionCode::SegmentSequenceError,
        MessagePlace::Segment("PID"),
        text,
    ))
}

/// The record: by PID-3, else by the visit number.
pub(super) fn record(
    source: &SourceProfile,
    keyring: &Keyring,
    identifiers: &Identifiers,
    visit: Option<&Visit<'_>>,
) -> Result<StreamId, RejectionReason> {
    let by_visit = || visit.and_then(|visit| visit.record(source, keyring));
    let text = "no identifier that can key a record";
    let missing = RejectionReason::new(RejectionCode::RequiredFieldMissing, MessagePlace::Field("PID", 3), text);
    identifiers.record(source, keyring).or_else(by_visit).ok_or(missing)
}

/// True if it is no date: neither a whole one nor a part of one.
pub(super) struct Unreadable;

/// PID-7. An incomplete date is left out: a year, a month, zeros for an unknown day or month. A text that is no date is
/// left out too, with a remark. The next message would have the same text, so to reject it would reject each ward
/// change of the person.
pub(super) fn birth_date(pid: Segment<'_>) -> Result<Option<Date>, Unreadable> {
    let Some(text) = pid.field(7).component(1).subcomponent(1).text() else {
        return Ok(None);
    };
    let is_short = matches!(text.len(), 4 | 6) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_short || has_zeros(&text) {
        return Ok(None);
    }
    time::date(pid.field(7), MessagePlace::Field("PID", 7)).map_err(|_| Unreadable)
}

/// A date with zeros for an unknown month or day.
fn has_zeros(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits >= 8 && [4, 6].iter().any(|from| text.get(*from..from + 2) == Some("00"))
}

/// The person fields of PID, checked and not yet sealed.
pub(super) struct Person {
    name: Option<PersonName>,
    birth_date: Option<BirthDate>,
    language: Option<Code>,
    deceased: Option<bool>,
    cleared: Vec<PersonField>,
}

/// A death, by PID-30 `Y` or a time in PID-29: an event, not the register of PID-30. With zeros for the day PID-29
/// reports a death without a time; with nothing but zeros it reports nothing.
pub(super) fn death(zone: &TimeZone, pid: Segment<'_>) -> Result<Option<PersonDied>, RejectionReason> {
    let field = pid.field(29);
    let written = field.component(1).subcomponent(1).text().filter(|text| text.bytes().any(|byte| byte != b'0'));
    let died_at = match &written {
        Some(text) if !has_zeros(text) => time::instant(field, zone, MessagePlace::Field("PID", 29))?,
        _ => None,
    };
    Ok(match pid.field(30).text().as_deref() {
        Some("Y") => Some(PersonDied { died_at }),
        None if written.is_some() && !pid.field(30).is_clear() => Some(PersonDied { died_at }),
        _ => None,
    })
}

/// PID-30 `N`, as the field of a person that is not deceased.
fn is_alive(pid: Segment<'_>) -> Option<bool> {
    (pid.field(30).text().as_deref() == Some("N")).then_some(false)
}

/// PID-30 is emptied, or is empty beside a date of death.
fn is_death_cleared(pid: Segment<'_>) -> bool {
    let (date, indicator) = (pid.field(29), pid.field(30));
    indicator.is_clear() || (date.is_clear() && indicator.text().is_none())
}

impl Person {
    /// PID-5, PID-7, PID-15, and PID-30 `N`, which cancels a reported death. A language that is not a valid code is
    /// left out; so is a birth date without its day.
    pub(super) fn read(pid: Segment<'_>) -> Result<Self, RejectionReason> {
        let name = pid.field(5);
        let part = |n| name.component(n).subcomponent(1).text().unwrap_or_default();
        let (family, given) = (part(1), part(2));
        if family.chars().count() > MAX_NAME || given.chars().count() > MAX_NAME {
            return Err(RejectionReason::too_large(MessagePlace::Field("PID", 5), "a name longer than 200 characters"));
        }
        let birth_date = birth_date(pid).unwrap_or_default();
        let fields = [(5, PersonField::Name), (7, PersonField::BirthDate), (15, PersonField::Language)];
        let fields = fields.into_iter().filter(|(n, _)| pid.field(*n).is_clear()).map(|(_, field)| field);
        Ok(Self {
            name: (!family.is_empty() || !given.is_empty()).then_some(PersonName { family, given }),
            birth_date: birth_date.map(|date| BirthDate { date: date.to_string() }),
            language: pid.field(15).component(1).text().and_then(|code| Code::try_new(&code).ok()),
            deceased: is_alive(pid),
            cleared: fields.chain(is_death_cleared(pid).then_some(PersonField::Deceased)).collect(),
        })
    }

    /// Only whether the person is alive, whatever the other fields are.
    pub(super) fn life(pid: Segment<'_>) -> Self {
        let cleared = is_death_cleared(pid).then_some(PersonField::Deceased).into_iter().collect();
        Self { name: None, birth_date: None, language: None, deceased: is_alive(pid), cleared }
    }

    /// Adds PersonUpdated, unless PID reports nothing; `by_code` is the day of birth in the identity code.
    pub(super) fn add(
        self,
        record: &StreamId,
        presented: &[event::Presented],
        (keyring, by_code): (&Keyring, Option<Date>),
        builder: &mut EventBuilder<'_>,
    ) {
        let Self { name, birth_date, language, deceased, cleared } = self;
        if name.is_none() && birth_date.is_none() && language.is_none() && deceased.is_none() && cleared.is_empty() {
            return;
        }
        let presented = with_birth_date(presented, birth_date.as_ref(), by_code, keyring);
        builder.add(record, &presented, |sealer| {
            Body::from(PersonUpdated {
                name: name.map(|name| sealer.seal(&name)),
                birth_date: birth_date.map(|date| sealer.seal(&date)),
                language,
                deceased,
                cleared,
            })
        });
    }
}
