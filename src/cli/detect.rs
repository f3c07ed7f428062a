//! `trailspike detect`

mod results;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{ArgAction, Args, ValueEnum};
use trailspike::config::Config;
use trailspike::identity_view::Who;
use trailspike::input::Discovery;
use trailspike::output::{Charted, Format, summary, write_problems};
use trailspike::verify::Outcome;
use trailspike::{Analysis, DetectorKind, Severity};

use super::flags::{
    ConfigArgs, DetectionArgs, EventArgs, GeoArgs, ReadingArgs, TableArgs, ValidationArgs,
    ViewArgs, something_was_read,
};
use super::memory;
use super::output_file::OutputFile;
use super::report::ReportFile;
use super::state::count_new;
use super::verify::Validation;
use super::{BAD_INPUT, FOUND, Failure};
use results::{find_origins_of, write_results, write_sweep_of, write_view_of};

const EXAMPLES: &str = "\
Examples:
  trailspike detect logs/                                 a folder, with all below
  trailspike detect 'logs/**/2026/03/*/*.json.gz'         a glob
  trailspike detect export.jsonl.gz -f json -o out.json   one file, records into another
  zcat export.gz | trailspike detect -                    standard input
  trailspike detect s3://trail/prefix --from 7d           a bucket, with all below (docs/s3.md)
  trailspike detect logs/ --from 2026-03-01 --account '1111*' --exclude-event-name 'Describe*'
  trailspike detect logs/ --fail-on high                  exit code 1 when there is one
  trailspike detect logs/ --report report.html            a page to look at, besides
  trailspike detect logs/ --sweep                         what other settings would find
  trailspike detect logs/ --by identity                   who stands out
  trailspike detect --state store logs/                   every night: counts what is new, looks at all
  trailspike detect store                                 what was counted before

Exit codes: 0 ran, 1 found what --fail-on asks for, or --verify something INVALID, 2 wrong use,
3 nothing could be read, or anything at all was wrong with the input, or not proven by --verify,
under --strict.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct DetectArgs {
    /// Files, folders, globs, or - for standard input: CloudTrail logs as JSON, gzipped or not; or
    /// bucket stores
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    events: EventArgs,
    #[command(flatten)]
    detection: DetectionArgs,
    #[command(flatten)]
    config: ConfigArgs,
    /// Tell how many insights other settings would find, and which, rather than the insights
    #[arg(long, help_heading = "What is unusual", conflicts_with_all = ["fail_on", "s3_layout", "svg", "charts", "strict_aws", "geoip_city", "geoip_asn"])]
    sweep: bool,
    /// Tell on standard error, too, whether the log files are as CloudTrail wrote them, by the digests
    /// among them, as `trailspike verify` does; exit with 1 when something is INVALID
    #[arg(long, help_heading = "Verification")]
    verify: bool,
    #[command(flatten)]
    validation: ValidationArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the results [default: table on a terminal, jsonl elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// What the configuration says of it.
    #[arg(skip)]
    configured: Option<Format>,
    /// Write results to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a report as well: FILE.html for a browser, or FILE.md with images in FILE-images
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write records as CloudTrail lays them out, gzipped, below this folder or bucket as well
    #[arg(long, value_name = "DIR")]
    s3_layout: Option<PathBuf>,
    /// Write an image of the counts around each insight into this folder as well
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// Write over existing files
    #[arg(long)]
    force: bool,
    /// Leave out of records what Amazon's do not have
    #[arg(long)]
    strict_aws: bool,
    /// Tell what the configuration hides as well, after the rest and marked as suppressed
    #[arg(long, conflicts_with_all = ["strict_aws", "sweep"])]
    show_suppressed: bool,
    /// Draw the counts around insights in the table: `all` if nothing else is said [default: worst
    /// on a terminal, none elsewhere]
    #[arg(
        long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true,
        default_missing_value = "all"
    )]
    charts: Option<ChartsArg>,
    #[command(flatten)]
    table: TableArgs,
    #[command(flatten)]
    geo: GeoArgs,
    #[command(flatten)]
    view: ViewArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Running")]
struct RunArgs {
    /// Count the logs into this bucket store, which is made or grows, and look at all that is in it:
    /// only files that are new are read
    #[arg(long, value_name = "STORE")]
    state: Option<PathBuf>,
    /// Exit with 1 when there is an insight of this severity or above
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<SeverityArg>,
    /// Exit with 3 when anything is wrong with the input
    #[arg(long)]
    strict: bool,
    /// Write everything that is wrong with the input to a file, one JSON object a problem
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No summary and no progress bar; results and exit code stay the same
    #[arg(short, long)]
    quiet: bool,
    /// Name every problem and every file not read in the summary, not just the first
    #[arg(short, long, action = ArgAction::SetTrue, conflicts_with = "quiet")]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, ValueEnum)]
enum ChartsArg {
    /// Of the most severe incident
    Worst,
    /// Of every incident, or insight under --each
    All,
    /// None
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum SeverityArg {
    Low,
    Medium,
    High,
    Critical,
}

/// Reads, finds, writes.
pub fn run(args: &mut DetectArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let DetectArgs { config, events, detection, run, .. } = args;
    let (mut options, config) = config.analysis_options(events, detection, &run.reading)?;
    if args.output.format.is_none() {
        args.output.configured = config.as_ref().and_then(|config| config.output.format);
    }
    let args = &*args;
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
    let report =
        report_file(args, [Some(&results), errors.as_ref()]).map_err(Failure::wrong_use)?;
    if args.sweep && options.detector != DetectorKind::Surge {
        let error =
            anyhow::anyhow!("--sweep tries --false-per-week, which only --detector surge has");
        return Err(Failure::wrong_use(error));
    }
    if args.output.charts.is_some() && args.output.format(&results) != Format::Table {
        let error = anyhow::anyhow!("--charts draws into the table; give --format table");
        return Err(Failure::wrong_use(error));
    }
    let who = who(args).map_err(Failure::wrong_use)?;
    let geo = args.output.geo.open().map_err(Failure::wrong_use)?;
    let reading = &args.run.reading;
    let mut validation = Validation::new(args.verify, &args.validation, &options)?;
    options.witness = validation.as_ref().map(Validation::witness);
    let files = match &args.run.state {
        Some(store) => count_new(store, &args.inputs, &options, reading, args.run.quiet)?,
        None => reading.find(&args.inputs, &options.filter)?,
    };
    let mut analysis = reading.analyse_files(&files, &options, args.run.quiet)?;
    if let Some(who) = who {
        write_view_of(args, &results, &analysis, who, geo.as_ref())?;
    } else if args.sweep {
        write_sweep_of(args, &results, &analysis, &options)?;
    } else {
        if let Some(geo) = &geo {
            find_origins_of(args, &mut analysis, &options, geo)?;
        }
        write_results(args, &results, &analysis, &options)?;
    }
    if let Some(report) = report {
        let pool = args.run.reading.pool().map_err(Failure::wrong_use)?;
        pool.install(|| report.write(&analysis, &options, &files, args.inputs.len()))?;
    }
    if let Some(errors) = errors {
        errors
            .write(|out| write_problems(&analysis.tally, &files, out))
            .map_err(Failure::wrong_use)?;
    }
    if !args.run.quiet {
        let summary = summary::Summary {
            files: &files,
            analysis: &analysis,
            config: config.as_ref().map(Config::path),
            elapsed: started.elapsed(),
            peak_memory: memory::peak_bytes(),
            detail: if args.run.verbose { summary::Detail::Full } else { summary::Detail::Short },
        };
        super::say(format_args!("{summary}"));
    }
    let verified = match &mut validation {
        Some(validation) => {
            Some(validation.run(&args.inputs, &options, reading, args.run.quiet)?)
        }
        None => None,
    };
    exit_code(&args.run, &files, &analysis, verified)
}

/// The report that is asked for, if it is no other file of this run.
fn report_file(
    args: &DetectArgs,
    others: [Option<&OutputFile>; 2],
) -> anyhow::Result<Option<ReportFile>> {
    let Some(path) = &args.output.report else { return Ok(None) };
    let report = ReportFile::new(path.clone(), args.output.force)?;
    let is_other = others.into_iter().flatten().any(|other| report.is_same(other));
    anyhow::ensure!(!is_other, "--report is the same file as --output or --errors");
    Ok(Some(report))
}

/// Whose activity is told, when it is told by identity.
fn who(args: &DetectArgs) -> anyhow::Result<Option<Who>> {
    let who = args.output.view.who()?;
    let table = args.output.table.options(false);
    for (flag, given) in [
        ("--sweep", args.sweep),
        ("--s3-layout", args.output.s3_layout.is_some()),
        ("--svg", args.output.svg.is_some()),
        ("--charts", args.output.charts.is_some()),
        ("--strict-aws", args.output.strict_aws),
        ("--each", table.each),
        ("--show-suppressed", args.output.show_suppressed),
    ] {
        anyhow::ensure!(who.is_none() || !given, "{flag} is about insights, not --by identity");
    }
    Ok(who)
}

impl OutputArgs {
    fn charted(&self, results: &OutputFile) -> Charted {
        match self.charts {
            None if results.is_terminal() => Charted::Worst,
            Some(ChartsArg::Worst) => Charted::Worst,
            Some(ChartsArg::All) => Charted::All,
            None | Some(ChartsArg::None) => Charted::None,
        }
    }

    fn format(&self, results: &OutputFile) -> Format {
        if let Some(format) = self.configured {
            return format;
        }
        match self.format {
            None if results.is_terminal() => Format::Table,
            Some(FormatArg::Table) => Format::Table,
            Some(FormatArg::Json) => Format::Json,
            Some(FormatArg::Csv) => Format::Csv,
            None | Some(FormatArg::Jsonl) => Format::JsonLines,
        }
    }
}

fn exit_code(
    run: &RunArgs,
    files: &Discovery,
    analysis: &Analysis,
    verified: Option<Outcome>,
) -> Result<ExitCode, Failure> {
    something_was_read(files, analysis)?;
    let wrong = analysis.tally.has_problems()
        || !files.skipped.is_empty()
        || verified == Some(Outcome::Unproven);
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
    let reached = reached || verified == Some(Outcome::Invalid);
    Ok(if reached { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}
