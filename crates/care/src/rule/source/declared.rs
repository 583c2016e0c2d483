//! What a source itself declares to cover.

use super::Source;
use crate::entity::declared::Declared;
use event::{FactKind, Instant};
use std::collections::BTreeMap;

impl Source {
    /// What it covers at `at`, narrowed by its own declaration.
    #[must_use]
    pub fn narrowed(&self, declared: &BTreeMap<String, Declared>, at: Instant) -> Self {
        let Some(declared) = declared.get(&self.name) else { return self.clone() };
        let partly = |coverage: &FactKind| *coverage == FactKind::Stays && !declared.wards.is_empty();
        let covers = self.covers.intersection(&declared.covers).copied();
        let covers = covers.filter(|coverage| declared.since <= at && !partly(coverage)).collect();
        let silence_seconds = declared.silence_seconds.map_or(self.silence_seconds, |it| it.min(self.silence_seconds));
        Self { covers, silence_seconds, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::{Register, Ward};

    fn at(minute: i64) -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(minute * 60)
    }

    #[test]
    fn a_source_can_narrow_what_it_covers_and_never_widen_it() {
        let source = |covers: &[FactKind]| Source {
            name: "kys".into(),
            register: None,
            covers: covers.iter().copied().collect(),
            silence_seconds: 600,
            contact: None,
        };
        let declared = |covers: &[FactKind], wards: &[&str], since, silence| Declared {
            origin: crate::Origin {
                source: "kys".into(),
                register: Register::Patient,
                record: event::Token::from_bytes([0; 17]),
                event: uuid::Uuid::nil(),
                happened_at: at(0),
                recorded_at: at(0),
                controller: None,
            },
            covers: covers.iter().copied().collect(),
            wards: wards.iter().filter_map(|code| Ward::try_new(code)).collect(),
            since: at(since),
            silence_seconds: silence,
        };
        let (stays, duty) = (FactKind::Stays, FactKind::DutyContacts);
        for (configured, declared, covers, silence) in [
            (&[stays, duty][..], declared(&[stays], &[], 0, None), &[stays][..], 600),
            (&[stays], declared(&[stays, duty], &[], 0, Some(60)), &[stays], 60),
            (&[stays], declared(&[stays], &[], 0, Some(6000)), &[stays], 600),
            (&[stays, duty], declared(&[stays, duty], &["OS1"], 0, None), &[duty], 600),
            (&[stays], declared(&[stays], &[], 30, None), &[], 600),
        ] {
            let narrowed = source(configured).narrowed(&BTreeMap::from([("kys".to_owned(), declared)]), at(20));
            assert_eq!(narrowed.covers, covers.iter().copied().collect());
            assert_eq!(narrowed.silence_seconds, silence);
        }
    }
}
