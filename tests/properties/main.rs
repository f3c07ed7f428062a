//! What holds for any logs.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;
#[path = "../records/rules.rs"]
mod rules;

mod hostile;
mod mutations;
mod plan;
mod sameness;
mod truth;

use std::path::PathBuf;

use proptest::test_runner::Config;
use trailspike::count::{Part, Tally};
use trailspike::insight::Insight;
use trailspike::output::{Format, OutputOptions};
use trailspike::{Analysis, AnalysisOptions, Progress, analyse, find_files};

/// So many cases, and no files of those that failed.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() }
}

/// Reads and finds on so many threads, after checking that the books balance.
fn run(inputs: &[PathBuf], options: &AnalysisOptions, threads: usize) -> Analysis {
    let pool = rayon_pool(threads);
    let files = find_files(inputs, options).unwrap();
    let analysis = pool.install(|| analyse(&files, options, &Progress::default())).unwrap();
    check_books(&analysis);
    analysis
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

fn check_books(analysis: &Analysis) {
    let tally: &Tally = &analysis.tally;
    let table = &analysis.table;
    let parts = (0..table.parts()).map(|index| table.part(index).unwrap());
    let sum = |part: Part<'_>| {
        let rows = (0..part.apis()).flat_map(|api| part.rows(api));
        rows.map(|row| u64::from(row.events)).sum::<u64>()
    };
    let in_table: u64 = parts.map(sum).sum();
    assert_eq!(in_table, tally.counted, "{tally:?}");
    let problems = tally.problems.len() as u64 + tally.more_problems;
    assert_eq!(problems, tally.rejected + tally.damaged_files, "{tally:?}");
}

/// Insights as they are written.
fn written(insights: &[Insight], format: Format) -> String {
    let mut out = Vec::new();
    format.writer(OutputOptions::default()).write(insights, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
