//! JSON Schema 2020-12, and what a schema describes.

use boon::{Compiler, Schemas};
use serde_json::{Map, Value};

/// A definition of the schema that refers to it.
pub fn definition(schema: &Value, reference: &str) -> Value {
    schema.pointer(reference.strip_prefix('#').unwrap()).unwrap().clone()
}

/// Whether `value` is as `schema` has it.
pub fn fits(schema: &Value, value: &Value) -> bool {
    let (mut known, mut compiler) = (Schemas::new(), Compiler::new());
    let id = schema["$id"].as_str().unwrap();
    compiler.add_resource(id, schema.clone()).unwrap();
    let index = compiler.compile(id, &mut known).unwrap();
    known.validate(value, index).is_ok()
}

/// Every object of `value` that the schema describes, with its description: the pointer, the members, which are required.
pub fn objects(schema: &Value, value: &Value) -> Vec<(String, Map<String, Value>, Vec<String>)> {
    objects_of(schema, schema, value, "/data")
}

fn objects_of(
    whole: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
) -> Vec<(String, Map<String, Value>, Vec<String>)> {
    if let Some(path) = schema["$ref"].as_str() {
        return objects_of(whole, &definition(whole, path), value, at);
    }
    let mut found = Vec::new();
    for one in schema["anyOf"].as_array().into_iter().flatten() {
        found.extend(objects_of(whole, one, value, at));
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (n, value) in values.iter().enumerate() {
            found.extend(objects_of(whole, items, value, &format!("{at}/{n}")));
        }
    }
    if let (Some(members), true) = (schema["properties"].as_object(), value.is_object()) {
        let required = schema["required"].as_array().into_iter().flatten();
        let required = required.map(|name| name.as_str().unwrap().to_owned()).collect();
        found.push((at.to_owned(), members.clone(), required));
        for (name, schema) in members {
            if let Some(value) = value.get(name) {
                found.extend(objects_of(whole, schema, value, &format!("{at}/{name}")));
            }
        }
    }
    found
}
