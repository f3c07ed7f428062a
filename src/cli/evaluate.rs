//! `trailspike evaluate`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, ValueEnum};
use trailspike::detect::{Detector, PeakDetector, SurgeDetector};
use trailspike::evaluate::{
    Evaluation, InjectOptions, LADDER, ReadTold, Score, Told, curve, inject, read_told,
};
use trailspike::input::InputError;
use trailspike::labels::Labels;
use trailspike::output::{EvaluationFormat, summary, visible, write_evaluation};
use trailspike::{Analysis, AnalysisOptions, DetectorKind};

use super::flags::{
    DetectionArgs, EventArgs, ReadingArgs, TableArgs, analysis_options, something_was_read,
};
use super::memory;
use super::output_file::OutputFile;
use super::{Failure, say};

/// Remarks of one kind that are made one by one.
const NAMED: usize = 5;

const USAGE: &str = "trailspike evaluate [OPTIONS] <LABELS> <INSIGHTS>...
       trailspike evaluate [OPTIONS] <LABELS> --logs <INPUT>...
       trailspike evaluate [OPTIONS] --inject <INPUT>...";

const EXAMPLES: &str = "\
Examples:
  trailspike evaluate labels.json insights.jsonl     insights of any kind, held against labels
  trailspike evaluate labels.json AWSLogs/ --list    Amazon's own, and what was missed and false
  trailspike evaluate labels.json --logs logs/       find them first, at a ladder of settings
  trailspike evaluate --inject logs/                 no labels: plants incidents into the counts
                                                     of your own logs, in memory

Which events, what is unusual and how logs are read matters with --logs and --inject only.
Exit codes: 0 ran, 2 wrong use, 3 nothing could be read.";

#[derive(Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub struct EvaluateArgs {
    /// What is known to be in the logs: labels.json
    #[arg(value_name = "LABELS", required_unless_present = "inject", conflicts_with = "inject")]
    labels: Option<PathBuf>,
    /// What was told: insight records as `detect` or CloudTrail writes them; files, folders, globs
    /// or - for standard input
    #[arg(value_name = "INSIGHTS", required_unless_present_any = ["logs", "inject"], conflicts_with_all = ["logs", "inject"])]
    insights: Vec<PathBuf>,
    /// Find insights in these logs and judge them, at the setting in use and at a ladder of others
    #[arg(long, value_name = "INPUT", num_args = 1.., conflicts_with = "inject")]
    logs: Vec<PathBuf>,
    /// Plant incidents of known size into the counts of these logs, one at a time, and say what of
    /// them would be found
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    inject: Vec<PathBuf>,
    /// What the draws of --inject depend on
    #[arg(long, value_name = "N", conflicts_with = "labels", default_value_t = InjectOptions::default().seed)]
    seed: u64,
    /// Incidents of each size that --inject plants
    #[arg(long, value_name = "N", conflicts_with = "labels", default_value_t = InjectOptions::default().plants_per_size, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    plants: u32,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    events: EventArgs,
    #[command(flatten)]
    detection: DetectionArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No progress bar and no remarks; results and exit code stay the same
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the results [default: table on a terminal, json elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// Write results to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over existing files
    #[arg(long)]
    force: bool,
    /// Name what was missed, mistaken and false, one by one
    #[arg(long, conflicts_with = "inject")]
    list: bool,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Table,
    Json,
}

/// Reads, judges, writes.
pub fn run(args: &EvaluateArgs) -> Result<ExitCode, Failure> {
    let output = &args.output;
    let results =
        OutputFile::new(output.output.clone(), output.force).map_err(Failure::wrong_use)?;
    let evaluation = match &args.labels {
        None => plant(args)?,
        Some(labels) => {
            let labels = Labels::read(labels).map_err(Failure::bad_input)?;
            if args.logs.is_empty() { judge(args, &labels)? } else { judge_logs(args, &labels)? }
        }
    };
    let terminal = results.is_terminal();
    let format = match output.format {
        None if !terminal => EvaluationFormat::Json,
        Some(FormatArg::Json) => EvaluationFormat::Json,
        None | Some(FormatArg::Table) => EvaluationFormat::Table(output.table.options(terminal)),
    };
    results.write(|out| write_evaluation(&evaluation, format, out)).map_err(Failure::wrong_use)?;
    Ok(ExitCode::SUCCESS)
}

/// Insights that are there.
fn judge(args: &EvaluateArgs, labels: &Labels) -> Result<Evaluation, Failure> {
    let pool = args.reading.pool().map_err(Failure::wrong_use)?;
    let read =
        pool.install(|| read_told(&args.insights, &args.reading.access())).map_err(|error| {
            match error {
                InputError::BadGlob { .. } => Failure::wrong_use(error),
                _ => Failure::bad_input(error),
            }
        })?;
    if !args.quiet {
        remarks(&read);
    }
    if read.records == 0 && (read.others > 0 || !read.problems.is_empty()) {
        return Err(Failure::bad_input(anyhow::anyhow!(
            "no insight record could be read; see above"
        )));
    }
    let score = score(args, labels, &read.pairing.told);
    Ok(Evaluation::Insights { score: Box::new(score) })
}

/// The figures, with the lists where they are asked for.
fn score(args: &EvaluateArgs, labels: &Labels, told: &[Told]) -> Score {
    let score =
        if args.output.list { Score::with_lists(labels, told) } else { Score::new(labels, told) };
    if score.outside > 0 && !args.quiet {
        let number = score.outside;
        say(format_args!(
            "warning: insights of accounts, Regions or times that the labels do not have, not \
             judged: {number}\n"
        ));
    }
    score
}

/// Insights that are found now.
fn judge_logs(args: &EvaluateArgs, labels: &Labels) -> Result<Evaluation, Failure> {
    let (options, analysis) = analyse(args, &args.logs)?;
    let told: Vec<Told> = analysis.found.insights.iter().map(Told::from).collect();
    let pool = args.reading.pool().map_err(Failure::wrong_use)?;
    let drops = options.settings.drops;
    let curve = pool
        .install(|| curve(&analysis.table, labels, &LADDER, options.insights, drops))
        .map_err(Failure::bad_input)?;
    Ok(Evaluation::Logs { score: Box::new(score(args, labels, &told)), curve })
}

/// What would be found in logs without labels.
fn plant(args: &EvaluateArgs) -> Result<Evaluation, Failure> {
    let (options, analysis) = analyse(args, &args.inject)?;
    let surge = SurgeDetector::new(options.settings);
    let detector: &dyn Detector = match options.detector {
        DetectorKind::Surge => &surge,
        DetectorKind::Peak => &PeakDetector,
    };
    let how =
        InjectOptions { seed: args.seed, plants_per_size: args.plants, insights: options.insights };
    let pool = args.reading.pool().map_err(Failure::wrong_use)?;
    let injection =
        pool.install(|| inject(&analysis.table, detector, &how)).map_err(Failure::bad_input)?;
    Ok(Evaluation::Injection { injection: Box::new(injection) })
}

/// Reads logs and finds what is unusual in them.
fn analyse(
    args: &EvaluateArgs,
    inputs: &[PathBuf],
) -> Result<(AnalysisOptions, Analysis), Failure> {
    let started = Instant::now();
    let options = analysis_options(&args.events, &args.detection, &args.reading)
        .map_err(Failure::wrong_use)?;
    let (files, analysis) = args.reading.analyse(inputs, &options, args.quiet)?;
    if !args.quiet {
        let summary = summary::Summary {
            files: &files,
            analysis: &analysis,
            elapsed: started.elapsed(),
            peak_memory: memory::peak_bytes(),
            detail: summary::Detail::Short,
            config: None,
        };
        say(format_args!("{summary}"));
    }
    something_was_read(&files, &analysis)?;
    Ok((options, analysis))
}

/// What is odd about the insights read.
fn remarks(read: &ReadTold) {
    let problems = read.problems.iter().map(|(path, why)| format!("{path}: {why}"));
    remark("files that could not be read whole", &problems.collect::<Vec<_>>());
    let pairing = &read.pairing;
    remark("Ends without a Start, left out", &pairing.no_start);
    remark("insights with more than one Start or End", &pairing.doubled);
    remark("insights that end before they start, left out", &pairing.backwards);
    remark(
        "records of a type that labels have no name for, or without account, time or code, left out",
        &pairing.unknown,
    );
    if read.others > 0 {
        say(format_args!("warning: JSON values that are no insight records: {}\n", read.others));
    }
}

/// One line on all that share a remark, with the first of them.
fn remark(what: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let mut line = format!("warning: {what}: {}", names.len());
    for name in names.iter().take(NAMED) {
        // Writing to a string cannot fail.
        _ = write!(line, "\n  {}", visible(name, false));
    }
    if names.len() > NAMED {
        line += "\n  ...";
    }
    say(format_args!("{line}\n"));
}
