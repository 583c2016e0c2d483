//! The duty social service leaves a call-back request: what it opens is its matter with the client, until it is closed.
//! Directly and with Kafka between.

use crate::consent::{in_hospital, permit, withdraw};
use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, Who, access, ago, identified};
use api::Timestamp;
use api::proto;
use api::proto::duty_contact_service_client::DutyContactServiceClient;
use api::proto::{WorkerRole, lane, open_duty_contact_response};
use prost::Message;
use serde_json::json;
use testkit::county::{self, Person, Visit, adt, person, social};
use tonic::{Code, Status};

journeys! {
    asking_leaves_word_for_those_who_work_with_the_client,
    the_whole_view_is_shown_to_the_duty_service_while_its_contact_is_open,
    word_that_would_reach_nobody_is_not_answered_as_left,
    who_opened_contacts_finds_them_again_and_closes_them_without_the_clients_identifier,
    the_ward_finds_word_of_a_service_task_that_the_client_has_permitted,
}

pub fn open(county: &County, who: Who, client: &Person, id: &str) -> Result<Option<Timestamp>, Status> {
    open_of(county, who, client, id, "")
}

fn open_of(county: &County, who: Who, client: &Person, id: &str, task: &str) -> Result<Option<Timestamp>, Status> {
    let request = proto::OpenDutyContactRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(who)),
        contact_id: id.to_owned(),
        call_back_to: "044 000 0170".to_owned(),
        required_by: None,
        worker_name: "Päivi Päivystäjä".to_owned(),
        service_task: task.to_owned(),
    };
    let mut service = DutyContactServiceClient::new(county.channel());
    county.wait(service.open_duty_contact(who.request(request))).map(|it| match it.into_inner().outcome.unwrap() {
        open_duty_contact_response::Outcome::OpenedAt(at) => Some(at),
        open_duty_contact_response::Outcome::NotOpened(_) => None,
    })
}

fn close(county: &County, who: Who, client: &Person, id: &str) -> Result<Option<Timestamp>, Status> {
    let request = proto::CloseDutyContactRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(who)),
        contact_id: id.to_owned(),
        handed_over_to: "own-worker".to_owned(),
        ..proto::CloseDutyContactRequest::default()
    };
    let mut service = DutyContactServiceClient::new(county.channel());
    county.wait(service.close_duty_contact(who.request(request))).map(|it| it.into_inner().closed_at)
}

fn clientship(county: &County, client: &Person) {
    let opened = json!({"clientship": "c-1", "service_task": "working-age"});
    assert_eq!(county.social(&social("ClientshipOpened", "c-1", ago(9000), client, opened)).status, 200);
}

/// How many of the duty service work with the client now, as `who` sees it.
pub fn waiting(county: &County, who: Who, client: &Person) -> usize {
    let workers = county.workers(who, &client.hetu).unwrap().workers;
    workers.iter().filter(|it| it.role() == WorkerRole::DutySocialService).count()
}

/// To whom the client's matters were handed over by the duty service, as `who` sees it in the view.
fn handed_over(county: &County, who: Who, client: &Person) -> Vec<String> {
    match county.view(who, &client.hetu, None).unwrap().social.unwrap().lane.unwrap() {
        lane::Lane::Shown(content) => content.duty_contacts.into_iter().map(|it| it.handed_over_to).collect(),
        lane::Lane::Withheld(_) => Vec::new(),
    }
}

/// How many clientships the duty service sees in the view; `None`: the lane is not shown.
fn clientships(county: &County, client: &Person) -> Option<usize> {
    match county.view(DUTY, &client.hetu, None).unwrap().social?.lane? {
        lane::Lane::Shown(content) => Some(content.clientships.len()),
        lane::Lane::Withheld(_) => None,
    }
}

fn asking_leaves_word_for_those_who_work_with_the_client(way: Transport) {
    let mut county = County::start_on(way, &county::config());
    let client = person(61);
    county.heartbeat();
    clientship(&county, &client);
    assert_eq!(waiting(&county, SOCIAL, &client), 0);
    let opened = open(&county, DUTY, &client, "night-1").unwrap();
    // Sent again it is the same contact.
    assert_eq!(open(&county, DUTY, &client, "night-1").unwrap(), opened);
    assert_eq!((waiting(&county, SOCIAL, &client), waiting(&county, HEALTH, &client)), (1, 0));
    // Nobody else opens or closes it, and another client's is none.
    for who in [SOCIAL, HEALTH] {
        assert_eq!(open(&county, who, &client, "x").unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(close(&county, who, &client, "night-1").unwrap_err().code(), Code::PermissionDenied);
    }
    assert_eq!(close(&county, DUTY, &client, "night-2").unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(close(&county, DUTY, &person(62), "night-1").unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(waiting(&county, SOCIAL, &client), 1);
    let closed = close(&county, DUTY, &client, "night-1").unwrap();
    assert_eq!(close(&county, DUTY, &client, "night-1").unwrap(), closed);
    assert_eq!(waiting(&county, SOCIAL, &client), 0);
    // What became of it, for the own worker and for who opened it.
    assert_eq!(handed_over(&county, SOCIAL, &client), ["own-worker"]);
    let own = listed(&county, DUTY, &access(DUTY).user).unwrap();
    assert_eq!(own.iter().map(|it| it.handed_over_to.as_str()).collect::<Vec<_>>(), ["own-worker"]);
    // A late copy of the call opens nothing.
    assert_eq!(open(&county, DUTY, &client, "night-1").unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(waiting(&county, SOCIAL, &client), 0);
    // What was sent again is written once: the clientship, the opening and the closing.
    county.stop();
    let postgres = embedded::Postgres::start(&county.data().join("postgres")).unwrap();
    let once = "DO $$ BEGIN ASSERT (SELECT count(*) FROM history) = 3; END $$";
    postgres.execute("postgres", once).unwrap();
}

fn the_whole_view_is_shown_to_the_duty_service_while_its_contact_is_open(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, unknown) = (person(63), person(64));
    county.heartbeat();
    clientship(&county, &client);
    let nothing = clientships(&county, &client);
    assert_eq!(nothing, None);
    assert_eq!(clientships(&county, &unknown), nothing, "as of somebody whom nobody knows");
    open(&county, DUTY, &client, "night-1").unwrap();
    assert_eq!(clientships(&county, &client), Some(1));
    close(&county, DUTY, &client, "night-1").unwrap();
    assert_eq!(clientships(&county, &client), nothing);
    // Whoever meets the duty service is its client from then on.
    open(&county, DUTY, &unknown, "night-2").unwrap();
    assert_eq!(waiting(&county, DUTY, &unknown), 1);
}

/// Two codes in one message: whose the other one is nobody knows. It tells no more than the question whether a hospital is involved.
fn word_that_would_reach_nobody_is_not_answered_as_left(way: Transport) {
    let county = County::start_on(way, &county::config());
    let (client, other) = (person(65), person(66));
    county.heartbeat();
    clientship(&county, &client);
    let two = format!("~{}^^^&1.2.246.21&ISO||{}", other.hetu, client.family);
    let stay = Visit { number: "1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    let two = adt("A01", "1", ago(3600), &client, &stay).replace(&format!("||{}", client.family), &two);
    assert_eq!(county.hl7(&two), "AA");
    assert_eq!(county.involved(&other), "not-known");
    assert_eq!(open(&county, DUTY, &other, "night-1").unwrap(), None);
    assert_eq!(
        close(&county, DUTY, &other, "night-1").unwrap_err().code(),
        Code::InvalidArgument,
        "nothing was written"
    );
    assert!(open(&county, DUTY, &client, "night-2").unwrap().is_some());
    assert!(open(&county, DUTY, &person(67), "night-3").unwrap().is_some(), "of whom nobody knows");
}

/// What the user `user` of the duty service has opened: where to call back, and whether it is closed; the latest first.
fn own(county: &County, user: &str) -> Vec<(String, bool)> {
    let opened = |it: proto::OpenedDutyContact| (it.call_back_to, it.closed_at.is_some());
    listed(county, DUTY, user).unwrap().into_iter().map(opened).collect()
}

fn listed(county: &County, who: Who, user: &str) -> Result<Vec<proto::OpenedDutyContact>, Status> {
    let access = proto::Access { user: user.to_owned(), ..access(who) };
    let request = proto::ListDutyContactsRequest { access: Some(access) };
    let mut service = DutyContactServiceClient::new(county.channel());
    county.wait(service.list_duty_contacts(who.request(request))).map(|it| it.into_inner().contacts)
}

fn close_by(county: &County, user: &str, reference: &str) -> Result<Option<Timestamp>, Status> {
    let request = proto::CloseDutyContactRequest {
        access: Some(proto::Access { user: user.to_owned(), ..access(DUTY) }),
        reference: reference.to_owned(),
        ..proto::CloseDutyContactRequest::default()
    };
    let mut service = DutyContactServiceClient::new(county.channel());
    county.wait(service.close_duty_contact(DUTY.request(request))).map(|it| it.into_inner().closed_at)
}

fn who_opened_contacts_finds_them_again_and_closes_them_without_the_clients_identifier(way: Transport) {
    let mut county = County::start_on(way, &county::config());
    let (known, unknown) = (person(65), person(66));
    county.heartbeat();
    clientship(&county, &known);
    let me = access(DUTY).user;
    assert_eq!(own(&county, &me), []);
    open(&county, DUTY, &known, "night-1").unwrap();
    open(&county, DUTY, &unknown, "night-2").unwrap();
    let waits = ("044 000 0170".to_owned(), false);
    assert_eq!(own(&county, &me), [waits.clone(), waits.clone()]);
    // Nobody else's contacts, and none for a caller who may not open any.
    assert_eq!(own(&county, "another"), []);
    for who in [SOCIAL, HEALTH] {
        assert!(listed(&county, who, &me).is_err_and(|it| it.code() == Code::PermissionDenied));
    }
    // After the product was killed and started again.
    county.kill();
    county.start_again();
    let contacts = listed(&county, DUTY, &me).unwrap();
    let first = &contacts[1].reference;
    for (user, reference) in [("another", first.as_str()), (&me, "00"), (&me, "no reference"), (&me, &known.hetu)] {
        assert_eq!(close_by(&county, user, reference).unwrap_err().code(), Code::InvalidArgument, "{user} {reference}");
    }
    assert_eq!(waiting(&county, SOCIAL, &known), 1);
    let closed = close_by(&county, &me, first).unwrap();
    assert_eq!(close_by(&county, &me, first).unwrap(), closed, "sent again");
    assert_eq!((waiting(&county, SOCIAL, &known), waiting(&county, DUTY, &unknown)), (0, 1));
    assert_eq!(own(&county, &me), [waits, ("044 000 0170".to_owned(), true)]);
    // Each look at a contact is in the log, of its client.
    let log = county.operator(&["log", "list", "--json", "--user", "t", "--reason", "test", "--of-user", &me]);
    let lists = log.lines().filter(|it| it.contains("ListDutyContacts") && it.contains("opened-contacts")).count();
    assert_eq!(lists, 6, "{log}");
    // No client's name, number or code is in an answer.
    let answer: Vec<u8> = listed(&county, DUTY, &me).unwrap().iter().flat_map(Message::encode_to_vec).collect();
    let has = |text: &str| answer.windows(text.len()).any(|it| it == text.as_bytes());
    assert!(has("044 000 0170") && !has(&known.hetu) && !has(&unknown.hetu) && !has("Meik"));
}

/// Without a service task, or without a permission that names it, the ward finds nothing (703/2023 53 § 3 mom.).
fn the_ward_finds_word_of_a_service_task_that_the_client_has_permitted(way: Transport) {
    let county = County::start_on(way, &county::config());
    let client = person(68);
    county.heartbeat();
    in_hospital(&county, &client);
    clientship(&county, &client);
    assert_eq!(open_of(&county, DUTY, &client, "x", "working age").unwrap_err().code(), Code::InvalidArgument);
    for (id, task) in [("night-1", "working-age"), ("night-2", ""), ("night-3", "families")] {
        assert!(open_of(&county, DUTY, &client, id, task).unwrap().is_some());
    }
    assert_eq!((waiting(&county, SOCIAL, &client), waiting(&county, HEALTH, &client)), (3, 0));
    permit(&county, HEALTH, &client, "c1", "working-age").unwrap();
    assert_eq!((waiting(&county, HEALTH, &client), handed_over(&county, HEALTH, &client).len()), (1, 1));
    permit(&county, HEALTH, &client, "c2", "families").unwrap();
    assert_eq!(waiting(&county, HEALTH, &client), 2);
    for (id, left) in [("c2", 1), ("c1", 0)] {
        withdraw(&county, HEALTH, &client, id);
        assert_eq!(waiting(&county, HEALTH, &client), left, "{id} is withdrawn");
    }
    assert_eq!(waiting(&county, SOCIAL, &client), 3);
}
