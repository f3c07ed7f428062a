//! Insights by identity -> what people and programs read.

mod csv;
mod json;
mod table;

use std::io;

use super::{Format, TableOptions};
use crate::identity_view::IdentityView;

/// Writes a whole document in one format.
///
/// # Errors
/// Those of `out`.
pub fn write_identity_view(
    view: &IdentityView<'_>,
    format: Format,
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Table => table::write(view, options, out),
        Format::Json => json::write_document(view, out),
        Format::JsonLines => json::write_lines(view, out),
        Format::Csv => csv::write(view, out),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity_view::{FirstUsed, IdentityActivity};
    use crate::insight::{Insight, sample};
    use crate::minute::Minute;
    use crate::output::fit::width;

    const NAME: &str =
        "=cmd|'/c calc'!A1\u{1b}[2J\u{202e}\n;+東京東京東京東京東京東京東京東京東京東京東京東京";

    fn activity<'a>(identity: &str, insights: Vec<&'a Insight>) -> IdentityActivity<'a> {
        let logs_begin = Minute::new(29_540_000);
        IdentityActivity {
            identity: identity.to_owned(),
            insights,
            events: 12_345,
            failed: 640,
            denied: 12,
            apis: 31,
            addresses: 1,
            agents: 2,
            regions: 1,
            accounts: 1,
            first_seen: logs_begin + 10_500,
            last_seen: logs_begin + 11_500,
            logs_begin,
            first_used: FirstUsed {
                apis: 21,
                named: vec!["iam.amazonaws.com:ListUsers".to_owned(), NAME.to_owned()],
            },
            countries: vec!["NL".to_owned(), NAME.to_owned()],
            networks: vec![64_500],
        }
    }

    fn printed(view: &IdentityView<'_>, format: Format, width: usize, ascii: bool) -> String {
        let mut out = Vec::new();
        let options = TableOptions { width, ascii, ..TableOptions::default() };
        write_identity_view(view, format, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn view(insights: &[Insight]) -> IdentityView<'_> {
        let identities = vec![
            activity("arn:aws:sts::123456789012:assumed-role/Admin", insights.iter().collect()),
            activity(NAME, vec![&insights[1]]),
            IdentityActivity { failed: 0, denied: 0, ..activity("quiet", Vec::new()) },
        ];
        IdentityView { identities, of_nobody: 3, located: true }
    }

    fn insights() -> Vec<Insight> {
        let mut insights = vec![sample::burst(), sample::hostile(), sample::ongoing()];
        insights.extend(vec![sample::burst(); 4]);
        insights
    }

    #[test]
    fn every_format_of_ordinary_and_hostile_identities() {
        let insights = insights();
        let view = view(&insights);
        insta::assert_snapshot!("table", printed(&view, Format::Table, 80, false));
        insta::assert_snapshot!("csv", printed(&view, Format::Csv, 80, false));
        insta::assert_snapshot!("json", printed(&view, Format::Json, 80, false));
    }

    #[test]
    fn nothing_acts_in_any_format_and_no_cell_is_a_formula() {
        let insights = insights();
        let view = view(&insights);
        for format in Format::ALL {
            let text = printed(&view, format, 80, false);
            let acts =
                |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
            assert!(!text.contains(acts), "{format:?}: {text}");
        }
        let text = printed(&view, Format::Csv, 80, false);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().unwrap().len();
        for row in reader.records() {
            let row = row.unwrap();
            assert_eq!(row.len(), columns);
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
        let lines = printed(&view, Format::JsonLines, 80, false);
        let document: serde_json::Value =
            serde_json::from_str(&printed(&view, Format::Json, 80, false)).unwrap();
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(document["identities"], serde_json::Value::Array(lines));
    }

    #[test]
    fn nobody_is_said() {
        let view = IdentityView { identities: Vec::new(), of_nobody: 0, located: false };
        assert_eq!(printed(&view, Format::Table, 80, false), "No identities.\n");
        assert_eq!(printed(&view, Format::JsonLines, 80, false), "");
        let csv = printed(&view, Format::Csv, 80, false);
        assert!(csv.lines().count() == 1 && !csv.contains("countries"), "{csv}");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(
            name in any::<String>(),
            columns in 0_usize..200,
            ascii in any::<bool>(),
            numbers in any::<[u64; 3]>(),
        ) {
            let insights = insights();
            let mut odd = activity(&name, insights.iter().collect());
            [odd.events, odd.failed, odd.denied] = numbers;
            odd.first_used.named.push(name.clone());
            odd.countries.push(name);
            let view = IdentityView { identities: vec![odd], of_nobody: 1, located: true };
            let text = printed(&view, Format::Table, columns, ascii);
            for line in text.lines() {
                prop_assert!(width(line) <= columns.max(20), "{line}");
            }
            prop_assert!(!ascii || text.is_ascii());
        }
    }
}
