//! Standard output, or a file that appears whole or not at all.
//!
//! A pipe or a device (`/dev/null`) is written to as it is: renaming a file over it would replace it.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Where results go.
pub enum OutputFile {
    /// Standard output.
    Stdout,
    /// A pipe or a device.
    Special(PathBuf),
    /// A file, new or to be replaced.
    File(PathBuf),
}

impl OutputFile {
    /// Standard output, or a file at that path. To be asked before the work, so that nothing is
    /// computed in vain.
    pub fn new(path: Option<PathBuf>, force: bool) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let folder = folder(&path);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => bail!("{} is a folder", path.display()),
            Ok(metadata) if !metadata.is_file() => Ok(Self::Special(path)),
            _ if !force && fs::symlink_metadata(&path).is_ok() => {
                bail!("{} exists; give --force to write over it", path.display())
            }
            _ if !folder.is_dir() => bail!("{}: no such folder", folder.display()),
            _ => Ok(Self::File(path)),
        }
    }

    /// Whether results go to a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout) && io::IsTerminal::is_terminal(&io::stdout())
    }

    /// Writes results: beside the file first, then renamed.
    pub fn write(
        &self,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let path = match self {
            Self::Stdout => {
                let mut out = BufWriter::new(io::stdout().lock());
                let written = content(&mut out).and_then(|()| out.flush());
                return written.context("cannot write to standard output");
            }
            Self::Special(path) | Self::File(path) => path,
        };
        let what = || format!("cannot write {}", path.display());
        if let Self::Special(path) = self {
            let special = fs::OpenOptions::new().write(true).open(path).with_context(what)?;
            let mut out = BufWriter::new(special);
            return content(&mut out).and_then(|()| out.flush()).with_context(what);
        }
        let mut beside = tempfile::NamedTempFile::new_in(folder(path)).with_context(what)?;
        let mut out = BufWriter::new(beside.as_file_mut());
        content(&mut out).and_then(|()| out.flush()).with_context(what)?;
        drop(out);
        share_as_usual(beside.as_file()).with_context(what)?;
        beside.persist(path).with_context(what)?;
        Ok(())
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Temporary files are for their owner alone; results are not.
#[cfg(unix)]
fn share_as_usual(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share_as_usual(_: &fs::File) -> io::Result<()> {
    Ok(())
}
