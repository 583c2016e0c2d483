//! Opening hours as people write them: `8-16`, `ma-pe 8.00–15.30`, `må-fre 9-15, lö 10-12`, `24/7`.
//!
//! A text that is not understood is only shown, never interpreted: nobody is called reachable by a guess.

use super::{Days, Hours, Interval};
use jiff::civil::{Time, Weekday};
use serde::Deserialize;

/// As the directory has them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "are no hours: a text such as \"mon-fri 8-16\", or a list of days, from and to")]
pub(super) enum Written {
    Text(String),
    Intervals(Vec<WrittenInterval>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenInterval {
    days: String,
    from: String,
    to: String,
}

/// What is written are no opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "are no hours; write \"mon-fri 8-16\", \"always\", or [{{ days = \"mon-fri\", from = \"8:00\", to = \"16:00\" }}]"
)]
pub struct NoHours;

impl TryFrom<Written> for Hours {
    type Error = NoHours;

    fn try_from(written: Written) -> Result<Self, NoHours> {
        let interval = |it: WrittenInterval| {
            Some(Interval { days: Days::parse(&it.days)?, from: time(&it.from)?, to: time(&it.to)? })
        };
        let hours = match written {
            Written::Text(text) => Self::parse(&text),
            Written::Intervals(list) => list.into_iter().map(interval).collect::<Option<_>>().map(Self::new),
        };
        hours.ok_or(NoHours)
    }
}

impl Hours {
    /// As people write them; without days: on working days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace(['–', '—'], "-");
        if matches!(text.as_str(), "always" | "24/7" | "24 h" | "24h" | "ympäri vuorokauden" | "dygnet runt") {
            return Some(Self::always());
        }
        let parts = text.split([',', ';']).map(interval).collect::<Option<Vec<_>>>()?;
        Some(Self::new(parts))
    }
}

impl Hours {
    /// For people: `days` names Monday to Sunday and then a holiday; `always`, day and night.
    #[must_use]
    pub fn text(&self, days: &[&str], always: &str) -> String {
        if *self == Self::always() {
            return always.to_owned();
        }
        let part = |it: &Interval| {
            let (days, from, to) = (it.days.text(days), it.from.strftime("%-H.%M"), it.to.strftime("%-H.%M"));
            format!("{days} {from}\u{2013}{to}")
        };
        self.intervals().iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

impl Days {
    /// Neighbours are drawn together.
    fn text(self, names: &[&str]) -> String {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for day in (0..8).filter(|day| self.has(*day)) {
            match runs.last_mut() {
                // A holiday is no day of the week.
                Some((_, last)) if *last + 1 == day && day < 7 => *last = day,
                _ => runs.push((day, day)),
            }
        }
        let name = |day: usize| names.get(day).copied().unwrap_or_default();
        let run = |(from, to): (usize, usize)| match to - from {
            0 => name(from).to_owned(),
            _ => format!("{}\u{2013}{}", name(from), name(to)),
        };
        runs.into_iter().map(run).collect::<Vec<_>>().join(", ")
    }

    /// `mon-fri`, `ma,ke`, `lö`, `holidays`, `all`: English, Finnish or Swedish.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let one = |part: &str| match part {
            "all" | "joka päivä" | "alla" => Some(Self::ALL),
            "holidays" | "pyhät" | "helgdagar" => Some(Self::HOLIDAYS),
            "arkisin" | "vardagar" | "weekdays" => Some(Self::WORKING_DAYS),
            part => match part.split_once('-') {
                Some((from, to)) => Some(Self::range(weekday(from.trim())?, weekday(to.trim())?)),
                None => weekday(part).map(|it| Self::of([it])),
            },
        };
        let text = text.trim().to_lowercase().replace(['–', '—'], "-");
        let parts = text.split([',', ' ', '+']).filter(|part| !part.is_empty());
        let days = parts.map(one).collect::<Option<Vec<_>>>()?;
        days.into_iter().reduce(Self::with)
    }
}

/// `8`, `8.00`, `08:30`; `24` is the next midnight.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    let text = text.trim();
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let digits = |it: &str| (1..=2).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    match (hour.parse().ok()?, minute.parse().ok()?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    }
}

/// Days if any are given, then from and to.
fn interval(part: &str) -> Option<Interval> {
    let part = part.trim();
    let start = part.find(|c: char| c.is_ascii_digit())?;
    let (days, times) = part.split_at(start);
    let days = days.trim().trim_end_matches("kl.").trim_end_matches("klo").trim_end_matches("kl").trim();
    let days = if days.is_empty() { Days::WORKING_DAYS } else { Days::parse(days)? };
    let (from, to) = times.split_once('-')?;
    Some(Interval { days, from: time(from)?, to: time(to)? })
}

fn weekday(name: &str) -> Option<Weekday> {
    let name = name.trim_end_matches('.');
    let known: [(Weekday, &[&str]); 7] = [
        (Weekday::Monday, &["mon", "ma", "må", "mån", "monday", "maanantai", "måndag"]),
        (Weekday::Tuesday, &["tue", "ti", "tis", "tuesday", "tiistai", "tisdag"]),
        (Weekday::Wednesday, &["wed", "ke", "on", "ons", "wednesday", "keskiviikko", "onsdag"]),
        (Weekday::Thursday, &["thu", "to", "tor", "tors", "thursday", "torstai", "torsdag"]),
        (Weekday::Friday, &["fri", "pe", "fr", "fre", "friday", "perjantai", "fredag"]),
        (Weekday::Saturday, &["sat", "la", "lö", "lör", "saturday", "lauantai", "lördag"]),
        (Weekday::Sunday, &["sun", "su", "sö", "sön", "sunday", "sunnuntai", "söndag"]),
    ];
    known.iter().find(|(_, names)| names.contains(&name)).map(|(weekday, _)| *weekday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_written() {
        let days = ["ma", "ti", "ke", "to", "pe", "la", "su", "pyhä"];
        let text = |hours: &str| Hours::parse(hours).unwrap().text(&days, "aina");
        assert_eq!(text("mon-thu 8-16, fri 8-15.30"), "ma\u{2013}to 8.00\u{2013}16.00, pe 8.00\u{2013}15.30");
        assert_eq!(text("24/7"), "aina");
        assert_eq!(text("all 22-6"), "ma\u{2013}su, pyhä 22.00\u{2013}6.00");
        assert_eq!(text("ke 9-10"), "ke 9.00\u{2013}10.00");
    }

    #[test]
    fn hours_as_people_write_them() {
        let at = |hour, minute| Time::new(hour, minute, 0, 0).unwrap();
        let days = |days| move |from, to| Interval { days, from, to };
        let working = days(Days::WORKING_DAYS);
        let table = [
            ("8-16", vec![working(at(8, 0), at(16, 0))]),
            ("klo 8.00–15.30", vec![working(at(8, 0), at(15, 30))]),
            ("ma-pe 8-16", vec![working(at(8, 0), at(16, 0))]),
            (
                "Ma–To klo 9:00-15:00; pe 9-14",
                vec![
                    days(Days::range(Weekday::Monday, Weekday::Thursday))(at(9, 0), at(15, 0)),
                    days(Days::of([Weekday::Friday]))(at(9, 0), at(14, 0)),
                ],
            ),
            ("lö 10-12", vec![days(Days::of([Weekday::Saturday]))(at(10, 0), at(12, 0))]),
            ("pe-ma 22-6", vec![days(Days::range(Weekday::Friday, Weekday::Monday))(at(22, 0), at(6, 0))]),
            ("all 0-24", vec![days(Days::ALL)(at(0, 0), at(0, 0))]),
        ];
        for (text, intervals) in table {
            assert_eq!(Hours::parse(text), Some(Hours::new(intervals)), "{text}");
        }
        assert_eq!(Hours::parse("24/7"), Some(Hours::always()));
        let weekend = Days::of([Weekday::Saturday, Weekday::Sunday]);
        assert_eq!(Days::parse("la, su holidays"), Some(weekend.with(Days::HOLIDAYS)));
        for text in ["", "OS1 8-16", "8", "8-", "25-26", "soita ensin", "ma-xx 8-16", "8-16 paitsi ke", "-5-8"] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
    }
}
