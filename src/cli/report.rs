//! `--report FILE`: what the extension says is written.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use trailspike::input::Discovery;
use trailspike::output::{markdown, write_html, write_markdown};
use trailspike::report::report;
use trailspike::{Analysis, AnalysisOptions};

use super::Failure;
use super::output_file::OutputFile;

/// The forms a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReportFormat {
    Html,
    Markdown,
}

impl ReportFormat {
    fn of(path: &Path) -> anyhow::Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("html" | "htm") => Ok(Self::Html),
            Some("md" | "markdown") => Ok(Self::Markdown),
            _ => bail!(
                "--report {}: the name must end in .html or .md, which says what is written",
                path.display()
            ),
        }
    }
}

/// A report that is to be written.
pub struct ReportFile {
    format: ReportFormat,
    file: OutputFile,
}

impl ReportFile {
    /// To be asked before the work, so that nothing is computed in vain.
    pub fn new(path: PathBuf, force: bool) -> anyhow::Result<Self> {
        let format = ReportFormat::of(&path)?;
        let file = OutputFile::new(Some(path), force).context("--report")?;
        Ok(Self { format, file })
    }

    /// Whether results go to the same file.
    pub fn is_same(&self, other: &OutputFile) -> bool {
        self.file.is_same(other)
    }

    /// Writes the report of an analysis, on the threads of the current rayon pool.
    pub fn write(
        &self,
        analysis: &Analysis,
        options: &AnalysisOptions,
        files: &Discovery,
        inputs: usize,
    ) -> Result<(), Failure> {
        let report = report(analysis, options, files, inputs).map_err(Failure::bad_input)?;
        match (self.format, &self.file) {
            (ReportFormat::Markdown, OutputFile::File { path, replace }) => {
                write_markdown(&report, path, *replace).map_err(Failure::wrong_use)
            }
            // No images stand beside a pipe or a device.
            (ReportFormat::Markdown, file) => file
                .write(|out| out.write_all(markdown(&report, &[]).as_bytes()))
                .map_err(Failure::wrong_use),
            (ReportFormat::Html, file) => {
                file.write(|out| write_html(&report, out)).map_err(Failure::wrong_use)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_what_is_written() {
        for name in ["a.html", "b/c.HTM", "x.md.html"] {
            assert_eq!(ReportFormat::of(Path::new(name)).unwrap(), ReportFormat::Html, "{name}");
        }
        for name in ["a.md", "a.html.MD", "b/c.markdown"] {
            assert_eq!(
                ReportFormat::of(Path::new(name)).unwrap(),
                ReportFormat::Markdown,
                "{name}"
            );
        }
        for name in ["a", "a.pdf", ".html", "html", ".md"] {
            assert!(ReportFormat::of(Path::new(name)).is_err(), "{name}");
        }
    }
}
