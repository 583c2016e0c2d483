//! Who calls: by the system's own token, or by access tokens of the identity provider, for the system and for its user.

use crate::caller::{Caller, Callers, Sender, Senders, Users};
use crate::status::Error;
use crate::token::{AccessToken, IdentityProvider, Person, TokenRefused};
use event::Instant;
use quota::Connection;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tonic::metadata::{MetadataMap, MetadataValue};

/// Who asks: the system, and the professional if the identity provider has identified one.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) caller: Arc<Caller>,
    pub(crate) person: Option<Person>,
}

/// A call that is refused before a place is taken or anything looked up.
#[derive(Clone)]
pub(crate) struct Refused {
    /// What its sender gets.
    pub(crate) error: Error,
    /// Why a token is refused, for the service's own log. Its sender learns only that it is refused.
    pub(crate) why: Option<TokenRefused>,
    /// The system, if its own token is right: then the refusal goes into the access log.
    pub(crate) caller: Option<Arc<Caller>>,
    /// The professional, if a token that is believed names one.
    pub(crate) person: Option<Person>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, why: None, caller: None, person: None }
    }
}

impl From<TokenRefused> for Refused {
    fn from(why: TokenRefused) -> Self {
        Self { why: Some(why), ..Error::Unauthenticated.into() }
    }
}

impl Refused {
    /// For the logs.
    pub(crate) fn reason(&self) -> &'static str {
        self.why.map_or(self.error.reason(), TokenRefused::code)
    }

    fn of(self, caller: &Arc<Caller>, person: Option<Person>) -> Self {
        Self { caller: Some(Arc::clone(caller)), person, ..self }
    }
}

impl Callers {
    /// The system whose token the call carries, and the professional whom a token names. One token may name both.
    pub(crate) async fn authenticate(
        &self,
        metadata: &MetadataMap,
        connection: &Connection,
        now: Instant,
    ) -> Result<Asking, Refused> {
        let (caller, mut person) = self.caller(metadata, connection, now).await?;
        if !caller.certificate.as_ref().is_none_or(|it| connection.has(it)) {
            // A stolen token is of no use over another party's connection.
            return Err(Refused::from(TokenRefused::Certificate).of(caller, person));
        }
        if let Some(token) = only(metadata, USER)? {
            if person.is_some() {
                return Err(Refused::from(Error::UserRefused).of(caller, person));
            }
            let user = self.user(token.trim_ascii(), caller, connection, now).await;
            person = Some(user.map_err(|why| Refused { error: Error::UserRefused, ..why.into() }.of(caller, None))?);
        }
        let units = &caller.units;
        if person.as_ref().is_some_and(|it| !units.is_empty() && !it.unit.as_ref().is_some_and(|it| units.contains(it)))
        {
            return Err(Refused::from(Error::Unit).of(caller, person));
        }
        match (caller.users, &person) {
            (Users::Token, None) => Err(Refused::from(Error::UserMissing).of(caller, None)),
            (Users::Token, Some(_)) | (Users::Asserted, _) => Ok(Asking { caller: Arc::clone(caller), person }),
        }
    }

    /// By a token of its own, or by one that the identity provider issued to it.
    async fn caller(
        &self,
        metadata: &MetadataMap,
        connection: &Connection,
        now: Instant,
    ) -> Result<(&Arc<Caller>, Option<Person>), Refused> {
        let token = only(metadata, "authorization")?.and_then(scheme).ok_or(Error::Unauthenticated)?;
        let Some(provider) = self.provider.as_ref().filter(|_| is_jwt(token)) else {
            let own = |caller: &Arc<Caller>| caller.known_by.token_sha256;
            return Ok((find(&self.all, own, opaque(token)?)?, None));
        };
        let token = self.verified(provider, token, connection, now).await?;
        let client = |caller: &&Arc<Caller>| caller.known_by.client_id.as_deref() == Some(token.azp.as_str());
        let caller = self.all.iter().find(client).ok_or(TokenRefused::Client)?;
        let person = provider.person(&token).map_err(|why| Refused::from(why).of(caller, None))?;
        Ok((caller, person))
    }

    /// A user's token must be issued to the system that sends it: a token that another system got is refused.
    async fn user(
        &self,
        token: &[u8],
        caller: &Caller,
        connection: &Connection,
        now: Instant,
    ) -> Result<Person, TokenRefused> {
        let provider = self.provider.as_ref().filter(|_| is_jwt(token)).ok_or(TokenRefused::NoProvider)?;
        let token = self.verified(provider, token, connection, now).await?;
        if caller.known_by.client_id.as_deref() != Some(token.azp.as_str()) {
            return Err(TokenRefused::OtherSystem);
        }
        provider.person(&token)?.ok_or(TokenRefused::User)
    }

    async fn verified(
        &self,
        provider: &IdentityProvider,
        token: &[u8],
        connection: &Connection,
        now: Instant,
    ) -> Result<AccessToken, TokenRefused> {
        provider.verify(token, now, connection.peer()).await
    }
}

impl Senders {
    /// The source whose token the call carries.
    pub(crate) fn authenticate(&self, metadata: &MetadataMap) -> Result<&Sender, Error> {
        let token = only(metadata, "authorization")?.and_then(bearer).ok_or(Error::Unauthenticated)?;
        find(&self.0, |sender| Some(sender.token_sha256), token)
    }
}

/// The header in which a user's token comes; the system's own is in `authorization`.
const USER: &str = "x-rinnakkain-user";

/// The token of an `Authorization` header: the scheme's name in any letter case (RFC 9110 11.1), then one or more blanks.
/// The token itself is compared as it is.
#[must_use]
pub fn bearer(header: &[u8]) -> Option<&[u8]> {
    scheme(header).filter(|token| token.len() <= LONGEST)
}

/// The token, however long.
fn scheme(header: &[u8]) -> Option<&[u8]> {
    let header = header.trim_ascii();
    let (scheme, token) = header.split_at(header.iter().position(|byte| matches!(byte, b' ' | b'\t'))?);
    scheme.eq_ignore_ascii_case(b"bearer").then_some(token.trim_ascii())
}

/// The longest token that is compared by its hash. A longer text is not hashed at all.
const LONGEST: usize = 512;

/// A token that is no JWT: short enough to be hashed.
fn opaque(token: &[u8]) -> Result<&[u8], Error> {
    if token.len() <= LONGEST { Ok(token) } else { Err(Error::Unauthenticated) }
}

/// Three parts with dots between. All headers of a call have 16 KiB.
fn is_jwt(token: &[u8]) -> bool {
    token.split(|byte| *byte == b'.').count() == 3
}

/// The one value of a header. Two are nobody's.
fn only<'a>(metadata: &'a MetadataMap, name: &str) -> Result<Option<&'a [u8]>, Error> {
    let mut given = metadata.get_all(name).iter();
    let value = given.next().map(MetadataValue::as_encoded_bytes);
    if given.next().is_some() { Err(Error::Unauthenticated) } else { Ok(value) }
}

/// The one whose token it is.
fn find<'a, T>(all: &'a [T], digest: impl Fn(&T) -> Option<[u8; 32]>, token: &[u8]) -> Result<&'a T, Error> {
    let hashed = Sha256::digest(token);
    let mut found = None;
    // Compares all of them, each in constant time: the time taken must not reveal any of them.
    for one in all {
        if digest(one).is_some_and(|digest| bool::from(digest.as_slice().ct_eq(hashed.as_slice()))) {
            found = Some(one);
        }
    }
    found.ok_or(Error::Unauthenticated)
}

#[cfg(test)]
mod tests;
