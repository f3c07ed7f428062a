//! `trailspike simulate`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use indicatif::{DecimalBytes, HumanCount, ProgressBar, ProgressStyle};
use trailspike::labels::IncidentKind;
use trailspike::output::visible;
use trailspike::simulate::{
    BadOptions, Faults, Incidents, LABELS_FILE, Progress, SimulateError, SimulateOptions,
    Simulation, World, Written, kinds,
};

use super::Failure;
use super::progress::When;

const ABOUT: &str = "\
Make a labelled month of logs, with incidents in it that are known.

The logs lie below DIR/AWSLogs as CloudTrail delivers them to S3, and DIR/labels.json says what is in \
them. The defaults make about 1.8 million events in 32,000 files, 250 MB; a --scale of 10 makes ten \
times the events in as many files.";

const EXAMPLES: &str = "\
Kinds of incidents, for --only:
  credential-stuffing-one-address, credential-stuffing-many-addresses, password-spray,
  access-denied-spike, permission-probing, leaked-key, runaway-read, runaway-write, throttle-storm,
  one-minute-burst, slow-ramp, low-and-slow, second-strike, two-culprits, brand-new-api, level-shift,
  overlap, open-at-end, drop-to-zero, first-day, plateau, broken-deployment

Examples:
  trailspike simulate -o month                            two accounts, two Regions, 28 days
  trailspike simulate -o month --seed 7 --world rough     another month, a rougher one
  trailspike simulate -o month --only leaked-key --incidents 5
  trailspike simulate -o load --accounts 10 --scale 10    a month to measure speed with
  trailspike simulate -o quiet --incidents none --faults none

Exit codes: 0 written, 2 wrong use, or the folder cannot be written to.";

#[derive(Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct SimulateArgs {
    /// Folder for the logs and labels.json
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    month: MonthArgs,
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Args)]
#[command(next_help_heading = "How much")]
struct MonthArgs {
    /// What everything is drawn from: equal seeds and flags give equal bytes
    #[arg(long, value_name = "N", default_value_t = SimulateOptions::default().seed)]
    seed: u64,
    /// Days
    #[arg(long, value_name = "N", default_value_t = SimulateOptions::default().days, allow_negative_numbers = true)]
    days: u32,
    /// First day
    #[arg(long, value_name = "DATE", default_value_t = SimulateOptions::default().start)]
    start: NaiveDate,
    /// Accounts
    #[arg(long, value_name = "N", default_value_t = SimulateOptions::default().accounts, allow_negative_numbers = true)]
    accounts: u32,
    /// Regions of each account
    #[arg(long, value_name = "N", default_value_t = SimulateOptions::default().regions, allow_negative_numbers = true)]
    regions: u32,
    /// Ordinary calls of each API, in relation to the usual
    #[arg(long, value_name = "X", default_value_t = SimulateOptions::default().scale, allow_negative_numbers = true)]
    scale: f64,
}

#[derive(Args)]
#[command(next_help_heading = "What is in it")]
struct ContentArgs {
    /// How orderly the ordinary traffic is
    #[arg(long, value_enum, default_value_t = WorldArg::Ordinary)]
    world: WorldArg,
    /// Incidents in all, or none [default: one an account, Region and week, and one of each kind]
    #[arg(long, value_name = "N", value_parser = incidents, allow_negative_numbers = true)]
    incidents: Option<u32>,
    /// Only incidents of this kind (repeatable)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    only: Vec<IncidentKind>,
    /// What goes wrong with the delivery of files
    #[arg(long, value_enum, default_value_t = FaultsArg::Some)]
    faults: FaultsArg,
}

#[derive(Args)]
#[command(next_help_heading = "Running")]
struct RunArgs {
    /// Write into a folder that is not empty; an earlier simulation in it is replaced
    #[arg(long)]
    force: bool,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: Option<u16>,
    /// No summary and no progress bar
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum WorldArg {
    /// Hardly a burst
    Orderly,
    /// Some bursts, most of one size
    Ordinary,
    /// Bursts of any size at any time
    Rough,
}

#[derive(Clone, Copy, ValueEnum)]
enum FaultsArg {
    /// Every file comes once, whole and in time
    None,
    /// A few come late, twice, torn or not at all
    Some,
    /// Many do
    Many,
}

fn incidents(text: &str) -> Result<u32, String> {
    match text {
        "none" => Ok(0),
        _ => text.parse().map_err(|_| "not a number, and not none".to_owned()),
    }
}

fn kind(text: &str) -> Result<IncidentKind, String> {
    kinds().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let all: Vec<&str> = kinds().map(IncidentKind::as_str).collect();
        format!("no such kind; there are {}", all.join(", "))
    })
}

impl SimulateArgs {
    fn simulation(&self) -> Result<Simulation, BadOptions> {
        let (month, content) = (&self.month, &self.content);
        Simulation::new(SimulateOptions {
            seed: month.seed,
            days: month.days,
            start: month.start,
            accounts: month.accounts,
            regions: month.regions,
            scale: month.scale,
            world: match content.world {
                WorldArg::Orderly => World::Orderly,
                WorldArg::Ordinary => World::Ordinary,
                WorldArg::Rough => World::Rough,
            },
            incidents: content.incidents.map_or(Incidents::Usual, Incidents::Number),
            only: content.only.clone(),
            faults: match content.faults {
                FaultsArg::None => Faults::None,
                FaultsArg::Some => Faults::Some,
                FaultsArg::Many => Faults::Many,
            },
        })
    }
}

/// Makes a month and writes it.
pub fn run(args: &SimulateArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let simulation = args.simulation().map_err(Failure::wrong_use)?;
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = args.run.threads {
        pool = pool.num_threads(usize::from(threads));
    }
    let pool = pool.build().context("cannot start threads").map_err(Failure::wrong_use)?;
    let progress = Progress::default();
    let show = When::Auto.is_now(args.run.quiet);
    let written = with_bar(show, simulation.minutes(), &progress, || {
        pool.install(|| simulation.write(&args.output, args.run.force, &progress))
    });
    let written = written.map_err(|error| match error {
        SimulateError::NotEmpty(_) => Failure::wrong_use(
            anyhow::Error::from(error).context("give --force to write into it all the same"),
        ),
        SimulateError::OtherLogs(_) | SimulateError::Io { .. } => Failure::wrong_use(error),
    })?;
    if !args.run.quiet {
        super::say(format_args!("{}", summary(args, &written, started.elapsed())));
    }
    Ok(ExitCode::SUCCESS)
}

/// Does the work, showing how far it has come.
fn with_bar<T>(show: bool, minutes: u64, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !show {
        return work();
    }
    let bar = ProgressBar::new(minutes);
    if let Ok(style) = ProgressStyle::with_template("{bar:8} {percent:>3}% {wide_msg}") {
        bar.set_style(style);
    }
    let (done, ended) = channel::<()>();
    thread::scope(|scope| {
        let bar = &bar;
        scope.spawn(move || {
            let started = Instant::now();
            while ended.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                let of = |amount: &std::sync::atomic::AtomicU64| amount.load(Ordering::Relaxed);
                bar.set_position(of(&progress.minutes));
                bar.set_message(format!(
                    "{} files  {}  {} ev/s",
                    HumanCount(of(&progress.files)),
                    DecimalBytes(of(&progress.bytes)),
                    HumanCount(per_second(of(&progress.events), started.elapsed()))
                ));
            }
        });
        let outcome = work();
        drop(done);
        bar.finish_and_clear();
        outcome
    })
}

fn per_second(events: u64, elapsed: Duration) -> u64 {
    let millis = elapsed.as_millis().max(1);
    u64::try_from(u128::from(events) * 1_000 / millis).unwrap_or(u64::MAX)
}

fn counted(number: usize, word: &str) -> String {
    format!("{} {word}{}", HumanCount(number as u64), if number == 1 { "" } else { "s" })
}

fn summary(args: &SimulateArgs, written: &Written, elapsed: Duration) -> String {
    let labels = &written.labels;
    let mut text = format!(
        "{} events in {} files, {}, in {:.1} s ({} events/s)\n",
        HumanCount(labels.events),
        HumanCount(written.files),
        DecimalBytes(written.bytes),
        elapsed.as_secs_f64(),
        HumanCount(per_second(labels.events, elapsed)),
    );
    let _ = writeln!(text, "{}", counted(labels.incidents.len(), "incident"));
    for kind in kinds() {
        let number = labels.incidents.iter().filter(|incident| incident.kind == kind).count();
        if number > 0 {
            let _ = writeln!(text, "  {number:>4}  {}", kind.as_str());
        }
    }
    if written.unplaced > 0 {
        let _ = writeln!(text, "  {:>4}  left out: no place for them", written.unplaced);
    }
    if !labels.faults.is_empty() {
        let _ = writeln!(text, "{} of delivery", counted(labels.faults.len(), "fault"));
    }
    let shown = |path: PathBuf| visible(&path.to_string_lossy(), false).into_owned();
    let (logs, labels) = (shown(args.output.join("AWSLogs")), shown(args.output.join(LABELS_FILE)));
    let _ = writeln!(
        text,
        "Next: trailspike detect {logs}\n      trailspike evaluate {labels} --logs {logs}"
    );
    text
}
