//! The values that an event may hold, each with its form on the wire.

use crate::wire::{Field, NotKnown, proto};
use crate::{Code, Instant, MayEnd, Sealed, StreamId, Token, Ward};
use bytes::Bytes;
use uuid::Uuid;

impl Field<Bytes> for Token {
    fn to_field(&self) -> Bytes {
        Bytes::copy_from_slice(self.as_bytes())
    }

    fn from_field(wire: Bytes) -> Result<Self, NotKnown> {
        Self::from_slice(&wire).ok_or(NotKnown)
    }
}

/// Empty: none.
impl Field<Bytes> for Option<Token> {
    fn to_field(&self) -> Bytes {
        self.as_ref().map(Field::to_field).unwrap_or_default()
    }

    fn from_field(wire: Bytes) -> Result<Self, NotKnown> {
        if wire.is_empty() { Ok(None) } else { Token::from_field(wire).map(Some) }
    }
}

impl Field<Bytes> for Uuid {
    fn to_field(&self) -> Bytes {
        Bytes::copy_from_slice(self.as_bytes())
    }

    fn from_field(wire: Bytes) -> Result<Self, NotKnown> {
        Self::from_slice(&wire).map_err(|_| NotKnown)
    }
}

impl Field<i64> for Instant {
    fn to_field(&self) -> i64 {
        self.as_micros()
    }

    fn from_field(wire: i64) -> Result<Self, NotKnown> {
        Self::from_micros(wire).ok_or(NotKnown)
    }
}

impl Field<Option<i64>> for Option<Instant> {
    fn to_field(&self) -> Option<i64> {
        self.map(Instant::as_micros)
    }

    fn from_field(wire: Option<i64>) -> Result<Self, NotKnown> {
        wire.map(Instant::from_field).transpose()
    }
}

impl Field<String> for Code {
    fn to_field(&self) -> String {
        self.as_str().to_owned()
    }

    fn from_field(wire: String) -> Result<Self, NotKnown> {
        Self::try_new(&wire).map_err(|_| NotKnown)
    }
}

/// Empty: none.
impl Field<String> for Option<Code> {
    fn to_field(&self) -> String {
        self.as_ref().map(Field::to_field).unwrap_or_default()
    }

    fn from_field(wire: String) -> Result<Self, NotKnown> {
        if wire.is_empty() { Ok(None) } else { Code::from_field(wire).map(Some) }
    }
}

impl Field<proto::Ward> for Ward {
    fn to_field(&self) -> proto::Ward {
        proto::Ward { code: self.code().to_owned() }
    }

    fn from_field(wire: proto::Ward) -> Result<Self, NotKnown> {
        Self::try_new(&wire.code).ok_or(NotKnown)
    }
}

impl Field<Option<proto::StreamId>> for StreamId {
    fn to_field(&self) -> Option<proto::StreamId> {
        Some(proto::StreamId { key: self.key.to_field(), system: self.system.clone() })
    }

    fn from_field(wire: Option<proto::StreamId>) -> Result<Self, NotKnown> {
        let record = wire.ok_or(NotKnown)?;
        Ok(Self { key: Token::from_field(record.key)?, system: record.system })
    }
}

impl<T> Field<proto::Sealed> for Sealed<T> {
    fn to_field(&self) -> proto::Sealed {
        proto::Sealed {
            key_id: self.key_id,
            nonce: Bytes::copy_from_slice(&self.nonce),
            ciphertext: Bytes::copy_from_slice(&self.ciphertext),
        }
    }

    fn from_field(wire: proto::Sealed) -> Result<Self, NotKnown> {
        let nonce = wire.nonce.as_ref().try_into().map_err(|_| NotKnown)?;
        Ok(Self::from_parts(wire.key_id, nonce, wire.ciphertext.into()))
    }
}

impl<T> Field<Option<proto::Sealed>> for Sealed<T> {
    fn to_field(&self) -> Option<proto::Sealed> {
        Some(self.to_field())
    }

    fn from_field(wire: Option<proto::Sealed>) -> Result<Self, NotKnown> {
        Self::from_field(wire.ok_or(NotKnown)?)
    }
}

/// A message that may be absent.
impl Field<Option<proto::Ward>> for Option<Ward> {
    fn to_field(&self) -> Option<proto::Ward> {
        self.as_ref().map(Field::to_field)
    }

    fn from_field(wire: Option<proto::Ward>) -> Result<Self, NotKnown> {
        wire.map(Field::from_field).transpose()
    }
}

impl<T> Field<Option<proto::Sealed>> for Option<Sealed<T>> {
    fn to_field(&self) -> Option<proto::Sealed> {
        self.as_ref().map(Field::to_field)
    }

    fn from_field(wire: Option<proto::Sealed>) -> Result<Self, NotKnown> {
        wire.map(Field::from_field).transpose()
    }
}

/// A list of values.
macro_rules! list {
    ($($name:ty = $wire:ty),*) => {
        $(impl Field<Vec<$wire>> for Vec<$name> {
            fn to_field(&self) -> Vec<$wire> {
                self.iter().map(Field::to_field).collect()
            }

            fn from_field(wire: Vec<$wire>) -> Result<Self, NotKnown> {
                wire.into_iter().map(Field::from_field).collect()
            }
        })*
    };
}
list!(Token = Bytes, Ward = proto::Ward, Code = String);

/// Absent, or not alone: no value.
impl Field<Option<proto::MayEnd>> for MayEnd {
    fn to_field(&self) -> Option<proto::MayEnd> {
        Some(match *self {
            Self::Nothing => proto::MayEnd { on_its_own: false, percent: 0, at_least: 0 },
            Self::UpTo { percent, at_least } => proto::MayEnd { on_its_own: true, percent, at_least },
        })
    }

    fn from_field(wire: Option<proto::MayEnd>) -> Result<Self, NotKnown> {
        Ok(match wire {
            Some(it) if it.on_its_own => Self::UpTo { percent: it.percent, at_least: it.at_least },
            _ => Self::Nothing,
        })
    }
}
