//! Charts in the table, and images.

use std::fs;

use crate::logs::{Folder, Run, SAMPLES, burst, detect_samples, document, program};

const TABLE: [&str; 3] = ["-f", "table", "--charts"];

#[test]
fn the_table_of_the_samples_with_charts() {
    let run = detect_samples(&TABLE).ends(0);
    assert!(run.out.lines().all(|line| line.chars().count() <= 80));
    insta::assert_snapshot!(run.out);
}

#[test]
fn charts_fit_any_width_and_can_do_without_unicode() {
    for width in [1, 20, 33, 48, 60, 79, 120, 200, 400] {
        let text = width.to_string();
        let run = detect_samples(&["-f", "table", "--charts", "--width", &text]).ends(0);
        for line in run.out.lines() {
            assert!(line.chars().count() <= width.max(20), "{width}: {line}");
        }
        let ascii =
            detect_samples(&["-f", "table", "--charts", "--ascii", "--width", &text]).ends(0);
        assert!(ascii.out.is_ascii(), "{}", ascii.out);
        let marks = ascii
            .out
            .lines()
            .map(str::trim)
            .filter(|line| *line == "S" || *line == "SE" || line.starts_with("S="));
        // Where there is no room for a chart, a picture of one line stands for it.
        assert_eq!(marks.count(), if width < 24 { 0 } else { 3 }, "{width}");
    }
}

/// How many charts are drawn: each has one corner.
fn charts(run: &Run) -> usize {
    run.out.matches('└').count()
}

#[test]
fn as_many_are_drawn_as_asked_for() {
    for (flags, number) in [
        (&["-f", "table"][..], 0),
        (&["-f", "table", "--charts=none"], 0),
        (&["-f", "table", "--charts=worst"], 1),
        (&["-f", "table", "--charts=all"], 3),
        (&["-f", "table", "--charts", "--each"], 5),
    ] {
        assert_eq!(charts(&detect_samples(flags).ends(0)), number, "{flags:?}");
    }
    let worst = detect_samples(&["-f", "table", "--charts=worst"]).ends(0);
    assert!(worst.out.find('└').unwrap() < worst.out.find("GetSecretValue").unwrap());
    for flags in [&["-f", "json", "--charts"][..], &["--charts"], &["--sweep", "--charts"]] {
        let refused = detect_samples(flags).ends(2);
        assert!(refused.err.contains("--charts"), "{}", refused.err);
    }
}

#[test]
fn only_the_insight_is_coloured_and_nothing_else_changes() {
    let plain = detect_samples(&["-f", "table", "--charts", "--color", "never"]).ends(0).out;
    let coloured = detect_samples(&["-f", "table", "--charts", "--color", "always"]).ends(0).out;
    assert!(coloured.contains("\u{1b}[31m"));
    let mut without = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        without.push_str(if index == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(without, plain);
}

#[test]
fn the_environment_may_ask_for_colour() {
    let run = |variables: &[(&str, &str)]| {
        let mut command = program();
        command.arg("detect").args(["-f", "table"]).arg(SAMPLES);
        Run::of(command.envs(variables.iter().copied())).ends(0).out
    };
    assert!(!run(&[]).contains('\u{1b}'));
    assert!(run(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!run(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

/// The files of a folder and what they hold, sorted.
fn files(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let content = fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), content)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn each_insight_has_an_image_that_is_always_the_same() {
    let folder = Folder::new();
    let images = folder.path().join("a/images");
    let svg = images.to_str().unwrap();
    detect_samples(&["--svg", svg]).ends(0);
    let first = files(&images);
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "2026-03-09T1420Z-5b6e00d1.svg",
            "2026-03-09T1420Z-de31bf99.svg",
            "2026-03-10T0307Z-1c9eef39.svg",
            "2026-03-10T0307Z-4e3d2ee8.svg",
            "2026-03-10T1610Z-eba4610d.svg",
        ]
    );
    assert!(first.iter().all(|(_, image)| image.starts_with("<svg ")));

    // The same again is written over nothing, and by one thread.
    detect_samples(&["--svg", svg, "--threads", "1"]).ends(0);
    assert_eq!(files(&images), first);

    let image = images.join(names[0]);
    fs::write(&image, "mine").unwrap();
    let refused = detect_samples(&["--svg", svg]).ends(2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&image).unwrap(), "mine");
    detect_samples(&["--svg", svg, "--force"]).ends(0);
    assert_eq!(files(&images), first);
}

#[test]
fn names_from_logs_stay_text() {
    let mut calls = burst(10);
    for call in &mut calls {
        call["eventName"] = "</text><script>alert(1)</script>\u{202e}&\"'".into();
    }
    let logs = Folder::with("logs.json", document(&calls));
    let out = Folder::new();
    let images = out.path().join("images");
    logs.detect(&["--svg", images.to_str().unwrap()]).ends(0);
    let files = files(&images);
    assert_eq!(files.len(), 1);
    let image = &files[0].1;
    assert!(!image.contains("<script") && !image.contains('\u{202e}'), "{image}");
    assert!(image.contains("&lt;/text&gt;&lt;script&gt;"), "{image}");
}

#[test]
fn a_report_in_markdown_has_images_beside_it() {
    let folder = Folder::new();
    let path = folder.path().join("out.md");
    let report = ["--report", path.to_str().unwrap()];
    detect_samples(&report).ends(0);
    let text = fs::read_to_string(&path).unwrap();
    let images = files(&folder.path().join("out-images"));
    assert_eq!(images.len(), 5);
    assert!(images.iter().all(|(name, _)| text.contains(&format!("(out-images/{name})"))));

    let refused = detect_samples(&report).ends(2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    detect_samples(&[report[0], report[1], "--force", "--threads", "1"]).ends(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(files(&folder.path().join("out-images")), images);
}
