//! `trailspike detect` on bucket stores: what it tells of the logs, byte for byte.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod damage;
mod memory;
mod nightly;
mod sameness;
mod several;
mod usage;

use std::path::{Path, PathBuf};

use logs::{Run, program};

/// Counts inputs into a store.
fn count(inputs: &[PathBuf], store: &Path, flags: &[&str]) {
    Run::of(program().arg("count").args(inputs).arg("-o").arg(store).args(flags)).ends(0);
}

/// Runs `trailspike detect`.
fn detect(inputs: &[PathBuf], flags: &[&str]) -> Run {
    Run::of(program().arg("detect").args(inputs).args(flags))
}

/// Asserts that stores tell what logs do.
fn same(logs: &[PathBuf], stores: &[PathBuf], flags: &[&str]) -> Run {
    let (expected, told) = (detect(logs, flags), detect(stores, flags));
    assert_eq!(told.out, expected.out, "{flags:?}");
    assert_eq!(told.code, expected.code, "{flags:?}: {}", told.err);
    for label in ["time", "found", "gap"] {
        assert_eq!(told.line(label), expected.line(label), "{flags:?}: {label}");
    }
    let counted = |run: &Run| run.line("records").map(|_| run.counted());
    assert_eq!(counted(&told), counted(&expected), "{flags:?}");
    told
}
