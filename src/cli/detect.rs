//! `trailspike detect`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use chrono::Utc;
use clap::{ArgAction, Args, ValueEnum};
use trailspike::count::{EventFilter, Globs, MemoryLimits, parse_time_bound};
use trailspike::detect::Settings;
use trailspike::event::EventCategory;
use trailspike::input::{Discovery, InputError, Limits};
use trailspike::insight::InsightOptions;
use trailspike::insight::record::RecordOptions;
use trailspike::output::{Format, OutputOptions, TableOptions, s3_layout, summary, write_problems};
use trailspike::series::Calls;
use trailspike::{
    Analysis, AnalysisOptions, DetectorKind, Minute, Progress, Severity, analyse, find_files,
};

use super::memory;
use super::output_file::OutputFile;
use super::progress::{Total, When, with_bar};
use super::{BAD_INPUT, FOUND, Failure};

const EXAMPLES: &str = "\
Examples:
  trailspike detect logs/                                 a folder, with all below
  trailspike detect 'logs/**/2026/03/*/*.json.gz'         a glob
  trailspike detect export.jsonl.gz -f json -o out.json   one file, records into another
  zcat export.gz | trailspike detect -                    standard input
  trailspike detect logs/ --from 2026-03-01 --account '1111*' --exclude-event-name 'Describe*'
  trailspike detect logs/ --fail-on high                  exit code 1 when there is one

Exit codes: 0 ran, 1 found what --fail-on asks for, 2 wrong use, 3 nothing could be read, or
anything at all was wrong with the input under --strict.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct DetectArgs {
    /// Files, folders, globs, or - for standard input: CloudTrail logs as JSON, gzipped or not
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    detection: DetectionArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Which events")]
struct FilterArgs {
    /// Only events from this time on: a date, an RFC 3339 time, or how long ago (12h, 7d)
    #[arg(long, alias = "timeline-start", value_name = "TIME", value_parser = time_bound)]
    from: Option<Minute>,
    /// Only events before this time
    #[arg(long, alias = "timeline-end", value_name = "TIME", value_parser = time_bound)]
    to: Option<Minute>,
    /// Only these recipient accounts (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    account: Vec<String>,
    /// Not these accounts
    #[arg(long, value_name = "GLOB")]
    exclude_account: Vec<String>,
    /// Only these Regions (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    region: Vec<String>,
    /// Not these Regions
    #[arg(long, value_name = "GLOB")]
    exclude_region: Vec<String>,
    /// Only these services, such as ec2.amazonaws.com (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    event_source: Vec<String>,
    /// Not these services
    #[arg(long, value_name = "GLOB")]
    exclude_event_source: Vec<String>,
    /// Only these APIs, such as Describe* (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    event_name: Vec<String>,
    /// Not these APIs
    #[arg(long, value_name = "GLOB")]
    exclude_event_name: Vec<String>,
    /// Which category of events to analyse
    #[arg(long, value_enum, default_value_t = CategoryArg::Management)]
    category: CategoryArg,
    /// Call rates of writes only, as CloudTrail Insights does; error rates stay on all calls
    #[arg(long)]
    write_only: bool,
}

#[derive(Args)]
#[command(next_help_heading = "What is unusual")]
struct DetectionArgs {
    /// False insights you will bear per account and week: more finds more
    #[arg(long, value_name = "N", default_value_t = Settings::default().false_insights_per_account_week, value_parser = positive, allow_negative_numbers = true)]
    false_insights: f64,
    /// Fewest events in an hour or less that can make an insight; half as many denials and failed
    /// logins do
    #[arg(long, value_name = "N", default_value_t = InsightOptions::default().min_count)]
    min_count: u32,
    /// Report busy APIs that fall to almost nothing, too
    #[arg(long)]
    drops: bool,
    /// The rule: surge, or peak (twice the largest of 14 days, a yardstick)
    #[arg(long, value_enum, default_value_t = DetectorArg::Surge)]
    detector: DetectorArg,
    /// Attribute to roles, or to each of their sessions
    #[arg(long, value_enum, default_value_t = IdentityArg::Role)]
    identity: IdentityArg,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the results [default: table on a terminal, jsonl elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// Write results to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write records as CloudTrail lays them out, gzipped, below this folder as well
    #[arg(long, value_name = "DIR")]
    s3_layout: Option<PathBuf>,
    /// Write over existing files
    #[arg(long)]
    force: bool,
    /// Leave out of records what Amazon's do not have
    #[arg(long)]
    strict_aws: bool,
    /// Columns of the table [default: the terminal's, or 80]
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// Keep the table to ASCII
    #[arg(long)]
    ascii: bool,
    /// Colour the table
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    color: When,
}

#[derive(Args)]
#[command(next_help_heading = "Running")]
struct RunArgs {
    /// Exit with 1 when there is an insight of this severity or above
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// Exit with 3 when anything is wrong with the input
    #[arg(long)]
    strict: bool,
    /// Write everything that is wrong with the input to a file, one JSON object a problem
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Most decompressed bytes read of one file
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().max_file_bytes)]
    max_file_bytes: u64,
    /// Folder for a temporary file, used when counts outgrow the memory [default: the system's]
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: Option<u16>,
    /// Progress bar
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    progress: When,
    /// No summary and no progress bar; results and exit code stay the same
    #[arg(short, long)]
    quiet: bool,
    /// Name every problem and every file not read in the summary, not just the first
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum CategoryArg {
    Management,
    Data,
    Network,
}

#[derive(Clone, Copy, ValueEnum)]
enum DetectorArg {
    Surge,
    Peak,
}

#[derive(Clone, Copy, ValueEnum)]
enum IdentityArg {
    Role,
    Session,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityArg {
    Low,
    Medium,
    High,
    Critical,
}

fn time_bound(text: &str) -> Result<Minute, trailspike::count::BadTimeBound> {
    parse_time_bound(text, Utc::now())
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("must be above 0".to_owned()) }
}

/// Reads, finds, writes.
pub fn run(args: &DetectArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let options = analysis_options(args).map_err(Failure::wrong_use)?;
    let force = args.output.force;
    let results = OutputFile::new(args.output.output.clone(), force).map_err(Failure::wrong_use)?;
    let errors = match &args.run.errors {
        Some(path) => Some(OutputFile::new(Some(path.clone()), force).map_err(Failure::wrong_use)?),
        None => None,
    };
    if errors.as_ref().is_some_and(|errors| errors.is_same(&results)) {
        let error = anyhow::anyhow!("--output and --errors are the same file");
        return Err(Failure::wrong_use(error));
    }
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = args.run.threads {
        pool = pool.num_threads(usize::from(threads));
    }
    let pool = pool.build().context("cannot start threads").map_err(Failure::wrong_use)?;

    let files =
        pool.install(|| find_files(&args.inputs, &options)).map_err(|error| match error {
            InputError::BadGlob { .. } => Failure::wrong_use(error),
            _ => Failure::bad_input(error),
        })?;
    let progress = Progress::default();
    let total = Total {
        files: files.files.len() as u64,
        bytes: files.files.iter().map(|file| file.bytes).sum(),
    };
    let show = args.run.progress.is_now(args.run.quiet);
    let analysis =
        with_bar(show, total, &progress, || pool.install(|| analyse(&files, &options, &progress)))
            .map_err(Failure::bad_input)?;

    write_results(args, &results, &analysis).map_err(Failure::wrong_use)?;
    if let Some(errors) = errors {
        errors
            .write(|out| write_problems(&analysis.tally, &files, out))
            .map_err(Failure::wrong_use)?;
    }
    if !args.run.quiet {
        let summary = summary::Summary {
            files: &files,
            analysis: &analysis,
            elapsed: started.elapsed(),
            peak_memory: memory::peak_bytes(),
            detail: if args.run.verbose { summary::Detail::Full } else { summary::Detail::Short },
        };
        super::say(format_args!("{summary}"));
    }
    exit_code(&args.run, &files, &analysis)
}

fn analysis_options(args: &DetectArgs) -> anyhow::Result<AnalysisOptions> {
    let filter = &args.filter;
    if let (Some(from), Some(to)) = (filter.from, filter.to) {
        anyhow::ensure!(from < to, "--from {from} is not before --to {to}");
    }
    let globs = |flag: &str, include: &[String], exclude: &[String]| {
        Globs::new(include, exclude).with_context(|| format!("--{flag} or --exclude-{flag}"))
    };
    let detection = &args.detection;
    Ok(AnalysisOptions {
        filter: EventFilter {
            from: filter.from,
            to: filter.to,
            accounts: globs("account", &filter.account, &filter.exclude_account)?,
            regions: globs("region", &filter.region, &filter.exclude_region)?,
            event_sources: globs(
                "event-source",
                &filter.event_source,
                &filter.exclude_event_source,
            )?,
            event_names: globs("event-name", &filter.event_name, &filter.exclude_event_name)?,
            category: match filter.category {
                CategoryArg::Management => EventCategory::Management,
                CategoryArg::Data => EventCategory::Data,
                CategoryArg::Network => EventCategory::NetworkActivity,
            },
        },
        keep_sessions: matches!(detection.identity, IdentityArg::Session),
        limits: Limits { max_file_bytes: args.run.max_file_bytes },
        memory: MemoryLimits { folder: args.run.temp_dir.clone(), ..MemoryLimits::default() },
        insights: InsightOptions {
            calls: if filter.write_only { Calls::Writes } else { Calls::All },
            min_count: detection.min_count,
        },
        detector: match detection.detector {
            DetectorArg::Surge => DetectorKind::Surge,
            DetectorArg::Peak => DetectorKind::Peak,
        },
        settings: Settings {
            drops: detection.drops,
            ..Settings::with_false_insights(detection.false_insights)
        },
        ..AnalysisOptions::new()
    })
}

fn write_results(
    args: &DetectArgs,
    results: &OutputFile,
    analysis: &Analysis,
) -> anyhow::Result<()> {
    let insights = &analysis.found.insights;
    let output = &args.output;
    let record = RecordOptions { strict_aws: output.strict_aws };
    if let Some(folder) = &output.s3_layout {
        s3_layout::write(folder, insights, record, output.force)?;
    }
    let terminal = results.is_terminal();
    let format = match output.format {
        None if terminal => Format::Table,
        Some(FormatArg::Table) => Format::Table,
        Some(FormatArg::Json) => Format::Json,
        Some(FormatArg::Csv) => Format::Csv,
        None | Some(FormatArg::Jsonl) => Format::JsonLines,
    };
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = match output.color {
        When::Auto => terminal && !no_color,
        When::Always => true,
        When::Never => false,
    };
    let width = output.width.unwrap_or_else(|| if terminal { terminal_width() } else { 80 });
    let table = TableOptions { width, colour, ascii: output.ascii };
    let writer = format.writer(OutputOptions { record, table });
    results.write(|out| writer.write(insights, out))
}

/// The terminal's columns; very wide lines are hard to read.
fn terminal_width() -> usize {
    let columns = console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns);
    usize::from(columns).min(120)
}

fn exit_code(run: &RunArgs, files: &Discovery, analysis: &Analysis) -> Result<ExitCode, Failure> {
    let tally = &analysis.tally;
    let wrong = tally.has_problems() || !files.skipped.is_empty();
    if tally.records() == tally.rejected && wrong {
        return Err(Failure::bad_input(anyhow::anyhow!("nothing could be read; see above")));
    }
    if tally.files_read == 0 && !tally.not_logs.is_empty() {
        let files = tally.not_logs.len();
        return Err(Failure::bad_input(anyhow::anyhow!(
            "nothing to read: of {files} files found, none holds CloudTrail logs as JSON"
        )));
    }
    if run.strict && wrong {
        return Ok(ExitCode::from(BAD_INPUT));
    }
    let bound = run.fail_on.map(|severity| match severity {
        SeverityArg::Low => Severity::Low,
        SeverityArg::Medium => Severity::Medium,
        SeverityArg::High => Severity::High,
        SeverityArg::Critical => Severity::Critical,
    });
    let reached = bound.is_some_and(|bound| {
        analysis.found.insights.iter().any(|insight| insight.severity >= bound)
    });
    Ok(if reached { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}
