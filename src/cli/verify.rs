//! `trailspike verify`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use clap::{Args, ValueEnum};
use trailspike::cloud::CloudError;
use trailspike::count::{EventFilter, Globs, Witness};
use trailspike::input::Discovery;
use trailspike::output::{
    VerificationFormat, VerificationOutput, VerificationSpeed, visible, write_verification,
};
use trailspike::verify::{KeptMetadata, Outcome, SeenHashes, VerifyOptions, verify};
use trailspike::{AnalysisOptions, Minute, Progress};

use super::flags::{ReadingArgs, ValidationArgs, time_bound};
use super::output_file::OutputFile;
use super::{BAD_INPUT, FOUND, Failure};

const EXAMPLES: &str = "\
Examples:
  aws cloudtrail list-public-keys --start-time 2026-03-01 --output json > keys.json
  aws s3 sync s3://my-trail-bucket logs/
  trailspike verify logs/ --public-keys keys.json
  trailspike verify logs/ --public-keys keys.json --from 2026-03-01 --to 2026-03-08 -v
  trailspike verify s3://my-trail-bucket --from 7d                     keys from CloudTrail, too
  trailspike verify logs/ --fetch-keys                                 the keys only
  trailspike verify logs/ --public-keys keys.json --signature 5a3f…    of the newest digest

The newest digest's signature is in S3's metadata alone, which a download leaves behind. Give it, or
leave that digest out with --to: the one before it is proven by it.

Exit codes: 0 every file is proven to be what CloudTrail wrote, 1 something is INVALID, 2 wrong use,
3 nothing is invalid, and not everything is proven or could be read.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// Files, folders or globs: log files and digests, in folders as in the bucket from `AWSLogs` on
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    validation: ValidationArgs,
    #[command(flatten)]
    which: WhichArgs,
    /// Form of the results
    #[arg(short, long, value_enum, ignore_case = true, default_value_t = FormatArg::Text, help_heading = "Output")]
    format: FormatArg,
    /// Write results to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
    /// Tell valid files one by one, too, and those that no digest covers
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
    #[command(flatten)]
    reading: ReadingArgs,
    /// No progress bar and nothing on standard error; results and exit code stay the same
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Which files")]
struct WhichArgs {
    /// Only log files delivered from this time on, as their digests have it: a date, an RFC 3339
    /// time, or how long ago (12h, 7d)
    #[arg(long, visible_alias = "start-time", value_name = "TIME", value_parser = time_bound)]
    from: Option<Minute>,
    /// Only log files delivered up to this time, and what is in digests up to an hour later
    #[arg(long, visible_alias = "end-time", value_name = "TIME", value_parser = time_bound)]
    to: Option<Minute>,
    /// Only these accounts (glob, repeatable)
    #[arg(long, visible_alias = "account-id", value_name = "GLOB")]
    account: Vec<String>,
    /// Only these Regions (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    region: Vec<String>,
    /// Only these trails, by name (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    trail: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Text,
    Json,
}

/// Verifies.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let results = OutputFile::new(args.output.clone(), args.force).map_err(Failure::wrong_use)?;
    let mut options = args.validation.options(args.reading.limits()).map_err(Failure::wrong_use)?;
    options.tell_valid = args.verbose;
    let selection = args.which.fill(&mut options).map_err(Failure::wrong_use)?;
    let files = args.reading.find(&args.inputs, &selection)?;
    are_files(&files).map_err(Failure::wrong_use)?;
    let access = args.reading.access();
    let failed = args.validation.fetch_keys(&args.inputs, &files, &access, &mut options)?;
    warn_of(&failed, args.quiet);
    let (verified, read) = args.reading.read(&files, args.quiet, |progress| {
        let seen = SeenHashes::default();
        let verified = verify(&files.files, &options, &KeptMetadata, &seen, progress);
        (verified, read(progress))
    })?;
    let verification = verified.map_err(Failure::wrong_use)?;
    let output = VerificationOutput {
        verification: &verification,
        from: options.from,
        to: options.to,
        tell_uncovered: args.verbose,
    };
    let format = match args.format {
        FormatArg::Text => VerificationFormat::Text,
        FormatArg::Json => VerificationFormat::Json,
    };
    results.write(|out| write_verification(&output, format, out)).map_err(Failure::wrong_use)?;
    if !args.quiet {
        for skipped in &files.skipped {
            let path = skipped.place.to_string();
            super::say(format_args!(
                "warning: {}: {}\n",
                visible(&path, false),
                visible(&skipped.why, false)
            ));
        }
        let (files, bytes) = read;
        let speed = VerificationSpeed { files, bytes, elapsed: started.elapsed() };
        super::say(format_args!("{speed}"));
    }
    Ok(match verification.outcome() {
        Outcome::Valid if files.skipped.is_empty() => ExitCode::SUCCESS,
        Outcome::Invalid => ExitCode::from(FOUND),
        Outcome::Valid | Outcome::Unproven => ExitCode::from(BAD_INPUT),
    })
}

/// Tells of Regions whose keys could not be fetched.
fn warn_of(failed: &[CloudError], quiet: bool) {
    for error in failed.iter().filter(|_| !quiet) {
        let error = error.to_string();
        super::say(format_args!("warning: public keys: {}\n", visible(&error, false)));
    }
}

/// Files and bytes read.
fn read(progress: &Progress) -> (u64, u64) {
    (progress.files.load(Ordering::Relaxed), progress.bytes.load(Ordering::Relaxed))
}

/// Refuses what has no name in S3.
pub fn are_files(files: &Discovery) -> anyhow::Result<()> {
    if let Some(store) = files.stores.first() {
        return Err(anyhow!("{} is a bucket store: verify the logs", store.display()));
    }
    let has_stdin = files.files.iter().any(trailspike::input::LogFile::is_stdin);
    ensure!(!has_stdin, "standard input has no name in S3: verify files");
    Ok(())
}

impl WhichArgs {
    /// Takes over what is asked for; which files can be of it.
    fn fill(&self, options: &mut VerifyOptions) -> anyhow::Result<EventFilter> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            ensure!(from <= to, "--from {from} is not before --to {to}");
        }
        let globs = |flag: &str, globs: &[String]| {
            Globs::new(globs, &[]).with_context(|| format!("--{flag}"))
        };
        options.from = self.from.map(Minute::to_datetime);
        options.to = self.to.map(Minute::to_datetime);
        options.trails = globs("trail", &self.trail)?;
        Ok(EventFilter {
            accounts: globs("account", &self.account)?,
            regions: globs("region", &self.region)?,
            ..EventFilter::default()
        })
    }
}

/// What `detect --verify` adds to a run.
pub struct Validation<'a> {
    args: &'a ValidationArgs,
    options: VerifyOptions,
    seen: Arc<SeenHashes>,
}

impl<'a> Validation<'a> {
    /// What is asked for, if anything is: of the log files that detection looks at.
    pub fn new(
        is_asked_for: bool,
        args: &'a ValidationArgs,
        options: &AnalysisOptions,
    ) -> Result<Option<Self>, Failure> {
        if !is_asked_for {
            let error = || {
                anyhow!("--public-keys, --fetch-keys, --signature and --bucket are for --verify")
            };
            return if args.is_empty() { Ok(None) } else { Err(Failure::wrong_use(error())) };
        }
        let mut verify = args.options(options.limits).map_err(Failure::wrong_use)?;
        verify.from = options.filter.from.map(Minute::to_datetime);
        verify.to = options.filter.to.map(Minute::to_datetime);
        Ok(Some(Self { args, options: verify, seen: Arc::default() }))
    }

    /// Who is to see the files as they are read.
    pub fn witness(&self) -> Arc<dyn Witness> {
        self.seen.clone()
    }

    /// Verifies, reading only what was not seen, and tells on standard error.
    pub fn run(
        &mut self,
        inputs: &[PathBuf],
        options: &AnalysisOptions,
        reading: &ReadingArgs,
        quiet: bool,
    ) -> Result<Outcome, Failure> {
        let EventFilter { accounts, regions, .. } = options.filter.clone();
        let selection = EventFilter { accounts, regions, ..EventFilter::default() };
        let files = reading.find(inputs, &selection)?;
        are_files(&files).map_err(Failure::wrong_use)?;
        let failed = self.args.fetch_keys(inputs, &files, &options.access, &mut self.options)?;
        warn_of(&failed, quiet);
        let verified = reading.read(&files, quiet, |progress| {
            verify(&files.files, &self.options, &KeptMetadata, &self.seen, progress)
        })?;
        let verification = verified.map_err(Failure::wrong_use)?;
        if !quiet {
            let VerifyOptions { from, to, .. } = self.options;
            let verification = &verification;
            let output = VerificationOutput { verification, from, to, tell_uncovered: false };
            super::say(format_args!("\n{output}"));
        }
        Ok(verification.outcome())
    }
}
