//! Logs in a bucket tell what they tell on disk, byte for byte.

use std::path::Path;

use super::detect;
use super::logs::{
    Folder, Run, SAMPLES, burst, detect_samples, document, gzip, lines, program, program_for,
    record,
};
use super::server::Server;

#[test]
fn the_samples_tell_the_same() {
    let server = Server::start("trail");
    server.put_folder(Path::new(SAMPLES), "some/where/");
    for flags in [&["-f", "json"][..], &["-f", "table", "--charts"], &["-f", "csv", "-j", "1"]] {
        let (disk, bucket) =
            (detect_samples(flags), detect(&server, &["s3://trail/some/where"], flags));
        assert_eq!(bucket.code, 0, "{}", bucket.err);
        assert_eq!(bucket.out, disk.out, "{flags:?}");
        for label in ["files", "records", "time", "found"] {
            assert_eq!(bucket.line(label), disk.line(label), "{label}");
        }
    }
}

#[test]
fn other_commands_read_buckets_too() {
    let server = Server::start("trail");
    server.put_folder(Path::new(SAMPLES), "");
    let subject = ["--event-name", "DescribeInstances", "--region", "eu-west-1"];
    let minute = ["--at", "2026-03-05T05:00", "--event-source", "ec2.amazonaws.com"];
    for command in [&["series"][..], &[&["explain"][..], &minute].concat()] {
        let run = |input: &str| {
            Run::of(
                program_for(&server.endpoint())
                    .args(command)
                    .arg(input)
                    .args(subject)
                    .args(["-f", "json"]),
            )
        };
        let (disk, bucket) = (run(SAMPLES).ends(0), run("s3://trail/").ends(0));
        assert_eq!(bucket.out, disk.out, "{command:?}");
    }
}

#[test]
fn one_object_a_glob_and_inputs_given_twice() {
    let server = Server::start("trail");
    let text = lines(&[record(1, 0), record(2, 60)]);
    server.put("logs/a.jsonl", text.clone());
    server.put("logs/b.jsonl.gz", gzip(lines(&[record(3, 120)])));
    server.put("logs/noname", lines(&[record(4, 180)]));
    server.put("logs/folder/", "");
    let counted = |inputs: &[&str]| detect(&server, inputs, &[]).ends(0).counted();
    assert_eq!(counted(&["s3://trail/logs/a.jsonl"]), 2);
    assert_eq!(counted(&["s3://trail/logs/noname"]), 1);
    assert_eq!(counted(&["s3://trail/logs/*.jsonl"]), 2);
    assert_eq!(counted(&["s3://trail/l*/b*"]), 1);
    assert_eq!(counted(&["s3://trail/logs"]), 4);
    let twice = detect(&server, &["s3://trail/logs/a.jsonl", "s3://trail/logs/"], &[]).ends(0);
    assert_eq!(twice.counted(), 4);
    assert!(twice.line("files").unwrap().contains("1 given twice"), "{}", twice.err);
    let folder = Folder::with("c.jsonl", lines(&[record(5, 240)]));
    assert_eq!(counted(&["s3://trail/logs", folder.path().to_str().unwrap()]), 5);
}

#[test]
fn large_objects_are_read_in_pieces() {
    let server = Server::start("trail");
    let mut events = burst(20);
    let padding = "x".repeat(17_000_000 / events.len());
    for event in &mut events {
        event["requestParameters"] = padding.as_str().into();
    }
    let text = document(&events);
    let folder = Folder::with("large.json", &text);
    server.put("large.json", text);
    let flags = ["-f", "json"];
    let (disk, bucket) =
        (folder.detect(&flags), detect(&server, &["s3://trail/large.json"], &flags));
    assert_eq!((bucket.code, &bucket.out), (disk.code, &disk.out), "{}", bucket.err);
    assert_eq!(bucket.books().of("counted"), disk.books().of("counted"));
    let ranges =
        server.requests().iter().filter(|asked| asked.headers.contains_key("range")).count();
    assert!(ranges >= 3, "{ranges} pieces");
}

#[test]
fn a_store_is_resumed_from_a_bucket() {
    let server = Server::start("trail");
    server.put("AWSLogs/a.jsonl", lines(&[record(1, 0), record(2, 60)]));
    let folder = Folder::new();
    let count = || {
        let mut program = program_for(&server.endpoint());
        Run::of(program.args(["count", "s3://trail", "-o"]).arg(folder.at("store"))).ends(0)
    };
    count();
    server.put("AWSLogs/b.jsonl", lines(&[record(3, 120)]));
    server.requests();
    let again = count();
    let read: Vec<String> = server.requests().into_iter().map(|asked| asked.key).collect();
    assert!(read.iter().all(|key| key != "AWSLogs/a.jsonl"), "{read:?}");
    assert!(again.err.contains("1 counted before"), "{}", again.err);
    let detect = Run::of(program().arg("detect").arg(folder.at("store"))).ends(0);
    assert_eq!(detect.counted(), 3);
}
