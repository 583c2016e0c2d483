//! How somebody is reached, rendered: opened from the seal, as far as the place may be shown.

use crate::proto::{self, contact_point};
use crate::value::{code, timestamp};
use care::ContactPoint;
use care::directory::{Line, Mandate};
use event::{Keyring, Sealed, Token, Worker};

pub(crate) fn contact(contact: ContactPoint, keyring: &Keyring) -> proto::ContactPoint {
    use contact_point::ContactPoint as Out;
    let contact = match contact {
        ContactPoint::Sealed { record, worker, place } => {
            let mut opened = sealed(&record, &worker, keyring);
            if let Some(Out::Named(named)) = opened.contact_point.as_mut().filter(|_| !place) {
                (named.unit, named.email, named.hours) = (String::new(), String::new(), String::new());
                // A unit without a named person: without the place nothing remains.
                if named.name.is_empty() && named.phone.is_empty() {
                    opened.contact_point = Some(Out::NotReported(proto::NotReported {}));
                }
            }
            return opened;
        }
        ContactPoint::Directory { worker, today } => Out::Directory(proto::DirectoryWorker {
            name: worker.name,
            phone: worker.phone.unwrap_or_default(),
            email: worker.email.unwrap_or_default(),
            hours: worker.hours.unwrap_or_default(),
            task: code(worker.task.as_ref()),
            today,
        }),
        ContactPoint::Unnamed(point) => Out::Unnamed(point),
        ContactPoint::NotReported => Out::NotReported(proto::NotReported {}),
        ContactPoint::NoneForWard => Out::NoneForWard(proto::NoneForWard {}),
        ContactPoint::Line(it) => Out::Line(line(*it)),
        ContactPoint::NoneForAge => Out::NoneForAge(proto::NoneForAge {}),
        ContactPoint::WardNotListed => Out::WardNotListed(proto::WardNotListed {}),
        ContactPoint::Withheld => Out::PlaceWithheld(proto::PlaceWithheld {}),
    };
    proto::ContactPoint { contact_point: Some(contact) }
}

fn line(line: Line) -> proto::Line {
    let Line {
        code: _,
        name,
        phone_professional,
        phone_public,
        hours: _,
        how_to_apply,
        mandate,
        confirmed_at,
        of_the_county,
    } = line;
    let mandate = match mandate {
        None => proto::Mandate::Unspecified,
        Some(Mandate::Decides) => proto::Mandate::Decides,
        Some(Mandate::Prepares) => proto::Mandate::Prepares,
        Some(Mandate::Coordinates) => proto::Mandate::Coordinates,
    };
    proto::Line {
        name,
        phone: phone_professional.or_else(|| phone_public.clone()).unwrap_or_default(),
        phone_public: phone_public.unwrap_or_default(),
        how_to_apply: how_to_apply.unwrap_or_default(),
        mandate: mandate.into(),
        confirmed_at: confirmed_at.map(timestamp),
        of_the_county,
    }
}

/// A worker opened from the seal. One that cannot be opened counts as not reported.
fn sealed(record: &Token, worker: &Sealed<Worker>, keyring: &Keyring) -> proto::ContactPoint {
    let contact = match keyring.open(record, worker) {
        Ok(worker) => {
            let Worker { name, phone, email, hours, unit } = worker.expose().clone();
            contact_point::ContactPoint::Named(proto::NamedWorker { name, phone, email, hours, unit })
        }
        Err(error) => {
            tracing::warn!(%error, "a worker's data cannot be opened: the key file lacks a key, or the record is damaged");
            contact_point::ContactPoint::NotReported(proto::NotReported {})
        }
    };
    proto::ContactPoint { contact_point: Some(contact) }
}

#[cfg(test)]
mod tests {
    use super::contact;
    use crate::proto::contact_point::ContactPoint as Out;
    use crate::sample;
    use care::ContactPoint;
    use event::Worker;
    use uuid::Uuid;

    /// A unit without a named person is shown where the place may be shown. Elsewhere the answer has only that there is
    /// a worker.
    #[test]
    fn a_unit_crosses_no_line() {
        let (keys, ward) = (sample::keyring(), "Psykiatrian osasto 4");
        let record = keys.record("hospital", "own", "1").key;
        let rendered = |name: &str, phone: &str, place| {
            let worker = Worker { name: name.into(), phone: phone.into(), unit: ward.into(), ..Worker::default() };
            let worker = keys.sealer(record, Uuid::nil()).seal(&worker);
            contact(ContactPoint::Sealed { record, worker, place }, &keys).contact_point.unwrap()
        };
        let Out::Named(own) = rendered("", "", true) else { panic!("missing in its own register") };
        assert_eq!((own.name.as_str(), own.unit.as_str()), ("", ward));
        assert!(matches!(rendered("", "", false), Out::NotReported(_)));
        let Out::Named(reached) = rendered("", "044 000 0001", false) else { panic!("the number is missing") };
        assert_eq!((reached.phone.as_str(), reached.unit.as_str()), ("044 000 0001", ""));
        let Out::Named(person) = rendered("Tiina Työ", "", false) else { panic!("the name is missing") };
        assert_eq!((person.name.as_str(), person.unit.as_str()), ("Tiina Työ", ""));
    }
}
