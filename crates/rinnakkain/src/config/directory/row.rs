//! The rows of a CSV file, as tables. The first row names the columns; `;` or `,` stands between them.

use super::super::de;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// The rows of `name`; what is wrong is reported by the row's line and column.
pub fn rows<T: DeserializeOwned>(name: &str, text: &str, problems: &mut Vec<String>) -> Vec<T> {
    // Spreadsheets write a mark of the encoding first, and in Finland a semicolon between columns.
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = if heading.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let Ok(columns) = reader.headers().cloned() else {
        problems.push(format!("{name} line 1: the names of the columns cannot be read"));
        return Vec::new();
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(format!("{name} line {line}: it has not as many columns as the first line"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        // An empty cell is nothing.
        let cells = columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
        let row = Value::Table(cells.map(|(column, cell)| (column.to_owned(), cell.into())).collect::<Table>());
        match de::read(&row) {
            Ok(read) => rows.push(read),
            Err(error) => {
                let path = error.path().to_string();
                let column = if path == "." { String::new() } else { format!(", {path}") };
                problems.push(format!("{name} line {line}{column}: {}", error.into_inner()));
            }
        }
    }
    rows
}
