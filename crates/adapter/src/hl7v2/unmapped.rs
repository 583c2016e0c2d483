//! The codes of a message that the configuration does not know ([`crate::unmapped()`]).

use super::message::{Message, Segment, Value};
use super::visit::{TABLE_0004, ward_code};
use super::{Header, charset, header, key};
use crate::identifiers::MAX_IDENTIFIERS;
use crate::number::is_known_type;
use crate::scope::Scope;
use crate::unmapped::{UnmappedCodes, UnmappedKind};
use crate::{SourceProfile, StayKey};

/// The place of an authority: segment, field, data type.
const KEYS: &[(&str, u16, Authority)] = &[
    ("PID", 3, Authority::Cx),
    ("MRG", 1, Authority::Cx),
    ("PID", 18, Authority::Cx),
    ("MRG", 3, Authority::Cx),
    ("MRG", 5, Authority::Cx),
    ("PV1", 5, Authority::Cx),
    ("PV1", 19, Authority::Cx),
    ("PV1", 50, Authority::Cx),
    ("RF1", 6, Authority::Ei),
    ("ORC", 2, Authority::Ei),
    ("SCH", 1, Authority::Ei),
    ("SCH", 2, Authority::Ei),
];

#[derive(Clone, Copy)]
enum Authority {
    Cx,
    Ei,
}

/// Notes them.
pub(crate) fn unmapped(source: &SourceProfile, bytes: &[u8], found: &mut UnmappedCodes) {
    let Ok(header) = Header::try_read(bytes) else { return };
    let body = header::begin(bytes);
    let text = charset::decode(body, &header, source.character_set.as_deref());
    let text = text.unwrap_or_else(|_| charset::lenient(body));
    let message = Message::new(&text, header.separators);
    let facility = message.segment("MSH").map(|msh| msh.field(4));
    for segment in message.segments() {
        for (name, n, authority) in KEYS.iter().filter(|(name, n, _)| segment.is(name) && is_read(source, name, *n)) {
            for value in segment.field(*n).repetitions().take(MAX_IDENTIFIERS) {
                of_key(source, value, *authority, matches!((*name, *n), ("PID", 3) | ("MRG", 1)), found);
            }
        }
        of_segment(source, *segment, facility, found);
    }
}

/// One kind of number is the key of stays, and the other is not read.
fn is_read(source: &SourceProfile, segment: &str, field: u16) -> bool {
    match (segment, field) {
        ("PID", 18) | ("MRG", 3) => source.stay_key == StayKey::Account,
        ("PV1", _) | ("MRG", 5) => source.stay_key == StayKey::Visit,
        _ => true,
    }
}

fn of_key(source: &SourceProfile, value: Value<'_>, authority: Authority, is_person: bool, found: &mut UnmappedCodes) {
    if value.component(1).text().is_none() {
        return;
    }
    let names = match authority {
        Authority::Cx => key::authority(value.component(4)),
        Authority::Ei => [3, 2].map(|n| value.component(n).text()),
    };
    if !Scope::of(source, &names).is_known()
        && let Some(name) = names.iter().rev().flatten().next()
    {
        found.note(UnmappedKind::Authority, name);
    }
    if is_person && let Some(kind) = value.component(5).text().filter(|kind| !is_known_type(source, kind)) {
        found.note(UnmappedKind::NumberType, &kind);
    }
}

fn of_segment(source: &SourceProfile, segment: Segment<'_>, facility: Option<Value<'_>>, found: &mut UnmappedCodes) {
    let code = |n| segment.field(n).component(1).subcomponent(1).text();
    let mut note = |what, code: Option<String>, is_known: &dyn Fn(&str) -> bool| {
        if let Some(code) = code.filter(|code| !is_known(code)) {
            found.note(what, &code);
        }
    };
    if segment.is("PV1") {
        // A code of the table needs no configuration.
        let is_of_table = |code: &str| TABLE_0004.iter().any(|(known, _)| *known == code);
        let is_known = |code: &str| is_of_table(code) || source.patient_class(code).is_some();
        note(UnmappedKind::PatientClass, code(2), &is_known);
        for n in [3, 6] {
            note(UnmappedKind::Ward, ward_code(segment.field(n), facility), &|code| source.wards.contains_key(code));
        }
    }
    for (name, n) in [("ROL", 3), ("PRT", 4)] {
        let role = if segment.is(name) { code(n) } else { None };
        note(UnmappedKind::WorkerRole, role, &|code| source.worker_roles.contains_key(code));
    }
    if segment.is("RF1") {
        note(UnmappedKind::ReferralKind, code(3), &|code| source.referral_kinds.contains_key(code));
    }
}
