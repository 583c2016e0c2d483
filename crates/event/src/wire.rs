//! Between the typed events and their protobuf bytes: the small shared steps.

use crate::{Code, Instant, Record, Sealed, StayClass, Token, Ward};
use bytes::Bytes;

/// The generated wire types.
#[expect(missing_docs, clippy::pedantic, reason = "generated; documented in proto/rinnakkain/event/v1")]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/rinnakkain.event.v1.rs"));
}

/// The bytes say something that this version does not know: the event is kept as unknown.
#[derive(Debug)]
pub(crate) struct NotKnown;

pub(crate) fn token_out(token: Token) -> Bytes {
    Bytes::copy_from_slice(token.as_bytes())
}

pub(crate) fn token_in(bytes: &[u8]) -> Result<Token, NotKnown> {
    Token::from_slice(bytes).ok_or(NotKnown)
}

pub(crate) fn key_out(key: Option<Token>) -> Bytes {
    key.map(token_out).unwrap_or_default()
}

pub(crate) fn key_in(bytes: &[u8]) -> Result<Option<Token>, NotKnown> {
    if bytes.is_empty() { Ok(None) } else { token_in(bytes).map(Some) }
}

pub(crate) fn instant_in(micros: i64) -> Result<Instant, NotKnown> {
    Instant::from_micros(micros).ok_or(NotKnown)
}

pub(crate) fn code_out(code: Option<&Code>) -> String {
    code.map(|code| code.as_str().to_owned()).unwrap_or_default()
}

pub(crate) fn code_in(text: &str) -> Result<Option<Code>, NotKnown> {
    if text.is_empty() { Ok(None) } else { Code::try_new(text).map(Some).map_err(|_| NotKnown) }
}

pub(crate) fn record_out(record: &Record) -> proto::Record {
    proto::Record { key: token_out(record.key), system: record.system.clone() }
}

pub(crate) fn record_in(record: Option<proto::Record>) -> Result<Record, NotKnown> {
    let record = record.ok_or(NotKnown)?;
    Ok(Record { key: token_in(&record.key)?, system: record.system })
}

pub(crate) fn sealed_out<T>(sealed: &Sealed<T>) -> proto::Sealed {
    proto::Sealed {
        key_id: sealed.key_id,
        nonce: Bytes::copy_from_slice(&sealed.nonce),
        ciphertext: Bytes::copy_from_slice(&sealed.ciphertext),
    }
}

pub(crate) fn sealed_in<T>(sealed: proto::Sealed) -> Result<Sealed<T>, NotKnown> {
    let nonce = sealed.nonce.as_ref().try_into().map_err(|_| NotKnown)?;
    Ok(Sealed::from_parts(sealed.key_id, nonce, sealed.ciphertext.into()))
}

pub(crate) fn ward_out(ward: &Ward) -> proto::Ward {
    proto::Ward { code: ward.code().to_owned() }
}

pub(crate) fn ward_in(ward: Option<proto::Ward>) -> Result<Option<Ward>, NotKnown> {
    ward.map(|ward| ward_of(&ward)).transpose()
}

pub(crate) fn ward_of(ward: &proto::Ward) -> Result<Ward, NotKnown> {
    Ward::try_new(&ward.code).ok_or(NotKnown)
}

pub(crate) fn tokens_out(tokens: &[Token]) -> Vec<Bytes> {
    tokens.iter().copied().map(token_out).collect()
}

pub(crate) fn tokens_in(tokens: &[Bytes]) -> Result<Vec<Token>, NotKnown> {
    tokens.iter().map(|token| token_in(token)).collect()
}

/// 0: not told.
pub(crate) fn class_out(class: Option<StayClass>) -> i32 {
    class.map_or(0, |class| class as i32)
}

pub(crate) fn class_in(class: i32) -> Result<Option<StayClass>, NotKnown> {
    (class != 0).then(|| member(StayClass::ALL, class)).transpose()
}

/// A member of an enum whose discriminants are the wire's numbers.
pub(crate) fn member<E: Copy + Numbered>(all: &[E], number: i32) -> Result<E, NotKnown> {
    all.iter().copied().find(|member| member.number() == number).ok_or(NotKnown)
}

/// Members of such an enum.
pub(crate) fn members<E: Copy + Numbered>(all: &[E], numbers: &[i32]) -> Result<Vec<E>, NotKnown> {
    numbers.iter().map(|number| member(all, *number)).collect()
}

/// An enum whose members have the wire's numbers.
pub(crate) trait Numbered {
    fn number(self) -> i32;
}
