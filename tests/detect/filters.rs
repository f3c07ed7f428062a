//! Which events are counted, and what becomes of the others.

use serde_json::Value;

use crate::logs::{Folder, Run, burst, detect_samples, document, record};

/// Two accounts, two Regions, two services, three APIs: one record of each.
fn mixture() -> Folder {
    let mut records = Vec::new();
    for account in ["111122223333", "444455556666"] {
        for region in ["us-east-1", "eu-west-1"] {
            for (source, name) in [
                ("ec2.amazonaws.com", "DescribeInstances"),
                ("ec2.amazonaws.com", "RunInstances"),
                ("iam.amazonaws.com", "ListUsers"),
            ] {
                let number = u64::try_from(records.len()).unwrap();
                let mut record = record(number, i64::try_from(number).unwrap() * 3_600);
                record["recipientAccountId"] = account.into();
                record["awsRegion"] = region.into();
                record["eventSource"] = source.into();
                record["eventName"] = name.into();
                records.push(record);
            }
        }
    }
    Folder::with("x.json", document(&records))
}

#[test]
fn filters_take_and_leave_by_glob() {
    let logs = mixture();
    for (flags, counted) in [
        (&[][..], 12),
        (&["--account", "111122223333"], 6),
        (&["--account", "1*", "--account", "4*"], 12),
        (&["--exclude-account", "4444*"], 6),
        (&["--account", "*", "--exclude-account", "*"], 0),
        (&["--region", "eu-*"], 6),
        (&["--exclude-region", "us-east-1"], 6),
        (&["--event-source", "iam*"], 4),
        (&["--exclude-event-source", "iam.amazonaws.com"], 8),
        (&["--event-name", "Describe*"], 4),
        (&["--event-name", "{Describe,Run}Instances"], 8),
        (&["--exclude-event-name", "*Instances"], 4),
        (&["--event-name", "*Instances", "--exclude-event-name", "Run*", "--region", "eu-*"], 2),
        (&["--from", "2026-03-02T06:00"], 6),
        (&["--to", "2026-03-02T06:00"], 6),
        (&["--from", "2026-03-02T01:00:00Z", "--to", "2026-03-02T06:00:00+02:00"], 3),
        (&["--from", "2026-03-03"], 0),
        (&["--event-name", "NoSuchThing"], 0),
    ] {
        let books = logs.detect(flags).ends(0).books();
        let told = (books.read, books.of("counted"), books.of("filtered"));
        assert_eq!(told, (12, counted, 12 - counted), "{flags:?}");
    }
}

#[test]
fn times_that_cannot_be_understood_are_wrong_use_and_say_so() {
    let logs = mixture();
    for flag in ["--from", "--to"] {
        for text in ["yesterday", "2026-13-01", "2026-02-30", "", "7", "7y", "d", "2026-03-01 10h"]
        {
            let run = logs.detect(&[&format!("{flag}={text}")]).ends(2);
            assert!(run.err.contains("is not a time") || text.is_empty(), "{text}: {}", run.err);
            assert!(run.err.contains(flag) && run.out.is_empty(), "{text}: {}", run.err);
        }
    }
    let run = logs.detect(&["--from", "2026-03-05", "--to", "2026-03-04"]).ends(2);
    assert!(run.err.contains("is not before"), "{}", run.err);
    logs.detect(&["--from", "2026-03-05", "--to", "2026-03-05"]).ends(2);
    logs.detect(&["--from", "52w", "--to", "1d"]).ends(0);
}

#[test]
fn globs_that_cannot_be_understood_are_wrong_use_and_say_so() {
    let logs = mixture();
    for flag in ["account", "exclude-account", "region", "event-source", "exclude-event-name"] {
        let run = logs.detect(&[&format!("--{flag}"), "a[b"]).ends(2);
        assert!(run.err.contains(flag), "{}", run.err);
        assert!(run.err.contains("a[b"), "{}", run.err);
    }
}

#[test]
fn files_outside_the_time_are_not_opened_and_told() {
    let run = detect_samples(&["--from", "2026-03-09", "--to", "2026-03-10"]).ends(0);
    let files = run.line("files").unwrap();
    assert!(files.contains("outside the time, accounts or Regions asked for"), "{files}");
    let names: Vec<Value> =
        run.insights().iter().map(|r| r["insightDetails"]["eventName"].clone()).collect();
    assert!(names.iter().all(|name| name == "ConsoleLogin"), "{names:?}");
    // Delivery is not the event's day: what lies at the edges is read all the same.
    let all = detect_samples(&[]).books();
    let early = detect_samples(&["--to", "2026-03-09"]).ends(0).counted();
    let late = detect_samples(&["--from", "2026-03-09"]).ends(0).counted();
    assert_eq!(early + late, all.of("counted"));
}

#[test]
fn categories_are_analysed_one_at_a_time_and_told() {
    let mut records = burst(0);
    let management = u64::try_from(records.len()).unwrap();
    let mut data = burst(10);
    let all_data = u64::try_from(data.len()).unwrap();
    for (record, id) in data.iter_mut().zip(1_000_000_u64..) {
        record["eventID"] = format!("data {id}").into();
        record["eventCategory"] = "Data".into();
        record["managementEvent"] = false.into();
        record["eventSource"] = "s3.amazonaws.com".into();
        record["eventName"] = "PutObject".into();
    }
    records.extend(data);
    let mut network = record(9_999_999, 0);
    network["eventCategory"] = "NetworkActivity".into();
    network["eventType"] = "AwsVpceEvent".into();
    records.push(network);
    let logs = Folder::with("x.json", document(&records));

    let run = logs.detect(&[]).ends(0);
    let books = run.books();
    assert_eq!(books.of("counted"), management);
    assert_eq!(books.of("Data events not asked for"), all_data);
    assert_eq!(books.of("NetworkActivity events not asked for"), 1);
    assert_eq!(run.out, "");

    let run = logs.detect(&["--category", "data"]).ends(0);
    assert_eq!(run.counted(), all_data);
    assert_eq!(run.books().of("Management events not asked for"), management);
    for record in run.insights() {
        assert_eq!(record["insightDetails"]["sourceEventCategory"], "Data");
        assert_eq!(record["insightDetails"]["eventName"], "PutObject");
    }
    assert_eq!(run.insights().len(), 2);
    assert_eq!(logs.detect(&["--category", "network"]).ends(0).counted(), 1);
    logs.detect(&["--category", "other"]).ends(2);
}

#[test]
fn write_only_gives_call_rates_of_writes_and_error_rates_of_everything() {
    let run = detect_samples(&["--write-only"]).ends(0);
    let mut found: Vec<(String, String)> = run
        .insights()
        .iter()
        .map(|record| &record["insightDetails"])
        .map(|details| {
            ["insightType", "eventName"].map(|key| details[key].as_str().unwrap().into())
        })
        .map(Into::into)
        .collect();
    found.sort();
    found.dedup();
    let expected = [
        ("ApiCallRateInsight", "ConsoleLogin"),
        ("ApiErrorRateInsight", "ConsoleLogin"),
        ("ApiErrorRateInsight", "GetSecretValue"),
    ];
    assert_eq!(found, expected.map(|(kind, name)| (kind.to_owned(), name.to_owned())));
}

#[test]
fn read_only_as_text_or_missing_is_understood() {
    let mut records = burst(10);
    for record in &mut records {
        record["eventName"] = "DescribeInstances".into();
        record.as_object_mut().unwrap().remove("readOnly");
    }
    let by_verb = Folder::with("x.json", document(&records));
    assert_eq!(by_verb.detect(&["--write-only"]).ends(0).out, "");
    for record in &mut records {
        record["readOnly"] = "false".into();
    }
    let as_text = Folder::with("x.json", document(&records));
    assert_eq!(as_text.detect(&["--write-only"]).ends(0).insights().len(), 2);
    assert_eq!(by_verb.detect(&[]).insights().len(), 2);
}

#[test]
fn the_fewest_events_that_make_an_insight_can_be_chosen() {
    let logs = Folder::with("x.json", document(&burst(10)));
    assert_eq!(logs.detect(&["--min-count", "400"]).ends(0).insights().len(), 2);
    assert_eq!(logs.detect(&["--min-count", "5000"]).ends(0).out, "");
    logs.detect(&["--min-count", "few"]).ends(2);
}

/// The identities that a run's records name.
fn identities(run: &Run) -> Vec<String> {
    let records = run.insights();
    let attributions = &records[0]["insightDetails"]["insightContext"]["attributions"];
    let list = attributions[0]["insight"].as_array().unwrap();
    list.iter().map(|share| share["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn sessions_are_folded_to_their_role_unless_asked_for() {
    let mut records = burst(10);
    for (record, number) in records.iter_mut().zip(0_u32..) {
        let arn = format!("arn:aws:sts::111122223333:assumed-role/batch/worker-{}", number % 3);
        record["userIdentity"]["arn"] = arn.into();
    }
    let logs = Folder::with("x.json", document(&records));
    let role = "arn:aws:sts::111122223333:assumed-role/batch";
    assert_eq!(identities(&logs.detect(&[]).ends(0)), [role]);
    assert_eq!(identities(&logs.detect(&["--identity", "role"]).ends(0)), [role]);
    let mut sessions = identities(&logs.detect(&["--identity", "session"]).ends(0));
    sessions.sort();
    assert_eq!(sessions, [0, 1, 2].map(|number| format!("{role}/worker-{number}")));
}

#[test]
fn drops_are_found_when_asked_for() {
    // Twelve calls a minute for nine days, then none, while another API goes on.
    let mut records = Vec::new();
    for minute in 0..9 * 24 * 60 {
        let busy = minute < (8 * 24 + 10) * 60;
        let calls = if busy { 12 } else { 0 };
        for call in 0..calls {
            let id = u64::try_from(minute * 12 + call).unwrap();
            records.push(record(id, minute * 60 + call));
        }
        if minute % 5 == 0 {
            let mut other = record(u64::try_from(10_000_000 + minute).unwrap(), minute * 60);
            other["eventName"] = "SendMessage".into();
            records.push(other);
        }
    }
    let logs = Folder::with("x.json", document(&records));
    assert_eq!(logs.detect(&[]).ends(0).out, "");
    let run = logs.detect(&["--drops"]).ends(0);
    let found = run.insights();
    assert_eq!(found.len(), 1, "{}", run.out);
    let ours = &found[0]["insightDetails"]["trailspike"];
    assert_eq!((&ours["direction"], &ours["ongoing"]), (&"drop".into(), &true.into()));
    assert!(found[0]["eventTime"].as_str().unwrap().starts_with("2026-03-10T10:"), "{}", run.out);
}
