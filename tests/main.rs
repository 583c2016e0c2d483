//! The product as its users meet it: the binary itself, real sockets, a real PostgreSQL.
//!
//! - `start`: it starts with nothing set up, and leaves nothing behind;
//! - `journey`: bytes on a socket to the answer over gRPC, directly and with Kafka between;
//! - `kafka`: in parts, with three brokers, and each part killed or stopped;
//! - `fhir`: bundles over HTTP, their answers, and what they change;
//! - `changed_codes`: an identity code that was changed, reported by each format;
//! - `unknown`: who asks about many unknown or unrelated persons, and whether unknown, unrelated and forbidden differ in time;
//! - `declared`: a basis that a professional declares, and its review;
//! - `consent`: what a permission opens, from the call to the next answer;
//! - `review`: identities that people decide, from the message to the list and the answer;
//! - `duty`: the duty social service leaves a call-back request, and what it may see from then on;
//! - `directory`: whom to ring, in files of its own: shown for a time, printed and read again; and as a source states it;
//! - `doubts`: what may be of anybody, and what a source may not write or decide by itself;
//! - `least_rights`: the account that the service works as, and its memory;
//! - `lists`: whole lists from an extract, CloudEvents in binary mode, and the schemas they follow;
//! - `streams`: a fact of many clients, from the socket into each one's answer;
//! - `receipts`: what was received is counted, its sender can ask for it, and it is read again after a mend;
//! - `restore`: an older backup by the operators' own scripts, with Kafka and without;
//! - `deploy`: the files of `deploy/`, as far as they can be checked without containers;
//! - `telemetry`: traces and metrics as a collector gets them, and a source that is silent;
//! - `orders`: what an order of HL7 messages gives, as a table;
//! - `page`: the duty page, in a real browser;
//! - `tls`: who is served over TLS and who is not, and certificates renewed while it runs;
//! - `check`: what is configured and whether it can be relied on, and how the program ends;
//! - `health`: whether each role is ready, while PostgreSQL or Kafka is away, and when it is back;
//! - `feed`: a new hospital, whose words nobody has configured, and a configuration that changes while the service runs;
//! - `http`: odd and legal requests, and refusals that arrive;
//! - `reported`: what counts as a report of a source, and what does not;
//! - `stopping`: asked to stop, it answers what it has received or nothing;
//! - `attacks`: nobody holds the doors for others;
//! - `bad_input`, `crash`, `canary`: what must never happen.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on panics")]

mod attacks;
mod bad_input;
mod canary;
mod check;
mod crash;
mod deploy;
mod directory;
mod health;
#[macro_use]
mod journey;
mod changed_codes;
mod consent;
mod declared;
mod doubts;
mod duty;
mod feed;
mod fhir;
mod http;
mod kafka;
mod least_rights;
mod lists;
mod orders;
mod page;
mod receipts;
mod reported;
mod restore;
mod review;
mod start;
mod stopping;
mod streams;
mod support;
mod telemetry;
mod tls;
mod unknown;
