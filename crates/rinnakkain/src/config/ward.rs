//! The directory of wards and their health social workers.

use super::file;
use super::problems::Problems;
use care::directory::{Directory, WardEntry, WardWorker};
use event::Code;
use jiff::civil::Weekday;

pub fn directory(wards: Vec<file::Ward>, sources: &[&str], problems: &mut Problems) -> Directory {
    let mut directory = Directory::default();
    for ward in wards {
        let key = format!("ward {} of {}", ward.code, ward.source);
        if !sources.contains(&ward.source.as_str()) {
            problems.add(format!("{key}: there is no such source"));
        }
        let workers = ward.workers.into_iter().map(|worker| read(&key, worker, problems)).collect();
        let entry = WardEntry { workers, contact_point: ward.contact_point };
        if directory.wards.insert((ward.source, ward.code), entry).is_some() {
            problems.add(format!("{key}: it is written twice"));
        }
    }
    directory
}

fn read(key: &str, worker: file::Worker, problems: &mut Problems) -> WardWorker {
    let task = worker.task.as_deref().map(Code::try_new).transpose().unwrap_or_else(|error| {
        problems.add(format!("{key}: task of {}: {error}", worker.name));
        None
    });
    WardWorker {
        name: worker.name,
        phone: worker.phone,
        email: worker.email,
        task,
        weekdays: worker.weekdays.into_iter().map(weekday).collect(),
        hours: worker.hours,
    }
}

fn weekday(day: file::Day) -> Weekday {
    match day {
        file::Day::Mon => Weekday::Monday,
        file::Day::Tue => Weekday::Tuesday,
        file::Day::Wed => Weekday::Wednesday,
        file::Day::Thu => Weekday::Thursday,
        file::Day::Fri => Weekday::Friday,
        file::Day::Sat => Weekday::Saturday,
        file::Day::Sun => Weekday::Sunday,
    }
}
