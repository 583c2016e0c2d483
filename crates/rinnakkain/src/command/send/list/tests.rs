use super::*;
use adapter::{Format, Outcome, SourceProfile};
use event::{AssignmentEvent, Body, Keyring, ListEvent, NewKeys, StayEvent};

fn list(kind: ListKind) -> List {
    let as_of = "2026-03-01T02:00:00Z".parse().unwrap();
    let (wards, roles) = (Vec::new(), Vec::new());
    let (count, partial, dry_run) = (None, false, false);
    List { kind, as_of, register: Of::Patient, event_source: None, wards, roles, count, partial, dry_run }
}

/// The events of a file.
fn events(list: &List, text: &str, is_csv: bool) -> anyhow::Result<Vec<Value>> {
    let read = list.read(text.as_bytes(), is_csv)?;
    Ok(list.events(&read, text.as_bytes())?.into_iter().map(|(event, _)| event).collect())
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
    let csv = events(&list(ListKind::Stays), CSV, true).unwrap();
    let lines = csv[0]["data"]["lines"].as_array().unwrap();
    assert_eq!((csv.len(), lines.len(), &csv[0]["data"]["count"]), (1, 2, &json!(2)));
    assert_eq!(
        lines[1],
        json!({ "client": { "identifiers": [{ "system": "kys-numero", "value": "78" }] },
                "stay": { "value": "K-2", "system": "urn:oid:1.2.3" } })
    );
    let json_lines = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let json = events(&list(ListKind::Stays), &json_lines, false).unwrap();
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
    let events = taken(&events(&list, csv, true).unwrap()[0]);
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
    let sent = || events(&list(ListKind::Stays), &csv, true).unwrap();
    let events = sent();
    let lines = |n: usize| events[n]["data"]["lines"].as_array().unwrap().len();
    assert_eq!((events.len(), lines(0), lines(1)), (2, MAX_LINES, 1));
    assert_ne!(events[0]["id"], events[1]["id"]);
    for event in &events {
        let events = taken(event);
        let Some(Body::List(ListEvent::CurrentStaysStated(whole))) = events.last().map(|it| &it.body) else {
            panic!("another event")
        };
        assert_eq!(whole.stays.len(), MAX_LINES + 1);
    }
    assert_eq!(events, sent(), "sent again, the same events");
}

#[test]
fn a_list_that_is_not_what_was_meant_is_not_sent() {
    let refusal = |count: Option<usize>, text: &str, is_csv: bool| {
        let list = List { count, ..list(ListKind::Stays) };
        events(&list, text, is_csv).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert!(refusal(None, "", true).contains("it is empty"));
    assert!(refusal(None, "stay,identity_code\n", true).contains("it is empty"));
    assert_eq!(refusal(Some(0), "stay,identity_code\n", true), "");
    assert!(refusal(None, "stay,ward\nK-1,OS1\n", true).contains("lacks identity_code and client:SYSTEM"));
    assert!(refusal(None, "identity_code,ward\n010130-9007,OS1\n", true).contains("lacks stay"));
    assert!(refusal(Some(3), CSV, true).contains("its lines are 2 and not 3"));
    assert_eq!(refusal(Some(2), CSV, true), "");
    let twice = CSV.replace("K-2;urn:oid:1.2.3", "K-1;");
    assert!(refusal(None, &twice, true).contains("line 3 has the key of an earlier line"));
    assert!(refusal(None, "{\"ward\":\"OS1\"}", false).contains("line 1 has no key that can be read"));
    let no_heading = CSV.lines().nth(1).unwrap();
    for quoted in
        [refusal(None, no_heading, true), refusal(None, "010130-9007", false), refusal(None, "{010130-9007", false)]
    {
        assert!(!quoted.is_empty() && !quoted.contains("0101"), "{quoted}");
    }
}

/// What a wrong line names is neither begun nor ended: its key stays on the list, without a line.
#[test]
fn one_wrong_line_is_reported_and_with_partial_the_others_are_sent() {
    let text =
        CSV.replace("OS1;2026-02-27T10:00:00+02:00", "OS1;yesterday") + ";79;K-3;;outpatient;;\n;80;;;inpatient;;\n";
    let stays = list(ListKind::Stays);
    let read = stays.read(text.as_bytes(), true).unwrap();
    let wrong: Vec<_> = read.wrong.iter().map(|it| (it.number, it.answer("x").place, it.has_key)).collect();
    assert_eq!(wrong, [(2, "started_at".to_owned(), true), (5, "stay".to_owned(), false)]);
    let refusal = |list: &List, text: &str| events(list, text, true).err().map(|it| it.to_string()).unwrap_or_default();
    let partial = List { partial: true, ..list(ListKind::Stays) };
    assert!(refusal(&partial, &text).contains("line 5 has no key"), "nobody knows what it would end");
    let text = text.replace(";80;;;inpatient;;\n", "");
    assert!(refusal(&stays, &text).contains("wrong lines: 1 of 3"));
    assert_ne!(events(&partial, &text, true).unwrap()[0]["id"], events(&stays, CSV, true).unwrap()[0]["id"]);
    let read = partial.read(text.as_bytes(), true).unwrap();
    let sent = partial.events(&read, text.as_bytes()).unwrap();
    let lines: Vec<_> = sent.iter().map(|(_, lines)| lines.as_slice()).collect();
    assert_eq!(lines, [&[2][..], &[3, 4]], "the lines of the file that are sent: first the wrong one, to be refused");
    assert_eq!(refused(&sent[0].0), 1, "it names its client");
    let events = taken(&sent[1].0);
    assert_eq!(events.len(), 3);
    let Body::List(ListEvent::CurrentStaysStated(whole)) = &events[2].body else { panic!("another event") };
    assert_eq!(whole.stays.len(), 3, "the wrong one stands");

    // Lines that name nobody are apart from those that do: they may concern anybody.
    let nameless = text.replace("K-3;;outpatient", "K-3;;resident") + "010130-9007;81;K-4;;resident;;\n";
    let read = partial.read(nameless.as_bytes(), true).unwrap();
    let sent = partial.events(&read, nameless.as_bytes()).unwrap();
    let wrong: Vec<_> = sent[..2].iter().map(|(event, lines)| (lines.as_slice(), refused(event))).collect();
    assert_eq!((sent.len(), wrong), (3, vec![(&[2, 5][..], 1), (&[4][..], 0)]));
}

/// How many clients the service's refusal names.
fn refused(event: &Value) -> usize {
    let keys = NewKeys { index: [1; 32].into(), seal: [2; 32].into() };
    let mut source = SourceProfile::new("kys", Format::Social);
    source.artificial_hetu = true;
    let bytes = serde_json::to_vec(event).unwrap();
    match adapter::translate(&source, &Keyring::parse(&keys.to_file()).unwrap(), &bytes).outcome {
        Outcome::Rejected(rejection) => rejection.named.len(),
        Outcome::Events(_) | Outcome::Ignored => panic!("it is taken"),
    }
}
