//! What the fuzz targets of `fuzz/` check, on the inputs they have found worth keeping, and what
//! they have found wrong.

#[path = "checks/mod.rs"]
mod checks;
mod found;

use std::fs;
use std::path::Path;

/// Runs a check on every input of its corpus.
fn replay(name: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed/corpus").join(name);
    let mut files: Vec<_> =
        fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20, "the corpus is there");
    for file in files {
        // The one that fails is the last one named.
        println!("{}", file.display());
        check(&fs::read(&file).unwrap());
    }
}

#[test]
fn containers() {
    replay("container", checks::container::check);
}

#[test]
fn events() {
    replay("event", checks::event::check);
}

#[test]
fn gzip() {
    replay("gzip", checks::gzip::check);
}

#[test]
fn layouts() {
    replay("layout", checks::layout::check);
}
