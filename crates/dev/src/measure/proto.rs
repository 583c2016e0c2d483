//! The generated messages, clients and servers of `rinnakkain.care.v1`.
#![expect(
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::large_enum_variant,
    reason = "generated; documented in proto/rinnakkain/care/v1"
)]

include!(concat!(env!("OUT_DIR"), "/rinnakkain.care.v1.rs"));
