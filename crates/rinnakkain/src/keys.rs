//! The key file: read, and made on the first run with a private PostgreSQL.

use anyhow::{Context, anyhow, bail};
use event::{Keyring, NewKeys};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// Reads `file`.
pub fn load(file: &Path) -> anyhow::Result<Keyring> {
    let named = || format!("the key file {}", file.display());
    if !file.exists() {
        bail!(
            "there is no key file {}: bring the deployment's own, or make one for a new deployment with `rinnakkain new-keys {}`",
            file.display(),
            file.display()
        );
    }
    if fs::metadata(file).with_context(named)?.mode() & 0o007 != 0 {
        tracing::warn!(file = %file.display(), "every account of this machine may read or change the key file: make it mode 0600");
    }
    let text = Zeroizing::new(fs::read_to_string(file).with_context(named)?);
    Keyring::parse(&text).with_context(named)
}

/// Reads `file`; makes it if there is none, unless `cluster` has a database already, which needs the keys it was
/// written with.
pub fn load_or_make(file: &Path, cluster: &Path) -> anyhow::Result<Keyring> {
    if !file.exists() && !cluster.exists() {
        make(file)?;
        tracing::info!(file = %file.display(), "made the key file: keep a copy of it apart from the database's backups");
    }
    load(file)
}

/// Makes `file`, which must not exist, for its owner's eyes only.
pub fn make(file: &Path) -> anyhow::Result<()> {
    let named = || format!("cannot make the key file {}", file.display());
    let mut keys = NewKeys { index: Zeroizing::new([0; 32]), seal: Zeroizing::new([0; 32]) };
    for key in [&mut keys.index, &mut keys.seal] {
        getrandom::fill(key.as_mut_slice()).map_err(|error| anyhow!("{error}")).with_context(named)?;
    }
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).with_context(named)?;
    out.write_all(keys.to_file().as_bytes()).with_context(named)?;
    out.sync_all().with_context(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_for_their_owner_and_never_beside_a_database() {
        let directory = tempfile::tempdir().unwrap();
        let (file, cluster) = (directory.path().join("keys.toml"), directory.path().join("cluster"));
        load_or_make(&file, &cluster).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        let text = fs::read(&file).unwrap();
        load_or_make(&file, &cluster).unwrap();
        assert!(make(&file).is_err());
        assert_eq!(fs::read(&file).unwrap(), text);
        fs::remove_file(&file).unwrap();
        fs::create_dir(&cluster).unwrap();
        assert!(load_or_make(&file, &cluster).is_err(), "the database's keys are lost: that must be told");
        assert!(!file.exists());
    }
}
