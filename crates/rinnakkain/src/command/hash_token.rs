//! `rinnakkain hash-token`: the hash of a source's or a caller's token, for the configuration.

use crate::output;
use anyhow::ensure;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// Below this a token can be guessed from its hash.
const SHORTEST: usize = 16;

pub fn run() -> anyhow::Result<ExitCode> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin().lock().read_to_string(&mut text)?;
    let token = text.trim();
    ensure!(
        token.len() >= SHORTEST,
        "give a token of at least {SHORTEST} characters on standard input: openssl rand -hex 32 | tee token | rinnakkain hash-token"
    );
    output::line(&hex::encode(Sha256::digest(token.as_bytes())))?;
    Ok(ExitCode::SUCCESS)
}
