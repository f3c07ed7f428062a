//! The command: what it takes, what it prints, how it ends.

use serde_json::Value;
use trailspike::labels::{
    Caller, Expected, Incident, IncidentKind as Kind, LabelledSubject, Labels,
};

use crate::logs::{Folder, Run, SAMPLES, detect_samples, lines, program};
use crate::reading::record;
use crate::truth::{DAY, at, burst, calls, effect, incident, labels};

/// The incidents of the sample logs, as their README tells them.
fn sample_labels() -> Labels {
    let subject = |source: &str, name: &str, code: Option<&str>| {
        let (event_source, event_name) = (source.to_owned(), name.to_owned());
        match code.map(str::to_owned) {
            None => LabelledSubject::ApiCalls { event_source, event_name },
            Some(error_code) => LabelledSubject::ApiErrors { event_source, event_name, error_code },
        }
    };
    let minute = |day: u32, hour: u32, minute: u32| (day - 2) * DAY + hour * 60 + minute;
    let one = |id: &str, kind, subjects: Vec<LabelledSubject>, start, end, identity: &str| {
        let effects = subjects.into_iter().map(|subject| effect(subject, start, end)).collect();
        let one = incident(id, kind, effects);
        let caller = Caller { identity: identity.to_owned(), ..one.callers[0].clone() };
        Incident { callers: vec![caller], region: "us-east-1".to_owned(), ..one }
    };
    let logins = |code| subject("signin.amazonaws.com", "ConsoleLogin", code);
    let secrets = |code| subject("secretsmanager.amazonaws.com", "GetSecretValue", code);
    let storm = one(
        "storm",
        Kind::CredentialStuffingManyAddresses,
        vec![logins(None), logins(Some("FailedAuthentication"))],
        minute(9, 14, 20),
        minute(9, 14, 40),
        "HIDDEN_DUE_TO_SECURITY_REASONS",
    );
    let mut stolen = one(
        "stolen",
        Kind::AccessDeniedSpike,
        vec![secrets(None), secrets(Some("AccessDenied"))],
        minute(10, 3, 7),
        minute(10, 3, 19),
        "arn:aws:iam::111122223333:user/backup-agent",
    );
    stolen.effects[0].expected = Expected::Either;
    let runaway = one(
        "runaway",
        Kind::RunawayRead,
        vec![subject("ec2.amazonaws.com", "DescribeInstances", None)],
        minute(10, 16, 10),
        minute(10, 16, 55),
        "arn:aws:sts::111122223333:assumed-role/ci-fleet-sweeper",
    );
    let mut labels = labels(vec![storm, stolen, runaway]);
    labels.accounts.truncate(1);
    labels.regions = vec!["us-east-1".to_owned(), "eu-west-1".to_owned()];
    labels.end = at(9 * DAY);
    labels
}

fn with_labels(labels: &Labels) -> Folder {
    Folder::with("labels.json", serde_json::to_vec(labels).unwrap())
}

fn evaluate(folder: &Folder, arguments: &[&str]) -> Run {
    Run::of(program().arg("evaluate").current_dir(folder.path()).args(arguments))
}

fn parsed(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn detect_finds_all_in_the_samples_and_nothing_else() {
    let folder = with_labels(&sample_labels());
    let layout = folder.at("s3");
    folder.write("json", detect_samples(&["-f", "json"]).ends(0).out);
    folder
        .write("insights", detect_samples(&["--s3-layout", layout.to_str().unwrap()]).ends(0).out);
    for insights in ["json", "insights", "s3"] {
        let run = evaluate(&folder, &["labels.json", insights, "-f", "table", "--list"]).ends(0);
        assert!(run.err.is_empty(), "{}", run.err);
        insta::assert_snapshot!("samples", run.out);
    }
    let score = &parsed(&evaluate(&folder, &["labels.json", "insights"]).ends(0))["score"];
    assert_eq!(score["incidents"]["share"], 1.0);
    assert_eq!(score["startErrors"]["all"]["most"], 0);
    assert_eq!(score["falseInsights"]["later"], 0);
    assert_eq!(score["firstIdentity"]["atStart"]["share"], 1.0);
    assert!(score.get("missed").is_none());
}

#[test]
fn logs_are_judged_at_a_ladder_of_settings() {
    let folder = with_labels(&sample_labels());
    folder.write("insights", detect_samples(&[]).ends(0).out);
    let told = parsed(&evaluate(&folder, &["labels.json", "insights", "--list"]).ends(0));
    let account = ["--account", "111122223333"];
    let found =
        evaluate(&folder, &[&["labels.json", "--list", "--logs", SAMPLES][..], &account].concat());
    let found = parsed(&found.ends(0));
    assert_eq!(found["score"], told["score"]);
    let curve = found["curve"].as_array().unwrap();
    let settings: Vec<_> = curve.iter().map(|point| point["falseInsights"].as_f64()).collect();
    assert_eq!(
        settings,
        [Some(0.01), Some(0.03), Some(0.1), Some(0.3), Some(1.0), Some(3.0), None]
    );
    assert_eq!(curve[6]["detector"], "peak");
    assert_eq!(curve[3]["insights"], told["score"]["insights"]);
    assert_eq!(curve[3]["recall2"]["part"], 4);
    let run = evaluate(
        &folder,
        &["labels.json", "-f", "table", "-q", "--account", "111122223333", "--logs", SAMPLES],
    )
    .ends(0);
    assert!(run.err.is_empty(), "{}", run.err);
    let curve = run.out.split("CURVE").nth(1).unwrap();
    insta::assert_snapshot!("curve", curve);
}

#[test]
fn what_is_missed_and_false_is_listed_and_cannot_hide() {
    let mut missed = burst("A", Kind::SlowRamp, 7_000, 7_040);
    missed.effects[0].subject = LabelledSubject::ApiErrors {
        event_source: "iam.amazonaws.com".to_owned(),
        event_name: "Get\u{202e}Role".to_owned(),
        error_code: "x".repeat(200),
    };
    missed.effects[0].size = None;
    let spray = LabelledSubject::AddressDenials { source_ip: "203.0.113.9".to_owned() };
    let spray = incident(
        "S",
        Kind::CredentialStuffingManyAddresses,
        vec![effect(spray, 8_000, 8_300), effect(calls("DescribeInstances"), 8_000, 8_300)],
    );
    let folder = with_labels(&labels(vec![missed, spray]));
    let mut wrong = record("wrong\u{1b}[2J", "Start", 9_000, "arn:a");
    wrong["insightDetails"]["eventName"] = "Evil\u{1b}]0;title\u{7}".into();
    let mut list =
        vec![record("one", "Start", 8_001, "arn:a"), record("one", "End", 8_290, "arn:a")];
    list.extend([wrong, record("end\u{1b}[2J", "End", 9_100, "arn:a")]);
    folder.write("insights.jsonl", lines(&list));
    for (format, name) in [("table", "hostile"), ("json", "hostile_json")] {
        let run =
            evaluate(&folder, &["labels.json", "insights.jsonl", "-f", format, "--list"]).ends(0);
        for text in [&run.out, &run.err] {
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text:?}");
        }
        if format == "table" {
            assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
            let lists = run.out.split("MISSED").nth(1).unwrap();
            insta::assert_snapshot!(name, format!("{}\n{lists}", run.err));
        } else {
            let wrong = &parsed(&run)["score"]["false"][0];
            assert_eq!(wrong["subject"]["eventName"], "Evil\u{1b}]0;title\u{7}");
            assert_eq!(wrong["end"], Value::Null);
        }
    }
    let quiet = evaluate(&folder, &["labels.json", "insights.jsonl", "-q"]).ends(0);
    assert!(quiet.err.is_empty(), "{}", quiet.err);
}

#[test]
fn no_insights_at_all_find_nothing() {
    let folder = with_labels(&sample_labels());
    for nothing in ["", "{\"Records\":[]}", "[]"] {
        folder.write("insights.json", nothing);
        let run = evaluate(&folder, &["labels.json", "insights.json"]).ends(0);
        let score = &parsed(&run)["score"];
        assert_eq!(
            (&score["incidents"]["part"], &score["incidents"]["of"]),
            (&0.into(), &3.into())
        );
    }
    let stdin = Run::of(
        program().args(["evaluate"]).arg(folder.at("labels.json")).arg("-").write_stdin(""),
    );
    assert_eq!(parsed(&stdin.ends(0))["score"]["insights"], 0);
}

#[test]
fn labels_without_incidents_are_fine() {
    let folder = with_labels(&labels(Vec::<Incident>::new()));
    folder.write("insights.json", "");
    let run = evaluate(&folder, &["labels.json", "insights.json", "-f", "table", "--list"]).ends(0);
    assert!(run.out.contains("nothing"), "{}", run.out);
}

#[test]
fn wrong_use_is_exit_code_2() {
    let folder = with_labels(&sample_labels());
    folder.write("insights.json", "");
    for arguments in [
        &[][..],
        &["labels.json"],
        &["labels.json", "insights.json", "--logs", SAMPLES],
        &["labels.json", "insights.json", "--inject", SAMPLES],
        &["labels.json", "--inject", SAMPLES],
        &["--logs", SAMPLES],
        &["--logs", SAMPLES, "--inject", SAMPLES],
        &["--inject"],
        &["--inject", SAMPLES, "--plants", "0"],
        &["--inject", SAMPLES, "--list"],
        &["--inject", SAMPLES, "--seed", "x"],
        &["labels.json", "insights.json", "-f", "csv"],
        &["labels.json", "insights.json", "-o", "labels.json"],
        &["labels.json", "in[", "-q"],
        &["labels.json", "insights.json", "--seed", "2"],
        &["labels.json", "insights.json", "--plants", "2"],
    ] {
        let run = evaluate(&folder, arguments).ends(2);
        assert!(run.out.is_empty() && !run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn bad_input_is_exit_code_3_and_named() {
    let folder = with_labels(&sample_labels());
    folder.write("insights.json", "");
    folder.write("text.json", "{\"schema\":");
    folder.write("other.json", "{\"schema\":\"trailspike-labels/1\",\"seed\":1}");
    let mut later = serde_json::to_value(sample_labels()).unwrap();
    later["schema"] = "trailspike-labels/9".into();
    folder.write("later.json", later.to_string());
    for (labels, insights, named) in [
        ("nowhere.json", "insights.json", "nowhere.json"),
        ("text.json", "insights.json", "text.json does not hold labels"),
        ("other.json", "insights.json", "other.json does not hold labels"),
        ("later.json", "insights.json", "\"trailspike-labels/9\""),
        ("labels.json", "nowhere.json", "nowhere.json"),
        ("labels.json", "text.json", "text.json"),
        ("labels.json", "labels.json", "no insight records: 1"),
    ] {
        let run = evaluate(&folder, &[labels, insights]).ends(3);
        assert!(run.out.is_empty() && run.err.contains(named), "{named}: {}", run.err);
    }
    folder.write("logs/x.json", "{\"Records\":[{");
    evaluate(&folder, &["labels.json", "--logs", "logs"]).ends(3);
    evaluate(&folder, &["--inject", "nowhere"]).ends(3);
}

#[test]
fn headings_are_bold_where_colour_is_asked_for() {
    let folder = with_labels(&sample_labels());
    folder.write("insights.json", "");
    let table = |colour| {
        let arguments = ["labels.json", "insights.json", "-f", "table", "--color", colour];
        evaluate(&folder, &arguments).ends(0).out
    };
    let (plain, bold) = (table("never"), table("always"));
    assert!(!plain.contains('\u{1b}') && bold.contains("\u{1b}[1mFOUND\u{1b}[0m"));
    assert_eq!(bold.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
}

#[test]
fn results_can_go_to_a_file() {
    let folder = with_labels(&sample_labels());
    folder.write("insights.json", "");
    let run = evaluate(&folder, &["labels.json", "insights.json", "-o", "out.json"]).ends(0);
    assert!(run.out.is_empty());
    let written = std::fs::read_to_string(folder.at("out.json")).unwrap();
    assert!(written.starts_with("{\n  \"score\""), "{written}");
}
