//! Inputs with a glob's characters.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::InputError;

/// What a pattern takes; `*` stops at a slash.
///
/// # Errors
/// When it is no glob.
pub fn matcher(pattern: &str) -> Result<GlobMatcher, InputError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob.map_err(|source| InputError::BadGlob { pattern: pattern.to_owned(), source });
    Ok(glob?.compile_matcher())
}

/// The folder to search and the whole pattern, where the input has a glob's characters.
pub fn split_glob(input: &Path) -> Option<(PathBuf, String)> {
    let pattern = input.to_str()?;
    pattern.contains(['*', '?', '[', '{']).then(|| {
        let plain = input.iter().take_while(|part| {
            part.to_str().is_some_and(|part| !part.contains(['*', '?', '[', '{']))
        });
        let root: PathBuf = plain.collect();
        if root.as_os_str().is_empty() {
            // Walking `.` puts `./` before every path; so must the pattern.
            (PathBuf::from("."), format!("./{pattern}"))
        } else {
            (root, pattern.to_owned())
        }
    })
}
