//! Between the typed events and their protobuf bytes.
//!
//! A value that an event may hold is a [`Field`], written once for its type. Then an event is one line: `wire!` takes it
//! apart into its fields and puts it together. A field that is left out does not compile.

use crate::{Code, Instant, MayEnd, Sealed, StreamId, Token, Ward};
use bytes::Bytes;
use uuid::Uuid;

/// The generated wire types.
#[expect(missing_docs, clippy::pedantic, reason = "generated; documented in proto/rinnakkain/event/v1")]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/rinnakkain.event.v1.rs"));
}

/// The bytes hold something that this version does not know: the event is kept as unknown.
#[derive(Debug)]
pub(crate) struct NotKnown;

/// A value and its form on the wire.
pub(crate) trait Field<W>: Sized {
    fn to_field(&self) -> W;

    fn from_field(wire: W) -> Result<Self, NotKnown>;
}

/// An event's fields on the wire: `wire!(CaseOpened { ground; case = case_key })`, where `case_key` is the proto's name of
/// `case`.
macro_rules! wire {
    ($name:ident { $($field:ident),* $(; $of:ident = $named:ident)* }) => {
        impl $name {
            pub(crate) fn to_wire(&self) -> $crate::wire::proto::$name {
                let Self { $($field,)* $($of),* } = self;
                $crate::wire::proto::$name {
                    $($field: $crate::wire::Field::to_field($field),)*
                    $($named: $crate::wire::Field::to_field($of)),*
                }
            }

            pub(crate) fn from_wire(wire: $crate::wire::proto::$name) -> Result<Self, $crate::wire::NotKnown> {
                let $crate::wire::proto::$name { $($field,)* $($named),* } = wire;
                Ok(Self {
                    $($field: $crate::wire::Field::from_field($field)?,)*
                    $($of: $crate::wire::Field::from_field($named)?),*
                })
            }
        }
    };
}
pub(crate) use wire;

/// An enum whose members have the wire's numbers, and lists of them.
macro_rules! numbered {
    ($name:ident) => {
        impl $crate::wire::Field<i32> for $name {
            fn to_field(&self) -> i32 {
                *self as i32
            }

            fn from_field(number: i32) -> Result<Self, $crate::wire::NotKnown> {
                let known = $name::ALL.iter().copied().find(|member| *member as i32 == number);
                known.ok_or($crate::wire::NotKnown)
            }
        }

        /// 0: not reported.
        impl $crate::wire::Field<i32> for Option<$name> {
            fn to_field(&self) -> i32 {
                self.map_or(0, |member| member as i32)
            }

            fn from_field(number: i32) -> Result<Self, $crate::wire::NotKnown> {
                (number != 0).then(|| $crate::wire::Field::from_field(number)).transpose()
            }
        }

        impl $crate::wire::Field<Vec<i32>> for Vec<$name> {
            fn to_field(&self) -> Vec<i32> {
                self.iter().map($crate::wire::Field::to_field).collect()
            }

            fn from_field(numbers: Vec<i32>) -> Result<Self, $crate::wire::NotKnown> {
                numbers.into_iter().map($crate::wire::Field::from_field).collect()
            }
        }
    };
}
pub(crate) use numbered;

/// Values that are themselves on the wire.
macro_rules! plain {
    ($($name:ty),*) => {
        $(impl Field<$name> for $name {
            fn to_field(&self) -> $name {
                self.clone()
            }

            fn from_field(wire: $name) -> Result<Self, NotKnown> {
                Ok(wire)
            }
        })*
    };
}
plain!(bool, Option<bool>, Option<i64>, u32, Option<u32>, String);

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
