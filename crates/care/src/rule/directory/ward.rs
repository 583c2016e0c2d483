//! Wards and clinics, and their health social workers.

use super::{Ages, Circumstances};
use crate::rule::hours::{Days, Hours};
use event::{Code, Instant, WorkerRole};
use jiff::civil::Weekday;
use serde::Deserialize;

/// One ward or clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WardEntry {
    /// Its health social workers; empty: there is none for this ward.
    #[serde(skip)]
    pub workers: Vec<WardWorker>,
    /// Whom to ring when none of them is there. It is shown also to callers who may not see the ward: whatever it names
    /// of the ward, the county has chosen to show to outsiders.
    pub contact_point: Option<String>,
    /// The facility that it belongs to.
    pub facility: Option<String>,
    /// The service task of its social work.
    pub service_task: Option<Code>,
    /// The unit or county line that does its social work instead: the duty service in an emergency department
    /// ("Sosiaalipäivystys tavallaan korvaa päivystyksessä terveydenhuollon sosiaalityön").
    pub served_by: Option<String>,
    /// The unit or county line behind its workers.
    pub fallback: Option<String>,
    /// How its social work is asked for.
    pub how_to_apply: Option<String>,
    /// What is done there is specially protected (703/2023 26 §).
    pub protected: bool,
    /// Of a protected ward, the number that is shown across the line in place of every contact.
    pub contact_across: Option<String>,
}

/// A ward's health social worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct WardWorker {
    /// Name.
    pub name: String,
    /// The number for other professionals.
    #[serde(rename = "phone_professional")]
    pub phone: Option<String>,
    /// The number that clients may have.
    pub phone_public: Option<String>,
    /// Email.
    pub email: Option<String>,
    /// In what role; `None`: a health social worker.
    pub role: Option<WorkerRole>,
    /// Profession.
    pub profession: Option<Code>,
    /// The worker's task, not the ward ("millaisesta tehtävästä on kyse eikä se millä osastolla työskentelee").
    pub task: Option<Code>,
    /// For clients of these ages.
    #[serde(skip)]
    pub ages: Ages,
    /// The weekdays on which the worker is there.
    #[serde(skip)]
    pub weekdays: Vec<Weekday>,
    /// The hours, as text.
    #[serde(skip)]
    pub hours: Option<String>,
    /// The hours by which the worker is there; `None`: the usual hours, on the weekdays.
    #[serde(rename = "hours")]
    pub open: Option<Hours>,
    /// When the county last confirmed these data.
    #[serde(skip)]
    pub confirmed_at: Option<Instant>,
}

impl WardWorker {
    /// Name and number only.
    #[must_use]
    pub fn without_place(self) -> Self {
        let Self { name, phone, phone_public, ages, weekdays, open, confirmed_at, .. } = self;
        Self { name, phone, phone_public, ages, weekdays, open, confirmed_at, ..Self::default() }
    }

    /// The hours by which the worker is there.
    #[must_use]
    pub fn opening_hours(&self, usual: &Hours) -> Hours {
        self.open.clone().unwrap_or_else(|| usual.on(Days::of_work_on(&self.weekdays)))
    }

    /// Is the worker there on the day of the question?
    #[must_use]
    pub fn is_there_today(&self, circumstances: &Circumstances<'_>) -> bool {
        let hours = self.opening_hours(&circumstances.directory.usual_hours);
        hours.open_on_the_day_of(circumstances.at, &circumstances.calendar())
    }
}
