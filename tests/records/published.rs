//! Published records are read, understood, and printed back equal.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trailspike::insight::record::InsightRecord;

use crate::rules::problems;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/insights");

/// Every published record, with the name of its file.
fn published() -> Vec<(PathBuf, Value)> {
    let mut paths: Vec<_> = fs::read_dir(FIXTURES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| {
            let value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            contained(value).into_iter().map(move |record| (path.clone(), record))
        })
        .collect()
}

/// The records of a log file, of a lookup's answer, of a list, or the one record.
fn contained(mut value: Value) -> Vec<Value> {
    for key in ["Records", "Events"] {
        if let Some(Value::Array(list)) = value.get_mut(key).map(Value::take) {
            return list;
        }
    }
    if let Value::Array(list) = value { list } else { vec![value] }
}

/// Equal but for how numbers are written: `0` is `0.0`.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(key, value)| b.get(key).is_some_and(|other| equal(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

#[test]
fn published_records_print_back_equal() {
    let published = published();
    assert_eq!(published.len(), 18, "fixtures are missing");
    for (path, value) in published {
        let path = path.display();
        let record: InsightRecord =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let printed = serde_json::to_value(&record).unwrap();
        assert!(equal(&printed, &value), "{path}:\n{printed:#}\n{value:#}");
        assert!(record.minute().is_some(), "{path}");
    }
}

#[test]
fn published_records_are_understood_not_only_kept() {
    for (path, value) in published() {
        let record: InsightRecord = serde_json::from_value(value).unwrap();
        let details = &record.insight_details;
        let path = path.display();
        if let Some(context) = &details.insight_context {
            assert!(context.statistics.insight.average > 0.0, "{path}");
            assert!(details.unknown.is_empty() && context.unknown.is_empty(), "{path}");
        } else {
            // Elastic's copy has a typo in this key.
            assert!(details.unknown.contains_key("insffightContext"), "{path}");
        }
        assert!(record.unknown.is_empty(), "{path}");
    }
}

#[test]
fn keys_of_later_versions_and_missing_accounts_survive() {
    let (_, mut value) = published().pop().unwrap();
    value.as_object_mut().unwrap().remove("recipientAccountId");
    value["addendum"] = serde_json::json!({"reason": "DELIVERY_DELAY", "n": [1, 2.5, null]});
    value["insightDetails"]["insightContext"]["statistics"]["later"] = true.into();
    let record: InsightRecord = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(record.recipient_account_id, None);
    assert!(equal(&serde_json::to_value(&record).unwrap(), &value));
}

#[test]
fn published_pairs_keep_the_rules_we_keep() {
    // The one published pair that nobody edited and that is of the newest version.
    let pair: Vec<_> = published()
        .into_iter()
        .filter(|(path, _)| path.to_string_lossy().contains("DescribeQuery"))
        .map(|(_, value)| {
            let record: InsightRecord = serde_json::from_value(value).unwrap();
            serde_json::to_string(&record).unwrap()
        })
        .collect();
    let found = problems(&pair[0], Some(&pair[1]));
    // Amazon's ids are random, not made from names.
    assert!(found.iter().all(|problem| problem.starts_with("rule 9")), "{found:#?}");
}

#[test]
fn fixtures_say_where_they_are_from() {
    let sources = fs::read_to_string(Path::new(FIXTURES).join("SOURCES.md")).unwrap();
    for (path, _) in published() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(sources.contains(name), "{name}");
    }
}
