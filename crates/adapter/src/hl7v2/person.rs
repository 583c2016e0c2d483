//! Who the message is about: PID-3 (and MRG-1), and the person fields of PID.
//!
//! An identifier's system, by its assigning authority CX.4 (namespace id or universal id): the configured one; the
//! identity code's if it is `1.2.246.21`; a temporary id's if it is of that arc; the sender's own if it is absent or
//! names it. CX.5 `NNFIN` (HL7 table 0203) makes it an identity code whatever the authority. Any other authority's
//! number is passed over. PID-2, -4, -18 and -19 are not read, nor ever PID-21, the mother's.

use super::message::{Message, Segment, Value};
use super::time;
use super::visit::Visit;
use crate::identifiers::{HETU_OID, Identifiers, MAX_IDENTIFIERS, is_temporary, with_birth_date};
use crate::rejection::{Fault, Place, RejectionCode};
use crate::{Source, envelope::Envelope};
use event::{
    BirthDate, Body, Code, HETU_SYSTEM, Hetu, Identifier, Keyring, PersonDied, PersonField, PersonName, PersonUpdated,
    Record, Token,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

const MAX_NAME: usize = 200;

/// The message's first PID.
pub(super) fn pid<'m>(message: &Message<'m>) -> Result<Segment<'m>, Fault> {
    let text = "the message has no PID";
    message.segment("PID").ok_or(Fault::new(RejectionCode::SegmentSequenceError, Place::Segment("PID"), text))
}

/// The identifiers in a field of CX.
pub(super) fn identifiers(source: &Source, field: Value<'_>, place: Place) -> Result<Identifiers, Fault> {
    if field.repetitions().nth(MAX_IDENTIFIERS).is_some() {
        return Err(Fault::too_large(place, "more than 100 identifiers"));
    }
    Ok(read(source, field))
}

fn read(source: &Source, field: Value<'_>) -> Identifiers {
    let mut identifiers = Identifiers::default();
    for cx in field.repetitions().take(MAX_IDENTIFIERS) {
        let Some(system) = system(source, cx) else { continue };
        let number = cx.component(1);
        if let Some(value) = number.text() {
            identifiers.found.push(Identifier::new(&system, &value));
        } else if number.is_clear() {
            identifiers.emptied.insert(system);
        }
    }
    identifiers
}

fn system(source: &Source, cx: Value<'_>) -> Option<String> {
    if cx.component(5).text().is_some_and(|kind| kind == "NNFIN") {
        return Some(HETU_SYSTEM.to_owned());
    }
    let [namespace, universal] = [1, 2].map(|n| cx.component(4).subcomponent(n).text());
    if namespace.is_none() && universal.is_none() {
        return Some(source.own_system().to_owned());
    }
    let written = || [&universal, &namespace].into_iter().flatten();
    if let Some(mapped) = written().find_map(|authority| source.authorities.get(authority)) {
        return Some(mapped.clone());
    }
    written().find_map(|authority| {
        let oid = authority.strip_prefix("urn:oid:").unwrap_or(authority);
        let system = format!("urn:oid:{oid}");
        if oid == HETU_OID || is_temporary(&system) || system == source.own_system() {
            return Some(system);
        }
        (authority == source.own_system()).then(|| authority.clone())
    })
}

/// The first valid identity code in PID-3.
pub(super) fn identity_code(source: &Source, pid: Segment<'_>) -> Option<Hetu> {
    read(source, pid.field(3)).found.iter().find_map(Identifier::hetu)
}

/// Whether a valid identity code of the field has an end, CX.8.
pub(super) fn has_ended_identity_code(source: &Source, field: Value<'_>) -> bool {
    let has_ended =
        |cx: Value<'_>| cx.component(8).text().is_some() && read(source, cx).found.iter().any(|id| id.hetu().is_some());
    field.repetitions().take(MAX_IDENTIFIERS).any(has_ended)
}

/// The record: by PID-3, else by the visit number.
pub(super) fn record(
    source: &Source,
    keyring: &Keyring,
    identifiers: &Identifiers,
    visit: Option<&Visit<'_>>,
) -> Result<Record, Fault> {
    let by_visit = || visit.and_then(|visit| visit.record(source, keyring));
    let text = "no identifier that a record can be kept by";
    let missing = Fault::new(RejectionCode::RequiredFieldMissing, Place::Field("PID", 3), text);
    identifiers.record(source, keyring).or_else(by_visit).ok_or(missing)
}

/// Whom a refused message names, by any PID-3 or MRG-1.
pub(super) fn named(message: &Message<'_>, source: &Source, keyring: &Keyring) -> Vec<Token> {
    fn field<'m>(segment: &Segment<'m>) -> Option<Value<'m>> {
        match segment {
            pid if pid.is("PID") => Some(pid.field(3)),
            mrg if mrg.is("MRG") => Some(mrg.field(1)),
            _ => None,
        }
    }
    let fields = message.segments().iter().filter_map(field).take(MAX_IDENTIFIERS);
    let tokens: BTreeSet<Token> =
        fields.flat_map(|field| read(source, field).named(source, keyring).collect::<Vec<_>>()).collect();
    tokens.into_iter().take(MAX_IDENTIFIERS).collect()
}

/// The person fields as they stand in PID, checked and not yet sealed.
pub(super) struct Person {
    name: Option<PersonName>,
    birth_date: Option<BirthDate>,
    language: Option<Code>,
    deceased: Option<bool>,
    cleared: Vec<PersonField>,
}

/// A death, by PID-30 `Y` or a time in PID-29: an event, not the register of PID-30.
pub(super) fn death(zone: &TimeZone, pid: Segment<'_>) -> Result<Option<PersonDied>, Fault> {
    let died_at = time::instant(pid.field(29), zone, Place::Field("PID", 29))?;
    Ok(match pid.field(30).text().as_deref() {
        Some("Y") => Some(PersonDied { died_at }),
        None if died_at.is_some() && !pid.field(30).is_clear() => Some(PersonDied { died_at }),
        _ => None,
    })
}

/// PID-30 `N`, as the field of a person that is not deceased.
fn is_alive(pid: Segment<'_>) -> Option<bool> {
    (pid.field(30).text().as_deref() == Some("N")).then_some(false)
}

/// PID-30 is emptied, or says nothing where the date of death is.
fn is_death_cleared(pid: Segment<'_>) -> bool {
    let (date, indicator) = (pid.field(29), pid.field(30));
    indicator.is_clear() || (date.is_clear() && indicator.text().is_none())
}

impl Person {
    /// PID-5, PID-7, PID-15, and of PID-30 what is no death: `N`, which takes back what was told of one. A language that
    /// is no code is left out; so is a birth date without its day.
    pub(super) fn read(pid: Segment<'_>) -> Result<Self, Fault> {
        let name = pid.field(5);
        let part = |n| name.component(n).subcomponent(1).text().unwrap_or_default();
        let (family, given) = (part(1), part(2));
        if family.chars().count() > MAX_NAME || given.chars().count() > MAX_NAME {
            return Err(Fault::too_large(Place::Field("PID", 5), "a name longer than 200 characters"));
        }
        let birth_date = time::date(pid.field(7), Place::Field("PID", 7))?;
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

    /// Only whether the person lives, whatever the other fields are.
    pub(super) fn life(pid: Segment<'_>) -> Self {
        let cleared = is_death_cleared(pid).then_some(PersonField::Deceased).into_iter().collect();
        Self { name: None, birth_date: None, language: None, deceased: is_alive(pid), cleared }
    }

    /// Adds PersonUpdated, unless PID says nothing; `by_code` is the day of birth in the identity code.
    pub(super) fn add(
        self,
        record: &Record,
        presented: &[event::Presented],
        (keyring, by_code): (&Keyring, Option<Date>),
        envelope: &mut Envelope<'_>,
    ) {
        let Self { name, birth_date, language, deceased, cleared } = self;
        if name.is_none() && birth_date.is_none() && language.is_none() && deceased.is_none() && cleared.is_empty() {
            return;
        }
        let presented = with_birth_date(presented, birth_date.as_ref(), by_code, keyring);
        envelope.add(record, &presented, |sealer| {
            Body::PersonUpdated(PersonUpdated {
                name: name.map(|name| sealer.seal(&name)),
                birth_date: birth_date.map(|date| sealer.seal(&date)),
                language,
                deceased,
                cleared,
            })
        });
    }
}
