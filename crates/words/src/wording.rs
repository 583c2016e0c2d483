//! How a language writes phrases, values and times.

use crate::catalogue;
use crate::{Language, Phrase};
use jiff::Zoned;

impl Language {
    /// A phrase.
    #[must_use]
    pub fn say(self, phrase: Phrase<'_>) -> String {
        let arguments = phrase.arguments();
        catalogue::text(self, phrase.key(), Some(&arguments)).unwrap_or_else(|| phrase.key().to_owned())
    }

    /// A value of an enum of the API by its name, as `WORKER_ROLE_OWN_WORKER`.
    #[must_use]
    pub fn value(self, name: &str) -> String {
        let key = name.to_ascii_lowercase().replace('_', "-");
        catalogue::text(self, &key, None).unwrap_or(key)
    }

    /// A type of event by its name, as `StayStarted`. A type that a newer server knows is shown by its name.
    #[must_use]
    pub fn event(self, type_name: &str) -> String {
        catalogue::text(self, &event_key(type_name), None).unwrap_or_else(|| type_name.to_owned())
    }

    /// A source's code. Codes are the sources' own: one that is not in the catalogue is shown as it is.
    #[must_use]
    pub fn code(self, code: &str) -> String {
        catalogue::text(self, &format!("code-{code}"), None).unwrap_or_else(|| code.to_owned())
    }

    /// A time as people write it, to the minute and in the zone that it has.
    #[must_use]
    pub fn time(self, at: &Zoned) -> String {
        at.strftime(&self.say(Phrase::TimePattern)).to_string()
    }

    /// A time that somebody waits for: its weekday too.
    #[must_use]
    pub fn time_ahead(self, at: &Zoned) -> String {
        let day = at.weekday().to_monday_one_offset().unsigned_abs().into();
        self.say(Phrase::OnWeekday { day, time: &self.time(at) })
    }

    /// How long ago something was.
    #[must_use]
    pub fn ago(self, seconds: u64) -> String {
        self.say(match seconds {
            0..120 => Phrase::SecondsAgo { count: seconds },
            120..7200 => Phrase::MinutesAgo { count: seconds / 60 },
            7200..172_800 => Phrase::HoursAgo { count: seconds / 3600 },
            172_800.. => Phrase::DaysAgo { count: seconds / 86_400 },
        })
    }
}

/// `StayStarted` is `event-stay-started`.
pub(crate) fn event_key(type_name: &str) -> String {
    let mut key = "event".to_owned();
    for letter in type_name.chars() {
        if letter.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key
}
