//! Writes made-up trail logs: the generated part of `sample-logs`, and benchmark months.
//!
//! ```text
//! cargo run --release --example generate-logs -- samples sample-logs
//! cargo run --release --example generate-logs -- month /tmp/month --files 50000 --incidents
//! ```
//!
//! Equal arguments give equal bytes, whatever the number of threads. Labels of the incidents go
//! to standard output as JSON Lines, what was written to standard error.

mod background;
mod body;
mod caller;
mod cast;
mod catalog;
mod clock;
mod incidents;
mod layout;
mod month;
mod plan;
mod record;
mod rng;
mod samples;
mod tally;
mod traffic;
mod world;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

/// Writes made-up trail logs in the layout of a trail's bucket.
#[derive(Parser)]
enum Command {
    /// The generated part of sample-logs: nine days of one account, with three incidents
    Samples {
        /// Folder to write below
        out: PathBuf,
    },
    /// A benchmark month of any size
    Month(month::Month),
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Samples { out } => samples::run(&out),
        Command::Month(month) => month.run(),
    }
}
