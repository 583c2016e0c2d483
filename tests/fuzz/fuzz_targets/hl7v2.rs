//! HL7 v2 messages, without their frames.
#![no_main]

use adapter::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::translate(Format::Hl7v2, bytes));
