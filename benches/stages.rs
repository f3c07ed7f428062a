//! Each stage on its own, over the sample logs: inflate (the floor), parse, count, detect.
//!
//! `cargo bench`; what the figures mean is in `README.md` beside this file.

use std::fs;
use std::hint::black_box;
use std::io::Read;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::read::MultiGzDecoder;
use trailspike::count::{CountOptions, EventFilter, MemoryLimits, count};
use trailspike::detect::{Settings, SurgeDetector};
use trailspike::event::{Event, Fault, OtherKind, Place, Rejection, Sink, TimeRange, read_events};
use trailspike::input::{Discovery, Limits, Source};
use trailspike::insight::{InsightOptions, find_insights};
use trailspike::{AnalysisOptions, Progress, find_files};

/// Counts events and does nothing else with them.
#[derive(Default)]
struct Tap(u64);

impl Sink for Tap {
    fn event(&mut self, event: Event<'_>) {
        self.0 += u64::from(black_box(event).minute.get() > 0);
    }

    fn other(&mut self, _: OtherKind) {}

    fn rejected(&mut self, _: u64, _: u64, _: Rejection) {}

    fn fault(&mut self, _: u64, _: Fault) {}
}

fn samples() -> Discovery {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/sample-logs/AWSLogs"));
    find_files(&[folder], &AnalysisOptions::new()).expect("the samples are in the repository")
}

fn times() -> TimeRange {
    TimeRange::until_a_day_after(chrono::Utc::now())
}

fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut text).expect("the samples are whole");
    text
}

fn stages(criterion: &mut Criterion) {
    let files = samples();
    let compressed: Vec<Vec<u8>> =
        files.files.iter().map(|file| fs::read(file.place.path()).expect("readable")).collect();
    let texts: Vec<Vec<u8>> = compressed.iter().map(|bytes| inflate(bytes)).collect();
    let text_bytes = texts.iter().map(|text| text.len() as u64).sum();

    let mut group = criterion.benchmark_group("one thread");
    group.sample_size(20).throughput(Throughput::Bytes(text_bytes));
    group.bench_function("inflate", |bench| {
        bench.iter(|| compressed.iter().map(|bytes| inflate(bytes).len()).sum::<usize>());
    });
    group.bench_function("parse", |bench| {
        bench.iter_batched(
            || texts.clone(),
            |texts| {
                let mut tap = Tap::default();
                for text in texts {
                    read_events(Source::Whole(&text, None), Place::default(), times(), &mut tap);
                }
                tap.0
            },
            criterion::BatchSize::LargeInput,
        );
    });
    let options = CountOptions {
        filter: EventFilter::default(),
        keep_sessions: false,
        times: times(),
        limits: Limits::default(),
        memory: MemoryLimits::default(),
        witness: None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    group.bench_function("read, inflate, parse and count", |bench| {
        bench.iter(|| pool.install(|| count(&files.files, &options, &Progress::default()).is_ok()));
    });
    let table = count(&files.files, &options, &Progress::default()).expect("little").table;
    let rows = |part| {
        table.part(part).map_or(0, |part| (0..part.apis()).map(|api| part.rows(api).count()).sum())
    };
    let rows: usize = (0..table.parts()).map(rows).sum();
    group.throughput(Throughput::Elements(rows as u64));
    let detector = SurgeDetector::new(Settings::default());
    group.bench_function("detect", |bench| {
        bench.iter(|| {
            pool.install(|| {
                find_insights(&table, &detector, InsightOptions::default())
                    .map(|f| f.insights.len())
            })
        });
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
