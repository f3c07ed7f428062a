//! The detector on real series with labelled anomalies: the Numenta Anomaly Benchmark
//! (<https://github.com/numenta/NAB>), read from `../shared/data/numenta+NAB` or from the folder
//! that `NAB_FOLDER` names; nothing is tested where it is absent.
//!
//! The detector is for counts: what adds up over minutes. Of the folders `realAWSCloudwatch` and
//! `realTraffic` these are the requests of a load balancer, and bytes written or received, here
//! counted in kilobytes. The rest are levels, of which a sum over minutes means nothing: CPU per
//! cent, the value of `grok_asg_anomaly`, occupancy, speed and travel time; many of their anomalies
//! are falls.
//!
//! A sample stands for the five minutes from its time on and is spread evenly over them, the
//! remainder on the first ones. Half an hour without a sample is a gap, less is no events. An alarm
//! is the minute at which a verdict falls, and a window is found when an alarm lies in it, as NAB
//! scores; alarms in no window are false, those of the first days too, which NAB does not score.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use trailspike::Minute;
use trailspike::coverage::{Coverage, Span};
use trailspike::detect::{Detector, PeakDetector, Settings, Subject, SurgeDetector};
use trailspike::series::{Point, Series};

const KILOBYTE: f64 = 1_024.0;
/// Minutes a sample stands for.
const STEP: u32 = 5;
/// Minutes without a sample that are a gap.
const GAP: u32 = 30;

/// Each series that counts something, and what one event of it is.
const COUNTS: [(&str, f64); 6] = [
    ("realAWSCloudwatch/elb_request_count_8c0756.csv", 1.0),
    ("realAWSCloudwatch/ec2_disk_write_bytes_1ef3de.csv", KILOBYTE),
    ("realAWSCloudwatch/ec2_disk_write_bytes_c0d644.csv", KILOBYTE),
    ("realAWSCloudwatch/ec2_network_in_257a54.csv", KILOBYTE),
    ("realAWSCloudwatch/ec2_network_in_5abac7.csv", KILOBYTE),
    ("realAWSCloudwatch/iio_us-east-1_i-a2eb1cd9_NetworkIn.csv", KILOBYTE),
];

fn benchmark() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/numenta+NAB");
    let folder = std::env::var_os("NAB_FOLDER").map_or(shared, PathBuf::from);
    if !folder.is_dir() {
        println!("the Numenta Anomaly Benchmark is not here");
        return None;
    }
    Some(folder)
}

/// A series, when it says anything, and the windows in which it is held to be unusual.
struct Labelled {
    name: &'static str,
    series: Series,
    coverage: Coverage,
    windows: Vec<Span>,
}

fn minute(time: &str) -> Minute {
    let time = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S%.f").unwrap();
    Minute::from_unix_seconds(time.and_utc().timestamp()).unwrap()
}

/// Events of each minute, and the minutes at which samples begin.
fn counts(file: &Path, unit: f64) -> (BTreeMap<Minute, u32>, Vec<Minute>) {
    let mut counts: BTreeMap<Minute, u32> = BTreeMap::new();
    let mut samples = Vec::new();
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let (start, value) = (minute(&row[0]), row[1].parse::<f64>().unwrap());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 10^9")]
        let events = (value / unit).round() as u32;
        for at in 0..STEP {
            *counts.entry(start + at).or_default() += (events + STEP - 1 - at) / STEP;
        }
        samples.push(start);
    }
    (counts, samples)
}

impl Labelled {
    fn read(folder: &Path, name: &'static str, unit: f64, labels: &serde_json::Value) -> Self {
        let (counts, samples) = counts(&folder.join("data").join(name), unit);
        let points = counts.iter().filter(|(_, events)| **events > 0);
        let points = points.map(|(&minute, &events)| Point { minute, events, newcomers: 0 });
        let ends = |start: Minute| start + STEP;
        let gaps = samples.windows(2).filter(|pair| pair[1].since(ends(pair[0])) >= GAP);
        let gaps = gaps.map(|pair| Span { start: ends(pair[0]), end: pair[1] }).collect();
        let whole = Span { start: samples[0], end: ends(*samples.last().unwrap()) };
        let windows = labels[name].as_array().unwrap().iter().map(|window| {
            let [start, end] = [0, 1].map(|at| minute(window[at].as_str().unwrap()));
            // Both ends are samples inside.
            Span { start, end: ends(end) }
        });
        Self {
            name,
            series: Series { points: points.collect() },
            coverage: Coverage::new(whole, gaps),
            windows: windows.collect(),
        }
    }

    fn all(folder: &Path) -> Vec<Self> {
        let labels = fs::read_to_string(folder.join("labels/combined_windows.json")).unwrap();
        let labels = serde_json::from_str(&labels).unwrap();
        COUNTS.iter().map(|(name, unit)| Self::read(folder, name, *unit, &labels)).collect()
    }

    /// The largest sum of five minutes in a window, as a multiple of the largest before it.
    fn size(&self, window: Span) -> f64 {
        let points = &self.series.points;
        let inside = |span: Span| {
            let first = points.partition_point(|point| point.minute < span.start);
            points[first..].iter().take_while(move |point| point.minute < span.end)
        };
        let largest = |span: Span| {
            let sums = inside(span).map(|last| {
                let five = Span { start: last.minute - (STEP - 1), end: last.minute + 1 };
                inside(five).map(|point| f64::from(point.events)).sum::<f64>()
            });
            sums.fold(0.0, f64::max)
        };
        largest(window) / largest(Span { start: self.coverage.span().start, end: window.start })
    }

    fn score(&self, detector: &dyn Detector) -> Score {
        let subject = Subject::new(&self.series, &self.coverage, 10);
        let episodes = detector.detect(&[subject]).remove(0);
        let alarms: Vec<Minute> = episodes.iter().map(|has| has.evidence.fired_at).collect();
        let found = |window: &&Span| alarms.iter().any(|alarm| window.contains(*alarm));
        let large = |window: &&Span| self.size(**window) > 2.0;
        let is_false = |alarm: &&Minute| !self.windows.iter().any(|has| has.contains(**alarm));
        Score {
            windows: self.windows.len(),
            found: self.windows.iter().filter(found).count(),
            large: self.windows.iter().filter(large).count(),
            large_found: self.windows.iter().filter(large).filter(found).count(),
            false_alarms: alarms.iter().filter(is_false).count(),
        }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Score {
    windows: usize,
    found: usize,
    /// Windows with more than twice the largest five minutes before, and those of them found.
    large: usize,
    large_found: usize,
    false_alarms: usize,
}

impl Score {
    fn sum(scores: impl Iterator<Item = Self>) -> Self {
        scores.fold(Self::default(), |sum, score| Self {
            windows: sum.windows + score.windows,
            found: sum.found + score.found,
            large: sum.large + score.large,
            large_found: sum.large_found + score.large_found,
            false_alarms: sum.false_alarms + score.false_alarms,
        })
    }
}

/// The rules of the table.
fn rules() -> [(&'static str, Box<dyn Detector>); 3] {
    let high = Settings::with_false_insights(3.0);
    [
        ("surge", Box::new(SurgeDetector::default())),
        ("surge, 3 false a week", Box::new(SurgeDetector::new(high))),
        ("peak", Box::new(PeakDetector)),
    ]
}

#[test]
fn labelled_windows_of_real_counts_are_found() {
    let Some(folder) = benchmark() else { return };
    let series = Labelled::all(&folder);
    let surge = SurgeDetector::default();
    let sum = Score::sum(series.iter().map(|series| series.score(&surge)));
    // What held when this was written. Most windows hold nothing larger than what came before.
    assert_eq!((sum.windows, sum.large), (11, 2));
    assert_eq!(sum.large_found, 2, "{sum:?}");
    assert!(sum.found >= 3, "{sum:?}");
    assert!(sum.false_alarms <= 3, "{sum:?}");
}

#[test]
#[ignore = "prints the table of docs/detector.md"]
fn table() {
    let Some(folder) = benchmark() else { return };
    let rules = rules();
    let names: Vec<_> = rules.iter().map(|(name, _)| format!(" {name} | false |")).collect();
    println!("| series | days | windows, size of each |{}", names.concat());
    println!("|---|--:|--:|{}", "--:|--:|".repeat(rules.len()));
    let mut scores: Vec<Vec<Score>> = Vec::new();
    for series in Labelled::all(&folder) {
        let of: Vec<Score> = rules.iter().map(|(_, rule)| series.score(rule.as_ref())).collect();
        let days = f64::from(series.coverage.span().minutes()) / 1_440.0;
        let name = series.name.rsplit('/').next().unwrap().trim_end_matches(".csv");
        let sizes: Vec<String> =
            series.windows.iter().map(|window| format!("{:.1}×", series.size(*window))).collect();
        let windows = format!("{}: {}", sizes.len(), sizes.join(", "));
        println!("| {name} | {days:.1} | {windows} |{}", cells(&of));
        scores.push(of);
    }
    let sums = (0..rules.len()).map(|rule| Score::sum(scores.iter().map(|of| of[rule])));
    let sums: Vec<Score> = sums.collect();
    println!("| all | | {} |{}", sums[0].windows, cells(&sums));
}

fn cells(scores: &[Score]) -> String {
    let cells = scores.iter().map(|score| format!(" {} | {} |", score.found, score.false_alarms));
    cells.collect::<Vec<_>>().concat()
}
