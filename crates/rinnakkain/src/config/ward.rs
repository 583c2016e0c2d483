//! The directory of wards and their health social workers.

use super::file;
use super::problems::Problems;
use super::secret::Secret;
use care::directory::{Directory, WardEntry, WardWorker};
use care::hours::{Days, Hours};

/// `sources`: the names of those that are configured.
pub fn directory(wards: Vec<file::Ward>, sources: &[&str], problems: &mut Problems) -> Directory {
    let mut directory = Directory::default();
    for (n, ward) in wards.into_iter().enumerate() {
        let number = &n.to_string();
        if !sources.contains(&ward.source.as_str()) {
            problems.add(["ward", number, "source"], format!("there is no source {:?}", ward.source));
        }
        let workers = ward.workers.into_iter().map(worker).collect();
        if ward.contact_across.is_some() && !ward.protected {
            problems.add(["ward", number, "contact_across"], "is for a protected ward: write protected = true");
        }
        let file::Ward { source, code, contact_point, protected, contact_across, workers: _ } = ward;
        let entry = WardEntry { workers, contact_point, protected, contact_across, ..WardEntry::default() };
        if directory.wards.insert((source, code), entry).is_some() {
            problems.add(["ward", number], "this ward of this source is written twice");
        }
    }
    directory
}

fn worker(file::Worker { name, phone, email, task, weekdays, hours }: file::Worker) -> WardWorker {
    let (phone, email) = (phone.map(Secret::reveal), email.map(Secret::reveal));
    // Hours that are not understood stay a text for eyes.
    let open = hours.as_deref().and_then(Hours::parse).map(|it| it.on(Days::of_work_on(&weekdays)));
    WardWorker { name: name.reveal(), phone, email, task, weekdays, hours, open, ..WardWorker::default() }
}
