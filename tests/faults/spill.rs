//! Counts that fit neither in memory nor on disk.

use std::path::PathBuf;

use trailspike::{AnalysisError, AnalysisOptions, Progress, analyse, find_files};

use crate::logs::{Folder, document, records};

#[test]
fn no_place_for_a_temporary_file_is_an_error_that_names_it() {
    let folder = Folder::with("x.json", document(&records(1, 300)));
    let mut options = AnalysisOptions::new();
    options.memory.rows = 16;
    options.memory.folder = Some(PathBuf::from("/no/such/folder"));
    let files = find_files(&[folder.path().into()], &options).unwrap();
    let error = analyse(&files, &options, &Progress::default()).unwrap_err();
    assert!(matches!(error, AnalysisError::Spill(_)), "{error}");
    let text = error.to_string();
    assert!(
        text.starts_with("cannot keep counts in a temporary file in /no/such/folder: "),
        "{text}"
    );
}
