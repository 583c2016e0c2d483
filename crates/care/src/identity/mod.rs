//! Which records are one person, and what a person must decide.

pub mod link;
pub mod review;
