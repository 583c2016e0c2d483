//! From what is written to the directory; what refers to nothing is a problem.

use super::DirectoryFiles;
use super::table::{DirectoryTable, LineTable, Opening, UnitTable, WardTable, WorkerTable};
use crate::config::problems::Problems;
use care::directory::{Ages, Directory, Line, Unit, WardEntry, WardWorker};
use care::hours::Eves;
use event::{Code, Instant};
use jiff::civil::Date;

/// `lines`: what has no place in the TOML file.
pub fn build(
    table: DirectoryTable,
    files: &DirectoryFiles,
    problems: &mut Problems,
    lines: &mut Vec<String>,
) -> Directory {
    let mut directory = files.base.clone();
    directory.eves = Eves { midsummer: table.midsummer_eve, christmas: table.christmas_eve };
    if let Some(Opening(hours)) = table.usual_hours {
        directory.usual_hours = hours;
    }
    if let Some(seconds) = table.stale_after {
        directory.stale_after_days = seconds / (24 * 3600);
    }
    for (n, line) in table.county_line.into_iter().enumerate() {
        let code = line.code.clone();
        if directory.county_lines.iter().any(|other| other.code == code) {
            problems.add(["county_line", &n.to_string(), "code"], "two county lines have this code");
        }
        let line = of_county(line, files);
        has_number(&line, ["county_line", &n.to_string()], problems);
        directory.county_lines.push(line);
    }
    for (n, unit) in table.unit.into_iter().enumerate() {
        let number = &n.to_string();
        let unit = of_unit(unit, number, files, problems);
        has_number(&unit.line, ["unit", number], problems);
        let taken = directory.county_lines.iter().any(|line| line.code == unit.code);
        if directory.units.insert(unit.code.clone(), unit).is_some() || taken {
            problems.add(["unit", number, "code"], "another unit or county line has this code");
        }
    }
    for ward in table.ward {
        add_ward(ward, files, &mut directory, lines);
    }
    for worker in table.worker {
        add_worker(worker, files, &mut directory, lines);
    }
    references(&directory, lines);
    directory
}

/// Wards and workers may stand in a list: they are named, with their ward.
fn add_ward(ward: WardTable, files: &DirectoryFiles, directory: &mut Directory, lines: &mut Vec<String>) {
    let WardTable { source, code, facility, service_task, contact_point, .. } = &ward;
    let (source, code) = (source.clone(), code.clone());
    if !files.sources.contains(&source) {
        lines.push(format!("ward {code}: there is no source {source:?}"));
    }
    if ward.contact_across.is_some() && !ward.protected {
        lines.push(format!("ward {code}: contact_across is for a protected ward: write protected = true"));
    }
    let entry = WardEntry {
        workers: Vec::new(),
        contact_point: contact_point.clone(),
        facility: facility.clone(),
        service_task: service_task.clone(),
        served_by: ward.served_by,
        fallback: ward.fallback,
        how_to_apply: ward.how_to_apply,
        protected: ward.protected,
        contact_across: ward.contact_across,
    };
    if directory.wards.insert((source.clone(), code.clone()), entry).is_some() {
        lines.push(format!("ward {code} of source {source}: it is written twice"));
    }
}

fn add_worker(worker: WorkerTable, files: &DirectoryFiles, directory: &mut Directory, lines: &mut Vec<String>) {
    let (ward, source) = (worker.ward.clone(), worker.source.clone());
    if worker.phone_professional.is_none() && worker.phone_public.is_none() {
        lines.push(format!("a worker of ward {ward} of source {source}: give phone_professional or phone_public"));
    }
    let Some(entry) = directory.wards.get_mut(&(source.clone(), ward.clone())) else {
        lines.push(format!("a worker of ward {ward} of source {source}: there is no such ward"));
        return;
    };
    let usual = || directory.usual_hours.clone();
    entry.workers.push(WardWorker {
        name: worker.name,
        phone: worker.phone_professional.or_else(|| worker.phone_public.clone()),
        phone_public: worker.phone_public,
        email: worker.email,
        role: worker.role,
        profession: worker.profession,
        task: worker.task,
        ages: Ages { from: worker.age_from, to: worker.age_to },
        weekdays: Vec::new(),
        hours: None,
        open: Some(worker.hours.map_or_else(usual, |Opening(hours)| hours)),
        confirmed_at: confirmed(worker.confirmed, files),
    });
}

fn of_county(line: LineTable, files: &DirectoryFiles) -> Line {
    let LineTable { code, name, hours: Opening(hours), phone_professional, phone_public, how_to_apply, confirmed: day } =
        line;
    let confirmed_at = confirmed(day, files);
    let (mandate, of_the_county) = (None, true);
    Line { code, name, phone_professional, phone_public, hours, how_to_apply, mandate, confirmed_at, of_the_county }
}

fn of_unit(unit: UnitTable, number: &str, files: &DirectoryFiles, problems: &mut Problems) -> Unit {
    let mut task = |task: &String| {
        let code = Code::try_new(task).ok();
        if code.is_none() {
            problems.add(["unit", number, "service_tasks"], "one is no code: write it without blanks");
        }
        code
    };
    Unit {
        code: unit.code.clone(),
        facility: unit.facility,
        service_tasks: unit.service_tasks.iter().filter_map(&mut task).collect(),
        ages: Ages { from: unit.age_from, to: unit.age_to },
        line: Line {
            code: unit.code,
            name: unit.name,
            phone_professional: unit.phone_professional,
            phone_public: unit.phone_public,
            hours: unit.hours.0,
            how_to_apply: unit.how_to_apply,
            mandate: unit.mandate,
            confirmed_at: confirmed(unit.confirmed, files),
            of_the_county: false,
        },
        fallback: unit.fallback,
    }
}

fn confirmed(day: Option<Date>, files: &DirectoryFiles) -> Option<Instant> {
    let start = day?.to_zoned(files.zone.clone()).ok()?;
    Some(Instant::from_timestamp(start.timestamp()))
}

fn has_number(line: &Line, path: [&str; 2], problems: &mut Problems) {
    if line.phone_professional.is_none() && line.phone_public.is_none() {
        problems.add(path, "give phone_professional or phone_public: nobody could ring it");
    }
}

/// What is referred to is there.
fn references(directory: &Directory, lines: &mut Vec<String>) {
    let there = |code: &String| {
        directory.units.contains_key(code) || directory.county_lines.iter().any(|line| line.code == *code)
    };
    for ((source, ward), entry) in &directory.wards {
        for code in [&entry.served_by, &entry.fallback].into_iter().flatten().filter(|code| !there(code)) {
            lines.push(format!("ward {ward} of source {source}: there is no unit or county line {code:?}"));
        }
    }
    for unit in directory.units.values() {
        for code in unit.fallback.iter().filter(|code| !there(code)) {
            lines.push(format!("unit {}: there is no unit or county line {code:?}", unit.code));
        }
    }
}
