//! Loose ends: each kind has its table of cases here, and who is shown them.

mod nobody_responsible;
mod unanswered_referral;

use crate::{S, Story, ago, county, duty, duty_contact, facts, now, states, view};
use care::LooseEndKind;
use care::access::{CallerSide, Purpose, Query, Request, Task, admit};
use event::FactKind;

/// Since how many hours a kind of loose end hangs, in each story.
type Table = Vec<(&'static str, Story, Option<i64>)>;

/// Each kind has its table.
fn table(kind: LooseEndKind) -> Table {
    match kind {
        LooseEndKind::UnansweredReferral => unanswered_referral::table(),
        LooseEndKind::NobodyResponsible => nobody_responsible::table(),
    }
}

#[test]
fn since_when_each_kind_is_loose() {
    for kind in LooseEndKind::ALL {
        for (what, story, expected) in table(*kind) {
            let loose_ends = view(&story).loose_ends(now());
            let found = loose_ends.iter().find(|it| it.kind == *kind).map(|it| it.from);
            assert_eq!(found, expected.map(ago), "{what}");
        }
    }
}

#[test]
fn a_loose_end_is_shown_to_a_caller_who_sees_both_lanes() {
    // With a matter of the duty service's own: without one it is not shown the view.
    let mut story = unanswered_referral::forgotten();
    story.push((9, S, duty_contact()));
    let (view, states, county) = (view(&story), states(false), county());
    let shown = |rule: Request| facts(Some(&view), &states).parallel_view(&rule, &county).loose_ends.len();
    let rule = |side, task, purpose| admit(side, &[task], task, purpose, Query::GetParallelView).unwrap();
    let social = rule(CallerSide::Social, Task::ClientWork, Purpose::CareCoordination);
    let health = rule(CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination);
    assert_eq!((shown(social), shown(duty(Query::GetParallelView)), shown(health)), (1, 1, 0));
}

/// Law 5: that nobody has done it is known only if every source that covers it has reported.
#[test]
fn what_a_silent_source_may_have_done_is_not_known() {
    let mut story = unanswered_referral::forgotten();
    story.push((9, S, duty_contact()));
    let (view, county) = (view(&story), county());
    let known = |silent| {
        let mut states = states(silent);
        for state in &mut states {
            state.covers.insert(FactKind::Referrals);
        }
        let shown = facts(Some(&view), &states).parallel_view(&duty(Query::GetParallelView), &county);
        shown.loose_ends.iter().map(|(_, known)| known.is_complete()).collect::<Vec<_>>()
    };
    assert_eq!((known(false), known(true)), (vec![true], vec![false]));
}
