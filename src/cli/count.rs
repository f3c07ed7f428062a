//! `trailspike count`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use trailspike::count::{CountOptions, EventFilter};
use trailspike::event::TimeRange;
use trailspike::input::Discovery;
use trailspike::output::store_summary::{CheckSummary, CountSummary};
use trailspike::output::summary::Detail;
use trailspike::output::write_problems;
use trailspike::store::{Added, RemoteStore, StoreError, StoreWriter, check};

use super::flags::{ReadingArgs, records_were_read};
use super::memory;
use super::output_file::OutputFile;
use super::{BAD_INPUT, Failure};

const EXAMPLES: &str = "\
Examples:
  trailspike count logs/ -o store      count a folder, with all below, into a store
  trailspike count logs/ -o store      again: only files that are new or changed are read
  trailspike count s3://trail -o s3://counts/store   a bucket, into another
  trailspike count --check store       whether the store is as it was written

Exit codes: 0 ran, 2 wrong use or another run writes to the store, 3 nothing could be read, the store
is damaged, or anything at all was wrong with the input under --strict.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CountArgs {
    /// Files, folders, globs, or - for standard input: CloudTrail logs as JSON, gzipped or not
    #[arg(required_unless_present = "check", value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The store: a folder that is made, or grows
    #[arg(short, long, value_name = "STORE", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Keep the session names of assumed roles, rather than counting a role as one identity; a store
    /// stays as it was begun
    #[arg(long)]
    keep_sessions: bool,
    /// Verify that store instead: its files, their sums and their order
    #[arg(long, value_name = "STORE", conflicts_with_all = ["inputs", "output", "keep_sessions", "errors", "strict"])]
    check: Option<PathBuf>,
    /// Write over an existing file of errors
    #[arg(long, requires = "errors")]
    force: bool,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Running")]
struct RunArgs {
    /// Exit with 3 when anything is wrong with the input
    #[arg(long)]
    strict: bool,
    /// Write everything that is wrong with the input to a file, one JSON object a problem
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No summary and no progress bar; the exit code stays the same
    #[arg(short, long)]
    quiet: bool,
    /// Name every problem and every file not read in the summary, not just the first
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// What a failure of a store says about whose fault it is.
pub fn failure(error: StoreError) -> Failure {
    use StoreError::{Busy, Exists, NoStore, Occupied, OtherIdentities, OtherSessions, Overtaken};
    match error {
        Busy { .. }
        | Exists { .. }
        | NoStore { .. }
        | Occupied { .. }
        | OtherIdentities { .. }
        | OtherSessions { .. }
        | Overtaken { .. } => Failure::wrong_use(error),
        _ => Failure::bad_input(error),
    }
}

/// Reads and adds, or checks.
pub fn run(args: &CountArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    if let Some(store) = &args.check {
        return check_store(args, store);
    }
    let Some(folder) = args.output.as_deref() else {
        return Err(Failure::wrong_use(anyhow::anyhow!("-o STORE is missing")));
    };
    let errors = match &args.run.errors {
        Some(path) => {
            Some(OutputFile::new(Some(path.clone()), args.force).map_err(Failure::wrong_use)?)
        }
        None => None,
    };
    let options = CountOptions {
        filter: EventFilter::default(),
        keep_sessions: args.keep_sessions,
        times: TimeRange::until_a_day_after(chrono::Utc::now()),
        limits: args.run.reading.limits(),
        memory: args.run.reading.memory(),
        witness: None,
    };
    let mut files = args.run.reading.find(&args.inputs, &options.filter)?;
    if let Some(store) = files.stores.first() {
        let store = store.display();
        let error = anyhow::anyhow!("{store} is a store: trailspike merge puts stores together");
        return Err(Failure::wrong_use(error));
    }
    let remote = args.run.reading.remote(folder)?;
    let local = remote.as_ref().map_or(folder, RemoteStore::folder);
    let store = StoreWriter::open(local, args.keep_sessions.then_some(true)).map_err(failure)?;
    if let Some(remote) = &remote {
        files.files.retain(|file| !remote.holds(&file.place));
    }
    let selected = store.select(&files.files).map_err(failure)?;
    files.files.clone_from(&selected.files);
    let added = args
        .run
        .reading
        .read(&files, args.run.quiet, |progress| store.add(&files.files, &options, progress))?;
    let added = added.map_err(failure)?;
    if let Some(remote) = remote {
        remote.publish().map_err(failure)?;
    }
    if let Some(errors) = errors {
        errors
            .write(|out| write_problems(&added.tally, &files, out))
            .map_err(Failure::wrong_use)?;
    }
    if !args.run.quiet {
        let summary = CountSummary {
            store: folder,
            files: &files,
            selected: &selected,
            added: &added,
            elapsed: started.elapsed(),
            peak_memory: memory::peak_bytes(),
            detail: if args.run.verbose { Detail::Full } else { Detail::Short },
        };
        super::say(format_args!("{summary}"));
    }
    exit_code(args, &files, selected.passed_over, &added)
}

fn check_store(args: &CountArgs, store: &Path) -> Result<ExitCode, Failure> {
    let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
    let remote = args.run.reading.remote_to_read(store)?;
    let local = remote.as_ref().map_or(store, RemoteStore::folder);
    let checked = pool.install(|| check(local)).map_err(failure)?;
    let is_well = checked.findings.is_empty();
    if !args.run.quiet || !is_well {
        super::say(format_args!("{}", CheckSummary { store, checked: &checked }));
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(BAD_INPUT) })
}

fn exit_code(
    args: &CountArgs,
    files: &Discovery,
    passed_over: u64,
    added: &Added,
) -> Result<ExitCode, Failure> {
    if passed_over == 0 {
        records_were_read(files, &added.tally)?;
    }
    let wrong = added.tally.has_problems() || !files.skipped.is_empty();
    Ok(if args.run.strict && wrong { ExitCode::from(BAD_INPUT) } else { ExitCode::SUCCESS })
}
