//! Codes in messages that the configuration does not know, and how to write them there.
//!
//! An authority that is not mapped finds no client, a ward that is not listed has no worker; still their sender is answered
//! AA. The codes are shown to an operator who has the messages.

use crate::config::{Config, UNKNOWN_SENDER};
use adapter::{CodeKind, SourceProfile, UsedCode};
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// The codes of a message that `source` does not know; a ward in the county's directory is known.
pub fn of(source: &SourceProfile, message: &[u8], config: &Config) -> Vec<UsedCode> {
    let is_unknown = |it: &UsedCode| it.is_unmapped() && !is_listed(source, it.what, &it.code, config);
    adapter::codes(source, message).into_iter().filter(is_unknown).collect()
}

/// Whether it is a ward of the county's directory. A list's wards are those of the source that it is of.
pub fn is_listed(source: &SourceProfile, what: CodeKind, code: &str, config: &Config) -> bool {
    let of = source.lists_of.as_ref().unwrap_or(&source.name);
    what == CodeKind::Ward && config.county.directory.wards.contains_key(&(of.clone(), code.to_owned()))
}

/// Lines for people: for each source, tables for the configuration, in which a person has to fill in what each code means.
/// None, if everything is known. `all`: each code with its source.
pub fn lines<'a>(all: impl Iterator<Item = (&'a str, CodeKind, &'a str)>) -> Vec<String> {
    let mut by_source: BTreeMap<&str, BTreeMap<CodeKind, BTreeSet<&str>>> = BTreeMap::new();
    for (source, what, code) in all {
        by_source.entry(source).or_default().entry(what).or_default().insert(code);
    }
    let mut lines = Vec::new();
    for (source, words) in by_source {
        let is_unknown = source == UNKNOWN_SENDER;
        let name = Value::from(if is_unknown { "?" } else { source }).to_string();
        lines.push(String::new());
        if is_unknown {
            lines.push(
                "# No source is configured for these messages. What they write, and its [[source]] would have to know:"
                    .into(),
            );
        } else {
            lines.push(format!(
                "# The configuration does not know these of source {name}, so they are nobody's data. Write what they are:"
            ));
            lines.push(format!("# under its [[source]], whose name is {name}"));
        }
        for what in CodeKind::ALL {
            let (Some(codes), Some((table, value, comment))) = (words.get(what), setting(*what)) else { continue };
            lines.push(format!("[source.{table}]  # {comment}"));
            lines.extend(codes.iter().map(|code| format!("{} = \"{value}\"", Value::from(*code))));
        }
        let Some(wards) = words.get(&CodeKind::Ward) else { continue };
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
/// A ward has a table of its own.
fn setting(what: CodeKind) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match what {
        CodeKind::Authority => (
            "authorities",
            "urn:oid:...",
            "the identifier system of that authority: urn:oid:1.2.246.21 of identity codes, the source's own_system",
        ),
        CodeKind::NumberType => {
            ("number_types", "?", "patient or identity-code; leave out what numbers no person: a visit, an account")
        }
        CodeKind::PatientClass => ("patient_classes", "?", "inpatient, outpatient or emergency"),
        CodeKind::WorkerRole => (
            "worker_roles",
            "?",
            "own-worker, responsible-worker, work-pair, childs-social-worker, health-social-worker, case-manager or \
             duty-social-service; name those of doctors and others in other_roles",
        ),
        CodeKind::ReferralKind => ("referral_kinds", "?", "referral, contact or notice"),
        CodeKind::Ward
        | CodeKind::KeyAuthority
        | CodeKind::StrayIdentityCode
        | CodeKind::MessageType
        | CodeKind::Sender
        | CodeKind::Version
        | CodeKind::CharacterSet
        | CodeKind::ProcessingId
        | CodeKind::Facility
        | CodeKind::Field => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::lines;
    use adapter::CodeKind;

    #[test]
    fn what_is_not_known_can_be_pasted_into_the_configuration() {
        let configured = CodeKind::ALL.iter().filter(|what| what.is_configured());
        let found: Vec<_> = configured.map(|what| (*what, format!("{} \"1\"", what.as_str()))).collect();
        let lines = lines(found.iter().map(|(what, code)| ("kys", *what, code.as_str())));
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
