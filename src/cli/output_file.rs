//! Standard output, or a file that appears whole or not at all.
//!
//! A pipe or a device (`/dev/null`) is written to as it is: renaming a file over it would replace it.

use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use trailspike::output::whole_file::{folder_of, write_whole};

/// Where results go.
pub enum OutputFile {
    /// Standard output.
    Stdout,
    /// A pipe or a device.
    Special(PathBuf),
    /// A file.
    File {
        /// Where.
        path: PathBuf,
        /// Whether one that is there is replaced.
        replace: bool,
    },
}

impl OutputFile {
    /// Standard output, or a file at that path. To be asked before the work, so that nothing is
    /// computed in vain.
    pub fn new(path: Option<PathBuf>, force: bool) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let folder = folder_of(&path);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => bail!("{} is a folder", path.display()),
            Ok(metadata) if !metadata.is_file() => Ok(Self::Special(path)),
            _ if !force && fs::symlink_metadata(&path).is_ok() => {
                bail!("{} exists; give --force to write over it", path.display())
            }
            _ if !folder.is_dir() => bail!("{}: no such folder", folder.display()),
            _ => Ok(Self::File { path, replace: force }),
        }
    }

    /// Whether results go to a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout) && io::IsTerminal::is_terminal(&io::stdout())
    }

    /// Whether both are one file.
    pub fn is_same(&self, other: &Self) -> bool {
        let (Self::File { path, .. }, Self::File { path: other, .. }) = (self, other) else {
            return false;
        };
        let folder = |path: &PathBuf| folder_of(path).canonicalize().ok();
        path.file_name() == other.file_name() && folder(path) == folder(other)
    }

    /// Writes results. A reader that has gone away has heard enough, which is no failure.
    pub fn write(
        &self,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let outcome = match self {
            Self::Stdout => to_stream(io::stdout().lock(), content),
            Self::Special(path) => fs::OpenOptions::new()
                .write(true)
                .open(path)
                .and_then(|special| to_stream(special, content)),
            Self::File { path, replace } => write_whole(path, *replace, content),
        };
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(error).context(format!("cannot write {self}; give --force to write over it"))
            }
            other => other.with_context(|| format!("cannot write {self}")),
        }
    }
}

impl fmt::Display for OutputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("to standard output"),
            Self::Special(path) | Self::File { path, .. } => path.display().fmt(f),
        }
    }
}

fn to_stream(
    stream: impl Write,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(stream);
    content(&mut out)?;
    out.flush()
}
