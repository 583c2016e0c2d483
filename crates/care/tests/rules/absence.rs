//! Who is away and who stands in: every absence and substitution counts, not only the last reported.

use crate::{P, S, Story, ago, assigned, circumstances, key, sealed, view};
use care::Statements;
use care::directory::Directory;
use care::{ContactPoint, CurrentWorker, Rows};
use event::{Body, Instant, WorkerAbsent, WorkerReturned, WorkerRole, WorkerSubstituted};
use testkit::history::keyring;

fn absent(from: i64, until: Option<i64>, substitute: Option<&str>) -> Body {
    Body::from(WorkerAbsent {
        worker_key: key("worker", "1"),
        from: ago(from),
        until: until.map(ago),
        substitute_key: None,
        substitute: substitute.map(sealed),
    })
}

fn returned(at: i64) -> Body {
    Body::from(WorkerReturned { worker_key: key("worker", "1"), returned_at: ago(at) })
}

fn stands_in(from: i64, until: Option<i64>, who: &str) -> Body {
    Body::from(WorkerSubstituted {
        assignment: key("assignment", "1"),
        from: ago(from),
        until: until.map(ago),
        substitute_key: None,
        substitute: sealed(who),
    })
}

/// Until when somebody is away, in hours before the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Away {
    Not,
    Until(i64),
    OpenEnded,
}

use Away::{Not, OpenEnded, Until};

/// And who stands in.
type Seen = (Away, Option<String>);
/// Why; what is reported; for which hours before the answer; and what is seen then.
type Table = Vec<(&'static str, Story, Vec<i64>, Vec<Seen>)>;

fn seen(staff: &Story, client: &Story, hours: &[i64]) -> Vec<Seen> {
    let stream = Rows::of(&view(staff));
    let mut story: Story = vec![(500, S, assigned(WorkerRole::OwnWorker, None))];
    story.extend(client.iter().cloned());
    let view = view(&story);
    let statements = Statements::of([&stream], &view.wanted());
    let healed = view.heal(&statements);
    let ago_of = |at: Instant| (ago(0).as_micros() - at.as_micros()) / 3_600_000_000;
    let name = |contact: ContactPoint| match contact {
        ContactPoint::Sealed { record, worker, .. } => keyring().open(&record, &worker).unwrap().expose().name.clone(),
        other => panic!("{other:?}"),
    };
    let at = |hour: &i64| {
        let all = CurrentWorker::all(&healed, &circumstances(&Directory::default(), ago(*hour)));
        let worker = all.into_iter().next().unwrap();
        let away = worker.away.map_or(Not, |it| it.until.map_or(OpenEnded, |until| Until(ago_of(until))));
        (away, worker.stands_in.map(name))
    };
    hours.iter().map(at).collect()
}

#[test]
fn absences_are_a_set() {
    let who = |name: &str| Some(name.to_owned());
    let here = (Not, None);
    let holiday = || (90, P, absent(-100, Some(-200), Some("Kesä")));
    let table: Table = vec![
        ("none", vec![], vec![0], vec![here.clone()]),
        (
            "a holiday that is ahead, and a cold",
            vec![holiday(), (20, P, absent(20, Some(-10), Some("Flunssa")))],
            vec![0, -50, -150, -250],
            vec![(Until(-10), who("Flunssa")), here.clone(), (Until(-200), who("Kesä")), here.clone()],
        ),
        (
            "back from the cold, and the holiday stands",
            vec![holiday(), (20, P, absent(20, None, None)), (10, P, returned(10))],
            vec![15, 0, -150],
            vec![(Until(10), None), here.clone(), (Until(-200), who("Kesä"))],
        ),
        (
            "only one of the same start is replaced",
            vec![holiday(), (80, P, absent(-100, Some(-150), None))],
            vec![-120, -170],
            vec![(Until(-150), who("Kesä")), here.clone()],
        ),
        (
            "one runs into the other",
            vec![(30, P, absent(30, Some(-10), Some("Eka"))), (20, P, absent(-10, Some(-30), Some("Toka")))],
            vec![0, -20],
            vec![(Until(-30), who("Eka")), (Until(-30), who("Toka"))],
        ),
        (
            "two at once: the substitute named last",
            vec![(30, P, absent(30, Some(-10), Some("Eka"))), (20, P, absent(20, Some(-5), Some("Toka")))],
            vec![0, -7],
            vec![(Until(-10), who("Toka")), (Until(-10), who("Eka"))],
        ),
        (
            "away again after the return",
            vec![(30, P, absent(30, None, None)), (20, P, returned(20)), (5, P, absent(5, None, None))],
            vec![25, 10, 0],
            vec![(Until(20), None), here.clone(), (OpenEnded, None)],
        ),
        (
            "reported again after the return: not back",
            vec![(30, P, absent(30, None, None)), (20, P, returned(20)), (10, P, absent(30, None, None))],
            vec![0],
            vec![(OpenEnded, None)],
        ),
        (
            "the fold meets the return before the absence",
            vec![(10, P, returned(5)), (10, P, absent(30, None, None))],
            vec![8, 0],
            vec![(Until(5), None), here.clone()],
        ),
    ];
    for (why, staff, hours, expected) in table {
        assert_eq!(seen(&staff, &vec![], &hours), expected, "{why}");
    }
}

#[test]
fn substitutions_are_a_set() {
    let who = |name: &str| (Not, Some(name.to_owned()));
    let nobody = (Not, None);
    let table: Table = vec![
        (
            "one of now, and one that is ahead",
            vec![(20, S, stands_in(20, Some(-10), "Nyt")), (15, S, stands_in(-50, Some(-90), "Sitten"))],
            vec![0, -30, -60],
            vec![who("Nyt"), nobody.clone(), who("Sitten")],
        ),
        (
            "a day's substitute within a long one",
            vec![(20, S, stands_in(20, None, "Pitkä")), (15, S, stands_in(-10, Some(-34), "Päivä"))],
            vec![0, -20, -50],
            vec![who("Pitkä"), who("Päivä"), who("Pitkä")],
        ),
        (
            "another of the same start",
            vec![(20, S, stands_in(20, None, "Eka")), (15, S, stands_in(20, Some(-5), "Toka"))],
            vec![0, -10],
            vec![who("Toka"), nobody],
        ),
    ];
    for (why, client, hours, expected) in table {
        assert_eq!(seen(&vec![], &client, &hours), expected, "{why}");
    }
}
