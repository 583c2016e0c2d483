//! Why the files of a listener's TLS cannot be used.

use std::io;
use std::path::PathBuf;

/// No error quotes their content.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: io::Error },
    #[error("{}: it holds no {what} in PEM, or a damaged one", file.display())]
    Empty { file: PathBuf, what: &'static str },
    #[error("{} and {}: {error}", certificate.display(), key.display())]
    Pair { certificate: PathBuf, key: PathBuf, error: rustls::Error },
    #[error("{}: the revocation list of {issuer} {why}", file.display())]
    Revocations { file: PathBuf, issuer: String, why: &'static str },
    #[error("{}: its certificates or its revocation lists cannot be used: {error}", file.display())]
    Authority { file: PathBuf, error: String },
}
