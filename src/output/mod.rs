//! Insights -> what people and programs read: one writer a format, one file a writer.

mod answer;
mod blocks;
mod books;
mod colour;
mod csv;
mod evaluation;
mod fit;
mod graph;
mod html;
mod identity_view;
mod json;
mod jsonl;
mod markdown;
mod numbers;
mod problems;
mod rows;
pub mod s3_layout;
mod series;
mod sparkline;
pub mod store_summary;
pub mod summary;
mod sweep;
mod table;
mod verification;
mod visible;
pub mod whole_file;

use std::io;

use crate::insight::Insight;
use crate::insight::record::RecordOptions;

pub use self::answer::{AnswerJson, AnswerTable, refusal};
pub use self::colour::wants_colour;
pub use self::csv::{Csv, CsvOptions};
pub use self::evaluation::{EvaluationFormat, write_evaluation};
pub use self::graph::files::{FilesError, svg_names, write_svgs};
pub use self::graph::svg;
pub use self::html::write_html;
pub use self::identity_view::write_identity_view;
pub use self::json::Json;
pub use self::jsonl::JsonLines;
pub use self::markdown::{markdown, write_markdown};
pub use self::problems::write_problems;
pub use self::rows::{RowsFormat, RowsTable, write_rows, write_rows_parquet};
pub use self::s3_layout::S3LayoutError;
pub use self::series::{SeriesFormat, SeriesOutput, write_series};
pub use self::sweep::write_sweep;
pub use self::table::{Charted, Graphs, Table, TableOptions};
pub use self::verification::{
    VerificationFormat, VerificationOutput, VerificationSpeed, write_verification,
};
pub use self::visible::visible;

/// A form that insights can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people, on a terminal.
    Table,
    /// One `{"Records":[…]}` document, as CloudTrail's files are.
    Json,
    /// One record a line.
    JsonLines,
    /// One row an insight, for spreadsheets.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::JsonLines, Self::Csv];

    /// The name in flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
        }
    }

    /// What writes this format.
    #[must_use]
    pub fn writer(self, options: OutputOptions) -> Box<dyn InsightWriter> {
        match self {
            Self::Table => Box::new(Table(options.table)),
            Self::Json => Box::new(Json(options.record)),
            Self::JsonLines => Box::new(JsonLines(options.record)),
            Self::Csv => Box::new(Csv(options.csv)),
        }
    }
}

/// How to write, whatever the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputOptions {
    /// For formats made of records.
    pub record: RecordOptions,
    /// For the table.
    pub table: TableOptions,
    /// For CSV.
    pub csv: CsvOptions,
}

/// Writes insights in one format.
pub trait InsightWriter {
    /// Writes a whole document: the insights given and nothing after them. Records are sorted by
    /// time, rows and blocks stand in the order given.
    ///
    /// # Errors
    /// Those of `out`.
    fn write(&self, insights: &[Insight], out: &mut dyn io::Write) -> io::Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    /// Whoever was reading has gone.
    struct Gone;

    impl io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_stays_one_in_every_format() {
        for format in Format::ALL {
            let insights = vec![sample::burst(); 50];
            let writer = format.writer(OutputOptions::default());
            let error = writer.write(&insights, &mut Gone).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{}", format.as_str());
        }
    }

    #[test]
    fn no_format_prints_what_hides() {
        for format in Format::ALL {
            let mut out = Vec::new();
            let writer = format.writer(OutputOptions::default());
            writer.write(&[sample::hostile()], &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            let hidden = ['\u{1b}', '\u{202e}', '\u{200b}', '\0', '\t', '\r'];
            assert!(!text.contains(hidden), "{}: {text:?}", format.as_str());
        }
    }
}
