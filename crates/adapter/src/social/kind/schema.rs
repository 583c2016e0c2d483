//! JSON Schema 2020-12 of `data`, made of the descriptions that the reader uses.
//!
//! Each schema is whole in itself: definitions that several members share are in its own `$defs`.

use super::Field;
use serde_json::{Map, Value, json};

/// The shared definitions that one schema uses.
#[derive(Default)]
pub(in crate::social) struct Definitions(Map<String, Value>);

impl Definitions {
    /// A reference to the definition of that name, which `define` makes on its first use.
    pub(in crate::social) fn refer(&mut self, name: &str, define: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            let definition = define(self);
            self.0.insert(name.to_owned(), definition);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    pub(in crate::social) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// The schema of an object in the making.
pub(in crate::social) struct ObjectSchema<'d> {
    definitions: &'d mut Definitions,
    required: Vec<&'static str>,
    properties: Map<String, Value>,
}

impl<'d> ObjectSchema<'d> {
    pub(in crate::social) fn new(definitions: &'d mut Definitions) -> Self {
        Self { definitions, required: Vec::new(), properties: Map::new() }
    }

    /// Adds a member, or describes it anew; `about` is a comment on it, or empty.
    pub(in crate::social) fn field<F: Field>(&mut self, name: &'static str, about: &str, field: &F) {
        let mut schema = field.schema(self.definitions);
        if let (false, Some(words)) = (about.is_empty(), schema.as_object_mut()) {
            words.insert("description".to_owned(), json!(about.trim()));
        }
        self.required.retain(|required| *required != name);
        if F::REQUIRED {
            self.required.push(name);
        }
        self.properties.insert(name.to_owned(), schema);
    }

    pub(in crate::social) fn finish(self) -> Value {
        json!({ "type": "object", "required": self.required, "properties": self.properties })
    }
}

/// The schema of an optional member: the same, or `null`.
pub(in crate::social) fn nullable(mut schema: Value) -> Value {
    if schema.get("enum").is_none()
        && let Some(name) = schema.get("type").and_then(Value::as_str).map(str::to_owned)
    {
        schema["type"] = json!([name, "null"]);
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}
