//! Values that are more than their type: each is checked where it is read.

use super::secret::Secret;
use crate::hex;
use event::Code;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error};
use std::net::SocketAddr;
use std::time::Duration;

/// What must be written where something leaves this machine, or is reached from others, without TLS of its own.
pub const ACCEPTED: &str = "I accept that TLS ends before this listener";
/// As long as receipts: bytes without one would belong to no message.
const LONGEST_KEPT: Duration = Duration::from_hours(24 * 90);
const YEAR: Duration = Duration::from_hours(24 * 366);

/// A text, or what is wrong with it.
pub fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Option<T>,
    wrong: impl FnOnce(&str) -> String,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).ok_or_else(|| D::Error::custom(wrong(&text)))
}

/// A name that goes into logs, answers and keys.
pub fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, |it| is_name(it).then(|| it.to_owned()), no_name)
}

pub fn no_name(name: &str) -> String {
    format!("{name:?} is no name; use letters, digits and . _ - only, at most 64 bytes")
}

pub fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "._-".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(allowed)
}

pub fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let wrong = |it: &str| format!("{it:?} is no address; write one such as 127.0.0.1:2575");
    text(deserializer, |it| it.parse().ok(), wrong)
}

/// The same, of a key that may be left out.
pub fn some_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    address(deserializer).map(Some)
}

/// A time zone by its IANA name.
pub fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
    let wrong = |it: &str| format!("there is no time zone {it:?}; write one such as Europe/Helsinki");
    text(deserializer, |it| TimeZone::get(it).ok(), wrong)
}

/// The same, of a key that may be left out.
pub fn some_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
    zone(deserializer).map(Some)
}

/// `30m`, `1h 30m`, `20s`: longer than nothing, at most a year.
pub fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let read = |it: &str| Duration::try_from(it.parse::<SignedDuration>().ok()?).ok();
    let wrong = |it: &str| format!("{it:?} is no length of time; write one such as 20s, 30m or 48h");
    text(deserializer, |it| read(it).filter(|it| !it.is_zero() && *it <= YEAR), wrong)
}

/// The same, of a key that may be left out.
pub fn some_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// How long messages are kept: `0` for not at all, else a length of time of at most 90 days, `7d` or `36h`.
pub fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let read = |it: &str| if it.trim() == "0" { Some(Duration::ZERO) } else { days(it) };
    let wrong = |it: &str| format!("{it:?} is no such time; write 0, or one of at most 90 days such as 7d or 36h");
    text(deserializer, |it| read(it).filter(|it| *it <= LONGEST_KEPT), wrong)
}

/// A length of time of at most ten years, `48h` or `90d`, in seconds.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let read = |it: &str| days(it).filter(|it| (1..=YEAR.as_secs() * 10).contains(&it.as_secs()));
    let wrong = |it: &str| format!("{it:?} is no such time; write one of at most ten years such as 48h or 90d");
    text(deserializer, |it| read(it)?.as_secs().try_into().ok(), wrong)
}

/// A length of time in which a day has 24 hours.
fn days(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

/// A code without blanks, for eyes and programs.
pub fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Code>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Code::try_new(&text).map(Some).map_err(D::Error::custom)
}

/// The sentence that accepts it: nothing else is.
pub fn accepted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let wrong = |_: &str| format!("write exactly {ACCEPTED:?}, or leave it out");
    text(deserializer, |it| (it == ACCEPTED).then_some(true), wrong)
}

/// The SHA-256 of a token: by it the token could be guessed, so it is not shown.
pub fn sha256<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
    let digits = Secret::deserialize(deserializer)?.reveal();
    let wrong = "write the 64 hexadecimal digits that `rinnakkain hash-token` prints";
    hex::decode_sha256(&digits).map(Some).ok_or_else(|| D::Error::custom(wrong))
}
