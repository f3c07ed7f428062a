//! `trailspike merge`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use trailspike::output::store_summary::MergeSummary;
use trailspike::store::{RemoteStore, merge};

use super::Failure;
use super::count::failure;
use super::flags::CloudArgs;

const EXAMPLES: &str = "\
Examples:
  trailspike merge march april -o spring         two months
  trailspike merge accounts/* -o organisation    stores made on many machines

Events that several stores have count once.

Exit codes: 0 merged, 2 wrong use, 3 a store is damaged, or a file in two of them would count twice.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct MergeArgs {
    /// Stores, as trailspike count made them
    #[arg(required = true, value_name = "STORE")]
    stores: Vec<PathBuf>,
    /// The new store: a folder that is not there yet
    #[arg(short, long, value_name = "STORE")]
    output: PathBuf,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: Option<u16>,
    #[command(flatten)]
    cloud: CloudArgs,
    /// No summary; the exit code stays the same
    #[arg(short, long)]
    quiet: bool,
}

/// Merges.
pub fn run(args: &MergeArgs) -> Result<ExitCode, Failure> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = args.threads {
        pool = pool.num_threads(usize::from(threads));
    }
    let pool = pool.build().context("cannot start threads").map_err(Failure::wrong_use)?;
    let (folders, _copies) = args.cloud.folders_to_read(&args.stores, None)?;
    let output = args.cloud.remote(&args.output, None)?;
    let into = output.as_ref().map_or(args.output.as_path(), RemoteStore::folder);
    let merged = pool.install(|| merge(&folders, into)).map_err(failure)?;
    if let Some(output) = output {
        output.publish().map_err(failure)?;
    }
    if !args.quiet {
        super::say(format_args!("{}", MergeSummary { store: &args.output, merged }));
    }
    Ok(ExitCode::SUCCESS)
}
