//! Journeys: bytes on a socket to the answer over gRPC, each on both transports.

use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, ago};
use api::proto;
use api::proto::check_involvement_response::Involvement;
use api::proto::get_own_worker_response::OwnWorker;
use api::proto::{contact_point, lane, referral};
use prost::Message;
use serde_json::json;
use testkit::county::{self, Person, Visit, adt, person, referral as contact_to_social, social};
use testkit::edit::Edit;
use testkit::wire::acknowledgement_code;

/// Every journey, directly and with Kafka between.
macro_rules! journeys {
    ($($name:ident),+ $(,)?) => {
        mod direct {
            $(#[test]
            fn $name() {
                super::$name(super::Transport::Direct);
            })+
        }
        mod kafka {
            $(#[test]
            fn $name() {
                super::$name(super::Transport::Kafka);
            })+
        }
    };
}

mod answers;

journeys! {
    a_merge_of_2_3_joins_two_numbers,
    both_levels_of_answers_come_on_the_same_connection,
    a_discharge_goes_from_the_socket_to_the_answer,
    the_same_message_a_thousand_times_is_one_event,
    a_cancellation_may_come_before_what_it_cancels,
    a_merge_may_come_before_its_parties,
    a_merged_patient_is_found_by_either_number,
    an_identifier_that_links_nobody_is_not_known,
    a_trigger_that_is_not_kept_is_not_acknowledged,
    a_client_is_found_by_any_identifier,
    a_silent_source_makes_none_not_known,
    a_quarantined_message_makes_none_not_known_until_it_is_redriven,
    the_own_worker_is_named_not_named_or_not_known,
    both_sides_work_with_the_client_and_the_ward_brings_its_worker,
    a_contact_is_answered_and_the_sender_sees_it,
}

fn stay<'a>(number: &'a str, ward: &'a str) -> Visit<'a> {
    Visit { number, class: "I", ward, started: Some(ago(3600)), ..Visit::default() }
}

fn clientship(county: &County, client: &Person, worker: Option<&str>) {
    let opened = social(
        "ClientshipOpened",
        &format!("c-{}", client.number),
        ago(9000),
        client,
        json!({"clientship": client.number}),
    );
    assert_eq!(county.social(&opened).status, 200);
    let Some(worker) = worker else { return };
    let assigned = json!({
        "assignment": client.number, "clientship": client.number, "role": "own-worker", "from": ago(8000).to_string(),
        "worker": {"id": worker, "name": worker, "phone": "044 000 0001"},
    });
    let assigned = social("WorkerAssigned", &format!("w-{}", client.number), ago(8000), client, assigned);
    assert_eq!(county.social(&assigned).status, 200);
}

pub fn names(workers: &[proto::Worker]) -> Vec<String> {
    let name = |worker: &proto::Worker| match worker.contact.clone()?.contact_point? {
        contact_point::ContactPoint::Named(it) => Some(it.name),
        contact_point::ContactPoint::Directory(it) => Some(it.name),
        contact_point::ContactPoint::Unnamed(it) => Some(it),
        contact_point::ContactPoint::NotReported(_) => Some("not reported".to_owned()),
        contact_point::ContactPoint::Line(it) => Some(it.name),
        contact_point::ContactPoint::NoneForAge(_) => Some("none for this age".to_owned()),
        contact_point::ContactPoint::NoneForWard(_) => Some("none for this ward".to_owned()),
        contact_point::ContactPoint::WardNotListed(_) => Some("ward not listed".to_owned()),
        contact_point::ContactPoint::PlaceWithheld(_) => Some("withheld".to_owned()),
    };
    workers.iter().filter_map(name).collect()
}

fn a_discharge_goes_from_the_socket_to_the_answer(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(1);
    assert_eq!(county.involved(&client), "not-known", "no source has ever reported");

    county.heartbeat();
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    let response = county.involvement(DUTY, &client.hetu).unwrap();
    let Some(Involvement::Involved(involved)) = response.involvement else { panic!("it is") };
    assert!(involved.signs[0].kind() == proto::InvolvementKind::StayInProgress);
    assert!(!involved.signs[0].contacts.is_empty());
    assert!(!String::from_utf8_lossy(&involved.encode_to_vec()).contains("OS3"), "no ward in this answer");
    let standing = response.standing.unwrap();
    assert_eq!(standing.sources.len(), 2);
    assert!(standing.sources.iter().all(|source| !source.silent && source.reported_until.is_some()));
    assert_eq!(standing.not_connected[0].name, "Naapurikunnan terveyskeskus");

    let discharged = Visit { ended: Some(ago(60)), ..stay("1", "OS3") };
    assert_eq!(county.hl7(&adt("A03", "2", ago(60), &client, &discharged)), "AA");
    assert_eq!(county.involved(&client), "none");
    assert_eq!(county.involved(&person(999)), "none", "nobody knows this one, and every source has spoken");
}

fn the_same_message_a_thousand_times_is_one_event(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(2);
    let message = adt("A01", "1", ago(3600), &client, &stay("1", "OS3"));
    std::thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                let mut connection = county.mllp();
                for _ in 0..100 {
                    assert_eq!(acknowledgement_code(&connection.send(&message).unwrap()), "AA");
                }
            });
        }
    });
    let timeline = county.timeline(HEALTH, &client.hetu).unwrap();
    assert_eq!(timeline.entries.len(), 1);
    // The same message id with other bytes is another event.
    assert_eq!(county.hl7(&adt("A01", "1", ago(3500), &client, &stay("2", "OS3"))), "AA");
    assert_eq!(county.timeline(HEALTH, &client.hetu).unwrap().entries.len(), 2);
}

fn a_cancellation_may_come_before_what_it_cancels(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(3);
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A11", "2", ago(60), &client, &stay("1", "OS3"))), "AA");
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    assert_eq!(county.involved(&client), "none");
}

fn a_merge_may_come_before_its_parties(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (hurt, known) = (person(4), person(5));
    // The emergency department knew only its own number; the merge shows whose it is.
    let nobody = Person { hetu: String::new(), ..hurt.clone() };
    let merge = adt("A40", "3", ago(60), &known, &Visit::default());
    let merge = format!("{merge}MRG|{}^^^keskussairaala-potilas\r", hurt.number);
    assert_eq!(county.hl7(&merge), "AA");
    county.heartbeat();
    assert_eq!(county.involved(&known), "none");
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &nobody, &stay("1", "PKL"))), "AA");
    assert_eq!(county.involved(&known), "involved", "found by the number that was merged into this person");
}

fn a_merged_patient_is_found_by_either_number(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (survives, subsumed) = (person(60), person(61));
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &survives, &stay("1", "OS3"))), "AA");
    let merge = adt("A40", "2", ago(60), &survives, &Visit::default());
    let merge = format!("{merge}MRG|{}^^^&1.2.246.21&ISO\r", subsumed.hetu);
    assert_eq!(county.involved(&subsumed), "none");
    assert_eq!(county.hl7(&merge), "AA");
    assert_eq!(county.involved(&subsumed), "involved", "by the code that stood only in MRG-1");
}

/// What a guard unlinks is somebody; who is not known. So it is never answered as "none".
fn an_identifier_that_links_nobody_is_not_known(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other, crowd) = (person(62), person(63), person(64));
    county.heartbeat();
    let two = format!("~{}^^^&1.2.246.21&ISO||{}", other.hetu, client.family);
    let two = adt("A01", "1", ago(3600), &client, &stay("1", "OS3")).edit(&format!("||{}", client.family), &two);
    assert_eq!(county.hl7(&two), "AA");
    assert_eq!(
        (county.involved(&client), county.involved(&other)),
        ("not-known", "not-known"),
        "two codes in one message"
    );
    for n in 0..6 {
        let number = Person { number: format!("JOUKKO{n}"), ..crowd.clone() };
        let visit = format!("J{n}");
        assert_eq!(county.hl7(&adt("A01", &visit, ago(3600), &number, &stay(&visit, "OS3"))), "AA");
    }
    assert_eq!(county.involved(&crowd), "not-known", "one code on six patients");
}

/// What is acknowledged is never lost: a trigger that could change an answer, and is not kept, is refused.
fn a_trigger_that_is_not_kept_is_not_acknowledged(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(65);
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A03", "0", ago(3600), &client, &stay("1", "OS3"))), "AA");
    assert_eq!(county.hl7(&adt("A60", "1", ago(60), &client, &Visit::default())), "AA", "allergies change no answer");
    assert_eq!(county.involved(&client), "none");
    assert_eq!(county.hl7(&adt("A29", "2", ago(60), &client, &Visit::default())), "AR", "a deleted person would");
    assert_eq!(county.involved(&client), "not-known");
}

/// Enhanced mode: stored, then processed, as two frames in that order; the next message's answers follow them.
fn both_levels_of_answers_come_on_the_same_connection(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(68);
    let enhanced = |trigger, id, ago_seconds| {
        adt(trigger, id, ago(ago_seconds), &client, &stay("1", "OS3")).edit_first("|P|2.5|||||", "|P|2.5|||AL|AL|")
    };
    let mut mllp = county.mllp();
    for (trigger, id, codes) in [("A01", "1", ["CA", "AA"]), ("A03", "2", ["CA", "AA"])] {
        let accept = mllp.send(&enhanced(trigger, id, 3600)).unwrap();
        let application = mllp.read().unwrap();
        assert_eq!([acknowledgement_code(&accept), acknowledgement_code(&application)], codes);
        assert!(
            [&accept, &application].iter().all(|it| it.contains(&format!("A|{id}\r"))),
            "MSA-2 is the message's own"
        );
    }
    let refused = mllp.send(&enhanced("A29", "3", 60)).unwrap();
    assert_eq!(acknowledgement_code(&refused), "CR");
    assert_eq!(county.hl7(&adt("A13", "4", ago(30), &client, &stay("1", "OS3"))), "AA", "CR came last");
}

/// A34 is A40 of HL7 2.3: the stay of the one number is the client's of the other.
fn a_merge_of_2_3_joins_two_numbers(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(66), person(67));
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A01", "0", ago(3600), &other, &stay("1", "OS3"))), "AA");
    assert_eq!(county.involved(&client), "none");
    let merge = adt("A34", "1", ago(60), &client, &Visit::default());
    assert_eq!(county.hl7(&format!("{merge}MRG|{}^^^&1.2.246.21&ISO\r", other.hetu)), "AA");
    assert_eq!(county.involved(&client), "involved");
}

fn a_client_is_found_by_any_identifier(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(6);
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    let mut involvement = proto::involvement_service_client::InvolvementServiceClient::new(county.channel());
    let by_number = proto::Identifier { system: "keskussairaala-potilas".to_owned(), value: client.number.clone() };
    let request = proto::CheckInvolvementRequest {
        client: Some(by_number),
        access: Some(crate::support::access(DUTY)),
        as_of: None,
    };
    let response = county.wait(involvement.check_involvement(DUTY.request(request))).unwrap().into_inner();
    assert!(matches!(response.involvement, Some(Involvement::Involved(_))));
}

fn a_silent_source_makes_none_not_known(way: Transport) {
    let county = County::start_on(way, &county::config().edit("silence = \"30m\"", "silence = \"4s\""));
    let client = person(7);
    let discharged = Visit { ended: Some(ago(60)), ..stay("1", "OS3") };
    county.heartbeat();
    assert_eq!(county.hl7(&adt("A03", "1", ago(60), &client, &discharged)), "AA");
    county.heartbeat();
    assert_eq!(county.involved(&client), "none");
    std::thread::sleep(std::time::Duration::from_millis(4500));
    county.heartbeat();
    let response = county.involvement(DUTY, &client.hetu).unwrap();
    let Some(Involvement::NotKnown(not_known)) = response.involvement else { panic!("it is not known") };
    assert!(not_known.doubts().eq([proto::Doubt::SourceSilent]));
    assert!(not_known.since.is_some(), "not known since when");
}

fn a_quarantined_message_makes_none_not_known_until_it_is_redriven(way: Transport) {
    // The hospital sends training messages to a production deployment: refused, kept, and applied after the mend.
    let mut county = County::start_on(way, &county::config());
    let (client, other) = (person(8), person(9));
    county.heartbeat();
    assert_eq!(
        county.hl7(&adt("A03", "0", ago(60), &client, &Visit { ended: Some(ago(60)), ..stay("0", "OS3") })),
        "AA"
    );
    assert_eq!(county.involved(&client), "none");
    let training = adt("A01", "1", ago(30), &client, &stay("1", "OS3")).edit("|P|2.5", "|T|2.5");
    let answer = county.mllp().send(&training).unwrap();
    assert_eq!(acknowledgement_code(&answer), "AR");
    assert!(answer.contains("202"), "{answer}");

    assert_eq!(county.involved(&client), "not-known", "something that names this client was not understood");
    assert_eq!(county.involved(&other), "none", "and nobody else");
    assert!(county.operator(&["quarantine", "list"]).contains("202"));
    // Another one is closed too early.
    let third = person(58);
    let early = adt("A01", "2", ago(30), &third, &stay("2", "OS3")).edit("|P|2.5", "|T|2.5");
    assert_eq!((county.hl7(&early), county.involved(&third)), ("AR".to_owned(), "not-known"));
    let entries = county.operator(&["quarantine", "list", "--json"]);
    let last: serde_json::Value = serde_json::from_str(entries.lines().last().unwrap()).unwrap();
    let id = last["id"].as_str().unwrap();
    county.operator(&["quarantine", "close", id, "--reason", "test-message"]);
    assert_eq!(county.involved(&third), "none");

    county.stop();
    county.configure(&county::config_with("processing_id = \"T\""));
    county.start_again();
    county.operator(&["quarantine", "redrive", "--all"]);
    county.heartbeat();
    assert_eq!(county.involved(&client), "involved", "applied, however late");
    assert_eq!(county.involved(&third), "none", "what is closed stays closed, unless its id is given");
    county.operator(&["quarantine", "redrive", id]);
    county.settle();
    assert_eq!(county.involved(&third), "involved");
}

fn the_own_worker_is_named_not_named_or_not_known(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (named, unnamed, nobody) = (person(10), person(11), person(12));
    clientship(&county, &named, Some("Sanna Sosiaalityö"));
    clientship(&county, &unnamed, None);

    let answer = |client: &Person| county.own_worker(DUTY, &client.hetu).unwrap().own_worker.unwrap();
    let OwnWorker::Named(it) = answer(&named) else { panic!() };
    assert_eq!(names(&it.workers), ["Sanna Sosiaalityö"]);
    assert!(it.workers[0].since.is_some());
    let OwnWorker::NotNamed(it) = answer(&unnamed) else { panic!() };
    assert!(it.clientship, "somebody ought to be named");
    let OwnWorker::NotNamed(it) = answer(&nobody) else { panic!() };
    assert!(!it.clientship);

    // Ended with a reason: not named, and why.
    let ended = json!({"assignment": named.number, "ended_at": ago(60).to_string(), "reason": "vacancy"});
    assert_eq!(county.social(&social("WorkerAssignmentEnded", "e", ago(60), &named, ended)).status, 200);
    let OwnWorker::NotNamed(it) = answer(&named) else { panic!() };
    assert_eq!((it.clientship, it.reason.as_str()), (true, "vacancy"));

    // A rejected event that names the client: not known.
    let bad = json!({"clientship": named.number, "happened_at": "tomorrow"});
    assert_eq!(county.social(&social("ClientshipClosed", "x", ago(30), &named, bad)).status, 422);
    assert!(matches!(answer(&named), OwnWorker::NotKnown(_)));
}

fn both_sides_work_with_the_client_and_the_ward_brings_its_worker(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(13);
    clientship(&county, &client, Some("Sanna Sosiaalityö"));
    let at = |ward| names(&county.workers(SOCIAL, &client.hetu).unwrap().workers).join(", ") + ward;
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    assert_eq!(at(""), "Sanna Sosiaalityö, Tuulikki Terveys, Sosiaalityön vaihde 044 000 3000");
    assert_eq!(county.hl7(&adt("A02", "2", ago(1800), &client, &stay("1", "OS9"))), "AA");
    assert_eq!(at(""), "Sanna Sosiaalityö, none for this ward");
    assert_eq!(county.hl7(&adt("A02", "3", ago(900), &client, &stay("1", "OS77"))), "AA");
    assert_eq!(at(""), "Sanna Sosiaalityö, ward not listed");
}

fn a_contact_is_answered_and_the_sender_sees_it(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(14);
    assert_eq!(county.hl7(&adt("A01", "1", ago(3600), &client, &stay("1", "OS3"))), "AA");
    assert_eq!(county.hl7(&contact_to_social("2", ago(1800), &client, "YHT-14")), "AA");
    let state = || {
        let view = county.view(HEALTH, &client.hetu, None).unwrap();
        let Some(lane::Lane::Shown(health)) = view.health.unwrap().lane else { panic!("the own lane is shown") };
        assert!(matches!(view.social.unwrap().lane, Some(lane::Lane::Withheld(_))), "the other lane is not");
        health.referrals[0].answer.clone().unwrap()
    };
    assert!(matches!(state(), referral::Answer::Pending(_)));
    let accepted = json!({"referral": {"value": "YHT-14", "system": "keskussairaala"}});
    assert_eq!(county.social(&social("ReferralAccepted", "3", ago(900), &client, accepted)).status, 200);
    assert!(matches!(state(), referral::Answer::Accepted(_)));
}
