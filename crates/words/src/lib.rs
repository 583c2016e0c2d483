//! Everything that people read, in Finnish, Swedish and English: one catalogue of Fluent files, `text/`. A text
//! stands in the three languages side by side.
//!
//! [`Phrase`] is each text of the product itself, with its arguments. The values of the API's enums
//! ([`Language::value`]), the types of events ([`Language::event`]) and the codes that sources use ([`Language::code`]) are
//! found by their own names, so a new one needs its words and no code. Tests compare the catalogue with the descriptors of
//! the API, with the types of events, and with the sources that use each phrase.
//!
//! This crate knows no answer and no page: it is given values and returns text.
//!
//! # Adding words
//! 1. Of a value of an enum or a type of event: its text in `value.ftl` or `event.ftl`.
//! 2. Of anything else: its line in `phrase.rs`, and its text in `heading.ftl`, `answer.ftl` or `trouble.ftl`.

mod catalogue;
mod language;
mod phrase;
mod wording;

#[cfg(test)]
mod tests;

pub use language::{Language, UnknownLanguage};
pub use phrase::Phrase;
