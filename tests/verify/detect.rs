//! `detect --verify`: both in one pass.

use crate::logs::{Folder, Run, gzip, program};
use crate::trail::{Bucket, Key, Metadata, Trail};

fn detect(bucket: &Bucket, flags: &[&str]) -> Run {
    let folder = Folder::new();
    folder.write("keys/keys.json", Key::known().printed());
    bucket.download(&folder, Metadata::Kept);
    let mut command = program();
    command.current_dir(folder.path());
    Run::of(command.args(["detect", "AWSLogs"]).args(flags))
}

const VERIFY: [&str; 3] = ["--verify", "--public-keys", "keys/keys.json"];

#[test]
fn a_verdict_comes_with_the_summary() {
    let bucket = Bucket::six_hours(&Key::known());
    let run = detect(&bucket, &VERIFY).ends(0);
    assert_eq!(run.counted(), 18);
    let (_, verdict) = run.err.split_once("\n\n").unwrap();
    assert_eq!(verdict, bucket.verify(Metadata::Kept, &[]).out);
    assert_eq!(run.out, detect(&bucket, &[]).ends(0).out);
    let quiet = detect(&bucket, &[&VERIFY[..], &["--quiet"]].concat()).ends(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn what_was_touched_ends_the_run_with_1() {
    let key = Key::known();
    let trail = Trail::new(&key);
    let mut bucket = Bucket::six_hours(&key);
    *bucket.object(&trail.log_key(0, 0)) = gzip("{\"Records\":[]}");
    bucket.object(&trail.log_key(2, 0)).extend(b"more");
    let again = bucket.object(&trail.log_key(3, 0)).clone();
    bucket.object(&trail.log_key(3, 0)).extend(again);
    bucket.objects.remove(&trail.log_key(3, 1)).unwrap();
    bucket.object(&trail.log_key(5, 0)).truncate(40);
    let run = detect(&bucket, &VERIFY).ends(1);
    let (_, verdict) = run.err.split_once("\n\n").unwrap();
    assert_eq!(verdict, bucket.verify(Metadata::Kept, &[]).out);
    detect(&bucket, &[]).ends(0);
}

#[test]
fn only_what_detection_looks_at_is_verified() {
    let key = Key::known();
    let mut bucket = Bucket::six_hours(&key);
    let other = Trail { region: "eu-west-1", ..Trail::new(&key) };
    other.write(&[1, 1], &mut bucket);
    *bucket.object(&other.log_key(0, 0)) = gzip("{}");
    detect(&bucket, &VERIFY).ends(1);
    let run = detect(&bucket, &[&VERIFY[..], &["--region", "us-*"]].concat()).ends(0);
    assert!(
        run.err.contains("9/9 log files valid") && !run.err.contains("eu-west-1"),
        "{}",
        run.err
    );
}

#[test]
fn what_is_not_proven_counts_under_strict() {
    let bucket = Bucket::six_hours(&Key::known());
    let run = detect(&bucket, &["--verify"]).ends(0);
    assert!(run.err.contains("NOT PROVEN: no public keys are given"), "{}", run.err);
    detect(&bucket, &["--verify", "--strict"]).ends(3);
    detect(&bucket, &[&VERIFY[..], &["--strict"]].concat()).ends(0);
}

#[test]
fn a_store_grows_by_what_was_verified() {
    let bucket = Bucket::six_hours(&Key::known());
    let run = detect(&bucket, &[&VERIFY[..], &["--state", "store"]].concat()).ends(0);
    assert!(run.err.contains("9/9 log files valid"), "{}", run.err);
}

#[test]
fn flags_go_together() {
    let bucket = Bucket::six_hours(&Key::known());
    let run = detect(&bucket, &VERIFY[1..]).ends(2);
    assert!(run.err.contains("are for --verify"), "{}", run.err);
}
