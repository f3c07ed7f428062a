//! `trailspike series`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow, ensure};
use clap::{Args, ValueEnum};
use trailspike::count::{EventFilter, Globs, MinuteCounts};
use trailspike::explain::{SubjectFilter, find_subject};
use trailspike::input::Discovery;
use trailspike::output::{SeriesFormat, SeriesOutput, refusal, write_series};
use trailspike::series_view::{Period, SeriesOptions, ShortSubject, series_view};
use trailspike::{AnalysisError, AnalysisOptions, count_inputs};

use super::Failure;
use super::flags::{
    ConfigArgs, DetectionArgs, EventArgs, ReadingArgs, TableArgs, records_were_read,
};
use super::output_file::OutputFile;

const USAGE: &str = "trailspike series [OPTIONS] <SUBJECT> <STORE|INPUT>...
       trailspike series [OPTIONS] --event-name <GLOB> [--event-source <GLOB>] <STORE|INPUT>...";

const EXAMPLES: &str = "\
Examples:
  trailspike series ec2:RunInstances store/                 a chart of its calls, an hour a step
  trailspike series iam:GetRole/NoSuchEntityException store/     one of its error codes
  trailspike series s3:GetObject store/ --period 60 --from 2026-03-10 --to 2026-03-11 -f csv
  trailspike series ec2:RunInstances --region eu-west-1 store/ -f json --fill-with-zeros
  trailspike series --event-name AssumeRole --account '1111*' logs/   of logs that are in no store

A subject is an API in one account and Region, or one of its error codes. Where several fit, they
are named: --account and --region choose. What --from and --to leave out is history all the same.

JSON has the shape of Amazon's ListInsightsMetricData: times without events are left out, unless
--fill-with-zeros asks for them.

Exit codes: 0 told, 2 wrong use or not one subject, 3 nothing could be read.";

#[derive(Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub struct SeriesArgs {
    /// A service and an API, and an error code if errors are meant (not with flags that name the
    /// subject); then stores, or files, folders, globs, or - for standard input
    #[arg(required = true, value_name = "SUBJECT> <STORE|INPUT")]
    words: Vec<PathBuf>,
    /// The errors with this code, instead of the calls
    #[arg(long, value_name = "CODE", help_heading = "Which events")]
    error_code: Option<String>,
    #[command(flatten)]
    steps: StepArgs,
    #[command(flatten)]
    events: EventArgs,
    #[command(flatten)]
    detection: DetectionArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No progress bar and no warnings
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Steps")]
struct StepArgs {
    /// Length of a step in seconds
    #[arg(long, value_enum, default_value_t = PeriodArg::Hour, value_name = "SECONDS")]
    period: PeriodArg,
    /// Steps without events, too, in CSV and JSON
    #[arg(long)]
    fill_with_zeros: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum PeriodArg {
    #[value(name = "60")]
    Minute,
    #[value(name = "300")]
    FiveMinutes,
    #[value(name = "3600")]
    Hour,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the counts [default: chart on a terminal, csv elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// Write them to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    Chart,
    Csv,
    Json,
}

/// Reads, counts, tells.
pub fn run(args: &mut SeriesArgs) -> Result<ExitCode, Failure> {
    let SeriesArgs { config, events, detection, reading, .. } = args;
    let (mut options, _) = config.analysis_options(events, detection, reading)?;
    let (filter, inputs) = subject(args, &mut options).map_err(Failure::wrong_use)?;
    let results = OutputFile::new(args.output.output.clone(), args.output.force)
        .map_err(Failure::wrong_use)?;
    let format = match (args.output.format, results.is_terminal()) {
        (Some(format), _) => format,
        (None, true) => FormatArg::Chart,
        (None, false) => FormatArg::Csv,
    };
    let period = match args.steps.period {
        PeriodArg::Minute => Period::Minute,
        PeriodArg::FiveMinutes => Period::FiveMinutes,
        PeriodArg::Hour => Period::Hour,
    };
    let asked = SeriesOptions {
        period,
        from: options.filter.from.take(),
        to: options.filter.to.take(),
        levels: format != FormatArg::Json,
    };
    let files = args.reading.find(inputs, &options.filter)?;
    if !files.stores.is_empty() {
        // Which minutes are covered, a store knows without the other APIs. It does not know it of a
        // Region.
        options.filter.accounts = filter.accounts.clone();
        options.filter.event_sources = filter.event_sources.clone();
        options.filter.event_names = filter.event_names.clone();
    }
    let refused = |error| Failure::wrong_use(anyhow!(refusal(&error)));
    let mut table = minute_counts(args, &files, &options)?;
    if asked.levels && !files.stores.is_empty() {
        // What is credible depends on the account's other subjects.
        let subject = find_subject(&table, options.insights.calls, &filter).map_err(refused)?;
        let account = Globs::new(&[subject.account], &[]).map_err(Failure::wrong_use)?;
        let category = options.filter.category;
        options.filter = EventFilter { accounts: account, category, ..EventFilter::default() };
        table = minute_counts(args, &files, &options)?;
    }
    let view = series_view(&table, &filter, &options, asked).map_err(refused)?;
    let table = args.output.table.options(results.is_terminal());
    let format = match format {
        FormatArg::Chart => SeriesFormat::Chart(table),
        FormatArg::Csv => SeriesFormat::Csv,
        FormatArg::Json => SeriesFormat::Json,
    };
    let output = SeriesOutput { format, zeros: args.steps.fill_with_zeros };
    results.write(|out| write_series(&view, output, out)).map_err(Failure::wrong_use)?;
    Ok(ExitCode::SUCCESS)
}

/// The counts of stores or logs.
fn minute_counts(
    args: &SeriesArgs,
    files: &Discovery,
    options: &AnalysisOptions,
) -> Result<MinuteCounts, Failure> {
    let counted = args
        .reading
        .read(files, args.quiet, |progress| count_inputs(files, options, progress))?
        .map_err(|error| match error {
            AnalysisError::Store(error) => super::count::failure(error),
            error => Failure::bad_input(error),
        })?
        .counted;
    records_were_read(files, &counted.tally)?;
    Ok(counted.table)
}

/// Which subject is meant, and where it is to be looked for.
fn subject<'a>(
    args: &'a SeriesArgs,
    options: &mut AnalysisOptions,
) -> anyhow::Result<(SubjectFilter, &'a [PathBuf])> {
    let filter = &mut options.filter;
    let mut asked = args.events.subject_flags();
    let mut subject = SubjectFilter {
        accounts: std::mem::take(&mut filter.accounts),
        regions: std::mem::take(&mut filter.regions),
        event_sources: std::mem::take(&mut filter.event_sources),
        event_names: std::mem::take(&mut filter.event_names),
        error_code: args.error_code.clone(),
        asked: String::new(),
    };
    if let Some(code) = &args.error_code {
        asked.push(format!("--error-code {code}"));
    }
    let names_it = |flag: &String| flag.starts_with("--event-");
    let mut inputs = args.words.as_slice();
    if !asked.iter().any(names_it) {
        let (first, rest) = inputs.split_first().context("no subject")?;
        let word = first.to_str().context("the subject is not UTF-8")?;
        let short: ShortSubject = word.parse()?;
        ensure!(
            short.error_code.is_none() || args.error_code.is_none(),
            "an error code is in {word} and in --error-code: give one"
        );
        subject.event_sources = Globs::new(&[short.event_source], &[])?;
        subject.event_names = Globs::new(&[short.event_name], &[])?;
        subject.error_code = subject.error_code.or(short.error_code);
        asked.insert(0, word.to_owned());
        inputs = rest;
    }
    ensure!(!inputs.is_empty(), "no store and no input: give one or several after the subject");
    subject.asked = asked.join(" ");
    Ok((subject, inputs))
}
