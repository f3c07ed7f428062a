//! Simulated months: the same for the same flags, true to their labels, and read by our own reader
//! as they were meant.

#![expect(clippy::cast_precision_loss, reason = "counts of a simulation are small")]

mod files;
mod measure;
mod truth;
mod usage;

use std::path::PathBuf;

use trailspike::AnalysisOptions;
use trailspike::count::{CountOptions, Counted, MinuteCounts, Progress, count};
use trailspike::find_files;
use trailspike::simulate::{SimulateOptions, Simulation};

/// A small month.
fn small() -> SimulateOptions {
    SimulateOptions { days: 8, accounts: 1, regions: 1, scale: 0.2, ..SimulateOptions::default() }
}

fn simulation(options: SimulateOptions) -> Simulation {
    Simulation::new(options).unwrap()
}

/// Reads a folder as `detect` does.
fn read(folder: PathBuf) -> Counted {
    let options = AnalysisOptions::new();
    let files = find_files(&[folder], &options).unwrap();
    let options = CountOptions {
        filter: options.filter,
        keep_sessions: false,
        times: options.times,
        limits: options.limits,
        memory: options.memory,
        witness: None,
    };
    count(&files.files, &options, &Progress::default()).unwrap()
}

/// Every row of a table in words, without examples.
fn rows(table: &MinuteCounts) -> Vec<String> {
    use trailspike::count::Dimension::{ErrorCode, Identity, Name, SourceIp, UserAgent};
    let mut rows = Vec::new();
    for index in 0..table.parts() {
        let part = table.part(index).unwrap();
        for api in 0..part.apis() {
            for row in part.rows(api) {
                rows.push(format!(
                    "{:?} {} {} {} {} {} {} {}",
                    part.api(api),
                    row.minute,
                    table.name(Identity, row.identity),
                    table.name(Name, row.identity_type),
                    table.name(UserAgent, row.user_agent),
                    table.name(SourceIp, row.source_ip),
                    table.name(ErrorCode, row.error),
                    row.events,
                ));
            }
        }
    }
    rows.sort();
    rows
}
