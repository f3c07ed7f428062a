//! `trailspike detect --sweep`: what other settings would find is what they do find.

#[allow(dead_code, reason = "each test program uses its part")]
mod logs;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use logs::{Folder, Run, SAMPLES, detect_samples, document, record};

/// Sixteen APIs that are called about sixty times within five minutes, once a day at some hour, and
/// on the eleventh day each a second time: the first ones by little more than ever, the later ones
/// by twice as much.
fn graded() -> Folder {
    let mut seconds: Vec<(String, i64)> = Vec::new();
    for api in 0..16_i64 {
        let mut call = |start: i64, calls: i64| {
            let spread = move |call| start + call * 240 / calls;
            seconds.extend((0..calls).map(|at| (format!("Api{api:02}"), spread(at))));
        };
        for day in 0..12 {
            let hour = (day * 5 + api) % 11;
            call(day * 86_400 + hour * 3_600, 60 + (day * 7 + api) % 3);
        }
        call(10 * 86_400 + 14 * 3_600 + api * 120, 80 + api * 4);
    }
    seconds.sort();
    let records: Vec<Value> = seconds
        .into_iter()
        .zip(1..)
        .map(|((name, second), id)| {
            let mut record = record(id, second);
            record["eventName"] = name.into();
            record
        })
        .collect();
    Folder::with("logs.json", document(&records))
}

fn lines(run: &Run) -> Vec<Value> {
    run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

/// What a Start record says of how many there are, as a setting's line does.
fn tally(starts: &[Value]) -> Value {
    let number = |is: &dyn Fn(&Value) -> bool| starts.iter().filter(|start| is(start)).count();
    let severe =
        |name: &str| number(&|start| start["insightDetails"]["trailspike"]["severity"] == name);
    let typed = |name: &str| {
        number(&|start| start["insightDetails"]["insightType"].as_str().unwrap().ends_with(name))
    };
    json!({
        "insights": starts.len(),
        "callRate": typed("CallRateInsight"),
        "errorRate": typed("ErrorRateInsight"),
        "critical": severe("critical"),
        "high": severe("high"),
        "medium": severe("medium"),
        "low": severe("low"),
    })
}

/// The flags that a setting's line stands for.
fn flags(setting: &Value) -> Vec<String> {
    [("--false-per-week", "falsePerWeek"), ("--min-count", "minCount"), ("--min-ratio", "minRatio")]
        .iter()
        .flat_map(|(flag, key)| [(*flag).to_owned(), setting[*key].to_string()])
        .collect()
}

fn starts(run: &Run) -> Vec<Value> {
    let mut starts = run.insights();
    starts.retain(|record| record["insightDetails"]["state"] == "Start");
    starts
}

#[test]
fn every_setting_is_what_detect_finds_with_it() {
    let logs = graded();
    let own = ["--min-count", "12", "--min-ratio", "3", "--false-per-week", "0.5"];
    let run = logs.detect(&[&own[..], &["--sweep", "-f", "jsonl"]].concat()).ends(0);
    let all = lines(&run);
    let settings = of_kind(&all, "setting");
    // Seven numbers of false insights, each with four least counts and four more least ratios.
    assert_eq!(settings.len(), 7 * (4 + 4));
    let mut seen: Vec<u64> = Vec::new();
    for setting in settings {
        let flags = flags(setting);
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let found = starts(&logs.detect(&flags).ends(0));
        let expected = tally(&found);
        for (key, number) in expected.as_object().unwrap() {
            assert_eq!(&setting[key], number, "{key} of {setting}");
        }
        let in_use =
            flags == ["--false-per-week", "0.5", "--min-count", "12", "--min-ratio", "3.0"];
        assert_eq!(setting["inUse"], in_use, "{setting}");
        seen.push(found.len() as u64);
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() >= 4, "these logs tell settings apart: {seen:?}");
}

/// What an insight is about, and when: of a Start and its End, or of a line of the sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    subject: [String; 3],
    start: String,
    end: String,
}

impl Told {
    fn overlaps(&self, other: &Self) -> bool {
        self.subject == other.subject && self.start < other.end && other.start < self.end
    }

    fn of_line(line: &Value) -> Self {
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let subject = ["eventName", "insightType", "errorCode"].map(text);
        Self { subject, start: text("start"), end: text("end") }
    }

    fn of_records(records: &[Value]) -> BTreeMap<String, Self> {
        let mut told: BTreeMap<String, Self> = BTreeMap::new();
        for record in records {
            let details = &record["insightDetails"];
            let text = |key: &str| details[key].as_str().unwrap_or_default().to_owned();
            let time = record["eventTime"].as_str().unwrap().to_owned();
            let subject = ["eventName", "insightType", "errorCode"].map(text);
            let id = record["sharedEventID"].as_str().unwrap().to_owned();
            let one =
                told.entry(id).or_insert(Self { subject, start: time.clone(), end: time.clone() });
            one.end = time;
        }
        told
    }
}

#[test]
fn what_is_added_and_gone_is_the_difference() {
    let logs = graded();
    let all = lines(&logs.detect(&["--sweep"]).ends(0));
    let differences = of_kind(&all, "difference");
    let mut before: BTreeMap<String, Told> = BTreeMap::new();
    let mut from = Value::Null;
    let mut steps_with_more = 0;
    for to in [0.01, 0.03, 0.1, 0.3, 1.0, 3.0] {
        let now = logs.detect(&["--false-per-week", &to.to_string()]).ends(0);
        let now = Told::of_records(&now.insights());
        let step: Vec<_> = differences.iter().filter(|line| line["to"] == to).collect();
        assert!(step.iter().all(|line| line["from"] == from), "{step:?}");
        let of = |change: &str| -> Vec<&Value> {
            step.iter().copied().copied().filter(|line| line["change"] == change).collect()
        };
        let (added, gone) = (of("added"), of("gone"));
        assert_eq!(before.len() + added.len(), now.len() + gone.len(), "{to}");
        for (lines, has, has_not) in [(&added, &now, &before), (&gone, &before, &now)] {
            for line in lines {
                let told = Told::of_line(line);
                assert_eq!(has.get(line["sharedEventID"].as_str().unwrap()), Some(&told));
                assert!(!has_not.values().any(|other| other.overlaps(&told)), "{told:?}");
            }
        }
        steps_with_more += usize::from(!added.is_empty());
        (before, from) = (now, to.into());
    }
    assert!(steps_with_more >= 3, "these logs tell settings apart");
}

#[test]
fn json_and_json_lines_say_the_same() {
    let logs = graded();
    let document: Value =
        serde_json::from_str(&logs.detect(&["--sweep", "-f", "json"]).ends(0).out).unwrap();
    let all = lines(&logs.detect(&["--sweep", "-f", "jsonl"]).ends(0));
    for (key, kind) in [("settings", "setting"), ("differences", "difference")] {
        let without_kind: Vec<Value> = of_kind(&all, kind)
            .into_iter()
            .map(|line| {
                let mut line = line.clone();
                line.as_object_mut().unwrap().remove("kind");
                line
            })
            .collect();
        assert_eq!(document[key].as_array().unwrap(), &without_kind, "{key}");
    }
    // 12 days of one account, less the hours before its first and after its last call.
    let weeks = document["accountWeeks"].as_f64().unwrap();
    assert!((1.6..12.0 / 7.0).contains(&weeks), "{weeks}");
}

#[test]
fn csv_has_a_row_a_setting_and_a_row_a_difference() {
    let logs = graded();
    let all = lines(&logs.detect(&["--sweep"]).ends(0));
    let run = logs.detect(&["--sweep", "-f", "csv"]).ends(0);
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let (settings, differences): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row["row"] == "setting");
    let expected = of_kind(&all, "setting");
    assert_eq!(settings.len(), expected.len());
    for (row, line) in settings.iter().zip(expected) {
        assert_eq!(row["insights"], line["insights"].to_string());
        assert_eq!(row["in_use"], line["inUse"].to_string());
        assert_eq!(row["min_count"], line["minCount"].to_string());
        assert_eq!(row["event_name"], "");
    }
    let expected = of_kind(&all, "difference");
    assert_eq!(differences.len(), expected.len());
    for (row, line) in differences.iter().zip(expected) {
        for (column, key) in [
            ("row", "change"),
            ("start", "start"),
            ("event_name", "eventName"),
            ("shared_event_id", "sharedEventID"),
        ] {
            assert_eq!(row[column], line[key], "{column}");
        }
        assert_eq!(row["insights"], "");
    }
}

#[test]
fn the_table_of_the_samples_is_easy_to_read() {
    let run = detect_samples(&["--sweep", "-f", "table"]).ends(0);
    insta::assert_snapshot!("samples", run.out);
}

#[test]
fn the_table_of_settings_that_differ_is_easy_to_read() {
    let run = graded().detect(&["--sweep", "-f", "table", "--sensitivity", "low"]).ends(0);
    for line in run.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    insta::assert_snapshot!("graded", run.out);
}

#[test]
fn threads_change_nothing_and_the_summary_stays() {
    let logs = graded();
    let one = logs.detect(&["--sweep", "-j", "1"]).ends(0);
    assert_eq!(logs.detect(&["--sweep", "-j", "3"]).ends(0).out, one.out);
    assert!(one.line("found").is_some(), "{}", one.err);
}

#[test]
fn hostile_names_act_nowhere() {
    let name = "=cmd|'/c calc'!A1\u{1b}[2J\u{202e}";
    let mut list = logs::burst(5);
    for record in &mut list {
        for key in ["eventName", "eventSource", "awsRegion", "recipientAccountId"] {
            record[key] = name.into();
        }
    }
    let logs = Folder::with("logs.json", document(&list));
    for format in ["table", "json", "jsonl", "csv"] {
        let run = logs.detect(&["--sweep", "-f", format]).ends(0);
        assert!(run.out.contains("cmd|"), "the burst is named: {}", run.out);
        assert!(!run.out.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{202e}')));
        let formula = |cell: &str| cell.trim_start_matches('"').starts_with('=');
        assert!(format != "csv" || !run.out.lines().any(|line| line.split(',').any(formula)));
    }
}

#[test]
fn a_sweep_is_no_verdict_and_has_no_records() {
    let logs = graded();
    for flags in [
        &["--fail-on", "low"][..],
        &["--strict-aws"],
        &["--s3-layout", "out"],
        &["--detector", "peak"],
    ] {
        let run = logs.detect(&[&["--sweep"], flags].concat()).ends(2);
        assert!(run.out.is_empty() && run.err.contains("--sweep"), "{flags:?}: {}", run.err);
    }
    Folder::with("x.json", "{\"Records\":[{").detect(&["--sweep"]).ends(3);
    let calm = Folder::with("x.json", document(&logs::burst(0)));
    let table = calm.detect(&["--sweep", "-f", "table"]).ends(0).out;
    assert!(table.contains("At 0.01: 0 insights"), "{table}");
}

#[test]
fn sensitivity_is_the_knob_in_words() {
    let logs = graded();
    let found = |flags: &[&str]| logs.detect(flags).ends(0).out;
    assert_eq!(found(&["--sensitivity", "normal"]), found(&[]));
    assert_eq!(found(&["--false-insights", "3"]), found(&["--false-per-week", "3"]));
    let number = |word| starts(&logs.detect(&["--sensitivity", word]).ends(0)).len();
    let [low, normal, high] = ["low", "normal", "high"].map(number);
    assert!(low < normal && normal < high, "{low}, {normal}, {high}");
    let help = Run::of(logs::program().args(["detect", "--help"])).ends(0).out;
    assert!(help.contains("- low:    --false-per-week 0.03"), "{help}");
    assert!(!help.contains("--false-insights"), "{help}");
}

#[test]
fn what_rose_too_little_is_left_out_and_counted() {
    let all = detect_samples(&["-f", "jsonl"]).ends(0);
    assert!(!all.err.contains("--min-ratio"), "{}", all.err);
    let some = detect_samples(&["--min-ratio", "9000"]).ends(0);
    // Left out: ×3,559 and ×2,225; denials that were never seen before have no ratio.
    let left: Vec<Value> = starts(&some);
    assert_eq!((starts(&all).len(), left.len()), (5, 3));
    let found = some.line("found").unwrap();
    assert!(found.ends_with(", 2 below --min-ratio"), "{found}");
    let denied = |start: &Value| start["insightDetails"]["errorCode"] == "AccessDenied";
    assert!(left.iter().any(denied), "{SAMPLES}");
}
