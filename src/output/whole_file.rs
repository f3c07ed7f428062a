//! Files that appear under their name whole or not at all, whatever ends the program: an error, a
//! full disk, a signal.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// Files of this process that are being written, under the names they have until they are whole.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every file that is not whole yet and calls `then`, which is to end the process: until it
/// returns, no file is begun and none gets its name.
pub fn abandon_all(then: impl FnOnce()) {
    let mut unfinished = unfinished();
    for path in std::mem::take(&mut *unfinished) {
        // There is nobody left to tell.
        let _ = fs::remove_file(path);
    }
    then();
}

/// Writes a file: beside its place first, then under its name. Without `replace`, one that is there
/// by now is left alone, and the error is [`io::ErrorKind::AlreadyExists`].
///
/// # Errors
/// Those of the file system and of `content`; nothing is left behind then.
pub fn write_whole(
    path: &Path,
    replace: bool,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = Unfinished::beside(path)?;
    let mut out = BufWriter::new(file.temporary.as_file_mut());
    content(&mut out)?;
    out.flush()?;
    drop(out);
    // Where disks are full, some file systems say so only now.
    file.temporary.as_file().sync_all()?;
    file.finish(path, replace)
}

/// Writes a file as [`write_whole`] does, in place of any other, but does not wait for the disk: until
/// [`sync`] has, it is whole only as long as the system lives.
///
/// # Errors
/// Those of the file system; nothing is left behind then.
pub(crate) fn write_unsynced(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = Unfinished::beside(path)?;
    file.temporary.as_file_mut().write_all(content)?;
    file.finish(path, true)
}

/// Waits until a file is on the disk.
///
/// # Errors
/// Those of the file system.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().write(true).open(path)?.sync_all()
}

/// The folder a file is in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file under a name that is not its own; it goes when this is dropped.
struct Unfinished {
    temporary: NamedTempFile,
}

impl Unfinished {
    fn beside(path: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".trailspike-");
        // Results are for whom the process's umask lets, as if they were made in place.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut unfinished = unfinished();
        let temporary = builder.tempfile_in(folder_of(path))?;
        unfinished.insert(temporary.path().to_owned());
        Ok(Self { temporary })
    }

    fn finish(self, path: &Path, replace: bool) -> io::Result<()> {
        let mut unfinished = unfinished();
        unfinished.remove(self.temporary.path());
        if replace {
            self.temporary.persist(path)?;
        } else {
            self.temporary.persist_noclobber(path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_whole(&path, false, |out| {
            out.write_all(b"half")?;
            out.flush()?;
            assert!(!path.exists());
            assert_eq!(names(folder.path()).len(), 1);
            out.write_all(b" and half")
        })
        .unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"half and half");
        assert_eq!(names(folder.path()), ["x"]);
    }

    #[test]
    fn what_fails_leaves_nothing_and_takes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "mine").unwrap();
        let fails = |out: &mut dyn Write| {
            out.write_all(&vec![b'x'; 100_000])?;
            Err(io::ErrorKind::StorageFull.into())
        };
        for replace in [false, true] {
            let error = write_whole(&path, replace, fails).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
        let error = write_whole(&path, false, |out| out.write_all(b"x")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert_eq!(names(folder.path()), ["x"]);
        write_whole(&path, true, |out| out.write_all(b"ours")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"ours");
    }

    #[cfg(unix)]
    #[test]
    fn results_are_as_readable_as_files_made_in_place() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| {
            fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777
        };
        fs::write(folder.path().join("in-place"), "x").unwrap();
        write_whole(&folder.path().join("ours"), false, |out| out.write_all(b"x")).unwrap();
        assert_eq!(mode("ours"), mode("in-place"));
    }
}
