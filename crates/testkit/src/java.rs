//! Java programs: found, fetched from Maven Central once, run as processes that end with their owner.

mod error;
mod fetch;
mod find;
mod port;
mod process;

pub use error::Error;
pub(crate) use fetch::{fetch, fetch_with};
pub(crate) use find::find;
pub use port::Port;
pub(crate) use process::Process;
