//! A clientship for which nobody is responsible (1301/2014 42 §).

use super::check;
use crate::{S, ago, assigned, clientship_closed, clientship_opened, ended};
use care::LooseEndKind;
use event::WorkerRole;

#[test]
fn since_when_nobody_is_responsible() {
    let opened = |reason| (9, S, clientship_opened(reason));
    let named = |role, until| (8, S, assigned(role, until));
    check(
        LooseEndKind::NobodyResponsible,
        vec![
            ("no clientship", vec![], None),
            ("nobody named", vec![opened(None)], Some(9)),
            ("an own worker", vec![opened(None), named(WorkerRole::OwnWorker, None)], None),
            ("another responsible worker", vec![opened(None), named(WorkerRole::ResponsibleWorker, None)], None),
            ("the child's social worker", vec![opened(None), named(WorkerRole::ChildsSocialWorker, None)], None),
            ("a work pair is not responsible", vec![opened(None), named(WorkerRole::WorkPair, None)], Some(9)),
            ("naming is unnecessary", vec![opened(Some("obviously-unnecessary"))], None),
            ("a code that is no exception of the law", vec![opened(Some("no-resources"))], Some(9)),
            ("a term that is over", vec![opened(None), named(WorkerRole::OwnWorker, Some(ago(2)))], Some(2)),
            ("left", vec![opened(None), named(WorkerRole::OwnWorker, None), (3, S, ended(ago(3)))], Some(3)),
            ("the clientship is over", vec![opened(None), (1, S, clientship_closed())], None),
            (
                "the clientship is over, after a term",
                vec![opened(None), named(WorkerRole::OwnWorker, Some(ago(2))), (1, S, clientship_closed())],
                None,
            ),
        ],
    );
}
