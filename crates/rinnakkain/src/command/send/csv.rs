//! Comma-separated values (RFC 4180), as spreadsheets and database extracts write them: `;` for `,` where the comma is the
//! decimal sign, a byte order mark before it all.
//!
//! Errors name a line and quote nothing of it.

use anyhow::{anyhow, ensure};
use csv::{Error, ErrorKind, ReaderBuilder, StringRecord};

/// The rows of `text`, the heading first; every row has as many fields as the heading.
pub fn rows(text: &str) -> anyhow::Result<Vec<StringRecord>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A field in quotes has a quote at each end, and two for each quote in it.
    ensure!(
        text.matches('"').count().is_multiple_of(2),
        "a quote is opened and never closed: the file was cut, or a field holds one"
    );
    let heading = text.lines().next().unwrap_or_default();
    let separator = if heading.contains(';') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.map_err(|error| without_content(&error))).collect()
}

fn without_content(error: &Error) -> anyhow::Error {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            anyhow!("line {line} has {len} fields, the heading has {expected_len}")
        }
        _ => anyhow!("line {line} cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn what_spreadsheets_write_is_read() {
        let table: [(&str, &[&[&str]]); 6] = [
            ("", &[]),
            ("a,b\n1,2\n", &[&["a", "b"], &["1", "2"]]),
            ("\u{feff}a;b\r\n\"1;\"\"x\"\"\";2,5\r\n\r\n", &[&["a", "b"], &["1;\"x\"", "2,5"]]),
            ("a,b\n\"1\n2\",", &[&["a", "b"], &["1\n2", ""]]),
            ("a,b\n,\n", &[&["a", "b"], &["", ""]]),
            ("nimi\nMeikäläinen", &[&["nimi"], &["Meikäläinen"]]),
        ];
        for (text, expected) in table {
            let rows = rows(text).unwrap();
            let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().collect()).collect();
            assert_eq!(rows, expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_whole_is_refused_without_quoting_it() {
        for text in ["a,b\nMeikäläinen\n", "a,b\n1,\"Meikäläinen", "a,b\n1,Meikä\"läinen\n", "a,b\n1,2,Meikäläinen\n"]
        {
            let problem = rows(text).unwrap_err().to_string();
            assert!(!problem.contains("Meikä"), "{problem}");
        }
    }
}
