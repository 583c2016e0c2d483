//! The cache of fetched programs.
//!
//! Root's cache is `/var/cache/rinnakkain`; every other user has their own cache directory. A program is unpacked beside its
//! final place and then renamed, so a directory with the final name is complete. Public, because the tests' Kafka is cached in
//! the same way.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{Error, account::Account};

const REPOSITORY: &str = "https://repo1.maven.org/maven2";

/// One fetch at a time in a program. Two programs may work at once; one of them wins the rename.
static MAKING: Mutex<()> = Mutex::new(());

/// The machine's own settings, which no `Config` of the service holds.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the machine decides where programs and caches are, not the service")]
pub fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Maven Central, or the mirror that `RINNAKKAIN_MAVEN_REPOSITORY` names.
#[must_use]
pub fn repository() -> String {
    environment("RINNAKKAIN_MAVEN_REPOSITORY")
        .map_or_else(|| REPOSITORY.to_owned(), |url| url.to_string_lossy().into_owned())
}

/// The place of the program `name`, whether it exists or not. `None` for a user without a home directory.
#[must_use]
pub fn place(name: &str) -> Option<PathBuf> {
    let cache = if Account::own().ok()?.is_root() {
        PathBuf::from("/var/cache/rinnakkain")
    } else {
        let user = environment("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || environment("HOME").map(|home| PathBuf::from(home).join(".cache"));
        user.or_else(home)?.join("rinnakkain")
    };
    Some(cache.join(name))
}

/// Creates the directory `place` unless it exists. `make` works in the directory that it is given, and returns the complete
/// directory that becomes `place`.
pub fn keep<E: From<Error>>(place: &Path, make: impl FnOnce(&Path) -> Result<PathBuf, E>) -> Result<(), E> {
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if place.is_dir() {
        return Ok(());
    }
    let work = place.with_file_name(format!("fetching-{}", std::process::id()));
    // A container's processes have the same ids again and again: one that was killed may have left its work here.
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).map_err(Error::io("create", &work))?;
    let kept = make(&work).and_then(|made| match fs::rename(&made, place) {
        Err(error) if !place.is_dir() => Err(Error::io("create", place)(error).into()),
        _ => Ok(()),
    });
    let _ = fs::remove_dir_all(&work);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_whole_or_not_there() {
        let cache = tempfile::tempdir().unwrap();
        let place = cache.path().join("program-1");
        let broken = keep(&place, |work| {
            fs::write(work.join("half"), "of it").unwrap();
            Err::<PathBuf, _>(Error::Cache)
        });
        assert!(matches!(broken, Err(Error::Cache)));
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0, "nothing half-made is left");

        let make = |work: &Path| {
            let made = work.join("made");
            fs::create_dir(&made).map_err(Error::io("create", &made))?;
            Ok::<_, Error>(made)
        };
        keep(&place, make).unwrap();
        assert!(place.is_dir());
        keep(&place, |_| Err(Error::Cache)).unwrap();
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
    }
}
