//! Whatever is wrong with the input: what can be read counts, what cannot is named, the books
//! balance, and the exit code says so where that was asked for.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod damage;
mod places;
mod rejections;
mod shapes;

use logs::{Folder, document, records};

#[test]
fn strict_turns_any_problem_into_exit_code_3_and_nothing_else() {
    let torn = &document(&records(1, 3))[..1_500];
    let no_time = r#"{"Records":[{"eventName":"CreateQueue"}]}"#;
    for (name, content) in [("torn.json", torn), ("no-time.json", no_time), ("empty.json", "")] {
        let folder = Folder::with("good.json", document(&records(10, 3)));
        let strict = folder.detect(&["--strict"]).ends(0);
        folder.write(name, content);
        let lenient = folder.detect(&[]).ends(0);
        assert_eq!(lenient.problems().len(), 1, "{}", lenient.err);
        let bad = folder.detect(&["--strict"]).ends(3);
        assert_eq!(bad.out, lenient.out);
        assert_eq!(bad.books(), lenient.books());
        assert!(strict.problems().is_empty());
        // Bad input weighs more than what was found in the rest.
        folder.detect(&["--strict", "--fail-on", "low"]).ends(3);
    }
}

#[test]
fn every_problem_is_in_the_errors_file_and_the_first_are_in_the_summary() {
    let folder = Folder::with("good.json", document(&records(1, 1)));
    for number in 0..8 {
        folder.write(&format!("empty-{number}.json"), "");
    }
    folder.write("records.json", r#"{"Records":[1,{"eventTime":"2026-03-02T00:00:00Z"},{}]}"#);
    let elsewhere = Folder::new();
    let errors = elsewhere.at("errors.txt");
    let flags = ["--errors", errors.to_str().unwrap()];
    let run = folder.detect(&flags).ends(0);
    let named = std::fs::read_to_string(&errors).unwrap();
    assert_eq!(named.lines().count(), 11, "{named}");
    for number in 0..8 {
        let file = format!("empty-{number}.json\"");
        let of_it = named.lines().find(|line| line.contains(&file)).unwrap_or_default();
        assert!(of_it.contains(r#""byte":0,"record":null,"reason":"empty"}"#), "{named}");
    }
    for record in [
        r#""byte":12,"record":0,"reason":"not an object"}"#,
        r#""byte":14,"record":1,"reason":"no eventName"}"#,
        r#""byte":51,"record":2,"reason":"no eventTime"}"#,
    ] {
        assert!(named.contains(record), "{named}");
    }

    assert_eq!(run.problems().len(), 5);
    assert!(run.err.contains("and 6 more; -v or --errors FILE names them"), "{}", run.err);
    assert_eq!(folder.detect(&["-v"]).problems().len(), 11);
    // A second run does not write over the file of the first, but with --force.
    folder.detect(&flags).ends(2);
    folder.detect(&[flags[0], flags[1], "--force"]).ends(0);
    assert_eq!(std::fs::read_to_string(&errors).unwrap(), named);
}

#[test]
fn the_errors_file_is_there_and_empty_when_nothing_is_wrong() {
    let folder = Folder::with("good.json", document(&records(1, 1)));
    let elsewhere = Folder::new();
    let errors = elsewhere.at("errors.txt");
    folder.detect(&["--errors", errors.to_str().unwrap()]).ends(0);
    assert_eq!(std::fs::read_to_string(&errors).unwrap(), "");
}
