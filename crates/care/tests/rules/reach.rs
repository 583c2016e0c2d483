//! Whom to ring now, and when somebody closer to the client can be rung again: a table for each case that duty meets.

use crate::{P, S, Story, assigned, code, county, key, sealed};
use care::directory::{Ages, Circumstances, Line, Unit, WardEntry, WardWorker};
use care::hours::{Days, Hours, Interval};
use care::reach::{Link, Reach, Ring, Step};
use care::{Away, ContactPoint, CurrentWorker, ParallelView, Rows, Statements, WorkerBasis};
use event::{Body, ContactPointConfirmed, Instant, Sealed, StayClass, StayStarted, Token, Ward, Worker, WorkerAbsent};
use event::{ClientshipOpened, WorkerRole};
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use testkit::history::keyring;

/// By the clocks of Helsinki.
fn local(text: &str) -> Instant {
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    Instant::from_timestamp(civil.to_zoned(zone()).unwrap().timestamp())
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap()
}

fn office(days: Days) -> Hours {
    let [from, to] = [8, 16].map(|hour| Time::new(hour, 0, 0, 0).unwrap());
    Hours::new(vec![Interval { days, from, to }])
}

fn line(code: &str, hours: Hours) -> Line {
    Line {
        code: code.to_owned(),
        name: code.to_owned(),
        phone_professional: Some("000".to_owned()),
        phone_public: None,
        hours,
        how_to_apply: None,
        mandate: None,
        confirmed_at: None,
        of_the_county: code == "county",
    }
}

/// A county whose ward OS1 has a worker in office hours, and adult social work a unit.
fn at_night() -> care::answer::County {
    let mut county = county();
    county.zone = zone();
    let worker = WardWorker {
        name: "ward worker".to_owned(),
        phone: Some("1".to_owned()),
        open: Some(office(Days::WORKING_DAYS)),
        ..WardWorker::default()
    };
    let ward = WardEntry { workers: vec![worker], fallback: Some("hospital".to_owned()), ..WardEntry::default() };
    let acute = WardEntry { served_by: Some("duty".to_owned()), ..WardEntry::default() };
    let of = |code: &str| ("test".to_owned(), code.to_owned());
    county.directory.wards = [(of("OS1"), ward), (of("ACUTE"), acute)].into();
    let unit = |code: &str, hours: Hours, service_tasks| Unit {
        code: code.to_owned(),
        facility: None,
        service_tasks,
        ages: Ages::default(),
        line: line(code, hours),
        fallback: None,
    };
    let units = [
        unit("hospital", Hours::always(), Vec::new()),
        unit("duty", Hours::always(), Vec::new()),
        unit("adults", office(Days::WORKING_DAYS), vec![code("adults").unwrap()]),
    ];
    county.directory.units = units.map(|unit| (unit.code.clone(), unit)).into();
    county.directory.county_lines = vec![line("county", Hours::always())];
    county
}

/// On a ward since before every case.
fn stay(ward: &str, class: StayClass) -> Body {
    stay_since(ward, class, "2025-12-30T12:00")
}

fn stay_since(ward: &str, class: StayClass, since: &str) -> Body {
    Body::from(StayStarted {
        stay: Some(key("stay", "1")),
        class: Some(class),
        ward: Ward::try_new(ward),
        started_at: local(since),
        protected_speciality: None,
        unit: None,
        facility: None,
    })
}

/// Everybody's reach, at a time.
fn reaches(story: &Story, staff: &Story, county: &care::answer::County, age: Option<u16>, at: &str) -> Vec<Reach> {
    let stream = Rows::of(&fold(staff));
    let view = fold(story);
    let statements = Statements::of([&stream], &view.wanted());
    let circumstances = Circumstances { directory: &county.directory, zone: &county.zone, age, at: local(at) };
    let workers = CurrentWorker::with_absent(&view.heal(&statements), &circumstances);
    workers.iter().map(|it| Reach::of(it.chain(&county.directory), &circumstances, opened)).collect()
}

/// Reported in the last days of the year before, in the order of the list.
fn fold(story: &Story) -> ParallelView {
    let mut events = crate::events(story);
    for (event, minute) in events.iter_mut().zip(0..) {
        let at = local("2025-12-31T12:00").plus_seconds(60 * minute);
        (event.received_at, event.event.happened_at, event.event.recorded_at) = (at, at, at);
    }
    ParallelView::fold(&events)
}

fn opened(record: &Token, worker: &Sealed<Worker>) -> Ring {
    let hours = keyring().open(record, worker).unwrap().expose().hours.clone();
    Hours::parse(&hours).map_or(Ring::UsualHours, Ring::In)
}

fn name(link: &Link) -> String {
    match &link.contact {
        ContactPoint::Sealed { record, worker, .. } => keyring().open(record, worker).unwrap().expose().name.clone(),
        ContactPoint::Directory { worker, .. } => worker.name.clone(),
        ContactPoint::Line(it) => it.name.clone(),
        other => format!("{other:?}"),
    }
}

/// Who answers now, and who next and when.
fn shown(reach: &Reach, zone: &TimeZone) -> (Option<String>, Option<String>) {
    let next = reach.next.as_ref().map(|it| {
        let at = zone.to_datetime(it.opens_at.to_timestamp()).strftime("%a %-d.%-m. %-H.%M");
        format!("{} {at}", name(&it.link))
    });
    (reach.now.as_ref().map(name), next)
}

#[track_caller]
fn check(reach: &Reach, now: &str, next: &str) {
    let of = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    assert_eq!(shown(reach, &zone()), (of(now), of(next)));
}

fn ward(at: &str) -> Reach {
    let story = vec![(0, P, stay("OS1", StayClass::Inpatient))];
    reaches(&story, &vec![], &at_night(), Some(70), at).remove(0)
}

/// An own worker of 8-16 in adult social work, whose own stream reports `staff`.
fn own_worker(staff: Vec<Body>, at: &str) -> Reach {
    let (clientship, service_task) = (key("clientship", "1"), code("adults"));
    let opened = Body::from(ClientshipOpened { clientship, service_task, own_worker_not_named: None });
    let story = vec![(0, S, opened), (0, S, assigned(WorkerRole::OwnWorker, None))];
    let staff = staff.into_iter().map(|body| (0, S, body)).collect();
    reaches(&story, &staff, &at_night(), Some(40), at).remove(0)
}

fn absent(from: &str, until: Option<&str>, stand_in: Option<&str>) -> Body {
    let (from, until) = (local(from), until.map(local));
    let substitute = stand_in.map(sealed);
    Body::from(WorkerAbsent { worker_key: key("worker", "1"), from, until, substitute_key: None, substitute })
}

#[test]
fn at_night_the_hospitals_line_and_the_worker_in_the_morning() {
    check(&ward("2026-03-04T02:10"), "hospital", "ward worker Wed 4.3. 8.00");
    check(&ward("2026-03-04T08:00"), "ward worker", "");
    check(&ward("2026-03-04T15:59"), "ward worker", "");
}

#[test]
fn on_friday_after_four_the_worker_opens_on_monday() {
    check(&ward("2026-03-06T16:01"), "hospital", "ward worker Mon 9.3. 8.00");
    check(&ward("2026-03-06T16:00"), "hospital", "ward worker Mon 9.3. 8.00");
}

#[test]
fn on_epiphany_the_worker_opens_on_the_next_day() {
    check(&ward("2026-01-06T10:00"), "hospital", "ward worker Wed 7.1. 8.00");
    check(&ward("2026-01-05T17:00"), "hospital", "ward worker Wed 7.1. 8.00");
    // From Maundy Thursday over Easter.
    check(&ward("2026-04-02T16:30"), "hospital", "ward worker Tue 7.4. 8.00");
}

#[test]
fn the_eves_are_as_the_county_keeps_them() {
    let at = |eve| {
        let mut county = at_night();
        county.directory.eves = care::hours::Eves { midsummer: eve, christmas: eve };
        let story = vec![(0, P, stay("OS1", StayClass::Inpatient))];
        ["2026-06-19T09:00", "2026-12-24T13:00"].map(|at| {
            let reach = reaches(&story, &vec![], &county, None, at).remove(0);
            shown(&reach, &zone()).0.unwrap()
        })
    };
    assert_eq!(at(care::hours::Eve::Closed), ["hospital", "hospital"]);
    assert_eq!(at(care::hours::Eve::Usual), ["ward worker", "ward worker"]);
    assert_eq!(at(care::hours::Eve::Until(Time::new(12, 0, 0, 0).unwrap())), ["ward worker", "hospital"]);
}

#[test]
fn away_with_a_stand_in_the_stand_in() {
    let away = || absent("2026-03-02T00:00", Some("2026-03-09T00:00"), Some("Sijainen"));
    check(&own_worker(vec![away()], "2026-03-04T10:00"), "Sijainen", "Testi Mon 9.3. 8.00");
    check(&own_worker(vec![away()], "2026-03-04T02:10"), "county", "Sijainen Wed 4.3. 8.00");
    check(&own_worker(vec![away()], "2026-03-09T10:00"), "Testi", "");
}

#[test]
fn away_and_nobody_stands_in_the_unit() {
    let until = absent("2026-03-02T00:00", Some("2026-03-09T00:00"), None);
    check(&own_worker(vec![until], "2026-03-04T10:00"), "adults", "Testi Mon 9.3. 8.00");
    let without_end = || absent("2026-03-02T00:00", None, None);
    check(&own_worker(vec![without_end()], "2026-03-04T10:00"), "adults", "");
    check(&own_worker(vec![without_end()], "2026-03-04T02:10"), "county", "adults Wed 4.3. 8.00");
    let reach = own_worker(vec![without_end()], "2026-03-04T10:00");
    let steps: Vec<_> = reach.chain.iter().map(|link| link.step).collect();
    assert_eq!(steps, [Step::Worker, Step::Unit, Step::CountyLine]);
    let away = Away { from: local("2026-03-02T00:00"), until: None };
    assert_eq!(reach.chain[0].away, Some(away));
}

#[test]
fn a_wards_worker_for_other_ages_is_none_for_this_age() {
    let mut county = at_night();
    for worker in county.directory.wards.values_mut().flat_map(|ward| &mut ward.workers) {
        worker.ages = Ages { from: Some(65), to: None };
    }
    let story = vec![(0, P, stay("OS1", StayClass::Inpatient))];
    let of = |age| reaches(&story, &vec![], &county, age, "2026-03-04T10:00").remove(0);
    let reach = of(Some(64));
    assert_eq!(reach.chain[0].contact, ContactPoint::NoneForAge, "it is reported");
    check(&reach, "hospital", "");
    check(&of(Some(65)), "ward worker", "");
    check(&of(None), "ward worker", "");
}

#[test]
fn in_an_emergency_department_the_duty_service() {
    let story = vec![(0, P, stay_since("ACUTE", StayClass::Emergency, "2026-03-03T21:40"))];
    let all = reaches(&story, &vec![], &at_night(), None, "2026-03-04T02:10");
    assert_eq!(all.len(), 1, "nobody of its own");
    check(&all[0], "duty", "");
}

#[test]
fn on_the_night_of_the_clocks_the_hours_are_local() {
    // In spring 3.00 is followed by 4.00; in autumn 3.00–4.00 is shown twice.
    let mut county = at_night();
    let at = |hour, minute| Time::new(hour, minute, 0, 0).unwrap();
    let night = |from, to| Hours::new(vec![Interval { days: Days::ALL, from, to }]);
    let story = vec![(0, P, stay("OS1", StayClass::Inpatient))];
    let mut of = |hours: Hours, utc: &str| {
        let worker = county.directory.wards.values_mut().flat_map(|ward| &mut ward.workers).next().unwrap();
        worker.open = Some(hours);
        let at = Instant::from_timestamp(utc.parse().unwrap());
        let circumstances = Circumstances { directory: &county.directory, zone: &county.zone, age: None, at };
        let worker = CurrentWorker::with_absent(&fold(&story), &circumstances).remove(0);
        Reach::of(worker.chain(&county.directory), &circumstances, opened)
    };
    let opens = |reach: &Reach| reach.next.as_ref().map(|it| it.opens_at.to_string());
    // 8.00 is an hour earlier by UTC from that morning on.
    let morning = || night(at(8, 0), at(16, 0));
    assert_eq!(opens(&of(morning(), "2026-03-28T02:10:00Z")).unwrap(), "2026-03-28T06:00:00Z");
    assert_eq!(opens(&of(morning(), "2026-03-29T02:10:00Z")).unwrap(), "2026-03-29T05:00:00Z");
    assert_eq!(opens(&of(morning(), "2026-10-25T02:10:00Z")).unwrap(), "2026-10-25T06:00:00Z");
    // A time that local clocks skip is when they skip it.
    assert_eq!(opens(&of(night(at(3, 30), at(6, 0)), "2026-03-29T00:30:00Z")).unwrap(), "2026-03-29T01:00:00Z");
    // One that they show twice begins at the first and ends at the second.
    let twice = || night(at(3, 30), at(3, 45));
    check(&of(twice(), "2026-10-25T00:29:00Z"), "hospital", "ward worker Sun 25.10. 3.30");
    for now in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:44:00Z"] {
        check(&of(twice(), now), "ward worker", "");
    }
    check(&of(twice(), "2026-10-25T01:45:00Z"), "hospital", "ward worker Mon 26.10. 3.30");
}

#[test]
fn over_midnight_hours_belong_to_the_day_on_which_they_begin() {
    let mut county = at_night();
    let [from, to] = [22, 6].map(|hour| Time::new(hour, 0, 0, 0).unwrap());
    let friday = Hours::new(vec![Interval { days: Days::of([Weekday::Friday]), from, to }]);
    for worker in county.directory.wards.values_mut().flat_map(|ward| &mut ward.workers) {
        worker.open = Some(friday.clone());
    }
    let story = vec![(0, P, stay("OS1", StayClass::Inpatient))];
    let of = |at| reaches(&story, &vec![], &county, None, at).remove(0);
    check(&of("2026-03-06T21:59"), "hospital", "ward worker Fri 6.3. 22.00");
    check(&of("2026-03-07T05:59"), "ward worker", "");
    check(&of("2026-03-07T06:00"), "hospital", "ward worker Fri 13.3. 22.00");
}

#[test]
fn a_number_that_nobody_confirmed_for_a_year_is_shown_with_its_age() {
    let confirmed = |at| {
        let confirmed_at = local(at);
        Body::from(ContactPointConfirmed { worker_key: key("worker", "1"), confirmed_at, worker: None })
    };
    for (why, confirmations, stale) in [
        ("never", vec![], true),
        ("a year and a day ago", vec![confirmed("2025-03-03T10:00")], true),
        ("within the year", vec![confirmed("2025-03-05T10:00")], false),
    ] {
        let reach = own_worker(confirmations, "2026-03-04T10:00");
        let now = reach.now.unwrap();
        assert_eq!((name(&now).as_str(), now.stale), ("Testi", stale), "{why}");
    }
}

#[test]
fn a_wards_worker_who_is_not_there_today_is_not_listed_as_working_now() {
    let (county, story) = (at_night(), vec![(0, P, stay("OS1", StayClass::Inpatient))]);
    let listed = |at: &str| {
        let circumstances =
            Circumstances { directory: &county.directory, zone: &county.zone, age: None, at: local(at) };
        CurrentWorker::all(&fold(&story), &circumstances)
    };
    let on_wednesday = listed("2026-03-04T20:00");
    assert_eq!(
        on_wednesday.iter().map(|it| it.basis).collect::<Vec<_>>(),
        [WorkerBasis::ByWard],
        "by ward, not assigned"
    );
    assert!(listed("2026-03-07T10:00").is_empty(), "a Saturday");
    assert!(listed("2026-01-06T10:00").is_empty(), "Epiphany");
}

#[test]
fn an_age_is_of_the_countys_day() {
    let hetu = event::Hetu::parse("131052-308T").unwrap();
    let of = |at: &str| care::reach::age(&hetu, Instant::from_timestamp(at.parse().unwrap()), &zone());
    assert_eq!([of("2026-10-12T20:59:00Z"), of("2026-10-12T21:00:00Z")], [Some(73), Some(74)]);
    assert_eq!(of("1950-01-01T00:00:00Z"), None, "not born yet");
}

#[test]
fn nobody_is_reachable_by_a_guess() {
    let chain = |contacts: Vec<ContactPoint>| {
        let link = |contact| Link { step: Step::Worker, contact, away: None, confirmed_at: None, stale: false };
        contacts.into_iter().map(link).collect::<Vec<_>>()
    };
    let county = at_night();
    let at = local("2026-03-04T10:00");
    let circumstances = Circumstances { directory: &county.directory, zone: &county.zone, age: None, at };
    let nobody = [
        ContactPoint::NotReported,
        ContactPoint::NoneForWard,
        ContactPoint::NoneForAge,
        ContactPoint::WardNotListed,
        ContactPoint::Withheld,
        ContactPoint::Directory { worker: WardWorker::default(), today: true },
    ];
    let reach = Reach::of(chain(nobody.into()), &circumstances, opened);
    assert_eq!((reach.now, reach.next, reach.chain.len()), (None, None, 6));
    let (record, worker) = (keyring().record("test", "own", "1").key, sealed("Testi"));
    let sealed = ContactPoint::Sealed { record, worker, place: true };
    assert_eq!(Reach::of(chain(vec![sealed.clone()]), &circumstances, |_, _| Ring::Never).now, None);
    assert!(Reach::of(chain(vec![sealed]), &circumstances, |_, _| Ring::UsualHours).now.is_some());
}
