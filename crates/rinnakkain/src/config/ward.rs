//! The directory of wards and their health social workers, in the configuration itself.

use super::checked::Weekdays;
use super::problems::Problems;
use super::secret::Secret;
use care::directory::{Directory, WardEntry, WardWorker};
use care::hours::{Days, Hours};
use event::Code;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Ward {
    source: String,
    code: String,
    contact_point: Option<String>,
    #[serde(default)]
    protected: bool,
    contact_across: Option<String>,
    #[serde(default)]
    workers: Vec<Worker>,
}

/// Who they are need not be in what is shown and sent around.
#[derive(Deserialize)]
struct Worker {
    name: Secret,
    phone: Option<Secret>,
    email: Option<Secret>,
    task: Option<Code>,
    weekdays: Weekdays,
    hours: Option<String>,
}

/// `sources`: the names of those that are configured.
pub fn directory(wards: Vec<Ward>, sources: &[&str], problems: &mut Problems) -> Directory {
    let mut directory = Directory::default();
    for (n, ward) in wards.into_iter().enumerate() {
        let Ward { source, code, contact_point, protected, contact_across, workers } = ward;
        let mut here = problems.within(&["ward", &n.to_string()]);
        here.refuse(!sources.contains(&source.as_str()), "source", format_args!("there is no source {source:?}"));
        let across = contact_across.is_some() && !protected;
        here.refuse(across, "contact_across", "is for a protected ward: write protected = true");
        let workers = workers.into_iter().map(worker).collect();
        let entry = WardEntry { workers, contact_point, protected, contact_across, ..WardEntry::default() };
        let twice = directory.wards.insert((source, code), entry).is_some();
        here.refuse(twice, "", "this ward of this source is written twice");
    }
    directory
}

fn worker(Worker { name, phone, email, task, weekdays, hours }: Worker) -> WardWorker {
    let (phone, email) = (phone.map(Secret::reveal), email.map(Secret::reveal));
    // Hours that are not understood stay a text for eyes.
    let open = hours.as_deref().and_then(Hours::parse).map(|it| it.on(Days::of_work_on(&weekdays)));
    WardWorker { name: name.reveal(), phone, email, task, weekdays: weekdays.0, hours, open, ..WardWorker::default() }
}
