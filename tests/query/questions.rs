//! The questions that are ready.

use serde_json::{Value, json};
use trailspike::query::QUESTIONS;

use crate::logs::{Folder, Run, document, program, record};
use crate::{Store, samples};

const IDENTITY: &str = "identity=arn:aws:iam::111122223333:user/tomas";

fn ask(store: &Store, name: &str) -> Run {
    let question = QUESTIONS.iter().find(|question| question.name == name).unwrap();
    let mut words = vec!["--name", name];
    if question.parameters().next().is_some() {
        words.extend(["--param", IDENTITY]);
    }
    store.query(&words).ends(0)
}

#[test]
fn each_is_answered_on_the_samples() {
    // What the samples have nothing of.
    let nothing = ["new-regions", "access-key-changes", "stopped-apis"];
    for question in QUESTIONS {
        let run = ask(samples(), question.name);
        let none = nothing.contains(&question.name);
        assert_eq!(run.out.is_empty(), none, "{}: {}", question.name, run.out);
    }
}

/// Six days of logs: a queue is made on the first three of them, a key and a call in another Region
/// come on the fifth.
#[test]
fn what_is_new_and_what_stopped() {
    let day = 24 * 3_600;
    let mut records: Vec<Value> =
        (0..6).map(|at| record(1 + at, i64::try_from(at).unwrap() * day)).collect();
    for one in &mut records {
        one["eventName"] = json!("ListQueues");
    }
    records.extend((0..3).map(|at| record(10 + at, 60 + i64::try_from(at).unwrap() * day)));
    let mut elsewhere = record(20, 4 * day);
    elsewhere["awsRegion"] = json!("ap-south-2");
    let mut key = record(21, 4 * day + 120);
    key["eventSource"] = json!("iam.amazonaws.com");
    key["eventName"] = json!("CreateAccessKey");
    records.extend([elsewhere, key]);
    let logs = Folder::with("x.json", document(&records));
    let store = Store::of(&[logs.path()]);
    let rows = |name: &str| store.rows(&["--name", name]);
    let [region] = &rows("new-regions")[..] else { panic!() };
    assert_eq!((&region["region"], &region["events"]), (&json!("ap-south-2"), &json!(1)));
    let [stopped] = &rows("stopped-apis")[..] else { panic!() };
    assert_eq!((&stopped["event_name"], &stopped["days"]), (&json!("CreateQueue"), &json!(3)));
    let [key] = &rows("access-key-changes")[..] else { panic!() };
    assert_eq!(key["minute"], json!("2026-03-06T00:02:00Z"));
}

#[test]
fn each_is_answered_on_an_empty_store() {
    let logs = Folder::new();
    logs.write("empty.json", br#"{"Records":[]}"#);
    let store = Store::of(&[logs.path()]);
    for question in QUESTIONS {
        assert_eq!(ask(&store, question.name).out, "", "{}", question.name);
    }
}

#[test]
fn each_has_a_name_and_a_sentence() {
    let mut names: Vec<&str> = QUESTIONS.iter().map(|question| question.name).collect();
    for question in QUESTIONS {
        assert!(question.sentence().ends_with(['.', '?']), "{}", question.name);
        for (name, what) in question.parameters() {
            assert!(question.sql.contains(&format!("= :{name}")), "{}", question.name);
            assert!(!what.is_empty(), "{}", question.name);
        }
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), QUESTIONS.len());
}

#[test]
fn they_are_listed_and_shown() {
    let list = Run::of(program().args(["query", "--list"])).ends(0);
    for question in QUESTIONS {
        assert!(list.out.contains(&question.sentence()), "{}", question.name);
        let words = ["query", "--name", question.name, "--show"];
        assert_eq!(Run::of(program().args(words)).ends(0).out, question.sql);
    }
    assert!(list.out.contains("--param identity=…"));
}

#[test]
fn denied_identities_of_the_samples() {
    let run =
        samples().query(&["--name", "top-denied-identities", "-f", "table", "--width", "100"]);
    insta::assert_snapshot!(run.ends(0).out);
}

#[test]
fn a_parameter_is_a_text_whatever_is_in_it() {
    for text in ["x' OR 'a' = 'a", "x\\' OR 1=1 --", "';--", ":identity", "x\ny"] {
        let text = format!("identity={text}");
        let run = samples().query(&["--name", "hours-of-identity", "--param", &text]).ends(0);
        assert_eq!(run.out, "", "{text}");
    }
}
