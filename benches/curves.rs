//! What the whole process costs as the input grows in one direction.
//!
//! `cargo bench --bench curves -- --curve all`; what the figures mean is in `README.md` beside
//! this file.

mod common;

use std::fs;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use common::process::detect;
use common::{Shared, known, logs, median, spread};

/// Times the whole process over logs that grow in one direction.
#[derive(Parser)]
struct Args {
    /// What grows; if not given, everything but memory's many small files, with a hundredth of the
    /// events
    #[arg(long)]
    curve: Option<Curve>,
    /// Measured rounds, after one to warm up
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,
    /// The part of the events that is made and read
    #[arg(long)]
    scale: Option<f64>,
    /// Do not delete the logs after they were read
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Curve {
    /// 1 to 16 million events, 85 in a file
    Events,
    /// 1 and 2 threads, 4 million events
    Threads,
    /// A thousand to a million subjects, 4 million events
    Subjects,
    /// 10 to 100,000 events in a file, 4 million events
    Files,
    /// 2.5 to 20 million events of a large organisation: 1,000 accounts, 5 Regions, 20,000
    /// identities, files as a trail delivers them
    Memory,
    All,
}

/// One set of logs to read.
struct Point {
    curve: Curve,
    flags: Vec<String>,
    threads: Vec<usize>,
}

const MILLION: u64 = 1_000_000;

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.shared.want("curves") {
        return Ok(());
    }
    let scale = args.scale.unwrap_or(if args.curve.is_some() { 1.0 } else { 0.01 });
    let chosen = |curve| match args.curve {
        None => curve != Curve::Memory,
        Some(choice) => choice == Curve::All || choice == curve,
    };
    let threads = common::threads(args.threads)?;
    println!(
        "| curve | logs | threads | events | subjects | s | CPU s | events/s | peak MiB |\n|---|---|--:|--:|--:|--:|--:|--:|--:|"
    );
    for point in points(scale, threads) {
        if chosen(point.curve) {
            measure(&point, &args)?;
        }
    }
    Ok(())
}

fn points(scale: f64, threads: usize) -> Vec<Point> {
    let part = |events: u64| common::part(events, scale);
    // In files of one size, of three accounts in four Regions.
    let even = |events: u64, size: u64| {
        let files = part(events).div_ceil(size);
        logs::arguments(&[("--files", files), ("--events-per-file", size.min(part(events)))])
    };
    // 200 APIs in every account and Region.
    let subjects = |accounts: u64| {
        logs::arguments(&[
            ("--accounts", accounts),
            ("--regions", 5),
            ("--identities", 20_000),
            ("--subjects", accounts * 5 * 200),
            ("--files", part(10_000)),
            ("--events-per-file", 400),
        ])
    };
    let organisation = |events: u64| {
        logs::arguments(&[
            ("--accounts", 1_000),
            ("--regions", 5),
            ("--identities", 20_000),
            ("--delivered", part(events)),
            ("--events-per-file", 50),
        ])
    };
    let all = [
        (Curve::Events, [1, 2, 4, 8, 16].map(|n| even(n * MILLION, 85)).to_vec()),
        (Curve::Threads, vec![even(4 * MILLION, 85)]),
        (Curve::Subjects, [1, 10, 100, 1_000].map(subjects).to_vec()),
        (Curve::Files, [10, 100, 1_000, 10_000, 100_000].map(|n| even(4 * MILLION, n)).to_vec()),
        (Curve::Memory, [25, 50, 100, 200].map(|n| organisation(n * MILLION / 10)).to_vec()),
    ];
    let point = |curve, mut flags: Vec<String>| {
        flags.push("--fast".to_owned());
        let threads = if curve == Curve::Threads { vec![1, 2] } else { vec![threads] };
        Point { curve, flags, threads }
    };
    all.into_iter()
        .flat_map(|(curve, sets)| sets.into_iter().map(move |flags| point(curve, flags)))
        .collect()
}

fn measure(point: &Point, args: &Args) -> Result<()> {
    let folder = logs::month(args.shared.logs.as_deref(), &point.flags)?;
    for &threads in &point.threads {
        let first = detect(&folder, threads)?;
        let runs =
            (0..args.rounds).map(|_| detect(&folder, threads)).collect::<Result<Vec<_>>>()?;
        let seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
        let cpu: Option<Vec<f64>> = runs.iter().map(|run| run.cpu).collect();
        let peak: Option<Vec<f64>> = runs.iter().map(|run| run.peak).collect();
        println!(
            "| {:?} | `{}` | {threads} | {:.0} | {:.0} | {} | {} | {:.0} | {} |",
            point.curve,
            point.flags.join(" "),
            first.events,
            first.subjects,
            spread(&seconds),
            known(cpu.map(median), 2),
            first.events / median(seconds),
            known(peak.map(median), 0),
        );
    }
    if !args.keep {
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}
