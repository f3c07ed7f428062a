//! Valid files with damage at random.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use trailspike::AnalysisOptions;
use trailspike::count::Tally;

use crate::logs::{Folder, document, gzip, lines, records};
use crate::{cases, run};

const RECORDS: u64 = 20;

fn read(bytes: &[u8]) -> Tally {
    let folder = Folder::with("x.json", bytes);
    folder.write("good.json", document(&records(1_000, 3)));
    let tally = run(&[folder.path().into()], &AnalysisOptions::new(), 1).tally;
    assert!(tally.counted >= 3, "damage in one file costs another: {tally:?}");
    tally
}

/// A file of twenty records in one of its forms.
fn valid() -> impl Strategy<Value = Vec<u8>> {
    let list = records(1, RECORDS);
    proptest::sample::select(vec![
        document(&list).into_bytes(),
        lines(&list).into_bytes(),
        gzip(document(&list)),
        gzip(lines(&list)),
        serde_json::to_string_pretty(&list).unwrap().into_bytes(),
    ])
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn flipped_bits_never_stop_the_run(
        mut bytes in valid(),
        flips in vec((any::<Index>(), 0..8_u32), 1..12),
    ) {
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let tally = read(&bytes);
        prop_assert!(tally.counted <= 3 + RECORDS, "{:?}", tally);
    }

    #[test]
    fn pieces_cut_out_or_put_in_never_stop_the_run(
        mut bytes in valid(),
        at in any::<Index>(),
        length in 0..2_000_usize,
        put in vec(prop_oneof![any::<u8>(), proptest::sample::select(b"{}[]\",:\n\\".to_vec())], 0..60),
    ) {
        let at = at.index(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put);
        let tally = read(&bytes);
        prop_assert!(tally.counted <= 3 + RECORDS, "{:?}", tally);
    }

    #[test]
    fn a_file_cut_off_loses_the_record_at_the_cut_and_what_follows(cut in any::<Index>()) {
        let text = lines(&records(1, RECORDS));
        let cut = cut.index(text.len());
        let torn = &text[..cut];
        let whole = torn.matches('\n').count() as u64;
        // A line that lacks only its end is whole.
        let last = torn.rsplit('\n').next().unwrap_or_default();
        let unended = serde_json::from_str::<serde_json::Value>(last).is_ok();
        for bytes in [torn.as_bytes().to_vec(), gzip(torn)] {
            let tally = read(&bytes);
            prop_assert_eq!(tally.counted, 3 + whole + u64::from(unended));
            let whole_lines = cut > 0 && last.is_empty();
            prop_assert_eq!(tally.damaged_files == 0, unended || whole_lines);
        }
    }

    #[test]
    fn any_bytes_at_all_are_read_to_their_end(bytes in vec(any::<u8>(), 0..3_000)) {
        read(&bytes);
        read(&gzip(&bytes));
        read(&[b"{\"Records\":[", &bytes[..]].concat());
    }
}
