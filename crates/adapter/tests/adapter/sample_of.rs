//! A sample of a type of social care that has none yet, made of its schema: each member with a value of its kind. It is
//! written when snapshots are made anew; who knows better values writes them into it.

use crate::support::{county, events, made_anew, messages};
use crate::validator::{definition, fits};
use adapter::social;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Members that every type may have: other samples have them.
const OF_ALL: [&str; 3] = ["happened_at", "controller", "author_role"];

/// Writes the samples that are missing, when snapshots are made anew.
pub fn write_missing() {
    if !made_anew() {
        return;
    }
    let folder = messages().join("social");
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|it| it == "json"));
    let texts: Vec<_> = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for type_name in social::types() {
        let named = format!("\"rinnakkain.social.v1.{type_name}\"");
        if !texts.iter().any(|text| text.contains(&named)) {
            std::fs::write(folder.join(format!("{}.json", kebab(type_name))), sample(type_name)).unwrap();
        }
    }
}

fn kebab(type_name: &str) -> String {
    let mut kebab = String::new();
    for (at, letter) in type_name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

fn sample(type_name: &str) -> String {
    let schema = social::schema(type_name).unwrap();
    let mut data = of_object(&schema, &schema, type_name);
    data["client"] = json!({ "identifiers": [
        { "system": "apollo-asiakas", "value": "A-77" },
        { "system": "urn:oid:1.2.246.21", "value": "010594Y9032" },
    ] });
    data["register"] = json!("social");
    let (id, data) = (kebab(type_name), format!("{data:#}").replace('\n', "\n  "));
    format!(
        r#"{{
  "specversion": "1.0",
  "id": "sos-{id}",
  "source": "//pohde.example/asiakastieto",
  "type": "rinnakkain.social.v1.{type_name}",
  "time": "2026-03-04T10:15:00+02:00",
  "datacontenttype": "application/json",
  "data": {data}
}}
"#
    )
}

fn of_object(schema: &Value, object: &Value, name: &str) -> Value {
    let members = object["properties"].as_object().unwrap_or_else(|| panic!("{name} has no members"));
    let members = members.iter().filter(|(member, _)| !OF_ALL.contains(&member.as_str()));
    Value::Object(members.map(|(member, of)| (member.clone(), value(schema, of, member))).collect::<Map<_, _>>())
}

fn value(schema: &Value, of: &Value, member: &str) -> Value {
    if let Some(path) = of["$ref"].as_str() {
        return match path.rsplit('/').next() {
            Some("key") => json!(format!("{member}-1")),
            Some("code") => json!("a-code"),
            _ => value(schema, &definition(schema, path), member),
        };
    }
    if let Some(any) = of["anyOf"].as_array() {
        return value(schema, &any[0], member);
    }
    if let Some(codes) = of["enum"].as_array() {
        return codes[0].clone();
    }
    let kind = of["type"].as_str().or(of["type"][0].as_str());
    match (kind, of["format"].as_str()) {
        (_, Some("date-time")) => json!("2026-03-04T09:00:00+02:00"),
        (Some("boolean"), _) => json!(true),
        (Some("integer"), _) => json!(90),
        (Some("array"), _) => json!([value(schema, &of["items"], member)]),
        (Some("object"), _) => of_object(schema, of, member),
        _ => json!(member),
    }
}

/// Of every type, although all have a sample of their own: what is made fits its schema and is taken. Lists are counted,
/// identity codes have a check character, and a prohibition names one document.
#[test]
fn a_sample_that_is_made_is_one() {
    let with_more: BTreeSet<&str> =
        ["CurrentStaysStated", "WorkersStated", "DirectoryStated", "NationalIdChanged", "ProhibitionSet"].into();
    for type_name in social::types().filter(|it| !with_more.contains(it)) {
        let made = sample(type_name);
        let event: Value = serde_json::from_str(&made).unwrap();
        assert!(fits(&social::schema(type_name).unwrap(), &event["data"]), "{type_name}");
        assert_eq!(events(&county(), made.as_bytes()).len(), 1, "{type_name}");
    }
}
