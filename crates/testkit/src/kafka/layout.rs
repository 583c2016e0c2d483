//! How many brokers a cluster has, and what of it is not usual.

use crate::proxy::Proxies;
use std::path::PathBuf;

/// How many brokers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// One: the quickest.
    One,
    /// Three, of which one can be missing.
    Three,
}

impl Size {
    /// The number.
    #[must_use]
    pub fn brokers(self) -> usize {
        match self {
            Self::One => 1,
            Self::Three => 3,
        }
    }
}

/// What a cluster has that is not usual.
#[derive(Clone, Copy, Default)]
pub struct Layout<'a> {
    /// Further settings of `server.properties`, for every broker.
    pub settings: &'a [(&'a str, &'a str)],
    /// Names of links: over each of them every broker can be reached, and the link can be cut.
    pub links: Option<(&'a Proxies, &'a [&'a str])>,
    /// Where brokers keep their data, in their order; those beyond the list in their own directories.
    pub data: &'a [PathBuf],
}
