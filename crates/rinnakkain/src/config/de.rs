//! A TOML value as serde reads it, with errors that name the mistake and quote no value.
//!
//! The `toml` crate's own errors are sentences, and quote what stands there, which may be a secret. And two things more than
//! serde has: every key of a table is one that its struct knows, and a struct may have a part of its table in a struct of its
//! own, in a field that serde calls `+something`.

use super::secret::SECRET;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::fmt::Display;
use toml::Value;

/// How alike two names are, of which one may be meant by the other.
const ALIKE: f64 = 0.75;
/// How a field begins that is no key: it is a part of the same table.
pub const PART: char = '+';

/// What is wrong with one value.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// In the table is a key that nothing has.
    #[error("there is no such key; {hint}")]
    Key { key: String, hint: String },
    /// Only of words that come from a list: what stands there is quoted.
    #[error("{0:?} is not known here; {1}")]
    Word(String, String),
    #[error("is missing")]
    Missing(&'static str),
    #[error("{found} stands where {wanted} is wanted")]
    Type { found: &'static str, wanted: String },
    /// A value that a check refused.
    #[error("{0}")]
    Value(String),
}

impl Error for Wrong {
    fn custom<T: Display>(text: T) -> Self {
        Self::Value(text.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "true or false",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
            Unexpected::Str(_) => "a text",
            Unexpected::Seq => "a list",
            Unexpected::Map => "a table",
            _ => "something else",
        };
        let wanted = match wanted.to_string() {
            wanted if wanted.ends_with("string") => "a text".to_owned(),
            wanted if wanted.starts_with("struct ") || wanted == "a map" => "a table".to_owned(),
            wanted if ["u16", "u32", "usize"].contains(&wanted.as_str()) => "a whole number".to_owned(),
            wanted => wanted.replace("a sequence", "a list").replace("a boolean", "true or false"),
        };
        Self::Type { found, wanted }
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }

    fn unknown_variant(written: &str, known: &'static [&'static str]) -> Self {
        Self::Word(written.to_owned(), hint(written, known))
    }

    fn missing_field(key: &'static str) -> Self {
        Self::Missing(key)
    }
}

/// What may be meant, else what there is.
fn hint(written: &str, known: &[&str]) -> String {
    let alike = known.iter().map(|name| (strsim::jaro_winkler(written, name), name));
    match alike.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((alike, name)) if alike >= ALIKE => format!("did you mean {name}?"),
        _ => format!("there are {}", known.join(", ")),
    }
}

/// One value, and where to note it if it is read as a secret.
#[derive(Clone, Copy)]
pub struct Reading<'r, 'v> {
    value: &'v Value,
    secrets: &'r RefCell<Vec<&'v Value>>,
    /// The keys that the table has of which this is a part; `None`: it is none.
    whole: Option<&'r RefCell<Vec<&'static str>>>,
}

impl<'r, 'v> Reading<'r, 'v> {
    pub fn new(value: &'v Value, secrets: &'r RefCell<Vec<&'v Value>>) -> Self {
        Self { value, secrets, whole: None }
    }
}

impl<'de> Deserializer<'de> for Reading<'_, 'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let inner = |value| Self::new(value, self.secrets);
        match self.value {
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(it) => visitor.visit_bool(*it),
            Value::Datetime(time) => visitor.visit_string(time.to_string()),
            Value::Array(list) => visitor.visit_seq(SeqDeserializer::new(list.iter().map(inner))),
            Value::Table(table) => {
                visitor.visit_map(MapDeserializer::new(table.iter().map(|(key, value)| (key.as_str(), inner(value)))))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let table = match self.value {
            Value::Table(table) => table,
            Value::Array(_) => return Err(Error::invalid_type(Unexpected::Seq, &visitor)),
            _ => return self.deserialize_any(visitor),
        };
        let own = RefCell::default();
        let known = self.whole.unwrap_or(&own);
        let (parts, keys): (Vec<_>, Vec<_>) = fields.iter().copied().partition(|it| it.starts_with(PART));
        known.borrow_mut().extend(&keys);
        let parts = parts.iter().map(|part| (*part, Reading { whole: Some(known), ..self }));
        let keys = keys.iter().filter_map(|key| Some((*key, Reading::new(table.get(*key)?, self.secrets))));
        let read = visitor.visit_map(MapDeserializer::new(keys.chain(parts)))?;
        let known = known.borrow();
        match table.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) if self.whole.is_none() => Err(Wrong::Key { key: key.clone(), hint: hint(key, &known) }),
            _ => Ok(read),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        if name == SECRET {
            self.secrets.borrow_mut().push(self.value);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value {
            Value::String(word) => visitor.visit_enum(word.as_str().into_deserializer()),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Wrong> for Reading<'_, 'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
