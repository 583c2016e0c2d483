//! The rows of a CSV file, as tables. The first row names the columns; `;` or `,` stands between them.

use crate::config::environment::parse;
use crate::config::problems::Problems;
use crate::config::reading;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::Value;

/// The rows of `name`; what is wrong is reported by the row's line and column.
pub fn rows<T: DeserializeOwned>(name: &str, text: &str, stand_in: Option<&Value>, lines: &mut Vec<String>) -> Vec<T> {
    // Spreadsheets write a mark of the encoding first, and in Finland a semicolon between columns.
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = if heading.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let Ok(columns) = reader.headers().cloned() else {
        lines.push(format!("{name} line 1: the names of the columns cannot be read"));
        return Vec::new();
    };
    let mut row = |record: Result<csv::StringRecord, csv::Error>| {
        let position = record.as_ref().map_or_else(csv::Error::position, csv::StringRecord::position);
        let place = format!("{name} line {}", position.map_or(0, csv::Position::line));
        let Ok(record) = record else {
            lines.push(format!("{place}: it has not as many columns as the first line"));
            return None;
        };
        // An empty cell is nothing.
        let cells: BTreeMap<_, _> = columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()).collect();
        let table = cells.iter().map(|(column, cell)| ((*column).to_owned(), parse(cell))).collect();
        let mut problems = Problems::default();
        let read = reading::read_as(table, stand_in?, |path| cells.get(path.first()?.as_str()).copied(), &mut problems);
        let problems = problems.into_lines(|path| (None, format!("{place}, {}", path.join("."))));
        let whole = problems.is_empty();
        lines.extend(problems);
        read.filter(|_| whole).map(|(row, _)| row)
    };
    reader.records().filter_map(&mut row).collect()
}
