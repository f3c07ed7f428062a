//! Insight records of all kinds, read back.

use serde_json::{Value, json};
use trailspike::cloud::Access;
use trailspike::evaluate::{ReadTold, read_told};
use trailspike::labels::LabelledSubject;

use crate::logs::{Folder, document, gzip, lines};
use crate::truth::at;

/// A Start or End of `ec2 DescribeInstances` by that identity.
pub fn record(id: &str, state: &str, minute: u32, identity: &str) -> Value {
    json!({
        "eventVersion": "1.07",
        "eventTime": at(minute).to_string(),
        "awsRegion": "eu-west-1",
        "eventID": format!("{id}-{state}"),
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": "111122223333",
        "sharedEventID": id,
        "insightDetails": {
            "state": state,
            "eventSource": "ec2.amazonaws.com",
            "eventName": "DescribeInstances",
            "insightType": "ApiCallRateInsight",
            "insightContext": {
                "statistics": {
                    "baseline": {"average": 0.5}, "insight": {"average": 40.0}, "insightDuration": 5,
                },
                "attributions": [{
                    "attribute": "userIdentityArn",
                    "insight": [{"value": identity, "average": 40.0}],
                    "baseline": [],
                }],
            },
        },
        "eventCategory": "Insight",
    })
}

fn pair_of(id: &str, start: u32) -> Vec<Value> {
    vec![record(id, "Start", start, "arn:a"), record(id, "End", start + 9, "arn:b")]
}

fn read(content: impl AsRef<[u8]>) -> ReadTold {
    let folder = Folder::with("insights.json", content);
    read_told(&[folder.path().to_owned()], &Access::default()).unwrap()
}

#[test]
fn start_and_end_make_an_insight() {
    let read = read(lines(&pair_of("one", 7_000)));
    let [told] = &read.pairing.told[..] else { panic!("{read:?}") };
    assert_eq!((told.start, told.end), (at(7_000), Some(at(7_009))));
    assert_eq!((told.starter.as_deref(), told.doer.as_deref()), (Some("arn:a"), Some("arn:b")));
    assert_eq!((told.fired_at, told.average), (None, Some(40.0)));
    assert_eq!(
        (told.series.account.as_str(), told.series.region.as_str()),
        ("111122223333", "eu-west-1")
    );
    assert!(
        matches!(&told.series.subject, LabelledSubject::ApiCalls { event_name, .. } if event_name == "DescribeInstances")
    );
}

#[test]
fn every_container_gives_the_same() {
    let pair = pair_of("one", 7_000);
    let expected = read(lines(&pair)).pairing.told;
    let events: Vec<Value> =
        pair.iter().map(|record| json!({ "CloudTrailEvent": record.to_string() })).collect();
    let bridge: Vec<Value> =
        pair.iter().map(|record| json!({ "detail-type": "x", "detail": record })).collect();
    for content in [
        document(&pair).into_bytes(),
        gzip(document(&pair)),
        json!(pair).to_string().into_bytes(),
        serde_json::to_vec_pretty(&pair).unwrap(),
        format!("\u{feff}{}", json!(pair)).into_bytes(),
        json!({ "Events": events }).to_string().into_bytes(),
        lines(&bridge).into_bytes(),
        gzip(lines(&[pair[1].clone(), pair[0].clone()])),
    ] {
        let read = read(&content);
        assert_eq!(read.pairing.told, expected, "{}", String::from_utf8_lossy(&content));
        assert_eq!((read.records, read.others, read.problems.len()), (2, 0, 0));
    }
}

#[test]
fn the_halves_may_be_in_different_files() {
    let folder = Folder::new();
    let pair = pair_of("one", 7_000);
    folder.write("AWSLogs/111122223333/CloudTrail-Insight/a.json.gz", gzip(document(&pair[..1])));
    folder.write("AWSLogs/111122223333/CloudTrail-Insight/b.json.gz", gzip(document(&pair[1..])));
    let read = read_told(&[folder.path().to_owned()], &Access::default()).unwrap();
    assert_eq!(read.pairing.told[0].end, Some(at(7_009)));
}

#[test]
fn what_does_not_pair_is_told() {
    let mut list = pair_of("double", 7_000);
    list.extend(pair_of("double", 7_002));
    list.push(record("open", "Start", 8_000, "arn:a"));
    list.push(record("orphan", "End", 8_000, "arn:a"));
    list.push(record("backwards", "Start", 8_000, "arn:a"));
    list.push(record("backwards", "End", 8_000, "arn:a"));
    let mut other = record("type", "Start", 8_000, "arn:a");
    other["insightDetails"]["insightType"] = "SomethingElse".into();
    list.push(other);
    let mut other = record("time", "Start", 8_000, "arn:a");
    other["eventTime"] = "yesterday".into();
    list.push(other);
    let mut other = record("code", "Start", 8_000, "arn:a");
    other["insightDetails"]["insightType"] = "ApiErrorRateInsight".into();
    list.push(other);
    list.push(json!({ "some": "thing" }));
    let forwards = read(lines(&list));
    let pairing = &forwards.pairing;
    let spans: Vec<_> = pairing.told.iter().map(|told| (told.start, told.end)).collect();
    assert_eq!(spans, [(at(7_000), Some(at(7_011))), (at(8_000), None)]);
    assert_eq!(pairing.doubled, ["double"]);
    assert_eq!(pairing.no_start, ["orphan"]);
    assert_eq!(pairing.backwards, ["backwards"]);
    assert_eq!(pairing.unknown, ["code-Start", "time-Start", "type-Start"]);
    assert_eq!((forwards.records, forwards.others), (11, 1));
    list.reverse();
    assert_eq!(read(lines(&list)).pairing.told, pairing.told);
}

#[test]
fn one_shared_id_on_two_subjects_is_two_insights() {
    let mut list = pair_of("one", 7_000);
    for mut record in pair_of("one", 7_000) {
        record["awsRegion"] = "us-east-1".into();
        list.push(record);
    }
    let read = read(lines(&list));
    assert_eq!((read.pairing.told.len(), read.pairing.doubled.len()), (2, 0));
}

#[test]
fn what_stands_before_a_fault_counts() {
    let text = lines(&pair_of("one", 7_000));
    let whole = read(format!("{text}{{\"eventVersion\":"));
    assert_eq!((whole.pairing.told.len(), whole.problems.len()), (1, 1));
    let compressed = gzip(&text);
    let cut = read(&compressed[..compressed.len() - 9]);
    assert_eq!(cut.problems.len(), 1);
    let empty = read("");
    assert_eq!((empty.records, empty.others, empty.problems.len()), (0, 0, 0));
}

#[test]
fn lists_in_lists_end_somewhere() {
    let mut value = json!(pair_of("one", 7_000));
    for _ in 0..20 {
        value = json!([value]);
    }
    let deep = read(value.to_string());
    assert_eq!((deep.records, deep.others), (0, 1));
    assert_eq!(read("[".repeat(100_000)).problems.len(), 1);
}

#[test]
fn published_records_are_read() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/insights/*.json");
    let read = read_told(&[fixtures.into()], &Access::default()).unwrap();
    assert_eq!((read.records, read.others, read.problems.len()), (18, 0, 0));
    assert!(read.pairing.unknown.is_empty() && read.pairing.backwards.is_empty());
    let whole = read.pairing.told.iter().filter(|told| told.end.is_some()).count();
    assert!(whole >= 5, "{:?}", read.pairing);
}
