//! What a bucket store costs: counting into one, looking at a large one, one subject of it, its size.
//!
//! `cargo bench --bench store -- --events 100000000`; what the figures mean is in `README.md` beside
//! this file.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use common::process::{Run, count, detect, query};
use common::{Shared, known, logs, median, spread};
use serde_json::Value;
use trailspike::simulate::{SimulateOptions, Simulation};

/// Times the whole process over stores.
#[derive(Parser)]
struct Args {
    /// Events of the large store, about; a hundredth of a hundred million if not given
    #[arg(long)]
    events: Option<u64>,
    /// Files of 85 events to count into a store
    #[arg(long)]
    files: Option<u64>,
    /// Measured rounds, after one to warm up
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,
    #[command(flatten)]
    shared: Shared,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.shared.want("store") {
        return Ok(());
    }
    let threads = common::threads(args.threads)?;
    let quick = args.events.is_none() && args.files.is_none();
    let files = args.files.unwrap_or(if quick { 1_000 } else { 50_000 });
    let events = args.events.unwrap_or(if quick { 1_000_000 } else { 100_000_000 });
    counting(&args, files, threads)?;
    looking(&args, events, threads)
}

/// Counting into an empty store against detecting, in turn.
fn counting(args: &Args, files: u64, threads: usize) -> Result<()> {
    let flags = logs::arguments(&[("--files", files), ("--events-per-file", 85)]);
    let folder = logs::month(args.shared.logs.as_deref(), &flags)?;
    let scratch = tempfile::tempdir_in(folder.parent().unwrap_or(&folder))?;
    let store = scratch.path().join("store");
    let (mut detected, mut counted, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        let runs = [detect(&folder, threads)?, count(&folder, &store, threads)?];
        let last = count(&folder, &store, threads)?;
        if round > 0 {
            detected.push(runs[0]);
            counted.push(runs[1]);
            again.push(last);
        }
    }
    let ratios: Vec<f64> = counted
        .iter()
        .zip(&detected)
        .map(|(count, detect)| count.seconds / detect.seconds)
        .collect();
    println!(
        "| files × events | detect s | count s | count / detect | nothing new s | count CPU s | peak MiB | bytes an event |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    );
    println!(
        "| {files} × 85 | {} | {} | {} | {} | {} | {} | {:.2} |",
        seconds(&detected),
        seconds(&counted),
        spread(&ratios),
        seconds(&again),
        known(middle(&counted, |run| run.cpu), 2),
        known(middle(&counted, |run| run.peak), 0),
        size(&store)?,
    );
    Ok(())
}

/// Looking at a large store, and at one subject of it.
fn looking(args: &Args, events: u64, threads: usize) -> Result<()> {
    let store = large_store(args, events)?;
    let bytes_an_event = size(&store)?;
    let (mut all, mut one) = (Vec::new(), Vec::new());
    for round in 0..=args.rounds {
        let (whole, subject) = (detect(&store, threads)?, query(&store)?);
        if round > 0 {
            all.push(whole);
            one.push(subject);
        }
    }
    let events = all.first().map_or(0.0, |run| run.events);
    let per_second = middle(&all, |run| Some(run.events / run.seconds));
    println!(
        "\n| events | subjects | bytes an event | detect s | CPU s | events/s | peak MiB | one subject s |\n|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    println!(
        "| {events:.0} | {:.0} | {bytes_an_event:.2} | {} | {} | {} | {} | {} |",
        all.first().map_or(0.0, |run| run.subjects),
        seconds(&all),
        known(middle(&all, |run| run.cpu), 2),
        known(per_second, 0),
        known(middle(&all, |run| run.peak), 0),
        spread(&one.iter().map(|run| run.seconds).collect::<Vec<_>>()),
    );
    Ok(())
}

/// A simulated month of about so many events as a store; made if it is not there.
fn large_store(args: &Args, events: u64) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = args.shared.logs.clone().unwrap_or_else(|| root.join("target/bench-logs"));
    let store = below.join(format!("store-{events}"));
    if store.exists() {
        return Ok(store);
    }
    let options =
        SimulateOptions { accounts: 20, regions: 4, days: 30, ..SimulateOptions::default() };
    // So many events come with a scale of one.
    let probe = SimulateOptions { accounts: 1, ..options.clone() };
    let of_one =
        Simulation::new(probe)?.minute_counts().labels.events * u64::from(options.accounts);
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let scale = (events as f64 / of_one as f64).clamp(0.01, 1_000.0);
    let unfinished = store.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&below)?;
    Simulation::new(SimulateOptions { scale, ..options })?.write_store(&unfinished)?;
    fs::rename(&unfinished, &store)?;
    Ok(store)
}

/// How many bytes an event takes in a store, in all files but the ledger.
fn size(store: &Path) -> Result<f64> {
    let manifest: Value = serde_json::from_slice(&fs::read(store.join("store.json"))?)?;
    let days = manifest["days"].as_array().context("a manifest has days")?;
    let events: f64 = days.iter().filter_map(|day| day["events"].as_f64()).sum();
    let tables = days.iter().filter_map(|day| day["tables"].as_object());
    let tables = tables.flat_map(serde_json::Map::values);
    let bytes: f64 = tables.filter_map(|table| table["bytes"].as_f64()).sum();
    ensure!(events > 0.0, "the store is empty");
    Ok(bytes / events)
}

fn seconds(runs: &[Run]) -> String {
    spread(&runs.iter().map(|run| run.seconds).collect::<Vec<_>>())
}

fn middle(runs: &[Run], figure: impl Fn(&Run) -> Option<f64>) -> Option<f64> {
    let figures: Option<Vec<f64>> = runs.iter().map(figure).collect();
    figures.map(median)
}
