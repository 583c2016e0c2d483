//! The identity provider's public keys (JWK Set, RFC 7517 5).

use super::signature::ALGORITHMS;
use super::strict;
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The keys that sign access tokens, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Keys(BTreeMap<String, Key>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// The algorithms that it may be used with.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) key: DecodingKey,
}

/// Why a key set cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// It is no JWK Set, or a member in it stands twice.
    #[error("it is no key set (RFC 7517)")]
    NoKeySet,
    /// A token could name either.
    #[error("two keys have one id")]
    SameId,
    /// Every token would be refused.
    #[error("no key of it signs with ES256, PS256 or RS256")]
    None,
}

impl Keys {
    /// Reads a key set. Keys for other uses and of other algorithms are left out.
    pub fn of_key_set(bytes: &[u8]) -> Result<Self, KeysError> {
        let set = strict::object(bytes).ok_or(KeysError::NoKeySet)?;
        let list = set.get("keys").and_then(Value::as_array).ok_or(KeysError::NoKeySet)?;
        let mut keys = BTreeMap::new();
        for (id, key) in list.iter().filter_map(Value::as_object).filter_map(usable) {
            if keys.insert(id, key).is_some() {
                return Err(KeysError::SameId);
            }
        }
        if keys.is_empty() { Err(KeysError::None) } else { Ok(Self(keys)) }
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Key> {
        self.0.get(id)
    }
}

/// A key with an id that may sign, and of what. `None`: it is for something else.
fn usable(jwk: &Map<String, Value>) -> Option<(String, Key)> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("use").is_some_and(|it| it != "sig") {
        return None;
    }
    if let Some(operations) = jwk.get("key_ops") {
        operations.as_array()?.iter().find(|it| it.as_str() == Some("verify"))?;
    }
    let (family, key) = match text("kty")? {
        "EC" if text("crv")? == "P-256" => {
            (AlgorithmFamily::Ec, DecodingKey::from_ec_components(text("x")?, text("y")?).ok()?)
        }
        "RSA" => (AlgorithmFamily::Rsa, DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?),
        _ => return None,
    };
    let of_family = ALGORITHMS.into_iter().filter(|it| it.family() == family);
    // A key that names its algorithm is used with no other (RFC 8725 3.1).
    let stated: Option<Algorithm> = match jwk.get("alg") {
        Some(alg) => Some(alg.as_str()?.parse().ok()?),
        None => None,
    };
    let algorithms: Vec<_> = of_family.filter(|it| stated.is_none_or(|stated| stated == *it)).collect();
    let id = text("kid").filter(|id| !id.is_empty())?;
    (!algorithms.is_empty()).then(|| (id.to_owned(), Key { algorithms, key }))
}
