//! A table for eyes: columns as wide as their widest cell.

use event::is_steering;

/// How a table is laid out.
#[derive(Clone, Copy)]
pub struct Layout {
    /// What each line begins with.
    pub indent: &'static str,
    /// Columns that no row fills are shown too.
    pub empty_columns: bool,
    /// No line is longer, as far as its words allow; `None`: as long as its cells are.
    pub width: Option<usize>,
}

/// Between two columns.
const GAP: &str = "  ";

/// `rows` under `heading`, a line each; where the width asks for it, cells are broken between words.
pub fn table(heading: &[impl AsRef<str>], rows: &[impl AsRef<[String]>], layout: Layout) -> String {
    let cell = |row: &[String], column: usize| row.get(column).map(|text| printable(text)).unwrap_or_default();
    let is_shown =
        |column: &usize| layout.empty_columns || rows.iter().any(|row| !cell(row.as_ref(), *column).is_empty());
    let shown: Vec<_> = (0..heading.len()).filter(is_shown).collect();
    let titles = shown.iter().map(|column| heading.get(*column).map_or("", |text| text.as_ref()).to_owned()).collect();
    let cells = rows.iter().map(|row| shown.iter().map(|column| cell(row.as_ref(), *column)).collect());
    let lines: Vec<Vec<String>> = std::iter::once(titles).chain(cells).collect();
    let widths = widths(&lines, layout);
    let mut out = String::new();
    for line in &lines {
        let broken: Vec<Vec<String>> = line.iter().zip(&widths).map(|(text, width)| broken(text, *width)).collect();
        let height = broken.iter().map(Vec::len).max().unwrap_or(1);
        for part in 0..height {
            let text = |cell: &Vec<String>| cell.get(part).cloned().unwrap_or_default();
            let cells = broken.iter().zip(&widths).map(|(cell, width)| format!("{:width$}", text(cell)));
            let line = format!("{}{}", layout.indent, cells.collect::<Vec<_>>().join(GAP));
            out += line.trim_end();
            out.push('\n');
        }
    }
    out
}

/// Each column as wide as its widest cell; where that is too much, the widest ones are narrowed, and none below its longest word.
fn widths(lines: &[Vec<String>], layout: Layout) -> Vec<usize> {
    let columns = lines.first().map_or(0, Vec::len);
    let most = |of: &dyn Fn(&str) -> usize, column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|text| of(text)).max().unwrap_or_default()
    };
    let word = |text: &str| text.split(' ').map(|word| word.chars().count()).max().unwrap_or_default();
    let mut widths: Vec<usize> = (0..columns).map(|column| most(&|text| text.chars().count(), column)).collect();
    let least: Vec<usize> = (0..columns).map(|column| most(&word, column)).collect();
    let around = layout.indent.chars().count() + GAP.len() * columns.saturating_sub(1);
    let Some(room) = layout.width.map(|width| width.saturating_sub(around)) else { return widths };
    while widths.iter().sum::<usize>() > room {
        let narrowable = widths.iter_mut().zip(&least).filter(|(width, least)| **width > **least);
        match narrowable.max_by_key(|(width, _)| **width) {
            Some((width, _)) => *width -= 1,
            None => break,
        }
    }
    widths
}

/// The text in lines of at most `width`, broken between words.
fn broken(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Without what [steers](is_steering): data from the network must not steer the terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out_where_they_say_nothing() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["åäö", "", "1"]), row(["x", "", "2\u{1b}[31\u{202E}m"])];
        let of = |indent, empty_columns| table(&["A", "B", "C"], &rows, Layout { indent, empty_columns, width: None });
        assert_eq!(of("  ", false), "  A    C\n  åäö  1\n  x    2 [31 m\n");
        assert_eq!(of("", true), "A    B  C\nåäö     1\nx       2 [31 m\n");
    }

    #[test]
    fn what_is_too_wide_is_broken_between_words() {
        let rows = [["1".to_owned(), "one two three".to_owned(), "x-y-z-long".to_owned()]];
        let of =
            |width| table(&["N", "TEXT", "ID"], &rows, Layout { indent: "", empty_columns: true, width: Some(width) });
        assert_eq!(of(80), "N  TEXT           ID\n1  one two three  x-y-z-long\n");
        assert_eq!(of(24), "N  TEXT       ID\n1  one two    x-y-z-long\n   three\n");
        assert_eq!(
            of(5),
            "N  TEXT   ID\n1  one    x-y-z-long\n   two\n   three\n",
            "no word is cut: an id is copied whole"
        );
    }
}
