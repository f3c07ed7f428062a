//! Where logs can come from.

use crate::logs::{Folder, Run, burst, document, gzip, lines, program, records};

#[test]
fn a_folder_a_file_a_glob_and_standard_input_give_the_same() {
    let list = burst(10);
    let folder = Folder::with("2026/03/logs.json.gz", gzip(document(&list)));
    let expected = folder.detect(&[]).ends(0).out;
    assert!(!expected.is_empty());
    for input in ["2026/03/logs.json.gz", "**/*.json.gz", "2026/*/logs.*", "2026/0{3,4}"] {
        let run = Run::of(program().arg("detect").arg(folder.at(input))).ends(0);
        assert_eq!(run.out, expected, "{input}");
    }
    for bytes in [document(&list).into_bytes(), gzip(lines(&list)), lines(&list).into_bytes()] {
        let run = Run::of(program().args(["detect", "-"]).write_stdin(bytes)).ends(0);
        assert_eq!(run.out, expected);
        assert_eq!(run.line("files"), Some("1 read"));
    }
}

#[test]
fn a_glob_is_taken_from_where_one_stands() {
    let folder = Folder::with("a/x.json", document(&records(1, 2)));
    folder.write("b/y.json", document(&records(10, 3)));
    folder.write("b/z.txt", document(&records(20, 4)));
    for (glob, counted) in [("*/*.json", 5), ("b/*", 7), ("[ab]/x.json", 2), ("./a", 2)] {
        let run = Run::of(program().args(["detect", glob]).current_dir(folder.path())).ends(0);
        assert_eq!(run.counted(), counted, "{glob}");
    }
}

#[test]
fn a_file_whose_name_has_the_characters_of_a_glob_is_that_file() {
    let folder = Folder::with("a[1]*.json", document(&records(1, 2)));
    folder.write("a1.json", document(&records(10, 3)));
    let run = Run::of(program().arg("detect").arg(folder.at("a[1]*.json"))).ends(0);
    assert_eq!(run.counted(), 2);
}

#[test]
fn standard_input_can_be_one_of_several_inputs() {
    let folder = Folder::with("x.json", document(&records(1, 2)));
    let mut command = program();
    command.arg("detect").arg("-").arg(folder.at("x.json"));
    let run = Run::of(command.write_stdin(lines(&records(2, 4)))).ends(0);
    let books = run.books();
    assert_eq!((books.read, books.of("counted"), books.of("duplicates")), (6, 5, 1));
}

#[test]
fn standard_input_given_twice_is_read_once() {
    let mut command = program();
    let run = Run::of(command.args(["detect", "-", "-"]).write_stdin(lines(&records(1, 900))));
    assert_eq!(run.ends(0).line("files"), Some("1 read, 1 given twice"));
}

#[test]
fn nothing_on_standard_input_is_an_error() {
    let run = Run::of(program().args(["detect", "-"]).write_stdin("")).ends(3);
    assert_eq!(run.out, "");
    assert!(run.problems()[0].contains("empty"), "{}", run.err);
}

#[test]
fn records_too_old_to_say_so_get_account_and_region_from_the_path() {
    let mut list = burst(10);
    for record in &mut list {
        for key in ["recipientAccountId", "awsRegion", "userIdentity"] {
            record.as_object_mut().unwrap().remove(key);
        }
    }
    let key = "AWSLogs/444455556666/CloudTrail/eu-west-1/2026/03/09/\
               444455556666_CloudTrail_eu-west-1_20260309T1435Z_AbCdEfGhIjKlMnOp.json.gz";
    let folder = Folder::with(key, gzip(document(&list)));
    let insights = folder.detect(&[]).ends(0).insights();
    assert_eq!(insights.len(), 2);
    assert_eq!(insights[0]["recipientAccountId"], "444455556666");
    assert_eq!(insights[0]["awsRegion"], "eu-west-1");
}

#[test]
fn the_layout_of_an_organisation_is_read() {
    let key = |account: &str| {
        format!(
            "AWSLogs/o-exampleorgid/{account}/CloudTrail/us-east-1/2026/03/02/\
             {account}_CloudTrail_us-east-1_20260302T0105Z_AbCdEfGhIjKlMnOp.json.gz"
        )
    };
    let folder = Folder::new();
    for (account, first) in [("111122223333", 1), ("444455556666", 10)] {
        let mut list = records(first, 3);
        for record in &mut list {
            record["recipientAccountId"] = account.into();
        }
        folder.write(&key(account), gzip(document(&list)));
    }
    assert_eq!(folder.detect(&[]).ends(0).counted(), 6);
    let run = folder.detect(&["--account", "4*"]).ends(0);
    assert_eq!(run.books().read, 3, "the other account's file is not opened");
}
