//! A file into its messages: several one after another, or a batch (FHS, BHS, BTS, FTS; HL7 v2 chapter 2).
//!
//! For files, and for a batch in one frame ([`super::Batch`]). A message begins where a line begins with `MSH` and a
//! sign, and ends before the next one or before a batch's own segment; the same letters inside a line begin nothing.
//! Anything before the first message is ignored, and a byte order mark before any of them. Nothing is copied and
//! nothing is lost: a header that cannot be read still begins a message, to be rejected as one.

/// The messages of `file`, each from its MSH up to its last line end, as the bytes stand there.
pub fn split(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = file;
    std::iter::from_fn(move || {
        loop {
            rest = line_start(rest);
            if rest.is_empty() {
                return None;
            }
            if !begins(rest, &[b"MSH"]) {
                rest = after_line(rest);
                continue;
            }
            let message = rest;
            loop {
                let end = after_line(rest);
                rest = line_start(end);
                if rest.is_empty() || begins(rest, &[b"MSH", b"FHS", b"BHS", b"BTS", b"FTS"]) {
                    return Some(&message[..message.len() - end.len()]);
                }
            }
        }
    })
}

/// The signs that end a line here: CR, LF, and MLLP's own, which a dump of the wire has.
fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | 0x0B | 0x1C)
}

fn after_line(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|byte| ends_line(*byte)).map_or(&[], |end| &bytes[end + 1..])
}

/// Without line ends, blanks and a byte order mark before the line.
fn line_start(mut bytes: &[u8]) -> &[u8] {
    loop {
        let start = bytes.iter().position(|byte| !ends_line(*byte) && !byte.is_ascii_whitespace());
        bytes = start.map_or(&[], |start| &bytes[start..]);
        match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(after) => bytes = after,
            None => return bytes,
        }
    }
}

fn begins(line: &[u8], names: &[&[u8; 3]]) -> bool {
    let segment = line.get(..3).is_some_and(|start| names.iter().any(|name| start == *name));
    segment && line.get(3).is_none_or(|sign| !sign.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::split;
    use proptest::prelude::*;

    #[test]
    fn messages_begin_where_their_header_begins_a_line() {
        let table: [(&[u8], &[&[u8]]); 9] = [
            (b"", &[]),
            (b"nothing\nhere", &[]),
            (b"MSH|^~\\&|1\rPID|MSH|x\rPV1|1", &[b"MSH|^~\\&|1\rPID|MSH|x\rPV1|1"]),
            (b"\xEF\xBB\xBFMSH|1\nPID|\n\n\xEF\xBB\xBFMSH|2\n", &[b"MSH|1\nPID|\n", b"MSH|2\n"]),
            (b"FHS|^~\\&|\rBHS|^~\\&|\rMSH|1\rPID|\rMSH|2\rBTS|2\rFTS|1\r", &[b"MSH|1\rPID|\r", b"MSH|2\r"]),
            (b"BHS|\rMSH|1\rBTS|1\rBHS|\rMSH|2\rBTS|1\rFTS|2\r", &[b"MSH|1\r", b"MSH|2\r"]),
            (b"\x0BMSH|1\r\x1C\r\x0BMSH|2\r\x1C\r", &[b"MSH|1\r", b"MSH|2\r"]),
            (b"MSH|1\r\nMSHX|\r\n MSH|2", &[b"MSH|1\r\nMSHX|\r", b"MSH|2"]),
            (b"MSH", &[b"MSH"]),
        ];
        for (file, expected) in table {
            let found: Vec<&[u8]> = split(file).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn a_large_file_of_nothing_ends() {
        for unit in ["\r", "MSH|\r", "MSH", "MSH|", "BTS|1\r", "\u{FEFF}", "\r\u{FEFF}"] {
            let file = format!("MSH|\r{}", unit.repeat((4 << 20) / unit.len()));
            assert!(split(file.as_bytes()).map(<[u8]>::len).sum::<usize>() <= file.len());
        }
    }

    proptest! {
        #[test]
        fn nothing_that_begins_a_message_is_lost(
            lines in prop::collection::vec("MSH\\|[a-z]{0,3}|PID\\|M?S?H?\\|?|BTS\\|1|FHS\\||", 0..30),
            end in prop::sample::select(vec!["\r", "\n", "\r\n"]),
        ) {
            let file = lines.join(end);
            let begun = lines.iter().filter(|line| line.starts_with("MSH")).count();
            let messages: Vec<&[u8]> = split(file.as_bytes()).collect();
            prop_assert_eq!(messages.len(), begun);
            prop_assert!(messages.iter().all(|message| message.starts_with(b"MSH|")));
        }
    }
}
