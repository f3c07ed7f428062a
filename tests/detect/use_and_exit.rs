//! Wrong use, exit codes and the summary.

use crate::logs::{Folder, Run, burst, detect_samples, document, program, record};

#[test]
fn wrong_use_is_exit_code_2_with_an_explanation_on_standard_error() {
    let logs = Folder::with("x.json", document(&burst(0)));
    for flags in [
        &["--no-such-flag"][..],
        &["-f", "xml"],
        &["--fail-on", "never"],
        &["--false-per-week", "0"],
        &["--false-per-week", "nan"],
        &["--false-per-week", "1001"],
        &["--false-per-week", "-1"],
        &["--min-ratio", "-1"],
        &["--min-ratio", "inf"],
        &["--sensitivity", "lowest"],
        &["--sensitivity", "low", "--false-per-week", "0.3"],
        &["--threads", "many"],
        &["--threads", "200000"],
        &["--max-file-bytes", "1k"],
        &["--color", "blue"],
        &["--identity", "user"],
        &["--detector", "oracle"],
    ] {
        let run = logs.detect(flags).ends(2);
        assert!(run.out.is_empty() && run.err.contains(flags[0]), "{flags:?}: {}", run.err);
    }
    for arguments in [&[][..], &["detect"], &["dtect", "x"]] {
        let run = Run::of(program().args(arguments)).ends(2);
        assert!(run.out.is_empty() && !run.err.is_empty());
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for arguments in [&["--help"][..], &["detect", "--help"], &["--version"], &["detect", "-h"]] {
        let run = Run::of(program().args(arguments)).ends(0);
        assert!(run.err.is_empty() && !run.out.is_empty());
    }
    let version = Run::of(program().arg("--version")).out;
    assert_eq!(version, format!("trailspike {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_missing_input_is_exit_code_3_and_named() {
    let run = Run::of(program().args(["detect", "no/such/logs"])).ends(3);
    assert!(run.out.is_empty());
    assert!(run.err.contains("no/such/logs"), "{}", run.err);
}

#[test]
fn finding_something_fails_only_where_asked_to() {
    let logs = Folder::with("x.json", document(&burst(10)));
    let found = logs.detect(&[]).ends(0).insights();
    let severity =
        found[0]["insightDetails"]["trailspike"]["severity"].as_str().unwrap().to_owned();
    let severities = ["low", "medium", "high", "critical"];
    let reached = severities.iter().position(|has| *has == severity).unwrap();
    assert!(reached >= 1, "a hundredfold burst is no trifle: {severity}");
    for (bound, name) in severities.iter().enumerate() {
        let run = logs.detect(&["--fail-on", name]);
        assert_eq!(run.code, i32::from(bound <= reached), "{name} with {severity}");
        assert_eq!(run.insights(), found);
    }
    detect_samples(&["--fail-on", "critical"]).ends(1);
    let calm = Folder::with("x.json", document(&burst(0)));
    calm.detect(&["--fail-on", "low"]).ends(0);
}

#[test]
fn standard_output_holds_results_and_nothing_else() {
    let logs = Folder::with("x.json", document(&burst(10)));
    logs.write("bad.json", "{\"Records\":[{");
    let plain = logs.detect(&[]).ends(0);
    for flags in [&["-v"][..], &["--progress", "always"], &["-j", "1"], &["-q"]] {
        assert_eq!(logs.detect(flags).ends(0).out, plain.out, "{flags:?}");
    }
    for line in plain.out.lines() {
        assert!(line.starts_with("{\"eventVersion\"") && line.ends_with('}'), "{line}");
    }
}

#[test]
fn every_record_is_in_the_books_once() {
    let mut list = burst(10);
    let calls = u64::try_from(list.len()).unwrap();
    let next = |list: &mut Vec<serde_json::Value>, key: &str, value: serde_json::Value| {
        let id = 5_000_000 + u64::try_from(list.len()).unwrap();
        let mut other = record(id, 60);
        other[key] = value;
        list.push(other);
    };
    list.push(list[0].clone());
    next(&mut list, "eventCategory", "Data".into());
    next(&mut list, "eventCategory", "NetworkActivity".into());
    next(&mut list, "eventName", "Excluded".into());
    next(&mut list, "eventTime", "1999-01-01T00:00:00Z".into());
    next(&mut list, "eventTime", "".into());
    next(&mut list, "addendum", serde_json::json!({"reason": "UPDATED_DATA"}));
    next(&mut list, "eventCategory", "Insight".into());
    next(&mut list, "eventCategory", "Aggregated".into());
    next(&mut list, "eventSource", "aws:s3".into());
    let logs = Folder::with("x.json", document(&list));
    logs.write("other.json", "{\"a\":1}");
    let run = logs.detect(&["--exclude-event-name", "Excluded"]).ends(0);
    let books = run.books();
    assert_eq!(books.read, calls + 11);
    assert_eq!(books.of("counted"), calls);
    for what in [
        "duplicates",
        "updates of earlier ones",
        "Data events not asked for",
        "NetworkActivity events not asked for",
        "filtered",
        "Insight records left alone",
        "aggregated events left alone",
        "notifications left alone",
        "other JSON left alone",
    ] {
        assert_eq!(books.of(what), 1, "{what}: {}", run.err);
    }
    assert_eq!(books.of("rejected"), 2);
}

#[test]
fn gaps_are_named() {
    // A call every ten minutes, but for two days without any log.
    let list: Vec<_> = (0..10 * 144)
        .filter(|turn| !(5 * 144..7 * 144).contains(turn))
        .map(|turn| record(u64::try_from(turn).unwrap(), turn * 600))
        .collect();
    let run = Folder::with("x.json", document(&list)).detect(&[]).ends(0);
    let gap = run.line("gap").unwrap_or_else(|| panic!("{}", run.err));
    assert!(
        gap.contains("111122223333 from 2026-03-06T23:51:00Z to 2026-03-09T00:00:00Z"),
        "{gap}"
    );
    assert_eq!(run.out, "");
}

#[test]
fn a_period_that_goes_on_has_no_end() {
    // The burst is cut off by the end of the logs.
    let list: Vec<_> = burst(30);
    let logs = Folder::with("x.json", document(&list));
    let run = logs.detect(&["--to", "2026-03-09T14:40"]).ends(0);
    let found = run.insights();
    assert_eq!(found.len(), 1, "{}", run.out);
    assert_eq!(found[0]["insightDetails"]["state"], "Start");
    assert_eq!(found[0]["insightDetails"]["trailspike"]["ongoing"], true);
    let table = logs.detect(&["--to", "2026-03-09T14:40", "-f", "table"]).ends(0);
    assert!(table.out.contains("ongoing"), "{}", table.out);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let logs = Folder::new();
    for (number, part) in (0..).zip(burst(10).chunks(50)) {
        logs.write(&format!("{number}.json"), document(part));
    }
    let one = logs.detect(&["-j", "1"]).ends(0);
    assert_eq!(one.insights().len(), 2);
    for threads in ["2", "3", "8"] {
        let run = logs.detect(&["--threads", threads]).ends(0);
        assert_eq!((run.out, run.err.lines().count()), (one.out.clone(), one.err.lines().count()));
    }
}
