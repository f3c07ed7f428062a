//! Only what is wanted is asked for.

use std::collections::BTreeSet;

use super::detect;
use super::logs::{gzip, lines, record};
use super::server::{Request, Server};

/// A trail of two accounts with two Regions each, a file a day for 60 days, beside other logs.
fn trail(prefix: &str) -> Server {
    let server = Server::start("trail");
    let mut id = 0;
    for account in ["111122223333", "444455556666"] {
        for region in ["us-east-1", "eu-west-1"] {
            for day in 0..60_i64 {
                id += 1;
                let date =
                    chrono::DateTime::from_timestamp(1_772_409_600 + day * 86_400, 0).unwrap();
                let (folder, name) = (date.format("%Y/%m/%d"), date.format("%Y%m%dT0905Z"));
                let key = format!(
                    "{prefix}{account}/CloudTrail/{region}/{folder}/\
                     {account}_CloudTrail_{region}_{name}_{id:016}.json.gz"
                );
                let mut event = record(id, day * 86_400 + 9 * 3_600);
                event["recipientAccountId"] = account.into();
                event["awsRegion"] = region.into();
                server.put(&key, gzip(lines(&[event])));
            }
        }
        server.put(
            &format!("{prefix}{account}/vpcflowlogs/us-east-1/2026/03/02/x.log.gz"),
            gzip("x"),
        );
    }
    server
}

fn listed(requests: &[Request]) -> BTreeSet<&str> {
    let listings = requests.iter().filter(|asked| asked.key.is_empty());
    listings.map(|asked| asked.query.get("prefix").map_or("", String::as_str)).collect()
}

fn read(requests: &[Request]) -> usize {
    requests.iter().filter(|asked| asked.key.ends_with(".json.gz") && asked.method == "GET").count()
}

#[test]
fn days_accounts_and_regions_that_are_not_wanted_are_not_listed() {
    for prefix in ["AWSLogs/", "deep/prefix/AWSLogs/o-abcdefgh12/"] {
        let server = trail(prefix);
        let flags = [
            "--from",
            "2026-03-10",
            "--to",
            "2026-03-12",
            "--account",
            "1111*",
            "--region",
            "us-*",
        ];
        let run = detect(&server, &["s3://trail"], &flags).ends(0);
        assert_eq!(run.counted(), 2, "{}", run.err);
        let requests = server.requests();
        assert_eq!(read(&requests), 4, "a day's slack on either side");
        let region = format!("{prefix}111122223333/CloudTrail/us-east-1/");
        let below: Vec<&str> = listed(&requests)
            .into_iter()
            .filter_map(|asked| asked.strip_prefix(&*region))
            .collect();
        // The slack ends with the first minute of the 13th.
        let days = ["09/", "10/", "11/", "12/", "13/"].map(|day| format!("2026/03/{day}"));
        let above = ["", "2026/", "2026/03/"].map(str::to_owned);
        assert_eq!(below, [&above[..], &days].concat());
        for asked in listed(&requests) {
            assert!(!asked.contains("444455556666/") && !asked.contains("eu-west-1"), "{asked}");
            assert!(!asked.contains("vpcflowlogs"), "{asked}");
        }
    }
}

#[test]
fn few_keys_are_listed_at_once_and_many_side_by_side() {
    let server = trail("AWSLogs/");
    let run = detect(&server, &["s3://trail"], &[]).ends(0);
    assert_eq!(run.counted(), 240);
    assert_eq!(listed(&server.requests()), BTreeSet::from([""]));

    let folder = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02";
    for number in 0..1_500 {
        let name = format!("111122223333_CloudTrail_us-east-1_20260302T1005Z_{number:016}.json.gz");
        server.put(&format!("{folder}/{name}"), gzip(lines(&[record(1_000 + number, 36_000)])));
    }
    let run = detect(&server, &["s3://trail"], &[]).ends(0);
    assert_eq!(run.counted(), 1_740);
    let requests = server.requests();
    let asked = listed(&requests);
    assert!(asked.contains(format!("{folder}/").as_str()), "{asked:?}");
    assert!(asked.contains("AWSLogs/444455556666/CloudTrail/"), "{asked:?}");
    let told = run.line("files").unwrap();
    assert!(told.contains("2 folders of other services' logs not looked into"), "{told}");
}

#[test]
fn other_layouts_are_listed_plainly() {
    let server = Server::start("trail");
    for number in 0..1_200 {
        server.put(&format!("{:02}/x/y/z/{number}.jsonl", number % 3), lines(&[record(number, 0)]));
    }
    assert_eq!(detect(&server, &["s3://trail/"], &[]).ends(0).counted(), 1_200);
    assert_eq!(detect(&server, &["s3://trail/01"], &[]).ends(0).counted(), 400);
    let server = Server::start("trail");
    for number in 0..1_200 {
        server.put(&format!("{number:04}/x.jsonl"), lines(&[record(number, 0)]));
    }
    server.requests();
    assert_eq!(detect(&server, &["s3://trail/"], &[]).ends(0).counted(), 1_200);
    assert!(listed(&server.requests()).len() < 5);
}
