//! Images as files, one an insight.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::svg;
use crate::graph::Graph;
use crate::insight::Insight;
use crate::output::whole_file::{folder_of, write_whole};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// There is a file with other content, and overwriting was not asked for.
    #[error("{} exists with other content; give --force to write over it", .0.display())]
    Exists(PathBuf),
    /// The file system said no.
    #[error("cannot write {}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// Writes an SVG image of each insight into a folder, which is made if need be, and returns their
/// names in order: see [`svg_names`]. A file that already holds the image is left alone, one that
/// holds something else is overwritten only with `force`. Each file appears whole or not at all;
/// those before a failure stay.
///
/// # Errors
/// When a file cannot be written, or would overwrite another without `force`.
pub fn write_svgs(
    folder: &Path,
    insights: &[impl Borrow<Insight>],
    graphs: &[impl Borrow<Graph>],
    force: bool,
) -> Result<Vec<String>, FilesError> {
    fs::create_dir_all(folder)
        .map_err(|source| FilesError::Io { path: folder.to_owned(), source })?;
    let names = svg_names(insights);
    for ((name, insight), graph) in names.iter().zip(insights).zip(graphs) {
        put(&folder.join(name), svg(insight.borrow(), graph.borrow()).as_bytes(), force)?;
    }
    Ok(names)
}

/// The names of the images: the start and the first 8 characters of the shared id,
/// `2026-03-10T0307Z-4e3d2ee8.svg`; the whole id where another insight of the list has such a name.
#[must_use]
pub fn svg_names(insights: &[impl Borrow<Insight>]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut name = |insight: &Insight| {
        let start = insight.span.start.to_datetime().format("%Y-%m-%dT%H%MZ");
        let id = insight.shared_event_id.to_string();
        let short = format!("{start}-{}.svg", &id[..8]);
        if taken.insert(short.clone()) { short } else { format!("{start}-{id}.svg") }
    };
    insights.iter().map(|insight| name(insight.borrow())).collect()
}

/// Puts a file in its place, unless it is there already.
pub(in crate::output) fn put(path: &Path, content: &[u8], force: bool) -> Result<(), FilesError> {
    if holds(path, content) {
        return Ok(());
    }
    write_whole(path, force, |out| out.write_all(content)).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::AlreadyExists => FilesError::Exists(path),
            _ => FilesError::Io { path, source },
        }
    })
}

/// Whether the file exists and has just that content.
fn holds(path: &Path, content: &[u8]) -> bool {
    let regular = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let Some(file) = regular.then(|| fs::File::open(path).ok()).flatten() else { return false };
    let mut there = Vec::with_capacity(content.len() + 1);
    let limit = content.len() as u64 + 1;
    file.take(limit).read_to_end(&mut there).is_ok() && there == content
}

/// The folder for the images of a report: `out-images` beside `out.md`.
pub(in crate::output) fn image_folder(report: &Path) -> PathBuf {
    let mut name = report.file_stem().unwrap_or_default().to_owned();
    name.push("-images");
    folder_of(report).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn names_are_safe_and_differ() {
        let (mut one, hostile) = (sample::burst(), sample::hostile());
        let names = svg_names(&[one.clone(), hostile.clone(), one.clone()]);
        assert_eq!(names[0], "2026-03-09T1402Z-faef9d82.svg");
        assert_eq!(names[2].len(), names[0].len() + 28);
        for name in &names {
            let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            assert!(name.chars().all(safe), "{name}");
        }
        one.span.start = crate::Minute::new(0);
        assert!(svg_names(&[one])[0].starts_with("1970-01-01T0000Z-"));
    }

    #[test]
    fn only_force_replaces_other_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.svg");
        put(&path, b"one", false).unwrap();
        put(&path, b"one", false).unwrap();
        assert!(matches!(put(&path, b"other", false), Err(FilesError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        put(&path, b"other", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert!(matches!(put(folder.path(), b"x", true), Err(FilesError::Io { .. })));
    }

    #[test]
    fn images_are_beside_their_report() {
        assert_eq!(image_folder(Path::new("a/out.md")), Path::new("a/out-images"));
        assert_eq!(image_folder(Path::new("out")), Path::new("./out-images"));
    }
}
