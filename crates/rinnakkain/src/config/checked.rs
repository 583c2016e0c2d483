//! Values that are more than their type: each is a type of its own, and is checked where it is read.

use super::secret::Secret;
use care::access::Serves;
use care::hours::{Eve, time};
use hex::FromHex;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};
use quota::KnownBy;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Deref, RangeInclusive};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// What must be written where something leaves this machine, or is reached from others, without TLS of its own.
pub const ACCEPTED: &str = "I accept that TLS ends before this listener";
const SHORTEST: Duration = Duration::from_nanos(1);
const YEAR: Duration = Duration::from_hours(24 * 366);
/// As long as receipts at least: bytes without one would belong to no message.
const LONGEST_KEPT: Duration = Duration::from_hours(24 * 90);

/// What is written as one type is checked into another; else the text tells what to write.
macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident($value:ty) of $written:ty: $check:expr, |$it:pat_param| $wrong:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(pub $value);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = <$written>::deserialize(deserializer)?;
                let check: fn(&$written) -> Option<$value> = $check;
                let wrong = |$it: &$written| $wrong;
                check(&written).map(Self).ok_or_else(|| D::Error::custom(wrong(&written)))
            }
        }

        impl Deref for $name {
            type Target = $value;

            fn deref(&self) -> &$value {
                &self.0
            }
        }
    )*};
}

checked! {
    /// A name that goes into logs, answers and keys.
    Name(String) of String: |it| is_name(it).then(|| it.clone()), |it| no_name(it);
    /// As Kafka takes it.
    TopicName(String) of String: |it| is_topic(it).then(|| it.clone()),
        |it| format!("{it:?} is no topic's name; use letters, digits and . _ -");
    Address(SocketAddr) of String: |it| it.parse().ok(),
        |it| format!("{it:?} is no address; write one such as 127.0.0.1:2575");
    /// By its IANA name.
    Zone(TimeZone) of String: |it| TimeZone::get(it).ok(),
        |it| format!("there is no time zone {it:?}; write one such as Europe/Helsinki");
    /// Longer than nothing, at most a year.
    Time(Duration) of String: |it| length(it, SHORTEST..=YEAR),
        |it| format!("{it:?} is no length of time; write one such as 20s, 30m or 48h");
    /// A limit of time; `0`: none.
    TimeLimit(Duration) of String: |it| length(it, Duration::ZERO..=YEAR),
        |it| format!("{it:?} is no limit of time; write 0 for none, or one such as 500ms, 30s or 5m");
    /// How long messages are kept; `0`: not at all.
    Kept(Duration) of String: |it| length(it, Duration::ZERO..=LONGEST_KEPT),
        |it| format!("{it:?} is no such time; write 0, or one of at most 90 days such as 7d or 36h");
    /// How long receipts are kept.
    ReceiptsKept(Duration) of String: |it| length(it, LONGEST_KEPT..=10 * YEAR),
        |it| format!("{it:?} is no such time; write one from 90d to 3650d");
    /// How many years the access log is kept: as many as the law asks for (703/2023, annex) or more.
    LogYears(u32) of u32: |it| (12..=120).contains(it).then_some(*it), |_| "is at least 12: the law asks for so many years";
    /// A length of time of at most ten years.
    Seconds(i64) of String: |it| length(it, Duration::from_secs(1)..=10 * YEAR)?.as_secs().try_into().ok(),
        |it| format!("{it:?} is no such time; write one of at most ten years such as 48h or 90d");
    /// MSH-11 (HL7 table 0103).
    ProcessingId(String) of String: |it| matches!(it.as_str(), "P" | "T" | "D").then(|| it.clone()),
        |_| "write P (production), T (training) or D (debugging), as senders do in MSH-11";
    LogFilter(String) of String: |it| EnvFilter::try_new(it).is_ok().then(|| it.clone()),
        |_| "write a level such as info, or directives such as \"info,journal=debug\"";
    /// The MSH-18 that a sender means.
    CharacterSet(String) of String: |it| adapter::hl7v2::is_character_set(it).then(|| it.clone()),
        |_| "is not one that is understood: HL7 table 0211, as in MSH-18";
    /// The sentence that accepts it: nothing else does.
    Accepted(()) of String: |it| (it == ACCEPTED).then_some(()), |_| format!("write exactly {ACCEPTED:?}, or leave it out");
    Sentence(String) of String: |it| (!it.trim().is_empty()).then(|| it.clone()), |_| "state why, in a sentence";
    /// Of which service tasks a source's facts are.
    Serving(Serves) of String: |it| Serves::of_name(it),
        |_| "write ordinary (no shelter and no mediation), or the one class of all its service tasks, such as shelter";
    Certificate(KnownBy) of String: |it| KnownBy::parse(it),
        |_| "write one of its subject alternative names, whole, or its SHA-256";
    /// `http://host:port`; empty: none.
    Collector(String) of String:
        |it| Some(it.trim().trim_end_matches('/').to_owned()).filter(|it| it.is_empty() || host(it).is_some()),
        |_| "write http://host:port of a collector that takes OTLP over gRPC, usually port 4317";
    /// Of a token.
    Sha256([u8; 32]) of Secret: |it| <[u8; 32]>::from_hex(it.text()).ok(),
        |_| "write the 64 hexadecimal digits that `rinnakkain hash-token` prints";
    Weekdays(Vec<Weekday>) of Vec<String>: |it| it.iter().map(|day| weekday(day)).collect(),
        |_| "write the days as mon, tue, wed, thu, fri, sat and sun";
    /// How the county keeps an eve.
    KeptEve(Eve) of String: |it| match it.trim() {
            "closed" => Some(Eve::Closed),
            "usual" => Some(Eve::Usual),
            text => text.strip_prefix("until ").and_then(time).map(Eve::Until),
        },
        |_| "write closed, usual, or a time such as \"until 12:00\"";
    /// As TOML's date or as a text.
    Day(Date) of String: |it| it.trim().parse().ok(), |_| "is no day; write one such as 2026-11-30";
    /// Of a whole.
    Part(f64) of f64: |it| (0.0..=1.0).contains(it).then_some(*it), |_| "write a number from 0 to 1, such as 0.1";
    Count(u32) of u32: |it| (*it > 0).then_some(*it), |_| "is at least 1";
    Revision(u32) of u32: |it| (*it <= 999).then_some(*it), |_| "is at most 999";
    Age(u16) of u16: |it| (*it <= 150).then_some(*it), |_| "is no age in years";
}

/// A list of something.
pub fn filled<'de, D: Deserializer<'de>, T: Deserialize<'de> + Ord>(de: D) -> Result<Option<BTreeSet<T>>, D::Error> {
    let list = BTreeSet::deserialize(de)?;
    if list.is_empty() { Err(D::Error::custom("is empty: name at least one")) } else { Ok(Some(list)) }
}

pub fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "._-".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(allowed)
}

pub fn no_name(name: &str) -> String {
    format!("{name:?} is no name; use letters, digits and . _ - only, at most 64 bytes")
}

fn weekday(day: &str) -> Option<Weekday> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].into_iter().zip(1..);
    days.filter(|(known, _)| *known == day).find_map(|(_, number)| Weekday::from_monday_one_offset(number).ok())
}

fn is_topic(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !name.is_empty() && name.len() <= 249 && !name.starts_with('.') && name.chars().all(allowed)
}

/// `30m`, `1h 30m`, `20s`, `7d`: a day has 24 hours. `0` is none.
fn length(text: &str, range: RangeInclusive<Duration>) -> Option<Duration> {
    if text.trim() == "0" {
        return Some(Duration::ZERO).filter(|it| range.contains(it));
    }
    let span: Span = text.parse().ok()?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok();
    length.filter(|it| range.contains(it))
}

/// Of `http://host:port`, and nothing more.
pub fn host(url: &str) -> Option<&str> {
    let (host, port) = url.strip_prefix("http://")?.rsplit_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    let usable = !host.is_empty() && host.chars().all(plain) && port.parse::<u16>().is_ok();
    usable.then_some(host)
}

/// True of this machine itself.
pub fn is_here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
