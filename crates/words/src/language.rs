//! The languages.

use std::fmt;
use std::str::FromStr;

/// A language that people can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Finnish.
    Fi,
    /// Swedish.
    Sv,
    /// English.
    En,
}

/// There is no catalogue in this language.
#[derive(Debug)]
pub struct UnknownLanguage;

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Fi, Self::Sv, Self::En];

    /// The language's code (ISO 639-1).
    #[must_use]
    pub const fn code_name(self) -> &'static str {
        match self {
            Self::Fi => "fi",
            Self::Sv => "sv",
            Self::En => "en",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.code_name() == code).ok_or(UnknownLanguage)
    }
}

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the languages are fi, sv and en")
    }
}

impl std::error::Error for UnknownLanguage {}
