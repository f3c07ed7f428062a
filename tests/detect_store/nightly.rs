//! `detect --state`: counts what is new and detects, night after night.

use std::path::PathBuf;

use super::detect;
use crate::logs::{Folder, Run, burst, document, program};

fn nightly(store: &std::path::Path, inputs: &[PathBuf], flags: &[&str]) -> Run {
    Run::of(program().args(["detect", "--state"]).arg(store).args(inputs).args(flags))
}

#[test]
fn nights_in_a_row_tell_what_one_run_over_all_does() {
    let folder = Folder::new();
    let (logs, store) = (folder.at("logs"), folder.at("state"));
    let records = burst(10);
    let mut before = 0;
    // The second night brings nothing.
    for (night, end) in [150, 150, 190, 300, records.len()].into_iter().enumerate() {
        if end > before {
            folder.write(&format!("logs/{night}.json"), document(&records[before..end]));
        }
        before = end;
        let all = [logs.clone()];
        let expected = detect(&all, &["-f", "json"]).ends(0);
        let told = nightly(&store, &all, &["-f", "json"]).ends(0);
        assert_eq!(told.out, expected.out, "night {night}");
        assert_eq!(told.counted(), expected.counted(), "night {night}");
    }
    let told = detect(&[store], &["-f", "json"]).ends(0);
    assert_eq!(told.out, detect(&[logs], &["-f", "json"]).ends(0).out);
    assert!(told.out.contains("CreateQueue"));
}

#[test]
fn what_is_asked_for_is_not_what_is_counted() {
    let folder = Folder::new();
    let (logs, store) = (folder.at("logs"), folder.at("state"));
    folder.write("logs/x.json", document(&burst(10)));
    let all = [logs];
    let flags = ["-f", "json", "--from", "2026-03-09", "--event-name", "NoSuchThing"];
    let told = nightly(&store, &all, &flags).ends(0);
    assert_eq!(told.counted(), 0);
    let told = nightly(&store, &all, &["-f", "json"]).ends(0);
    assert_eq!(told.out, detect(&all, &["-f", "json"]).ends(0).out);
}

#[test]
fn a_state_is_no_input() {
    let folder = Folder::new();
    let store = folder.at("state");
    let file = folder.write("x.json", document(&burst(1)));
    nightly(&store, &[file.clone()], &[]).ends(0);
    let run = detect(&[store.clone(), file.clone()], &[]).ends(2);
    assert!(run.err.contains("--state"), "{}", run.err);
    let other = folder.at("other");
    nightly(&other, &[store], &[]).ends(2);
    assert!(!other.exists());
}
