//! Where Java is: the first of version 17 or newer in `JAVA_HOME`, then on the `PATH`. It is never fetched.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use embedded::cache::environment;

use super::Error;

/// What Kafka 4 and Keycloak 26 run on.
const OLDEST: u32 = 17;

/// The program `java`.
pub(crate) fn find() -> Result<PathBuf, Error> {
    java(environment("JAVA_HOME").as_deref(), &environment("PATH").unwrap_or_default())
}

/// The first Java that is new enough: `home` is `JAVA_HOME`, `path` the `PATH`.
fn java(home: Option<&OsStr>, path: &OsStr) -> Result<PathBuf, Error> {
    let home = home.map(|home| Path::new(home).join("bin"));
    let mut newest = None;
    for directory in home.into_iter().chain(std::env::split_paths(path)) {
        // The program runs in a directory of its own, where a relative path would lead elsewhere.
        let Ok(java) = std::path::absolute(directory.join("java")) else { continue };
        let version = version_of(&java);
        if version >= Some(OLDEST) {
            return Ok(java);
        }
        newest = newest.max(version);
    }
    Err(Error::Java { oldest: OLDEST, found: newest })
}

fn version_of(java: &Path) -> Option<u32> {
    let output = Command::new(java).arg("-version").output().ok()?;
    version(&String::from_utf8_lossy(&output.stderr))
}

/// The major version in `openjdk version "17.0.15" 2025-04-15`, which other lines may precede.
fn version(text: &str) -> Option<u32> {
    let number = text.split_once(" version \"")?.1;
    // Until 8 the first number was 1.
    let number = number.strip_prefix("1.").unwrap_or(number);
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn versions_are_read_in_every_form() {
        assert_eq!(version("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime …"), Some(17));
        assert_eq!(version("Picked up JAVA_TOOL_OPTIONS: -Xmx1g\njava version \"21\" 2023-09-19 LTS\n"), Some(21));
        assert_eq!(version("openjdk version \"25-ea\" 2025-09-16\n"), Some(25));
        assert_eq!(version("java version \"1.8.0_392\"\n"), Some(8));
        assert_eq!(version("sh: not found"), None);
    }

    #[test]
    fn a_java_that_is_missing_or_too_old_is_named_by_its_package() {
        let missing = java(Some(OsStr::new("/nowhere")), OsStr::new("/nor/here")).unwrap_err();
        assert!(matches!(missing, Error::Java { found: None, .. }));
        let old = directory_with_java(11);
        let too_old = java(None, old.path().as_os_str()).unwrap_err();
        assert!(matches!(too_old, Error::Java { found: Some(11), .. }));
        for error in [missing, too_old] {
            assert!(error.to_string().contains("openjdk-17-jre-headless"), "{error}");
        }
    }

    #[test]
    fn an_old_java_does_not_hide_a_new_one() {
        let (old, new, newer) = (directory_with_java(11), directory_with_java(17), directory_with_java(21));
        let path = std::env::join_paths([old.path(), new.path(), newer.path()]).unwrap();
        assert_eq!(java(None, &path).unwrap(), new.path().join("java"));

        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(newer.path(), home.path().join("bin")).unwrap();
        assert_eq!(java(Some(home.path().as_os_str()), &path).unwrap(), home.path().join("bin/java"));
    }

    fn directory_with_java(major: u32) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let script = format!("#!/bin/sh\necho 'openjdk version \"{major}.0.2\" 2020-01-14' >&2\n");
        let java = directory.path().join("java");
        fs::write(&java, script).unwrap();
        fs::set_permissions(&java, fs::Permissions::from_mode(0o755)).unwrap();
        directory
    }
}
