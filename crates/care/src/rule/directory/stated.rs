//! What sources state of their own units and wards. It stands where the county's files have nothing: a unit or a ward that is written
//! there is the county's, whole, whatever a source states of it.
//!
//! A source states no line of the county and no contact point for outsiders: whom everybody may have a number of, the county chooses.
//! Numbers that nobody confirms grow old with the list that they came by.

use super::{Ages, Directory, Line, Mandate, Unit, WardEntry, WardWorker};
use crate::rule::hours::Hours;
use event::{Code, Instant, StatedDirectory, StatedUnit, StatedWard, StatedWorker, WorkerRole};
use serde::Deserialize;
use serde::de::value::{self, StrDeserializer};
use std::cmp::Reverse;

/// The directory that a source has stated, opened.
#[derive(Clone)]
pub struct OfSource {
    /// The source: its wards are those of its own stays.
    pub source: String,
    /// When it was true.
    pub as_of: Instant,
    /// What it states.
    pub directory: StatedDirectory,
}

impl OfSource {
    /// How many units and workers have hours that are not understood: nobody rings them.
    #[must_use]
    pub fn hours_not_understood(&self) -> usize {
        let StatedDirectory { units, wards } = &self.directory;
        let of_workers = wards.iter().flat_map(|ward| &ward.workers).map(|it| &it.hours);
        let written = units.iter().map(|it| &it.hours).chain(of_workers).filter(|it| !it.trim().is_empty());
        written.filter(|it| Hours::parse(it).is_none()).count()
    }
}

impl Directory {
    /// With what sources have stated. Where two state one unit, the later list counts; in whatever order they are given.
    #[must_use]
    pub fn with(mut self, mut stated: Vec<OfSource>) -> Self {
        stated.sort_by(|a, b| (Reverse(a.as_of), &a.source).cmp(&(Reverse(b.as_of), &b.source)));
        for OfSource { source, as_of, directory } in &stated {
            for unit in &directory.units {
                let of_county = self.county_lines.iter().any(|line| line.code == unit.code);
                if !of_county && !self.units.contains_key(&unit.code) {
                    self.units.insert(unit.code.clone(), self.unit(unit, *as_of));
                }
            }
            for ward in &directory.wards {
                let key = (source.clone(), ward.code.clone());
                if !self.wards.contains_key(&key) {
                    self.wards.insert(key, self.stated_ward(ward, *as_of));
                }
            }
        }
        self
    }

    fn unit(&self, it: &StatedUnit, as_of: Instant) -> Unit {
        Unit {
            code: it.code.clone(),
            facility: given(&it.facility),
            service_tasks: it.service_tasks.iter().filter_map(|task| Code::try_new(task).ok()).collect(),
            ages: ages(it.age_from, it.age_to),
            line: Line {
                code: it.code.clone(),
                name: it.name.clone(),
                phone_professional: given(&it.phone_professional),
                phone_public: given(&it.phone_public),
                hours: self.hours(&it.hours),
                how_to_apply: given(&it.how_to_apply),
                mandate: mandate(&it.mandate),
                confirmed_at: Some(confirmed(it.confirmed_at, as_of)),
                of_the_county: false,
            },
            fallback: given(&it.fallback),
        }
    }

    fn stated_ward(&self, it: &StatedWard, as_of: Instant) -> WardEntry {
        WardEntry {
            workers: it.workers.iter().map(|worker| self.worker(worker, as_of)).collect(),
            contact_point: None,
            facility: given(&it.facility),
            service_task: Code::try_new(&it.service_task).ok(),
            served_by: given(&it.served_by),
            fallback: given(&it.fallback),
            how_to_apply: given(&it.how_to_apply),
            protected: it.protected,
            contact_across: None,
        }
    }

    fn worker(&self, it: &StatedWorker, as_of: Instant) -> WardWorker {
        WardWorker {
            name: it.name.clone(),
            phone: given(&it.phone_professional).or_else(|| given(&it.phone_public)),
            phone_public: given(&it.phone_public),
            email: given(&it.email),
            role: WorkerRole::ALL.iter().copied().find(|role| *role as i32 == it.role),
            profession: Code::try_new(&it.profession).ok(),
            task: Code::try_new(&it.task).ok(),
            ages: ages(it.age_from, it.age_to),
            weekdays: Vec::new(),
            hours: given(&it.hours),
            open: Some(self.hours(&it.hours)),
            confirmed_at: Some(confirmed(it.confirmed_at, as_of)),
        }
    }

    /// Hours that nobody stated are the usual ones; those that are not understood are none: nobody is called reachable by a guess.
    fn hours(&self, written: &str) -> Hours {
        match written.trim() {
            "" => self.usual_hours.clone(),
            written => Hours::parse(written).unwrap_or_else(|| Hours::new(Vec::new())),
        }
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn ages(from: Option<u32>, to: Option<u32>) -> Ages {
    let years = |age: Option<u32>| age.and_then(|age| u16::try_from(age).ok());
    Ages { from: years(from), to: years(to) }
}

/// By the code that the county's files have for it.
fn mandate(code: &str) -> Option<Mandate> {
    Mandate::deserialize(StrDeserializer::<value::Error>::new(code)).ok()
}

/// No later than the list itself: what is confirmed tomorrow is a slip of the pen.
fn confirmed(at: Option<i64>, as_of: Instant) -> Instant {
    at.and_then(Instant::from_micros).map_or(as_of, |at| at.min(as_of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::directory::OnWard;

    fn unit(code: &str, name: &str) -> StatedUnit {
        StatedUnit {
            code: code.into(),
            name: name.into(),
            hours: "mon-fri 8-16".into(),
            phone_professional: "044 000 0300".into(),
            ..StatedUnit::default()
        }
    }

    fn ward(code: &str, worker: &str) -> StatedWard {
        let worker =
            StatedWorker { name: worker.into(), phone_public: "044 000 0411".into(), ..StatedWorker::default() };
        StatedWard { code: code.into(), workers: vec![worker], ..StatedWard::default() }
    }

    fn at(seconds: i64) -> Instant {
        Instant::MIN.plus_seconds(seconds)
    }

    fn stated(source: &str, as_of: i64, units: Vec<StatedUnit>, wards: Vec<StatedWard>) -> OfSource {
        OfSource { source: source.into(), as_of: at(as_of), directory: StatedDirectory { units, wards } }
    }

    fn name_on<'a>(directory: &'a Directory, source: &str, code: &str) -> Option<&'a str> {
        match directory.ward(source, code, None) {
            OnWard::Workers(_, workers) => Some(&workers[0].name),
            OnWard::None(_) | OnWard::NoneForAge(_) | OnWard::NotListed => None,
        }
    }

    #[test]
    fn what_the_countys_files_have_is_theirs_and_the_rest_is_the_sources() {
        let mut files =
            Directory::default().with(vec![stated("kys", 1, vec![unit("adults", "Files")], vec![ward("1", "Files")])]);
        files.county_lines.push(Line { of_the_county: true, ..files.units["adults"].line.clone() });
        files.county_lines[0].code = "duty".into();
        let units = vec![unit("adults", "Source"), unit("duty", "Source"), unit("families", "Source")];
        let all = files.with(vec![stated("kys", 9, units, vec![ward("1", "Source"), ward("2", "Source")])]);
        assert_eq!(all.units.values().map(|it| it.line.name.as_str()).collect::<Vec<_>>(), ["Files", "Source"]);
        assert_eq!((name_on(&all, "kys", "1"), name_on(&all, "kys", "2")), (Some("Files"), Some("Source")));
        assert_eq!(name_on(&all, "other", "2"), None, "a source's wards are its own");
        assert!(!all.units["families"].line.of_the_county, "everybody's numbers are the county's choice");
    }

    #[test]
    fn of_one_unit_the_later_list_counts_in_whatever_order() {
        let lists = || [stated("a", 1, vec![unit("u", "old")], vec![]), stated("b", 2, vec![unit("u", "new")], vec![])];
        let [old, new] = lists();
        for given in [lists().to_vec(), vec![new, old]] {
            assert_eq!(Directory::default().with(given).units["u"].line.name, "new");
        }
    }

    #[test]
    fn hours_that_are_not_understood_are_none_and_numbers_grow_old_with_the_list() {
        let later = Some(at(99).as_micros());
        let units = vec![
            StatedUnit { hours: "soita".into(), ..unit("a", "A") },
            StatedUnit { hours: String::new(), ..unit("b", "B") },
            StatedUnit { hours: "always".into(), confirmed_at: later, ..unit("c", "C") },
            StatedUnit { confirmed_at: Some(at(3).as_micros()), ..unit("d", "D") },
        ];
        let all = Directory::default().with(vec![stated("s", 7, units, vec![ward("1", "W")])]);
        let lines = all.units.values().map(|it| &it.line);
        let of: Vec<_> = lines.map(|it| (it.hours.clone(), it.confirmed_at)).collect();
        let none = Hours::new(Vec::new());
        let usual = all.usual_hours.clone();
        assert_eq!(of[..3], [(none, Some(at(7))), (usual, Some(at(7))), (Hours::always(), Some(at(7)))]);
        assert_eq!(of[3].1, Some(at(3)), "as it was confirmed");
        let OnWard::Workers(_, workers) = all.ward("s", "1", None) else { panic!("workers") };
        assert_eq!((workers[0].confirmed_at, workers[0].phone.as_deref()), (Some(at(7)), Some("044 000 0411")));
    }
}
