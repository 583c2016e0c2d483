//! The key file: read, and made on the first run with a private PostgreSQL.

use crate::personal;
use anyhow::{Context, anyhow, bail};
use event::{Keyring, NewKeys};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use store::Store;
use zeroize::Zeroizing;

/// Reads `file`, for a database that exists. New keys are no way out: under them no client would be found, and every
/// answer would be "none".
pub fn load(file: &Path) -> anyhow::Result<Keyring> {
    let named = || format!("the key file {}", file.display());
    if !file.exists() {
        bail!("there is no key file {}: put back the one that the database was made with", file.display());
    }
    if fs::metadata(file).with_context(named)?.mode() & 0o007 != 0 {
        tracing::warn!(file = %file.display(), "every account of this machine may read or change the key file: make it mode 0600");
    }
    let text = Zeroizing::new(fs::read_to_string(file).with_context(named)?);
    Keyring::parse(&text).with_context(named)
}

/// Reads `file`; makes it if there is none, unless `cluster` already has a database: that one needs the keys it was
/// written with.
pub fn load_or_make(file: &Path, cluster: &Path) -> anyhow::Result<Keyring> {
    if !file.exists() && !cluster.exists() {
        make(file)?;
        tracing::info!(file = %file.display(), "made the key file: keep a copy of it apart from the database's backups");
    }
    load(file)
}

/// Reads `file`, for a configured database that may still be empty.
pub fn load_for_configured(file: &Path) -> anyhow::Result<Keyring> {
    if !file.exists() {
        let file = file.display();
        bail!(
            "there is no key file {file}: put back the one that the database was made with, or, only for a new and empty database, make one with `rinnakkain new-keys {file}`"
        );
    }
    load(file)
}

/// Reads `file`, for a database that it must fit.
pub async fn of_database(file: &Path, store: &Store) -> anyhow::Result<Keyring> {
    let keyring = load(file)?;
    check(&keyring, store).await?;
    Ok(keyring)
}

/// Refuses other keys than those that `store`'s database was first used with.
pub async fn check(keyring: &Keyring, store: &Store) -> anyhow::Result<()> {
    if store.check_keys(keyring.check().as_bytes()).await? { seals(keyring, store).await } else { others() }
}

/// Events whose sealed values are tried, of the first records and of the last.
const TRIED: u32 = 100;

/// The index key is known by the database's check value; each sealing key by what it sealed. Under another one in its place nothing
/// is shown, and what it seals meanwhile is lost once the right one is back: it is refused. One that the file lacks is logged, and
/// the service starts: the county may have lost it for good.
async fn seals(keyring: &Keyring, store: &Store) -> anyhow::Result<()> {
    let events = store::person::sample(store, TRIED).await?;
    let mut opened: BTreeMap<u32, bool> = BTreeMap::new();
    for (key, opens) in events.iter().flat_map(|event| personal::tried(event, keyring)) {
        *opened.entry(key).or_default() |= opens;
    }
    for (key, _) in opened.into_iter().filter(|(_, opens)| !opens) {
        if keyring.can_open(key) {
            bail!(
                "the sealing key {key} ([[seal]]) is not the one of this database, nothing that was sealed under it opens: put back the key file it was made with"
            );
        }
        tracing::error!(key, "the key file lacks a sealing key ([[seal]]): what was sealed under it is not shown");
    }
    Ok(())
}

/// As [`check`], for a look: a database that was never used stays without keys.
pub async fn look(keyring: &Keyring, store: &Store) -> anyhow::Result<()> {
    match store.first_keys().await? {
        Some(first) if first != keyring.check().as_bytes() => others(),
        Some(_) => seals(keyring, store).await,
        None => Ok(()),
    }
}

fn others() -> anyhow::Result<()> {
    bail!("these are not the keys of this database: put back the key file it was made with")
}

/// Throw-away keys: for tokens that are not kept.
pub fn for_the_occasion() -> anyhow::Result<Keyring> {
    Ok(Keyring::parse(&draw()?.to_file())?)
}

fn draw() -> anyhow::Result<NewKeys> {
    let mut keys = NewKeys { index: Zeroizing::new([0; 32]), seal: Zeroizing::new([0; 32]) };
    for key in [&mut keys.index, &mut keys.seal] {
        getrandom::fill(key.as_mut_slice()).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    }
    Ok(keys)
}

/// Adds a sealing key to `file`, above the one that seals.
pub fn add_seal(file: &Path) -> anyhow::Result<()> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    replace(file, |text| event::with_another_seal(text, &key))
}

/// From now on the newest sealing key of `file` seals.
pub fn use_newest_seal(file: &Path) -> anyhow::Result<()> {
    replace(file, event::with_the_newest_last)
}

/// All or nothing: a key file is never there in part.
fn replace(file: &Path, new: impl FnOnce(&str) -> Option<Zeroizing<String>>) -> anyhow::Result<()> {
    let named = || format!("the key file {}", file.display());
    let text = Zeroizing::new(fs::read_to_string(file).with_context(named)?);
    let new = new(&text).with_context(|| format!("{}: it is not as `rinnakkain new-keys` made it", named()))?;
    Keyring::parse(&new).with_context(named)?;
    let metadata = fs::metadata(file).with_context(named)?;
    let part = file.with_extension("part");
    let out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
    let mut out = out.with_context(|| {
        format!(
            "{} is left from a change that broke off, or is made now: {} is as it was. Remove it, and try again",
            part.display(),
            named()
        )
    })?;
    let written = out.write_all(new.as_bytes()).and_then(|()| out.sync_all());
    let written = written.and_then(|()| std::os::unix::fs::chown(&part, Some(metadata.uid()), Some(metadata.gid())));
    let written = written.and_then(|()| fs::set_permissions(&part, metadata.permissions()));
    if let Err(error) = written.and_then(|()| fs::rename(&part, file)) {
        fs::remove_file(&part).with_context(named)?;
        return Err(error).with_context(named);
    }
    Ok(())
}

/// Makes `file`, which must not exist, readable by its owner only.
pub fn make(file: &Path) -> anyhow::Result<()> {
    let named = || format!("cannot make the key file {}", file.display());
    let keys = draw().with_context(named)?;
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
        let error = load_or_make(&file, &cluster).err().unwrap().to_string();
        assert!(error.contains("put back") && !error.contains("new-keys"), "the database's keys are lost: {error}");
        assert!(!file.exists());
    }
}
