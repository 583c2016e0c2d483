//! Death, turvakielto, and another identity code.

use super::{Open, Reader};
use crate::Decides;
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, DeathCancelled, HETU_SYSTEM, Identifier, IdentityEvent, NationalIdChanged, NonDisclosureLifted,
    NonDisclosureSet, PersonDied, Token,
};

impl Reader<'_> {
    pub(in crate::social) fn person_died(&self) -> Result<Open, Fault> {
        Ok(Body::from(PersonDied { died_at: self.begins("died_at", "data.died_at")? }).into())
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "a row of the table")]
    pub(in crate::social) fn death_cancelled(&self) -> Result<Open, Fault> {
        Ok(Body::from(DeathCancelled).into())
    }

    pub(in crate::social) fn non_disclosure_set(&self) -> Result<Open, Fault> {
        Ok(Body::from(NonDisclosureSet { until: self.lasts("until", "data.until")? }).into())
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "a row of the table")]
    pub(in crate::social) fn non_disclosure_lifted(&self) -> Result<Open, Fault> {
        Ok(Body::from(NonDisclosureLifted).into())
    }

    pub(in crate::social) fn national_id_changed(&self) -> Result<Open, Fault> {
        let missing = Fault::missing(Place::Member("data.old"));
        let changed = NationalIdChanged {
            old: vec![self.hetu("old", "data.old")?.ok_or(missing)?],
            new: self.hetu("new", "data.new")?.into_iter().collect(),
            authority: self.source.authority(Decides::IdentityCodes),
            decider: None,
            reason: None,
        };
        Ok(Body::Identity(IdentityEvent::NationalIdChanged(changed)).into())
    }

    /// A code that fails its check would make a stranger's number the one that finds nobody.
    fn hetu(&self, name: &str, path: &'static str) -> Result<Option<Token>, Fault> {
        let Some(text) = self.data.text(name, path, 20)? else { return Ok(None) };
        let identifier = Identifier::new(HETU_SYSTEM, &text);
        let persons = identifier.hetu().is_some_and(|hetu| self.source.artificial_hetu || !hetu.is_artificial());
        let fault = Fault::new(RejectionCode::DataTypeError, Place::Member(path), "not an identity code of a person");
        if !persons {
            return Err(fault);
        }
        Ok(Some(self.keyring.identifier(HETU_SYSTEM, identifier.value.expose())))
    }
}
