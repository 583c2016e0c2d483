//! The Finnish personal identity code, henkilötunnus (HETU).
//!
//! Decree 128/2010 2 § as amended by 690/2022: DDMMYY, a separator that gives the century, three digits, and a check
//! character. The individual number is *separator + three digits*, so a code is not unique without its separator.
//! Numbers 002–899 are ordinary and 900–999 temporary or artificial; 000 and 001 are not given (practice of the Digital
//! and Population Data Services Agency, not statute).

use jiff::civil::Date;

const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// A HETU that passes its check. It gives what the code contains, never the code itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hetu {
    birth_date: Date,
    individual_number: u16,
}

/// Why a text is no HETU. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHetu {
    /// Not DDMMYY + separator + NNN + check character.
    #[error("not of the form DDMMYY, separator, three digits, check character")]
    Shape,
    /// The separator is none of `+`, `- Y X W V U`, `A B C D E F`.
    #[error("the separator gives no century")]
    Separator,
    /// There is no such day in that century.
    #[error("there is no such day")]
    Date,
    /// 000 and 001 are not given.
    #[error("the individual number is not given to anybody")]
    IndividualNumber,
    /// The check character is wrong.
    #[error("the check character does not match")]
    Check,
}

impl Hetu {
    /// Checks `text` exactly as written: upper case, no blanks.
    pub fn parse(text: &str) -> Result<Self, InvalidHetu> {
        let bytes: &[u8; 11] = text.as_bytes().try_into().map_err(|_| InvalidHetu::Shape)?;
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
        };
        let (Some(day_month_year), Some(individual)) = (number(0..6), number(7..10)) else {
            return Err(InvalidHetu::Shape);
        };
        let century = match bytes[6] {
            b'+' => 1800,
            b'-' | b'Y' | b'X' | b'W' | b'V' | b'U' => 1900,
            b'A'..=b'F' => 2000,
            _ => return Err(InvalidHetu::Separator),
        };
        if !bytes[10].is_ascii_alphanumeric() {
            return Err(InvalidHetu::Shape);
        }
        let part = |divisor: u32| i8::try_from(day_month_year / divisor % 100).unwrap_or_default();
        let birth_date =
            Date::new(century + i16::from(part(1)), part(100), part(10_000)).map_err(|_| InvalidHetu::Date)?;
        if individual < 2 {
            return Err(InvalidHetu::IndividualNumber);
        }
        if CHECK[((day_month_year * 1000 + individual) % 31) as usize] != bytes[10] {
            return Err(InvalidHetu::Check);
        }
        Ok(Self { birth_date, individual_number: u16::try_from(individual).unwrap_or_default() })
    }

    /// The day of birth in the code. Another source may report another: accept it, flag it, do not correct it.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// True for 900–999: temporary or artificial. Such a code links nobody unless the configuration allows it (R6).
    #[must_use]
    pub fn is_artificial(&self) -> bool {
        self.individual_number >= 900
    }
}

#[cfg(test)]
mod tests {
    use super::{Hetu, InvalidHetu};

    #[test]
    fn published_codes_of_the_artificial_range_pass() {
        let codes = [
            "010594Y9032",
            "010594Y9021",
            "020594X903P",
            "020594X902N",
            "030594W903B",
            "030694W9024",
            "040594V9030",
            "040594V902Y",
            "050594U903M",
            "050594U902L",
            "010516B903X",
            "010516B902W",
            "020516C903K",
            "020516C902J",
            "030516D9037",
            "030516D9026",
            "010501E9032",
            "020502E902X",
            "020503F9037",
            "020504A902E",
            "020504B904H",
            "311080-999X",
        ];
        for code in codes {
            assert!(Hetu::parse(code).is_ok_and(|hetu| hetu.is_artificial()), "{code}");
        }
    }

    #[test]
    fn each_rule_refuses_by_its_own_name() {
        let table = [
            ("010190-999X", InvalidHetu::Check),
            ("010190-999Y", InvalidHetu::Check),
            ("010190-999K", InvalidHetu::Check),
            ("250810A999Y", InvalidHetu::Check),
            ("020516c903K", InvalidHetu::Separator),
            ("020516C903k", InvalidHetu::Check),
            ("020516G903K", InvalidHetu::Separator),
            ("300203A904X", InvalidHetu::Date),
            ("290200-9000", InvalidHetu::Date),
            ("010101-001R", InvalidHetu::IndividualNumber),
            ("010101-000P", InvalidHetu::IndividualNumber),
            (" 020516C903", InvalidHetu::Shape),
            ("020516C903", InvalidHetu::Shape),
            ("020516C903KK", InvalidHetu::Shape),
            ("02051åC903", InvalidHetu::Shape),
            ("", InvalidHetu::Shape),
        ];
        for (text, why) in table {
            assert_eq!(Hetu::parse(text).err(), Some(why), "{text}");
        }
    }

    #[test]
    fn the_separator_gives_the_century() {
        let year = |code| Hetu::parse(code).map(|hetu| hetu.birth_date().year());
        assert_eq!(year("020516C903K"), Ok(2016));
        assert_eq!(year("010594Y9032"), Ok(1994));
        assert_eq!(year("020288+9818"), Ok(1888));
    }

    /// Every published list of codes that lies beside the checkout, if one does.
    #[test]
    fn published_lists_agree() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples/hetu");
        for (file, valid) in [("valid.txt", true), ("invalid.txt", false)] {
            let Ok(text) = std::fs::read_to_string(format!("{folder}/{file}")) else {
                return;
            };
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let code = line.split('\t').next().unwrap_or_default();
                assert_eq!(Hetu::parse(code).is_ok(), valid, "{file}: {line}");
            }
        }
    }
}
