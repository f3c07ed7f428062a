//! What other settings would find -> what people and programs read.

mod csv;
mod json;
mod table;

use std::io;

use super::{Format, TableOptions};
use crate::sweep::Sweep;

/// Writes a whole document in one format.
///
/// # Errors
/// Those of `out`.
pub fn write_sweep(
    sweep: &Sweep,
    format: Format,
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::write(sweep, options, out),
        Format::Json => json::write_document(sweep, out),
        Format::JsonLines => json::write_lines(sweep, out),
        Format::Csv => csv::write(sweep, out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{MinRatio, sample};
    use crate::sweep::{Counts, Setting, Step};

    /// Two steps, the second with names chosen to break whatever prints them.
    fn hostile() -> Sweep {
        let counts = |insights| Counts { insights, call_rate: insights / 2, ..Counts::default() };
        let step = |false_per_week, insights, added| Step {
            false_per_week,
            counts: counts(insights),
            by_min_count: vec![(10, counts(insights)), (20, counts(0))],
            by_min_ratio: vec![(MinRatio::OFF, counts(insights))],
            added,
            gone: Vec::new(),
        };
        let second = Step {
            gone: vec![sample::hostile()],
            ..step(3.0, 2_000, vec![sample::hostile(), sample::ongoing()])
        };
        Sweep {
            in_use: Setting { false_per_week: 0.3, min_count: 10, min_ratio: MinRatio::OFF },
            account_weeks: 2.5,
            steps: vec![step(0.3, 1, vec![sample::burst()]), second],
        }
    }

    fn printed(format: Format, width: usize, ascii: bool) -> String {
        let mut out = Vec::new();
        let options = TableOptions { width, ascii, ..TableOptions::default() };
        write_sweep(&hostile(), format, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_format_prints_what_hides() {
        for format in Format::ALL {
            let text = printed(format, 80, false);
            let hidden = ['\u{1b}', '\u{202e}', '\u{200b}', '\0', '\t', '\r'];
            assert!(!text.contains(hidden), "{}: {text:?}", format.as_str());
        }
    }

    #[test]
    fn no_cell_of_the_csv_is_a_formula() {
        let text = printed(Format::Csv, 80, false);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let mut rows = 0;
        for row in reader.records() {
            let row = row.unwrap();
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
            rows += 1;
        }
        // Two settings a step, and the insights.
        assert_eq!(rows, 4 + 4);
    }

    #[test]
    fn rows_of_settings_and_hostile_insights() {
        insta::assert_snapshot!(printed(Format::Csv, 80, false));
    }

    #[test]
    fn the_table_fits_its_columns_and_can_do_without_unicode() {
        assert!(!printed(Format::Table, 1, false).is_empty());
        for width in [80, 100] {
            for line in printed(Format::Table, width, false).lines() {
                assert!(crate::output::fit::width(line) <= width, "{line}");
            }
        }
        assert!(printed(Format::Table, 80, true).is_ascii());
        insta::assert_snapshot!(printed(Format::Table, 80, false));
    }
}
