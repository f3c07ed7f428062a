//! Queries that have no answer.

use std::fs;

use crate::logs::{Run, program};
use crate::samples;

fn refused(sql: &str) -> String {
    let run = samples().query(&[sql]).ends(2);
    assert!(run.out.is_empty(), "{sql}: {}", run.out);
    run.err
}

#[test]
fn a_query_reads_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("x.csv");
    fs::write(&csv, "secret\nhidden\n").unwrap();
    let path = csv.display();
    for sql in [
        format!("SELECT * FROM read_csv('{path}')"),
        format!("SELECT * FROM read_parquet('{path}')"),
        format!("SELECT * FROM \"READ_CSV\"('{path}')"),
        format!("SELECT * FROM minutes JOIN read_csv('{path}') x ON TRUE"),
        format!("SELECT * FROM (SELECT * FROM read_csv('{path}')) AS x"),
        format!("WITH x AS (SELECT * FROM read_json('{path}')) SELECT * FROM x"),
        format!("SELECT day FROM minutes UNION ALL SELECT secret FROM read_csv('{path}')"),
        format!("SELECT * FROM '{path}'"),
        format!("SELECT * FROM \"{path}\""),
        format!("CREATE TABLE x AS SELECT * FROM read_csv('{path}')"),
        format!("COPY minutes TO '{path}'"),
        format!("SELECT read_csv('{path}') FROM minutes"),
    ] {
        let message = refused(&sql);
        assert!(!message.contains("hidden"), "{sql}: {message}");
    }
    assert_eq!(fs::read_to_string(&csv).unwrap(), "secret\nhidden\n");
}

#[test]
fn the_word_that_is_not_understood_is_named() {
    for (sql, words) in [
        ("SELECT evnts FROM minutes", &["no column evnts", "did you mean events?"][..]),
        ("SELECT SUM(m.evnts) FROM minutes m", &["evnts", "did you mean events?"]),
        ("SELECT 1 FROM minutes WHERE identiy = ''", &["identiy", "did you mean identity?"]),
        ("SELECT xyzzy FROM minutes", &["no column xyzzy", "there are day, hour, minute"]),
        ("SELECT * FROM minuts", &["no table minuts", "did you mean minutes?"]),
        ("SELECT DATE_TRUNC('day', minute) FROM minutes", &["date_trunc", "hour and day"]),
        ("SELECT CUONT(*) FROM minutes", &["cuont", "did you mean count?"]),
        ("SELEKT 1", &["SELEKT"]),
        ("DROP TABLE minutes", &["one SELECT", "DROP is not understood"]),
        ("SELECT 1; SELECT 2", &["2 statements"]),
        (" ", &["the query is empty"]),
        ("SELECT * FROM minutes WHERE identity = :who", &["--param who=…"]),
    ] {
        let message = refused(sql);
        for word in words {
            assert!(message.contains(word), "{sql}: {message}");
        }
        assert!(!message.contains("polars"), "{sql}: {message}");
    }
}

#[test]
fn wrong_use_is_told_before_the_store_is_read() {
    let run = |words: &[&str]| Run::of(program().arg("query").args(words));
    run(&[]).ends(2);
    assert!(run(&["SELECT 1"]).ends(2).err.contains("no store"));
    let run_ = run(&["--name", "top-denied-identitys", "no/such"]).ends(2);
    assert!(run_.err.contains("did you mean top-denied-identities?"), "{}", run_.err);
    let message = run(&["SELECT 1", "no/such", "-f", "parquet"]).ends(2).err;
    assert!(message.contains("-o FILE"), "{message}");
    let message = run(&["SELECT nonsense(", "no/such"]).ends(2).err;
    assert!(!message.contains("no/such"), "{message}");
    run(&["--name", "root-activity", "--param", "x=1", "no/such"]).ends(2);
    run(&["--name", "root-activity", "--param", "x", "no/such"]).ends(2);
    run(&["--list", "--name", "root-activity"]).ends(2);
}

#[test]
fn what_is_no_store_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run = |path: &std::path::Path| {
        Run::of(program().args(["query", "SELECT * FROM minutes"]).arg(path))
    };
    let message = run(&folder.path().join("missing")).ends(2).err;
    assert!(message.contains("missing"), "{message}");
    assert!(run(folder.path()).ends(2).err.contains("store.json"));
    fs::write(folder.path().join("store.json"), "{}").unwrap();
    run(folder.path()).ends(3);
}

#[test]
fn a_day_that_is_damaged_is_bad_input_and_others_are_not_opened_for_a_day() {
    let store = crate::Store::of(&[std::path::Path::new(crate::SAMPLES)]);
    let day = store.path().join("minutes/day=2026-03-09");
    let file = fs::read_dir(&day).unwrap().next().unwrap().unwrap().path();
    let bytes = fs::read(&file).unwrap();
    let all = "SELECT SUM(events) AS n FROM minutes";
    let one = "SELECT SUM(events) AS n FROM minutes WHERE day = '2026-03-10'";
    let wanted = store.query(&[one]).ends(0).out;
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let message = store.query(&[all]).ends(3).err;
    assert!(message.contains("day=2026-03-09") && message.contains("is damaged"), "{message}");
    assert_eq!(store.query(&[one]).ends(0).out, wanted);
    fs::remove_file(&file).unwrap();
    store.query(&[all]).ends(3);
    assert_eq!(store.query(&[one]).ends(0).out, wanted);
}
