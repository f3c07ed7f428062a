//! `trailspike explain`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use chrono::Utc;
use clap::{Args, ValueEnum};
use trailspike::count::parse_time_bound;
use trailspike::explain::{IdPrefix, Question, SubjectFilter, explain};
use trailspike::output::{AnswerJson, AnswerTable, refusal};
use trailspike::{AnalysisOptions, Minute};

use super::Failure;
use super::flags::{
    ConfigArgs, DetectionArgs, EventArgs, ReadingArgs, TableArgs, something_was_read,
};
use super::output_file::OutputFile;

const USAGE: &str = "trailspike explain [OPTIONS] <ID> <INPUT>...
       trailspike explain [OPTIONS] --at <TIME> --event-source <GLOB> --event-name <GLOB> <INPUT>...";

const EXAMPLES: &str = "\
Examples:
  trailspike explain 4e3d2ee8 logs/                  an insight, by the id detect gives it
  trailspike explain --event-source 'ec2*' --event-name DescribeInstances \\
      --at 2026-03-10T16:05Z logs/                   why was nothing reported here?
  trailspike explain --event-name GetSecretValue --error-code AccessDenied \\
      --at 2026-03-10T03:05Z -f json logs/

Give the flags that detect was run with: ids depend on them. With --at, however, --account,
--region, --event-source and --event-name only say which subject is meant, and must leave one.

Exit codes: 0 explained, 2 wrong use, no such insight or not one subject, 3 nothing could be read.";

#[derive(Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub struct ExplainArgs {
    /// An insight's sharedEventID or eventID, or the first 8 characters of it or more (not with
    /// --at); then files, folders, globs, or - for standard input
    #[arg(required = true, value_name = "ID> <INPUT")]
    words: Vec<PathBuf>,
    #[command(flatten)]
    minute: MinuteArgs,
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
#[command(next_help_heading = "Which minute, instead of an insight")]
struct MinuteArgs {
    /// Explain this minute: an RFC 3339 time, or how long ago (12h, 7d)
    #[arg(long, value_name = "TIME", value_parser = minute)]
    at: Option<Minute>,
    /// Of the errors with this code, instead of the calls
    #[arg(long, value_name = "CODE", requires = "at")]
    error_code: Option<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the answer [default: table on a terminal, json elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// Write the answer to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Table,
    Json,
}

fn minute(text: &str) -> Result<Minute, trailspike::count::BadTimeBound> {
    parse_time_bound(text, Utc::now())
}

/// Reads, looks, tells.
pub fn run(args: &mut ExplainArgs) -> Result<ExitCode, Failure> {
    let ExplainArgs { config, events, detection, reading, .. } = args;
    let (mut options, _) = config.analysis_options(events, detection, reading)?;
    let (question, inputs) = question(args, &mut options).map_err(Failure::wrong_use)?;
    let results = OutputFile::new(args.output.output.clone(), args.output.force)
        .map_err(Failure::wrong_use)?;
    let (files, analysis) = args.reading.analyse(inputs, &options, args.quiet)?;
    if !args.quiet && (analysis.tally.has_problems() || !files.skipped.is_empty()) {
        super::say(format_args!(
            "warning: not everything could be read; detect on the same input says what\n"
        ));
    }
    something_was_read(&files, &analysis)?;
    let answer = explain(&analysis, &options, &question)
        .map_err(|error| Failure::wrong_use(anyhow::anyhow!(refusal(&error))))?;
    let terminal = results.is_terminal();
    let table = AnswerTable(args.output.table.options(terminal));
    let as_table = match args.output.format {
        Some(format) => matches!(format, FormatArg::Table),
        None => terminal,
    };
    results
        .write(
            |out| {
                if as_table { table.write(&answer, out) } else { AnswerJson.write(&answer, out) }
            },
        )
        .map_err(Failure::wrong_use)?;
    Ok(ExitCode::SUCCESS)
}

/// What is asked, and of which inputs. A subject's names choose it among all that is read: its
/// verdicts and its neighbours depend on the rest.
fn question<'a>(
    args: &'a ExplainArgs,
    options: &mut AnalysisOptions,
) -> anyhow::Result<(Question, &'a [PathBuf])> {
    let (first, rest) = args.words.split_first().context("no id")?;
    let id = first.to_string_lossy().parse::<IdPrefix>();
    if let Some(at) = args.minute.at {
        anyhow::ensure!(
            id.is_err() || first.exists(),
            "--at explains a minute of a subject, and takes no id such as {}",
            first.display()
        );
        let filter = &mut options.filter;
        let mut asked = args.events.subject_flags();
        if let Some(code) = &args.minute.error_code {
            asked.push(format!("--error-code {code}"));
        }
        anyhow::ensure!(!asked.is_empty(), "--at needs a subject: give --event-name or the like");
        let subject = SubjectFilter {
            accounts: std::mem::take(&mut filter.accounts),
            regions: std::mem::take(&mut filter.regions),
            event_sources: std::mem::take(&mut filter.event_sources),
            event_names: std::mem::take(&mut filter.event_names),
            error_code: args.minute.error_code.clone(),
            asked: asked.join(" "),
        };
        return Ok((Question::Minute(Box::new(subject), at), &args.words));
    }
    let id = id?;
    anyhow::ensure!(!rest.is_empty(), "no input: give files or folders after the id");
    Ok((Question::Insight(id), rest))
}
