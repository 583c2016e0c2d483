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
//! 1. Of a value of an enum, a type of event or a source's code: its text in `value.ftl`, `event.ftl` or `code.ftl`. The key
//!    follows from the name: `worker-role-own-worker`, `event-stay-started`, `code-home-care`.
//! 2. Of anything else: its line in `phrase.rs`, with its arguments, and its text in `heading.ftl`, `answer.ftl`, `trouble.ftl`
//!    or `page.ftl`. Code says it by [`Language::say`]; a text that no code says fails a test.
//! 3. Of a new file: its line in `catalogue.rs`.

mod catalogue;
mod language;
mod phrase;
mod wording;

#[cfg(test)]
mod tests;

pub use language::{Language, UnknownLanguage};
pub use phrase::Phrase;
