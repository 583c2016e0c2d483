//! The directory of wards and their health social workers.

use super::file;
use super::problems::Problems;
use super::secret::Secret;
use care::directory::{Directory, WardEntry, WardWorker};

/// `sources`: the names of those that are configured.
pub fn directory(wards: Vec<file::Ward>, sources: &[&str], problems: &mut Problems) -> Directory {
    let mut directory = Directory::default();
    for (n, ward) in wards.into_iter().enumerate() {
        let number = &n.to_string();
        if !sources.contains(&ward.source.as_str()) {
            problems.add(["ward", number, "source"], format!("there is no source {:?}", ward.source));
        }
        let workers = ward.workers.into_iter().map(worker).collect();
        let entry = WardEntry { workers, contact_point: ward.contact_point };
        if directory.wards.insert((ward.source, ward.code), entry).is_some() {
            problems.add(["ward", number], "this ward of this source is written twice");
        }
    }
    directory
}

fn worker(file::Worker { name, phone, email, task, weekdays, hours }: file::Worker) -> WardWorker {
    let (phone, email) = (phone.map(Secret::reveal), email.map(Secret::reveal));
    WardWorker { name: name.reveal(), phone, email, task, weekdays, hours }
}
