//! Between the typed events and their protobuf bytes.
//!
//! A value that an event may hold is a [`Field`], written once for its type. Then an event is one line: `wire!` takes it
//! apart into its fields and puts it together. A field that is left out does not compile.

/// The generated wire types.
#[expect(missing_docs, clippy::pedantic, reason = "generated; documented in proto/rinnakkain/event/v1")]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/rinnakkain.event.v1.rs"));
}

/// The bytes hold something that this version does not know, so the event is kept as unknown.
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

/// An enum whose members have the wire's numbers: itself, all its members, and how it and lists of it stand on the wire.
macro_rules! numbered {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $member:ident = $number:literal,)* }) => {
        $(#[$about])*
        #[repr(i32)]
        pub enum $name {
            $($(#[$doc])* $member = $number,)*
        }

        impl $name {
            /// Every member, as declared.
            pub const ALL: &[Self] = &[$(Self::$member),*];
        }

        impl $crate::wire::Field<i32> for $name {
            fn to_field(&self) -> i32 {
                *self as i32
            }

            fn from_field(number: i32) -> Result<Self, $crate::wire::NotKnown> {
                match number {
                    $($number => Ok(Self::$member),)*
                    _ => Err($crate::wire::NotKnown),
                }
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
