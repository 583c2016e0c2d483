//! Codes in messages that the configuration does not know, and how to write them there.
//!
//! An authority that is not mapped finds no client, a ward that is not listed has no worker; still their sender is answered
//! AA. The codes are shown to an operator who has the messages.

use crate::config::{Config, UNKNOWN_SENDER};
use adapter::{SourceProfile, Unmapped, UnmappedKind};
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// The codes of a message that `source` does not know; a ward in the county's directory is known.
pub fn of(source: &SourceProfile, message: &[u8], config: &Config) -> Vec<Unmapped> {
    let wards = &config.county.directory.wards;
    let listed =
        |it: &Unmapped| it.what == UnmappedKind::Ward && wards.contains_key(&(source.name.clone(), it.code.clone()));
    adapter::unmapped(source, message).into_iter().filter(|it| !listed(it)).collect()
}

/// Lines for people: for each source, tables for the configuration, in which a person has to fill in what each code means.
/// None, if everything is known.
pub fn lines<'a>(all: impl Iterator<Item = (&'a str, &'a Unmapped)>) -> Vec<String> {
    let mut by_source: BTreeMap<&str, BTreeMap<UnmappedKind, BTreeSet<&str>>> = BTreeMap::new();
    for (source, it) in all {
        by_source.entry(source).or_default().entry(it.what).or_default().insert(&it.code);
    }
    let mut lines = Vec::new();
    for (source, words) in by_source {
        let name = Value::from(source).to_string();
        lines.push(String::new());
        lines.push(if source == UNKNOWN_SENDER {
            "# No source is configured for these messages. What they write, and a configuration would have to know:".into()
        } else {
            format!("# The configuration does not know these of source {name}, so they are nobody's data. Write what they are:")
        });
        lines.push(format!("# under its [[source]], whose name is {name}"));
        for what in UnmappedKind::ALL {
            let Some(codes) = words.get(what).filter(|_| *what != UnmappedKind::Ward) else { continue };
            let (table, value, comment) = setting(*what);
            lines.push(format!("[source.{table}]  # {comment}"));
            lines.extend(codes.iter().map(|code| format!("{} = \"{value}\"", Value::from(*code))));
        }
        let Some(wards) = words.get(&UnmappedKind::Ward) else { continue };
        lines.push(
            "# each ward that it writes so; one that has another code as well stands in [source.wards] instead".into(),
        );
        for ward in wards {
            lines.push("[[ward]]".into());
            lines.push(format!("source = {name}"));
            lines.push(format!("code = {}", Value::from(*ward)));
            lines.push("# contact_point = \"whom to ring, without the ward's name\"".into());
        }
    }
    lines
}

/// The table of a source, a value that the configuration refuses until a person has chosen, and the values to choose from.
fn setting(what: UnmappedKind) -> (&'static str, &'static str, &'static str) {
    match what {
        UnmappedKind::Authority => (
            "authorities",
            "urn:oid:...",
            "the identifier system of that authority: urn:oid:1.2.246.21 of identity codes, the source's own_system",
        ),
        UnmappedKind::NumberType => {
            ("number_types", "?", "patient or identity-code; leave out what numbers no person: a visit, an account")
        }
        UnmappedKind::Ward => ("wards", "", "the ward's code"),
        UnmappedKind::PatientClass => ("patient_classes", "?", "inpatient, outpatient or emergency"),
        UnmappedKind::WorkerRole => (
            "worker_roles",
            "?",
            "own-worker, responsible-worker, work-pair, childs-social-worker, health-social-worker, case-manager or \
             duty-social-service; leave out doctors and others",
        ),
        UnmappedKind::ReferralKind => ("referral_kinds", "?", "referral, contact or notice"),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;
    use adapter::{Unmapped, UnmappedKind};

    #[test]
    fn what_is_not_known_can_be_pasted_into_the_configuration() {
        let of = |what: &UnmappedKind| Unmapped { what: *what, code: format!("{} \"1\"", what.as_str()) };
        let found: Vec<_> = UnmappedKind::ALL.iter().map(of).collect();
        let lines = lines(found.iter().map(|it| ("kys", it)));
        let text = lines.join("\n");
        let table: toml::Table = toml::from_str(&format!("[[source]]\nname = \"kys\"\n{text}")).unwrap();
        let source = &table["source"].as_array().unwrap()[0];
        assert_eq!(source["authorities"]["authority \"1\""].as_str(), Some("urn:oid:..."));
        for (name, code) in [
            ("number_types", "number-type"),
            ("patient_classes", "patient-class"),
            ("worker_roles", "worker-role"),
            ("referral_kinds", "referral-kind"),
        ] {
            assert!(source[name].get(format!("{code} \"1\"")).is_some(), "{text}");
        }
        let ward = &table["ward"].as_array().unwrap()[0];
        assert_eq!((ward["source"].as_str(), ward["code"].as_str()), (Some("kys"), Some("ward \"1\"")));
        assert!(super::lines(std::iter::empty()).is_empty());
    }
}
