//! Placeholders: what senders write where a number is not known.

use crate::SourceProfile;

/// True for a placeholder: signs only, zeros only, "unknown" in a language of the field, or a configured one
/// ([`SourceProfile::placeholders`]). A placeholder is never a key, or strangers would share it.
pub(crate) fn is_no_number(source: &SourceProfile, value: &str) -> bool {
    const WORDS: &[&str] = &[
        "EI OLE",
        "EI TIEDOSSA",
        "EI TUNNETA",
        "MISSING",
        "N/A",
        "NA",
        "NIL",
        "NONE",
        "NOT KNOWN",
        "NULL",
        "OKÄND",
        "TUNTEMATON",
        "UNK",
        "UNKNOWN",
    ];
    let value = value.trim();
    let is_meant = |word: &str| value.to_uppercase() == word.trim().to_uppercase();
    let mut signs = value.chars().filter(|c| c.is_alphanumeric()).peekable();
    signs.peek().is_none()
        || signs.all(|c| c == '0')
        || WORDS.contains(&value.to_uppercase().as_str())
        || source.placeholders.iter().any(|word| is_meant(word))
}

#[cfg(test)]
mod tests {
    use super::is_no_number;
    use crate::{Format, SourceProfile};

    fn source() -> SourceProfile {
        let mut source = SourceProfile::new("kys", Format::Hl7v2);
        source.placeholders = ["EI-HETUA".to_owned(), "123456".to_owned()].into();
        source
    }

    /// Visits and referrals are numbered in sequence, and a sequence passes 111 and 999.
    #[test]
    fn other_keys_may_be_one_digit_repeated() {
        for value in ["111", "999", "9999"] {
            assert!(!is_no_number(&source(), value), "{value}");
        }
        for value in ["0", "000", "UNKNOWN", "-", "", "123456"] {
            assert!(is_no_number(&source(), value), "{value}");
        }
    }
}
