//! From what is written to [`File`]: everything in it that cannot be read is told at once, in our own words.
//!
//! The deserializer stops at the first thing that is wrong, and its words may quote a value, which may be a secret. So it
//! is asked again without that thing, until nothing more is wrong; it tells what is known in each place itself, so there is
//! no second list of keys.

use super::environment::Environment;
use super::file::File;
use super::problems::Problems;
use figment::error::{Actual, Kind};
use figment::value::{Dict, Value};
use serde::Deserialize;
use std::collections::BTreeSet;

/// More than anybody writes; the loop below ends by itself.
const ROUNDS: usize = 10_000;
/// How alike two names are, of which one may be meant by the other.
const ALIKE: f64 = 0.75;

/// What was read.
pub struct Reading {
    pub file: File,
    /// False: some of it stands in for what could not be read, so that what it means must not be asked.
    pub whole: bool,
}

/// Reads what `value` says; what is wrong with it goes into `problems`. `None`: no more of it can be read.
pub fn read(mut value: Value, environment: &Environment, problems: &mut Problems) -> Option<Reading> {
    // Taken away because it cannot be read, and standing in for what is missing.
    let (mut removed, mut standing_in) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..ROUNDS {
        let error = match File::deserialize(&value) {
            Ok(file) => return Some(Reading { file, whole: standing_in.is_empty() }),
            Err(error) => error,
        };
        let (path, place) = (error.path.clone(), environment.place(&error.path, &value));
        match error.kind {
            Kind::UnknownField(_, known) => {
                problems.add(format!(
                    "{place}: there is no such key; {}",
                    hint(path.last()?, known, environment.sets(&path))
                ));
                removed.insert(remove(&mut value, &path)?);
            }
            Kind::MissingField(name) => {
                let mut path = path;
                path.push(name.clone().into_owned());
                if removed.insert(path.clone()) {
                    let place = environment.place(&path, &value);
                    problems.add(format!("{place} is missing"));
                }
                standing_in.insert(path.clone());
                insert(&mut value, &path, Value::from(""))?;
            }
            Kind::UnknownVariant(_, known) if standing_in.contains(&path) => {
                insert(&mut value, &path, Value::from(*known.first()?))?;
            }
            _ if standing_in.contains(&path) => {
                let empty = Value::from(Vec::<Value>::new());
                if find(&value, &path)? == &empty {
                    return None;
                }
                insert(&mut value, &path, empty)?;
            }
            Kind::UnknownVariant(written, known) => {
                let hint = hint(&written, known, false);
                problems.add(format!("{place}: {written:?} is not known here; {hint}"));
                removed.insert(remove(&mut value, &path)?);
            }
            Kind::InvalidType(actual, wanted) | Kind::InvalidValue(actual, wanted) => {
                // What looks like a number in the environment may be wanted as a text.
                let scalar =
                    matches!(actual, Actual::Bool(_) | Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_));
                match environment.raw(&path) {
                    Some(raw) if scalar && wanted.contains("string") => {
                        insert(&mut value, &path, Value::from(raw))?;
                    }
                    _ => {
                        problems.add(format!(
                            "{place}: {} stands where {} is wanted",
                            kind_of(&actual),
                            in_words(&wanted)
                        ));
                        removed.insert(remove(&mut value, &path)?);
                    }
                }
            }
            _ => {
                problems.add(format!("{place}: this cannot be read"));
                removed.insert(remove(&mut value, &path)?);
            }
        }
    }
    None
}

/// What may be meant, else what there is.
fn hint(written: &str, known: &[&str], in_the_environment: bool) -> String {
    let as_written = |name: &str| if in_the_environment { name.to_ascii_uppercase() } else { name.to_owned() };
    let alike = known.iter().map(|name| (strsim::jaro_winkler(&written.to_ascii_lowercase(), name), name));
    match alike.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((alike, name)) if alike >= ALIKE => format!("did you mean {}?", as_written(name)),
        _ => format!("there are {}", known.iter().map(|name| as_written(name)).collect::<Vec<_>>().join(", ")),
    }
}

/// The kind of a value, and never the value.
fn kind_of(actual: &Actual) -> &'static str {
    match actual {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

/// What the deserializer wants, as whoever writes the file calls it.
fn in_words(wanted: &str) -> &str {
    match wanted {
        "a string" | "path string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "usize" | "u32" => "a whole number",
        wanted if wanted.starts_with("struct ") || wanted == "a map" => "a table",
        wanted => wanted,
    }
}

fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Dict(_, dict) => dict.get(key),
        Value::Array(_, list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The table that `path` is a key of.
fn table<'v>(value: &'v mut Value, path: &[String]) -> Option<(&'v mut Dict, String)> {
    let (key, before) = path.split_last()?;
    let table = before.iter().try_fold(value, |value, step| match value {
        Value::Dict(_, dict) => dict.get_mut(step),
        Value::Array(_, list) => list.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })?;
    match table {
        Value::Dict(_, dict) => Some((dict, key.clone())),
        _ => None,
    }
}

fn insert(value: &mut Value, path: &[String], new: Value) -> Option<()> {
    let (table, key) = table(value, path)?;
    table.insert(key, new);
    Some(())
}

/// Takes a key away; the element of a list goes with the whole list, which cannot be read without it. What was taken.
fn remove(value: &mut Value, path: &[String]) -> Option<Vec<String>> {
    let mut path = path;
    while path.last()?.parse::<usize>().is_ok() {
        path = &path[..path.len() - 1];
    }
    let (table, key) = table(value, path)?;
    table.remove(&key).map(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::environment::Environment;

    fn told(text: &str, variables: &[(&str, &str)]) -> String {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let read = Config::read(text, &Environment::of(variables), None);
        read.err().map(|invalid| invalid.to_string()).unwrap_or_default()
    }

    const SOURCE: &str = "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\n\
        covers = ['stays']\nsilence = '30m'\n";

    /// What is written, and what is said of it.
    #[test]
    fn a_key_that_does_not_exist_is_named_with_the_one_that_may_be_meant() {
        let ward = "[[ward]]\nsource = 'kys'\ncode = '2204'\n[[ward.workers]]\nname = 'Tiina'\nweekdays = []\n";
        for (text, said) in [
            ("transprot = 'kafka'", "transprot: there is no such key; did you mean transport?"),
            ("[mllp]\nadress = '127.0.0.1:0'", "mllp.adress: there is no such key; did you mean address?"),
            (
                "[grpc]\ncolour = 1",
                "grpc.colour: there is no such key; there are address, tls_ends_elsewhere, connections, tls",
            ),
            (&format!("{SOURCE}silense = '1h'"), "source kys: silense: there is no such key; did you mean silence?"),
            (
                &format!("{SOURCE}{ward}fone = '1'"),
                "ward 2204: workers 1: fone: there is no such key; did you mean phone?",
            ),
        ] {
            let told = told(text, &[]);
            assert!(told.ends_with(&format!("\n  - {said}")), "{told}");
        }
        for (name, value, said) in [
            ("RINNAKKAIN_MLLP__ADRESS", "x", "RINNAKKAIN_MLLP__ADRESS: there is no such key; did you mean ADDRESS?"),
            ("RINNAKKAIN_TRANSPROT", "x", "RINNAKKAIN_TRANSPROT: there is no such key; did you mean TRANSPORT?"),
            (
                "RINNAKKAIN_NOT_CONNECTED",
                "[{name = 'x', cover = [], covers = ['stays']}]",
                "RINNAKKAIN_NOT_CONNECTED: not_connected x: cover: there is no such key; did you mean COVERS?",
            ),
        ] {
            let told = told("", &[(name, value)]);
            assert!(told.contains(said), "{told}");
        }
    }

    #[test]
    fn everything_that_cannot_be_read_is_told_at_once_and_no_value_of_it() {
        let text = "colour = 1\ndatabase = 'postgres://a:hidden@b/c'\ntransport = 'kafak'\n[mllp]\nconnections = 'hidden'\n\
            [kafka.client]\n'sasl.password' = 987654\n[[source]]\nname = 'one'\nformat = 'hl7'\ncovers = ['stay']\n\
            [[source]]\nname = 'two'\nfarmat = 'social'\n[[caller]]\nname = 'c'\nside = 'duty'\ntasks = 'hidden'\n\
            token_sha256 = 987654\n";
        let told = told(text, &[("RINNAKKAIN_HTTP__CONNECTIONS", "hidden"), ("RINNAKKAIN_INGEST__HOLT", "1s")]);
        for part in [
            "colour: there is no such key",
            "database: a text stands where a table is wanted",
            "transport: \"kafak\" is not known here; did you mean kafka?",
            "mllp.connections: a text stands where a whole number is wanted",
            "kafka.client.sasl.password: a number stands where",
            "source one: format: \"hl7\" is not known here; did you mean hl7v2?",
            "source one: covers 1: \"stay\" is not known here; did you mean stays?",
            "source one: silence is missing",
            "source two: farmat: there is no such key; did you mean format?",
            "source two: format is missing",
            "source two: covers is missing",
            "source two: silence is missing",
            "caller c: tasks: a text stands where a list is wanted",
            "caller c: token_sha256: a number stands where",
            "RINNAKKAIN_HTTP__CONNECTIONS: a text stands where",
            "RINNAKKAIN_INGEST__HOLT: there is no such key; did you mean HOLD?",
        ] {
            assert!(told.contains(part), "{part} is not told: {told}");
        }
        assert!(!told.contains("hidden") && !told.contains("987654"), "{told}");
        assert_eq!(told.lines().count(), 17, "{told}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_not_quoted() {
        let told = told("\n[database]\nurl = \"postgres://a:hidden@b/c", &[]);
        assert!(told.contains("line 3: ") && !told.contains("hidden"), "{told}");
    }

    #[test]
    fn what_looks_like_a_number_is_a_text_where_one_is_wanted() {
        let variables = [("RINNAKKAIN_INGEST__KEEP", "0"), ("RINNAKKAIN_INGEST__NAME", "007")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = Config::read("", &Environment::of(variables), None).unwrap();
        assert!(config.keep.is_zero());
        assert_eq!(config.ingest, "007");
    }
}
