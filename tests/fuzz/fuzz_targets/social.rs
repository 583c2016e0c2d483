//! CloudEvents of social care: one, a batch of them, and one put together from headers and body.
#![no_main]

use adapter::{Format, social};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    fuzz::translate(Format::Social, bytes);
    for event in social::split(bytes, true).into_iter().flatten() {
        fuzz::translate(Format::Social, event.get().as_bytes());
    }
    // The first line as an attribute, the rest as data.
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some((attribute, data)) = text.split_once('\n')
        && let Ok(event) =
            social::structured(&attribute.split_once(':').into_iter().collect::<Vec<_>>(), data.as_bytes())
    {
        fuzz::translate(Format::Social, &event);
    }
});
