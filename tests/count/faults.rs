//! What goes wrong around a run.

use std::fs::{self, File};

use crate::logs::{Folder, Run, document, program, records};
use crate::stores::{content, count, differences};

fn run(logs: &Folder, store: &Folder) -> Run {
    Run::of(program().arg("count").arg(logs.path()).arg("-o").arg(store.at("s")))
}

#[test]
fn of_two_writers_one_is_refused() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    let before = content(&store.at("s"));
    logs.write("b.json", document(&records(9, 5)));
    let lock = File::options().write(true).open(store.at("s/store.lock")).unwrap();
    lock.lock().unwrap();
    let refused = run(&logs, &store).ends(2);
    assert!(refused.err.contains("another run writes to"), "{}", refused.err);
    assert_eq!(content(&store.at("s")), before);
    drop(lock);
    assert_eq!(run(&logs, &store).ends(0).counted(), 5);
}

#[test]
fn what_a_dead_run_left_is_removed_and_other_files_are_not() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    let before = content(&store.at("s"));
    store.write("s/minutes/day=2026-03-02/0123456789abcdef.parquet", "half");
    store.write("s/minutes/day=2026-03-09/0123456789abcdef.parquet", "half");
    store.write("s/names/day=2026-03-02/.trailspike-abc", "half");
    store.write("s/.trailspike-def", "half");
    store.write("s/minutes/mine.txt", "mine");
    run(&logs, &store).ends(0);
    let mut after = content(&store.at("s"));
    assert!(after.remove("minutes/mine.txt").is_some());
    assert_eq!(after, before);
    assert!(!store.at("s/minutes/day=2026-03-09").exists());
}

/// Runs under a limit of so many blocks for each file, which stops it while it writes.
#[cfg(target_os = "linux")]
fn limited(blocks: u32, logs: &Folder, store: &Folder) -> Run {
    let script = format!("ulimit -f {blocks}; exec \"$0\" count \"$@\"");
    let mut command = assert_cmd::Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_trailspike")]).arg(logs.path());
    Run::of(command.arg("-o").arg(store.at("s")))
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_cannot_write_leaves_the_store_as_it_was() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    let before = content(&store.at("s"));
    // The same and more, in days of their own, and in the one there is.
    logs.write("b.json", document(&records(6, 4_000)));
    let failed = limited(8, &logs, &store).ends(3);
    assert!(failed.err.contains("File too large"), "{}", failed.err);
    let left = content(&store.at("s"));
    for (name, bytes) in &before {
        assert_eq!(left.get(name), Some(bytes), "{name}");
    }
    let checked = Run::of(program().args(["count", "--check"]).arg(store.at("s"))).ends(0);
    assert!(checked.line("store").unwrap().contains("5 events"), "{}", checked.err);
    // The next run is a run as if nothing had been.
    run(&logs, &store).ends(0);
    let whole = Folder::new();
    count(&whole.at("s"), &[logs.path().into()]);
    assert_eq!(differences(&store.at("s"), &whole.at("s")), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_the_store_as_it_was() {
    use std::process::{Command, Stdio};

    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    let before = content(&store.at("s"));
    // It waits for standard input with the lock in its hands.
    let mut waits = Command::new(env!("CARGO_BIN_EXE_trailspike"))
        .args(["count", "-", "-o"])
        .arg(store.at("s"))
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    loop {
        let lock = File::options().write(true).open(store.at("s/store.lock")).unwrap();
        if lock.try_lock().is_err() {
            break;
        }
        drop(lock);
        std::thread::yield_now();
    }
    waits.kill().unwrap();
    waits.wait().unwrap();
    assert_eq!(content(&store.at("s")), before);
    run(&logs, &store).ends(0);
}

#[test]
fn damage_in_the_store_stops_a_run_that_needs_it() {
    let (logs, store) = (Folder::with("a.json", document(&records(1, 5))), Folder::new());
    run(&logs, &store).ends(0);
    let manifest = crate::stores::manifest(&store.at("s"));
    fs::write(store.at("s").join(&manifest.days[0].tables.minutes.path), "no parquet").unwrap();
    logs.write("b.json", document(&records(9, 5)));
    let refused = run(&logs, &store).ends(3);
    assert!(refused.err.contains("is damaged"), "{}", refused.err);
}
