//! Enums whose every member a test must try.

/// An enum and the list of its members, from one declaration: what a test tries by `ALL` misses none.
#[macro_export]
macro_rules! listed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$doc:meta])* $member:ident),* $(,)? }) => {
        $(#[$about])*
        pub enum $name {
            $($(#[$doc])* $member),*
        }

        impl $name {
            /// Every member, as declared.
            pub const ALL: &[Self] = &[$(Self::$member),*];
        }
    };
}
