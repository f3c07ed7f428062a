//! `config init`, `config show` and `config validate`.

use std::fs;

use crate::logs::{Folder, Run};
use crate::program_in;

fn config(folder: &Folder, arguments: &[&str]) -> Run {
    Run::of(program_in(folder.path()).arg("config").args(arguments))
}

fn bare() -> Folder {
    Folder::with(".git", "")
}

#[test]
fn init_writes_a_file_that_is_valid_and_never_over_another() {
    let folder = bare();
    config(&folder, &["init"]).ends(0);
    let written = fs::read_to_string(folder.at("trailspike.toml")).unwrap();
    assert!(written.contains("#min_count = 10"), "{written}");
    let run = config(&folder, &["validate"]).ends(0);
    assert!(run.out.contains("trailspike.toml: valid"), "{}", run.out);

    folder.write("trailspike.toml", "mine");
    let run = config(&folder, &["init"]).ends(2);
    assert!(run.err.contains("--force"), "{}", run.err);
    assert_eq!(fs::read_to_string(folder.at("trailspike.toml")).unwrap(), "mine");
    config(&folder, &["init", "--force"]).ends(0);
    assert_eq!(fs::read_to_string(folder.at("trailspike.toml")).unwrap(), written);
}

#[test]
fn what_init_writes_changes_nothing() {
    let folder = bare();
    let without = config(&folder, &["show"]).ends(0).out;
    config(&folder, &["init"]).ends(0);
    let with = config(&folder, &["show"]).ends(0).out;
    let settings = |shown: &str| shown.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(settings(&with), settings(&without));
    assert_ne!(with, without);
}

#[test]
fn show_tells_settings_and_where_each_comes_from() {
    let folder = bare();
    folder.write(
        "team.toml",
        "[detect]\nsensitivity = \"high\"\nmin_count = 25\n\n[[suppress]]\naccount = \"1*\"\n\
         reason = \"a \\u001b[2J test\"\n",
    );
    let run = config(&folder, &["show", "--config", "team.toml"]).ends(0);
    insta::assert_snapshot!(run.out);
    // It is a configuration itself, which says the same.
    folder.write("again.toml", &run.out);
    let again = config(&folder, &["show", "--config", "again.toml"]).ends(0);
    let settings = |shown: &str| {
        let lines = shown.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(settings(&again.out), settings(&run.out));
}

#[test]
fn validate_names_file_line_and_key_with_exit_code_2() {
    let folder = bare();
    let run = config(&folder, &["validate"]).ends(2);
    assert!(run.err.contains("config init"), "{}", run.err);
    folder.write("bad.toml", "[detect]\nmin_cuont = 1\nmin_ration = 2\n");
    let run = config(&folder, &["validate", "bad.toml"]).ends(2);
    assert!(run.out.is_empty());
    for told in [
        "bad.toml:2:1: detect.min_cuont: unknown key; did you mean min_count?",
        "bad.toml:3:1: detect.min_ration: unknown key; did you mean min_ratio?",
    ] {
        assert!(run.err.contains(told), "{}", run.err);
    }
    let run = config(&folder, &["validate", "no.toml"]).ends(2);
    assert!(run.err.contains("no.toml"), "{}", run.err);
}

#[test]
fn a_hostile_file_moves_nothing_on_the_terminal() {
    let folder = bare();
    folder.write(
        "\u{1b}[2J.toml",
        "[detect]\n\"\\u001b[31m\\u202e\" = 1\nsensitivity = \"\u{9b}\"\n",
    );
    let run = config(&folder, &["validate", "\u{1b}[2J.toml"]).ends(2);
    assert!(!run.err.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{:?}", run.err);
    let run = config(&folder, &["show", "--config", "\u{1b}[2J no.toml"]).ends(2);
    assert!(!run.err.contains('\u{1b}'), "{:?}", run.err);
}

#[test]
fn help_tells_what_holds_without_flag_and_file() {
    let help = Run::of(program_in(bare().path()).args(["detect", "--help"])).ends(0).out;
    let insights = trailspike::insight::InsightOptions::default();
    let settings = trailspike::detect::Settings::default();
    for (flag, default) in [
        ("--false-per-week <", settings.false_insights_per_account_week.to_string()),
        ("--min-count <", insights.min_count.to_string()),
        ("--min-ratio <", insights.min_ratio.to_string()),
    ] {
        let after = help.split(flag).nth(1).unwrap().split("      --").next().unwrap();
        assert!(after.contains(&format!("[default: {default}]")), "{flag}: {after}");
    }
}
