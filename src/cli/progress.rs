//! The progress bar, on a terminal's standard error only.

use std::io::{self, IsTerminal};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{DecimalBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};
use trailspike::Progress;

/// When to show the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// On anything.
    Always,
    /// Not at all.
    Never,
}

impl When {
    /// Whether that is now.
    pub fn is_now(self, quiet: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Auto => !quiet && io::stderr().is_terminal(),
            Self::Never => false,
        }
    }
}

/// What the bar counts up to.
#[derive(Clone, Copy)]
pub struct Total {
    /// Files to read.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
}

/// Does the work, showing how far it has come.
pub fn with_bar<T>(show: bool, total: Total, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !show {
        return work();
    }
    let bar = ProgressBar::new(total.bytes);
    // The message gives way to a narrow terminal.
    let style = "{bar:8} {percent:>3}% {wide_msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    let (done, ended) = channel::<()>();
    thread::scope(|scope| {
        let bar = &bar;
        scope.spawn(move || {
            let started = Instant::now();
            while ended.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(progress.bytes.load(Ordering::Relaxed));
                bar.set_message(message(total, progress, started.elapsed()));
            }
        });
        let outcome = work();
        drop(done);
        bar.finish_and_clear();
        outcome
    })
}

/// Files, bytes, rates and the time left, the most telling first.
fn message(total: Total, progress: &Progress, elapsed: Duration) -> String {
    let bytes = progress.bytes.load(Ordering::Relaxed);
    let millis = elapsed.as_millis().max(1);
    let per_second =
        |amount: u64| u64::try_from(u128::from(amount) * 1_000 / millis).unwrap_or(u64::MAX);
    let left = total.bytes.saturating_sub(bytes) / per_second(bytes).max(1);
    format!(
        "{:#} left  {}/{} files  {} at {}/s  {} ev/s",
        HumanDuration(Duration::from_secs(left)),
        HumanCount(progress.files.load(Ordering::Relaxed)),
        HumanCount(total.files),
        DecimalBytes(bytes),
        DecimalBytes(per_second(bytes)),
        HumanCount(per_second(progress.records.load(Ordering::Relaxed)))
    )
}
