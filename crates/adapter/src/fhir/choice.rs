//! Which of several identifiers a thing is known by, and in what scope.
//!
//! A list has no order of meaning, and `use` is not to be relied on: so the identifier of a system that the configuration
//! knows, else of a national register, else the one marked official, else the one that sorts first. Its scope follows the
//! rule of every key (R5): a configured authority by any of its names is its system, an absent one is the sender's own, an
//! unknown one is a scope under the sender.

use super::context::Context;
use super::element::Identifier;
use crate::rejection::Place;

/// The national registers of health-care professionals: Terhikki, and the SV numbers of prescribers.
const REGISTERS: [&str; 2] = ["1.2.246.537.26", "1.2.246.537.25"];

impl<'a> Context<'a> {
    /// The configured system that `written` is a name of.
    pub(super) fn configured(self, written: &str) -> Option<&'a str> {
        let bare = written.strip_prefix("urn:oid:").unwrap_or(written);
        let urn = format!("urn:oid:{bare}");
        let names = [written, bare, urn.as_str()];
        let mapped = names.iter().find_map(|name| self.source.authorities.get(*name));
        let system = || {
            let systems = self.source.linking.iter().map(String::as_str).chain([self.source.own_system()]);
            { systems }.find(|system| names.contains(system))
        };
        mapped.map(String::as_str).or_else(system)
    }

    /// The scope of the keys of a system.
    pub(super) fn scope(self, system: Option<&str>) -> String {
        let Some(written) = system else { return self.source.own_system().to_owned() };
        self.configured(written).map_or_else(|| format!("{}\u{1f}{written}", self.source.name), str::to_owned)
    }

    /// The identifier that a thing is known by.
    pub(super) fn chosen<'i>(self, list: impl IntoIterator<Item = &'i Identifier>) -> Option<&'i Identifier> {
        self.chosen_by(list, |it| {
            let system = it.system().unwrap_or_default();
            let register = REGISTERS.iter().position(|oid| system.strip_prefix("urn:oid:").unwrap_or(system) == *oid);
            match (self.configured(system), register) {
                (Some(_), _) => 0,
                (None, Some(register)) => 1 + register,
                (None, None) if it.has_use("official") => 10,
                (None, None) if it.has_use("temp") => 12,
                (None, None) => 11,
            }
        })
    }

    /// The one of the lowest rank, whatever its place in the list. One that is no longer used names nothing.
    pub(super) fn chosen_by<'i>(
        self,
        list: impl IntoIterator<Item = &'i Identifier>,
        rank: impl Fn(&Identifier) -> usize,
    ) -> Option<&'i Identifier> {
        let usable = list.into_iter().take(100).filter(|it| it.value().is_some() && !self.has_ended(it));
        usable.min_by_key(|it| (rank(it), it.system(), it.value()))
    }

    /// `use: old`, or a period that was over when the bundle was written.
    pub(super) fn has_ended(self, identifier: &Identifier) -> bool {
        let end = || {
            let written = identifier.period.as_ref()?.end.as_deref();
            self.end(written, Place::Message).ok().flatten()
        };
        identifier.has_use("old") || self.written_at.zip(end()).is_some_and(|(written, end)| end <= written)
    }
}

/// True of a number by which a patient is known (HL7 table 0203): an account's, a visit's or a passport's number of the
/// same authority may be another patient's own.
pub(super) fn is_patient_number(identifier: &Identifier) -> bool {
    let codes =
        || identifier.kind.iter().flat_map(|kind| kind.coding.iter().flatten()).filter_map(|it| it.code.as_deref());
    codes().next().is_none() || codes().any(|code| matches!(code, "MR" | "PI" | "NNFIN"))
}
