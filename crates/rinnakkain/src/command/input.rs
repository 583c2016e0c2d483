//! What commands read: files, standard input, and the HL7 v2 messages in them.

use adapter::hl7v2::split;
use std::io::Read;
use std::path::Path;

/// The bytes of a file; of standard input, if it is `-`.
pub fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))
}

/// The messages of a file. Every segment ends with CR, whatever ends the lines of the file.
pub fn hl7_messages(file: &[u8]) -> Vec<Vec<u8>> {
    let on_the_wire = |message: &[u8]| {
        let lines = message.split(|byte| matches!(byte, b'\r' | b'\n' | 0x0B | 0x1C)).filter(|line| !line.is_empty());
        lines.flat_map(|line| [line, b"\r"].concat()).collect()
    };
    split(file).map(on_the_wire).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_several_messages_with_any_line_ends() {
        let file = b"\xEF\xBB\xBFFHS|x\nMSH|1\r\nPID|1\r\n\r\nMSH|2\nPID|2\x1C\r\x0BMSH|3\rFTS|1";
        let expected: [&[u8]; 3] = [b"MSH|1\rPID|1\r", b"MSH|2\rPID|2\r", b"MSH|3\r"];
        assert_eq!(hl7_messages(file), expected);
        assert!(hl7_messages(b"nothing").is_empty());
    }
}
