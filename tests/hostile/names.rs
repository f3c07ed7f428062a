//! Names that act on a terminal or on a file system, from records into everything that is written.

use serde_json::Value;

use crate::logs::{Folder, Run, burst, document, program};

const NAMES: [&str; 9] = [
    "../../../../etc/passwd",
    "/etc/passwd",
    "..",
    "C:\\Windows\\..\\x",
    "a\nb\r\nc\0d",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{202e}gpj.exe\u{2066}\u{feff}",
    "=cmd|'/c calc'!A1",
    "CON",
];

fn named(name: &str) -> Folder {
    let mut list = burst(2);
    for record in &mut list {
        for key in ["eventName", "eventSource", "awsRegion", "recipientAccountId", "userAgent"] {
            record[key] = name.into();
        }
        record["userIdentity"]["arn"] = name.into();
    }
    let mut bad = list[0].clone();
    bad["eventTime"] = name.into();
    list.push(bad);
    Folder::with("logs.json", document(&list))
}

/// Whether a character acts on a terminal.
fn acts(letter: char) -> bool {
    letter != '\n'
        && (letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

#[test]
fn nothing_written_acts_and_nothing_leaves_its_folder() {
    for name in NAMES {
        let logs = named(name);
        let outer = Folder::new();
        let bucket = outer.at("a/b/bucket");
        for format in ["table", "json", "jsonl", "csv"] {
            let errors = outer.at(&format!("{format}.errors"));
            let mut command = program();
            command.arg("detect").arg(logs.path()).args(["-v", "-f", format]);
            command.arg("--errors").arg(&errors).arg("--s3-layout").arg(&bucket);
            let run = Run::of(&mut command).ends(0);
            let errors = std::fs::read_to_string(errors).unwrap();
            for text in [&run.out, &run.err, &errors] {
                assert!(!text.contains(acts), "{name:?} {format}: {text:?}");
            }
            assert_eq!(errors.lines().count(), 1, "{errors}");
            let problem: Value = serde_json::from_str(&errors).unwrap();
            assert_eq!(problem["kind"], "rejected");
        }
        let mut written = 0;
        for entry in walkdir::WalkDir::new(outer.path()) {
            let entry = entry.unwrap();
            let path = entry.path();
            if entry.file_type().is_file() && path.parent() != Some(outer.path()) {
                assert!(path.starts_with(bucket.join("AWSLogs")), "{}", path.display());
                assert_eq!(
                    path.strip_prefix(&bucket).unwrap().iter().count(),
                    8,
                    "{}",
                    path.display()
                );
                let plain = |part: &str| {
                    part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                };
                assert!(
                    path.strip_prefix(&bucket)
                        .unwrap()
                        .iter()
                        .all(|part| plain(part.to_str().unwrap()))
                );
                written += 1;
            }
        }
        assert!(written >= 1, "{name:?}: the burst is found whatever it is called");
    }
}
