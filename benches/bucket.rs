//! Logs in a bucket against the same files on disk: a server on loopback, and the same with every
//! answer late.
//!
//! `cargo bench --bench bucket -- --files 50000`; what the figures mean is in `README.md` beside
//! this file.

mod common;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../tests/bucket/server.rs"]
mod server;

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use common::process::{OWN, Run, cpu, detect, detect_in_bucket};
use common::{Shared, known, logs, median, spread};
use server::Server;

/// Times the whole process over a bucket against the same files on disk.
#[derive(Parser)]
struct Args {
    /// Files of 85 events; 1,000 if not given
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    files: u64,
    /// Milliseconds that answers take
    #[arg(long, value_delimiter = ',', default_values_t = [0, 50])]
    delays: Vec<u64>,
    /// Measured rounds, after one to warm up
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Threads; as many as there are processors if not given
    #[arg(long)]
    threads: Option<usize>,
    #[command(flatten)]
    shared: Shared,
}

const BUCKET: &str = "month";

/// From disk and, at each delay, from the bucket; with the server's own processor time.
struct Round {
    disk: Run,
    bucket: Vec<(Run, Option<f64>)>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.shared.want("bucket") {
        return Ok(());
    }
    let threads = common::threads(args.threads)?;
    let flags = [("--files", args.files), ("--events-per-file", 85)];
    let mut flags = logs::arguments(&flags);
    flags.push("--incidents".to_owned());
    let folder = logs::month(args.shared.logs.as_deref(), &flags)?;
    let server = Server::start(BUCKET);
    server.put_folder(&folder, "");
    round(&folder, &server, &args.delays, threads)?;
    let rounds: Vec<Round> = (0..args.rounds)
        .map(|_| round(&folder, &server, &args.delays, threads))
        .collect::<Result<_>>()?;
    println!(
        "| files | threads | delay ms | disk s | bucket s | disk / bucket | events/s | disk CPU s | bucket CPU s | server CPU s | peak MiB |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for (at, delay) in args.delays.iter().enumerate() {
        println!("| {} | {threads} | {delay} | {}", args.files, row(&rounds, at));
    }
    Ok(())
}

fn round(folder: &Path, server: &Server, delays: &[u64], threads: usize) -> Result<Round> {
    let disk = detect(folder, threads)?;
    let mut bucket = Vec::new();
    for &delay in delays {
        server.delay(Duration::from_millis(delay));
        let before = cpu(OWN);
        let run = detect_in_bucket(&format!("s3://{BUCKET}"), &server.endpoint(), threads)?;
        let own = before.zip(cpu(OWN)).map(|(before, after)| after - before);
        // They would pile up.
        server.requests();
        ensure!(
            format!("{:.0}", run.events) == format!("{:.0}", disk.events),
            "the bucket tells of {} events, the disk of {}",
            run.events,
            disk.events
        );
        bucket.push((run, own));
    }
    Ok(Round { disk, bucket })
}

fn row(rounds: &[Round], at: usize) -> String {
    let all = |figure: &dyn Fn(&Round) -> f64| rounds.iter().map(figure).collect::<Vec<f64>>();
    let some = |figure: &dyn Fn(&Round) -> Option<f64>, decimals| {
        let figures: Option<Vec<f64>> = rounds.iter().map(figure).collect();
        known(figures.map(median), decimals)
    };
    let seconds = median(all(&|round| round.bucket[at].0.seconds));
    format!(
        "{:.2} | {seconds:.2} | {} | {:.0} | {} | {} | {} | {} |",
        median(all(&|round| round.disk.seconds)),
        spread(&all(&|round| round.disk.seconds / round.bucket[at].0.seconds)),
        rounds[0].disk.events / seconds,
        some(&|round| round.disk.cpu, 2),
        some(&|round| round.bucket[at].0.cpu, 2),
        some(&|round| round.bucket[at].1, 2),
        some(&|round| round.bucket[at].0.peak, 0),
    )
}
