//! While what the client forbade, or a turvakielto, may be missing in the record: a gap is open, or a restored database is not
//! caught up with its journal.

use super::{permits, request, story, with};
use crate::{P, S, Story, ago, county, facts, protected, started, states, view};
use care::access::{CallerSide, Query};
use care::answer::Facts;
use care::source::{Completeness, Doubt};
use care::{ContactPoint, Involvement, OwnWorker};
use event::{FactKind, StayClass};
use std::collections::BTreeSet;

/// Whoever the client is, the duty service is told that it is not known, and why.
#[test]
fn while_prohibitions_may_be_missing_the_duty_service_is_told_that_it_is_not_known() {
    let there: Story = vec![(99, P, started(StayClass::Inpatient, 99))];
    let not_known = |since| {
        Involvement::NotKnown(Completeness::NotKnown { since, doubts: BTreeSet::from([Doubt::RecordsMissing]) })
    };
    for (story, gap) in [(there.clone(), None), (Vec::new(), None), (there, Some(Some(ago(9))))] {
        let (view, states) = (view(&story), states(false));
        let ask = request(CallerSide::Duty, Query::CheckInvolvement);
        let of = |doubted| {
            let facts = Facts { gap, prohibitions_doubted: doubted, ..facts(Some(&view), &states) };
            facts.involvement(&ask, &county())
        };
        assert_eq!(of(true), not_known(gap.flatten()));
        assert!(!matches!(of(false), Involvement::NotKnown(_)) || gap.is_some());
    }
}

/// The authority's right opens nothing across the line; the own register stays, without places to those who are not in charge.
#[test]
fn while_prohibitions_may_be_missing_the_own_register_alone_is_shown() {
    let (view, mut states) = (view(&story()), states(false));
    states[0].covers = FactKind::ALL.iter().copied().collect();
    let county = county();
    for doubted in [false, true] {
        let facts = Facts { prohibitions_doubted: doubted, ..facts(Some(&view), &states) };
        let shown = facts.parallel_view(&request(CallerSide::Social, Query::GetParallelView), &county);
        assert_eq!(shown.lanes.contains(&P), !doubted);
        assert!(shown.lanes.contains(&S) && shown.completeness.is_complete() != doubted);
        let own = facts.own_worker(&request(CallerSide::Duty, Query::GetOwnWorker), &county).what;
        let OwnWorker::Named(workers) = own else { panic!("{own:?}") };
        let place = |place| matches!(workers[0].contact, ContactPoint::Sealed { place: shown, .. } if shown == place);
        assert!(place(!doubted), "a turvakielto may be missing: {workers:?}");
        let listed = facts.workers(&request(CallerSide::Duty, Query::ListCurrentWorkers), &county);
        assert_eq!(listed.other_side_withheld, doubted);
        assert!(listed.workers.iter().all(|it| it.register == S || !doubted));
    }
}

/// What was permitted since opens what it names; a contact that leads to a place stays hidden, as under a turvakielto.
#[test]
fn what_is_permitted_since_is_shown_without_what_a_turvakielto_hides() {
    let told = |story: &Story, doubted| {
        let (view, states) = (view(story), states(false));
        let facts = Facts { prohibitions_doubted: doubted, ..facts(Some(&view), &states) };
        match facts.own_worker(&request(CallerSide::Health, Query::GetOwnWorker), &county()).what {
            OwnWorker::Named(workers) => Some(workers[0].contact.clone()),
            _ => None,
        }
    };
    let permitted = with(story(), [permits(&["working-age"])]);
    assert!(matches!(told(&permitted, false), Some(ContactPoint::Sealed { .. })));
    assert_eq!(told(&permitted, true), Some(ContactPoint::Withheld));
    assert_eq!(told(&with(permitted, [(10, S, protected())]), false), Some(ContactPoint::Withheld));
}
