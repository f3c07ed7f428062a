//! The command line: flags become the library's option types, one file a subcommand.

mod config;
mod count;
mod detect;
mod evaluate;
mod explain;
mod flags;
mod interrupt;
mod memory;
mod merge;
mod output_file;
mod progress;
mod query;
mod report;
mod series;
mod simulate;
mod state;
mod verify;

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit codes, as documented in the README.
const FOUND: u8 = 1;
const WRONG_USE: u8 = 2;
const BAD_INPUT: u8 = 3;

#[derive(Parser)]
#[command(
    name = "trailspike",
    version,
    about = "Finds what is unusual in AWS CloudTrail logs",
    long_about = "Finds what is unusual in AWS CloudTrail logs: periods in which an API is called, or \
                  fails, far more often than it normally does, with who did it.\n\n\
                  Nothing leaves this machine unless an address such as s3://bucket is given, or \
                  verify is to fetch keys.",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read logs and report unusual call rates and error rates
    Detect(Box<detect::DetectArgs>),
    /// Count logs into a store, or only what is new in them
    Count(Box<count::CountArgs>),
    /// Write, show or check the configuration file
    Config(config::ConfigCommand),
    /// Say how well insights fit what is known, or what would be found in your own logs
    Evaluate(Box<evaluate::EvaluateArgs>),
    /// Tell why an insight was reported, or why nothing was
    Explain(Box<explain::ExplainArgs>),
    /// Ask a bucket store questions in SQL
    Query(Box<query::QueryArgs>),
    /// Show one subject's counts over time, with what was expected
    Series(Box<series::SeriesArgs>),
    /// Put stores together into a new one
    Merge(merge::MergeArgs),
    /// Make a labelled month of logs, with incidents in it that are known
    Simulate(Box<simulate::SimulateArgs>),
    /// Tell whether log files are as CloudTrail wrote them, by its digests
    Verify(Box<verify::VerifyArgs>),
}

/// What went wrong, and the exit code that says so.
struct Failure {
    code: u8,
    error: anyhow::Error,
}

impl Failure {
    fn wrong_use(error: impl Into<anyhow::Error>) -> Self {
        Self { code: WRONG_USE, error: error.into() }
    }

    fn bad_input(error: impl Into<anyhow::Error>) -> Self {
        Self { code: BAD_INPUT, error: error.into() }
    }
}

/// Runs the command that was typed.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is wrong use. A closed pipe is neither.
            let code = if error.use_stderr() { WRONG_USE } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    if let Err(error) = interrupt::watch() {
        // Files are written whole all the same, unless a signal comes just then.
        say(format_args!("warning: cannot wait for signals: {error}\n"));
    }
    let outcome = match cli.command {
        Command::Detect(mut args) => detect::run(&mut args),
        Command::Count(args) => count::run(&args),
        Command::Config(command) => config::run(&command),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Explain(mut args) => explain::run(&mut args),
        Command::Query(mut args) => query::run(&mut args),
        Command::Series(mut args) => series::run(&mut args),
        Command::Merge(args) => merge::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Verify(args) => verify::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            say(format_args!("error: {:#}\n", failure.error));
            ExitCode::from(failure.code)
        }
    }
}

/// Says something on standard error. `eprint!` would panic when nobody listens any more.
fn say(text: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(text);
}
