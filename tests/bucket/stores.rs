//! Stores and records in a bucket: whole at any time, and nobody's work is lost.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::detect;
use super::logs::{Folder, Run, SAMPLES, gzip, lines, program, program_for, record};
use super::server::{Fault, Server};

fn count(server: &Server, inputs: &[&str], store: &str) -> Run {
    Run::of(program_for(&server.endpoint()).arg("count").args(inputs).args(["-o", store]))
}

#[test]
fn a_store_in_a_bucket_is_the_one_on_disk() {
    let (server, folder) = (Server::start("trail"), Folder::new());
    count(&server, &[SAMPLES], "s3://trail/counts/store").ends(0);
    Run::of(program().args(["count", SAMPLES, "-o"]).arg(folder.at("store"))).ends(0);
    let objects = server.objects();
    let mut files = 0;
    for entry in walkdir::WalkDir::new(folder.at("store")) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder.at("store")).unwrap().to_str().unwrap();
        // The ledger has the paths of other runs' files in both, and the same ones here.
        if entry.file_type().is_file() && !name.starts_with('.') && !name.ends_with("lock") {
            let object = objects.get(&format!("counts/store/{name}"));
            assert_eq!(
                object.map(|object| &*object.bytes),
                std::fs::read(entry.path()).ok().as_deref(),
                "{name}"
            );
            files += 1;
        }
    }
    assert_eq!(objects.len(), files);

    for flags in [&["-f", "json"][..], &["-f", "json", "--from", "2026-07-20"]] {
        let disk = Run::of(program().arg("detect").arg(folder.at("store")).args(flags)).ends(0);
        server.requests();
        let bucket = detect(&server, &["s3://trail/counts/store"], flags).ends(0);
        assert_eq!(bucket.out, disk.out);
        let read = server.requests().iter().filter(|asked| asked.key.contains("/minutes/")).count();
        let all = objects.keys().filter(|key| key.contains("/minutes/")).count();
        assert!(if flags.len() == 2 { read == all } else { read < all }, "{read} of {all}");
    }
    let sql = "select event_name, sum(events) as n from minutes group by event_name order by n desc, event_name";
    let on_disk = folder.at("store");
    let subject = ["--event-name", "DescribeInstances", "--region", "eu-west-1", "-f", "json"];
    let minute = ["--at", "2026-03-05T05:00", "--event-source", "ec2.amazonaws.com"];
    for (command, flags) in [
        (&["query", sql][..], &["-f", "csv"][..]),
        (&["series"], &subject),
        (&["explain"], &[&minute[..], &subject].concat()),
    ] {
        let ask = |store: &str| {
            Run::of(program_for(&server.endpoint()).args(command).arg(store).args(flags))
                .ends(0)
                .out
        };
        let disk = ask(on_disk.to_str().unwrap());
        assert!(!disk.is_empty());
        assert_eq!(ask("s3://trail/counts/store"), disk, "{command:?}");
    }
    Run::of(program_for(&server.endpoint()).args(["count", "--check", "s3://trail/counts/store"]))
        .ends(0);
}

#[test]
fn a_store_grows_and_old_tables_go() {
    let server = Server::start("trail");
    server.put("logs/a.jsonl", lines(&[record(1, 0), record(2, 60)]));
    count(&server, &["s3://trail/logs"], "s3://trail/store").ends(0);
    let before = server.objects();
    server.put("logs/b.jsonl", lines(&[record(3, 120)]));
    // The store is among the inputs, too, and is no log.
    let run =
        count(&server, &["s3://trail/logs", "s3://trail/logs/b.jsonl"], "s3://trail/store").ends(0);
    assert!(run.err.contains("1 counted before"), "{}", run.err);
    let after = server.objects();
    assert_eq!(before.len() + 1, after.len(), "{:?}", after.keys());
    assert_eq!(detect(&server, &["s3://trail/store"], &[]).ends(0).counted(), 3);
    server.requests();
    let run = count(&server, &["s3://trail/logs"], "s3://trail/store").ends(0);
    assert!(run.err.contains("2 counted before"), "{}", run.err);
    assert!(
        server
            .requests()
            .iter()
            .all(|asked| asked.method != "PUT" || asked.key.ends_with("store.json"))
    );
    assert_eq!(server.objects().keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let state = detect(&server, &["s3://trail/logs"], &["--state", "s3://trail/store"]).ends(0);
    assert_eq!(state.counted(), 3);
}

#[test]
fn who_comes_second_is_refused_and_changes_nothing() {
    let overtaken = Arc::new(AtomicBool::new(false));
    let flag = overtaken.clone();
    let server = Server::start_with("trail", move |asked| {
        let swaps = asked.method == "PUT" && asked.key == "store/store.json";
        (swaps && flag.load(Ordering::Relaxed)).then_some(Fault::Status(
            412,
            "PreconditionFailed",
            "somebody was here",
        ))
    });
    let logs = Folder::with("a.jsonl", lines(&[record(1, 0)]));
    let logs = logs.path().to_str().unwrap();
    overtaken.store(true, Ordering::Relaxed);
    let run = count(&server, &[logs], "s3://trail/store").ends(2);
    assert!(
        run.err.contains("another run has written to s3://trail/store meanwhile"),
        "{}",
        run.err
    );
    assert!(!server.objects().contains_key("store/store.json"));
    // What it left behind disturbs nobody, and is taken up by the next.
    overtaken.store(false, Ordering::Relaxed);
    count(&server, &[logs], "s3://trail/store").ends(0);
    let swaps: Vec<_> = server
        .requests()
        .into_iter()
        .filter(|asked| asked.method == "PUT" && asked.key == "store/store.json")
        .collect();
    assert_eq!(swaps.len(), 2);
    assert!(swaps.iter().all(|swap| swap.headers["if-none-match"] == "*"));
    server.put("more.jsonl", lines(&[record(2, 60)]));
    count(&server, &["s3://trail/more.jsonl"], "s3://trail/store").ends(0);
    let swap = server.requests().into_iter().rfind(|asked| asked.method == "PUT").unwrap();
    assert!(swap.headers.contains_key("if-match"), "{:?}", swap.headers);
}

#[test]
fn a_failed_upload_leaves_the_store_as_it_was() {
    let fails = Arc::new(AtomicBool::new(false));
    let flag = fails.clone();
    let server = Server::start_with("trail", move |asked| {
        let is_table = asked.method == "PUT" && asked.key.contains("/minutes/");
        (is_table && flag.load(Ordering::Relaxed)).then_some(Fault::Status(
            403,
            "AccessDenied",
            "no s3:PutObject",
        ))
    });
    server.put("logs/a.jsonl", lines(&[record(1, 0)]));
    count(&server, &["s3://trail/logs"], "s3://trail/store").ends(0);
    let before = server.objects()["store/store.json"].bytes.clone();
    server.put("logs/b.jsonl", lines(&[record(2, 60)]));
    fails.store(true, Ordering::Relaxed);
    let run = count(&server, &["s3://trail/logs"], "s3://trail/store").ends(3);
    assert!(run.err.contains("access denied: no s3:PutObject"), "{}", run.err);
    assert_eq!(server.objects()["store/store.json"].bytes, before);
    assert_eq!(detect(&server, &["s3://trail/store"], &[]).ends(0).counted(), 1);
}

#[test]
fn other_things_are_not_mixed_up_with_a_store() {
    let server = Server::start("trail");
    server.put("logs/a.jsonl.gz", gzip(lines(&[record(1, 0)])));
    let run = count(&server, &["s3://trail/logs"], "s3://trail/logs").ends(2);
    assert!(run.err.contains("is no store, and it is not empty"), "{}", run.err);
    let query = ["query", "select events from minutes", "s3://trail/none"];
    let run = Run::of(program_for(&server.endpoint()).args(query)).ends(2);
    assert!(run.err.contains("s3://trail/none"), "{}", run.err);
}

#[test]
fn stores_are_merged_into_a_bucket() {
    let server = Server::start("trail");
    server.put("a.jsonl", lines(&[record(1, 0), record(2, 60)]));
    server.put("b.jsonl", lines(&[record(2, 60), record(3, 120)]));
    count(&server, &["s3://trail/a.jsonl"], "s3://trail/one").ends(0);
    count(&server, &["s3://trail/b.jsonl"], "s3://trail/two").ends(0);
    let merge = || {
        let stores = ["merge", "s3://trail/one", "s3://trail/two", "-o", "s3://trail/all"];
        Run::of(program_for(&server.endpoint()).args(stores))
    };
    merge().ends(0);
    assert_eq!(detect(&server, &["s3://trail/all"], &[]).ends(0).counted(), 3);
    merge().ends(2);
    let both = detect(&server, &["s3://trail/one", "s3://trail/two"], &[]).ends(0);
    assert_eq!(both.counted(), 3);
}

#[test]
fn records_are_laid_out_in_a_bucket() {
    let (server, folder) = (Server::start("insights"), Folder::new());
    let write = |place: &str, flags: &[&str]| {
        let layout = [SAMPLES, "--s3-layout", place];
        Run::of(program_for(&server.endpoint()).arg("detect").args(layout).args(flags))
    };
    write(folder.path().to_str().unwrap(), &[]).ends(0);
    write("s3://insights/x", &[]).ends(0);
    let objects = server.objects();
    assert!(!objects.is_empty());
    for (key, object) in &objects {
        let name = key.strip_prefix("x/").unwrap();
        assert_eq!(*object.bytes, *std::fs::read(folder.at(name)).unwrap(), "{key}");
    }
    write("s3://insights/x", &[]).ends(0);
    let key = objects.keys().next().unwrap();
    server.put(key, "else");
    assert!(write("s3://insights/x", &[]).ends(2).err.contains("exists with other content"));
    write("s3://insights/x", &["--force"]).ends(0);
    assert_eq!(server.objects()[key].bytes, objects[key].bytes);
    let read = detect(&server, &["s3://insights/x"], &[]);
    assert!(read.err.contains("insight"), "{}", read.err);
}

#[test]
fn a_store_below_its_own_logs_is_no_log() {
    let server = Server::start("trail");
    server.put_folder(&Path::new(SAMPLES).join("AWSLogs"), "AWSLogs/");
    let first = count(&server, &["s3://trail"], "s3://trail/counts").ends(0);
    let again = count(&server, &["s3://trail"], "s3://trail/counts").ends(0);
    assert!(first.line("files").is_some() && !again.err.contains("not logs"), "{}", again.err);
    // A manifest that went missing costs counting again, no more.
    server.remove("counts/store.json");
    count(&server, &["s3://trail"], "s3://trail/counts").ends(0);
}
