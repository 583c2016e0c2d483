//! What professionals declared, and what of it waits for the privacy officer (703/2023 11 § 5 mom., 78 §).
//!
//! Every question that rests on a declaration has its row; a review is a row too, with the same token. Nothing is changed.

use super::{About, Access, Decided, Logged, Look, insert};
use crate::Store;
use crate::codec::{Damaged, instant, token};
use crate::error::Fault;
use crate::named::Named;
use event::{Instant, Sealed, Token, WrittenReason};

/// A declaration, or its review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// A professional declares it.
    Made {
        /// Of who declares what of whom, when: the same for each question that rests on it.
        key: Token,
        /// The basis, by its name.
        basis: &'static str,
        /// Why, sealed for the client's identifier.
        reason: Sealed<WrittenReason>,
    },
    /// An operator has reviewed it.
    Reviewed(Token),
}

/// What waits for a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingDeclarations {
    /// So many.
    pub count: u64,
    /// Since when the oldest does.
    pub oldest: Option<Instant>,
}

/// What came of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reviewed {
    /// It is noted.
    Noted,
    /// There is no such row in that time, or nothing was declared with it.
    NotDeclared,
}

impl Declaration {
    pub(super) fn key(&self) -> &Token {
        match self {
            Self::Made { key, .. } | Self::Reviewed(key) => key,
        }
    }

    pub(super) fn basis(&self) -> Option<&'static str> {
        match self {
            Self::Made { basis, .. } => Some(basis),
            Self::Reviewed(_) => None,
        }
    }

    /// The sealed reason, as it stands in a row: the key's id, the nonce, the ciphertext.
    pub(super) fn written(&self) -> Option<Vec<u8>> {
        match self {
            Self::Made { reason, .. } => {
                Some([&reason.key_id().to_be_bytes()[..], reason.nonce(), reason.ciphertext()].concat())
            }
            Self::Reviewed(_) => None,
        }
    }
}

/// As [`Declaration::written`] wrote it.
pub(super) fn read(written: &[u8]) -> Result<Sealed<WrittenReason>, Damaged> {
    let parts = written.split_first_chunk::<4>().and_then(|(id, rest)| Some((id, rest.split_first_chunk::<12>()?)));
    let (id, (nonce, ciphertext)) = parts.ok_or(Damaged("reason"))?;
    Ok(Sealed::from_parts(u32::from_be_bytes(*id), *nonce, ciphertext.to_vec()))
}

/// How many declarations nobody has reviewed.
pub async fn waiting(store: &Store) -> Result<WaitingDeclarations, Fault> {
    let query = sqlx::query!(
        "SELECT count(*) AS \"count!\", micros(min(made)) AS oldest
         FROM (SELECT min(at) AS made FROM access_log WHERE declaration IS NOT NULL
               GROUP BY declaration HAVING bool_and(declared IS NOT NULL)) AS waits"
    );
    let row = query.fetch_one(store.pool()).named("access_log.waiting").await?;
    let oldest = row.oldest.map(instant).transpose()?;
    Ok(WaitingDeclarations { count: u64::try_from(row.count).unwrap_or_default(), oldest })
}

/// Notes that the declaration of the row with this id, not older than `since`, is reviewed: by whom, with which result.
pub async fn review(store: &Store, id: i64, since: Instant, look: Look<'_>) -> Result<Reviewed, Fault> {
    let mut tx = store.begin().await?;
    let query = sqlx::query!(
        "SELECT declaration AS \"declaration!\", identifier, clients FROM access_log
         WHERE id = $1 AND at >= instant($2) AND declared IS NOT NULL",
        id,
        since.as_micros()
    );
    let Some(row) = query.fetch_optional(&mut *tx).named("access_log.declared").await? else {
        return Ok(Reviewed::NotDeclared);
    };
    let access = Access {
        declaration: Some(Declaration::Reviewed(token(&row.declaration)?)),
        ..Access::of_operator(look.user, look.reason, Some(id.to_string()), "log-review")
    };
    let identifier = row.identifier.as_deref().map(token).transpose()?;
    let about = About { at: look.at, identifier, as_of: None, clients: row.clients };
    insert(&mut tx, &[Logged { access: &access, about, decided: Decided::to_operator() }]).await?;
    tx.commit().named("commit").await?;
    Ok(Reviewed::Noted)
}
