//! What is wrong with the configuration, all of it at once.

use crate::hex;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use std::fmt;
use std::time::Duration;

/// A configuration that cannot be used, and why.
#[derive(Debug)]
pub struct Invalid(Vec<String>);

impl Invalid {
    pub fn one(problem: String) -> Self {
        Self(vec![problem])
    }
}

/// The file is no TOML. The parser's own words quote the line, which may hold a secret.
pub fn of_toml(text: &str, error: &toml::de::Error) -> Invalid {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Invalid::one(format!("line {line}: {}", error.message()))
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is wrong:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Invalid {}

/// As long as receipts: bytes without one would belong to no message.
const LONGEST_KEPT: Duration = Duration::from_hours(24 * 90);

/// Problems in the making.
#[derive(Default)]
pub struct Problems(Vec<String>);

impl Problems {
    pub fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    pub fn into_result(self) -> Result<(), Invalid> {
        if self.0.is_empty() { Ok(()) } else { Err(Invalid(self.0)) }
    }

    /// A time zone by its IANA name.
    pub fn zone(&mut self, key: &str, name: &str) -> Option<TimeZone> {
        let zone = TimeZone::get(name).ok();
        if zone.is_none() {
            self.add(format!("{key}: there is no time zone {name:?}; write one such as Europe/Helsinki"));
        }
        zone
    }

    /// `30m`, `1h 30m`, `20s`: longer than nothing, at most a year.
    pub fn duration(&mut self, key: &str, text: &str) -> Duration {
        let parsed = text.parse::<SignedDuration>().ok().and_then(|it| Duration::try_from(it).ok());
        let usable = parsed.filter(|it| !it.is_zero() && *it <= Duration::from_hours(24 * 366));
        usable.unwrap_or_else(|| {
            self.add(format!("{key}: {text:?} is no length of time; write one such as 20s, 30m or 48h"));
            Duration::from_secs(1)
        })
    }

    /// How long messages are kept: `0` for not at all, else a length of time of at most 90 days, `7d` or `36h`.
    pub fn keep(&mut self, key: &str, text: &str) -> Duration {
        if text.trim() == "0" {
            return Duration::ZERO;
        }
        let span = text.parse::<Span>().ok();
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        let usable = length.and_then(|it| Duration::try_from(it).ok()).filter(|it| *it <= LONGEST_KEPT);
        usable.unwrap_or_else(|| {
            self.add(format!("{key}: {text:?} is no such time; write 0, or one of at most 90 days such as 7d or 36h"));
            Duration::ZERO
        })
    }

    /// A length of time of at most ten years, `48h` or `90d`, in seconds.
    pub fn days(&mut self, key: &str, text: &str) -> i64 {
        const LONGEST: i64 = 10 * 366 * 24 * 3600;
        let span = text.parse::<Span>().ok();
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        let usable = length.map(|it| it.as_secs()).filter(|it| (1..=LONGEST).contains(it));
        usable.unwrap_or_else(|| {
            self.add(format!("{key}: {text:?} is no such time; write one of at most ten years such as 48h or 90d"));
            LONGEST
        })
    }

    /// A name that goes into logs, answers and keys.
    pub fn name(&mut self, key: &str, name: &str) {
        let allowed = |c: char| c.is_alphanumeric() || "._-".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(allowed) {
            self.add(format!("{key}: {name:?} is no name; use letters, digits and . _ - only, at most 64 bytes"));
        }
    }

    /// 64 hexadecimal digits.
    pub fn sha256(&mut self, key: &str, digits: &str) -> Option<[u8; 32]> {
        let digest = hex::decode_sha256(digits);
        if digest.is_none() {
            self.add(format!("{key}: write the 64 hexadecimal digits that `rinnakkain hash-token` prints"));
        }
        digest
    }
}
