//! The duty social service leaves word: what it opens is its matter with the client, until it is closed. Directly and with Kafka
//! between.

use crate::support::{County, DUTY, HEALTH, SOCIAL, Transport, Who, access, ago, identified};
use api::Timestamp;
use api::proto;
use api::proto::duty_contact_service_client::DutyContactServiceClient;
use api::proto::{WorkerRole, lane, open_duty_contact_response};
use serde_json::json;
use testkit::county::{self, Person, Visit, adt, person, social};
use tonic::{Code, Status};

journeys! {
    asking_leaves_word_for_those_who_work_with_the_client,
    the_whole_view_is_shown_to_the_duty_service_while_its_contact_is_open,
    word_that_would_reach_nobody_is_not_answered_as_left,
}

pub fn open(county: &County, who: Who, client: &Person, id: &str) -> Result<Option<Timestamp>, Status> {
    let request = proto::OpenDutyContactRequest {
        client: Some(identified(&client.hetu)),
        access: Some(access(who)),
        contact_id: id.to_owned(),
        call_back_to: "044 000 0170".to_owned(),
        required_by: None,
        worker_name: "Päivi Päivystäjä".to_owned(),
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

/// How many clientships the duty service sees in the view; `None`: the lane is not shown.
fn clientships(county: &County, client: &Person) -> Option<usize> {
    match county.view(DUTY, &client.hetu, None).unwrap().social?.lane? {
        lane::Lane::Shown(content) => Some(content.clientships.len()),
        lane::Lane::Withheld(_) => None,
    }
}

fn asking_leaves_word_for_those_who_work_with_the_client(way: Transport) {
    let county = County::start_on(way, &county::config());
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
    // A late copy of the call opens nothing.
    assert_eq!(open(&county, DUTY, &client, "night-1").unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(waiting(&county, SOCIAL, &client), 0);
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
