//! What a professional declares (`care::access::Declared`), as it is read and as the access log keeps it.

use crate::field::{instant, text};
use crate::proto;
use crate::status::Error;
use care::access::{Declarable, Declared};
use event::{Instant, Keyring, Personal, Token, WrittenReason};
use store::{Access, Declaration};
use uuid::Uuid;

/// A basis, and why it is at hand.
pub(crate) struct Declares {
    /// What is declared.
    pub(crate) declared: Declared,
    reason: Personal<String>,
}

impl Declares {
    /// One that holds `now`.
    pub(crate) fn of(declared: &proto::DeclaredBasis, now: Instant) -> Result<Self, Error> {
        let basis = match declared.basis() {
            proto::Basis::Unspecified => return Err(Error::invalid("access.declared.basis", "is missing or unknown")),
            proto::Basis::NoCapacity => Declarable::NoCapacity,
            proto::Basis::Authority => Declarable::Authority,
            proto::Basis::NeedOfCare => Declarable::NeedOfCare,
            proto::Basis::ChildsInterest => Declarable::ChildsInterest,
            proto::Basis::VitalInterest => Declarable::VitalInterest,
        };
        let reason = Personal::new(text(&declared.reason, "access.declared.reason", 500)?.to_owned());
        let at = declared.declared_at.as_ref().and_then(instant);
        let at = at.ok_or(Error::invalid("access.declared.declared_at", "is missing, or not a valid time"))?;
        let declared = Declared { basis, at };
        if !declared.holds_at(now) {
            let why = "is over, or lies ahead: a declaration holds for a quarter of an hour; declare it again if it is at hand still";
            return Err(Error::invalid("access.declared.declared_at", why));
        }
        Ok(Self { declared, reason })
    }

    /// As the access log keeps it: the reason under its seal, for the identifier that was asked with.
    pub(crate) fn logged(&self, keyring: &Keyring, access: &Access, client: Token) -> Declaration {
        let basis = self.declared.basis.name();
        let who = format!("{}\u{1f}{}", access.system, access.user);
        let what = format!("{}\u{1f}{basis}\u{1f}{}", hex::encode(client.as_bytes()), self.declared.at.as_micros());
        let key = keyring.token("declaration", &who, &what);
        let reason = WrittenReason { text: self.reason.expose().clone() };
        let reason = keyring.sealer(client, Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes())).seal(&reason);
        Declaration::Made { key, basis, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap()
    }

    #[test]
    fn a_declaration_has_a_basis_a_reason_and_a_time_within_the_quarter_of_an_hour() {
        let at = |seconds: i64| prost_types::Timestamp { seconds: 1_700_000_000 + seconds, nanos: 0 };
        let whole = proto::DeclaredBasis {
            basis: proto::Basis::NoCapacity.into(),
            reason: " Muistisairaus, ei edunvalvojaa ".into(),
            declared_at: Some(at(0)),
        };
        let of = |change: &dyn Fn(&mut proto::DeclaredBasis)| {
            let mut it = whole.clone();
            change(&mut it);
            match Declares::of(&it, now()) {
                Ok(_) => None,
                Err(Error::Invalid { field, .. }) => Some(field),
                Err(other) => panic!("{other}"),
            }
        };
        let read = Declares::of(&whole, now()).unwrap_or_else(|error| panic!("{error}"));
        assert!(read.reason.expose() == "Muistisairaus, ei edunvalvojaa");
        assert_eq!(read.declared, Declared { basis: Declarable::NoCapacity, at: now() });
        let (basis, reason, when) =
            (Some("access.declared.basis"), Some("access.declared.reason"), Some("access.declared.declared_at"));
        assert_eq!(of(&|it| it.basis = 0), basis);
        assert_eq!(of(&|it| it.basis = 99), basis);
        for bad in [String::new(), " ".into(), "a\nb".into(), "a".repeat(501)] {
            assert_eq!(of(&|it| it.reason.clone_from(&bad)), reason, "{bad:?}");
        }
        assert_eq!(of(&|it| it.declared_at = None), when);
        let seconds = |seconds| of(&|it| it.declared_at = Some(at(seconds)));
        assert_eq!([60, 0, -899].map(seconds), [None; 3]);
        assert_eq!([61, -900, -86_400].map(seconds), [when; 3], "declare it again");
    }
}
