//! The clients that a rejected bundle names: until it is corrected, their "none" is "not known" (law 5).
//!
//! Every Patient in it, contained or not, and every logical identifier of a reference, whatever is wrong elsewhere: the
//! JSON is walked without the structs, because they may be what could not be read. A reference or a request may also
//! search for a patient (`Patient?identifier=…|…`), and an identifier may have a shape that FHIR does not define.
//! There, and in text that is no JSON, every identity code with a valid check character and every `system|value` names
//! a client. To name one client too many raises a doubt; to name one too few gives a wrong "none".

use super::MAX_ENTRIES;
use crate::fhir::event::context::Context;
use crate::fhir::resource::element::Identifier;
use crate::identifiers::Identifiers;
use crate::number::shaped_as_codes;
use event::{HETU_SYSTEM, Token};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// More names than the Patients that a bundle can have.
const MOST: usize = 2 * MAX_ENTRIES;

/// The members whose text is an address, or a search for one (hl7.org/fhir/R4/http.html#trules).
const ADDRESSES: [&str; 4] = ["reference", "url", "fullUrl", "ifNoneExist"];

/// Index tokens of every client named in `bytes`, sorted.
pub(super) fn named(context: Context<'_>, bytes: &[u8]) -> Vec<Token> {
    let mut found = NamedClients { context, tokens: BTreeSet::new() };
    match serde_json::from_slice(bytes) {
        Ok(value) => found.walk(&value),
        Err(_) => found.text(&String::from_utf8_lossy(bytes)),
    }
    found.tokens.into_iter().take(MOST).collect()
}

struct NamedClients<'a> {
    context: Context<'a>,
    tokens: BTreeSet<Token>,
}

impl NamedClients<'_> {
    fn walk(&mut self, value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.walk(one)),
            Value::Object(members) => {
                let kind = members.get("resourceType");
                let is_patient = kind.is_some_and(|kind| kind == "Patient");
                match members.get("identifier") {
                    Some(Value::Array(list)) if is_patient || kind.is_none() => {
                        for one in list {
                            self.identifier(one);
                        }
                    }
                    // A reference's identifier.
                    Some(one @ Value::Object(_)) => self.identifier(one),
                    Some(Value::String(text)) => self.text(text),
                    _ => {}
                }
                for name in ADDRESSES {
                    if let Some(Value::String(text)) = members.get(name) {
                        self.text(text);
                    }
                }
                members.values().for_each(|one| self.walk(one));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn identifier(&mut self, value: &Value) {
        if let Ok(identifier) = Identifier::deserialize(value) {
            return self.add(&self.context.identifiers(std::slice::from_ref(&identifier)));
        }
        let member = |name| match value.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        self.number(member("system"), member("value"));
        self.texts(value);
    }

    fn number(&mut self, system: Option<String>, value: Option<String>) {
        let identifier = Identifier { system, value, ..Identifier::default() };
        self.add(&self.context.identifiers(std::slice::from_ref(&identifier)));
    }

    fn texts(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(all) => all.iter().for_each(|one| self.texts(one)),
            Value::Object(members) => members.values().for_each(|one| self.texts(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        let text = decoded(text);
        let found = shaped_as_codes(&text).map(|word| event::Identifier::new(HETU_SYSTEM, word)).collect();
        self.add(&Identifiers { found, ..Identifiers::default() });
        for searched in text.split(['?', '&', ',', '"']) {
            let searched = searched.split_once('=').map_or(searched, |(_, searched)| searched);
            if let Some((system, value)) = searched.split_once('|') {
                let system = (!system.is_empty()).then(|| system.to_owned());
                self.number(system, Some(value.to_owned()));
            }
        }
    }

    fn add(&mut self, identifiers: &Identifiers) {
        self.tokens.extend(identifiers.named(self.context.source, self.context.keyring));
    }
}

/// Percent-decoded; an invalid encoding stays as it is.
fn decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((literal, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *literal == b'%').and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        rest = if byte.is_some() { &after[2..] } else { after };
        decoded.push(byte.unwrap_or(*literal));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
