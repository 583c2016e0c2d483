//! MSH-12: what the segments of a version hold.

/// A version of HL7 2: `2.5.1` is minor 5, patch 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    minor: u8,
    patch: u8,
}

impl Version {
    /// What an answer is written in if its message's own version is unknown.
    pub(super) const UNKNOWN: (Self, &'static [u8]) = (Self::new(5, 1), b"2.5.1");

    const fn new(minor: u8, patch: u8) -> Self {
        Self { minor, patch }
    }

    /// `2.1` to `2.9`, with anything after a second point; `None`: another.
    pub(super) fn read(version: &[u8]) -> Option<Self> {
        let (minor, rest) = match version {
            [b'2', b'.', minor @ b'1'..=b'9'] => (minor, &[][..]),
            [b'2', b'.', minor @ b'1'..=b'9', b'.', rest @ ..] => (minor, rest),
            _ => return None,
        };
        let patch = rest.first().filter(|digit| digit.is_ascii_digit()).map_or(0, |digit| digit - b'0');
        Some(Self::new(minor - b'0', patch))
    }

    /// MSH-9.3, the message structure, came with 2.3.1.
    pub(super) fn has_message_structure(self) -> bool {
        self >= Self::new(3, 1)
    }

    /// Since 2.5 there are ERR-2 to ERR-8, and ERR can repeat. Before 2.5 there is only ERR-1.
    pub(super) fn has_error_location(self) -> bool {
        self >= Self::new(5, 0)
    }

    /// MSA-3, a text, was withdrawn with 2.7: ERR-8 has it.
    pub(super) fn has_acknowledgement_text(self) -> bool {
        self < Self::new(7, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_in_order() {
        let read = |text: &str| Version::read(text.as_bytes());
        for other in ["", "2", "2.", "2.0", "3.0", "2.10", "v2.5", "2.5a"] {
            assert_eq!(read(other), None, "{other}");
        }
        let versions = ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8.2", "2.9"];
        assert!(versions.map(|text| read(text).unwrap()).is_sorted());
        assert_eq!(read("2.4.FI"), read("2.4"));
    }
}
