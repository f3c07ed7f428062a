//! Everything that is wrong with the input, for programs: one JSON object a line.

use std::io::{self, Write};

use serde::Serialize;

use super::visible::escape_json;
use crate::count::{Tally, What};
use crate::input::{Discovery, Place};

/// One problem. Every line has every key.
#[derive(Serialize)]
struct Line<'a> {
    kind: &'a str,
    file: Option<String>,
    byte: Option<u64>,
    record: Option<u64>,
    reason: String,
}

/// Writes every problem of a run, one JSON object a line, files that were not opened first, then by
/// file and place. The keys of each:
///
/// | key | says |
/// |---|---|
/// | `kind` | `skipped`: a file that was found and not opened; `unreadable`: one that could not be opened or read at all; `damaged`: one that is not what it should be from `byte` on; `rejected`: a record that could not be counted; `more`: the last line where there were too many to keep, with their number in `reason` |
/// | `file` | its path, bytes that are not UTF-8 replaced; `-` for standard input; null for `more` |
/// | `byte` | where in the decompressed text, from 0: the first byte of the record, or where the damage was met; null where there is no such place |
/// | `record` | which record or other value of the file it is, from 0; null when it is not about one |
/// | `reason` | why, in words |
///
/// Of a store it tells what its ledger knows: one line a file, without `byte` and `record`.
///
/// # Errors
/// Those of `out`.
pub fn write_problems(tally: &Tally, files: &Discovery, out: &mut dyn Write) -> io::Result<()> {
    for skipped in &files.skipped {
        let file = Some(name(&skipped.place));
        let reason = skipped.why.clone();
        put(out, &Line { kind: "skipped", file, byte: None, record: None, reason })?;
    }
    for problem in &tally.problems {
        let file = match &problem.what {
            What::DamagedBefore(file, _) | What::RejectedBefore(file, _) => Some(file.clone()),
            _ => files.files.get(problem.file).map(|file| name(&file.place)),
        };
        let (kind, byte, record, reason) = match &problem.what {
            What::Unreadable(why) => ("unreadable", None, None, why.clone()),
            What::Fault(byte, fault) => ("damaged", Some(*byte), None, fault.to_string()),
            What::DamagedBefore(_, why) => ("damaged", None, None, why.clone()),
            What::RejectedBefore(_, records) => {
                ("rejected", None, None, format!("{records} records, when the store was counted"))
            }
            What::Rejected(record, byte, why) => {
                ("rejected", Some(*byte), Some(*record), why.to_string())
            }
        };
        put(out, &Line { kind, file, byte, record, reason })?;
    }
    if tally.more_problems > 0 {
        let reason = format!("{} more problems are not listed", tally.more_problems);
        put(out, &Line { kind: "more", file: None, byte: None, record: None, reason })?;
    }
    Ok(())
}

fn name(place: &Place) -> String {
    place.to_string()
}

fn put(out: &mut dyn Write, line: &Line<'_>) -> io::Result<()> {
    let json = serde_json::to_string(line)?;
    writeln!(out, "{}", escape_json(&json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::Problem;
    use crate::event::{Fault, Rejection};
    use crate::input::{LogFile, Skipped};

    #[test]
    fn every_kind_has_every_key_and_hides_nothing() {
        let hostile = "a\u{202e}\n\u{1b}[31m.json";
        let files = Discovery {
            files: vec![LogFile {
                place: Place::Disk(hostile.into()),
                bytes: 1,
                modified: None,
                delivered: None,
                named: true,
            }],
            skipped: vec![Skipped {
                place: Place::Disk("loop".into()),
                why: "directory loop".into(),
            }],
            ..Discovery::default()
        };
        let problem = |what| Problem { file: 0, what };
        let tally = Tally {
            problems: vec![
                problem(What::Unreadable("Permission denied".into())),
                problem(What::Rejected(3, 77, Rejection::BadTime("\u{9b}x".into()))),
                problem(What::Fault(99, Fault::Torn)),
            ],
            more_problems: 5,
            ..Tally::default()
        };
        let mut out = Vec::new();
        write_problems(&tally, &files, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap());
    }
}
