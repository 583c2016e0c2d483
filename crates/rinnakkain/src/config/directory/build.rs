//! From what is written to the directory; what refers to nothing is a problem.

use super::DirectoryFiles;
use super::table::{DirectoryTable, LineTable, UnitTable, WardTable, WorkerTable};
use crate::config::checked::Day;
use crate::config::problems::{Problems, Within};
use care::directory::{Directory, Line, Unit};
use care::hours::Eves;
use event::Instant;

/// `lines`: what has no place in the TOML file.
pub fn build(
    table: DirectoryTable,
    files: &DirectoryFiles,
    problems: &mut Problems,
    lines: &mut Vec<String>,
) -> Directory {
    let mut directory = files.base.clone();
    let [midsummer, christmas] =
        [table.midsummer_eve, table.christmas_eve].map(|it| it.map(|it| it.0).unwrap_or_default());
    directory.eves = Eves { midsummer, christmas };
    if let Some(hours) = table.usual_hours {
        directory.usual_hours = hours;
    }
    if let Some(seconds) = table.stale_after {
        directory.stale_after_days = *seconds / (24 * 3600);
    }
    for (n, table) in table.county_line.into_iter().enumerate() {
        let mut here = problems.within(&["county_line", &n.to_string()]);
        here.refuse(table.line.mandate.is_some(), "mandate", "is for a unit");
        let line = Line { of_the_county: true, ..line(table, files, &mut here) };
        let twice = directory.county_lines.iter().any(|other| other.code == line.code);
        here.refuse(twice, "code", "two county lines have this code");
        directory.county_lines.push(line);
    }
    for (n, table) in table.unit.into_iter().enumerate() {
        let UnitTable { facility, service_tasks, ages, line: reached, fallback } = table;
        let mut here = problems.within(&["unit", &n.to_string()]);
        let line = line(reached, files, &mut here);
        let code = line.code.clone();
        let taken = directory.county_lines.iter().any(|line| line.code == code);
        let unit = Unit { code: code.clone(), facility, service_tasks, ages: ages.into(), line, fallback };
        let twice = directory.units.insert(code, unit).is_some();
        here.refuse(twice || taken, "code", "another unit or county line has this code");
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

fn line(LineTable { line, confirmed }: LineTable, files: &DirectoryFiles, here: &mut Within<'_>) -> Line {
    let none = line.phone_professional.is_none() && line.phone_public.is_none();
    here.refuse(none, "", "give phone_professional or phone_public: nobody could ring it");
    Line { confirmed_at: confirmed.and_then(|day| start(&day, files)), ..line }
}

/// Wards and workers may stand in a list: they are named, with their ward.
fn add_ward(ward: WardTable, files: &DirectoryFiles, directory: &mut Directory, lines: &mut Vec<String>) {
    let WardTable { source, code, entry } = ward;
    if !files.sources.contains(&source) {
        lines.push(format!("ward {code}: there is no source {source:?}"));
    }
    if entry.contact_across.is_some() && !entry.protected {
        lines.push(format!("ward {code}: contact_across is for a protected ward: write protected = true"));
    }
    if directory.wards.insert((source.clone(), code.clone()), entry).is_some() {
        lines.push(format!("ward {code} of source {source}: it is written twice"));
    }
}

fn add_worker(table: WorkerTable, files: &DirectoryFiles, directory: &mut Directory, lines: &mut Vec<String>) {
    let WorkerTable { source, ward, ages, mut worker, confirmed } = table;
    if worker.phone.is_none() && worker.phone_public.is_none() {
        lines.push(format!("a worker of ward {ward} of source {source}: give phone_professional or phone_public"));
    }
    worker.ages = ages.into();
    worker.phone = worker.phone.or_else(|| worker.phone_public.clone());
    worker.open.get_or_insert_with(|| directory.usual_hours.clone());
    worker.confirmed_at = confirmed.and_then(|day| start(&day, files));
    match directory.wards.get_mut(&(source.clone(), ward.clone())) {
        Some(entry) => entry.workers.push(worker),
        None => lines.push(format!("a worker of ward {ward} of source {source}: there is no such ward")),
    }
}

fn start(day: &Day, files: &DirectoryFiles) -> Option<Instant> {
    let start = day.to_zoned(files.zone.clone()).ok()?;
    Some(Instant::from_timestamp(start.timestamp()))
}

/// What is referred to is there.
fn references(directory: &Directory, lines: &mut Vec<String>) {
    let there = |code: &String| {
        directory.units.contains_key(code) || directory.county_lines.iter().any(|line| line.code == *code)
    };
    let of_wards = directory.wards.iter().flat_map(|((source, ward), entry)| {
        let codes = entry.served_by.iter().chain(&entry.fallback);
        codes.map(move |code| (format!("ward {ward} of source {source}"), code))
    });
    let of_units = directory.units.values();
    let of_units = of_units.filter_map(|unit| Some((format!("unit {}", unit.code), unit.fallback.as_ref()?)));
    for (of, code) in of_wards.chain(of_units).filter(|(_, code)| !there(code)) {
        lines.push(format!("{of}: there is no unit or county line {code:?}"));
    }
}
