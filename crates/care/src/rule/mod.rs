//! The rules: what a view means for a question.

pub(crate) mod beside;
pub(crate) mod contact_point;
pub(crate) mod county;
pub(crate) mod current_workers;
pub(crate) mod destination;
pub mod directory;
pub mod hours;
pub(crate) mod involvement;
pub(crate) mod loose_end;
pub(crate) mod own_worker;
pub mod reach;
pub mod source;
