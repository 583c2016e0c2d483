//! The shipped JSON Schemas say what the reader does: tried on every sample, and on every sample with something changed.

use crate::support::{county, give, samples};
use adapter::{Format, Outcome, social};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What of JSON Schema the schemas use: a word that is not here is a fault of the test, not passed over.
fn fits(schema: &Value, value: &Value) -> bool {
    let common: Value = serde_json::from_str(social::COMMON_SCHEMA).unwrap();
    schema.as_object().unwrap().iter().all(|(word, says)| match word.as_str() {
        "$schema" | "$id" | "title" | "description" | "$defs" => true,
        "$ref" => {
            let name = says.as_str().unwrap().rsplit('/').next().unwrap();
            fits(&common["$defs"][name], value)
        }
        "type" => match says.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            other => panic!("{other}"),
        },
        "required" => says.as_array().unwrap().iter().all(|name| !value[name.as_str().unwrap()].is_null()),
        "properties" => says.as_object().unwrap().iter().all(|(name, schema)| {
            let member = &value[name];
            member.is_null() || fits(schema, member)
        }),
        "items" => value.as_array().unwrap().iter().all(|item| fits(says, item)),
        "enum" => says.as_array().unwrap().contains(value),
        "minLength" => value.as_str().unwrap().chars().count() >= usize::try_from(says.as_u64().unwrap()).unwrap(),
        "maxLength" => value.as_str().unwrap().chars().count() <= usize::try_from(says.as_u64().unwrap()).unwrap(),
        "minItems" => value.as_array().unwrap().len() >= usize::try_from(says.as_u64().unwrap()).unwrap(),
        "maxItems" => value.as_array().unwrap().len() <= usize::try_from(says.as_u64().unwrap()).unwrap(),
        "minimum" => value.as_i64() >= says.as_i64(),
        "maximum" => value.as_i64() <= says.as_i64(),
        other => panic!("a word that the test does not know: {other}"),
    })
}

fn schema(type_name: &str) -> Value {
    serde_json::from_str(social::schema(type_name).unwrap()).unwrap()
}

/// Every sample that is taken, with its type.
fn taken() -> Vec<(String, String, Value)> {
    let mut taken = Vec::new();
    for (name, bytes) in samples(Format::Social).into_iter().filter(|(name, _)| !name.starts_with("rejected-")) {
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        let type_name = event["type"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
        taken.push((name, type_name, event));
    }
    taken
}

fn is_taken(event: &Value) -> bool {
    matches!(give(&county(), &serde_json::to_vec(event).unwrap()).outcome, Outcome::Events(_))
}

#[test]
fn every_type_has_a_schema_and_a_sample_that_fits() {
    let taken = taken();
    let tried: BTreeSet<&str> = taken.iter().map(|(_, type_name, _)| type_name.as_str()).collect();
    assert_eq!(tried, social::types().collect(), "each type has a sample");
    for type_name in social::types() {
        let schema = schema(type_name);
        assert_eq!(schema["$id"], json!(format!("urn:rinnakkain:social:v1:{type_name}")));
    }
    for (name, type_name, event) in &taken {
        assert!(fits(&schema(type_name), &event["data"]), "{name}");
        assert!(is_taken(event), "{name}");
    }
}

/// A member that the schema requires is required, one that it does not is not, and each value that it lists is known.
#[test]
fn what_a_schema_says_the_reader_does() {
    let (mut required_tried, mut optional_tried, mut values_tried) = (0, 0, 0);
    for (name, type_name, event) in taken() {
        let schema = schema(&type_name);
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        for (member, says) in schema["properties"].as_object().unwrap() {
            if event["data"][member].is_null() {
                continue;
            }
            let mut without = event.clone();
            without["data"].as_object_mut().unwrap().remove(member);
            let is_required = required.contains(member.as_str());
            assert_eq!(fits(&schema, &without["data"]), !is_required, "{name}: {member}");
            // What a list's keys and lines leave out its count misses.
            if !["keys", "lines"].contains(&member.as_str()) {
                assert_eq!(is_taken(&without), !is_required, "{name} without {member}");
                if is_required { required_tried += 1 } else { optional_tried += 1 }
            }
            let common: Value = serde_json::from_str(social::COMMON_SCHEMA).unwrap();
            let definition = says["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            let listed = definition.map_or(says, |name| &common["$defs"][name])["enum"].as_array().cloned();
            for value in listed.into_iter().flatten().chain([json!("no-such-word")]) {
                if says["enum"].is_null() && definition.is_none_or(|it| !["register", "role", "class"].contains(&it)) {
                    continue;
                }
                let mut other = event.clone();
                other["data"][member] = value.clone();
                assert_eq!(is_taken(&other), value != json!("no-such-word"), "{name}: {member} = {value}");
                values_tried += 1;
            }
        }
    }
    assert!(
        required_tried > 100 && optional_tried > 60 && values_tried > 100,
        "{required_tried} {optional_tried} {values_tried}"
    );
}

/// A text over the schema's limit is over the reader's.
#[test]
fn the_limits_are_the_same() {
    for (member, length, taken) in [("case", 200, true), ("case", 201, false)] {
        let mut event = taken_named("case-opened");
        event["data"][member] = json!("x".repeat(length));
        assert_eq!((fits(&schema("CaseOpened"), &event["data"]), is_taken(&event)), (taken, taken));
    }
    for (field, length, taken) in [("name", 200, true), ("name", 201, false), ("phone", 50, true), ("phone", 51, false)]
    {
        let mut event = taken_named("worker-assigned");
        event["data"]["worker"][field] = json!("1".repeat(length));
        assert_eq!((fits(&schema("WorkerAssigned"), &event["data"]), is_taken(&event)), (taken, taken), "{field}");
    }
    for (seconds, taken) in [(0, false), (1, true), (31_622_400, true), (31_622_401, false)] {
        let mut event = taken_named("source-coverage-declared");
        event["data"]["silence_seconds"] = json!(seconds);
        let found = (fits(&schema("SourceCoverageDeclared"), &event["data"]), is_taken(&event));
        assert_eq!(found, (taken, taken), "{seconds}");
    }
}

fn taken_named(wanted: &str) -> Value {
    taken().into_iter().find(|(name, _, _)| name == wanted).unwrap().2
}
