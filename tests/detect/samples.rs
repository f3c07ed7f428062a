//! The sample logs hold what their README says, and that is what is found.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::logs::detect_samples;
use crate::rules::problems;

/// One row of the README's table of incidents, as seen by one insight.
struct Promised {
    api: (&'static str, &'static str),
    error_code: Option<&'static str>,
    start: &'static str,
    end: &'static str,
    /// Fewest and most calls: the incident's, and at most a few ordinary ones in its minutes.
    calls: (u64, u64),
    peak: (u64, u64),
    /// Of the identity with most calls, and its share of them in percent.
    identity: (&'static str, u64),
    agent: &'static str,
    sources: &'static [&'static str],
}

const STORM: Promised = Promised {
    api: ("signin.amazonaws.com", "ConsoleLogin"),
    error_code: None,
    start: "2026-03-09T14:20:00Z",
    end: "2026-03-09T14:40:00Z",
    calls: (994, 994),
    peak: (42, 58),
    identity: ("HIDDEN_DUE_TO_SECURITY_REASONS", 26),
    agent: "HeadlessChrome/121.0.6167.85",
    sources: &["203.0.113.10", "203.0.113.141", "203.0.113.24", "203.0.113.58"],
};

const STOLEN_KEY: Promised = Promised {
    api: ("secretsmanager.amazonaws.com", "GetSecretValue"),
    error_code: None,
    start: "2026-03-10T03:07:00Z",
    end: "2026-03-10T03:19:00Z",
    calls: (807, 807),
    peak: (54, 75),
    identity: ("arn:aws:iam::111122223333:user/backup-agent", 100),
    agent: "Boto3/1.34.51",
    sources: &["203.0.113.77"],
};

const PROMISED: [Promised; 5] = [
    STORM,
    Promised { error_code: Some("FailedAuthentication"), ..STORM },
    STOLEN_KEY,
    Promised { error_code: Some("AccessDenied"), ..STOLEN_KEY },
    Promised {
        api: ("ec2.amazonaws.com", "DescribeInstances"),
        error_code: None,
        start: "2026-03-10T16:10:00Z",
        end: "2026-03-10T16:55:00Z",
        calls: (9_050, 9_060),
        peak: (190, 215),
        identity: ("arn:aws:sts::111122223333:assumed-role/ci-fleet-sweeper", 99),
        agent: "Boto3/1.34.40",
        sources: &["198.51.100.61"],
    },
];

/// The Start and End of each insight, as lines, in the order of their Starts.
fn pairs(out: &str) -> Vec<(String, Option<String>)> {
    let mut pairs: BTreeMap<(String, String), (String, Option<String>)> = BTreeMap::new();
    let mut keys: BTreeMap<String, (String, String)> = BTreeMap::new();
    for line in out.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let id = record["sharedEventID"].as_str().unwrap().to_owned();
        if record["insightDetails"]["state"] == "Start" {
            let key = (record["eventTime"].as_str().unwrap().to_owned(), id.clone());
            assert!(keys.insert(id, key.clone()).is_none(), "two Starts");
            pairs.insert(key, (line.to_owned(), None));
        } else {
            let key = keys.get(&id).expect("an End without its Start");
            let pair = pairs.get_mut(key).unwrap();
            assert!(pair.1.replace(line.to_owned()).is_none(), "two Ends");
        }
    }
    pairs.into_values().collect()
}

/// A list of an attribution in a record: values and averages.
fn values<'a>(lists: &'a Value, attribute: &str) -> Vec<(&'a str, f64)> {
    let mut lists = lists.as_array().unwrap().iter();
    let list = lists.find(|has| has["attribute"] == attribute).unwrap();
    let values = list["insight"].as_array().unwrap().iter();
    values.map(|v| (v["value"].as_str().unwrap(), v["average"].as_f64().unwrap())).collect()
}

fn check(promised: &Promised, start: &Value, end: &Value) {
    let details = &end["insightDetails"];
    let what = format!("{:?} {:?}", promised.api, promised.error_code);
    for record in [start, end] {
        assert_eq!(record["recipientAccountId"], "111122223333", "{what}");
        assert_eq!(record["awsRegion"], "us-east-1", "{what}");
    }
    let kind = match promised.error_code {
        None => "ApiCallRateInsight",
        Some(_) => "ApiErrorRateInsight",
    };
    assert_eq!(details["insightType"], kind, "{what}");
    assert_eq!(details["errorCode"].as_str(), promised.error_code, "{what}");
    assert_eq!(start["eventTime"], promised.start, "{what}");
    assert_eq!(end["eventTime"], promised.end, "{what}");

    let ours = &details["trailspike"];
    let calls = ours["actualCount"].as_u64().unwrap();
    assert!((promised.calls.0..=promised.calls.1).contains(&calls), "{what}: {calls}");
    let peak = ours["peak"]["count"].as_u64().unwrap();
    assert!((promised.peak.0..=promised.peak.1).contains(&peak), "{what}: {peak}");
    assert_eq!(ours["direction"], "rise", "{what}");

    let context = &details["insightContext"];
    let all = context["statistics"]["insight"]["average"].as_f64().unwrap();
    let (identity, average) = values(&context["attributions"], "userIdentityArn")[0];
    assert_eq!(identity, promised.identity.0, "{what}");
    let share = format!("{:.0}", (average / all * 100.0).floor());
    assert_eq!(share, promised.identity.1.to_string(), "{what}");
    let (agent, _) = values(&context["attributions"], "userAgent")[0];
    assert!(agent.contains(promised.agent), "{what}: {agent}");

    let mut sources: Vec<_> = values(&ours["attributions"], "sourceIPAddress");
    sources.truncate(promised.sources.len());
    assert!(sources.iter().map(|source| source.1).sum::<f64>() > 0.99 * all, "{what}");
    let mut sources: Vec<_> = sources.into_iter().map(|source| source.0).collect();
    sources.sort_unstable();
    assert_eq!(sources, promised.sources, "{what}");
}

#[test]
fn the_incidents_of_the_readme_are_found_and_nothing_else() {
    let run = detect_samples(&[]).ends(0);
    let pairs = pairs(&run.out);
    let mut found: Vec<(Value, Value)> = pairs
        .iter()
        .map(|(start, end)| {
            let end = end.as_deref().expect("an insight without end");
            [start, end].map(|line| serde_json::from_str(line).unwrap()).into()
        })
        .collect();
    for promised in &PROMISED {
        let at = found.iter().position(|(start, _)| {
            let details = &start["insightDetails"];
            details["eventSource"] == promised.api.0
                && details["eventName"] == promised.api.1
                && details["errorCode"].as_str() == promised.error_code
        });
        let what = format!("{:?} {:?} is not found", promised.api, promised.error_code);
        let (start, end) = found.remove(at.expect(&what));
        check(promised, &start, &end);
    }
    assert!(found.is_empty(), "more than was promised: {found:#?}");
}

#[test]
fn the_records_of_the_samples_keep_every_rule() {
    for flags in [&[][..], &["--strict-aws"], &["--identity", "session"]] {
        let run = detect_samples(flags).ends(0);
        let pairs = pairs(&run.out);
        assert_eq!(pairs.len(), 5);
        for (start, end) in pairs {
            let found = problems(&start, end.as_deref());
            assert!(found.is_empty(), "{found:#?}\n{start}\n{end:?}");
            let has_ours = start.contains("\"trailspike\":");
            assert_eq!(has_ours, !flags.contains(&"--strict-aws"), "{start}");
        }
    }
}

#[test]
fn all_of_the_samples_is_read_and_told() {
    let run = detect_samples(&["-v"]).ends(0);
    let books = run.books();
    // The README's table, and the file that is there twice.
    assert_eq!(books.read, 19_615 + 909 + 152 + 21 + 1 + 6 + 10);
    assert_eq!(books.of("duplicates"), 10);
    assert_eq!(books.of("counted"), books.read - 10);
    assert!(run.line("files").unwrap().starts_with("282 read"), "{}", run.err);
    assert!(run.problems().is_empty(), "{}", run.err);
    assert!(run.line("found").unwrap().starts_with("5 insights"), "{}", run.err);
}

#[test]
fn the_table_of_the_samples_is_easy_to_read() {
    let run = detect_samples(&["-f", "table", "--color", "never"]).ends(0);
    for line in run.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    insta::assert_snapshot!(run.out);
}

#[test]
fn the_table_fits_any_width_and_can_do_without_unicode() {
    for width in [1, 20, 40, 60, 120, 200] {
        let width_text = width.to_string();
        let run = detect_samples(&["-f", "table", "--width", &width_text]).ends(0);
        // Below this there is no room for a word beside a label.
        let most = width.max(40);
        for line in run.out.lines() {
            assert!(line.chars().count() <= most, "{width}: {line}");
        }
    }
    let run = detect_samples(&["-f", "table", "--ascii"]).ends(0);
    assert!(run.out.is_ascii());
}

#[test]
fn the_yardstick_finds_the_incidents_as_well() {
    let run = detect_samples(&["--detector", "peak"]).ends(0);
    let starts: Vec<String> = pairs(&run.out).into_iter().map(|(start, _)| start).collect();
    for promised in &PROMISED {
        let name = format!("\"eventName\":\"{}\"", promised.api.1);
        let found = starts.iter().any(|start| {
            start.contains(&name)
                && start.contains(&format!("\"eventTime\":\"{}", &promised.start[..15]))
        });
        assert!(found, "{}", promised.api.1);
    }
}
