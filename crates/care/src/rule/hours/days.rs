//! Days of the week and public holidays, as opening hours name them.

use jiff::civil::Weekday;

/// Days of the week, and public holidays apart from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Public holidays: only what lists them is open then.
    pub const HOLIDAYS: Self = Self(1 << 7);
    /// Monday to Friday.
    pub const WORKING_DAYS: Self = Self(0b1_1111);
    /// Every day of the week, and holidays.
    pub const ALL: Self = Self(u8::MAX);

    /// These days of the week.
    #[must_use]
    pub fn of(weekdays: impl IntoIterator<Item = Weekday>) -> Self {
        Self(weekdays.into_iter().fold(0, |days, weekday| days | 1 << weekday.to_monday_zero_offset()))
    }

    /// The days of somebody who works on these. A person who works on every day of the week works on holidays too.
    #[must_use]
    pub fn of_work_on(weekdays: &[Weekday]) -> Self {
        if weekdays.len() == 7 { Self::ALL } else { Self::of(weekdays.iter().copied()) }
    }

    /// From one to another, over the end of the week if need be.
    #[must_use]
    pub fn range(from: Weekday, to: Weekday) -> Self {
        Self::of(from.cycle_forward().take_while(|it| *it != to).take(7).chain([to]))
    }

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Monday is 0, a holiday 7.
    pub(super) fn has(self, day: usize) -> bool {
        self.0 & 1 << day != 0
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
