//! The deployment's keys: one that turns identifiers into tokens, and those that seal personal values.
//!
//! Read from a file (TOML), never from the environment or the database. Sealing is deterministic: the nonce comes from
//! the event's id and the value's schema. So two copies of an event are equal byte for byte (rule R1), and AES-GCM-SIV
//! tolerates a nonce that meets two values.

use crate::{Personal, Plain, Sealed, StreamId, Token};
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;
use zeroize::Zeroizing;

/// All keys of one deployment.
pub struct Keyring {
    index_version: u8,
    index: Hmac<Sha256>,
    /// For the keys of Kafka's records: they cannot be joined with the tokens in the database.
    journal: Hmac<Sha256>,
    /// The key that seals now.
    current: u32,
    seal: BTreeMap<u32, Aes256GcmSiv>,
}

/// Random bytes for a new key file. The caller supplies the randomness.
pub struct NewKeys {
    /// For the index key.
    pub index: Zeroizing<[u8; 32]>,
    /// For the first sealing key.
    pub seal: Zeroizing<[u8; 32]>,
}

/// Why a key file cannot be used. Never quotes it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyringError {
    /// Not the TOML that [`NewKeys::to_file`] writes.
    #[error("the key file is not valid: expected [index] and at least one [[seal]], each with id and key")]
    Form,
    /// A key is not 64 hexadecimal digits.
    #[error("a key in the key file is not 64 hexadecimal digits")]
    Key,
    /// Two sealing keys have one id.
    #[error("two sealing keys in the key file have the same id")]
    SameId,
}

/// Why a sealed value cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The key file lacks the key.
    #[error("no key {0} in the key file")]
    NoKey(u32),
    /// Another key, another record or altered bytes.
    #[error("a sealed value does not open: altered, or of another record")]
    Altered,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    index: Entry<u8>,
    seal: Vec<Entry<u32>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<I> {
    id: I,
    key: Zeroizing<String>,
}

impl NewKeys {
    /// The text of a new key file.
    #[must_use]
    pub fn to_file(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "# Rinnakkain's keys. Without this file nothing personal in the database can be read or found again.\n\
             # Keep a copy apart from the database's backups.\n\n\
             [index]\nid = 1\nkey = \"{}\"\n\n# The last one seals; the others open what they sealed.\n\
             [[seal]]\nid = 1\nkey = \"{}\"\n",
            hex(&self.index).as_str(),
            hex(&self.seal).as_str()
        ))
    }
}

/// Adds a sealing key to the text of a key file, above the key that seals. The new key seals nothing yet, but opens
/// what it will seal later. `None`: the text is not a key file.
#[must_use]
pub fn with_another_seal(text: &str, key: &Zeroizing<[u8; 32]>) -> Option<Zeroizing<String>> {
    let ids = seal_ids(text)?;
    let (before, last) = text.split_at(text.rfind("[[seal]]")?);
    let id = ids.iter().max()?.checked_add(1)?;
    Some(Zeroizing::new(format!("{before}[[seal]]\nid = {id}\nkey = \"{}\"\n\n{last}", hex(key).as_str())))
}

/// Moves the newest sealing key to the end of the text of a key file: from then on it seals. `None`: the text is not a
/// key file.
#[must_use]
pub fn with_the_newest_last(text: &str) -> Option<Zeroizing<String>> {
    let ids = seal_ids(text)?;
    let newest = ids.iter().position(|id| Some(id) == ids.iter().max())?;
    let mut parts = text.split("[[seal]]");
    let before = parts.next()?;
    let mut seals: Vec<&str> = parts.collect();
    // A marker in a comment would be counted as a key.
    let moved = (seals.len() == ids.len()).then(|| seals.remove(newest))?;
    seals.push(moved);
    let seals: Vec<String> = seals.iter().map(|seal| format!("[[seal]]{}\n", seal.trim_end())).collect();
    Some(Zeroizing::new(format!("{before}{}", seals.join("\n"))))
}

fn seal_ids(text: &str) -> Option<Vec<u32>> {
    let file: File = toml::from_str(text).ok()?;
    Some(file.seal.iter().map(|entry| entry.id).collect())
}

impl Keyring {
    /// From the text of a key file.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let file: File = toml::from_str(text).map_err(|_| KeyringError::Form)?;
        let index = unhex(&file.index.key)?;
        let mut seal = BTreeMap::new();
        let mut current = None;
        for entry in file.seal {
            let key = unhex(&entry.key)?;
            let cipher = Aes256GcmSiv::new_from_slice(&*key).map_err(|_| KeyringError::Key)?;
            if seal.insert(entry.id, cipher).is_some() {
                return Err(KeyringError::SameId);
            }
            current = Some(entry.id);
        }
        let mac = |key: &[u8]| <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).map_err(|_| KeyringError::Key);
        let index = mac(&*index)?;
        // A key of its own, derived from the index key, so that key files stay as they are.
        let derived =
            Zeroizing::new(<[u8; 32]>::from(index.clone().chain_update("journal key").finalize().into_bytes()));
        Ok(Self {
            index_version: file.index.id,
            journal: mac(&*derived)?,
            index,
            current: current.ok_or(KeyringError::Form)?,
            seal,
        })
    }

    /// The token of `value` in `scope`; `domain` keeps kinds of values apart, so that a visit number never equals an
    /// identity code.
    #[must_use]
    pub fn token(&self, domain: &str, scope: &str, value: &str) -> Token {
        let mut mac = self.index.clone();
        for part in [domain, scope, value] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let mut bytes = [0; Token::LEN];
        bytes[0] = self.index_version;
        bytes[1..].copy_from_slice(&digest[..Token::LEN - 1]);
        Token::from_bytes(bytes)
    }

    /// The Kafka key of everything that belongs to `stream`.
    #[must_use]
    pub fn journal_key(&self, stream: &[u8]) -> [u8; 16] {
        let digest = self.journal.clone().chain_update(stream).finalize().into_bytes();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        key
    }

    /// The id of the key that seals now.
    #[must_use]
    pub fn sealing(&self) -> u32 {
        self.current
    }

    /// Whether the key file has the sealing key of this id.
    #[must_use]
    pub fn can_open(&self, key_id: u32) -> bool {
        self.seal.contains_key(&key_id)
    }

    /// A fingerprint of these keys: it differs between key files and reveals nothing of them.
    #[must_use]
    pub fn check(&self) -> Token {
        self.token("key-check", "", "")
    }

    /// The token by which a client is found and records are linked.
    #[must_use]
    pub fn identifier(&self, system: &str, value: &str) -> Token {
        self.token("identifier", system, value)
    }

    /// The record of one source identity: a number belongs to the source that sends it.
    #[must_use]
    pub fn record(&self, source: &str, system: &str, value: &str) -> StreamId {
        let scope = format!("{source}\u{1f}{system}");
        StreamId { key: self.token("record", &scope, value), system: system.to_owned() }
    }

    /// Seals for one event of one record.
    #[must_use]
    pub fn sealer(&self, record: Token, event: Uuid) -> Sealer<'_> {
        Sealer { keyring: self, record, event }
    }

    /// Opens a value of `record`.
    pub fn open<T: Plain>(&self, record: &Token, sealed: &Sealed<T>) -> Result<Personal<T>, OpenError> {
        let cipher = self.seal.get(&sealed.key_id).ok_or(OpenError::NoKey(sealed.key_id))?;
        let aad = authenticated::<T>(record);
        let payload = Payload { msg: &sealed.ciphertext, aad: &aad };
        let bytes =
            Zeroizing::new(cipher.decrypt(&Nonce::from(sealed.nonce), payload).map_err(|_| OpenError::Altered)?);
        T::decode(bytes.as_slice()).map(Personal::new).map_err(|_| OpenError::Altered)
    }
}

/// Seals values of one event.
#[derive(Clone, Copy)]
pub struct Sealer<'a> {
    keyring: &'a Keyring,
    record: Token,
    event: Uuid,
}

impl Sealer<'_> {
    /// The value under the current key: the same event and value always give the same bytes.
    #[must_use]
    pub fn seal<T: Plain>(&self, value: &T) -> Sealed<T> {
        let digest = Sha256::new().chain_update(self.event.as_bytes()).chain_update(T::SCHEMA).finalize();
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&digest[..12]);
        let plain = Zeroizing::new(value.encode_to_vec());
        let aad = authenticated::<T>(&self.record);
        let payload = Payload { msg: &plain, aad: &aad };
        // AES-GCM-SIV refuses only messages over 64 GiB; an empty ciphertext then opens for nobody.
        let ciphertext = self
            .keyring
            .seal
            .get(&self.keyring.current)
            .and_then(|cipher| cipher.encrypt(&Nonce::from(nonce), payload).ok());
        Sealed::from_parts(self.keyring.current, nonce, ciphertext.unwrap_or_default())
    }
}

fn authenticated<T: Plain>(record: &Token) -> Vec<u8> {
    [record.as_bytes().as_slice(), T::SCHEMA.as_bytes()].concat()
}

fn hex(bytes: &[u8; 32]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(64));
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
    }
    text
}

fn unhex(text: &str) -> Result<Zeroizing<[u8; 32]>, KeyringError> {
    let mut key = Zeroizing::new([0; 32]);
    if text.len() != 64 || !text.is_ascii() {
        return Err(KeyringError::Key);
    }
    for (byte, at) in key.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| KeyringError::Key)?;
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonName;

    fn keyring(n: u8) -> Keyring {
        let keys = NewKeys { index: Zeroizing::new([n; 32]), seal: Zeroizing::new([n.wrapping_add(1); 32]) };
        Keyring::parse(&keys.to_file()).unwrap()
    }

    #[test]
    fn sealing_is_deterministic_and_bound_to_record_and_schema() {
        let keys = keyring(1);
        let (a, b) = (keys.record("kys", "own", "1").key, keys.record("kys", "own", "2").key);
        let id = Uuid::from_u128(7);
        let name = PersonName { family: "Meikäläinen".into(), given: "Maija".into() };
        let sealed = keys.sealer(a, id).seal(&name);
        assert_eq!(sealed, keys.sealer(a, id).seal(&name));
        assert!(keys.open(&a, &sealed).unwrap().expose() == &name);
        assert!(keys.open(&b, &sealed).is_err(), "another record's value must not open");
        let other: Sealed<crate::BirthDate> =
            Sealed::from_parts(sealed.key_id, sealed.nonce, sealed.ciphertext.clone());
        assert!(keys.open(&a, &other).is_err(), "another schema's value must not open");
        assert!(keyring(9).open(&a, &sealed).is_err(), "another key must not open");
    }

    #[test]
    fn tokens_keep_domains_scopes_and_keys_apart() {
        let keys = keyring(1);
        assert_eq!(keys.identifier("s", "v"), keys.identifier("s", "v"));
        assert_ne!(keys.token("a", "bc", "d"), keys.token("ab", "c", "d"));
        assert_ne!(keys.token("a", "b", "cd"), keys.token("a", "bc", "d"));
        assert_ne!(keys.identifier("s", "v"), keyring(2).identifier("s", "v"));
    }

    #[test]
    fn a_key_in_kafka_reveals_no_token() {
        let keys = keyring(1);
        let record = keys.record("kys", "own", "1").key;
        let key = keys.journal_key(record.as_bytes());
        assert_eq!(key, keys.journal_key(record.as_bytes()));
        assert_ne!(key, keyring(2).journal_key(record.as_bytes()));
        let token = keys.token("record", "kys\u{1f}own", "1");
        assert!(token == record && !token.as_bytes().windows(8).any(|part| key.windows(8).any(|it| it == part)));
    }

    #[test]
    fn a_bad_key_file_is_refused_without_quoting_it() {
        assert_eq!(Keyring::parse("").err(), Some(KeyringError::Form));
        let short = "[index]\nid = 1\nkey = \"abc\"\n[[seal]]\nid = 1\nkey = \"abc\"\n";
        assert_eq!(Keyring::parse(short).err(), Some(KeyringError::Key));
    }

    #[test]
    fn a_sealing_key_is_added_and_later_used() {
        let keys = NewKeys { index: Zeroizing::new([1; 32]), seal: Zeroizing::new([2; 32]) };
        let text = keys.to_file();
        let added = with_another_seal(&text, &Zeroizing::new([3; 32])).unwrap();
        let (before, between) = (Keyring::parse(&text).unwrap(), Keyring::parse(&added).unwrap());
        assert_eq!((between.sealing(), between.seal.len(), between.check()), (1, 2, before.check()));
        let used = with_the_newest_last(&added).unwrap();
        let after = Keyring::parse(&used).unwrap();
        assert_eq!((after.sealing(), after.seal.len()), (2, 2));
        assert_eq!(
            Keyring::parse(&with_the_newest_last(&used).unwrap()).unwrap().sealing(),
            2,
            "done twice it is the same"
        );
        assert!(with_another_seal("nothing", &Zeroizing::new([3; 32])).is_none());
    }
}
