use super::*;
use adapter::{Format, Outcome, SourceProfile};
use event::{AssignmentEvent, Body, Keyring, ListEvent, NewKeys, StayEvent};

fn list(kind: ListKind) -> List {
    let as_of = "2026-03-01T02:00:00Z".parse().unwrap();
    List { kind, as_of, register: Of::Patient, event_source: None, wards: Vec::new(), roles: Vec::new(), count: None }
}

/// What the service makes of it.
fn taken(event: &Value) -> Vec<event::Event> {
    let keys = NewKeys { index: [1; 32].into(), seal: [2; 32].into() };
    let mut source = SourceProfile::new("kys", Format::Social);
    (source.artificial_hetu, source.own_system) = (true, Some("kys-numero".to_owned()));
    let bytes = serde_json::to_vec(event).unwrap();
    match adapter::translate(&source, &Keyring::parse(&keys.to_file()).unwrap(), &bytes).outcome {
        Outcome::Events(events) => events,
        Outcome::Rejected(rejection) => panic!("{rejection}"),
        Outcome::Ignored => panic!("ignored"),
    }
}

const CSV: &str = "\
identity_code;client:kys-numero;stay;stay_system;class;ward;started_at
010130-9007;77;K-1;;inpatient;OS1;2026-02-27T10:00:00+02:00
;78;K-2;urn:oid:1.2.3;;;
";

#[test]
fn a_csv_and_json_lines_give_the_same_list() {
    let csv = list(ListKind::Stays).events(CSV.as_bytes(), true).unwrap();
    let lines = csv[0]["data"]["lines"].as_array().unwrap();
    assert_eq!((csv.len(), lines.len(), &csv[0]["data"]["count"]), (1, 2, &json!(2)));
    assert_eq!(
        lines[1],
        json!({ "client": { "identifiers": [{ "system": "kys-numero", "value": "78" }] },
                "stay": { "value": "K-2", "system": "urn:oid:1.2.3" } })
    );
    let json_lines = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let json = list(ListKind::Stays).events(json_lines.as_bytes(), false).unwrap();
    assert_eq!(json[0]["data"], csv[0]["data"]);

    let events = taken(&csv[0]);
    let Body::Stay(StayEvent::StayStated(stay)) = &events[0].body else { panic!("another event") };
    assert!(stay.started_at.is_some() && stay.ward.is_some() && events[0].presented.len() == 1);
    let Body::List(ListEvent::CurrentStaysStated(whole)) = &events[2].body else { panic!("another event") };
    assert_eq!(whole.stays.len(), 2);
}

#[test]
fn an_assignment_has_its_worker() {
    let csv = "client:kys-numero,assignment,role,worker_id,worker_name,worker_phone,from,public_service_post\n\
               77,A-1,own-worker,w1,\"Sosiaalityö, Sanna\",044 000 0001,2026-02-01T00:00:00Z,true\n";
    let mut list = list(ListKind::Workers);
    list.roles = vec!["own-worker".to_owned()];
    let events = taken(&list.events(csv.as_bytes(), true).unwrap()[0]);
    let Body::Assignment(AssignmentEvent::WorkerAssigned(assigned)) = &events[0].body else { panic!("another event") };
    assert_eq!(assigned.public_service_post, Some(true));
    assert!(
        matches!(&events[1].body, Body::List(ListEvent::WorkersStated(it)) if it.roles.len() == 1 && it.assignments.len() == 1)
    );
}

/// Every one of them is the whole list: one that is lost loses lines, and ends nothing.
#[test]
fn a_long_list_is_whole_in_each_of_its_events() {
    let row = |n: usize| format!("{n},K-{n}\n");
    let csv = "client:kys-numero,stay\n".to_owned() + &(0..=MAX_LINES).map(row).collect::<Vec<_>>().concat();
    let events = list(ListKind::Stays).events(csv.as_bytes(), true).unwrap();
    let lines = |n: usize| events[n]["data"]["lines"].as_array().unwrap().len();
    assert_eq!((events.len(), lines(0), lines(1)), (2, MAX_LINES, 1));
    assert_ne!(events[0]["id"], events[1]["id"]);
    for event in &events {
        let told = taken(event);
        let Some(Body::List(ListEvent::CurrentStaysStated(whole))) = told.last().map(|it| &it.body) else {
            panic!("another event")
        };
        assert_eq!(whole.stays.len(), MAX_LINES + 1);
    }
    assert_eq!(events, list(ListKind::Stays).events(csv.as_bytes(), true).unwrap(), "sent again, the same events");
}

#[test]
fn a_list_that_is_not_what_was_meant_is_not_sent() {
    let said = |count: Option<usize>, text: &str, is_csv: bool| {
        let list = List { count, ..list(ListKind::Stays) };
        list.events(text.as_bytes(), is_csv).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(said(None, "", true).contains("it is empty"));
    assert!(said(None, "stay\n", true).contains("it is empty"));
    assert_eq!(said(Some(0), "stay\n", true), "");
    assert!(said(Some(3), CSV, true).contains("2 lines and not 3"));
    assert_eq!(said(Some(2), CSV, true), "");
    let twice = CSV.replace("K-2;urn:oid:1.2.3", "K-1;");
    assert!(said(None, &twice, true).contains("line 2 has the key of an earlier line"));
    assert!(said(None, "{\"ward\":\"OS1\"}", false).contains("line 1 has no key"));
    let no_heading = CSV.lines().nth(1).unwrap();
    for quoted in [said(None, no_heading, true), said(None, "010130-9007", false), said(None, "{010130-9007", false)] {
        assert!(!quoted.is_empty() && !quoted.contains("0101"), "{quoted}");
    }
}
