//! Which account runs the server.
//!
//! PostgreSQL refuses to run as root. Any other user runs it under their own account. Root runs it as the owner of the data
//! directory if that is someone else, otherwise as `postgres`, otherwise as `nobody`. All work in the server's directories is
//! done by commands under that account, so that root never writes where another account could plant a link.

use std::{
    fs,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use crate::Error;

/// A user and group; `switch` when they are not our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    uid: u32,
    gid: u32,
    switch: bool,
}

impl Account {
    /// The account we run as.
    pub(crate) fn own() -> Result<Self, Error> {
        let own = fs::metadata("/proc/self").map_err(Error::io("read", "/proc/self"))?;
        Ok(Self { uid: own.uid(), gid: own.gid(), switch: false })
    }

    /// The account that runs the server of `directory`, which need not exist.
    pub(crate) fn of(directory: &Path) -> Result<Self, Error> {
        let own = Self::own()?;
        if !own.is_root() {
            return Ok(own);
        }
        if let Ok(found) = fs::metadata(directory)
            && found.uid() != 0
        {
            return Ok(Self { uid: found.uid(), gid: found.gid(), switch: true });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) =
            ["postgres", "nobody"].iter().find_map(|name| in_passwd(&passwd, name)).unwrap_or((65534, 65534));
        Ok(Self { uid, gid, switch: true })
    }

    pub(crate) fn is_root(self) -> bool {
        self.uid == 0
    }

    /// A command under this account, with an environment that cannot change what PostgreSQL does, in English.
    pub(crate) fn command(self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C");
        command.stdin(Stdio::null()).current_dir(directory);
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes `directory` this account's alone. One that exists must be so already.
    pub(crate) fn create(self, directory: &Path) -> Result<(), Error> {
        match fs::DirBuilder::new().mode(0o700).create(directory) {
            Ok(()) => self.give(directory),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let found = fs::symlink_metadata(directory).map_err(Error::io("read", directory))?;
                let private = found.is_dir() && found.uid() == self.uid && found.mode().trailing_zeros() >= 6;
                if private { Ok(()) } else { Err(Error::Socket(directory.to_owned())) }
            }
            Err(error) => Err(Error::io("create", directory)(error)),
        }
    }

    /// Makes this account the owner of `path`.
    pub(crate) fn give(self, path: &Path) -> Result<(), Error> {
        if self.switch {
            chown(path, Some(self.uid), Some(self.gid)).map_err(Error::io("change the owner of", path))?;
        }
        Ok(())
    }

    /// Whether this account can enter `path` and every directory above it.
    pub(crate) fn reach(self, path: &Path) -> Result<(), Error> {
        if !self.switch {
            return Ok(());
        }
        let mut above: Vec<_> = path.ancestors().collect();
        above.reverse();
        for directory in above {
            let found = fs::metadata(directory).map_err(Error::io("read", directory))?;
            let bit = match (found.uid() == self.uid, found.gid() == self.gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if found.mode() & bit == 0 {
                return Err(Error::Unreachable { uid: self.uid, path: directory.to_owned() });
            }
        }
        Ok(())
    }
}

fn in_passwd(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn accounts_are_read_from_passwd() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        assert_eq!(in_passwd(passwd, "nobody"), Some((65534, 65533)));
        assert_eq!(in_passwd(passwd, "postgres"), None);
    }

    #[test]
    fn a_directory_closed_to_the_account_is_named() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { uid: 4_000_000, gid: 4_000_000, switch: true };
        let inner = closed.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let error = stranger.reach(&inner).unwrap_err();
        assert!(matches!(error, Error::Unreachable { path, .. } if path == closed.path()));
    }
}
