//! What is set and is never shown.

use serde::Deserialize;
use toml::{Table, Value};

/// What a [`Secret`] is called where it is read: [`super::de`] notes the values that are.
pub const SECRET: &str = "Secret";
/// The Kafka client has many settings, and each version more. Those whose key ends so are known to be no secrets.
const PLAIN: [&str; 6] = [".location", ".protocol", ".mechanism", ".mechanisms", ".ms", ".kbytes"];

/// A secret, or what names a person: no `Debug`, no `Display`, and no part of what is shown.
#[derive(Clone, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// For the one place that uses it.
    pub fn reveal(self) -> String {
        self.0
    }

    /// For a check.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// `table` without `secrets`, which are values in it.
pub fn without(secrets: &[&Value], table: &Table) -> Table {
    let plain = |key: &str| PLAIN.iter().any(|end| key.ends_with(end));
    let shown = |(key, value): (&String, &Value)| {
        (key.clone(), if plain(key) { value.clone() } else { of_value(secrets, value) })
    };
    table.iter().map(shown).collect()
}

fn of_value(secrets: &[&Value], value: &Value) -> Value {
    match value {
        _ if secrets.iter().any(|secret| std::ptr::eq(*secret, value)) => Value::from("(set)"),
        Value::Table(table) => Value::Table(without(secrets, table)),
        Value::Array(list) => Value::Array(list.iter().map(|value| of_value(secrets, value)).collect()),
        value => value.clone(),
    }
}
