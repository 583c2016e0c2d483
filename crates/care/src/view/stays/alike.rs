//! Whether facts without a visit number may be of one stay: by class and by time, with the one tolerance for clocks.

use crate::entity::list::OnList;
use crate::entity::stay::{Stay, StayFact};
use crate::fact::limits::Limits;
use crate::fact::mark::{CLOCK_TOLERANCE_SECONDS, Mark};
use event::{Instant, StayClass};

/// The stay had begun when that end took place; clocks differ.
pub(super) fn had_begun(stay: &Stay, end: &StayFact) -> bool {
    let StayFact::Ended(discharge) = end else { return true };
    stay.since() <= discharge.ended_at.plus_seconds(CLOCK_TOLERANCE_SECONDS)
}

/// Nothing has been reported of the stay since that end.
pub(super) fn may_end(stay: &Stay, end: &Mark) -> bool {
    stay.present.is_none_or(|(present, _)| !present.stands_after(end))
}

pub(super) fn near(a: Instant, b: Instant) -> bool {
    a.as_micros().abs_diff(b.as_micros()) <= CLOCK_TOLERANCE_SECONDS.unsigned_abs() * 1_000_000
}

/// The start is the open stay's own, reported again. A start of another class is not: an emergency visit and the ward
/// after it may begin within one hour, or on one date.
pub(super) fn repeats(stay: &Stay, (class, started_at): (Option<StayClass>, Instant)) -> bool {
    let known = |class: Option<StayClass>| class.filter(|it| *it != StayClass::Unknown);
    let one_class = known(class).is_none() || known(stay.class).is_none() || class == stay.class;
    one_class && near(started_at, stay.since())
}

/// The start belongs to a stay that is over and reported again: it lies before that stay's end.
pub(super) fn is_repeated(stay: &Stay, start: (Option<StayClass>, Instant)) -> bool {
    let before_its_end = stay.discharge.in_force().is_none_or(|end| start.1 <= end.ended_at);
    stay.admission.reported().is_some() && before_its_end && repeats(stay, start)
}

/// A correction of what began then may be of this stay, if the stay goes on, or is over but was not before then. A stay
/// that is elsewhere, or continues under another of its keys, counts only if it is that very one.
pub(super) fn may_be_corrected(stay: &Stay, began: Instant, limits: Limits) -> bool {
    if stay.is_elsewhere() {
        return near(began, stay.since());
    }
    let gone = if let OnList::Gone(at) = stay.on_list { Some(at) } else { None };
    let clinic = stay.class == Some(StayClass::Outpatient);
    let ends = [
        stay.discharge.in_force().map(|it| it.ended_at),
        stay.admission.revocation().filter(|_| stay.admission.revoked().is_some()).map(Mark::time),
        stay.plan.revocation().filter(|_| stay.is_over()).map(Mark::time),
        gone,
        clinic.then(|| stay.since().plus_seconds(limits.clinic_visit_seconds)),
    ];
    ends.into_iter().flatten().all(|end| began <= end)
}

/// The expected client came: at about the expected time, or later.
pub(super) fn fulfils(plan: &Stay, (class, started_at): (Option<StayClass>, Instant)) -> bool {
    /// A client may come a day early.
    const EARLY_SECONDS: i64 = 24 * 3600;
    let expected = plan.plan.in_force().copied().flatten();
    let in_time = expected.is_none_or(|expected| started_at.plus_seconds(EARLY_SECONDS) >= expected);
    class != Some(StayClass::Emergency) && in_time && started_at >= plan.first_seen
}
