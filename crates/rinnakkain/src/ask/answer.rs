//! An answer as a value: the API's own names, times in UTC, enums as short words. What `--json` prints, and what the
//! tables are made from.

use super::lane;
use api::Timestamp;
use api::proto::{
    self, check_involvement_response as involvement, completeness, contact, get_own_worker_response as own_worker,
};
use serde_json::{Value, json};

pub(super) fn workers(told: proto::ListCurrentWorkersResponse) -> Value {
    json!({
        "question": "workers",
        "workers": told.workers.into_iter().map(worker).collect::<Vec<_>>(),
        "other_side_withheld": told.other_side_withheld,
        "non_disclosure": told.non_disclosure,
        "completeness": completeness(told.completeness),
        "standing": standing(told.standing),
    })
}

pub(super) fn own_worker(told: proto::GetOwnWorkerResponse) -> Value {
    let mut answer = match told.own_worker {
        Some(own_worker::OwnWorker::Named(named)) => {
            json!({ "answer": "named", "workers": named.workers.into_iter().map(worker).collect::<Vec<_>>() })
        }
        Some(own_worker::OwnWorker::NotNamed(not)) => {
            json!({ "answer": "not-named", "clientship": not.clientship, "reason": text(not.reason) })
        }
        Some(own_worker::OwnWorker::NotKnown(why)) => not_known(Some(why)),
        None => not_known(None),
    };
    answer["question"] = json!("own-worker");
    answer["standing"] = standing(told.standing);
    answer
}

pub(super) fn involvement(told: proto::CheckInvolvementResponse) -> Value {
    let sign = |sign: proto::InvolvementSign| {
        json!({
            "kind": word(sign.kind().as_str_name(), "INVOLVEMENT_KIND_"),
            "since": time(sign.since),
            "planned_at": time(sign.planned_at),
            "contacts": sign.contacts.into_iter().map(contact).collect::<Vec<_>>(),
            "inferred": sign.inferred,
        })
    };
    let mut answer = match told.involvement {
        Some(involvement::Involvement::Involved(involved)) => {
            let non_disclosure = involved.non_disclosure;
            let signs: Vec<_> = involved.signs.into_iter().map(sign).collect();
            json!({ "answer": "involved", "signs": signs, "non_disclosure": non_disclosure })
        }
        Some(involvement::Involvement::NotInvolved(proto::NotInvolved {})) => json!({ "answer": "not-involved" }),
        Some(involvement::Involvement::NotKnown(why)) => not_known(Some(why)),
        None => not_known(None),
    };
    answer["question"] = json!("involvement");
    answer["standing"] = standing(told.standing);
    answer
}

pub(super) fn view(told: proto::GetParallelViewResponse) -> Value {
    let person = |person: proto::Person| {
        json!({
            "family_name": text(person.family_name),
            "given_names": text(person.given_names),
            "language": text(person.language),
            "deceased": person.deceased,
            "died_at": time(person.died_at),
        })
    };
    json!({
        "question": "view",
        "persons": told.persons.into_iter().map(person).collect::<Vec<_>>(),
        "non_disclosure": told.non_disclosure,
        "health": lane::lane(told.health),
        "social": lane::lane(told.social),
        "completeness": completeness(told.completeness),
        "standing": standing(told.standing),
    })
}

pub(super) fn timeline(told: proto::ListTimelineResponse) -> Value {
    let registers: Vec<_> = told.registers().map(register).collect();
    let entry = |entry: proto::TimelineEntry| {
        json!({
            "event_type": entry.event_type.as_str(),
            "register": register(entry.register()),
            "source": entry.source.as_str(),
            "happened_at": time(entry.happened_at),
            "recorded_at": time(entry.recorded_at),
            "received_at": time(entry.received_at),
            "relay": match entry.relay() {
                proto::Relay::Unspecified => Value::Null,
                relay => word(relay.as_str_name(), "RELAY_").into(),
            },
            "relayed_by": text(entry.relayed_by),
        })
    };
    json!({
        "question": "timeline",
        "entries": told.entries.into_iter().map(entry).collect::<Vec<_>>(),
        "registers": registers,
        "completeness": completeness(told.completeness),
        "standing": standing(told.standing),
    })
}

pub(super) fn worker(worker: proto::Worker) -> Value {
    json!({
        "role": word(worker.role().as_str_name(), "WORKER_ROLE_"),
        "register": register(worker.register()),
        "contact": worker.contact.map_or(Value::Null, contact),
        "source": worker.source,
        "since": time(worker.since),
        "until": time(worker.until),
        "profession": text(worker.profession),
        "public_service_post": worker.public_service_post,
        "away": worker.away.map(|it| json!({ "from": time(it.from), "until": time(it.until) })),
        "stands_in": worker.stands_in.map(contact),
        "confirmed_at": time(worker.confirmed_at),
    })
}

pub(super) fn contact(contact: proto::Contact) -> Value {
    match contact.contact {
        Some(contact::Contact::Named(it)) => json!({
            "kind": "named",
            "name": text(it.name),
            "phone": text(it.phone),
            "email": text(it.email),
            "hours": text(it.hours),
            "unit": text(it.unit),
        }),
        Some(contact::Contact::Directory(it)) => json!({
            "kind": "directory",
            "name": text(it.name),
            "phone": text(it.phone),
            "email": text(it.email),
            "hours": text(it.hours),
            "task": text(it.task),
            "today": it.today,
        }),
        Some(contact::Contact::ContactPoint(point)) => json!({ "kind": "contact-point", "contact_point": point }),
        Some(contact::Contact::NoneForWard(proto::NoneForWard {})) => json!({ "kind": "none-for-ward" }),
        Some(contact::Contact::WardNotListed(proto::WardNotListed {})) => json!({ "kind": "ward-not-listed" }),
        Some(contact::Contact::PlaceWithheld(proto::PlaceWithheld {})) => json!({ "kind": "place-withheld" }),
        Some(contact::Contact::NotTold(proto::NotTold {})) | None => json!({ "kind": "not-told" }),
    }
}

fn standing(standing: Option<proto::Standing>) -> Value {
    let standing = standing.unwrap_or_default();
    let covers = |covers: &mut dyn Iterator<Item = proto::Coverage>| -> Vec<String> {
        covers.map(|it| word(it.as_str_name(), "COVERAGE_")).collect()
    };
    let source = |source: &proto::Source| {
        json!({
            "name": source.name,
            "covers": covers(&mut source.covers()),
            "heard_at": time(source.heard_at),
            "silent": source.silent,
            "rejected_unnamed": source.rejected_unnamed,
            "unidentified": covers(&mut source.unidentified()),
        })
    };
    let not_connected = |it: &proto::NotConnected| json!({ "name": it.name, "covers": covers(&mut it.covers()) });
    json!({
        "at": time(standing.at),
        "sources": standing.sources.iter().map(source).collect::<Vec<_>>(),
        "not_connected": standing.not_connected.iter().map(not_connected).collect::<Vec<_>>(),
    })
}

fn completeness(completeness: Option<proto::Completeness>) -> Value {
    match completeness.and_then(|it| it.completeness) {
        Some(completeness::Completeness::Complete(proto::Complete {})) => json!({ "answer": "complete" }),
        Some(completeness::Completeness::NotKnown(why)) => not_known(Some(why)),
        None => not_known(None),
    }
}

/// What an answer leaves out is not known: never none.
fn not_known(why: Option<proto::NotKnown>) -> Value {
    let why = why.unwrap_or_default();
    let doubts: Vec<_> = why.doubts().map(|it| word(it.as_str_name(), "DOUBT_")).collect();
    json!({ "answer": "not-known", "since": time(why.since), "doubts": doubts })
}

pub(super) fn register(register: proto::Register) -> String {
    word(register.as_str_name(), "REGISTER_")
}

/// An enum's value as a short word: `WORKER_ROLE_OWN_WORKER` is `own-worker`.
pub(super) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', "-")
}

/// RFC 3339 in UTC.
pub(super) fn time(at: Option<Timestamp>) -> Value {
    let at = at.and_then(|at| jiff::Timestamp::new(at.seconds, at.nanos).ok());
    at.map_or(Value::Null, |at| json!(at.to_string()))
}

pub(super) fn text(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(text) }
}
