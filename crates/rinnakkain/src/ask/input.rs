//! What is read and never stands on the command line: the calling system's token, the client's identifier.

use anyhow::{Context, ensure};
use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;
use words::{Language, Phrase};
use zeroize::Zeroizing;

pub(super) fn token(path: &Path, language: Language) -> anyhow::Result<Zeroizing<String>> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.with_context(|| language.say(Phrase::TokenUnreadable { file: &file }))?;
    let token = Zeroizing::new(text.trim().to_owned());
    ensure!(
        !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()),
        language.say(Phrase::TokenMalformed { file: &file })
    );
    Ok(token)
}

/// No line that is asked for is longer.
const MOST: u64 = 4096;

pub fn identifier(language: Language) -> anyhow::Result<Zeroizing<String>> {
    let unreadable = || language.say(Phrase::IdentifierUnreadable);
    let text = if std::io::stdin().is_terminal() {
        let prompt = format!("{}: ", language.say(Phrase::IdentifierPrompt));
        Zeroizing::new(rpassword::prompt_password(prompt).with_context(unreadable)?)
    } else {
        line().with_context(unreadable)?
    };
    let identifier = Zeroizing::new(text.trim().to_owned());
    ensure!(!identifier.is_empty(), language.say(Phrase::NoIdentifier));
    Ok(identifier)
}

/// Why a basis is at hand.
pub(super) fn reason(language: Language) -> anyhow::Result<Zeroizing<String>> {
    if std::io::stdin().is_terminal() {
        eprint!("{}: ", language.say(Phrase::ReasonPrompt));
    }
    let reason = line().with_context(|| language.say(Phrase::ReasonMissing))?;
    let reason = Zeroizing::new(reason.trim().to_owned());
    ensure!(!reason.is_empty(), language.say(Phrase::ReasonMissing));
    Ok(reason)
}

/// The next line of standard input.
fn line() -> std::io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().lock().take(MOST).read_line(&mut line)?;
    Ok(line)
}
