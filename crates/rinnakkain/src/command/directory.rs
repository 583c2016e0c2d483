//! `rinnakkain directory`: the directory's files tried, who can be rung at a time, and the page on paper.

use crate::ask::language;
use crate::config::{Config, DirectoryFiles, Invalid};
use crate::{clock, output, telemetry};
use anyhow::Context;
use care::ContactPoint;
use care::directory::{Circumstances, Directory, Line};
use care::reach::{Link, Reach, Ring};
use clap::{Args, Subcommand};
use event::Instant;
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::ExitCode;
use words::{Language, Phrase};

/// Whom to ring: the county's directory.
#[derive(Args)]
pub struct DirectoryArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Read a directory's files, and tell every mistake with its line; exit status 1 if there is one
    Check {
        /// The TOML file; without it, the one that the configuration names
        file: Option<PathBuf>,
    },
    /// Of each ward, unit and county line: who can be rung at a time, and who closer to the client later
    Show {
        /// When: 2026-11-30T02:10:00+02:00; without it, now
        #[arg(long)]
        at: Option<Timestamp>,
        /// For a client of this age
        #[arg(long)]
        age: Option<u16>,
    },
    /// The numbers on paper, for when nothing else answers: the county's lines and the units
    Print {
        /// The language of the page
        #[arg(long, default_value = "en", value_parser = language())]
        language: Language,
    },
}

impl DirectoryArgs {
    pub fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        match self.what {
            What::Check { file } => return check(&config, file),
            What::Show { at, age } => show(&config, at.map_or_else(clock::now, Instant::from_timestamp), age)?,
            What::Print { language } => print(&config, language)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn check(config: &Config, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let files = match (file, config.directory.clone()) {
        (Some(path), Some(files)) => DirectoryFiles { path, ..files },
        (Some(path), None) => DirectoryFiles {
            path,
            base: config.county.directory.clone(),
            sources: config.county.sources.iter().map(|source| source.name.clone()).collect(),
            zone: config.county.zone.clone(),
        },
        (None, files) => files.context("the configuration names no directory: name a file")?,
    };
    match files.read().and_then(|contents| files.build(&contents)) {
        Ok(directory) => {
            let workers: usize = directory.wards.values().map(|ward| ward.workers.len()).sum();
            let Directory { wards, units, county_lines, .. } = &directory;
            let (wards, units, lines) = (wards.len(), units.len(), county_lines.len());
            output::line(&format!("wards {wards}, workers {workers}, units {units}, county lines {lines}"))?;
            if county_lines.is_empty() {
                output::line("no county line: at night there may be nobody to ring")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(unusable) => {
            unusable.0.iter().try_for_each(|line| output::line(line))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Nobody's name: whose line it is, and where it is.
fn show(config: &Config, at: Instant, age: Option<u16>) -> anyhow::Result<()> {
    let county = &config.county;
    let circumstances = Circumstances { directory: &county.directory, zone: &county.zone, age, at };
    let wards = county.directory.wards.keys().map(|(source, ward)| {
        let (contacts, fallback) = circumstances.of_ward(source, ward);
        (format!("{source} {ward}"), contacts.into_iter().chain(fallback).collect())
    });
    let units = county.directory.units.keys().map(|code| {
        let lines = county.directory.lines(code).into_iter().map(ContactPoint::line).collect();
        (code.clone(), lines)
    });
    let lines = county.directory.county_lines.iter().map(|line| (line.code.clone(), vec![ContactPoint::line(line)]));
    let row = |(of, contacts): (String, Vec<ContactPoint>)| {
        let reach = Reach::of(Link::chain(contacts, &county.directory), &circumstances, |_, _| Ring::Never);
        let who = |link: &Link| match &link.contact {
            ContactPoint::Line(line) => line.name.clone(),
            ContactPoint::Directory { worker, today: _ } => worker.name.clone(),
            ContactPoint::Unnamed(point) => point.clone(),
            ContactPoint::Sealed { .. }
            | ContactPoint::NotReported
            | ContactPoint::NoneForWard
            | ContactPoint::NoneForAge
            | ContactPoint::WardNotListed
            | ContactPoint::Withheld => String::new(),
        };
        let opens = reach.next.as_ref().map(|it| it.opens_at.to_timestamp().to_zoned(county.zone.clone()));
        let opens = opens.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        let stale = reach.now.as_ref().is_some_and(|it| it.stale);
        let number = |link: &Link| phone(&link.contact);
        [
            of,
            reach.now.as_ref().map(who).unwrap_or_default(),
            reach.now.as_ref().map(number).unwrap_or_default(),
            if stale { "old".to_owned() } else { String::new() },
            reach.next.as_ref().map(|it| who(&it.link)).unwrap_or_default(),
            opens,
        ]
    };
    let rows: Vec<_> = wards.chain(units).chain(lines).map(row).collect();
    Ok(output::table(["OF", "NOW", "NUMBER", "CONFIRMED", "NEXT", "OPENS"], &rows)?)
}

fn phone(contact: &ContactPoint) -> String {
    match contact {
        ContactPoint::Line(line) => number(line),
        ContactPoint::Directory { worker, today: _ } => worker.phone.clone().unwrap_or_default(),
        ContactPoint::Unnamed(_)
        | ContactPoint::Sealed { .. }
        | ContactPoint::NotReported
        | ContactPoint::NoneForWard
        | ContactPoint::NoneForAge
        | ContactPoint::WardNotListed
        | ContactPoint::Withheld => String::new(),
    }
}

fn number(line: &Line) -> String {
    line.phone_professional.clone().or_else(|| line.phone_public.clone()).unwrap_or_default()
}

/// For professionals: it is to be kept where clients do not read it.
fn print(config: &Config, language: Language) -> anyhow::Result<()> {
    let county = &config.county;
    let now = clock::now().to_timestamp().to_zoned(county.zone.clone());
    output::line(&language.say(Phrase::PageOnPaper))?;
    output::line(&language.say(Phrase::PrintedAt { time: &language.time(&now) }))?;
    let units = county.directory.units.values().map(|unit| &unit.line);
    let days = language.say(Phrase::WeekdaysShort);
    for line in county.directory.county_lines.iter().chain(units) {
        let hours = line.hours.text(&days.split(' ').collect::<Vec<_>>(), &language.say(Phrase::DayAndNight));
        output::line(&format!("\n{}\n  {}\n  {hours}", line.name, number(line)))?;
        if let Some(how) = &line.how_to_apply {
            output::line(&format!("  {how}"))?;
        }
    }
    Ok(())
}
