//! JSON Lines: what pipes and log shippers take.

use std::io;

use super::InsightWriter;
use super::visible::escape_json;
use crate::insight::Insight;
use crate::insight::record::{RecordOptions, records};

/// One record a line, nothing around them; escaped as [`Json`](super::Json) is.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonLines(pub RecordOptions);

impl InsightWriter for JsonLines {
    fn write(&self, insights: &[Insight], out: &mut dyn io::Write) -> io::Result<()> {
        for record in records(insights, self.0) {
            let json = serde_json::to_string(&record)?;
            writeln!(out, "{}", escape_json(&json))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::record::InsightRecord;
    use crate::insight::sample;

    #[test]
    fn a_record_a_line_whatever_names_hold() {
        let insights = [sample::hostile(), sample::burst(), sample::ongoing()];
        let mut out = Vec::new();
        JsonLines::default().write(&insights, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let read: Vec<InsightRecord> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, records(&insights, RecordOptions::default()));
        assert!(read.is_sorted_by_key(|record| record.event_time.clone()));
        assert_eq!(read.len(), 5);
    }

    #[test]
    fn no_insights_are_no_lines() {
        let mut out = Vec::new();
        JsonLines::default().write(&[], &mut out).unwrap();
        assert!(out.is_empty());
    }
}
