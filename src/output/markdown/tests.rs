use proptest::prelude::*;

use super::*;
use crate::insight::sample;
use crate::report::{AttributionTable, Command, TableRow, report};
use crate::{AnalysisOptions, Progress, analyse, find_files};

#[test]
fn a_report_of_the_samples() {
    let options = AnalysisOptions::new();
    let files = find_files(&["sample-logs".into()], &options).unwrap();
    let analysis = analyse(&files, &options, &Progress::default()).unwrap();
    let report = report(&analysis, &options, &files, 1).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.md");
    write_markdown(&report, &path, false).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!(text);

    let links: Vec<&str> =
        text.split("(out-images/").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert_eq!(links.len(), report.pages.len());
    for link in links {
        let image = std::fs::read_to_string(folder.path().join("out-images").join(link)).unwrap();
        assert!(image.starts_with("<svg ") && image.ends_with("</svg>\n"), "{link}");
    }
    // The same again is no overwriting; another document is.
    write_markdown(&report, &path, false).unwrap();
    std::fs::write(&path, "mine").unwrap();
    let error = write_markdown(&report, &path, false).unwrap_err();
    assert!(matches!(error, FilesError::Exists(_)), "{error}");
    write_markdown(&report, &path, true).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn of_no_insights_there_are_no_images() {
    let logs = tempfile::tempdir().unwrap();
    let log = "{\"Records\":[{\"eventTime\":\"2026-03-09T14:02:00Z\",\"eventSource\":\
               \"ec2.amazonaws.com\",\"eventName\":\"RunInstances\",\"awsRegion\":\"us-east-1\",\
               \"recipientAccountId\":\"111122223333\",\"eventID\":\"a\"}]}";
    std::fs::write(logs.path().join("logs.json"), log).unwrap();
    let options = AnalysisOptions::new();
    let files = find_files(&[logs.path().to_owned()], &options).unwrap();
    let analysis = analyse(&files, &options, &Progress::default()).unwrap();
    let report = report(&analysis, &options, &files, 1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_markdown(&report, &folder.path().join("x.md"), false).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(
        markdown(&report, &[]),
        "# Unusual activity in AWS CloudTrail logs\n\nNothing unusual was found. 1 min of logs from \
         2026-03-09 14:02 to 2026-03-09 14:03, 1 event of 1 account. Times are in UTC; an end is \
         the minute after the last one.\n"
    );
}

/// The document of one insight, with a command that has its event name in it.
fn of_one(insight: &Insight) -> String {
    let row = |share: &'_ crate::insight::Share| (share.value.clone(), share.events);
    let rows: Vec<Vec<(String, u64)>> = insight
        .attributions
        .iter()
        .map(|attribution| attribution.whole.iter().map(row).collect())
        .collect();
    let tables: Vec<AttributionTable<'_>> = insight
        .attributions
        .iter()
        .zip(&rows)
        .map(|(attribution, rows)| AttributionTable {
            attribution,
            rows: rows
                .iter()
                .map(|(value, events)| TableRow {
                    value: Some(value),
                    events: *events,
                    baseline: 22,
                })
                .collect(),
            other: Some(TableRow { value: None, events: 1, baseline: 0 }),
        })
        .collect();
    let commands = [Command { title: "From files (jq)", text: format!("jq '{}'", insight.region) }];
    let leading = Member { insight, tables: &tables, commands: &commands, image: "x/y.svg" };
    let incident = Incident::new(vec![leading, leading]).unwrap();
    document("One.\n", &[incident])
}

#[test]
fn hostile_names_stay_names() {
    insta::assert_snapshot!(of_one(&sample::hostile()));
}

#[test]
fn links_are_of_harmless_letters() {
    assert_eq!(link_to(Path::new("a/out-images")), "out-images");
    assert_eq!(link_to(Path::new("o) (ü-images")), "o%29%20%28%C3%BC-images");
}

proptest! {
    #[test]
    fn lines_and_cells_are_ours(name: String, who: String) {
        let ordinary = of_one(&sample::burst());
        let mut insight = sample::burst();
        insight.event_name = name.clone();
        insight.account = name;
        insight.pattern.why = who.clone();
        insight.attributions[0].whole[0].value = who;
        let report = of_one(&insight);
        prop_assert_eq!(report.lines().count(), ordinary.lines().count());
        for (line, ordinary) in report.lines().zip(ordinary.lines()) {
            if ordinary.starts_with('|') {
                prop_assert_eq!(line.matches('|').count(), ordinary.matches('|').count());
            }
        }
    }
}
