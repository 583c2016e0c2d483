//! Personal data has a type (law 3): it cannot be printed, logged or serialized by accident.

use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// A personal value in memory. It has no `Debug`, `Display` or `Serialize`; reading it takes [`Personal::expose`].
///
/// ```compile_fail
/// println!("{:?}", event::Personal::new("Meikäläinen".to_owned()));
/// ```
/// ```compile_fail
/// fn loggable(_: impl std::fmt::Display) {}
/// loggable(event::Personal::new("Meikäläinen".to_owned()));
/// ```
/// ```compile_fail
/// fn storable(_: impl serde::Serialize) {}
/// storable(event::Personal::new("Meikäläinen".to_owned()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks `value` as personal.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: only to show it to a person who may see it, or to make a token of it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

/// What can be sealed: a protobuf message with a schema name that the cipher binds to its bytes.
pub trait Plain: prost::Message + Default {
    /// The name of the schema; part of the authenticated data.
    const SCHEMA: &'static str;
}

impl Plain for crate::PersonName {
    const SCHEMA: &'static str = "rinnakkain.event.v1.PersonName";
}

impl Plain for crate::BirthDate {
    const SCHEMA: &'static str = "rinnakkain.event.v1.BirthDate";
}

impl Plain for crate::Worker {
    const SCHEMA: &'static str = "rinnakkain.event.v1.Worker";
}

impl Plain for crate::StatedDirectory {
    const SCHEMA: &'static str = "rinnakkain.event.v1.StatedDirectory";
}

/// A message's bytes as they came, for the quarantine.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct RawMessage {
    /// The bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub bytes: bytes::Bytes,
}

impl std::fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawMessage({} bytes)", self.bytes.len())
    }
}

impl Plain for RawMessage {
    const SCHEMA: &'static str = "rinnakkain.event.v1.RawMessage";
}

/// Why somebody did something, in their own words: they may tell of the client.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct WrittenReason {
    /// The words.
    #[prost(string, tag = "1")]
    pub text: String,
}

impl std::fmt::Debug for WrittenReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WrittenReason")
    }
}

impl Plain for WrittenReason {
    const SCHEMA: &'static str = "rinnakkain.event.v1.WrittenReason";
}

/// A [`Personal`] value under AES-256-GCM-SIV, with the id of its key beside it. Its bytes may be stored; only
/// [`crate::Keyring::open`] reads them.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Sealed<T> {
    pub(crate) key_id: u32,
    pub(crate) nonce: [u8; 12],
    pub(crate) ciphertext: Vec<u8>,
    #[serde(skip)]
    pub(crate) of: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// From its stored parts.
    #[must_use]
    pub fn from_parts(key_id: u32, nonce: [u8; 12], ciphertext: Vec<u8>) -> Self {
        Self { key_id, nonce, ciphertext, of: PhantomData }
    }

    /// The id of the key that opens it.
    #[must_use]
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> &[u8; 12] {
        &self.nonce
    }

    /// The ciphertext with its tag.
    #[must_use]
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self { key_id: self.key_id, nonce: self.nonce, ciphertext: self.ciphertext.clone(), of: PhantomData }
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.key_id, self.nonce, &self.ciphertext) == (other.key_id, other.nonce, &other.ciphertext)
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}
