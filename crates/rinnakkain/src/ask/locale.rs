//! The language that the terminal is set to (POSIX, XBD 8.2).

use words::Language;

/// Of the first of these variables that is set; English, if it is another language.
pub fn language() -> Language {
    #[expect(clippy::disallowed_methods, reason = "the locale is the terminal's and no setting of the program")]
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].map(std::env::var);
    let set = variables.into_iter().flatten().find(|value| !value.is_empty());
    set.as_deref().and_then(of).unwrap_or(Language::En)
}

/// `fi_FI.UTF-8` is Finnish.
fn of(locale: &str) -> Option<Language> {
    let language = locale.split(['_', '.', '@']).next()?;
    language.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language() {
        assert_eq!(of("fi_FI.UTF-8"), Some(Language::Fi));
        assert_eq!(of("sv_FI"), Some(Language::Sv));
        assert_eq!((of("C.UTF-8"), of("de_DE"), of("fil_PH")), (None, None, None));
    }
}
