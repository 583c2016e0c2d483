//! What kind of number a person's number is: an identity code, a patient number, or neither.
//!
//! PID-3, MRG-1 and `Patient.identifier` hold numbers of many kinds, distinguished by HL7 table 0203 (CX.5, HL7 2.5.1
//! chapter 2.A.14.5; `Identifier.type`). A number of a patient has the type PI, MR, none, or one that is configured so
//! ([`SourceProfile::number_types`]). The number of an account, a visit, a passport or a driving licence is not a
//! patient's, whichever authority issues it: one person's account may have the digits of another's patient number. An
//! identity code has the authority 1.2.246.21, or the type NNFIN whatever the authority; NI and SS are one if no
//! authority is named and the code passes its check.
//!
//! A placeholder for an unknown number is no number: see [`is_no_number`] and [`is_no_patient_number`].

use crate::placeholder::is_no_number;
use crate::scope::Scope;
use crate::{NumberType, SourceProfile};
use event::{HETU_SYSTEM, Hetu, Identifier};

/// What a number is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// Labelled as an identity code. Its check character is not tested here.
    IdentityCode,
    /// A patient's number, of that scope.
    Patient(Scope),
    /// A placeholder, or a number of something other than a person.
    Other,
}

/// What `value` is, of an authority with these names ([`Scope::of`]) and of that type of table 0203.
pub(crate) fn number(source: &SourceProfile, names: &[Option<String>], kind: Option<&str>, value: &str) -> Number {
    if is_no_number(source, value) {
        return Number::Other;
    }
    let scope = Scope::of(source, names);
    let is_valid = || hetu(value).is_some();
    match type_of(source, kind) {
        Type::IdentityCode => Number::IdentityCode,
        // The authority numbers persons; a passport of the same authority has another form.
        Type::Other if scope.system() == HETU_SYSTEM && !is_valid() => Number::Other,
        Type::Patient | Type::National | Type::Other if scope.system() == HETU_SYSTEM => Number::IdentityCode,
        Type::National if is_valid() && names.iter().flatten().all(|name| name.trim().is_empty()) => {
            Number::IdentityCode
        }
        Type::Patient if !is_no_patient_number(value) => Number::Patient(scope),
        Type::Patient | Type::National | Type::Other => Number::Other,
    }
}

/// The system that `""` with that label empties, if persons have numbers of that system.
pub(crate) fn emptied(source: &SourceProfile, names: &[Option<String>], kind: Option<&str>) -> Option<String> {
    let scope = Scope::of(source, names);
    match type_of(source, kind) {
        Type::IdentityCode => Some(HETU_SYSTEM.to_owned()),
        Type::Patient if scope.is_known() => Some(scope.system().to_owned()),
        Type::National if scope.system() == HETU_SYSTEM => Some(HETU_SYSTEM.to_owned()),
        Type::Patient | Type::National | Type::Other => None,
    }
}

/// The identity code that `value` has the form and the check character of.
pub(crate) fn hetu(value: &str) -> Option<Hetu> {
    Identifier::new(HETU_SYSTEM, value).hetu()
}

/// The parts of a text with the length and the characters of an identity code, whatever is written around them.
pub(crate) fn shaped_as_codes(text: &str) -> impl Iterator<Item = &str> {
    const LENGTH: usize = 11;
    let is_of_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-');
    text.split(move |c| !is_of_code(c)).filter(|part| part.len() == LENGTH)
}

/// What a number of that type is; `None`: the type is neither of the table nor configured, and its numbers are ignored.
pub(crate) fn type_meaning(source: &SourceProfile, kind: &str) -> Option<&'static str> {
    /// Table 0203, of what real feeds have in PID-3 and is no number of a patient.
    const OTHER: &[&str] = &[
        "AC", "AM", "AN", "ANC", "AND", "ANON", "ANT", "APRN", "BC", "BR", "CAN", "CZ", "DDS", "DI", "DL", "DN", "DO",
        "DP", "EI", "EN", "FI", "GI", "GL", "GN", "HC", "JHN", "LN", "LR", "MA", "MC", "MCD", "MCN", "MCR", "MI", "MS",
        "NE", "NH", "NII", "NIIP", "NPI", "OD", "PA", "PC", "PCN", "PEN", "PHE", "PHO", "PPN", "PRN", "QA", "RI", "RN",
        "RPH", "RR", "RRI", "SL", "SN", "SP", "SR", "TAX", "TN", "UPIN", "VN", "VS", "WC", "WCN", "WP",
    ];
    let kind = kind.trim().to_ascii_uppercase();
    match type_of(source, Some(&kind)) {
        Type::Patient => Some("patient"),
        Type::IdentityCode => Some("identity-code"),
        Type::National => Some("identity-code, where no authority is named"),
        Type::Other => (OTHER.contains(&kind.as_str()) || kind.starts_with("NN")).then_some("no number of a patient"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Patient,
    IdentityCode,
    /// A national number, of a nation that is not named.
    National,
    Other,
}

fn type_of(source: &SourceProfile, kind: Option<&str>) -> Type {
    let Some(kind) = kind.map(str::trim).filter(|kind| !kind.is_empty()) else {
        return Type::Patient;
    };
    let upper = kind.to_ascii_uppercase();
    match source.number_types.get(kind).or_else(|| source.number_types.get(&upper)) {
        Some(NumberType::Patient) => return Type::Patient,
        Some(NumberType::IdentityCode) => return Type::IdentityCode,
        None => {}
    }
    match upper.as_str() {
        "PI" | "MR" => Type::Patient,
        "NNFIN" => Type::IdentityCode,
        "NI" | "SS" => Type::National,
        _ => Type::Other,
    }
}

/// One digit three times or more, whatever signs stand between: in real feeds many patients share such a number.
fn is_no_patient_number(value: &str) -> bool {
    let mut signs = value.chars().filter(|c| c.is_alphanumeric());
    let Some(first) = signs.next().filter(char::is_ascii_digit) else { return false };
    let rest: Vec<char> = signs.collect();
    rest.len() >= 2 && rest.iter().all(|c| *c == first)
}

#[cfg(test)]
mod tests {
    use super::{Number, number, type_meaning};
    use crate::{Format, NumberType, SourceProfile};

    const CODE: &str = "010594Y9032";

    fn source() -> SourceProfile {
        let mut source = SourceProfile::new("kys", Format::Hl7v2);
        source.own_system = Some("own".to_owned());
        source.authorities = [("KYS".to_owned(), "own".to_owned())].into();
        let types = [("PT", NumberType::Patient), ("HETU", NumberType::IdentityCode)];
        source.number_types = types.map(|(code, meaning)| (code.to_owned(), meaning)).into();
        source.placeholders = ["EI-HETUA".to_owned(), "123456".to_owned()].into();
        source
    }

    fn of(authority: &str, kind: &str, value: &str) -> String {
        match number(&source(), &[Some(authority.to_owned())], Some(kind), value) {
            Number::IdentityCode => "identity code".to_owned(),
            Number::Patient(scope) => scope.system().to_owned(),
            Number::Other => "-".to_owned(),
        }
    }

    #[test]
    fn the_type_decides_whether_it_is_a_patient_number() {
        let table = [
            ("", "", "4711", "own"),
            ("", "PI", "4711", "own"),
            ("KYS", "MR", "4711", "own"),
            ("KYS", "mr ", "4711", "own"),
            ("KYS", "PT", "4711", "own"),
            ("A", "", "4711", "kys/A"),
            ("A", "PI", "4711", "kys/A"),
            ("KYS", "AN", "4711", "-"),
            ("KYS", "VN", "4711", "-"),
            ("KYS", "PPN", "4711", "-"),
            ("KYS", "DL", "4711", "-"),
            ("", "AN", "4711", "-"),
            ("KYS", "XX", "4711", "-"),
            ("KYS", "NI", "4711", "-"),
            ("KYS", "NNSWE", "4711", "-"),
            // Identity codes.
            ("1.2.246.21", "", CODE, "identity code"),
            ("1.2.246.21", "PI", "not one", "identity code"),
            ("urn:oid:1.2.246.21", "SS", CODE, "identity code"),
            ("1.2.246.21", "PPN", "XP1234567", "-"),
            ("1.2.246.21", "PPN", CODE, "identity code"),
            ("", "NNFIN", CODE, "identity code"),
            ("KYS", "NNFIN", CODE, "identity code"),
            ("KYS", "HETU", CODE, "identity code"),
            ("", "NI", CODE, "identity code"),
            ("", "SS", "010594y9032", "identity code"),
            ("", "NI", "010594Y9033", "-"),
            ("KYS", "NI", CODE, "-"),
            // Its form alone does not make it an identity code.
            ("", "", CODE, "own"),
            ("KYS", "PI", CODE, "own"),
            // A temporary id.
            ("1.2.246.10.7.22.2024", "PI", "1", "urn:oid:1.2.246.10.7.22.2024"),
        ];
        for (authority, kind, value, expected) in table {
            assert_eq!(of(authority, kind, value), expected, "{value}^^^{authority}^{kind}");
        }
    }

    #[test]
    fn a_placeholder_is_no_number() {
        let none = [
            "0",
            "00",
            "000",
            "0000000",
            "999",
            "9999999",
            "111",
            "1111",
            "5555555555",
            "000000-0000",
            "999999-9999",
            "UNKNOWN",
            "unknown",
            "Tuntematon",
            "N/A",
            "n/a",
            "-",
            "--",
            "?",
            ".",
            "  ",
            "NULL",
            "okänd",
            "Ei tiedossa",
            "ei-hetua",
            "123456",
        ];
        for value in none {
            assert_eq!(of("KYS", "PI", value), "-", "{value}");
        }
        for value in ["1", "9", "11", "99", "9990", "1110", "0001", "A111", "12345", "1.0.1"] {
            assert_eq!(of("KYS", "PI", value), "own", "{value}");
        }
        assert_eq!(of("", "NNFIN", "000000-0000"), "-");
    }

    #[test]
    fn a_type_that_is_not_of_the_table_is_for_the_configuration() {
        for known in ["PI", "mr", "NI", "NNFIN", "NNSWE", "AN", "VN", "PPN", "DL", "PT", "HETU"] {
            assert!(type_meaning(&source(), known).is_some(), "{known}");
        }
        for unknown in ["XX", "POTILAS", "PNT"] {
            assert!(type_meaning(&source(), unknown).is_none(), "{unknown}");
        }
    }
}
