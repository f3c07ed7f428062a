//! Incidents planted into logs of known rate.

use serde_json::Value;

use crate::logs::{Folder, Run, SAMPLES, lines, program, record};

/// So many days of three APIs: a call every five minutes, three, and two a quarter of an hour.
fn steady(days: i64) -> Folder {
    let apis = [("DescribeTags", 1, 300), ("GetKey", 3, 300), ("PutItem", 2, 900)];
    let mut list = Vec::new();
    for (name, calls, every) in apis {
        for at in 0..days * 86_400 / every {
            for call in 0..calls {
                let mut one = record(list.len() as u64, at * every + call);
                one["eventName"] = name.into();
                list.push(one);
            }
        }
    }
    Folder::with("x.jsonl", lines(&list))
}

fn inject(input: &str, arguments: &[&str]) -> Run {
    Run::of(program().args(["evaluate", "--inject", input]).args(arguments)).ends(0)
}

fn injection(run: &Run) -> Value {
    serde_json::from_str::<Value>(&run.out).unwrap()["injection"].take()
}

#[test]
fn what_is_large_is_found_on_steady_logs() {
    let logs = steady(18);
    let input = logs.path().to_str().unwrap();
    let run = inject(input, &["--plants", "24"]);
    let found = injection(&run);
    assert_eq!(
        (&found["subjects"], &found["withAPast"], &found["planted"]),
        (&3.into(), &3.into(), &144.into())
    );
    assert_eq!(found["foundWhileLearning"], 0);
    for row in found["bySize"].as_array().unwrap() {
        let size = row["size"].as_u64().unwrap();
        assert_eq!(row["found"]["of"], 24);
        if size >= 5 {
            assert_eq!(row["found"]["part"], 24, "{size}");
            assert!(row["startErrors"]["median"].as_u64().unwrap() == 0, "{row}");
            assert!(row["minutesToDetect"]["median"].as_u64().unwrap() >= 1, "{row}");
        }
    }
    let groups = |key: &str| -> u64 {
        let shares =
            found[key].as_array().unwrap().iter().flat_map(|row| row["found"].as_array().unwrap());
        shares.map(|share| share["of"].as_u64().unwrap()).sum()
    };
    assert_eq!([groups("byShape"), groups("byCallers"), groups("byOwnPeak")], [144; 3]);
    for threads in ["1", "3"] {
        assert_eq!(inject(input, &["--plants", "24", "-j", threads]).out, run.out);
    }
    assert_ne!(inject(input, &["--plants", "24", "--seed", "2"]).out, run.out);
}

#[test]
fn the_table_says_it_in_words() {
    let run = inject(SAMPLES, &["--plants", "8", "-q", "-f", "table"]);
    assert!(run.err.is_empty(), "{}", run.err);
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    insta::assert_snapshot!("injection", run.out);
}

#[test]
fn logs_that_are_too_short_say_so() {
    let logs = steady(2);
    let run = inject(logs.path().to_str().unwrap(), &["-q", "-f", "table"]);
    assert!(run.out.contains("too short"), "{}", run.out);
    assert!(!run.out.contains("On your logs"), "{}", run.out);
    let found = injection(&inject(logs.path().to_str().unwrap(), &[]));
    assert_eq!((&found["withAPast"], &found["planted"]), (&0.into(), &0.into()));
    assert_eq!(found["bySize"][0]["found"]["share"], Value::Null);
}

#[test]
fn the_yardstick_and_settings_can_be_tried_as_well() {
    let logs = steady(10);
    let input = logs.path().to_str().unwrap();
    let shares = |arguments: &[&str]| -> u64 {
        let found = injection(&inject(input, arguments));
        found["bySize"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["found"]["part"].as_u64().unwrap())
            .sum()
    };
    let usual = shares(&["--plants", "16"]);
    assert!(shares(&["--plants", "16", "--min-count", "60"]) < usual);
    assert_ne!(shares(&["--plants", "16", "--detector", "peak"]), 0);
}
