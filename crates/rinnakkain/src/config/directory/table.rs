//! What may be written in the directory's files: a table of the TOML file, or a row of a CSV file.

use super::super::checked;
use care::directory::Mandate;
use care::hours::{Days, Eve, Hours, Interval, time};
use event::{Code, WorkerRole};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// The keys that name the CSV files.
pub const WARDS: &str = "wards";
pub const STAFF: &str = "staff";

/// The TOML file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DirectoryTable {
    pub usual_hours: Option<Opening>,
    #[serde(deserialize_with = "checked::eve")]
    pub midsummer_eve: Eve,
    #[serde(deserialize_with = "checked::eve")]
    pub christmas_eve: Eve,
    #[serde(deserialize_with = "checked::seconds")]
    pub stale_after: Option<i64>,
    /// A CSV file of wards, a row each as `[[ward]]`.
    pub wards: Option<String>,
    /// A CSV file of their workers, a row each as `[[worker]]`.
    pub staff: Option<String>,
    pub ward: Vec<WardTable>,
    pub worker: Vec<WorkerTable>,
    pub unit: Vec<UnitTable>,
    pub county_line: Vec<LineTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WardTable {
    pub source: String,
    pub code: String,
    pub facility: Option<String>,
    #[serde(default, deserialize_with = "checked::code")]
    pub service_task: Option<Code>,
    pub contact_point: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub protected: bool,
    pub contact_across: Option<String>,
    pub served_by: Option<String>,
    pub fallback: Option<String>,
    pub how_to_apply: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerTable {
    pub source: String,
    pub ward: String,
    pub name: String,
    pub role: Option<WorkerRole>,
    #[serde(default, deserialize_with = "checked::code")]
    pub profession: Option<Code>,
    #[serde(default, deserialize_with = "checked::code")]
    pub task: Option<Code>,
    #[serde(default, deserialize_with = "age")]
    pub age_from: Option<u16>,
    #[serde(default, deserialize_with = "age")]
    pub age_to: Option<u16>,
    pub hours: Option<Opening>,
    pub phone_professional: Option<String>,
    pub phone_public: Option<String>,
    pub email: Option<String>,
    #[serde(default, deserialize_with = "checked::day")]
    pub confirmed: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitTable {
    pub code: String,
    pub name: String,
    pub facility: Option<String>,
    #[serde(default)]
    pub service_tasks: Vec<String>,
    #[serde(default, deserialize_with = "age")]
    pub age_from: Option<u16>,
    #[serde(default, deserialize_with = "age")]
    pub age_to: Option<u16>,
    pub hours: Opening,
    pub phone_professional: Option<String>,
    pub phone_public: Option<String>,
    pub mandate: Option<Mandate>,
    pub how_to_apply: Option<String>,
    pub fallback: Option<String>,
    #[serde(default, deserialize_with = "checked::day")]
    pub confirmed: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineTable {
    pub code: String,
    pub name: String,
    pub hours: Opening,
    pub phone_professional: Option<String>,
    pub phone_public: Option<String>,
    pub how_to_apply: Option<String>,
    #[serde(default, deserialize_with = "checked::day")]
    pub confirmed: Option<Date>,
}

/// Opening hours: `"mon-fri 8-16"`, `"always"`, or `[{ days = "mon-fri", from = "8:00", to = "16:00" }]`.
pub struct Opening(pub Hours);

const NO_HOURS: &str =
    "are no hours; write \"mon-fri 8-16\", \"always\", or [{ days = \"mon-fri\", from = \"8:00\", to = \"16:00\" }]";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IntervalTable {
    days: String,
    from: String,
    to: String,
}

impl<'de> Deserialize<'de> for Opening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = Opening;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of hours")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Opening, E> {
                let hours = if text.trim() == "always" { Some(Hours::always()) } else { Hours::parse(text) };
                hours.map(Opening).ok_or_else(|| E::custom(NO_HOURS))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Opening, A::Error> {
                let mut intervals = Vec::new();
                while let Some(IntervalTable { days, from, to }) = list.next_element()? {
                    let interval = || Some(Interval { days: Days::parse(&days)?, from: time(&from)?, to: time(&to)? });
                    intervals.push(interval().ok_or_else(|| A::Error::custom(NO_HOURS))?);
                }
                Ok(Opening(Hours::new(intervals)))
            }
        }

        deserializer.deserialize_any(Written)
    }
}

/// Yes or no, or its text in a CSV file.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Written;

    impl Visitor<'_> for Written {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }

        fn visit_bool<E: Error>(self, it: bool) -> Result<bool, E> {
            Ok(it)
        }

        fn visit_str<E: Error>(self, it: &str) -> Result<bool, E> {
            it.trim().parse().map_err(|_| E::custom("is neither true nor false"))
        }
    }

    deserializer.deserialize_any(Written)
}

/// A number, or its text in a CSV file.
fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    struct Written;

    impl Visitor<'_> for Written {
        type Value = u16;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an age in years")
        }

        fn visit_i64<E: Error>(self, age: i64) -> Result<u16, E> {
            u16::try_from(age).ok().filter(|age| *age <= 150).ok_or_else(|| E::custom("is no age in years"))
        }

        fn visit_str<E: Error>(self, age: &str) -> Result<u16, E> {
            self.visit_i64(age.trim().parse().unwrap_or(-1))
        }
    }

    deserializer.deserialize_any(Written).map(Some)
}
