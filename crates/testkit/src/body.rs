//! A body of every type of event, made of its message in `proto/rinnakkain/event/v1`. So a new type is in random
//! histories, and is tried on the rules for all types, without a line of its own.

use crate::case::reported;
use event::{Body, Event, Instant, Sealed, StreamId, Token, TranslationWithdrawn, Worker};
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use std::sync::LazyLock;

/// What stands in the fields of a body, by their names in the proto.
pub trait Values {
    /// Is this field, which may be absent, there?
    fn is_there(&mut self, field: &str) -> bool;

    /// The key of a thing.
    fn token(&mut self, field: &str) -> Token;

    /// The text of a code, or of a ward.
    fn text(&mut self, field: &str) -> String;

    /// One of a few.
    fn one_of<'a, T>(&mut self, field: &str, all: &'a [T]) -> Option<&'a T>;

    /// A time.
    fn time(&mut self, field: &str) -> Instant;

    /// The stream of a person.
    fn stream(&mut self, field: &str) -> StreamId;

    /// A worker, sealed.
    fn worker(&mut self, field: &str) -> Sealed<Worker>;
}

/// A type of event.
pub struct BodyType {
    /// Its place in the envelope.
    member: FieldDescriptor,
    /// Its fields, and which of them may be absent.
    fields: Vec<(FieldDescriptor, bool)>,
}

/// Every type, as the envelope lists them.
pub static TYPES: LazyLock<Vec<BodyType>> = LazyLock::new(|| {
    let oneof = ENVELOPE.oneofs().find(|it| it.name() == "body");
    oneof.into_iter().flat_map(|body| body.fields().collect::<Vec<_>>()).map(BodyType::new).collect()
});

#[expect(clippy::expect_used, reason = "the descriptors are compiled into it")]
static ENVELOPE: LazyLock<MessageDescriptor> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(include_bytes!(concat!(env!("OUT_DIR"), "/event.bin")).as_ref());
    pool.ok()
        .and_then(|pool| pool.get_message_by_name("rinnakkain.event.v1.Event"))
        .expect("the envelope is among them")
});

impl BodyType {
    fn new(member: FieldDescriptor) -> Self {
        let message = member.kind().as_message().map(|it| it.fields().collect::<Vec<_>>()).unwrap_or_default();
        let mut this = Self { member, fields: message.into_iter().map(|field| (field, false)).collect() };
        for at in 0..this.fields.len() {
            let field = &this.fields[at].0;
            let has_absence =
                field.supports_presence() || matches!(field.kind(), Kind::String | Kind::Bytes | Kind::Enum(_));
            // A field may be absent if the event can be read without it.
            this.fields[at].1 = has_absence && !field.is_list();
            this.fields[at].1 &= this.body(&mut AllBut(this.fields[at].0.name().to_owned())).is_some();
        }
        this
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        self.member.kind().as_message().map(|it| it.name().to_owned()).unwrap_or_default()
    }

    /// The name of its first field: the key of what it is of, if it has one.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.fields.first().map(|(field, _)| field.name())
    }

    /// The names of its fields that may be absent.
    pub fn optional(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(|(_, optional)| *optional).map(|(field, _)| field.name())
    }

    /// A body of this type with these values.
    pub fn body(&self, values: &mut impl Values) -> Option<Body> {
        let mut message = DynamicMessage::new(self.member.kind().as_message()?.clone());
        for (field, optional) in &self.fields {
            if *optional && !values.is_there(field.name()) {
                continue;
            }
            let value = value_of(field, values)?;
            message.set_field(field, if field.is_list() { Value::List(vec![value]) } else { value });
        }
        let mut envelope = DynamicMessage::new(ENVELOPE.clone());
        envelope.set_field(&self.member, Value::Message(message));
        // Of two bodies in one envelope the last counts.
        let record = StreamId { key: Token::from_bytes([0; 17]), system: String::new() };
        let mut bytes = reported("body", Instant::MIN, record, Body::from(TranslationWithdrawn)).encode().to_vec();
        envelope.encode(&mut bytes).ok()?;
        Event::decode(&bytes.into()).ok().map(|event| event.body).filter(|body| !matches!(body, Body::Unknown(_)))
    }
}

fn value_of(field: &FieldDescriptor, values: &mut impl Values) -> Option<Value> {
    let name = field.name();
    Some(match field.kind() {
        Kind::Bytes => Value::Bytes(values.token(name).as_bytes().to_vec().into()),
        Kind::String => Value::String(values.text(name)),
        Kind::Bool => Value::Bool(*values.one_of(name, &[false, true])?),
        Kind::Uint32 => Value::U32(*values.one_of(name, &[90, 180])?),
        Kind::Sfixed64 => Value::I64(values.time(name).as_micros()),
        Kind::Enum(all) => {
            let all: Vec<i32> = all.values().map(|it| it.number()).filter(|number| *number != 0).collect();
            Value::EnumNumber(*values.one_of(name, &all)?)
        }
        Kind::Message(of) => Value::Message(part(&of, name, values)?),
        _ => return None,
    })
}

fn part(of: &MessageDescriptor, name: &str, values: &mut impl Values) -> Option<DynamicMessage> {
    let mut message = DynamicMessage::new(of.clone());
    let mut set = |field: &str, value| message.set_field_by_name(field, value);
    match of.name() {
        "Ward" => set("code", Value::String(values.text(name))),
        "StreamId" => {
            let stream = values.stream(name);
            set("key", Value::Bytes(stream.key.as_bytes().to_vec().into()));
            set("system", Value::String(stream.system));
        }
        "Sealed" => {
            let worker = values.worker(name);
            set("key_id", Value::U32(worker.key_id()));
            set("nonce", Value::Bytes(worker.nonce().to_vec().into()));
            set("ciphertext", Value::Bytes(worker.ciphertext().to_vec().into()));
        }
        _ => return None,
    }
    Some(message)
}

/// Every field but this one.
struct AllBut(String);

impl Values for AllBut {
    fn is_there(&mut self, field: &str) -> bool {
        self.0 != field
    }

    fn token(&mut self, _: &str) -> Token {
        Token::from_bytes([1; 17])
    }

    fn text(&mut self, _: &str) -> String {
        "a".to_owned()
    }

    fn one_of<'a, T>(&mut self, _: &str, all: &'a [T]) -> Option<&'a T> {
        all.first()
    }

    fn time(&mut self, _: &str) -> Instant {
        Instant::MIN
    }

    fn stream(&mut self, field: &str) -> StreamId {
        StreamId { key: self.token(field), system: "a".to_owned() }
    }

    fn worker(&mut self, _: &str) -> Sealed<Worker> {
        Sealed::from_parts(1, [1; 12], vec![1; 32])
    }
}
