//! Objects, described by their members.

/// Reads each member into a variable of its name.
macro_rules! read_members {
    ($at:expr; $($(#[doc = $about:literal])* $name:ident: $field:expr),* $(,)?) => {
        $(let $name = $at.read(stringify!($name), &$field)?;)*
    };
}

/// Describes each member in a schema; a doc comment on a member is its description.
macro_rules! describe_members {
    ($schema:expr; $($(#[doc = $about:literal])* $name:ident: $field:expr),* $(,)?) => {
        $($schema.field(stringify!($name), concat!($($about),*), &$field);)*
    };
}

/// A struct that reads members into a value, and describes them.
macro_rules! members {
    ($(#[doc = $about:literal])* $kind:ident -> $value:ty { $($members:tt)* } => |$at:pat_param| $body:expr) => {
        $(#[doc = $about])*
        pub(in crate::social) struct $kind;

        impl $kind {
            pub(in crate::social) fn read_members(at: $crate::social::kind::Members<'_>) -> Result<$value, $crate::rejection::RejectionReason> {
                $crate::social::kind::read_members!(at; $($members)*);
                let $at = at;
                Ok($body)
            }

            pub(in crate::social) fn describe(schema: &mut $crate::social::kind::schema::ObjectSchema<'_>) {
                $crate::social::kind::describe_members!(schema; $($members)*);
            }
        }
    };
}

/// The same as a kind of member, whose schema is a definition.
macro_rules! object {
    ($(#[doc = $about:literal])+ $kind:ident: $definition:literal -> $value:ty { $($members:tt)* } => |$at:pat_param| $body:expr) => {
        $crate::social::kind::members! { $(#[doc = $about])+ $kind -> $value { $($members)* } => |$at| $body }

        impl $crate::social::kind::MemberKind for $kind {
            type Value = $value;

            fn read(&self, given: $crate::social::kind::Given<'_>) -> Result<Option<$value>, $crate::rejection::RejectionReason> {
                given.members().and_then(Self::read_members).map(Some)
            }

            fn schema(&self, definitions: &mut $crate::social::kind::schema::Definitions) -> serde_json::Value {
                definitions.refer($definition, |definitions| {
                    let mut schema = $crate::social::kind::schema::ObjectSchema::new(definitions);
                    Self::describe(&mut schema);
                    let mut schema = schema.finish();
                    schema["description"] = serde_json::json!(concat!($($about),+).trim());
                    schema
                })
            }
        }
    };
}

pub(in crate::social) use {describe_members, members, object, read_members};
