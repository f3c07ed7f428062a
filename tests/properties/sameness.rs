//! The same events give the same bytes, however they are delivered and read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use trailspike::AnalysisOptions;
use trailspike::output::Format;

use crate::logs::{Folder, document, gzip, lines};
use crate::{cases, plan, run, written};

/// How events are put into files.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is thrown by itself")]
struct Split {
    files: usize,
    /// File of each event, taken round and round.
    turns: Vec<Index>,
    gzipped: bool,
    one_a_line: bool,
    backwards: bool,
    /// Named as CloudTrail names files, by the hour.
    as_delivered: bool,
}

fn split() -> impl Strategy<Value = Split> {
    let turns = proptest::collection::vec(any::<Index>(), 1..40);
    (1..9_usize, turns, any::<[bool; 4]>()).prop_map(|(files, turns, flags)| {
        let [gzipped, one_a_line, backwards, as_delivered] = flags;
        Split { files, turns, gzipped, one_a_line, backwards, as_delivered }
    })
}

/// The name CloudTrail would give the file of that hour.
fn delivered(hour: &str) -> String {
    let [day, hour] = [&hour[..10], &hour[11..13]];
    let (path, digits) = (day.replace('-', "/"), day.replace('-', ""));
    format!(
        "AWSLogs/111122223333/CloudTrail/us-east-1/{path}/\
         111122223333_CloudTrail_us-east-1_{digits}T{hour}59Z_AbCdEfGhIjKlMnOp.json.gz"
    )
}

/// Writes the events into a folder; the files, for them to be named in any order.
fn write(folder: &Folder, events: &[Value], split: &Split) -> Vec<PathBuf> {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (event, turn) in events.iter().zip(split.turns.iter().cycle()) {
        let name = if split.as_delivered {
            delivered(event["eventTime"].as_str().unwrap())
        } else {
            format!("{}/part-{}.json", turn.index(3), turn.index(split.files))
        };
        files.entry(name).or_default().push(event.clone());
    }
    let write = |(name, mut events): (String, Vec<Value>)| {
        if split.backwards {
            events.reverse();
        }
        let text = if split.one_a_line { lines(&events) } else { document(&events) };
        folder.write(&name, if split.gzipped { gzip(text) } else { text.into_bytes() })
    };
    files.into_iter().map(write).collect()
}

/// What a single thread makes of a single file.
fn plainly(events: &[Value]) -> String {
    let folder = Folder::with("all.json", document(events));
    let analysis = run(&[folder.path().into()], &AnalysisOptions::new(), 1);
    assert_eq!(analysis.tally.counted, events.len() as u64);
    written(&analysis.found.insights, Format::Json)
}

fn check_split(events: &[Value], split: &Split, rotation: Index) {
    let expected = plainly(events);
    let folder = Folder::new();
    let mut files = write(&folder, events, split);
    let middle = rotation.index(files.len());
    files.rotate_left(middle);
    files.reverse();
    let folder: &[PathBuf] = &[folder.path().into()];
    for (threads, inputs, rows) in [
        (1, &files[..], usize::MAX),
        (2, folder, usize::MAX),
        (3, &files, usize::MAX),
        (2, folder, 32),
    ] {
        let mut options = AnalysisOptions::new();
        options.memory.rows = options.memory.rows.min(rows);
        let analysis = run(inputs, &options, threads);
        let spilled = analysis.table.is_spilled();
        assert!(if rows == usize::MAX { !spilled } else { spilled || events.len() < 500 });
        assert_eq!(written(&analysis.found.insights, Format::Json), expected);
        assert!(!analysis.tally.has_problems());
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn files_their_order_and_threads_change_no_byte(
        events in plan::logs(),
        split in split(),
        rotation in any::<Index>(),
    ) {
        check_split(&events, &split, rotation);
    }

    #[test]
    fn files_their_order_and_threads_change_no_byte_of_insights(
        split in split(),
        rotation in any::<Index>(),
    ) {
        let events = plan::obvious();
        prop_assert!(plainly(&events).contains("\"End\""));
        check_split(&events, &split, rotation);
    }

    #[test]
    fn duplicates_change_nothing_but_their_number(
        split in split(),
        twice in proptest::collection::vec(any::<Index>(), 1..60),
        threads in 1..4_usize,
    ) {
        let events = plan::obvious();
        let folder = Folder::new();
        write(&folder, &events, &split);
        let copies: Vec<Value> =
            twice.iter().map(|index| events[index.index(events.len())].clone()).collect();
        folder.write("copies.jsonl", lines(&copies[1..]));
        folder.write("z/more-copies.json", document(&copies[..1]));
        let analysis = run(&[folder.path().into()], &AnalysisOptions::new(), threads);
        prop_assert_eq!(analysis.tally.counted, events.len() as u64);
        prop_assert_eq!(analysis.tally.duplicates, copies.len() as u64);
        prop_assert_eq!(written(&analysis.found.insights, Format::Json), plainly(&events));
    }
}
