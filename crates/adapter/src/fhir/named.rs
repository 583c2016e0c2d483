//! Whom a refused bundle names: their "none" is not known until it is mended (law 5).
//!
//! Every Patient in it, contained or not, and every logical identifier of a reference, whatever is wrong elsewhere: the JSON
//! is walked as it is, without the structs that may be what could not be read. In what is no JSON every text that is an
//! identity code by its check character names somebody. To name one too many is a doubt; one too few a wrong "none".

use super::MAX_ENTRIES;
use super::context::Context;
use super::element::Identifier;
use crate::identifiers::Identifiers;
use event::{HETU_SYSTEM, Token};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// More names than the Patients that a bundle can have.
const MOST: usize = 2 * MAX_ENTRIES;

/// Index tokens of everybody who stands in `bytes`, sorted.
pub(super) fn named(context: Context<'_>, bytes: &[u8]) -> Vec<Token> {
    let mut found = Found { context, tokens: BTreeSet::new() };
    match serde_json::from_slice(bytes) {
        Ok(value) => found.walk(&value),
        Err(_) => found.texts(bytes),
    }
    found.tokens.into_iter().take(MOST).collect()
}

struct Found<'a> {
    context: Context<'a>,
    tokens: BTreeSet<Token>,
}

impl Found<'_> {
    fn walk(&mut self, value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.walk(one)),
            Value::Object(members) => {
                let is_patient = members.get("resourceType").is_some_and(|kind| kind == "Patient");
                match members.get("identifier") {
                    Some(Value::Array(list)) if is_patient => list.iter().for_each(|one| self.identifier(one)),
                    // Of a reference.
                    Some(one @ Value::Object(_)) => self.identifier(one),
                    _ => {}
                }
                members.values().for_each(|one| self.walk(one));
            }
            _ => {}
        }
    }

    fn identifier(&mut self, value: &Value) {
        let Ok(identifier) = Identifier::deserialize(value) else { return };
        self.add(&self.context.identifiers(std::slice::from_ref(&identifier)));
    }

    fn texts(&mut self, bytes: &[u8]) {
        /// Of an identity code.
        const LENGTH: usize = 11;
        let texts = bytes.split(|byte| *byte == b'"').map(<[u8]>::trim_ascii).filter(|text| text.len() == LENGTH);
        let codes = texts.filter_map(|text| std::str::from_utf8(text).ok());
        let found = codes.map(|code| event::Identifier::new(HETU_SYSTEM, code)).collect();
        self.add(&Identifiers { found, ..Identifiers::default() });
    }

    fn add(&mut self, identifiers: &Identifiers) {
        self.tokens.extend(identifiers.named(self.context.source, self.context.keyring));
    }
}
