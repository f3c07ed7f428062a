//! `trailspike query`

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use trailspike::Insight;
use trailspike::output::{RowsFormat, RowsTable, visible, write_rows, write_rows_parquet};
use trailspike::query::{Parameters, QUESTIONS, Query, QueryError, Question, Tables, question};

use super::Failure;
use super::flags::{ConfigArgs, DetectionArgs, EventArgs, ReadingArgs, TableArgs};
use super::output_file::OutputFile;

/// Rows shown on a terminal when nobody says how many.
const ROWS: usize = 50;

const USAGE: &str = "trailspike query [OPTIONS] <SQL> <STORE>...
       trailspike query [OPTIONS] --name <QUESTION> [--param <NAME>=<TEXT>] <STORE>...
       trailspike query --list
       trailspike query --name <QUESTION> --show";

const EXAMPLES: &str = "\
Examples:
  trailspike query 'SELECT event_name, SUM(events) AS n FROM minutes GROUP BY 1 ORDER BY n DESC' store/
  trailspike query --list                                  questions that are ready to be asked
  trailspike query --name top-denied-identities store/
  trailspike query --name hours-of-identity --param identity=arn:aws:iam::111122223333:user/ci store/
  trailspike query 'SELECT * FROM insights WHERE severity = '\\''high'\\''' -f csv -o high.csv store/
  trailspike query 'SELECT * FROM minutes WHERE day = '\\''2026-11-01'\\''' -f parquet -o day.parquet store/

The tables are minutes (what was counted), insights (what detect finds in it) and files (what was
read); docs/query.md names their columns. A query reads these and nothing else.

Exit codes: 0 answered, 2 wrong use or a query that is not understood, 3 the store could not be read.";

#[derive(Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub struct QueryArgs {
    /// The query, then stores; with --name stores only. Rows of several stores are put together as
    /// they are: merge stores that overlap first
    #[arg(value_name = "SQL> <STORE", required_unless_present_any = ["list", "show"])]
    words: Vec<PathBuf>,
    #[command(flatten)]
    ready: ReadyArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Insights are looked for in all events, but for what the configuration leaves out.
    #[arg(skip)]
    events: EventArgs,
    #[command(flatten)]
    detection: DetectionArgs,
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No progress bar and no warnings
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Questions that are ready")]
struct ReadyArgs {
    /// List them, a sentence each
    #[arg(long, conflicts_with_all = ["name", "show", "words"])]
    list: bool,
    /// Ask this one
    #[arg(long, value_name = "QUESTION")]
    name: Option<String>,
    /// Print its SQL instead of asking it
    #[arg(long, requires = "name")]
    show: bool,
    /// A text for :NAME in the query (repeatable)
    #[arg(long = "param", value_name = "NAME=TEXT", value_parser = parameter)]
    parameters: Vec<(String, String)>,
}

#[derive(Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Form of the rows [default: table on a terminal, jsonl elsewhere]
    #[arg(short, long, value_enum, ignore_case = true)]
    format: Option<FormatArg>,
    /// Write the rows to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long)]
    force: bool,
    /// The most rows; 0 for all [default: 50 in a table on a terminal, all elsewhere]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    table: TableArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    Table,
    Csv,
    Jsonl,
    Parquet,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("give NAME=TEXT")?;
    Ok((name.trim_start_matches(':').to_owned(), value.to_owned()))
}

/// Reads the query, asks it, tells the rows.
pub fn run(args: &mut QueryArgs) -> Result<ExitCode, Failure> {
    let results = OutputFile::new(args.output.output.clone(), args.output.force)
        .map_err(Failure::wrong_use)?;
    if args.ready.list {
        return written(&results, |out| list(out));
    }
    let ready = args.ready.name.as_deref().map(question).transpose().map_err(failure)?;
    if let Some(ready) = ready.filter(|_| args.ready.show) {
        return written(&results, |out| out.write_all(ready.sql.as_bytes()));
    }
    let terminal = results.is_terminal();
    let format = args.output.format;
    let format = format.unwrap_or(if terminal { FormatArg::Table } else { FormatArg::Jsonl });
    if format == FormatArg::Parquet && args.output.output.is_none() {
        return Err(Failure::wrong_use(anyhow!(
            "-f parquet needs a file to write to: give -o FILE"
        )));
    }
    let (sql, stores) = words(&args.words, ready).map_err(Failure::wrong_use)?;
    let parameters: Parameters = args.ready.parameters.iter().cloned().collect();
    let query = Query::new(&sql, &parameters).map_err(failure)?;
    let (stores, _copies) = args.reading.folders_to_read(&stores)?;
    let tables = Tables::open(&stores).map_err(failure)?;
    let insights =
        if query.asks_for_insights() { find_insights(args, &stores)? } else { Vec::new() };
    let mut rows = query.answer(&tables, &insights).map_err(failure)?;
    let table = args.output.table.options(terminal);
    let limit = match args.output.limit {
        Some(0) => None,
        None => (terminal && format == FormatArg::Table).then_some(ROWS),
        some => some,
    };
    if let Some(limit) = limit.filter(|_| format != FormatArg::Table) {
        rows = rows.head(Some(limit));
    }
    let table = RowsTable { width: table.width, ascii: table.ascii, limit };
    written(&results, |out| match format {
        FormatArg::Table => write_rows(&rows, RowsFormat::Table(table), out),
        FormatArg::Csv => write_rows(&rows, RowsFormat::Csv, out),
        FormatArg::Jsonl => write_rows(&rows, RowsFormat::JsonLines, out),
        FormatArg::Parquet => write_rows_parquet(&rows, out),
    })
}

fn written(
    results: &OutputFile,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<ExitCode, Failure> {
    results.write(content).map_err(Failure::wrong_use)?;
    Ok(ExitCode::SUCCESS)
}

/// A query that is not understood is wrong use; a store that cannot be read is bad input.
fn failure(error: QueryError) -> Failure {
    let told = |error: &QueryError| anyhow!(visible(&error.to_string(), false).into_owned());
    match error {
        QueryError::Store(error) => super::count::failure(error),
        QueryError::Table(_) => Failure::bad_input(told(&error)),
        _ => Failure::wrong_use(told(&error)),
    }
}

/// What detect finds in the stores.
fn find_insights(args: &mut QueryArgs, stores: &[PathBuf]) -> Result<Vec<Insight>, Failure> {
    let QueryArgs { config, events, detection, reading, quiet, .. } = args;
    let (options, _) = config.analysis_options(events, detection, reading)?;
    let (_, analysis) = reading.analyse(stores, &options, *quiet)?;
    Ok(analysis.found.insights)
}

/// The SQL and the stores.
fn words(words: &[PathBuf], ready: Option<&Question>) -> anyhow::Result<(String, Vec<PathBuf>)> {
    let (sql, stores) = match (ready, words.split_first()) {
        (Some(ready), _) => (ready.sql.to_owned(), words),
        (None, Some((sql, stores))) => {
            (sql.to_str().context("the query is not UTF-8")?.to_owned(), stores)
        }
        (None, None) => anyhow::bail!("no query"),
    };
    anyhow::ensure!(!stores.is_empty(), "no store: give one or several after the query");
    Ok((sql, stores.to_vec()))
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let longest = QUESTIONS.iter().map(|question| question.name.len()).max().unwrap_or(0);
    for question in QUESTIONS {
        writeln!(out, "{:longest$}  {}", question.name, question.sentence())?;
        for (name, what) in question.parameters() {
            writeln!(out, "{:longest$}    --param {name}=…  {what}", "")?;
        }
    }
    Ok(())
}
