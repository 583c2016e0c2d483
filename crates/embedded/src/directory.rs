//! The data directory: its layout, and the server that runs on it.
//!
//! `cluster/` is PostgreSQL's own, `socket/` holds its socket, and `server.log` is its log. `cluster.new/` is a cluster under
//! construction; it is renamed when complete, so a killed program leaves no half of one. The directory itself is the lock of
//! the program that owns the server: the kernel releases it however that program ends.
//!
//! `cluster/postmaster.pid` names the running server: line 1 the process, line 5 the socket's directory, line 8 `ready`. It
//! outlives a killed server, so it counts only if the process is a living `postgres`.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
};

use crate::{Error, account::Account};

/// The longest socket directory: the kernel's limit of 107 bytes, less the socket's name and some room.
const LONGEST_SOCKET: usize = 88;

/// PostgreSQL's name for its socket; the number is the port it would have.
pub(crate) const SOCKET: &str = ".s.PGSQL.5432";

const CLUSTER: &str = "cluster";
const NEW: &str = "cluster.new";
const OURS: [&str; 4] = [CLUSTER, NEW, "socket", "server.log"];

/// A data directory and the account that runs its server.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    path: PathBuf,
    account: Account,
}

/// A living server, from `postmaster.pid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) pid: u32,
    pub(crate) socket_dir: PathBuf,
    pub(crate) ready: bool,
}

impl Directory {
    /// An existing directory.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let path = path.canonicalize().map_err(Error::io("open", path))?;
        let cluster = path.join(CLUSTER);
        let owned = if cluster.exists() { &cluster } else { &path };
        Ok(Self { account: Account::of(owned)?, path })
    }

    /// The directory, for our use only: it is new, empty, or holds a cluster already.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(Error::io("create", path))?;
        let directory = Self::open(path)?;
        if !directory.cluster().exists() {
            let path = &directory.path;
            let mut entries = fs::read_dir(path).map_err(Error::io("read", path))?.flatten();
            if entries.any(|entry| !OURS.iter().any(|name| entry.file_name() == *name)) {
                return Err(Error::Foreign(path.clone()));
            }
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(Error::io("close", path))?;
            directory.account.give(path)?;
        }
        directory.account.reach(&directory.path)?;
        Ok(directory)
    }

    /// Holds the directory for this program until the file is dropped.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let file = File::open(&self.path).map_err(Error::io("open", &self.path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(self.path.clone())),
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &self.path)(error)),
        }
    }

    pub(crate) fn account(&self) -> Account {
        self.account
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join(CLUSTER)
    }

    pub(crate) fn new_cluster(&self) -> PathBuf {
        self.path.join(NEW)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// The major version that made the cluster.
    pub(crate) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Makes the directory of the socket: in the data directory, or in the temporary one when that path is too long.
    pub(crate) fn create_socket_dir(&self) -> Result<PathBuf, Error> {
        let inside = self.path.join("socket");
        let hash = fnv(self.path.as_os_str().as_encoded_bytes());
        let outside = std::env::temp_dir().join(format!("rinnakkain-{hash:016x}"));
        let socket_dir =
            [inside, outside.clone()].into_iter().find(|path| is_plain(path)).ok_or(Error::Socket(outside))?;
        self.account.create(&socket_dir)?;
        self.account.reach(&socket_dir)?;
        Ok(socket_dir)
    }

    /// The living server of this directory.
    pub(crate) fn server(&self) -> Result<Option<Server>, Error> {
        let path = self.cluster().join("postmaster.pid");
        let server = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            read => parse(&read.map_err(Error::io("read", &path))?),
        };
        Ok(server.filter(|server| is_postgres(server.pid) && (!server.ready || answers(&server.socket_dir))))
    }
}

/// The hash FNV-1a: the same for ever, unlike the standard library's.
fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Short enough for a socket, and the same in a shell, in a list of directories and in a URL.
fn is_plain(path: &Path) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.len() <= LONGEST_SOCKET && bytes.iter().all(plain)
}

fn parse(pid_file: &str) -> Option<Server> {
    let lines: Vec<&str> = pid_file.lines().collect();
    let pid = lines.first()?.trim().parse().ok()?;
    let socket_dir = lines.get(4).map(PathBuf::from).unwrap_or_default();
    let ready = lines.get(7).is_some_and(|status| status.trim() == "ready");
    Some(Server { pid, socket_dir, ready })
}

/// A process that is called postgres and has not ended: one that was killed but not yet waited for has.
fn is_postgres(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.split_once("(postgres) ").and_then(|(_, rest)| rest.chars().next());
    state.is_some_and(|state| !"ZXx".contains(state))
}

fn answers(socket_dir: &Path) -> bool {
    UnixStream::connect(socket_dir.join(SOCKET)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_read_at_every_stage() {
        let whole = "42\n/d/cluster\n1700000000\n5432\n/d/socket\n\n  1234  5678\nready   \n";
        assert_eq!(parse(whole), Some(Server { pid: 42, socket_dir: "/d/socket".into(), ready: true }));
        assert_eq!(parse("42\n/d/cluster\n1700000000\n").map(|server| server.ready), Some(false));
        assert_eq!(parse(&whole.replace("ready ", "stopping")).map(|server| server.ready), Some(false));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn only_short_plain_paths_hold_a_socket() {
        assert!(is_plain(Path::new("/var/lib/rinnakkain/socket")));
        assert!(!is_plain(Path::new("/var/lib/it's/socket")));
        assert!(!is_plain(Path::new(&"/long".repeat(20))));
    }

    #[test]
    fn a_directory_with_other_files_is_left_alone() {
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Directory::create(other.path()), Err(Error::Foreign(_))));
    }

    #[test]
    fn the_process_running_this_test_is_not_postgres() {
        assert!(!is_postgres(std::process::id()));
        assert!(!is_postgres(u32::MAX));
    }
}
