//! A table for eyes: columns as wide as their widest cell, and no column that nobody fills.

/// `rows` under `heading`. Control characters are not printed: what comes over the network must not steer the terminal.
pub(super) fn table(heading: &[String], rows: &[Vec<String>]) -> String {
    let cell = |row: &[String], column: usize| row.get(column).map(|text| printable(text)).unwrap_or_default();
    let filled: Vec<_> =
        (0..heading.len()).filter(|column| rows.iter().any(|row| !cell(row, *column).is_empty())).collect();
    let width = |column: usize| {
        let widest = rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or_default();
        widest.max(heading.get(column).map_or(0, |text| text.chars().count()))
    };
    let line = |text: &dyn Fn(usize) -> String| {
        let cells = filled.iter().map(|column| format!("{:width$}", text(*column), width = width(*column)));
        format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned() + "\n"
    };
    let mut out = line(&|column| heading.get(column).map(|text| text.to_uppercase()).unwrap_or_default());
    for row in rows {
        out += &line(&|column| cell(row, column));
    }
    out
}

/// Without control characters.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let text = table(&["a", "b", "c"].map(str::to_owned), &[row(["åäö", "", "1"]), row(["x", "", "2\u{1b}[31m"])]);
        assert_eq!(text, "  A    C\n  åäö  1\n  x    2 [31m\n");
    }
}
