//! What does not fit in memory is read again, and changes nothing.

use std::path::PathBuf;

use trailspike::{AnalysisOptions, Insight, Progress, analyse, find_files};

use super::count;
use crate::logs::{Folder, SAMPLES};

fn insights(input: PathBuf, options: &AnalysisOptions) -> (Vec<Insight>, bool) {
    let files = find_files(&[input], options).unwrap();
    let analysis = analyse(&files, options, &Progress::default()).unwrap();
    (analysis.found.insights, analysis.table.is_spilled())
}

#[test]
fn blocks_that_do_not_fit_are_read_in_each_pass() {
    let folder = Folder::new();
    let store = folder.at("store");
    count(&[SAMPLES.into()], &store, &[]);
    for rows_of_an_api in [2 << 20, 200] {
        let mut options = AnalysisOptions::new();
        options.memory.rows_of_an_api = rows_of_an_api;
        let (logs, _) = insights(SAMPLES.into(), &options);
        let (held, spilled) = insights(store.clone(), &options);
        assert!(!spilled && !logs.is_empty());
        assert_eq!(held, logs, "{rows_of_an_api}");
        options.memory.stored_bytes = 0;
        let (read_again, spilled) = insights(store.clone(), &options);
        assert!(spilled);
        assert_eq!(read_again, logs, "{rows_of_an_api}");
    }
}
