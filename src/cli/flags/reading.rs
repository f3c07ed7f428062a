//! How input is read, and with what.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use rayon::ThreadPool;
use trailspike::cloud::Access;
use trailspike::count::{MemoryLimits, Tally};
use trailspike::input::{Discovery, InputError, Limits, Selection, discover_with};
use trailspike::store::RemoteStore;
use trailspike::{Analysis, AnalysisError, AnalysisOptions, Progress, analyse};

use super::super::Failure;
use super::super::count::failure;
use super::super::progress::{Total, When, with_bar};
use super::CloudArgs;

#[derive(Args)]
#[command(next_help_heading = "Running")]
pub struct ReadingArgs {
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
    #[command(flatten)]
    cloud: CloudArgs,
}

impl ReadingArgs {
    /// How object stores are reached.
    pub fn access(&self) -> Access {
        self.cloud.access()
    }

    /// The store at that path, copied, if it is in an object store.
    pub fn remote(&self, store: &Path) -> Result<Option<RemoteStore>, Failure> {
        self.cloud.remote(store, self.temp_dir.as_deref())
    }

    /// The same of a store that must be there.
    pub fn remote_to_read(&self, store: &Path) -> Result<Option<RemoteStore>, Failure> {
        self.cloud.remote_to_read(store, self.temp_dir.as_deref())
    }

    /// The folders of stores that must be there, and the copies among them.
    pub fn folders_to_read(
        &self,
        stores: &[PathBuf],
    ) -> Result<(Vec<PathBuf>, Vec<RemoteStore>), Failure> {
        self.cloud.folders_to_read(stores, self.temp_dir.as_deref())
    }

    /// How much of one file is read.
    pub fn limits(&self) -> Limits {
        Limits { max_file_bytes: self.max_file_bytes }
    }

    /// Where counts go that do not fit in memory.
    pub fn memory(&self) -> MemoryLimits {
        MemoryLimits { folder: self.temp_dir.clone(), ..MemoryLimits::default() }
    }

    /// The threads that do the work.
    pub fn pool(&self) -> anyhow::Result<ThreadPool> {
        let mut pool = rayon::ThreadPoolBuilder::new();
        if let Some(threads) = self.threads {
            pool = pool.num_threads(usize::from(threads));
        }
        pool.build().context("cannot start threads")
    }

    /// Finds and analyses the inputs, with a progress bar where one is wanted.
    pub fn analyse(
        &self,
        inputs: &[PathBuf],
        options: &AnalysisOptions,
        quiet: bool,
    ) -> Result<(Discovery, Analysis), Failure> {
        let files = self.find(inputs, &options.filter)?;
        let analysis = self.analyse_files(&files, options, quiet)?;
        Ok((files, analysis))
    }

    /// Analyses files or stores that were found, with a progress bar where one is wanted.
    pub fn analyse_files(
        &self,
        files: &Discovery,
        options: &AnalysisOptions,
        quiet: bool,
    ) -> Result<Analysis, Failure> {
        let analysis = self.read(files, quiet, |progress| analyse(files, options, progress))?;
        analysis.map_err(|error| match error {
            AnalysisError::Store(error) => failure(error),
            error => Failure::bad_input(error),
        })
    }

    /// Finds the files of the inputs that are wanted.
    pub fn find(
        &self,
        inputs: &[PathBuf],
        selection: &(dyn Selection + Sync),
    ) -> Result<Discovery, Failure> {
        let pool = self.pool().map_err(Failure::wrong_use)?;
        pool.install(|| discover_with(inputs, selection, &self.access())).map_err(|error| {
            match error {
                InputError::BadGlob { .. } | InputError::LogsAndStores { .. } => {
                    Failure::wrong_use(error)
                }
                _ => Failure::bad_input(error),
            }
        })
    }

    /// Does work that reads the files, on the threads asked for, with a progress bar where one is
    /// wanted.
    pub fn read<T: Send>(
        &self,
        files: &Discovery,
        quiet: bool,
        work: impl FnOnce(&Progress) -> T + Send,
    ) -> Result<T, Failure> {
        let pool = self.pool().map_err(Failure::wrong_use)?;
        let progress = Progress::default();
        let total = Total {
            files: files.files.len() as u64,
            bytes: files.files.iter().map(|file| file.bytes).sum(),
        };
        let show = self.progress.is_now(quiet);
        Ok(with_bar(show, total, &progress, || pool.install(|| work(&progress))))
    }
}

/// Fails when nothing at all could be read of inputs that something is wrong with.
pub fn something_was_read(files: &Discovery, analysis: &Analysis) -> Result<(), Failure> {
    records_were_read(files, &analysis.tally)
}

/// The same of what was read.
pub fn records_were_read(files: &Discovery, tally: &Tally) -> Result<(), Failure> {
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
    Ok(())
}
