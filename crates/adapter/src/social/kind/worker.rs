//! Professionals: by the sender's own identifier, by name, or by both.

use super::text::MAX_KEY;
use super::{Given, Key, MemberKind, Optional, Required, Text, object};
use crate::rejection::RejectionReason;
use crate::social::kind::schema::{Definitions, ObjectSchema};
use event::Token;
use serde_json::{Value, json};

/// A professional with a name; `$id` is their identifier, if they have one.
macro_rules! professional {
    ($(#[doc = $about:literal])+ $kind:ident: $definition:literal -> $value:ty { $($id:tt)* } => |$worker:ident| $body:expr) => {
        object! {
            $(#[doc = $about])+
            $kind: $definition -> $value {
                $($id)*
                name: Required(Text(200)),
                /// The number that other professionals ring.
                phone: Optional(Text(50)),
                email: Optional(Text(200)),
                hours: Optional(Text(200)),
                unit: Optional(Text(200)),
            } => |_| {
                let $worker = event::Worker {
                    name,
                    phone: phone.unwrap_or_default(),
                    email: email.unwrap_or_default(),
                    hours: hours.unwrap_or_default(),
                    unit: unit.unwrap_or_default(),
                };
                $body
            }
        }
    };
}

professional! {
    /// A professional.
    Worker: "worker" -> event::Worker {} => |worker| worker
}

professional! {
    /// A professional, named and identified.
    AssignedWorker: "assignedWorker" -> (Token, event::Worker) { id: Required(Key("worker")), } => |worker| (id, worker)
}

professional! {
    /// A professional who stands in for another.
    Substitute: "substitute" -> (Option<Token>, event::Worker) { id: Optional(Key("worker")), } => |worker| (id, worker)
}

object! {
    /// A professional by the sender's own identifier.
    Identified: "identifiedWorker" -> String { id: Required(Text(MAX_KEY)) } => |_| id
}

/// A professional by the sender's own identifier, and the contact data that are given with a name.
pub(in crate::social) struct KnownWorker;

impl MemberKind for KnownWorker {
    type Value = (Token, Option<event::Worker>);

    fn read(&self, given: Given<'_>) -> Result<Option<Self::Value>, RejectionReason> {
        let at = given.members()?;
        let id = at.read("id", &Required(Key("worker")))?;
        let named = at.read("name", &Optional(Text(200)))?.is_some();
        Ok(Some((id, named.then(|| Worker::read_members(at)).transpose()?)))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        definitions.refer("knownWorker", |definitions| {
            let mut schema = ObjectSchema::new(definitions);
            Worker::describe(&mut schema);
            schema.field("id", "", &Required(Key("worker")));
            schema.field("name", "", &Optional(Text(200)));
            let mut schema = schema.finish();
            schema["description"] =
                json!("A professional by the sender's own identifier; without a name the rest is not read.");
            schema
        })
    }
}
