//! The whole process against the floor: reading and inflating the same files and nothing else.
//!
//! `cargo bench --bench floor -- --shape all`; what the figures mean is in `README.md` beside
//! this file.

mod common;

use std::fs::File;
use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, ValueEnum};
use common::process::{OWN, Run, cpu, detect};
use common::{Shared, known, logs, median, spread};
use libdeflater::Decompressor;
use walkdir::WalkDir;

/// Times the whole process against reading and inflating alone, over files of three sizes.
#[derive(Parser)]
struct Args {
    /// Sizes of files; all of them over a fiftieth of the files if not given
    #[arg(long)]
    shape: Option<Choice>,
    /// Measured rounds, after one to warm up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Numbers of threads; as many as there are processors if not given
    #[arg(long, value_delimiter = ',')]
    threads: Vec<usize>,
    /// The part of the files that is made and read
    #[arg(long)]
    scale: Option<f64>,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    Small,
    Middle,
    Large,
    All,
}

/// Choice, files, events in each.
const SHAPES: [(Choice, u64, u64); 3] =
    [(Choice::Small, 50_000, 85), (Choice::Middle, 2_000, 2_000), (Choice::Large, 20, 200_000)];

/// One round: the floor, then the whole process.
struct Round {
    floor: f64,
    floor_cpu: Option<f64>,
    detect: Run,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if !args.shared.want("floor") {
        return Ok(());
    }
    let scale = args.scale.unwrap_or(if args.shape.is_some() { 1.0 } else { 0.02 });
    let choice = args.shape.unwrap_or(Choice::All);
    let mut threads = args.threads.clone();
    if threads.is_empty() {
        threads.push(common::threads(None)?);
    }
    println!(
        "| files × events | threads | events | subjects | JSON GB | floor s | detect s | detect / floor | events/s | GB/s | floor CPU s | detect CPU s | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for (shape, files, events) in SHAPES {
        if choice != Choice::All && choice != shape {
            continue;
        }
        let files = common::part(files, scale);
        let mut flags = logs::arguments(&[("--files", files), ("--events-per-file", events)]);
        flags.push("--incidents".to_owned());
        let folder = logs::month(args.shared.logs.as_deref(), &flags)?;
        for &threads in &threads {
            let (bytes, rounds) = measure(&folder, threads, args.rounds)?;
            println!("| {files} × {events} | {threads} {}", row(bytes, &rounds));
        }
    }
    Ok(())
}

fn measure(folder: &Path, threads: usize, rounds: u32) -> Result<(f64, Vec<Round>)> {
    let found: walkdir::Result<Vec<_>> =
        WalkDir::new(folder).sort_by_file_name().into_iter().collect();
    let files = found?.into_iter().filter(|entry| entry.file_type().is_file());
    let files: Vec<PathBuf> = files.map(walkdir::DirEntry::into_path).collect();
    let mut workers: Vec<Worker> = (0..threads.max(1)).map(|_| Worker::new()).collect();
    let bytes = inflate_all(&files, &mut workers)?;
    let events = detect(folder, threads)?.events;
    let round = |_| {
        let (start, before) = (Instant::now(), cpu(OWN));
        let sum = inflate_all(&files, &mut workers)?;
        let (floor, after) = (start.elapsed().as_secs_f64(), cpu(OWN));
        let detect = detect(folder, threads)?;
        ensure!(sum == bytes && total(detect.events) == total(events), "the rounds differ");
        let floor_cpu = after.zip(before).map(|(after, before)| after - before);
        Ok(Round { floor, floor_cpu, detect })
    };
    let rounds = (0..rounds).map(round).collect::<Result<_>>()?;
    Ok((u32::try_from(bytes / 1_000_000).map(f64::from)? / 1e3, rounds))
}

fn row(gigabytes: f64, rounds: &[Round]) -> String {
    let floor: Vec<f64> = rounds.iter().map(|round| round.floor).collect();
    let detect: Vec<f64> = rounds.iter().map(|round| round.detect.seconds).collect();
    let ratios: Vec<f64> =
        floor.iter().zip(&detect).map(|(floor, detect)| detect / floor).collect();
    let middle = |figure: fn(&Round) -> Option<f64>| {
        let figures: Option<Vec<f64>> = rounds.iter().map(figure).collect();
        figures.map(median)
    };
    let events = rounds[0].detect.events;
    let seconds = median(detect);
    format!(
        "| {events:.0} | {:.0} | {gigabytes:.2} | {:.2} | {seconds:.2} | {} | {:.0} | {:.2} | {} | {} | {} |",
        rounds[0].detect.subjects,
        median(floor),
        spread(&ratios),
        events / seconds,
        gigabytes / seconds,
        known(middle(|round| round.floor_cpu), 2),
        known(middle(|round| round.detect.cpu), 2),
        known(middle(|round| round.detect.peak), 0),
    )
}

/// A number of events as it is printed: whole.
fn total(events: f64) -> String {
    format!("{events:.0}")
}

/// One thread of the floor; its buffers serve file after file.
struct Worker {
    inflater: Decompressor,
    packed: Vec<u8>,
    text: Vec<u8>,
}

impl Worker {
    fn new() -> Self {
        Self { inflater: Decompressor::new(), packed: Vec::new(), text: Vec::new() }
    }

    fn inflate(&mut self, file: &Path) -> Result<u64> {
        self.packed.clear();
        File::open(file)?.read_to_end(&mut self.packed)?;
        let size = self.packed.last_chunk().context("too short for gzip")?;
        let size = usize::try_from(u32::from_le_bytes(*size))?;
        if self.text.len() < size {
            self.text.resize(size, 0);
        }
        let length = self.inflater.gzip_decompress(&self.packed, &mut self.text[..size])?;
        black_box(&self.text[..length]);
        Ok(length as u64)
    }
}

/// Inflates all files, each thread taking the next; tells the bytes of text.
fn inflate_all(files: &[PathBuf], workers: &mut [Worker]) -> Result<u64> {
    let next = AtomicUsize::new(0);
    let turn = || files.get(next.fetch_add(1, Ordering::Relaxed));
    thread::scope(|scope| {
        let threads: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(|| {
                    std::iter::from_fn(turn).map(|file| worker.inflate(file)).sum::<Result<u64>>()
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().expect("no thread panics"));
        joined.sum()
    })
}
