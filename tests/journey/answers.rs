//! Journeys of answers: as of a time, to whom, and what the access log has.

use super::{clientship, stay};
use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, Who, ago};
use api::proto;
use api::proto::check_involvement_response::Involvement;
use api::proto::lane;
use prost::Message;
use testkit::county::{self, Person, Visit, adt, person};
use testkit::edit::Edit;
use testkit::wire::{Mllp, acknowledgement_code};
use tonic::Code;

journeys! {
    what_was_known_then_can_be_asked_for,
    letters_survive_in_both_character_sets,
    somebody_unknown_and_somebody_one_has_nothing_to_do_with_get_the_same_answer,
    callers_are_refused_before_anything_is_looked_up,
    every_answer_is_in_the_access_log,
    one_answer_per_message_in_order,
}

fn what_was_known_then_can_be_asked_for(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(15);
    clientship(&county, &client, None);
    std::thread::sleep(std::time::Duration::from_millis(20));
    let before = ago(0);
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    let stays = |as_of| {
        let Some(lane::Lane::Shown(health)) = county.view(SOCIAL, &client.hetu, as_of).unwrap().health.unwrap().lane
        else {
            panic!("the lane is shown")
        };
        health.stays.len()
    };
    assert_eq!((stays(None), stays(Some(before))), (1, 0), "the admission happened an hour ago, and was not known yet");
    // So can every question; of a time in the past "none" is not answered.
    let involved = |as_of| county.involvement_then(SOCIAL, &client.hetu, as_of).unwrap().involvement.unwrap();
    assert!(matches!(involved(None), Involvement::Involved(_)));
    assert!(matches!(involved(Some(before)), Involvement::NotKnown(_)));
}

fn letters_survive_in_both_character_sets(way: Transport) {
    let county = County::start_on(way, &county::config());
    for (n, charset) in [(20, "UNICODE UTF-8"), (21, "8859/1")] {
        let client = person(n);
        let text = adt("A31", "1", ago(60), &client, &Visit::default()).edit("UNICODE UTF-8", charset);
        let admitted = adt("A01", "2", ago(60), &client, &stay("1", "OS3"));
        let bytes = if n == 20 {
            text.into_bytes()
        } else {
            text.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect()
        };
        let mut connection = county.mllp();
        connection.write(&bytes).unwrap();
        assert_eq!(acknowledgement_code(&connection.read().unwrap()), "AA");
        assert_eq!(county.hl7(&admitted), "AA");
        let view = county.view(HEALTH, &client.hetu, None).unwrap();
        let names: Vec<_> = view.persons.iter().map(|it| (it.given_names.as_str(), it.family_name.as_str())).collect();
        assert_eq!(names, [(client.given, client.family)]);
    }
}

fn somebody_unknown_and_somebody_one_has_nothing_to_do_with_get_the_same_answer(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (patient, nobody) = (person(30), person(31));
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &patient, &stay("1", "OS3"))), "AA");
    clientship(&county, &person(32), None);
    // All but the instant of the answer.
    let workers = |client: &Person| {
        let mut answer = county.workers(SOCIAL, &client.hetu).unwrap();
        answer.standing.as_mut().unwrap().at = None;
        answer.encode_to_vec()
    };
    let view = |who, client: &Person| {
        let mut answer = county.view(who, &client.hetu, None).unwrap();
        answer.standing.as_mut().unwrap().at = None;
        answer.encode_to_vec()
    };
    let own_worker = |client: &Person| {
        let mut answer = county.own_worker(SOCIAL, &client.hetu).unwrap();
        answer.standing.as_mut().unwrap().at = None;
        answer.encode_to_vec()
    };
    assert_eq!(workers(&patient), workers(&nobody), "social care has no client relationship with this patient");
    assert_eq!(own_worker(&patient), own_worker(&nobody));
    assert_eq!(view(SOCIAL, &patient), view(SOCIAL, &nobody));
    assert_eq!(
        view(HEALTH, &person(32)),
        view(HEALTH, &nobody),
        "health care has none with this client of social care"
    );
    assert_ne!(view(HEALTH, &patient), view(HEALTH, &nobody), "the comparison can fail");
}

fn callers_are_refused_before_anything_is_looked_up(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(40);
    let code = |who: Who| county.own_worker(who, &client.hetu).err().unwrap().code();
    assert_eq!(code(Who { token: "nobody's", ..DUTY }), Code::Unauthenticated);
    // The own worker is in the other side's register: withheld without the client's permission, as of an unknown person.
    let withheld = county.own_worker(HEALTH, &client.hetu).unwrap().own_worker;
    let unknown = proto::get_own_worker_response::OwnWorker::NotKnown(proto::NotKnown::default());
    assert!(withheld == Some(unknown));
    assert_eq!(code(Who { task: proto::Task::ClientWork, ..DUTY }), Code::PermissionDenied, "not this system's task");
    assert_eq!(code(Who { purpose: proto::Purpose::DischargePlanning, ..DUTY }), Code::PermissionDenied);
    let mistyped = county.own_worker(DUTY, "010190-999X").err().unwrap();
    assert_eq!(mistyped.code(), Code::InvalidArgument);
    assert!(!mistyped.message().contains("010190"), "an error quotes nothing");
}

fn every_answer_is_in_the_access_log(way: Transport) {
    let mut county = County::start_on(way, &county::config());
    let client = person(41);
    for _ in 0..3 {
        county.involvement(DUTY, &client.hetu).unwrap();
    }
    county.view(SOCIAL, &client.hetu, None).unwrap();
    county.stop();
    let postgres = embedded::Postgres::start(&county.data().join("postgres")).unwrap();
    let check = |condition: &str| {
        let sql = format!("DO $$ BEGIN IF NOT ({condition}) THEN RAISE EXCEPTION 'no'; END IF; END $$");
        postgres.execute(DATABASE, &sql).is_ok()
    };
    assert!(check("(SELECT count(*) FROM access_log) = 4"));
    assert!(!check("(SELECT count(*) FROM access_log) = 5"), "the check can fail");
    assert!(check("(SELECT count(*) FROM access_log WHERE user_id = 'tester' AND query = 'CheckInvolvement') = 3"));
}

/// The database of the embedded way.
const DATABASE: &str = "postgres";

fn one_answer_per_message_in_order(way: Transport) {
    let county = County::start_on(way, &county::config());
    let mut connection: Mllp = county.mllp();
    let messages: Vec<_> =
        (0..20).map(|n| adt("A01", &format!("N{n}"), ago(3600), &person(50 + n), &stay("1", "OS3"))).collect();
    for message in &messages {
        connection.write(message.as_bytes()).unwrap();
    }
    for n in 0..20 {
        let answer = connection.read().unwrap();
        assert!(answer.contains(&format!("MSA|AA|N{n}")), "{answer}");
    }
}
