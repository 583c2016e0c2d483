//! Comma-separated values (RFC 4180), as spreadsheets and database extracts write them: fields in quotes, quotes doubled,
//! `;` for `,` where the comma is the decimal sign, lines that end in CR LF or LF, a byte order mark before it all.
//!
//! Errors tell a line and nothing of what is in it.

use anyhow::bail;

/// The rows of `text`, the heading first; every row has as many fields as the heading.
pub fn rows(text: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let heading = text.lines().next().unwrap_or_default();
    let separator = if heading.contains(';') { ';' } else { ',' };
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if quoted => quoted = false,
            _ if quoted => field.push(character),
            '"' if field.is_empty() => quoted = true,
            '"' => bail!("line {}: a quote inside a field that does not begin with one", rows.len() + 1),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' => {
                row.push(std::mem::take(&mut field));
                push(&mut rows, std::mem::take(&mut row))?;
            }
            _ if character == separator => row.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    if quoted {
        bail!("the file ends inside a quoted field: it was cut");
    }
    if !(row.is_empty() && field.is_empty()) {
        row.push(field);
        push(&mut rows, row)?;
    }
    Ok(rows)
}

fn push(rows: &mut Vec<Vec<String>>, row: Vec<String>) -> anyhow::Result<()> {
    // An empty line, as some extracts have at the end.
    if row.len() == 1 && row[0].is_empty() {
        return Ok(());
    }
    if let Some(heading) = rows.first().filter(|heading: &&Vec<String>| heading.len() != row.len()) {
        bail!("row {} has {} fields, the heading has {}", rows.len(), row.len(), heading.len());
    }
    rows.push(row);
    Ok(())
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
            assert_eq!(rows(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_whole_is_refused_without_quoting_it() {
        for text in ["a,b\nMeikäläinen\n", "a,b\n1,\"Meikäläinen", "a,b\n1,Meikä\"läinen\n", "a,b\n1,2,Meikäläinen\n"]
        {
            let said = rows(text).unwrap_err().to_string();
            assert!(!said.contains("Meikä"), "{said}");
        }
    }
}
