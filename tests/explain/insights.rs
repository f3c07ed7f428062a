//! Insights by their ids.

use serde_json::Value;

use crate::logs::{Folder, Run, burst, detect_samples, document, program};
use crate::{explain_samples, fits};

/// The Start and End records of the samples' insights.
fn records(flags: &[&str]) -> Vec<Value> {
    detect_samples(flags).ends(0).insights()
}

fn id<'r>(record: &'r Value, key: &str) -> &'r str {
    record[key].as_str().unwrap()
}

#[test]
fn every_insight_of_the_samples_is_explained_by_each_of_its_ids() {
    for record in records(&[]) {
        let shared = id(&record, "sharedEventID");
        let answer = explain_samples(&[shared]).answer();
        assert_eq!(answer["insight"]["sharedEventID"], shared);
        assert_eq!(answer["outcome"]["kind"], "reported");
        for other in [&shared[..8], id(&record, "eventID"), &id(&record, "eventID")[..12]] {
            assert_eq!(explain_samples(&[other]).answer(), answer, "{other}");
        }

        // What the record says is what is explained.
        let details = &record["insightDetails"];
        let evidence = &details["trailspike"]["evidence"];
        assert_eq!(&answer["insight"]["evidence"], evidence);
        assert_eq!(answer["subject"]["eventName"], details["eventName"]);
        assert_eq!(answer["subject"]["errorCode"], details["errorCode"]);
        assert_eq!(answer["insightType"], details["insightType"]);
        assert_eq!(answer["verdict"]["situation"]["kind"], "judged");
        let mut windows = answer["verdict"]["windows"].as_array().unwrap().iter();
        let fired = windows.find(|window| window["minutes"] == evidence["window"]).unwrap();
        assert_eq!(fired["obstacles"], Value::Array(Vec::new()));
        for key in ["seen", "expected", "bound", "largestBefore"] {
            assert_eq!(fired[key], evidence[key], "{key}");
        }
        let newcomers = details["trailspike"]["newcomers"].as_array().unwrap();
        for breakdown in answer["breakdowns"].as_array().unwrap() {
            let same = |has: &&Value| has["attribute"] == breakdown["attribute"];
            let newcomers = newcomers.iter().find(same).unwrap();
            assert_eq!(breakdown["distinct"], newcomers["distinct"]);
            assert_eq!(breakdown["new"], newcomers["new"]);
        }
        assert_eq!(answer["exampleEventIDs"], details["trailspike"]["exampleEventIDs"]);
    }
}

#[test]
fn averages_are_those_of_the_record() {
    let records = records(&[]);
    let end = records.iter().find(|r| r["insightDetails"]["state"] == "End").unwrap();
    let answer = explain_samples(&[id(end, "eventID")]).answer();
    let context = &end["insightDetails"]["insightContext"];
    assert_eq!(answer["insight"]["average"], context["statistics"]["insight"]["average"]);
    let lists = &context["attributions"][0];
    let values = answer["breakdowns"][0]["values"].as_array().unwrap();
    for (value, listed) in values.iter().zip(lists["insight"].as_array().unwrap()) {
        assert_eq!(value["value"], listed["value"]);
        assert_eq!(value["average"], listed["average"]);
    }
}

#[test]
fn the_table_of_an_insight() {
    let run = explain_samples(&["4e3d2ee8", "-f", "table"]).ends(0);
    fits(&run, 80);
    insta::assert_snapshot!(run.out);
}

#[test]
fn the_json_of_an_insight() {
    insta::assert_snapshot!(explain_samples(&["4e3d2ee8"]).ends(0).out);
}

/// The keys of all objects in a value.
fn keys(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_key_is_documented() {
    let documented = include_str!("../../docs/explain.md");
    let mut found = std::collections::BTreeSet::new();
    keys(&explain_samples(&["4e3d2ee8"]).answer(), &mut found);
    assert!(found.len() > 60, "{}", found.len());
    for key in found {
        let named = [format!("`{key}`"), format!("`{key}."), format!(".{key}`")];
        assert!(named.iter().any(|name| documented.contains(name)), "{key}");
    }
}

#[test]
fn the_table_fits_any_width_and_can_do_without_unicode() {
    for width in [1, 20, 40, 60, 100, 200] {
        let text = width.to_string();
        let run = explain_samples(&["de31bf99", "-f", "table", "--width", &text]).ends(0);
        fits(&run, width.max(40));
    }
    let run = explain_samples(&["de31bf99", "-f", "table", "--ascii"]).ends(0);
    assert!(run.out.is_ascii(), "{}", run.out);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let coloured = |flags: &[&str]| explain_samples(flags).ends(0).out.contains('\u{1b}');
    assert!(!coloured(&["4e3d2ee8", "-f", "table"]));
    assert!(coloured(&["4e3d2ee8", "-f", "table", "--color", "always"]));
}

#[test]
fn an_insight_of_another_rule_is_explained_without_windows() {
    let flags = ["--detector", "peak"];
    for record in records(&flags) {
        let shared = id(&record, "sharedEventID");
        let answer = explain_samples(&[shared, flags[0], flags[1]]).answer();
        assert_eq!(answer["verdict"], Value::Null);
        assert_eq!(answer["insight"]["sharedEventID"], shared);
        assert!(!answer["breakdowns"].as_array().unwrap().is_empty());
    }
    let id = records(&flags)[0]["sharedEventID"].as_str().unwrap().to_owned();
    let table = explain_samples(&[&id, flags[0], flags[1], "-f", "table"]).ends(0).out;
    assert!(table.contains("only the surge rule is explained"), "{table}");
}

#[test]
fn a_drop_is_explained_by_its_silence() {
    // Forty calls a minute for nine days, but for two hours.
    let mut list = Vec::new();
    for minute in (0..9 * 24 * 60).filter(|minute| !(12_300..12_420).contains(minute)) {
        list.push(crate::logs::record(minute, i64::try_from(minute).unwrap() * 60));
    }
    // Another API shows that the logs are there.
    for minute in 12_300_u64..12_420 {
        let mut other = crate::logs::record(20_000 + minute, i64::try_from(minute).unwrap() * 60);
        other["eventName"] = "ListQueues".into();
        list.push(other);
    }
    let logs = Folder::with("logs.json", document(&list));
    let found = logs.detect(&["--drops"]).ends(0).insights();
    let drop = found.iter().find(|r| r["insightDetails"]["trailspike"]["direction"] == "drop");
    let id = drop.expect("no drop")["sharedEventID"].as_str().unwrap();
    let answer = logs.explain(&[id, "--drops"]).answer();
    assert_eq!(answer["insight"]["direction"], "drop");
    assert_eq!(answer["verdict"], Value::Null);
    let table = logs.explain(&[id, "--drops", "-f", "table"]).ends(0).out;
    assert!(table.contains("judged by the length of its silence"), "{table}");
}

#[test]
fn neighbours_are_the_insights_of_the_same_minutes_and_identity() {
    let answer = explain_samples(&["4e3d2ee8"]).answer();
    let listed = answer["neighbours"]["listed"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["subject"]["errorCode"], "AccessDenied");
    assert_eq!(listed[0]["because"], serde_json::json!(["sameMinutes", "sameIdentity"]));
}

#[test]
fn the_answer_goes_to_a_file_and_never_over_another() {
    let logs = Folder::with("logs.json", document(&burst(10)));
    let id = logs.detect(&[]).insights()[0]["sharedEventID"].as_str().unwrap().to_owned();
    let elsewhere = Folder::new();
    let path = elsewhere.at("why.json");
    let flags = [&id, "-o", path.to_str().unwrap()];
    assert_eq!(logs.explain(&flags).ends(0).out, "");
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, logs.explain(&[&id]).out);
    let refused = logs.explain(&flags).ends(2);
    assert!(refused.err.contains("why.json exists; give --force"), "{}", refused.err);
}

#[test]
fn standard_input_can_be_explained() {
    let logs = document(&burst(10));
    let folder = Folder::with("logs.json", &logs);
    let id = folder.detect(&[]).insights()[0]["sharedEventID"].as_str().unwrap().to_owned();
    let run = Run::of(program().args(["explain", &id, "-"]).write_stdin(logs)).ends(0);
    assert_eq!(run.out, folder.explain(&[&id]).out);
}
