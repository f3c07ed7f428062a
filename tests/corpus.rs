//! Published logs of other people, read whole: how many records each source has was counted by
//! other means and is frozen here. Where they are not at hand, the sample logs have to do.

use std::path::{Path, PathBuf};

use trailspike::event::OtherKind;
use trailspike::{Analysis, AnalysisOptions, Progress, analyse, find_files};

/// What one source holds. What is not said is nothing.
#[derive(Debug, Default, PartialEq, Eq)]
struct Holds {
    files: u64,
    /// Found beside the logs: licences, scripts, tables.
    not_logs: usize,
    counted: u64,
    duplicates: u64,
    data: u64,
    notifications: u64,
    other_json: u64,
    rejected: u64,
}

impl Holds {
    fn of(analysis: &Analysis) -> Self {
        let tally = &analysis.tally;
        let left = |kind: OtherKind| tally.left_alone[kind as usize];
        let holds = Self {
            files: tally.files_read,
            not_logs: tally.not_logs.len(),
            counted: tally.counted,
            duplicates: tally.duplicates,
            data: tally.other_categories[1],
            notifications: left(OtherKind::Notification),
            other_json: left(OtherKind::OtherJson),
            rejected: tally.rejected,
        };
        let told = holds.counted
            + holds.duplicates
            + holds.data
            + holds.notifications
            + holds.other_json
            + holds.rejected;
        assert_eq!(tally.records(), told, "there is more than this test looks at: {tally:?}");
        // Damage to whole files would be told here.
        assert_eq!(tally.damaged_files, 0, "{:?}", tally.problems);
        assert_eq!(tally.problems.len() as u64, tally.rejected);
        let table = &analysis.table;
        let parts = (0..table.parts()).map(|index| table.part(index).unwrap());
        let events = parts.flat_map(|part| {
            let rows = (0..part.apis()).flat_map(|api| part.rows(api));
            rows.map(|row| u64::from(row.events)).collect::<Vec<_>>()
        });
        assert_eq!(events.sum::<u64>(), tally.counted);
        holds
    }
}

fn read(path: &Path) -> Analysis {
    let options = AnalysisOptions::new();
    let files = find_files(&[path.to_owned()], &options).unwrap();
    assert!(files.skipped.is_empty(), "{:?}", files.skipped);
    analyse(&files, &options, &Progress::default()).unwrap()
}

const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// Every source with what it holds.
#[rustfmt::skip]
fn sources() -> Vec<(&'static str, Holds)> {
    let none = Holds::default;
    vec![
        ("invictus-ir+aws_dataset", Holds { files: 55, not_logs: 1, counted: 2_900, ..none() }),
        // 1,679 in one gzipped file of pretty-printed records, one in each example.
        ("boogy+CloudTrail-Log-Parser", Holds { files: 8, not_logs: 2, counted: 1_685, other_json: 1, ..none() }),
        ("maheribra+aws-attack-chain-incident-response", Holds { files: 35, not_logs: 1, counted: 688, data: 2, ..none() }),
        // Top-level arrays.
        ("DataDog+stratus-red-team", Holds { files: 35, not_logs: 2, counted: 310, ..none() }),
        ("opensearch-project+opensearch-catalog", Holds { files: 7, not_logs: 6, counted: 891, other_json: 41, rejected: 1, ..none() }),
        // Answers of lookup-events, one event a line.
        ("log2timeline+plaso", Holds { files: 1, not_logs: 1, counted: 6, ..none() }),
        // EventBridge envelopes and bare records; one has no time.
        ("cloud-custodian+cloud-custodian", Holds { files: 27, not_logs: 1, counted: 22, duplicates: 2, other_json: 2, rejected: 1, ..none() }),
        // CloudWatch Logs subscriptions, S3 notifications in SQS messages.
        ("DataDog+datadog-serverless-functions", Holds { files: 6, not_logs: 2, counted: 3, duplicates: 4, notifications: 2, other_json: 4, ..none() }),
        // The same two records gzipped, plain, and with a third.
        ("flosell+trailscraper", Holds { files: 3, not_logs: 1, counted: 3, duplicates: 4, ..none() }),
        ("numenta+NAB", Holds { files: 10, not_logs: 25, other_json: 10, ..none() }),
    ]
}

/// Single files of which something is known by itself.
fn single_files() -> Vec<(&'static str, Holds)> {
    let opensearch = "opensearch-project+opensearch-catalog/integrations/observability";
    let of = |name: &str| -> &'static str { format!("{opensearch}/{name}").leak() };
    let holds = |counted, rejected| Holds { files: 1, counted, rejected, ..Holds::default() };
    vec![
        (of("aws_cloudtrail/data/samples.json"), holds(50, 0)),
        (of("aws_cloudtrail/data/raw-sample.json"), holds(1, 0)),
        // A brace too many between two records, told as one that is malformed; the text has 840
        // event times, and all of their records count.
        (of("aws_cloudtrail/data/samples-large.json.gz"), holds(840, 1)),
        ("boogy+CloudTrail-Log-Parser/examples/cloudtrail.json.gz", holds(1_679, 0)),
    ]
}

#[test]
fn published_logs_are_read_to_the_last_record() {
    let corpus = PathBuf::from(HOME).join("../shared/data");
    if !corpus.is_dir() {
        println!("no published logs here; the sample logs are read instead");
        return sample_logs_are_read();
    }
    for (name, expected) in sources().into_iter().chain(single_files()) {
        assert_eq!(Holds::of(&read(&corpus.join(name))), expected, "{name}");
    }
    // All at once: ids that two sources share would show.
    let mut all = Holds::default();
    for (_, source) in sources() {
        all.files += source.files;
        all.not_logs += source.not_logs;
        all.counted += source.counted;
        all.duplicates += source.duplicates;
        all.data += source.data;
        all.notifications += source.notifications;
        all.other_json += source.other_json;
        all.rejected += source.rejected;
    }
    // Beside these: what this folder says of itself, and a zip with its licence.
    all.not_logs += 1 + 2;
    assert_eq!(Holds::of(&read(&corpus)), all);
}

fn sample_logs_are_read() {
    for (name, files, counted, duplicates) in [
        ("AWSLogs/111122223333", 261, 19_615, 0),
        ("AWSLogs/444455556666", 7, 909, 0),
        ("AWSLogs/777788889999", 10, 152, 0),
        ("other-shapes/array.json", 1, 21, 0),
        ("other-shapes/eventbridge.json", 1, 1, 0),
        ("other-shapes/lookup-events.jsonl", 1, 6, 0),
        ("other-shapes/records.jsonl", 1, 10, 0),
        ("other-shapes", 4, 38, 0),
        ("AWSLogs", 278, 20_676, 0),
    ] {
        let expected = Holds { files, counted, duplicates, ..Holds::default() };
        let path = PathBuf::from(HOME).join("sample-logs").join(name);
        assert_eq!(Holds::of(&read(&path)), expected, "{name}");
    }
}

#[test]
fn sample_logs_are_read_to_the_last_record() {
    sample_logs_are_read();
}

#[test]
fn published_digests_and_insights_are_no_events() {
    let left = |folder: &str, kind: OtherKind| {
        let analysis = read(&PathBuf::from(HOME).join("tests/fixtures").join(folder));
        assert_eq!(analysis.tally.records(), analysis.tally.left_alone[kind as usize], "{folder}");
        analysis.tally.records()
    };
    assert_eq!(left("digests", OtherKind::Digest), 2);
    // Some files hold a Start and its End.
    assert_eq!(left("insights", OtherKind::Insight), 18);
}
