//! `trailspike query`, as it is run.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod errors;
mod hostile;
mod outputs;
mod questions;
mod sameness;
mod tables;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use logs::{Run, SAMPLES, program};
use serde_json::Value;
use tempfile::TempDir;

/// A store that goes when this is dropped.
struct Store(TempDir);

impl Store {
    fn of(inputs: &[&Path]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Self(folder);
        let mut count = program();
        count.args(["count", "--quiet"]).args(inputs).arg("-o").arg(store.path());
        Run::of(&mut count).ends(0);
        store
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("store")
    }

    fn query(&self, words: &[&str]) -> Run {
        Run::of(program().arg("query").args(words).arg(self.path()))
    }

    /// The rows of a query.
    fn rows(&self, words: &[&str]) -> Vec<Value> {
        let run = self.query(&[&["-f", "jsonl"], words].concat()).ends(0);
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The store of the sample logs.
fn samples() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| Store::of(&[Path::new(SAMPLES)]))
}
