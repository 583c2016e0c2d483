//! The clients that a text names, when the text is JSON that is cut, broken or not what was expected.
//!
//! A rejected message turns the "none" of everybody it names into "not known" (law 5). So it is searched as far as it
//! can be read: every object with a `system` and a `value`, wherever it stands, and every text that is an identity code
//! by itself. Nothing else is taken from it.

use crate::SourceProfile;
use crate::identifiers::Identifiers;
use crate::scope::Scope;
use event::{HETU_SYSTEM, Identifier, Keyring, Token};
use serde_json::Value;

/// The depth to which nesting is followed. What lies deeper is searched as if it lay at this depth.
const DEEPEST: usize = 64;

/// The members of one object that identify a client.
#[derive(Default)]
struct Pair {
    system: Option<String>,
    value: Option<String>,
}

impl Pair {
    fn put(&mut self, name: &str, text: &str) {
        match name {
            "system" => self.system = Some(text.to_owned()),
            "value" => self.value = Some(text.to_owned()),
            _ => {}
        }
    }

    fn identifier(&self, source: &SourceProfile) -> Option<Identifier> {
        let (system, value) = (self.system.as_deref()?.trim(), self.value.as_deref()?);
        Some(Identifier::new(Scope::of(source, &[Some(system.to_owned())]).system(), value))
    }
}

/// The valid linking identifiers, sorted and distinct, in a message that could not be read as JSON.
#[must_use]
pub fn glimpse(source: &SourceProfile, keyring: &Keyring, bytes: &[u8]) -> Vec<Token> {
    let (mut found, mut objects) = (Vec::new(), vec![Pair::default()]);
    let (mut rest, mut name) = (bytes, None);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' if objects.len() < DEEPEST => objects.push(Pair::default()),
            b'}' if objects.len() > 1 => found.extend(objects.pop().and_then(|pair| pair.identifier(source))),
            b'"' => {
                let Some((text, after)) = string(rest) else { break };
                let after = after.trim_ascii_start();
                if let Some(value) = after.strip_prefix(b":") {
                    (name, rest) = (Some(text), value);
                    continue;
                }
                rest = after;
                if let (Some(name), Some(object)) = (&name, objects.last_mut()) {
                    object.put(name, &text);
                }
                found.push(Identifier::new(HETU_SYSTEM, &text));
            }
            byte if byte.is_ascii_whitespace() => continue,
            _ => {}
        }
        name = None;
    }
    found.extend(objects.iter().filter_map(|pair| pair.identifier(source)));
    tokens(found, source, keyring)
}

/// The clients that a rejected message names, whatever is wrong with it.
pub(crate) fn named(value: &Value, source: &SourceProfile, keyring: &Keyring) -> Vec<Token> {
    let mut found = Vec::new();
    look(value, source, &mut found);
    tokens(found, source, keyring)
}

fn look(value: &Value, source: &SourceProfile, found: &mut Vec<Identifier>) {
    match value {
        Value::String(text) => found.push(Identifier::new(HETU_SYSTEM, text)),
        Value::Array(elements) => elements.iter().for_each(|element| look(element, source, found)),
        Value::Object(members) => {
            let mut pair = Pair::default();
            for (name, value) in members {
                if let Value::String(text) = value {
                    pair.put(name, text);
                }
                look(value, source, found);
            }
            found.extend(pair.identifier(source));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn tokens(found: Vec<Identifier>, source: &SourceProfile, keyring: &Keyring) -> Vec<Token> {
    let identifiers = Identifiers { found, ..Identifiers::default() };
    let mut tokens: Vec<_> = identifiers.named(source, keyring).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// A string after its first quote, and what follows it; `None`: it has no end.
fn string(bytes: &[u8]) -> Option<(String, &[u8])> {
    let mut escaped = false;
    let end = bytes.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    let (text, rest) = bytes.split_at(end);
    let quoted = [b"\"", text, b"\""].concat();
    let read = serde_json::from_slice(&quoted).unwrap_or_else(|_| String::from_utf8_lossy(text).into_owned());
    Some((read, rest.get(1..)?))
}
