//! Whom to ring now, rendered; and what of it the seal hides: a reported worker's hours and number.

use crate::contact::contact;
use crate::proto;
use crate::value::timestamp;
use care::ContactPoint;
use care::hours::Hours;
use care::reach::{Link, Reach, Ring, Step};
use event::{Keyring, Sealed, Token, Worker};

/// When a reported worker can be rung. Hours that are not understood are only shown, and the usual hours apply.
pub(crate) fn ring(record: &Token, worker: &Sealed<Worker>, keyring: &Keyring) -> Ring {
    // That it does not open is logged where the worker is rendered.
    let Ok(worker) = keyring.open(record, worker) else { return Ring::Never };
    let worker = worker.expose();
    if worker.phone.trim().is_empty() {
        return Ring::Never;
    }
    Hours::parse(&worker.hours).map_or(Ring::UsualHours, Ring::In)
}

pub(crate) fn reach(reach: Reach, keyring: &Keyring) -> proto::Reach {
    let Reach { now, next, chain } = reach;
    let public = chain.into_iter().filter_map(|it| match it.contact {
        ContactPoint::Line(line) => Some(proto::PublicLine { name: line.name, phone: line.phone_public? }),
        _ => None,
    });
    proto::Reach {
        now: now.map(|it| link(it, keyring)),
        opens_at: next.as_ref().map(|it| timestamp(it.opens_at)),
        next: next.map(|it| link(it.link, keyring)),
        public_lines: public.collect(),
    }
}

fn link(link: Link, keyring: &Keyring) -> proto::ReachLink {
    let Link { step, contact: point, away: _, confirmed_at, stale } = link;
    let step = match step {
        Step::Worker => proto::ReachStep::Worker,
        Step::StandIn => proto::ReachStep::StandIn,
        Step::Unit => proto::ReachStep::Unit,
        Step::CountyLine => proto::ReachStep::CountyLine,
    };
    proto::ReachLink {
        step: step.into(),
        contact: Some(contact(point, keyring)),
        confirmed_at: confirmed_at.map(timestamp),
        stale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::keyring;

    fn ring_of(phone: &str, hours: &str) -> Ring {
        let keys = keyring();
        let record = keys.record("social", "own", "1");
        let worker = Worker {
            name: "Testi".into(),
            phone: phone.into(),
            email: String::new(),
            hours: hours.into(),
            unit: String::new(),
        };
        let sealed = keys.sealer(record.key, uuid::Uuid::nil()).seal(&worker);
        ring(&record.key, &sealed, &keys)
    }

    #[test]
    fn a_reported_worker_is_rung_in_the_reported_hours() {
        assert_eq!(ring_of("1", "ma-pe 8-16"), Ring::In(Hours::parse("8-16").unwrap()));
        assert_eq!(ring_of("1", "soita ensin"), Ring::UsualHours, "a text for eyes");
        assert_eq!(ring_of("1", ""), Ring::UsualHours);
        assert_eq!(ring_of(" ", "8-16"), Ring::Never, "there is no number");
    }
}
