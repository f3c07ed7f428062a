//! `trailspike explain`, as it is run.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod hostile;
mod insights;
mod minutes;
mod refusals;
mod rollups;

use logs::{Folder, Run, SAMPLES, program};
use serde_json::Value;

/// Runs `trailspike explain` with those flags on the sample logs.
fn explain_samples(flags: &[&str]) -> Run {
    Run::of(program().arg("explain").args(flags).arg(SAMPLES))
}

impl Folder {
    fn explain(&self, flags: &[&str]) -> Run {
        Run::of(program().arg("explain").args(flags).arg(self.path()))
    }
}

impl Run {
    /// The answer on standard output.
    fn answer(self) -> Value {
        serde_json::from_str(&self.ends(0).out).unwrap()
    }
}

/// Asserts that no line is wider, our own or a name's.
fn fits(run: &Run, width: usize) {
    for line in run.out.lines() {
        assert!(line.chars().count() <= width, "{width}: {line}");
    }
}
