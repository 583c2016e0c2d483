//! Each field of the API's answers is in the words too, or stands here with the reason why it is not. A new field that
//! `ask` does not show fails this test.

use super::{Answer, Text};
use api::proto;
use jiff::tz::TimeZone;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use std::collections::BTreeSet;
use words::Language;

/// No `oneof` has more members.
const MOST_CHOICES: usize = 4;

/// Fields that no words show.
const NOT_SHOWN: &[&str] = &[
    // A beginning beside the end or the time that counts: a line has room for one.
    "Away.from",
    "Leave.since",
    "PlannedDischarge.since",
    // Why there is no own worker: the question about the own worker answers it.
    "Clientship.own_worker_not_named",
    // How it came and how urgent it is: nobody decides by it at night.
    "HealthSocialWork.channel",
    "ReferralRequest.priority",
    "ReferralRequest.source_channel",
    // The same line as of a lane that is absent.
    "Lane.withheld",
    // Of the two times of one report, only when it took place is shown; for a referral's answer, the source of the
    // request.
    "Provenance.recorded_at",
    "ReferralCourse.provenance",
    "ReferralRejected.provenance",
    // Whom to ring is shown by the chain, and a worker by the role.
    "Reach.now",
    "ReachLink.step",
    "Worker.basis",
    // Numbers to give to a client, on a sheet: a professional rings the professional's.
    "PublicLine.name",
    "PublicLine.phone",
    "Reach.public_lines",
];

/// A message with something in each field except `hides`, which replaces others; in a `oneof`, in its member number
/// `choice`.
fn filled(of: &MessageDescriptor, choice: usize, hides: &str, depth: u32) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    let chosen = |field: &FieldDescriptor| {
        field.containing_oneof().is_none_or(|it| it.fields().nth(choice % it.fields().len()).as_ref() == Some(field))
    };
    for field in of.fields().filter(|field| depth > 0 && chosen(field) && !field.full_name().ends_with(hides)) {
        let value = match field.kind() {
            Kind::Message(part) => Value::Message(filled(&part, choice, hides, depth - 1)),
            Kind::Enum(_) => Value::EnumNumber(1),
            Kind::Bool => Value::Bool(true),
            Kind::String => Value::String("a-code".to_owned()),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(1_772_431_200),
            Kind::Int32 => Value::I32(7),
            Kind::Uint32 => Value::U32(7),
            Kind::Uint64 => Value::U64(7),
            other => panic!("{} is a {other:?}", field.full_name()),
        };
        message.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
    }
    message
}

/// The message without one of its fields, for each of them, with the field's name.
fn without_one(message: &DynamicMessage) -> Vec<(String, DynamicMessage)> {
    let set: Vec<(FieldDescriptor, Value)> = message.fields().map(|(field, value)| (field, value.clone())).collect();
    let mut all = Vec::new();
    for (field, value) in set {
        let with = |value: Value| {
            let mut changed = message.clone();
            changed.set_field(&field, value);
            changed
        };
        let mut without = message.clone();
        without.clear_field(&field);
        all.push((field.full_name().replace("rinnakkain.care.v1.", ""), without));
        match value {
            Value::Message(part) if !field.full_name().starts_with("google.") => {
                all.extend(without_one(&part).into_iter().map(|(name, part)| (name, with(Value::Message(part)))));
            }
            Value::List(items) => {
                if let [Value::Message(part)] = items.as_slice() {
                    let one = |part| with(Value::List(vec![Value::Message(part)]));
                    all.extend(without_one(part).into_iter().map(|(name, part)| (name, one(part))));
                }
            }
            _ => {}
        }
    }
    all
}

#[test]
fn every_field_of_a_view_is_in_words() {
    let pool = DescriptorPool::decode(api::DESCRIPTORS).unwrap();
    let of = pool.get_message_by_name("rinnakkain.care.v1.GetParallelViewResponse").unwrap();
    let text = |message: &DynamicMessage| {
        let response: proto::GetParallelViewResponse = message.transcode_to().unwrap();
        Text { language: Language::En, zone: TimeZone::UTC, width: None }.of(&Answer::View(Box::new(response)))
    };
    let (mut shown, mut all) = (BTreeSet::new(), BTreeSet::new());
    let choices = (0..MOST_CHOICES).flat_map(|choice| ["care.v1.Referral.course", "-"].map(|hides| (choice, hides)));
    for whole in choices.map(|(choice, hides)| filled(&of, choice, hides, 8)) {
        for (name, without) in without_one(&whole).into_iter().filter(|(name, _)| !name.starts_with("google.")) {
            if text(&without) != text(&whole) {
                shown.insert(name.clone());
            }
            all.insert(name);
        }
    }
    let not_shown: BTreeSet<&str> = all.difference(&shown).map(String::as_str).collect();
    assert_eq!(not_shown, NOT_SHOWN.iter().copied().collect());
}
