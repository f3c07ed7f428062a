//! Which file is read, and what wins.

use std::path::Path;

use crate::logs::{Folder, Run, SAMPLES, burst, record};
use crate::{detect, program_in, project, uneven};

/// A file that says who it is.
fn named(min_count: u32) -> String {
    format!("[detect]\nmin_count = {min_count}\n")
}

#[test]
fn one_file_is_read_by_flag_environment_project_and_user_in_this_order() {
    let home = Folder::new();
    home.write("home/.config/trailspike/trailspike.toml", named(1));
    home.write("xdg/trailspike/trailspike.toml", named(2));
    home.write("project/trailspike.toml", named(3));
    home.write("project/deep/.keep", "");
    home.write("variable.toml", named(4));
    home.write("flag.toml", named(5));
    home.write("elsewhere/.git", "");
    let flag = home.at("flag.toml");
    let flag = flag.to_str().unwrap();
    let show = |folder: &str, environment: &[(&str, &str)], flags: &[&str]| {
        let mut command = program_in(&home.at(folder));
        command.env("HOME", home.at("home"));
        for (name, value) in environment {
            command.env(name, home.at(value));
        }
        let run = Run::of(command.args(["config", "show"]).args(flags)).ends(0);
        let line = run.out.lines().find(|line| line.starts_with("min_count")).unwrap().to_owned();
        line.split_whitespace().nth(2).unwrap().parse::<u32>().unwrap()
    };
    let xdg = ("XDG_CONFIG_HOME", "xdg");
    let variable = ("TRAILSPIKE_CONFIG", "variable.toml");
    assert_eq!(show("elsewhere", &[], &[]), 1);
    assert_eq!(show("elsewhere", &[xdg], &[]), 2);
    assert_eq!(show("project", &[xdg], &[]), 3);
    assert_eq!(show("project/deep", &[xdg], &[]), 3);
    assert_eq!(show("project", &[xdg, variable], &[]), 4);
    assert_eq!(show("project", &[xdg, variable], &["--config", flag]), 5);
    assert_eq!(show("project", &[xdg, variable], &["--no-config"]), 10);
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_right() {
    let folder = project(&burst(10), "");
    for flags in [&["--config", "no.toml"][..], &["--config", "."]] {
        let run = detect(&folder, flags).ends(2);
        assert!(run.out.is_empty() && run.err.contains(flags[1]), "{}", run.err);
    }
    let run = Run::of(
        program_in(folder.path()).args(["detect", "logs"]).env("TRAILSPIKE_CONFIG", "no.toml"),
    );
    assert!(run.ends(2).err.contains("no.toml"));
    folder.write("trailspike.toml", "[detect]\nmin_cuont = 1\n");
    let run = detect(&folder, &[]).ends(2);
    assert!(run.err.contains("did you mean min_count?"), "{}", run.err);
    detect(&folder, &["--no-config"]).ends(0);
    detect(&folder, &["--no-config", "--config", "x"]).ends(2);
}

#[test]
fn flags_win_over_the_file_and_the_file_over_what_is_built_in() {
    let file = "[detect]\nmin_count = 100000\n[output]\nformat = \"csv\"\n";
    let folder = project(&burst(10), file);
    let run = detect(&folder, &[]).ends(0);
    assert_eq!(run.out.lines().count(), 1, "column names alone: {}", run.out);
    assert!(run.line("config").unwrap().ends_with("trailspike.toml"), "{}", run.err);
    assert_eq!(detect(&folder, &["--min-count", "10"]).ends(0).out.lines().count(), 2);
    let plain = detect(&folder, &["--no-config"]).ends(0);
    assert_eq!(plain.insights().len(), 2);
    assert_eq!(plain.line("config"), None);
    assert_eq!(detect(&folder, &["--min-count", "10", "-f", "jsonl"]).ends(0).out, plain.out);
}

/// Eight days of a call a minute that stay away for five hours, while another goes on.
fn silent() -> Vec<serde_json::Value> {
    let silence = 7 * 1_440 + 600..7 * 1_440 + 900;
    let minutes = (0..8 * 1_440).filter(|minute| minute % 10 == 0 || !silence.contains(minute));
    let call = |(minute, id)| {
        let mut call = record(id, i64::from(minute) * 60);
        if minute % 10 == 0 {
            call["eventName"] = "DeleteQueue".into();
        }
        call
    };
    minutes.zip(1..).map(call).collect()
}

/// What each flag does, its key in a file does, and the flag takes it back.
fn is_its_flag(logs: &Path, key: &str, flag: &[&str], back: &[&str]) {
    let folder = Folder::with(".git", "");
    let detect = |config: &str, flags: &[&str]| {
        folder.write("c.toml", config);
        let mut command = program_in(folder.path());
        command.arg("detect").arg(logs).args(["--config", "c.toml"]).args(flags);
        let run = Run::of(&mut command).ends(0);
        // Not everything changes what is found; all of it changes what is looked at.
        (run.line("found").unwrap().to_owned(), run.out)
    };
    let config = format!("[detect]\n{key}\n");
    let (plain, by_key) = (detect("", &[]), detect(&config, &[]));
    assert_ne!(by_key, plain, "{key}");
    assert_eq!(by_key, detect("", flag), "{key}");
    assert_eq!(detect(&config, back), plain, "{key}");
}

#[test]
fn every_key_is_its_flag() {
    for (key, flag, back) in [
        ("min_count = 900", &["--min-count", "900"][..], &["--min-count", "10"][..]),
        ("min_ratio = 5000", &["--min-ratio", "5000"], &["--min-ratio", "0"]),
        ("roll_ups = false", &["--no-roll-ups"], &["--no-roll-ups=false"]),
        ("detector = \"peak\"", &["--detector", "peak"], &["--detector", "surge"]),
        ("identity = \"session\"", &["--identity", "session"], &["--identity", "role"]),
        ("category = \"data\"", &["--category", "data"], &["--category", "management"]),
        ("write_only = true", &["--write-only"], &["--write-only=false"]),
        ("exclude_account = \"1*\"", &["--exclude-account", "1*"], &["--exclude-account", "x"]),
        ("exclude_region = [\"us*\"]", &["--exclude-region", "us*"], &["--exclude-region", "x"]),
        (
            "exclude_event_source = \"ec2*\"",
            &["--exclude-event-source", "ec2*"],
            &["--exclude-event-source", "x"],
        ),
        (
            "exclude_event_name = [\"Get*\", \"List*\"]",
            &["--exclude-event-name", "Get*", "--exclude-event-name", "List*"],
            &["--exclude-event-name", "x"],
        ),
    ] {
        is_its_flag(SAMPLES.as_ref(), key, flag, back);
    }
}

#[test]
fn every_key_of_sensitivity_is_its_flag() {
    let uneven = project(&uneven(), "");
    for (key, flag, back) in [
        ("false_per_week = 3", ["--false-per-week", "3"], ["--sensitivity", "normal"]),
        ("sensitivity = \"high\"", ["--sensitivity", "high"], ["--false-per-week", "0.3"]),
    ] {
        is_its_flag(&uneven.at("logs"), key, &flag, &back);
    }
    let silent = project(&silent(), "");
    is_its_flag(&silent.at("logs"), "drops = true", &["--drops"], &["--drops=false"]);
}

#[test]
fn the_whole_document_is_the_same_wherever_settings_come_from() {
    let folder = project(&burst(10), "[detect]\nsensitivity = \"high\"\nmin_ratio = 2.0\n");
    let by_file = detect(&folder, &[]).ends(0);
    let flags = ["--no-config", "--sensitivity", "high", "--min-ratio", "2"];
    assert_eq!(by_file.out, detect(&folder, &flags).ends(0).out);
    let sweep = ["--sweep", "-f", "json"];
    let by_flags = detect(&folder, &[&sweep[..], &flags[..]].concat()).ends(0);
    assert_eq!(detect(&folder, &sweep).ends(0).out, by_flags.out);
}
