//! Edits of messages and configurations in tests.

/// An edit that finds nothing fails the test: otherwise the test would try something that it does not mean to try.
pub trait Edit {
    /// `to` wherever `from` stands.
    ///
    /// # Panics
    ///
    /// Where `from` stands nowhere.
    #[must_use]
    fn edit(&self, from: &str, to: &str) -> String;

    /// Replaces the first `from` by `to`.
    ///
    /// # Panics
    ///
    /// Where `from` stands nowhere.
    #[must_use]
    fn edit_first(&self, from: &str, to: &str) -> String;
}

impl Edit for str {
    #[track_caller]
    fn edit(&self, from: &str, to: &str) -> String {
        assert!(self.contains(from), "{from:?} is not there to be changed");
        self.replace(from, to)
    }

    #[track_caller]
    fn edit_first(&self, from: &str, to: &str) -> String {
        assert!(self.contains(from), "{from:?} is not there to be changed");
        self.replacen(from, to, 1)
    }
}
