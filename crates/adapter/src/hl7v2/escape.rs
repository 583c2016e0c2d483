//! Escapes of HL7 v2 chapter 2.7.
//!
//! Formatting is dropped; an invalid escape is kept as written, because feeds send bare escape signs.

use super::separators::Separators;

/// The text without its escapes.
pub(super) fn unescape(text: &str, separators: Separators) -> String {
    let Some(escape) = separators.escape.map(char::from) else {
        return text.to_owned();
    };
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(escape) {
        out.push_str(before);
        let plain = after.split_once(escape).and_then(|(name, after)| Some((sequence(name, separators)?, after)));
        rest = if let Some((plain, after)) = plain {
            out.push_str(&plain);
            after
        } else {
            out.push(escape);
            after
        };
    }
    out.push_str(rest);
    out
}

fn sequence(name: &str, separators: Separators) -> Option<String> {
    let sign = |sign: Option<u8>| sign.map(|sign| char::from(sign).to_string());
    match name {
        "F" => sign(Some(separators.field)),
        "S" => sign(Some(separators.component)),
        "R" => sign(separators.repetition),
        "E" => sign(separators.escape),
        "T" => sign(separators.subcomponent),
        "P" => sign(separators.truncation),
        "H" | "N" => Some(String::new()),
        _ if name.starts_with('.') && name.len() <= 8 && name.is_ascii() => Some(" ".to_owned()),
        _ => hexadecimal(name.strip_prefix('X')?),
    }
}

/// `\Xdd…\`: the bytes as UTF-8 if they are, else as ISO 8859-1.
fn hexadecimal(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    Some(String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().map(|b| char::from(*b)).collect()))
}

#[cfg(test)]
mod tests {
    use super::unescape;
    use crate::hl7v2::separators::Separators;

    #[test]
    fn escapes() {
        let table = [
            (r"foo\F\bar\S\baz\T\q\R\r\E\s", r"foo|bar^baz&q~r\s"),
            (r"å\F\ö\S\ä", "å|ö^ä"),
            (r"\XE5\\XC3A4\", "åä"),
            (r"a\X00\b\X0D\c", "a\0b\rc"),
            (r"\H\bold\N\\.br\next", "bold next"),
            (r"C:\temp\file", r"C:\temp\file"),
            (r"lone \ escape", r"lone \ escape"),
            (r"\Zlocal\x", r"\Zlocal\x"),
            (r"\P\", r"\P\"),
        ];
        for (text, expected) in table {
            assert_eq!(unescape(text, Separators::default()), expected, "{text}");
        }
    }
}
