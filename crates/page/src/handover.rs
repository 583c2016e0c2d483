//! To whom the duty service hands a matter over when it closes its contact. The record keeps a code, and each screen shows it in its
//! reader's language.

use crate::code::Code;
use crate::frame::Frame;
use words::Phrase;

/// Who can take a matter over.
const TO: [&str; 5] = ["own-worker", "childs-social-worker", "social-care-unit", "health-social-work", "next-shift"];

/// What can be chosen: first nobody.
pub(crate) fn choices(frame: &Frame) -> Vec<Code> {
    let nobody = Code { code: String::new(), words: frame.say(Phrase::PageHandedOverToNobody) };
    std::iter::once(nobody).chain(TO.into_iter().map(|code| Code::of(frame, code))).collect()
}

/// Can it be chosen?
pub(crate) fn is_choice(written: &str) -> bool {
    written.is_empty() || TO.contains(&written)
}

/// To whom it was handed over, in words.
pub(crate) fn sentence(frame: &Frame, to: &str) -> String {
    frame.say(Phrase::PageHandedOver { to: &frame.language.code(to) })
}
