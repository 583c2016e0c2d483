//! Which authority a key belongs to: the one rule for every key of a message (rule R5).
//!
//! Patients, visits, referrals, orders, appointments and workers each have a number that some authority issued, and the
//! same number from two authorities means two things. An authority is known by any of its names, however each is
//! spelled (`1.2.3`, `urn:oid:1.2.3`): a configured name ([`SourceProfile::authorities`]), the identifier system
//! itself, the sender's own name, or one of the two national arcs. Without an authority a key is the sender's own. An
//! authority that is not configured is a scope of its own under the sender: its numbers stay apart from others, are the
//! same in the sender's next message, and never meet another sender's.

use crate::SourceProfile;
use crate::placeholder::is_no_number;
use event::{HETU_SYSTEM, Keyring, StreamId, Token};
use std::borrow::Cow;

/// The system of a URI, which is its own authority.
pub(crate) const URI_SYSTEM: &str = "urn:ietf:rfc:3986";

/// The scope of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scope {
    system: String,
    is_known: bool,
}

impl Scope {
    /// The scope of a key whose authority has these names, the most specific one first (a universal id before a
    /// namespace id).
    pub(crate) fn of(source: &SourceProfile, names: &[Option<String>]) -> Self {
        let names = || names.iter().flatten().map(|name| name.trim()).filter(|name| !name.is_empty());
        let Some(first) = names().next() else {
            return Self::known(source.own_system());
        };
        match names().find_map(|name| known(source, name)) {
            Some(system) => Self::known(&system),
            None => Self { system: format!("{}/{}", source.name, canonical(first)), is_known: false },
        }
    }

    fn known(system: &str) -> Self {
        let system = if canonical(system) == HETU_SYSTEM { HETU_SYSTEM } else { system };
        Self { system: system.to_owned(), is_known: true }
    }

    /// The identifier system; for an unknown authority, one that only this sender has.
    pub(crate) fn system(&self) -> &str {
        &self.system
    }

    /// Configured, the sender's own, or national: no other scope ever links.
    pub(crate) fn is_known(&self) -> bool {
        self.is_known
    }
}

/// A key and its scope.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) scope: Scope,
    pub(crate) value: String,
}

impl Key {
    /// `None`: the value is a placeholder ([`is_no_number`]).
    pub(crate) fn of(source: &SourceProfile, names: &[Option<String>], value: &str) -> Option<Self> {
        let value = value.trim();
        (!is_no_number(source, value)).then(|| Self { scope: Scope::of(source, names), value: value.to_owned() })
    }

    /// The address of a resource.
    pub(crate) fn of_address(source: &SourceProfile, address: String) -> Self {
        Self { scope: Scope::of(source, &[Some(URI_SYSTEM.to_owned())]), value: address }
    }

    /// Its token; `domain` is the kind of thing that is numbered.
    pub(crate) fn token(&self, keyring: &Keyring, domain: &str) -> Token {
        keyring.token(domain, self.scope.system(), &self.value)
    }

    /// The record that it keys, with `visit:` or nothing before its system. A record's system is stored in the open, so
    /// it never holds text of the message: the name of an unknown authority goes into the key instead.
    pub(crate) fn record(&self, source: &SourceProfile, keyring: &Keyring, prefix: &str) -> StreamId {
        if self.scope.is_known {
            return keyring.record(&source.name, &format!("{prefix}{}", self.scope.system), &self.value);
        }
        let value = format!("{}\n{}", self.scope.system, self.value);
        keyring.record(&source.name, &format!("{prefix}{}/unknown-authority", source.name), &value)
    }
}

/// The system of the authority with that name, if it is known.
fn known(source: &SourceProfile, name: &str) -> Option<String> {
    if let Some(mapped) = source.authorities.get(name) {
        return Some(mapped.clone());
    }
    let written = canonical(name);
    let is_meant = |other: &&str| canonical(other) == written;
    if let Some((_, mapped)) = source.authorities.iter().find(|(other, _)| is_meant(&other.as_str())) {
        return Some(mapped.clone());
    }
    if written == HETU_SYSTEM || is_temporary(&written) {
        return Some(written.into_owned());
    }
    if name == source.name {
        return Some(source.own_system().to_owned());
    }
    let systems = source.authorities.values().chain(&source.linking).map(String::as_str);
    std::iter::once(source.own_system()).chain(systems).find(is_meant).map(str::to_owned)
}

/// An OID as a URN, however it is spelled; any other name as it is.
pub(crate) fn canonical(name: &str) -> Cow<'_, str> {
    let bare = ["urn:oid:", "oid:"].iter().find_map(|prefix| {
        let (start, rest) = name.split_at_checked(prefix.len())?;
        start.eq_ignore_ascii_case(prefix).then_some(rest)
    });
    let oid = bare.unwrap_or(name);
    if is_oid(oid) { Cow::Owned(format!("urn:oid:{oid}")) } else { Cow::Borrowed(name) }
}

/// An OID: three or more numeric parts. `2.5` is a version, and may be an authority's name.
fn is_oid(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').count() >= 3 && text.split('.').all(digits)
}

/// 1.2.246.10.{y-tunnus or location}.22.{year}.
pub(crate) fn is_temporary(system: &str) -> bool {
    let Some(rest) = system.strip_prefix("urn:oid:1.2.246.10.") else {
        return false;
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    rest.len() <= 64 && parts.len() >= 3 && parts[parts.len() - 2] == "22" && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::{Key, Scope, is_temporary};
    use crate::{Format, SourceProfile};
    use event::Keyring;

    fn source() -> SourceProfile {
        let mut source = SourceProfile::new("kys", Format::Hl7v2);
        source.own_system = Some("urn:oid:1.2.246.10.1.14.1".to_owned());
        let authorities = [
            ("KYS", "urn:oid:1.2.246.10.1.14.1"),
            ("VRK", "1.2.246.21"),
            ("1.2.246.10.2.14.1", "tays"),
            ("urn:oid:1.2.246.10.3.14.1", "oys"),
        ];
        source.authorities = authorities.map(|(name, system)| (name.to_owned(), system.to_owned())).into();
        source.linking.insert("husin-potilas".to_owned());
        source
    }

    #[test]
    fn an_authority_is_known_by_any_of_its_names() {
        let own = "urn:oid:1.2.246.10.1.14.1";
        let table: [(&[&str], &str, bool); 21] = [
            (&[], own, true),
            (&["", " "], own, true),
            (&["KYS"], own, true),
            (&["", "KYS"], own, true),
            (&["1.2.246.10.1.14.1"], own, true),
            (&["urn:oid:1.2.246.10.1.14.1"], own, true),
            (&["URN:OID:1.2.246.10.1.14.1"], own, true),
            (&["9.9.9", "KYS"], own, true),
            (&["urn:oid:1.2.246.10.2.14.1"], "tays", true),
            (&["1.2.246.10.3.14.1"], "oys", true),
            (&["tays"], "tays", true),
            (&["husin-potilas"], "husin-potilas", true),
            (&["VRK"], "urn:oid:1.2.246.21", true),
            (&["1.2.246.21"], "urn:oid:1.2.246.21", true),
            (&["Urn:Oid:1.2.246.21"], "urn:oid:1.2.246.21", true),
            (&["1.2.246.10.7.22.2024"], "urn:oid:1.2.246.10.7.22.2024", true),
            (&["A"], "kys/A", false),
            (&["kys"], own, true),
            (&["KYS 2"], "kys/KYS 2", false),
            (&["9.9.9", "A"], "kys/urn:oid:9.9.9", false),
            (&["urn:oid:9.9.9"], "kys/urn:oid:9.9.9", false),
        ];
        for (names, system, is_known) in table {
            let names: Vec<_> = names.iter().map(|name| Some((*name).to_owned())).collect();
            let scope = Scope::of(&source(), &names);
            assert_eq!((scope.system(), scope.is_known()), (system, is_known), "{names:?}");
        }
    }

    #[test]
    fn a_source_without_a_system_of_its_own_is_one() {
        let source = SourceProfile::new("kys", Format::Hl7v2);
        for names in [vec![], vec![Some("kys".to_owned())]] {
            assert_eq!(Scope::of(&source, &names).system(), "kys");
        }
    }

    #[test]
    fn two_unknown_authorities_are_two_scopes_and_neither_name_is_stored_in_the_open() {
        let keys = "42".repeat(32);
        let keyring =
            Keyring::parse(&format!("[index]\nid = 1\nkey = \"{keys}\"\n[[seal]]\nid = 1\nkey = \"{keys}\"\n"))
                .unwrap();
        let key = |name: &str| Key::of(&source(), &[Some(name.to_owned())], " 77 ").unwrap();
        let (a, b, again) = (key("A"), key("B"), key("A"));
        assert_ne!(a.token(&keyring, "stay"), b.token(&keyring, "stay"));
        assert_eq!(a.token(&keyring, "stay"), again.token(&keyring, "stay"));
        let record = |key: &Key| key.record(&source(), &keyring, "visit:");
        assert!(record(&a) != record(&b) && record(&a) == record(&again));
        assert_eq!(record(&a).system, "visit:kys/unknown-authority");
        assert_eq!(record(&key("KYS")).system, "visit:urn:oid:1.2.246.10.1.14.1");
        assert!(Key::of(&source(), &[], "UNKNOWN").is_none());
    }

    #[test]
    fn temporary_ids_are_known_by_their_arc() {
        assert!(is_temporary("urn:oid:1.2.246.10.15675350.22.2024"));
        assert!(is_temporary("urn:oid:1.2.246.10.15675350.93061.22.2024"));
        for other in [
            "1.2.246.10.1.22.2024",
            "urn:oid:1.2.246.10.1.14.2024",
            "urn:oid:1.2.246.10.22.2024",
            "urn:oid:1.2.246.10.1.22.x",
        ] {
            assert!(!is_temporary(other), "{other}");
        }
    }
}
