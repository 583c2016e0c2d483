//! What is wrong with the configuration: all of it at once, each by the place where its author finds it.

use super::environment::Environment;
use std::fmt::{self, Display};
use toml::de::{DeTable, DeValue};

/// A configuration that cannot be used, and why.
#[derive(Debug)]
pub struct Invalid(Vec<String>);

impl Invalid {
    /// A line each.
    pub fn into_lines(self) -> Vec<String> {
        self.0
    }

    pub fn one(problem: String) -> Self {
        Self(vec![problem])
    }

    /// A file that is no TOML. The parser's message names what it expected; the line itself, which may hold a secret, is
    /// not quoted.
    pub fn syntax(text: &str, error: &toml::de::Error) -> Self {
        Self::one(format!("{}: {}", position(text, error.span().map_or(0, |span| span.start)), error.message()))
    }
}

impl Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is wrong:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Invalid {}

/// From 1.
fn position(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {}, column {column}", before.matches('\n').count() + 1)
}

/// What was found so far, by path: a table in a list by its number.
#[derive(Default)]
pub struct Problems {
    list: Vec<(Vec<String>, String)>,
    /// So many of them, the first, are of what could not be read.
    unread: usize,
}

/// One table of it.
pub struct Within<'p> {
    path: Vec<String>,
    problems: &'p mut Problems,
}

impl Problems {
    /// What stands at `path` cannot be read. True: nor could what was put there instead.
    pub fn unread(&mut self, path: &[String], problem: String) -> bool {
        let again = self.list.iter().any(|(other, _)| other == path);
        if !again {
            self.list.push((path.to_owned(), problem));
            self.unread = self.list.len();
        }
        again
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The table at `path`, to check it.
    pub fn within(&mut self, path: &[&str]) -> Within<'_> {
        Within { path: path.iter().map(|key| (*key).to_owned()).collect(), problems: self }
    }

    /// In the order of the file: by the line, the column and the tables; what the environment set, by the variable.
    pub fn into_result(self, text: &str, environment: &Environment) -> Result<(), Invalid> {
        let file = DeTable::parse(text).map_err(|error| Invalid::syntax(text, &error))?;
        let file = DeValue::Table(file.into_inner());
        let lines = self.into_lines(|path| {
            let (offset, names) = place(path, &file);
            match (environment.variable(path), offset) {
                (Some((name, keys)), _) if keys == path.len() => (None, name.to_owned()),
                (Some((name, _)), _) => (None, format!("{name}: {names}")),
                (None, Some(offset)) => (Some(offset), format!("{}: {names}", position(text, offset))),
                (None, None) => (None, names),
            }
        });
        if lines.is_empty() { Ok(()) } else { Err(Invalid(lines)) }
    }

    /// `place`: where something stands, and how the place is called. A problem that begins with "is" continues it without a
    /// colon.
    pub fn into_lines(self, place: impl Fn(&[String]) -> (Option<usize>, String)) -> Vec<String> {
        let line = |(path, problem): (Vec<String>, String)| {
            let (offset, place) = place(&path);
            let separator = if problem.starts_with("is ") { " " } else { ": " };
            (offset.unwrap_or(usize::MAX), format!("{place}{separator}{problem}"))
        };
        let mut lines: Vec<_> = self.list.into_iter().map(line).collect();
        lines.sort_by_key(|(offset, _)| *offset);
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

impl Within<'_> {
    /// What is set at `key` cannot be used if it is `wrong`, unless it, or something in it, could not even be read. Without a
    /// `key` it is the table itself.
    pub fn refuse(&mut self, wrong: bool, key: &str, problem: impl Display) {
        let key = Some(key.to_owned()).filter(|key| !key.is_empty());
        let path: Vec<String> = self.path.iter().cloned().chain(key).collect();
        let (read, problems) = (self.problems.unread, &mut self.problems.list);
        let unread = |(it, _): &(Vec<String>, String)| it.starts_with(&path) || path.starts_with(it);
        if wrong && !problems[..read].iter().any(unread) {
            problems.push((path, problem.to_string()));
        }
    }
}

/// `mllp.address`, or `source kys: silence`: a table in a list is called by its name, else by its number. With the offset of
/// the key, or of the innermost table on the way to it that stands in the file.
fn place(path: &[String], file: &DeValue<'_>) -> (Option<usize>, String) {
    let (mut at, mut value, mut names) = (None, Some(file), String::new());
    for key in path {
        let number = key.parse::<usize>().ok();
        let found = value.and_then(|value| match (value, number) {
            (DeValue::Table(table), _) => table.get_key_value(key.as_str()).map(|(key, it)| (key.span(), it)),
            (DeValue::Array(list), Some(number)) => list.get(number).map(|it| (it.span(), it)),
            _ => None,
        });
        at = found.as_ref().map(|(span, _)| span.start).or(at);
        value = found.map(|(_, it)| it.get_ref());
        // Of the first list only: a worker of a ward is a person.
        let first = !names.contains(": ");
        let name = value.filter(|_| first).and_then(|it| it.get("name").or_else(|| it.get("code"))?.get_ref().as_str());
        match number {
            Some(number) => {
                let name = name.map_or_else(|| (number + 1).to_string(), str::to_owned);
                names = format!("{} {name}: ", names.trim_end_matches('.'));
            }
            None => names.extend([key, "."]),
        }
    }
    (at, names.trim_end_matches([':', ' ', '.']).to_owned())
}
