//! A current worker, rendered.

use crate::contact::contact;
use crate::proto;
use crate::reach::reach;
use crate::value::{code, register, role, timestamp};
use care::{CurrentWorker, WorkerBasis};
use event::Keyring;

pub(crate) fn worker(worker: CurrentWorker, keyring: &Keyring) -> proto::Worker {
    proto::Worker {
        role: role(worker.role),
        contact: Some(contact(worker.contact, keyring)),
        away: worker.away.map(|it| proto::Away { from: Some(timestamp(it.from)), until: it.until.map(timestamp) }),
        stands_in: worker.stands_in.map(|it| contact(it, keyring)),
        confirmed_at: worker.confirmed_at.map(timestamp),
        register: register(worker.register),
        source: worker.source,
        since: Some(timestamp(worker.since)),
        until: worker.until.map(timestamp),
        profession: code(worker.profession.as_ref()),
        public_service_post: worker.public_service_post,
        basis: match worker.basis {
            WorkerBasis::Assigned => proto::WorkerBasis::Assigned,
            WorkerBasis::ByWard => proto::WorkerBasis::ByWard,
        }
        .into(),
        reach: worker.reach.map(|it| reach(*it, keyring)),
    }
}
