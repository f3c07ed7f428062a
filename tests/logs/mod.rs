//! Logs to test on, written as CloudTrail and others write them, and runs of the program on them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The logs that come with the program.
pub const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-logs");

/// The time so many seconds after 2026-03-02T00:00:00Z, a Monday.
pub fn time(second: i64) -> String {
    let time = chrono::DateTime::from_timestamp(1_772_409_600 + second, 0).unwrap();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A management event with its own id at [`time`]; change what a test is about.
pub fn record(id: u64, second: i64) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEEXAMPLE123:worker",
            "arn": "arn:aws:sts::111122223333:assumed-role/batch/worker",
            "accountId": "111122223333",
        },
        "eventTime": time(second),
        "eventSource": "sqs.amazonaws.com",
        "eventName": "CreateQueue",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{id:012x}"),
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    })
}

/// So many records a minute apart, the first with that id.
pub fn records(first: u64, number: u64) -> Vec<Value> {
    (first..first + number).map(|id| record(id, i64::try_from(id).unwrap() * 60)).collect()
}

/// Nine days of one call an hour, and 40 calls a minute from 2026-03-09T14:20Z for so many minutes.
pub fn burst(minutes: i64) -> Vec<Value> {
    let hourly = (0..9 * 24).map(|hour| hour * 3_600 + 60 * (hour % 7));
    let start = (7 * 24 * 60 + 14 * 60 + 20) * 60;
    let fast = (0..minutes * 40).map(|call| start + call * 60 / 40);
    hourly.chain(fast).zip(1..).map(|(second, id)| record(id, second)).collect()
}

/// `{"Records":[…]}`
pub fn document(records: &[Value]) -> String {
    json!({ "Records": records }).to_string()
}

/// One record a line.
pub fn lines(records: &[Value]) -> String {
    let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
    lines.join("\n") + if lines.is_empty() { "" } else { "\n" }
}

pub fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A folder of log files that goes when it is dropped.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with one file in it.
    pub fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, content);
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, making the folders in its name.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs `trailspike detect` on the folder.
    pub fn detect(&self, flags: &[&str]) -> Run {
        Run::of(program().arg("detect").arg(self.path()).args(flags))
    }
}

/// The program, free of what the environment says.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    for name in
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TRAILSPIKE_CONFIG", "XDG_CONFIG_HOME", "HOME"]
    {
        command.env_remove(name);
    }
    command
}

/// The same with credentials for the server at that address, which is all of AWS to it.
pub fn program_for(endpoint: &str) -> Command {
    let mut program = program();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            program.env_remove(name);
        }
    }
    program
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", endpoint);
    program
}

/// Runs `trailspike detect` on the sample logs.
pub fn detect_samples(flags: &[&str]) -> Run {
    Run::of(program().args(["detect", SAMPLES]).args(flags))
}

/// What a run left behind.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let run = Self {
            code: output.status.code().expect("ended by a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// Asserts the exit code.
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.err);
        self
    }

    /// The records that were read and what became of them, after checking that they add up.
    pub fn books(&self) -> Books {
        let line = self.line("records").unwrap_or_else(|| panic!("no books: {}", self.err));
        let (read, parts) = line.split_once(" read = ").unwrap();
        let number = |text: &str| text.replace(',', "").parse::<u64>().unwrap();
        let parts: BTreeMap<String, u64> = parts
            .split(" + ")
            .map(|part| part.split_once(' ').unwrap())
            .map(|(count, what)| (what.to_owned(), number(count)))
            .collect();
        let books = Books { read: number(read), parts };
        assert_eq!(books.read, books.parts.values().sum::<u64>(), "{line}");
        books
    }

    /// How many records were counted, after checking the books.
    pub fn counted(&self) -> u64 {
        self.books().of("counted")
    }

    /// The text of the summary's first line with that label.
    pub fn line(&self, label: &str) -> Option<&str> {
        let labelled = |line: &'_ str| line.split_whitespace().next() == Some(label);
        let line = self.err.lines().find(|line| labelled(line))?;
        Some(line[label.len()..].trim_start())
    }

    /// The lines of the summary that name problems.
    pub fn problems(&self) -> Vec<&str> {
        let lines = self.err.lines();
        lines.filter_map(|line| line.strip_prefix("problem    ")).collect()
    }

    /// The records on standard output, one a line.
    pub fn insights(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The summary's line of records.
#[derive(Debug, PartialEq, Eq)]
pub struct Books {
    pub read: u64,
    parts: BTreeMap<String, u64>,
}

impl Books {
    /// How many of the records became that; 0 when the line does not say.
    pub fn of(&self, what: &str) -> u64 {
        self.parts.get(what).copied().unwrap_or_default()
    }
}
