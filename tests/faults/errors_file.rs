//! `--errors FILE`: every problem as a line of JSON.

use std::fs;

use serde_json::{Value, json};

use crate::logs::{Folder, document, gzip, lines, record, records};

/// What `--errors` writes for a folder, after checking that every line has every key.
fn errors(folder: &Folder) -> Vec<Value> {
    let elsewhere = Folder::new();
    let path = elsewhere.at("errors.jsonl");
    let run = folder.detect(&["-q", "--errors", path.to_str().unwrap()]).ends(0);
    assert_eq!(run.err, "");
    let text = fs::read_to_string(path).unwrap();
    let list: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for problem in &list {
        let keys: Vec<&String> = problem.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["byte", "file", "kind", "reason", "record"], "{problem}");
        let file = problem["file"].as_str().unwrap();
        assert!(file.starts_with(folder.path().to_str().unwrap()), "{file}");
    }
    list
}

/// Kind, byte, record and reason of the one problem with a file of that content.
fn only(name: &str, content: impl AsRef<[u8]>) -> (String, Value, Value, String) {
    let folder = Folder::with(name, content);
    folder.write("good.json", document(&records(1_000, 2)));
    let list = errors(&folder);
    assert_eq!(list.len(), 1, "{list:?}");
    let text = |key: &str| list[0][key].as_str().unwrap().to_owned();
    assert!(text("file").ends_with(name));
    (text("kind"), list[0]["byte"].clone(), list[0]["record"].clone(), text("reason"))
}

#[test]
fn what_is_wrong_with_a_file_has_a_byte_and_no_record() {
    let text = document(&records(1, 3));
    let mut no_checksum = gzip(&text);
    let length = no_checksum.len();
    no_checksum[length - 8] ^= 1;
    let torn = &text[..text.len() - 2];
    let last = text.rfind("{\"awsRegion\"").unwrap();
    for (name, content, byte, reason) in [
        ("checksum.json.gz", no_checksum, text.len(), "gzip stream is damaged: checksum"),
        ("header.json.gz", b"\x1f\x8b\x08\xff".to_vec(), 0, "gzip stream is damaged: header"),
        (
            "junk.json.gz",
            [gzip(&text), b"junk".to_vec()].concat(),
            text.len(),
            "unexpected data after the end of the gzip stream",
        ),
        ("torn.json", torn.into(), torn.len(), "ends in the middle of the JSON"),
        ("half.json", text[..last + 50].into(), last, "ends in the middle of the JSON"),
        ("empty.json", Vec::new(), 0, "empty"),
        ("text.json", b"hello".to_vec(), 0, "not JSON from here on"),
    ] {
        let expected = ("damaged".to_owned(), json!(byte), Value::Null, reason.to_owned());
        assert_eq!(only(name, content), expected, "{name}");
    }
}

#[test]
fn what_is_wrong_with_a_record_has_its_byte_and_index() {
    let [first, bad, last] = [record(1, 0), record(2, 60), record(3, 120)];
    let with = |key: &str, value: Value| {
        let mut bad = bad.clone();
        bad[key] = value;
        bad.to_string()
    };
    for (bad, reason) in [
        (with("eventTime", Value::Null), "no eventTime"),
        (with("eventTime", "soon".into()), "eventTime \"soon\" is not a time"),
        (
            with("eventTime", "1970-01-01T00:00:00Z".into()),
            "eventTime \"1970-01-01T00:00:00Z\" lies before 2006 or after tomorrow",
        ),
        (with("eventName", Value::Null), "no eventName"),
        ("17".to_owned(), "not an object"),
        (
            with("eventVersion", "_".into()).replace("\"_\"", "nope"),
            "malformed JSON: expected ident",
        ),
    ] {
        let text = format!("{{\"Records\":[{first},{bad},{last}]}}");
        let byte = "{\"Records\":[,".len() + first.to_string().len();
        let (kind, at, record, why) = only("x.json", &text);
        assert_eq!((kind.as_str(), at, record), ("rejected", json!(byte), json!(1)), "{bad}");
        assert_eq!(why, reason);
    }
}

#[test]
fn bytes_that_are_not_utf_8_cost_their_record() {
    let text = lines(&records(1, 3));
    let second = text.find('\n').unwrap() + 1;
    let mut bytes = text.into_bytes();
    let at = second + 20;
    bytes[at] = 0xff;
    let expected = ("rejected".to_owned(), json!(second), json!(1), "not UTF-8".to_owned());
    assert_eq!(only("x.jsonl", &bytes), expected);
    // The place is that in the text, not in the gzip.
    assert_eq!(only("x.jsonl.gz", gzip(&bytes)), expected);
}

#[test]
fn more_than_the_limit_is_told_where_reading_stopped() {
    let text = document(&records(1, 50));
    let folder = Folder::with("x.json", text);
    let elsewhere = Folder::new();
    let path = elsewhere.at("errors");
    folder.detect(&["--errors", path.to_str().unwrap(), "--max-file-bytes", "5000"]).ends(0);
    let problem: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(problem["kind"], "damaged");
    assert!(problem["byte"].as_u64().unwrap() <= 5_000, "{problem}");
    assert!(problem["reason"].as_str().unwrap().contains("--max-file-bytes"), "{problem}");
}

#[cfg(unix)]
#[test]
fn files_that_are_not_read_are_listed_too() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::with("good.json", document(&records(1, 2)));
    symlink(folder.at("nowhere"), folder.at("link.json")).unwrap();
    symlink(folder.path(), folder.at("up")).unwrap();
    let secret = folder.write("secret.json", "{}");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let list = errors(&folder);
    let named = |name: &str| {
        let mut found = list.iter().filter(|it| it["file"].as_str().unwrap().ends_with(name));
        found.next().unwrap_or_else(|| panic!("{name}: {list:?}"))
    };
    assert_eq!(
        (&named("up")["kind"], &named("up")["reason"]),
        (&json!("skipped"), &json!("directory loop"))
    );
    assert_eq!(named("link.json")["kind"], "skipped");
    if fs::File::open(&secret).is_ok() {
        println!("not tested: this user may read everything");
        return;
    }
    assert_eq!(named("secret.json")["kind"], "unreadable");
    assert!(named("secret.json")["reason"].as_str().unwrap().contains("ermission"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_listed() {
    // Opens, has a size, and cannot be read even by root.
    let elsewhere = Folder::new();
    let path = elsewhere.at("errors");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trailspike"));
    command.args(["detect", "-", "--errors"]).arg(&path);
    let output = command.stdin(fs::File::open("/").unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let problem: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!((&problem["kind"], &problem["file"]), (&json!("unreadable"), &json!("-")));
    assert_eq!((&problem["byte"], &problem["record"]), (&Value::Null, &Value::Null));
}

#[test]
fn nothing_wrong_is_an_empty_file() {
    let folder = Folder::with("good.json", document(&records(1, 2)));
    folder.write("readme.txt", "not a log, which is nothing wrong");
    assert_eq!(errors(&folder), [Value::Null; 0]);
}

#[test]
fn a_file_that_is_there_is_kept() {
    let folder = Folder::with("bad.json", "{");
    folder.write("good.json", document(&records(1, 2)));
    let elsewhere = Folder::with("errors", "mine");
    let path = elsewhere.at("errors");
    let flags = ["--errors", path.to_str().unwrap()];
    let run = folder.detect(&flags).ends(2);
    assert!(run.err.contains("errors exists; give --force"), "{}", run.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    folder.detect(&[flags[0], flags[1], "--force"]).ends(0);
    assert!(fs::read_to_string(&path).unwrap().starts_with("{\"kind\":\"damaged\""));
}
