//! A clientship for which nobody is responsible (1301/2014 42 §).

use super::Table;
use crate::{S, Story, ago, assigned, clientship_closed, clientship_opened, code, ended, key, now, view};
use care::LooseEndKind;
use event::{AssignmentEvent, Body, ClientshipOpened, WorkerAssigned, WorkerRole};

pub(super) fn table() -> Table {
    let opened = |reason| (9, S, clientship_opened(reason));
    let named = |role, until| (8, S, assigned(role, until));
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
    ]
}

/// A worker of one clientship is not responsible for another.
#[test]
fn each_clientship_by_itself() {
    let opened = |of: &str, hours, reason: Option<&str>| {
        let own_worker_not_named = reason.and_then(code);
        let clientship = key("clientship", of);
        (hours, S, Body::from(ClientshipOpened { clientship, service_task: code("adults"), own_worker_not_named }))
    };
    let both = |more: Story| [vec![opened("1", 9, None), opened("2", 7, None)], more].concat();
    let of_the_first = |until| (8, S, assigned(WorkerRole::OwnWorker, until));
    let of_both = (8, S, {
        let Body::Assignment(AssignmentEvent::WorkerAssigned(it)) = assigned(WorkerRole::OwnWorker, None) else {
            panic!("an assignment")
        };
        Body::from(WorkerAssigned { clientship: None, ..it })
    });
    let reason = Some("obviously-unnecessary");
    let table = [
        ("nobody for either", both(vec![]), vec![9, 7]),
        ("an own worker of the first", both(vec![of_the_first(None)]), vec![7]),
        ("its own end only", both(vec![of_the_first(Some(ago(2)))]), vec![7, 2]),
        ("an assignment that names no clientship", both(vec![of_both]), vec![]),
        ("unnecessary for the first", vec![opened("1", 9, reason), opened("2", 7, None)], vec![7]),
        ("unnecessary for the second", vec![opened("1", 9, None), opened("2", 7, reason)], vec![9]),
    ];
    for (what, story, expected) in table {
        let found = view(&story).loose_ends(now());
        let found: Vec<_> =
            found.iter().filter(|it| it.kind == LooseEndKind::NobodyResponsible).map(|it| it.from).collect();
        assert_eq!(found, expected.into_iter().map(ago).collect::<Vec<_>>(), "{what}");
    }
}
