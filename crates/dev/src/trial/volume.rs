//! A small volume that can be filled: a file system of its own in a file, where the machine lets one be mounted.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A mounted file system. Dropped, it is unmounted and removed: its writers must have ended before.
#[derive(Debug)]
pub(super) struct Volume {
    image: PathBuf,
    mounted: PathBuf,
}

/// Less than any table grows by when many write to it, and than PostgreSQL's files of its own.
const LITTLE: u64 = 64 << 10;
/// What a run of hours writes fits; the file is as large as what was written.
const SIZE: u64 = 8 << 30;

impl Volume {
    /// Mounts one at `directory`, which is created. An error states why the machine does not allow it.
    pub(super) fn mount(directory: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| error.to_string();
        let image = directory.with_extension("image");
        File::create(&image).and_then(|file| file.set_len(SIZE)).map_err(failed)?;
        fs::create_dir(directory).map_err(failed)?;
        let made = command("mkfs.ext4", &["-q", "-F", "-m", "0"], &[&image])
            .and_then(|()| command("mount", &["-o", "loop"], &[&image, directory]));
        if let Err(reason) = made {
            let _ = fs::remove_file(&image);
            return Err(reason);
        }
        let volume = Self { image, mounted: directory.to_owned() };
        fs::set_permissions(directory, Permissions::from_mode(0o711)).map_err(failed)?;
        Ok(volume)
    }

    /// Takes all the room that is left.
    pub(super) fn fill(&self) -> Result<(), String> {
        let file = self.filler();
        let mut size = SIZE;
        let mut filled = 0;
        while size >= 4096 {
            let (from, length) = (filled.to_string(), size.to_string());
            match command("fallocate", &["--offset", &from, "--length", &length], &[&file]) {
                Ok(()) => filled += size,
                Err(_) if filled + size > 4096 => size /= 2,
                Err(reason) => return Err(reason),
            }
        }
        if filled == 0 { Err("nothing could be filled".to_owned()) } else { Ok(()) }
    }

    /// Leaves room for a few small files.
    pub(super) fn leave_little(&self) -> std::io::Result<()> {
        let file = File::options().write(true).open(self.filler())?;
        let size = file.metadata()?.len();
        file.set_len(size.saturating_sub(LITTLE))
    }

    /// Gives it back.
    pub(super) fn free(&self) -> std::io::Result<()> {
        fs::remove_file(self.filler())
    }

    fn filler(&self) -> PathBuf {
        self.mounted.join("filler")
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        // The last writer may be on its way out.
        for _ in 0..50 {
            if command("umount", &[], &[&self.mounted]).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = fs::remove_file(&self.image);
    }
}

/// An error holds the program's output.
fn command(program: &str, arguments: &[&str], paths: &[&Path]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).args(paths).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_volume_takes_nothing_until_there_is_room_again() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("small");
        let volume = match Volume::mount(&place) {
            Ok(volume) => volume,
            // Reported, and no failure: the machine does not allow it.
            Err(reason) => return assert!(reason.starts_with("mkfs.ext4: ") || reason.starts_with("mount: ")),
        };
        let write = || fs::write(place.join("more"), vec![1; 100_000]);
        write().unwrap();
        fs::remove_file(place.join("more")).unwrap();
        volume.fill().unwrap();
        assert_eq!(write().unwrap_err().kind(), std::io::ErrorKind::StorageFull);
        volume.free().unwrap();
        write().unwrap();
        drop(volume);
        assert!(fs::read_dir(&place).unwrap().next().is_none(), "nothing is mounted there any more");
        assert!(!place.with_extension("image").exists());
    }
}
