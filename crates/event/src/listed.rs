//! Enums whose every member a test must try.

/// An enum and the list of its members, from one declaration. A test that goes through `ALL` misses no member.
#[macro_export]
macro_rules! listed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $member:ident $(= $number:literal)?),* $(,)? }) => {
        $(#[$about])*
        pub enum $name {
            $($(#[$doc])* $member $(= $number)?),*
        }

        impl $name {
            /// Every member, as declared.
            pub const ALL: &[Self] = &[$(Self::$member),*];
        }
    };
}
