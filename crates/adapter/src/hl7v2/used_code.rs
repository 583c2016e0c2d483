//! The codes of a message, and what the configuration makes of them ([`crate::codes()`]).

use super::message::{Message, Segment, Value};
use super::numbers::{OF_VISIT, WITHOUT_LABEL};
use super::trigger::Trigger;
use super::version::Version;
use super::visit::{TABLE_0004, ward_code};
use super::{Header, MessageKind, charset, header, is_character_set, key, kind};
use crate::identifiers::MAX_IDENTIFIERS;
use crate::number::type_meaning;
use crate::own_code::OwnCode;
use crate::scope::Scope;
use crate::used_code::{CodeKind, Codes};
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

/// Names of people: a code that is the same text is none.
const NAMES: &[(&str, u16)] = &[
    ("PID", 5),
    ("PID", 6),
    ("PID", 9),
    ("NK1", 2),
    ("ROL", 4),
    ("PRT", 5),
    ("PV1", 7),
    ("PV1", 8),
    ("PV1", 9),
    ("PV1", 17),
    ("PRD", 2),
    ("ORC", 12),
    ("EVN", 5),
];

/// Where the client's identity code is looked for.
fn is_of_people(segment: &str, field: u16) -> bool {
    match segment {
        "PID" => field == 3 || WITHOUT_LABEL.contains(&field),
        "PV1" => OF_VISIT.contains(&field),
        _ => false,
    }
}

/// The fields that are read, by segment. Any other field changes no event (a test tries each).
const READ: &[(&str, &[u16])] = &[
    ("MSH", &[1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16, 18, 21]),
    ("EVN", &[2, 3, 4, 5, 6]),
    ("PID", &[2, 3, 4, 5, 7, 15, 18, 19, 20, 29, 30]),
    ("MRG", &[1, 3, 5]),
    ("PV1", &[2, 3, 5, 6, 10, 19, 36, 37, 44, 45, 50]),
    ("PV2", &[8, 9, 22, 47]),
    ("ROL", &[2, 3, 4, 5, 6, 12, 14]),
    ("PRT", &[2, 4, 5, 8, 11, 12, 15]),
    ("RF1", &[1, 2, 3, 6, 8, 10]),
    ("PRD", &[1, 2, 4, 5]),
    ("ORC", &[1, 2, 5, 9, 12, 14, 15, 16]),
    ("OBR", &[4]),
    ("TQ1", &[7, 8, 9]),
    ("SCH", &[1, 2, 6, 11, 25]),
    ("AIS", &[4]),
    ("AIP", &[6]),
    ("AIL", &[3, 6]),
    ("AIG", &[8]),
];

#[derive(Clone, Copy)]
enum Authority {
    Cx,
    Ei,
}

/// Notes them.
pub(crate) fn codes(source: &SourceProfile, bytes: &[u8], found: &mut Codes) {
    let Ok(header) = Header::try_read(bytes) else { return };
    let body = header::begin(bytes);
    let text = charset::decode(body, header.separators, (header.character_set(), source.character_set.as_deref()));
    let text = text.unwrap_or_else(|_| charset::lenient(body));
    let message = Message::new(&text, header.separators);
    of_header(source, &header, &message, found);
    let facility = message.segment("MSH").map(|msh| msh.field(4));
    for segment in message.segments() {
        of_fields(*segment, found);
        for (name, n, authority) in KEYS.iter().filter(|(name, n, _)| segment.is(name) && is_read(source, name, *n)) {
            for value in segment.field(*n).repetitions().take(MAX_IDENTIFIERS) {
                of_key(source, value, *authority, matches!((*name, *n), ("PID", 3) | ("MRG", 1)), found);
            }
        }
        for (_, n) in NAMES.iter().filter(|(name, _)| segment.is(name)) {
            found.note_name(segment.field(*n).as_written());
        }
        of_segment(source, *segment, facility, found);
    }
}

fn of_header(source: &SourceProfile, header: &Header, message: &Message<'_>, found: &mut Codes) {
    let component = |n, c| String::from_utf8_lossy(header.component(n, c)).into_owned();
    let trigger = [component(9, 1), component(9, 2)].join("^");
    let meaning = match kind(source, header) {
        _ if header.is_acknowledgement() => Some("an acknowledgement: nothing is read of it"),
        Ok(Some(MessageKind::Adt(Trigger::BesideTheStay))) => {
            Some("read for who is there, and changes no other answer")
        }
        Ok(Some(_)) => Some("read"),
        Ok(None) => Some("taken, and changes no answer"),
        Err(_) => None,
    };
    found.note(CodeKind::MessageType, trigger.trim_end_matches('^'), meaning);
    let msh = message.segment("MSH");
    let sender = [3, 4].map(|n| msh.and_then(|msh| msh.field(n).component(1).text()).unwrap_or_default());
    found.note(CodeKind::Sender, sender.join(" / ").trim_end_matches(" / "), None);
    let version = component(12, 1);
    found.note(CodeKind::Version, &version, Version::read(version.as_bytes()).map(|_| "understood"));
    let sets = component(18, 1);
    if sets.is_empty() {
        let usual = source.character_set.as_deref().unwrap_or("UTF-8, else ISO 8859-1");
        found.note(CodeKind::CharacterSet, "none", Some(usual));
    } else {
        found.note(CodeKind::CharacterSet, &sets, is_character_set(&sets).then_some("understood"));
    }
    let processing = component(11, 1);
    found.note(CodeKind::ProcessingId, &processing, (processing == source.processing_id).then_some("accepted"));
}

/// A segment's name is three capital letters or digits; another text is none.
fn of_fields(segment: Segment<'_>, found: &mut Codes) {
    let name = segment.name();
    if name.len() != 3 || !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return;
    }
    let read = READ.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, fields)| fields);
    for (n, value) in segment.fields().filter(|(_, value)| !value.as_written().trim().is_empty()) {
        found.note(CodeKind::Field, &format!("{name}-{n}"), read.contains(&n).then_some("read"));
        // Others' codes, such as a relative's in NK1, are not of the client.
        if matches!(name, "PID" | "PV1") && !is_of_people(name, n) {
            found.note_stray(&format!("{name}-{n}"), value.as_written());
        }
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

fn of_key(source: &SourceProfile, value: Value<'_>, authority: Authority, is_person: bool, found: &mut Codes) {
    if value.component(1).text().is_none() {
        return;
    }
    let names = match authority {
        Authority::Cx => key::authority(value.component(4)),
        Authority::Ei => [3, 2].map(|n| value.component(n).text()),
    };
    if let Some(name) = names.iter().rev().flatten().next() {
        let scope = Scope::of(source, &names);
        let what = if is_person { CodeKind::Authority } else { CodeKind::KeyAuthority };
        found.note(what, name, scope.is_known().then(|| scope.system()));
    }
    if is_person && let Some(kind) = value.component(5).text() {
        found.note(CodeKind::NumberType, &kind, type_meaning(source, &kind));
    }
}

fn of_segment(source: &SourceProfile, segment: Segment<'_>, facility: Option<Value<'_>>, found: &mut Codes) {
    let code = |n| segment.field(n).component(1).subcomponent(1).text();
    if segment.is("PV1") {
        if let Some(class) = code(2) {
            found.note(CodeKind::PatientClass, &class, class_meaning(source, &class));
        }
        for n in [3, 6] {
            let Some(ward) = ward_code(segment.field(n), facility) else { continue };
            found.note(CodeKind::Ward, &ward, source.wards.get(&ward).map(String::as_str));
            let of = [1, 2].into_iter().find_map(|part| segment.field(n).component(4).subcomponent(part).text());
            if let Some(of) = of {
                let is_another = ward.starts_with(&format!("{of}/"));
                let meaning = if is_another { "another than MSH-4: a ward is FACILITY/WARD" } else { "MSH-4 itself" };
                found.note(CodeKind::Facility, &of, Some(meaning));
            }
        }
    }
    for (name, n) in [("ROL", 3), ("PRT", 4)] {
        if let Some(role) = code(n).filter(|_| segment.is(name)) {
            let other = || source.other_roles.contains(&role).then_some("in other_roles: nobody whom an answer names");
            let meaning = source.worker_roles.get(&role).and_then(|role| role.code()).or_else(other);
            found.note(CodeKind::WorkerRole, &role, meaning);
        }
    }
    if let Some(written) = code(3).filter(|_| segment.is("RF1")) {
        let meaning = source.referral_kinds.get(&written).and_then(|kind| kind.code());
        found.note(CodeKind::ReferralKind, &written, meaning);
    }
}

/// A code of the table needs no configuration.
fn class_meaning(source: &SourceProfile, code: &str) -> Option<&'static str> {
    let of_table = || TABLE_0004.iter().find(|(known, _)| *known == code).map(|(_, class)| *class);
    let class = source.patient_class(code).map(Some).or_else(of_table)?;
    Some(class.and_then(OwnCode::code).unwrap_or("a presence without a class (HL7 table 0004)"))
}
