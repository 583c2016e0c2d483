//! Loose ends: each kind has its table of cases here, and who is shown them.

mod unanswered_referral;

use crate::{Story, ago, county, facts, now, states, view};
use care::LooseEndKind;
use care::access::{CallerSide, Purpose, Query, Rule, Task, admit};

/// Since how many hours this kind of loose end hangs, in each story.
fn check(kind: LooseEndKind, table: Vec<(&str, Story, Option<i64>)>) {
    for (what, story, expected) in table {
        let loose_ends = view(&story).loose_ends(now());
        let found = loose_ends.iter().find(|it| it.kind == kind).map(|it| it.from);
        assert_eq!(found, expected.map(ago), "{what}");
    }
}

#[test]
fn a_loose_end_is_shown_to_whoever_sees_both_lanes() {
    let story = unanswered_referral::forgotten();
    let (view, states, county) = (view(&story), states(false), county());
    let shown = |rule: &Rule| facts(Some(&view), &states).parallel_view(rule, &county).loose_ends.len();
    let rule = |side, task, purpose| admit(side, &[task], task, purpose, Query::GetParallelView).unwrap();
    let social = rule(CallerSide::Social, Task::ClientWork, Purpose::CareCoordination);
    let duty = rule(CallerSide::Duty, Task::DutySocialService, Purpose::UrgentHelp);
    let health = rule(CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination);
    assert_eq!((shown(social), shown(duty), shown(health)), (1, 1, 0));
}
