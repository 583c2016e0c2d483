//! The part of JSON Schema 2020-12 that the schemas use: an unknown keyword fails the test. Whole validators are tried by
//! `cargo interop`; one here would bring features into the build that the product does not have.

use serde_json::{Map, Value};

/// A definition of the schema that refers to it.
pub fn definition(schema: &Value, reference: &str) -> Value {
    schema.pointer(reference.strip_prefix('#').unwrap()).unwrap().clone()
}

/// Whether `value` is as `schema` has it.
pub fn fits(schema: &Value, value: &Value) -> bool {
    part_fits(schema, schema, value)
}

fn part_fits(whole: &Value, schema: &Value, value: &Value) -> bool {
    let fits = |schema: &Value, value: &Value| part_fits(whole, schema, value);
    let count = |n: &Value| usize::try_from(n.as_u64().unwrap()).unwrap();
    let length = || value.as_str().map(|text| text.chars().count());
    let items = || value.as_array().map(Vec::len);
    schema.as_object().unwrap().iter().all(|(keyword, meant)| match keyword.as_str() {
        "$schema" | "$id" | "title" | "description" | "$defs" => true,
        "$ref" => fits(&definition(whole, meant.as_str().unwrap()), value),
        "oneOf" => meant.as_array().unwrap().iter().filter(|one| fits(one, value)).count() == 1,
        "anyOf" => meant.as_array().unwrap().iter().any(|one| fits(one, value)),
        "type" => match meant {
            Value::Array(types) => types.iter().any(|one| is_a(one.as_str().unwrap(), value)),
            one => is_a(one.as_str().unwrap(), value),
        },
        "required" => meant.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
        "properties" => {
            let member = |(name, schema): (&String, &Value)| value.get(name).is_none_or(|it| fits(schema, it));
            meant.as_object().unwrap().iter().all(member)
        }
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(meant, item))),
        "enum" => meant.as_array().unwrap().contains(value),
        "minLength" => length().is_none_or(|length| length >= count(meant)),
        "maxLength" => length().is_none_or(|length| length <= count(meant)),
        "minItems" => items().is_none_or(|items| items >= count(meant)),
        "maxItems" => items().is_none_or(|items| items <= count(meant)),
        "minimum" => value.as_f64().is_none_or(|number| number >= meant.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= meant.as_f64().unwrap()),
        "pattern" if meant == r"\S" => value.as_str().is_none_or(|text| !text.trim().is_empty()),
        // For people and tools; the reader checks it.
        "format" => ["date", "date-time"].contains(&meant.as_str().unwrap()),
        other => panic!("a keyword that the test does not know: {other}"),
    })
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        // Validation 6.1.1: any number without a fraction.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("{other}"),
    }
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
