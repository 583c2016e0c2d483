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

pub fn identifier(language: Language) -> anyhow::Result<Zeroizing<String>> {
    /// No identifier is longer.
    const MOST: u64 = 1024;
    let unreadable = || language.say(Phrase::IdentifierUnreadable);
    let text = if std::io::stdin().is_terminal() {
        let prompt = format!("{}: ", language.say(Phrase::IdentifierPrompt));
        Zeroizing::new(rpassword::prompt_password(prompt).with_context(unreadable)?)
    } else {
        let mut line = Zeroizing::new(String::new());
        let mut input = std::io::stdin().lock().take(MOST);
        input.read_line(&mut line).with_context(unreadable)?;
        line
    };
    let identifier = Zeroizing::new(text.trim().to_owned());
    ensure!(!identifier.is_empty(), language.say(Phrase::NoIdentifier));
    Ok(identifier)
}
