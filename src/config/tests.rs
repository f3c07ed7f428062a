use proptest::prelude::*;

use super::*;
use crate::DetectorKind;
use crate::detect::{FalsePerWeek, Sensitivity};
use crate::insight::InsightOptions;
use crate::output::Format;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("t.toml"), text)
}

/// What is wrong with a text: place, key, and what the reason begins with.
fn problems(text: &str) -> Vec<(usize, usize, String, String)> {
    match parse(text) {
        Err(ConfigError::Invalid { problems, .. }) => problems
            .into_iter()
            .map(|problem| (problem.line, problem.column, problem.key, problem.why))
            .collect(),
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

/// The one thing that is wrong, `line:column key: reason`.
fn problem(text: &str) -> String {
    let problems = problems(text);
    assert_eq!(problems.len(), 1, "{text}: {problems:?}");
    let (line, column, key, why) = &problems[0];
    format!("{line}:{column} {key}: {why}")
}

#[test]
fn every_unknown_key_is_told_with_the_nearest_known_one() {
    let text = "min_count = 3\n[detect]\nmin_cuont = 25\nexclude-regions = []\nzebra = 1\n\
                [[suppress]]\nreasn = \"x\"\n[[suppress]]\nreason = \"x\"\nip = \"::1\"\n[ouput]\nx = 1\n";
    let told: Vec<String> = problems(text)
        .into_iter()
        .map(|(line, column, key, why)| {
            format!("{line}:{column} {key}: {}", why.split(" known are").next().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            "1:1 min_count: unknown key here; it belongs to [detect]",
            "3:1 detect.min_cuont: unknown key; did you mean min_count?",
            "4:1 detect.exclude-regions: unknown key; did you mean exclude_region?",
            "5:1 detect.zebra: unknown key;",
            "7:1 suppress[1].reasn: unknown key; did you mean reason?",
            "10:1 suppress[2].ip: unknown key;",
            "11:2 ouput: unknown key; did you mean output?",
        ]
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_key() {
    for (text, told) in [
        ("[detect]\nmin_count = \"a\"", "2:13 detect.min_count: invalid type: string"),
        ("[detect]\nmin_count = -1", "2:13 detect.min_count: invalid value: integer `-1`"),
        ("[detect]\nmin_count = 4294967296", "2:13 detect.min_count: invalid value"),
        ("[detect]\ndrops = 1", "2:9 detect.drops: invalid type"),
        ("[detect]\nfalse_per_week = 0", "2:18 detect.false_per_week: must be from 0.001 to"),
        ("[detect]\nfalse_per_week = nan", "2:18 detect.false_per_week: must be from 0.001 to"),
        ("[detect]\nmin_ratio = inf", "2:13 detect.min_ratio: must be 0"),
        ("[detect]\nsensitivity = \"lo\"", "2:15 detect.sensitivity: unknown variant `lo`"),
        ("[detect]\ndetector = \"Surge\"", "2:12 detect.detector: unknown variant `Surge`"),
        (
            "[detect]\nfalse_per_week = 1\nsensitivity = \"low\"",
            "3:1 detect.sensitivity: false_per_week and sensitivity say the same thing",
        ),
        ("[detect]\nexclude_region = [\"a\", \"[\"]", "2:18 detect.exclude_region: error parsing"),
        ("detect = 1", "1:10 detect: invalid type"),
        ("[detect", "1:8 : unclosed table"),
        ("[detect]\nmin_count = 1\nmin_count = 2", "3:1 : duplicate key"),
        ("[output]\nformat = \"xml\"", "2:10 output.format: unknown format; known are table,"),
        ("[suppress]\nreason = \"x\"", "1:2 suppress: there may be many: [[suppress]]"),
        ("[[suppress]]\nreason = \"x\"", "1:1 suppress[1]: a rule without any condition"),
        ("[[suppress]]\naccount = \"1\"", "1:1 suppress[1]: missing field `reason`"),
        ("[[suppress]]\naccount = \"1\"\nreason = \" \"", "1:1 suppress[1]: reason is empty"),
        (
            "[[suppress]]\naccount = []\nreason = \"x\"",
            "2:11 suppress[1].account: the list is empty",
        ),
        (
            "[[suppress]]\naccount = \"1\"\nreason = \"x\"\n[[suppress]]\nreason = \"x\"\n\
             source_ip = [\"::1\", \"10.0.0.1/8\"]",
            "6:13 suppress[2].source_ip: 10.0.0.1/8 is an address inside 10.0.0.0/8",
        ),
        (
            "[[suppress]]\ninsight_type = \"CallRate\"\nreason = \"x\"",
            "1:1 suppress[1]: insight_type takes none of ApiCallRateInsight",
        ),
        (
            "[[suppress]]\naccount = \"1\"\nreason = \"x\"\nexpires = \"soon\"",
            "4:11 suppress[1].expires: \"soon\" is no day",
        ),
        (
            "[[suppress]]\naccount = \"1\"\nreason = \"x\"\nexpires = 2026-03-01T00:00:00Z",
            "4:11 suppress[1].expires: \"2026-03-01T00:00:00Z\" is no day",
        ),
        ("[calendar]\ndays_off = [7]", "2:12 calendar.days_off: integer is no day"),
        (
            "[calendar]\ndays_off = [\"2026-01-02..2026-01-01\"]",
            "2:12 calendar.days_off: 2026-01-02..2026-01-01 ends before",
        ),
        ("[calendar]\ndays_off = [\"1969-12-31\"]", "2:12 calendar.days_off: 1969-12-31 is out"),
        ("[[subject]]\naccount = \"1\"", "1:1 subject[1]: nothing is set"),
        (
            "[[subject]]\nsensitivity = \"low\"\nfalse_per_week = 1",
            "1:1 subject[1]: false_per_week and sensitivity say the same thing",
        ),
    ] {
        let found = problem(text);
        assert!(found.starts_with(told), "{text}\n{found}\n{told}");
    }
}

#[test]
fn nothing_of_a_hostile_file_reaches_the_terminal() {
    for text in [
        "\"\\u001b[2J\\u202e\" = 1",
        "[detect]\nsensitivity = \"\u{1b}[2J\"",
        "[detect]\nsensitivity = \"\\u001b[2J\\u202e\\n\"",
        "[calendar]\ndays_off = [\"\\u001b[2J\\n\\r\\u202e\"]",
        "a = \"\u{202e}",
    ] {
        let told = parse(text).unwrap_err().to_string();
        let hides = |character: char| character.is_control() && character != '\n';
        assert!(!told.contains(hides) && !told.contains('\u{202e}'), "{told:?}");
    }
}

#[test]
fn a_file_says_what_flags_say() {
    let config = parse(
        "\u{feff}[detect]\nsensitivity = \"high\"\nmin_count = 25\nmin_ratio = 2\ndrops = true\n\
         roll_ups = false\ndetector = \"peak\"\nidentity = \"session\"\ncategory = \"network\"\n\
         write_only = true\nexclude_account = \"1*\"\nexclude_region = [\"a\", \"b\"]\n\
         [output]\nformat = \"csv\"\n[calendar]\ndays_off = [1970-01-02, \"1970-01-05..1970-01-06\"]\n",
    )
    .unwrap();
    let detect = &config.detect;
    assert_eq!(detect.sensitivity, Some(Sensitivity::High));
    assert_eq!((detect.min_count, detect.min_ratio.unwrap().get()), (Some(25), 2.0));
    assert_eq!(
        (detect.drops, detect.roll_ups, detect.write_only),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!(detect.detector, Some(DetectorKind::Peak));
    assert_eq!(
        (detect.identity, detect.category),
        (Some(Identities::Session), Some(Category::Network))
    );
    assert_eq!(detect.exclude_account.as_deref(), Some(&["1*".to_owned()][..]));
    assert_eq!(detect.exclude_region.as_ref().unwrap().len(), 2);
    assert_eq!(config.output.format, Some(Format::Csv));
    assert_eq!(config.calendar, Calendar::new([(1, 1), (4, 5)]));
    assert_eq!(parse("").unwrap().detect, Detect::default());
}

/// The example with its comments taken from before the keys.
fn uncommented() -> String {
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if !setting.starts_with(' ') => setting,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_sets_nothing_and_tells_every_key_with_its_default() {
    let commented = parse(EXAMPLE).unwrap();
    assert_eq!((commented.detect, commented.output), (Detect::default(), Output::default()));
    let config = parse(&uncommented()).unwrap();
    let (detect, default) = (&config.detect, InsightOptions::default());
    assert_eq!(detect.false_per_week, Some(FalsePerWeek::default()));
    assert_eq!(
        (detect.min_count, detect.min_ratio),
        (Some(default.min_count), Some(default.min_ratio))
    );
    assert_eq!(
        (detect.drops, detect.roll_ups, detect.write_only),
        (Some(false), Some(true), Some(false))
    );
    assert_eq!(detect.detector, Some(DetectorKind::default()));
    assert_eq!(
        (detect.identity, detect.category),
        (Some(Identities::Role), Some(Category::Management))
    );
    assert_eq!(config.rules(), (1, 1));
    for section in ["", "detect", "output", "calendar", "suppress", "subject"] {
        for key in keys::known(section) {
            assert!(EXAMPLE.contains(key), "{section} {key}");
        }
    }
}

#[test]
fn the_examples_of_the_documentation_are_valid() {
    let text = include_str!("../../docs/config.md");
    let examples: Vec<&str> =
        text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        parse(example).unwrap();
    }
    for section in ["detect", "output", "calendar", "suppress", "subject"] {
        for key in keys::known(section) {
            assert!(
                text.contains(&format!("`{key}`")) || text.contains(&format!("{key} = ")),
                "{key}"
            );
        }
    }
}

#[test]
fn what_is_shown_without_a_file_is_the_example() {
    let shown = parse(&show(None)).unwrap();
    let mut example = parse(&uncommented()).unwrap();
    example.detect.sensitivity = None;
    assert_eq!(shown.detect, example.detect);
}

#[test]
fn what_is_shown_names_its_sources() {
    let text = "[detect]\nmin_count = 25\nexclude_event_name = [\"Describe*\", \"Zo\u{eb}\"]\n\n\
                sensitivity = \"low\"\n[output]\nformat = \"json\"\n[calendar]\ndays_off = [2026-12-25]\n\
                [[suppress]]\naccount = \"1\"\nreason = \"evil \\\"\\\\ \\u001b[2J\\u202e\"\n\
                expires = 2027-01-01\n[[subject]]\nregion = \"eu-*\"\nmin_ratio = 5\n";
    let config = parse(text).unwrap();
    insta::assert_snapshot!(show(Some(&(config, Origin::Project))));
}

#[test]
fn a_file_that_is_no_text_or_endless_or_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        Config::read(&path)
    };
    assert!(at("ok.toml", b"").is_ok());
    assert!(matches!(at("bytes.toml", &[0xff]), Err(ConfigError::NotUtf8 { .. })));
    let long = vec![b'#'; (MOST_BYTES + 1).try_into().unwrap()];
    assert!(matches!(at("long.toml", &long), Err(ConfigError::TooLarge { .. })));
    assert!(at("just.toml", &long[1..]).is_ok());
    let error = Config::read(&folder.path().join("no.toml")).unwrap_err();
    assert!(error.to_string().contains("no.toml"), "{error}");
}

proptest! {
    #[test]
    fn what_is_shown_says_the_same_as_the_file(names in prop::collection::vec(any::<String>(), 1..4), min_count in any::<u32>()) {
        let list = toml::Value::Array(names.iter().cloned().map(toml::Value::String).collect());
        let quoted: Vec<String> = names.iter().map(|name| serde_json::to_string(name).unwrap().replace('\u{7f}', "\\u007f")).collect();
        let text = format!("[detect]\nmin_count = {min_count}\nexclude_account = [{}]\n", quoted.join(", "));
        // What is no glob is told.
        if let Ok(config) = parse(&text) {
            let shown = show(Some(&(config.clone(), Origin::Flag)));
            prop_assert!(shown.chars().all(|character| character == '\n' || !character.is_control()));
            let again = parse(&shown).unwrap();
            prop_assert_eq!(again.detect.exclude_account, config.detect.exclude_account);
            prop_assert_eq!(again.detect.min_count, Some(min_count));
            prop_assert_eq!(config.table["detect"]["exclude_account"].clone(), list);
        }
    }

    #[test]
    fn any_text_is_understood_or_told(text in "(\\[{0,2}(detect|suppress|subject|calendar)?\\]{0,2}|reason|expires|days_off|min_count|=|\"|\\[|\\]|[0-9-]{1,10}|\n|.){0,40}") {
        if let Err(error) = parse(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
