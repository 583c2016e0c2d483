//! The directory of a source: `DirectoryStated`.
//!
//! One CloudEvent is the whole directory: a unit, a ward or a worker that is not on it is no longer there. `data.count` must be the
//! number of entries, as of every list: a directory that was cut would leave nobody to ring at night.

use super::list::{List, no_later};
use super::{DayMeans, REGISTER, Stream, Type};
use crate::rejection::{MessagePlace, RejectionReason};
use crate::social::kind::{
    Array, Boolean, Code, Optional, ROLE, Required, Text, Time, WardCode, Whole, members, object,
};
use event::{Body, DirectoryStated, StatedDirectory, StatedUnit, StatedWard, StatedWorker, Token};
use std::collections::BTreeSet;

/// Units, or wards, in one directory, at most.
const MOST: usize = 2_000;
/// Workers of one ward, at most.
const WORKERS: usize = 100;
/// A directory as an event, at most: half a megabyte, as the keys of the longest list.
const LONGEST: usize = 512 << 10;

const AGE: Optional<Whole> = Optional(Whole { min: 0, max: 150, text: "not an age in years" });
/// A unit's or a line's own code in the directory.
const LINE: Text = Text(64);
const COUNT: Required<Whole> =
    Required(Whole { min: 0, max: 20_000, text: "not the number of entries in the directory" });

pub(super) const TYPES: &[Type] = &[Type {
    name: "DirectoryStated",
    title: "The whole directory of the source: its units and wards, their workers, hours and numbers. Anything that is not on it is no longer there.",
    day: DayMeans::Begins,
    register: REGISTER,
    stream: Stream::List(Directory::read_members),
    describe: Directory::describe,
}];

members! {
    Directory -> List {
        as_of: Required(Time),
        /// The number of units, wards and workers together: a directory that was cut is rejected.
        count: COUNT,
        units: Optional(Array { of: Unit, min: 0, max: Some((MOST, "more than 2,000 units")) }),
        /// Wards and clinics of the source.
        wards: Optional(Array { of: Ward, min: 0, max: Some((MOST, "more than 2,000 wards")) }),
    } => |at| {
        let (as_of, place) = (no_later(as_of, at), |name| MessagePlace::Path(at.path.then(name)));
        let directory = StatedDirectory { units: units.unwrap_or_default(), wards: wards.unwrap_or_default() };
        let entry = |of: &[&str]| at.reader.keyring.token("directory", &at.reader.source.name, &of.join("\u{1f}"));
        let entries = entries(&directory, entry);
        if usize::try_from(count) != Ok(entries.len()) {
            return Err(RejectionReason::data_type(place("count"), COUNT.0.text));
        }
        if directory.size() > LONGEST {
            return Err(RejectionReason::too_large(place("wards"), "a directory of more than 512 KiB"));
        }
        let (as_of_at, may_end, entries) = (as_of.at, at.reader.source.may_end(), entries.into_iter().collect());
        List {
            as_of,
            lines: Vec::new(),
            body: Box::new(move |sealer| {
                let directory = sealer.seal(&directory);
                Body::from(DirectoryStated { as_of: as_of_at, entries, may_end, directory })
            }),
        }
    }
}

/// The keys of every entry: by it is told how much of a directory the next one leaves out. One that stands twice is one.
fn entries(directory: &StatedDirectory, key: impl Fn(&[&str]) -> Token) -> BTreeSet<Token> {
    let units = directory.units.iter().map(|unit| key(&["unit", &unit.code]));
    let wards = directory.wards.iter().flat_map(|ward| {
        let workers = ward.workers.iter().map(|worker| key(&["worker", &ward.code, &worker.name]));
        std::iter::once(key(&["ward", &ward.code])).chain(workers)
    });
    units.chain(wards).collect()
}

object! {
    /// A unit of social care.
    Unit: "directoryUnit" -> StatedUnit {
        /// By which wards and other units refer to it.
        code: Required(LINE),
        name: Required(Text(200)),
        facility: Optional(Text(64)),
        /// Palvelutehtävät.
        service_tasks: Optional(Array { of: Code, min: 0, max: Some((100, "more than 100 service tasks")) }),
        age_from: AGE,
        age_to: AGE,
        /// As people write them: mon-fri 8-16, always. Left out: the county's usual hours.
        hours: Optional(Text(200)),
        /// The number that other professionals ring: it is never given to a client.
        phone_professional: Optional(Text(50)),
        phone_public: Optional(Text(50)),
        /// decides, prepares or coordinates.
        mandate: Optional(Code),
        how_to_apply: Optional(Text(200)),
        /// The unit or county line behind it.
        fallback: Optional(LINE),
        /// When it was last confirmed; left out: when the directory was true.
        confirmed_at: Optional(Time),
    } => |_| StatedUnit {
        code,
        name,
        facility: facility.unwrap_or_default(),
        service_tasks: service_tasks.unwrap_or_default().iter().map(text).collect(),
        age_from: years(age_from),
        age_to: years(age_to),
        hours: hours.unwrap_or_default(),
        phone_professional: phone_professional.unwrap_or_default(),
        phone_public: phone_public.unwrap_or_default(),
        mandate: mandate.as_ref().map(text).unwrap_or_default(),
        how_to_apply: how_to_apply.unwrap_or_default(),
        fallback: fallback.unwrap_or_default(),
        confirmed_at: confirmed_at.map(|it| it.at.as_micros()),
    }
}

object! {
    /// A ward or clinic of the source.
    Ward: "directoryWard" -> StatedWard {
        code: Required(WardCode),
        facility: Optional(Text(64)),
        service_task: Optional(Code),
        /// The unit or county line that does its social work instead.
        served_by: Optional(LINE),
        /// The unit or county line behind its workers.
        fallback: Optional(LINE),
        how_to_apply: Optional(Text(200)),
        /// What is done there is specially protected (703/2023 26 §).
        protected: Optional(Boolean),
        /// Its health social workers; none: there is none for this ward.
        workers: Optional(Array { of: WardWorker, min: 0, max: Some((WORKERS, "more than 100 workers of a ward")) }),
    } => |_| StatedWard {
        code: code.code().to_owned(),
        facility: facility.unwrap_or_default(),
        service_task: service_task.as_ref().map(text).unwrap_or_default(),
        served_by: served_by.unwrap_or_default(),
        fallback: fallback.unwrap_or_default(),
        how_to_apply: how_to_apply.unwrap_or_default(),
        protected: protected.unwrap_or_default(),
        workers: workers.unwrap_or_default(),
    }
}

object! {
    /// A ward's health social worker.
    WardWorker: "directoryWorker" -> StatedWorker {
        name: Required(Text(200)),
        role: Optional(ROLE),
        profession: Optional(Code),
        task: Optional(Code),
        age_from: AGE,
        age_to: AGE,
        /// As people write them: mon-fri 8-16, always. Left out: the county's usual hours.
        hours: Optional(Text(200)),
        /// The number that other professionals ring: it is never given to a client.
        phone_professional: Optional(Text(50)),
        phone_public: Optional(Text(50)),
        email: Optional(Text(200)),
        /// When it was last confirmed; left out: when the directory was true.
        confirmed_at: Optional(Time),
    } => |_| StatedWorker {
        name,
        role: role.map_or(0, |role| role as i32),
        profession: profession.as_ref().map(text).unwrap_or_default(),
        task: task.as_ref().map(text).unwrap_or_default(),
        age_from: years(age_from),
        age_to: years(age_to),
        hours: hours.unwrap_or_default(),
        phone_professional: phone_professional.unwrap_or_default(),
        phone_public: phone_public.unwrap_or_default(),
        email: email.unwrap_or_default(),
        confirmed_at: confirmed_at.map(|it| it.at.as_micros()),
    }
}

fn text(code: &event::Code) -> String {
    code.as_str().to_owned()
}

fn years(age: Option<i64>) -> Option<u32> {
    age.and_then(|age| u32::try_from(age).ok())
}
