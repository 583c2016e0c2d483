//! A code: a short value of a closed or local vocabulary.
//!
//! Least data (law 7): reasons, grounds and channels travel as codes, so that no free text can.

use serde::{Deserialize, Serialize};

/// At most 64 of `A–Z a–z 0–9 . _ : / -`, no blanks: too little to write a sentence with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Code(String);

/// The text is empty, too long, or has a character that a code cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code: 1–64 of A–Z a–z 0–9 . _ : / -")]
pub struct InvalidCode;

impl Code {
    /// Checks `text`.
    pub fn try_new(text: &str) -> Result<Self, InvalidCode> {
        text.to_owned().try_into()
    }

    /// The code's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = InvalidCode;

    fn try_from(text: String) -> Result<Self, InvalidCode> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._:/-".contains(&b);
        let is_code = !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed);
        if is_code { Ok(Self(text)) } else { Err(InvalidCode) }
    }
}
