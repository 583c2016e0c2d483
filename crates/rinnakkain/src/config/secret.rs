//! What is set and is never shown.

use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// What stands for a secret wherever the configuration is shown.
const SET: &str = "(set)";

/// A secret of the configuration: no `Debug` and no `Display`, and serialised it only says that it is set.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// For the one place that uses it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(SET)
    }
}

/// A person's name, in what is shown.
pub fn set<S: Serializer>(_: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(SET)
}

/// How a person is reached, in what is shown.
#[expect(clippy::ref_option, reason = "serde calls it so")]
pub fn set_if_any<S: Serializer>(value: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(|_| SET).serialize(serializer)
}

/// The client library has many settings, and more with each version: those are shown of which it is known that they are no
/// secrets.
pub fn of_the_client<S: Serializer>(settings: &BTreeMap<String, String>, serializer: S) -> Result<S::Ok, S::Error> {
    const SHOWN: [&str; 6] = [".location", ".protocol", ".mechanism", ".mechanisms", ".ms", ".kbytes"];
    let shown = |(key, value): (&String, &String)| {
        let plain = SHOWN.iter().any(|end| key.ends_with(end));
        (key.clone(), if plain { value.clone() } else { SET.to_owned() })
    };
    serializer.collect_map(settings.iter().map(shown))
}
