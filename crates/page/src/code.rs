//! A code to choose, with its words.

use crate::frame::Frame;

/// A code, and its words in the reader's language.
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) words: String,
}

impl Code {
    pub(crate) fn of(frame: &Frame, code: &str) -> Self {
        Self { code: code.to_owned(), words: frame.language.code(code) }
    }
}
