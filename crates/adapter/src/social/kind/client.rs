//! The client of an event.

use super::{Array, Required, Text, object};
use crate::identifiers::{Identifiers, MAX_IDENTIFIERS};
use crate::scope::{Key, Scope};
use event::Identifier;

object! {
    /// An identifier of a client.
    ClientIdentifier: "identifier" -> (String, String) {
        /// urn:oid:1.2.246.21 for an identity code, else the sender's own system or an OID.
        system: Required(Text(200)),
        value: Required(Text(200)),
    } => |_| (system, value)
}

object! {
    /// The client that the fact is about.
    Client: "client" -> Identifiers {
        identifiers: Required(Array {
            of: ClientIdentifier,
            min: 1,
            max: Some((MAX_IDENTIFIERS, "more than 100 identifiers")),
        }),
    } => |at| {
        let mut read = Identifiers::default();
        for (system, value) in identifiers {
            let scope = Scope::of(at.reader.source, &[Some(system)]);
            if scope.is_known() {
                read.found.push(Identifier::new(scope.system(), &value));
            } else {
                read.foreign.push(Key { scope, value });
            }
        }
        read
    }
}
