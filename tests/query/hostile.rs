//! Names that strangers chose.

use serde_json::json;

use crate::Store;
use crate::logs::{Folder, record};

fn hostile() -> Store {
    let mut records = Vec::new();
    for (id, name) in (1..).zip([
        "=HYPERLINK(\"http://x\")",
        "+1",
        "a\u{1b}[31mb\u{202e}c",
        "line\nbreak\ttab",
        "semi;=1;colon",
        "東京東京東京東京東京東京東京東京東京",
        "quote\"quote'quote",
    ]) {
        let mut one = record(id, 60);
        one["userAgent"] = json!(name);
        one["errorCode"] = json!(name);
        records.push(one);
    }
    let logs = Folder::new();
    logs.write("x.json", json!({ "Records": records }).to_string().as_bytes());
    Store::of(&[logs.path()])
}

#[test]
fn no_form_prints_what_hides_or_runs() {
    let store = hostile();
    let sql = "SELECT user_agent, error_code AS \"=1\", events FROM minutes";
    for format in ["table", "csv", "jsonl"] {
        let run = store.query(&[sql, "-f", format]).ends(0);
        assert!(!run.out.contains(['\u{1b}', '\u{202e}', '\t', '\r']), "{format}: {:?}", run.out);
        assert_eq!(
            run.out.lines().count(),
            if format == "jsonl" { 7 } else { 8 + usize::from(format == "table") }
        );
    }
    let csv = store.query(&[sql, "-f", "csv"]).ends(0).out;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    for row in reader.records() {
        let row = row.unwrap();
        assert!(
            row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{row:?}"
        );
    }
    // Programs get the names as they are.
    let rows = store.rows(&["SELECT user_agent FROM minutes ORDER BY user_agent"]);
    let names: Vec<&str> = rows.iter().map(|row| row["user_agent"].as_str().unwrap()).collect();
    assert!(names.contains(&"a\u{1b}[31mb\u{202e}c") && names.contains(&"line\nbreak\ttab"));
}

#[test]
fn a_table_of_wide_names_fits() {
    for width in ["20", "40", "80"] {
        let run = hostile().query(&[
            "SELECT user_agent, error_code FROM minutes",
            "-f",
            "table",
            "--width",
            width,
        ]);
        for line in run.ends(0).out.lines() {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            assert!(columns <= width.parse().unwrap(), "{line}");
        }
    }
}

#[test]
fn a_store_anywhere_is_read() {
    let store = hostile();
    let folder = tempfile::tempdir().unwrap();
    for name in ["a b", "day=1999-01-01", "x=y", "%41*[?]{}", "é東"] {
        let moved = folder.path().join(name);
        let copied =
            std::process::Command::new("cp").arg("-r").arg(store.path()).arg(&moved).status();
        assert!(copied.unwrap().success());
        let run = crate::Run::of(
            crate::program()
                .args([
                    "query",
                    "-f",
                    "csv",
                    "SELECT day, SUM(events) AS n FROM minutes GROUP BY day",
                ])
                .arg(&moved),
        );
        assert_eq!(run.ends(0).out, "day,n\n2026-03-02,7\n", "{name}");
    }
}
