//! What is wrong with the configuration: all of it at once, each by the place where its author finds it.

use super::environment::Environment;
use std::collections::BTreeSet;
use std::fmt::{self, Display};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

/// A configuration that cannot be used, and why.
#[derive(Debug)]
pub struct Invalid(Vec<String>);

impl Invalid {
    pub fn one(problem: String) -> Self {
        Self(vec![problem])
    }

    /// A file that is no TOML. The parser's messages name what it expected; the line itself, which may hold a secret, is
    /// not quoted.
    pub fn syntax(text: &str, errors: &[toml::de::Error]) -> Self {
        let problem = |error: &toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            format!("{}: {}", Position::of(text, at), error.message())
        };
        Self(errors.iter().map(problem).collect())
    }
}

impl Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is wrong:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Invalid {}

/// Where something stands in the file, from 1.
struct Position {
    line: usize,
    column: usize,
}

impl Position {
    fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }
}

impl Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Problems, and what is needed to name their places.
pub struct Problems<'w> {
    text: &'w str,
    /// The file.
    file: Spanned<DeTable<'w>>,
    environment: &'w Environment,
    /// The file and the environment, before anything was taken away.
    pub written: Table,
    /// With the offset in the file at which each stands, if it stands there.
    list: Vec<(Option<usize>, String)>,
    /// What could not be read: what it means is not asked.
    unread: BTreeSet<Vec<String>>,
}

impl<'w> Problems<'w> {
    pub fn of(text: &'w str, environment: &'w Environment) -> Result<Self, Invalid> {
        let (file, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(Invalid::syntax(text, &errors));
        }
        Ok(Self { text, file, environment, written: Table::new(), list: Vec::new(), unread: BTreeSet::new() })
    }

    /// What stands at `path` cannot be read.
    pub fn unread(&mut self, path: &[String], problem: &str) {
        // A key that was taken away is missing by our own doing.
        if self.unread.insert(path.to_owned()) {
            self.note(path, problem);
        }
    }

    /// What is set at `path` cannot be used, unless it could not even be read. A problem that begins with "is" continues the
    /// place without a colon.
    pub fn add<const N: usize>(&mut self, path: [&str; N], problem: impl Display) {
        let path = path.map(str::to_owned);
        // The element of a list is not the setting that holds the list.
        let of_it = |unread: &Vec<String>| unread.get(N).is_none_or(|key| key.parse::<usize>().is_ok());
        if !self.unread.iter().any(|unread| unread.starts_with(&path) && of_it(unread)) {
            self.note(&path, &problem.to_string());
        }
    }

    /// Of a table in a list: keys that must be given, and whether they are.
    pub fn required(&mut self, [list, number]: [&str; 2], keys: &[(&str, bool)]) {
        for (key, _) in keys.iter().filter(|(_, given)| !given) {
            self.add([list, number, key], "is missing");
        }
    }

    /// True if something at `path` could not be read.
    pub fn in_unread<const N: usize>(&self, path: [&str; N]) -> bool {
        self.unread.iter().any(|unread| unread.starts_with(&path.map(str::to_owned)))
    }

    /// In the order of the file.
    pub fn into_result(mut self) -> Result<(), Invalid> {
        self.list.sort_by_key(|(offset, _)| offset.unwrap_or(usize::MAX));
        if self.list.is_empty() { Ok(()) } else { Err(Invalid(self.list.into_iter().map(|(_, it)| it).collect())) }
    }

    /// By the variable's name, else by the line, the column and the tables of the file.
    fn note(&mut self, path: &[String], problem: &str) {
        let names = in_tables(path, &self.written);
        let (offset, place) = match (self.environment.variable(path), self.offset(path)) {
            (Some((name, true)), _) => (None, name.to_owned()),
            (Some((name, false)), _) => (None, format!("{name}: {names}")),
            (None, Some(offset)) => (Some(offset), format!("{}: {names}", Position::of(self.text, offset))),
            (None, None) => (None, names),
        };
        let separator = if problem.starts_with("is ") { " " } else { ": " };
        self.list.push((offset, format!("{place}{separator}{problem}")));
    }

    /// Of the key, or of the innermost table on the way to it that stands in the file.
    fn offset(&self, path: &[String]) -> Option<usize> {
        let (mut at, mut value): (_, Option<&DeValue<'_>>) = (None, None);
        for (n, key) in path.iter().enumerate() {
            let table = if n == 0 { Some(self.file.get_ref()) } else { value?.as_table() };
            let found = match table {
                Some(table) => table.get_key_value(key.as_str()).map(|(key, value)| (key.span(), value)),
                None => value?.as_array()?.get(key.parse::<usize>().ok()?).map(|value| (value.span(), value)),
            };
            let Some((span, inner)) = found else { break };
            (at, value) = (Some(span.start), Some(inner.get_ref()));
        }
        at
    }
}

/// `mllp.address`, or `source kys: silence`: a table in a list is called by its name, else by its number.
fn in_tables(path: &[String], written: &Table) -> String {
    let mut place = String::new();
    let mut value: Option<&Value> = None;
    let mut after_number = false;
    for (n, key) in path.iter().enumerate() {
        value = match value {
            None if n == 0 => written.get(key),
            Some(Value::Table(table)) => table.get(key),
            Some(Value::Array(list)) => key.parse().ok().and_then(|n: usize| list.get(n)),
            _ => None,
        };
        let number = key.parse::<usize>().ok();
        place.push_str(match (place.is_empty(), number, after_number) {
            (true, ..) => "",
            (_, Some(_), _) => " ",
            (_, None, true) => ": ",
            (_, None, false) => ".",
        });
        // Of the first list only: a worker of a ward is a person.
        let named = value.and_then(|it| it.get("name").or_else(|| it.get("code"))).and_then(Value::as_str);
        match (number, named.filter(|_| !place.contains(':'))) {
            (Some(_), Some(name)) => place.push_str(name),
            (Some(number), None) => place.push_str(&(number + 1).to_string()),
            (None, _) => place.push_str(key),
        }
        after_number = number.is_some();
    }
    place
}
