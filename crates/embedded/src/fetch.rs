//! PostgreSQL fetched from Maven Central, for a machine that has none.
//!
//! The archive is zonky's `embedded-postgres-binaries`: a jar that holds a `.txz` with PostgreSQL and its libraries. Its
//! sha256 is pinned here, so any mirror will do (`RINNAKKAIN_MAVEN_REPOSITORY`). Everyone may read and run what was
//! unpacked, as the server is not run by root. To take a new version, change the constants together.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Error, cache};

pub(crate) const MAJOR: u32 = 18;
const VERSION: &str = "18.1.0";
#[cfg(target_arch = "x86_64")]
const ARCHIVE: Option<(&str, &str)> =
    Some(("linux-amd64", "65d0723e0274ad3ec6230dcbdfe034af6ee096fce15a77b0f9b8be71d2702934"));
#[cfg(target_arch = "aarch64")]
const ARCHIVE: Option<(&str, &str)> =
    Some(("linux-arm64v8", "ea0f16b754fc0a10d9d8993bbd426c20f8c709b318b28e49b42d9cac1c958b8f"));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const ARCHIVE: Option<(&str, &str)> = None;

/// The tools fetched before, when there are any.
pub(crate) fn fetched() -> Option<PathBuf> {
    Some(place().ok()?.join("bin")).filter(|bin| bin.is_dir())
}

/// Fetches, checks and unpacks PostgreSQL; gives the directory of its tools.
pub(crate) fn fetch() -> Result<PathBuf, Error> {
    let place = place()?;
    cache::keep(&place, unpack)?;
    Ok(place.join("bin"))
}

fn unpack(work: &Path) -> Result<PathBuf, Error> {
    let (platform, sum) = ARCHIVE.ok_or(Error::Processor(std::env::consts::ARCH))?;
    let repository = cache::repository();
    let artifact = format!("embedded-postgres-binaries-{platform}");
    let url = format!("{repository}/io/zonky/test/postgres/{artifact}/{VERSION}/{artifact}-{VERSION}.jar");

    let patience = ["--connect-timeout", "20", "--speed-limit", "1000", "--speed-time", "30", "--retry", "2"];
    let curl = ["--fail", "--location", "--silent", "--show-error", "--output", "archive.jar"];
    run(work, "curl", "curl", curl.iter().chain(&patience).chain(&[url.as_str()]))?;

    let line = run(work, "sha256sum", "coreutils", ["archive.jar"])?;
    let found = line.split_whitespace().next().unwrap_or_default().to_owned();
    if found != sum {
        return Err(Error::Checksum { url, found });
    }

    run(work, "unzip", "unzip", ["-q", "archive.jar", "*.txz", "-d", "jar"])?;
    let jar = work.join("jar");
    let archive = fs::read_dir(&jar).map_err(Error::io("read", &jar))?.flatten().next();
    let archive = archive.ok_or(Error::Cache)?.path();
    let unpacked = work.join("unpacked");
    fs::create_dir(&unpacked).map_err(Error::io("create", &unpacked))?;
    run(work, "xz", "xz-utils", ["--version"])?;
    let tar = ["--no-same-owner", "--directory", "unpacked", "--xz", "--extract", "--file"];
    run(work, "tar", "tar", tar.iter().copied().chain(archive.to_str()))?;
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&unpacked, open).map_err(Error::io("open", &unpacked))?;
    Ok(unpacked)
}

fn run<I: AsRef<std::ffi::OsStr>>(
    directory: &Path,
    command: &'static str,
    package: &'static str,
    arguments: impl IntoIterator<Item = I>,
) -> Result<String, Error> {
    let output = match Command::new(command).args(arguments).current_dir(directory).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::Missing { command, package }),
        other => other.map_err(Error::io("run", command))?,
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Fetch { command, message })
}

fn place() -> Result<PathBuf, Error> {
    cache::place(&format!("postgresql-{VERSION}")).ok_or(Error::Cache)
}
