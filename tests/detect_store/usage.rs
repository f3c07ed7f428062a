//! Inputs that do not go together, and what the summary says.

use super::{count, detect};
use crate::logs::{Folder, burst, document, lines, record};

#[test]
fn logs_and_stores_are_not_mixed() {
    let folder = Folder::new();
    let file = folder.write("x.json", document(&burst(1)));
    let store = folder.at("store");
    count(std::slice::from_ref(&file), &store, &[]);
    for inputs in [[store.clone(), file.clone()], [file, store]] {
        let run = detect(&inputs, &[]).ends(2);
        assert!(run.err.contains("--state") && run.out.is_empty(), "{}", run.err);
    }
}

#[test]
fn the_summary_tells_the_books_of_the_ledger() {
    let folder = Folder::new();
    let mut records: Vec<_> = (1..=10).map(|id| record(id, id as i64 * 60)).collect();
    records.push(records[3].clone());
    let mut bad = record(99, 0);
    bad["eventTime"] = "yesterday".into();
    records.push(bad);
    let whole = folder.write("logs/whole.jsonl", lines(&records));
    let torn = folder.write("logs/torn.json", r#"{"Records":[{"eventVersion":"#);
    let store = folder.at("store");
    crate::logs::Run::of(
        crate::logs::program().arg("count").args([&whole, &torn]).arg("-o").arg(&store),
    );
    let run = detect(std::slice::from_ref(&store), &[]).ends(0);
    let books = run.books();
    assert_eq!((books.of("counted"), books.of("duplicates"), books.of("rejected")), (10, 1, 1));
    let named = run.line("store").unwrap();
    assert!(named.contains("newest minute 2026-03-02T00:10:00Z"), "{named}");
    assert!(run.line("files").unwrap().contains("1 damaged"), "{}", run.err);
    let problems = run.problems();
    assert!(problems.iter().any(|problem| problem.contains("torn.json")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("1 record rejected")), "{problems:?}");
    detect(std::slice::from_ref(&store), &["--strict"]).ends(3);
    let errors = folder.at("errors.jsonl");
    detect(&[store], &["--errors", errors.to_str().unwrap()]).ends(0);
    let errors = std::fs::read_to_string(errors).unwrap();
    assert_eq!(errors.lines().count(), 2, "{errors}");
}
