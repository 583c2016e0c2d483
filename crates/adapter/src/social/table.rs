//! The event types that are supported. Each is one row: its title, its name, the meaning of a day without a time, its
//! stream, and the members of its `data`. Both the reader and the JSON Schema are made of the row.
//!
//! The rows of a family stand in one file. An event's body is made of its members by name, unless the row gives an
//! expression (`=> |sealer| …`, with values computed `with |reader| …`).

mod case;
mod directory;
mod list;
mod permission;
mod person;
mod referral;
mod service;
mod staff;

pub use list::{MAX_KEYS, MAX_LINES};

use super::kind::schema::{Definitions, ObjectSchema};
use super::kind::{Client, Code, DayMeans, Identified, Members, Moment, Optional, RegisterOf, Required};
use super::reader::UnsealedBody;
use super::{SCHEMAS, TYPES};
use crate::rejection::RejectionReason;
use event::Register;
use list::List;
use serde_json::json;

/// One event type.
pub(super) struct Type {
    pub(super) name: &'static str,
    title: &'static str,
    /// The meaning of a day without a time in `happened_at`.
    pub(super) day: DayMeans,
    /// The registers that its fact may belong to.
    pub(super) register: RegisterOf,
    pub(super) stream: Stream,
    describe: fn(&mut ObjectSchema<'_>),
}

/// Reads the members of `data`.
type Read<T> = fn(Members<'_>) -> Result<T, RejectionReason>;

/// The stream that an event belongs to.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    /// The client that `data.client` names.
    Client(Read<UnsealedBody>),
    /// The worker that `data.worker` names: a fact of all of the worker's clients.
    Worker(Read<UnsealedBody>),
    /// The source itself.
    Source(Read<UnsealedBody>),
    /// A list: lines in the streams of their clients, and the list in the source's own.
    List(Read<List>),
}

/// A family's rows.
macro_rules! rows {
    ($(
        $(#[doc = $title:literal])+
        $name:ident: $day:ident, $stream:ident {
            $($(#[doc = $about:literal])* $member:ident: $field:expr),* $(,)?
        }
        $(with |$reader:ident| $($derived:ident = $value:expr),+)?
        $(=> |$sealer:pat_param| $body:expr)?;
    )*) => {
        pub(super) const TYPES: &[$crate::social::table::Type] = &[$($crate::social::table::Type {
            name: stringify!($name),
            title: concat!($($title),+),
            day: $crate::social::kind::DayMeans::$day,
            register: $crate::social::table::REGISTER,
            stream: $crate::social::table::Stream::$stream({
                fn read(at: $crate::social::kind::Members<'_>) -> Result<$crate::social::reader::UnsealedBody, $crate::rejection::RejectionReason> {
                    // A row may have no members of its own.
                    let _ = at;
                    $crate::social::kind::read_members!(at; $($member: $field),*);
                    $(let $reader = at.reader; $(let $derived = $value;)+)?
                    Ok(Box::new($crate::social::table::body!($name { $($member),* } $(|$sealer| $body)?)))
                }
                read
            }),
            describe: {
                fn describe(schema: &mut $crate::social::kind::schema::ObjectSchema<'_>) {
                    let _ = &schema;
                    $crate::social::kind::describe_members!(schema; $($(#[doc = $about])* $member: $field),*);
                }
                describe
            },
        }),*];
    };
}

/// A row's body: of its members by name, or the row's own expression.
macro_rules! body {
    ($name:ident { $($member:ident),* }) => {
        move |_| event::Body::from(event::$name { $($member),* })
    };
    ($name:ident { $($member:ident),* } |$sealer:pat_param| $body:expr) => {
        move |$sealer| {
            let event: event::$name = $body;
            event::Body::from(event)
        }
    };
}

use {body, rows};

const FAMILIES: &[&[Type]] = &[
    case::TYPES,
    staff::TYPES,
    referral::TYPES,
    service::TYPES,
    person::TYPES,
    permission::TYPES,
    list::TYPES,
    directory::TYPES,
];

const CONTROLLER: &str = "The controller of the register: its OID in the SOTE-organisaatiorekisteri.";
const AUTHOR_ROLE: &str = "In what role the author wrote it.";

/// The register of a fact.
const REGISTER: RegisterOf = RegisterOf {
    one_of: Register::ALL,
    about: "The register the fact belongs to (703/2023 18 §).",
    unknown: "neither patient nor social",
};

fn all() -> impl Iterator<Item = &'static Type> {
    FAMILIES.iter().copied().flatten()
}

/// The name of every supported type.
pub fn types() -> impl Iterator<Item = &'static str> {
    all().map(|known| known.name)
}

/// The JSON Schema of a type's `data`, as a sender can have it: `dataschema` is `urn:rinnakkain:social:v1:<Type>`.
#[must_use]
pub fn schema(type_name: &str) -> Option<serde_json::Value> {
    named(type_name).map(Type::schema)
}

/// The JSON Schema of a whole event: the CloudEvents attributes that are read, and every `type`. What `data` holds is the
/// type's own schema.
#[must_use]
pub fn envelope() -> serde_json::Value {
    let text =
        |most: usize, about: &str| json!({ "type": "string", "minLength": 1, "maxLength": most, "description": about });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{SCHEMAS}Envelope"),
        "title": "An event of social care as CloudEvents 1.0 in JSON. `data` is as the schema of its type has it.",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time"],
        "properties": {
            "specversion": { "enum": ["1.0"] },
            "id": text(200, "The sender's own id of the event: by it its receipt is asked for."),
            "source": text(500, "The sender."),
            "type": { "enum": types().map(|name| format!("{TYPES}{name}")).collect::<Vec<_>>() },
            "time": { "type": "string", "format": "date-time", "description": "When it was written." },
            "sequence": { "type": ["integer", "string", "null"], "description": "The sender's running number." },
            "dataschema": { "type": ["string", "null"], "description": "The `$id` of the type's schema." },
            "subject": { "type": ["string", "null"], "description": "Not read: never an identifier of a client." },
            "data": { "type": "object" },
            "data_base64": { "type": "string", "description": "The same as `data`, as bytes." },
        },
        "oneOf": [{ "required": ["data"] }, { "required": ["data_base64"] }],
    })
}

pub(super) fn named(type_name: &str) -> Option<&'static Type> {
    all().find(|known| known.name == type_name)
}

impl Type {
    /// When it happened; absent: when it was written.
    pub(super) fn happened_at(&self) -> Optional<Moment> {
        Optional(Moment(self.day))
    }

    fn schema(&self) -> serde_json::Value {
        let mut definitions = Definitions::default();
        let mut schema = ObjectSchema::new(&mut definitions);
        schema.field("register", "", &Required(self.register));
        schema.field("happened_at", "", &self.happened_at());
        schema.field("controller", CONTROLLER, &Optional(Code));
        schema.field("author_role", AUTHOR_ROLE, &Optional(Code));
        match self.stream {
            Stream::Client(_) => schema.field("client", "", &Required(Client)),
            Stream::Worker(_) => schema.field("worker", "", &Required(Identified)),
            Stream::Source(_) | Stream::List(_) => {}
        }
        (self.describe)(&mut schema);
        let mut schema = schema.finish();
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$id"] = json!(format!("{SCHEMAS}{}", self.name));
        schema["title"] = json!(self.title.trim());
        schema["$defs"] = definitions.into_value();
        schema
    }
}
