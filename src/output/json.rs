//! One JSON document, as CloudTrail's own files are.

use std::io;

use serde::Serialize;

use super::InsightWriter;
use super::visible::escape_json;
use crate::insight::Insight;
use crate::insight::record::{InsightRecord, RecordOptions, records};

/// `{"Records":[…]}`, indented for people. Characters that hide or that move
/// a terminal's cursor are escaped, which changes nothing for readers of JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json(pub RecordOptions);

/// What a log file of CloudTrail holds.
#[derive(Serialize)]
pub(super) struct RecordsFile<'a> {
    #[serde(rename = "Records")]
    pub(super) records: &'a [InsightRecord],
}

impl InsightWriter for Json {
    fn write(&self, insights: &[Insight], out: &mut dyn io::Write) -> io::Result<()> {
        let records = records(insights, self.0);
        let json = serde_json::to_string_pretty(&RecordsFile { records: &records })?;
        writeln!(out, "{}", escape_json(&json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    fn printed(insights: &[Insight], options: RecordOptions) -> String {
        let mut out = Vec::new();
        Json(options).write(insights, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_start_and_an_end() {
        insta::assert_snapshot!(printed(&[sample::hostile()], RecordOptions::default()));
    }

    #[test]
    fn strict_aws_leaves_our_extension_out() {
        let text = printed(&[sample::burst()], RecordOptions { strict_aws: true });
        assert!(!text.contains("trailspike"), "{text}");
    }

    #[test]
    fn no_insights_are_an_empty_list() {
        assert_eq!(printed(&[], RecordOptions::default()), "{\n  \"Records\": []\n}\n");
    }

    #[test]
    fn an_ongoing_insight_has_no_end() {
        let text = printed(&[sample::ongoing()], RecordOptions::default());
        assert_eq!(text.matches("\"state\": \"Start\"").count(), 1);
        assert_eq!(text.matches("\"state\": \"End\"").count(), 0);
    }

    #[test]
    fn the_order_of_insights_does_not_matter() {
        let mut insights = [sample::burst(), sample::hostile(), sample::ongoing()];
        let one_way = printed(&insights, RecordOptions::default());
        insights.reverse();
        assert_eq!(printed(&insights, RecordOptions::default()), one_way);
    }
}
