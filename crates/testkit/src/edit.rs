//! Edits of messages and configurations in tests.

/// An edit that finds nothing would leave a test trying what it did not mean to try: here it fails the test.
pub trait Edit {
    /// `to` wherever `from` stands.
    ///
    /// # Panics
    ///
    /// Where `from` stands nowhere.
    #[must_use]
    fn edit(&self, from: &str, to: &str) -> String;

    /// `to` where `from` stands first.
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
