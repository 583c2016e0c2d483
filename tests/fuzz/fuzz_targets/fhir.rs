//! FHIR bundles.
#![no_main]

use adapter::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::translate(Format::Fhir, bytes));
