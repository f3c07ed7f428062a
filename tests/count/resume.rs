//! Runs after the first read only what is new.

use std::fs;

use crate::logs::{Folder, Run, document, program, record, records};
use crate::stores::{How, content, count, count_with, manifest, without_id};

fn run(logs: &Folder, store: &Folder) -> Run {
    Run::of(program().arg("count").arg(logs.path()).arg("-o").arg(store.at("s")))
}

#[test]
fn files_counted_before_are_passed_over_and_nothing_is_written() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    assert_eq!(run(&logs, &store).ends(0).counted(), 5);
    let before = content(&store.at("s"));
    let again = run(&logs, &store).ends(0);
    assert_eq!(again.line("files"), Some("0 read, 1 counted before"), "{}", again.err);
    assert_eq!(content(&store.at("s")), before);
    logs.write("b.json", document(&records(4, 5)));
    let more = run(&logs, &store).ends(0);
    assert_eq!(more.line("files"), Some("1 read, 1 counted before"), "{}", more.err);
    assert_eq!((more.counted(), more.books().of("duplicates")), (3, 2));
}

#[test]
fn only_the_days_of_new_events_are_written_anew() {
    let day = 86_400;
    let (logs, store) = (Folder::new(), Folder::new());
    let three: Vec<_> = (0..3).map(|n| record(n + 1, i64::try_from(n).unwrap() * day)).collect();
    logs.write("a.json", document(&three));
    count(&store.at("s"), &[logs.path().into()]);
    let before = manifest(&store.at("s"));
    // Late for the second day.
    logs.write("late.json", document(&[record(9, day + 5)]));
    let added = count(&store.at("s"), &[logs.path().into()]);
    assert_eq!((added.days, added.days_changed, added.events), (3, 1, 4));
    let after = manifest(&store.at("s"));
    let same: Vec<bool> = before.days.iter().zip(&after.days).map(|(a, b)| a == b).collect();
    assert_eq!(same, [true, false, true]);
    // What is named no more is gone.
    assert_eq!(content(&store.at("s")).len(), after.tables().count() + 1);
}

#[test]
fn a_file_that_grew_is_read_again_and_its_old_events_count_once() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    logs.write("a.json", document(&records(1, 8)));
    let grown = run(&logs, &store).ends(0);
    assert!(grown.line("files").unwrap().contains("1 changed since"), "{}", grown.err);
    assert_eq!((grown.counted(), grown.books().of("duplicates")), (3, 5));
}

#[test]
fn a_changed_file_with_records_without_ids_is_refused_by_name() {
    let (logs, store) = (Folder::new(), Folder::new());
    logs.write("a.json", document(&[without_id(record(1, 0))]));
    run(&logs, &store).ends(0);
    let before = content(&store.at("s"));
    logs.write("a.json", document(&[without_id(record(1, 0)), record(2, 0)]));
    let refused = run(&logs, &store).ends(3);
    assert!(refused.err.contains("a.json was counted before, has changed"), "{}", refused.err);
    assert_eq!(content(&store.at("s")), before);
}

#[cfg(unix)]
#[test]
fn a_file_that_could_not_be_read_is_tried_again() {
    use std::os::unix::fs::PermissionsExt;
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    logs.write("b.json", document(&records(6, 5)));
    let mode =
        |mode| fs::set_permissions(logs.at("b.json"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o000);
    if fs::read(logs.at("b.json")).is_ok() {
        eprintln!("this user may read everything; nothing tested");
        return;
    }
    let first = run(&logs, &store).ends(0);
    assert_eq!(first.counted(), 5);
    mode(0o644);
    assert_eq!(run(&logs, &store).ends(0).counted(), 5);
}

#[test]
fn files_are_the_same_wherever_their_bucket_is() {
    let name = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/\
                111122223333_CloudTrail_us-east-1_20260302T0905Z_AbCdEfGhIjKlMnOp.json";
    let (logs, store) = (Folder::new(), Folder::new());
    let text = document(&[without_id(record(1, 0))]);
    logs.write(&format!("here/{name}"), &text);
    logs.write(&format!("there/{name}"), &text);
    let time = fs::metadata(logs.at(&format!("here/{name}"))).unwrap().modified().unwrap();
    let there = fs::File::options().write(true).open(logs.at(&format!("there/{name}"))).unwrap();
    there.set_modified(time).unwrap();
    let added = count(&store.at("s"), &[logs.path().into()]);
    assert_eq!(added.events, 1);
    assert_eq!(count(&store.at("s"), &[logs.at("there")]).events, 1);
}

#[test]
fn standard_input_adds_up_and_events_count_once() {
    let store = Folder::new();
    let text = document(&records(1, 5));
    for counted in [5, 0] {
        let mut command = program();
        command.args(["count", "-", "-o"]).arg(store.at("s")).write_stdin(text.clone());
        assert_eq!(Run::of(&mut command).ends(0).counted(), counted);
    }
    let checked = trailspike::store::check(&store.at("s")).unwrap();
    assert_eq!((checked.findings.len(), checked.sources, checked.events), (0, 1, 5));
}

#[test]
fn a_store_among_its_inputs_is_not_counted() {
    let logs = Folder::with("a.json", document(&records(1, 5)));
    for counted in [5, 0] {
        let added = count_with(&logs.at("store"), &[logs.path().into()], How::default()).unwrap();
        assert_eq!((added.tally.counted, added.tally.files_read), (counted, counted.min(1)));
        assert_eq!(added.tally.records(), counted);
    }
}
