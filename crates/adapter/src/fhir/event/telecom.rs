//! Chooses which of several phone numbers or e-mail addresses reaches a worker.
//!
//! An old number, or one whose period is over, may belong to somebody else now. Of the others, work numbers come first,
//! then mobile numbers, then the rest, and home numbers last. Within one use, the lowest rank comes first, then the
//! order of the list.

use crate::fhir::event::context::Reading;
use crate::fhir::resource::element::{ContactPoint, text};
use std::cmp::Ordering;

impl Reading<'_> {
    /// The phone number (`phone`) or the address (`email`); empty without one.
    pub(in crate::fhir) fn contact(self, telecom: &[ContactPoint], system: &str) -> String {
        let longest = if system == "email" { 200 } else { 50 };
        let of_system = telecom.iter().filter(|it| it.system.as_deref() == Some(system));
        let usable = of_system.filter(|it| it.usage.as_deref() != Some("old") && !self.is_over(it.period.as_ref()));
        let written = usable.filter_map(|it| Some((it, text(it.value.as_deref()?, longest)?)));
        let best = written.min_by(|(a, _), (b, _)| order(a, b));
        best.map_or_else(String::new, |(_, value)| value.to_owned())
    }
}

fn order(a: &ContactPoint, b: &ContactPoint) -> Ordering {
    let rank = |it: &ContactPoint| it.rank.unwrap_or(f64::INFINITY);
    use_rank(a).cmp(&use_rank(b)).then_with(|| rank(a).total_cmp(&rank(b)))
}

fn use_rank(it: &ContactPoint) -> u8 {
    match it.usage.as_deref() {
        Some("work") => 0,
        Some("mobile") => 1,
        Some("home") => 3,
        _ => 2,
    }
}
