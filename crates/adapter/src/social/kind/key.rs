//! Keys: the sender's identifiers of things. Only their tokens are kept (rule R5).

use super::text::MAX_KEY;
use super::{Given, MemberKind, Optional, Required, Text, object};
use crate::rejection::RejectionReason;
use crate::scope::Scope;
use crate::social::kind::schema::Definitions;
use event::Token;
use serde_json::{Value, json};

/// The sender's own key of a thing of that kind.
pub(in crate::social) struct Key(pub(in crate::social) &'static str);

impl MemberKind for Key {
    type Value = Token;

    fn read(&self, given: Given<'_>) -> Result<Option<Token>, RejectionReason> {
        let reader = given.reader;
        let key = Text(MAX_KEY).read(given)?;
        Ok(key.map(|key| reader.keyring.token(self.0, &reader.source.name, &key)))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        key_schema(definitions)
    }
}

pub(super) fn key_schema(definitions: &mut Definitions) -> Value {
    definitions.refer("key", |definitions| {
        let mut schema = Text(MAX_KEY).schema(definitions);
        schema["description"] = json!("The sender's own key: the same for the same thing in every event.");
        schema
    })
}

object! {
    /// A key and the authority that issued it; without one it is the sender's own.
    ScopedKey: "scopedKey" -> (Option<String>, String) {
        system: Optional(Text(MAX_KEY)),
        value: Required(Text(MAX_KEY)),
    } => |_| (system, value)
}

/// A key of a thing of that kind, in the scope of its authority: so a referral meets the hospital's (RF1-6), and a stay
/// on a list meets the one in messages (PV1-19).
pub(in crate::social) struct Scoped(pub(in crate::social) &'static str);

impl MemberKind for Scoped {
    type Value = Token;

    fn read(&self, given: Given<'_>) -> Result<Option<Token>, RejectionReason> {
        let reader = given.reader;
        let key = ScopedKey.read(given)?;
        Ok(key
            .map(|(system, value)| reader.keyring.token(self.0, Scope::of(reader.source, &[system]).system(), &value)))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        ScopedKey.schema(definitions)
    }
}
