//! One access token: is it the provider's, for this service, valid now, and issued to the party that sends it?

use super::keys::Keys;
use super::strict;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::Instant;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// The clock of the provider may be ahead of ours by so many seconds.
const SKEW: i64 = 60;
/// The longest life of a token, in seconds: a stolen one is of use for no longer.
const LONGEST: i64 = 3600;

/// Whose tokens are taken.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) issuer: String,
    pub(super) audience: String,
}

/// A token that is to be believed.
#[derive(Debug)]
pub(crate) struct AccessToken {
    /// The client that it was issued to.
    pub(crate) azp: String,
    pub(super) claims: Map<String, Value>,
}

/// Why a token is refused, for the log. Its sender learns only that it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum TokenRefused {
    #[error("no identity provider is configured")]
    NoProvider,
    #[error("it is no signed JWT")]
    Malformed,
    #[error("its type is not at+jwt (RFC 9068 2.1)")]
    Type,
    #[error("its header has `crit`, and nothing critical is understood (RFC 7515 4.1.11)")]
    Critical,
    #[error("its algorithm is not one that its key signs with: ES256, PS256 or RS256")]
    Algorithm,
    #[error("the provider has no such key")]
    UnknownKey,
    #[error("its signature does not verify with its key")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is not for this service, or not for it alone")]
    Audience,
    #[error("it has no `sub`, or no `azp`, or `client_id` differs")]
    Party,
    #[error("it has no `exp` or no `iat` in whole seconds, or lives for longer than an hour")]
    Times,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("it is bound to another certificate than the connection's (RFC 8705 3)")]
    Certificate,
    #[error("no caller has its `azp` as client_id")]
    Client,
    #[error("the user's token is of another system than the one that calls")]
    OtherSystem,
    #[error("its claims about the user cannot be read")]
    User,
}

impl TokenRefused {
    /// For the access log.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::NoProvider => "TOKEN_WITHOUT_PROVIDER",
            Self::Malformed => "TOKEN_MALFORMED",
            Self::Type => "TOKEN_TYPE",
            Self::Critical => "TOKEN_CRITICAL",
            Self::Algorithm => "TOKEN_ALGORITHM",
            Self::UnknownKey => "TOKEN_KEY_UNKNOWN",
            Self::Signature => "TOKEN_SIGNATURE",
            Self::Issuer => "TOKEN_ISSUER",
            Self::Audience => "TOKEN_AUDIENCE",
            Self::Party => "TOKEN_PARTY",
            Self::Times => "TOKEN_TIMES",
            Self::Expired => "TOKEN_EXPIRED",
            Self::NotYet => "TOKEN_NOT_YET_VALID",
            Self::Certificate => "TOKEN_OF_ANOTHER_CERTIFICATE",
            Self::Client => "TOKEN_OF_NO_CALLER",
            Self::OtherSystem => "TOKEN_OF_ANOTHER_SYSTEM",
            Self::User => "TOKEN_CLAIMS_OF_USER",
        }
    }
}

impl AccessToken {
    /// Checks all of it. `certificate`: the SHA-256 of the certificate that the connection's client proved to have.
    pub(super) fn verify(
        token: &[u8],
        keys: &Keys,
        expected: &Expected,
        now: Instant,
        certificate: Option<[u8; 32]>,
    ) -> Result<Self, TokenRefused> {
        let mut parts = token.split(|byte| *byte == b'.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let (Some(Some(header)), Some(Some(payload)), Some(Some(_)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenRefused::Malformed);
        };
        let header = strict::object(&header).ok_or(TokenRefused::Malformed)?;
        let claims = strict::object(&payload).ok_or(TokenRefused::Malformed)?;
        signed(token, &header, keys, expected)?;
        of_now(&claims, now)?;
        let azp = addressed(&claims, expected)?;
        bound(&claims, certificate)?;
        Ok(Self { azp, claims })
    }
}

/// `alg`, `kid`, `typ` and `crit` are all that is read of the header: a key or a place of keys in it (`jwk`, `x5c`, `jku`,
/// `x5u`) is the sender's own claim.
fn signed(token: &[u8], header: &Map<String, Value>, keys: &Keys, expected: &Expected) -> Result<(), TokenRefused> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let typ = text("typ").ok_or(TokenRefused::Type)?.to_ascii_lowercase();
    if typ.strip_prefix("application/").unwrap_or(&typ) != "at+jwt" {
        return Err(TokenRefused::Type);
    }
    if header.contains_key("crit") {
        return Err(TokenRefused::Critical);
    }
    let algorithm: Algorithm = text("alg").and_then(|it| it.parse().ok()).ok_or(TokenRefused::Algorithm)?;
    let key = text("kid").and_then(|id| keys.get(id)).ok_or(TokenRefused::UnknownKey)?;
    if !key.algorithms.contains(&algorithm) {
        return Err(TokenRefused::Algorithm);
    }
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[&expected.issuer]);
    validation.set_audience(&[&expected.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Times are compared with the service's own clock, below.
    validation.validate_exp = false;
    jsonwebtoken::decode::<IgnoredAny>(token, &key.key, &validation).map(|_| ()).map_err(|error| match error.kind() {
        ErrorKind::InvalidIssuer => TokenRefused::Issuer,
        ErrorKind::InvalidAudience => TokenRefused::Audience,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => match claim.as_str() {
            "iss" => TokenRefused::Issuer,
            "aud" => TokenRefused::Audience,
            "sub" => TokenRefused::Party,
            _ => TokenRefused::Times,
        },
        ErrorKind::InvalidSignature => TokenRefused::Signature,
        ErrorKind::InvalidAlgorithm => TokenRefused::Algorithm,
        _ => TokenRefused::Malformed,
    })
}

/// In whole seconds. The allowed skew does not extend an expiry: no token outlives itself.
fn of_now(claims: &Map<String, Value>, now: Instant) -> Result<(), TokenRefused> {
    let seconds = |name: &str| claims.get(name).map(|it| it.as_i64().ok_or(TokenRefused::Times)).transpose();
    let (exp, iat) = (seconds("exp")?.ok_or(TokenRefused::Times)?, seconds("iat")?.ok_or(TokenRefused::Times)?);
    let now = now.as_micros().div_euclid(1_000_000);
    if iat.saturating_sub(now) > SKEW || seconds("nbf")?.is_some_and(|nbf| nbf.saturating_sub(now) > SKEW) {
        return Err(TokenRefused::NotYet);
    }
    if exp <= now {
        return Err(TokenRefused::Expired);
    }
    if exp <= iat || exp.saturating_sub(iat) > LONGEST { Err(TokenRefused::Times) } else { Ok(()) }
}

/// The client that it was issued to. It must be for this service alone: other services could send here a token that
/// they accept too.
fn addressed(claims: &Map<String, Value>, expected: &Expected) -> Result<String, TokenRefused> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    if text("iss") != Some(&expected.issuer) {
        return Err(TokenRefused::Issuer);
    }
    let alone = match claims.get("aud") {
        Some(Value::String(one)) => *one == expected.audience,
        Some(Value::Array(all)) => matches!(all.as_slice(), [Value::String(one)] if *one == expected.audience),
        _ => false,
    };
    if !alone {
        return Err(TokenRefused::Audience);
    }
    let azp = text("azp").filter(|_| text("sub").is_some()).ok_or(TokenRefused::Party)?;
    match claims.get("client_id") {
        Some(other) if other.as_str() != Some(azp) => Err(TokenRefused::Party),
        _ => Ok(azp.to_owned()),
    }
}

/// `cnf` (RFC 7800 3.1): the token is of use only to a party that proves to have this certificate. Another way of proof
/// is not understood, so such a token is refused.
fn bound(claims: &Map<String, Value>, certificate: Option<[u8; 32]>) -> Result<(), TokenRefused> {
    let Some(cnf) = claims.get("cnf") else { return Ok(()) };
    let only = cnf.as_object().filter(|it| it.len() == 1);
    let digest = only.and_then(|it| it.get("x5t#S256")?.as_str()).and_then(|it| URL_SAFE_NO_PAD.decode(it).ok());
    let same = digest.zip(certificate).is_some_and(|(digest, own)| bool::from(digest.as_slice().ct_eq(own.as_slice())));
    if same { Ok(()) } else { Err(TokenRefused::Certificate) }
}
