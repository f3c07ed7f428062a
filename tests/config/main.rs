//! The configuration file, as it is used.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod command;
mod precedence;
mod subjects;
mod suppression;

use std::path::Path;

use assert_cmd::Command;

use logs::{Folder, program};

/// The program in that folder.
fn program_in(folder: &Path) -> Command {
    let mut command = program();
    command.current_dir(folder);
    command
}

/// A folder with logs to detect in, and a configuration beside them.
fn project(records: &[serde_json::Value], config: &str) -> Folder {
    let folder = Folder::with("logs/x.json", logs::document(records));
    folder.write("trailspike.toml", config);
    // The folders above are nobody's business.
    folder.write(".git", "");
    folder
}

/// A burst after a week in which the largest minute of a day varies, so that how often one is passed
/// says something.
fn uneven() -> Vec<serde_json::Value> {
    let noons = (0_i64..7)
        .zip([5, 20, 8, 30, 12, 25, 15])
        .flat_map(|(day, calls)| (0..calls).map(move |call| (day * 24 + 12) * 3_600 + call));
    let mut logs = logs::burst(10);
    logs.extend(noons.zip(10_000..).map(|(second, id)| logs::record(id, second)));
    logs
}

/// Runs `trailspike detect logs` in the folder.
fn detect(folder: &Folder, flags: &[&str]) -> logs::Run {
    logs::Run::of(program_in(folder.path()).args(["detect", "logs"]).args(flags))
}
