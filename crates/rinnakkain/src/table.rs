//! A table for eyes: columns as wide as their widest cell.

use event::is_steering;

/// How a table is laid out.
#[derive(Clone, Copy)]
pub struct Layout {
    /// What each line begins with.
    pub indent: &'static str,
    /// Columns that no row fills are shown too.
    pub empty_columns: bool,
}

/// `rows` under `heading`, a line each.
pub fn table(heading: &[impl AsRef<str>], rows: &[impl AsRef<[String]>], layout: Layout) -> String {
    let cell = |row: &[String], column: usize| row.get(column).map(|text| printable(text)).unwrap_or_default();
    let title = |column: usize| heading.get(column).map_or("", |text| text.as_ref());
    let is_shown =
        |column: &usize| layout.empty_columns || rows.iter().any(|row| !cell(row.as_ref(), *column).is_empty());
    let shown: Vec<_> = (0..heading.len()).filter(is_shown).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| cell(row.as_ref(), column).chars().count());
        cells.chain([title(column).chars().count()]).max().unwrap_or_default()
    };
    let line = |text: &dyn Fn(usize) -> String| {
        let cells = shown.iter().map(|column| format!("{:width$}", text(*column), width = width(*column)));
        format!("{}{}", layout.indent, cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned() + "\n"
    };
    let mut out = line(&|column| title(column).to_owned());
    for row in rows {
        out += &line(&|column| cell(row.as_ref(), column));
    }
    out
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
        let of = |indent, empty_columns| table(&["A", "B", "C"], &rows, Layout { indent, empty_columns });
        assert_eq!(of("  ", false), "  A    C\n  åäö  1\n  x    2 [31 m\n");
        assert_eq!(of("", true), "A    B  C\nåäö     1\nx       2 [31 m\n");
    }
}
