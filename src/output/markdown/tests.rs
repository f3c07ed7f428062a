use proptest::prelude::*;

use super::*;
use crate::coverage::Coverage;
use crate::graph::graphs;
use crate::insight::sample;
use crate::{AnalysisOptions, Minute, Progress, analyse, find_files};

const NOTHING: ReportScope = ReportScope { logs: None, events: 0 };

#[test]
fn a_report_of_the_samples() {
    let options = AnalysisOptions::new();
    let files = find_files(&["sample-logs".into()], &options).unwrap();
    let analysis = analyse(&files, &options, &Progress::default()).unwrap();
    let insights = &analysis.found.insights;
    let graphs = graphs(insights, &analysis.table, options.insights.calls).unwrap();
    let logs = analysis.table.coverage().values().next().map(Coverage::span);
    let scope = ReportScope { logs, events: analysis.tally.counted };

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.md");
    write_markdown(&path, insights, &graphs, scope, false).unwrap();
    let report = std::fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!(report);

    let links: Vec<&str> =
        report.split("(out-images/").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(links.len(), insights.len());
    for link in links {
        let image = std::fs::read_to_string(folder.path().join("out-images").join(link)).unwrap();
        assert!(image.starts_with("<svg ") && image.ends_with("</svg>\n"), "{link}");
    }
    // The same again is no overwriting; another report is.
    write_markdown(&path, insights, &graphs, scope, false).unwrap();
    let other = ReportScope { events: 1, ..scope };
    let error = write_markdown(&path, insights, &graphs, other, false).unwrap_err();
    assert!(matches!(error, FilesError::Exists(_)), "{error}");
    write_markdown(&path, insights, &graphs, other, true).unwrap();
    assert_ne!(std::fs::read_to_string(&path).unwrap(), report);
}

#[test]
fn nothing_found_is_said() {
    let start = Minute::new(29_551_082);
    let logs = Some(Span { start, end: start + 90 });
    assert_eq!(
        markdown(&[], &[], ReportScope { logs, events: 12 }),
        "# Unusual activity in AWS CloudTrail logs\n\nNothing unusual was found. 1 h 30 min of logs \
         from 2026-03-09 14:02 to 2026-03-09 15:32 UTC, 12 events. Times are in UTC; an end is the \
         minute after the last one.\n"
    );
    let folder = tempfile::tempdir().unwrap();
    write_markdown(&folder.path().join("x.md"), &[], &[], NOTHING, false).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn hostile_names_stay_names() {
    insta::assert_snapshot!(markdown(&[sample::hostile()], &[], NOTHING));
}

#[test]
fn links_are_of_harmless_letters() {
    assert_eq!(link_to(Path::new("a/out-images")), "out-images");
    assert_eq!(link_to(Path::new("o) (ü-images")), "o%29%20%28%C3%BC-images");
}

proptest! {
    #[test]
    fn lines_and_cells_are_ours(name: String, who: String) {
        let ordinary = markdown(&[sample::burst()], &[], NOTHING);
        let mut insight = sample::burst();
        insight.event_name = name.clone();
        insight.account = name.clone();
        insight.pattern.why = who.clone();
        insight.attributions[0].whole[0].value = who;
        let report = markdown(&[insight], &[], NOTHING);
        prop_assert_eq!(report.lines().count(), ordinary.lines().count());
        for (line, ordinary) in report.lines().zip(ordinary.lines()) {
            if ordinary.starts_with('|') {
                prop_assert_eq!(line.matches('|').count(), ordinary.matches('|').count());
            }
        }
    }
}
