//! Characters that do something other than be seen.

/// Is it a control character, or one that turns the direction of writing (Unicode UAX #9)? With one of these, text from
/// the network can steer a terminal, or look like another text.
#[must_use]
pub fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
