//! What is thin on every API and not on all together.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, lines, record};

const DAY: i64 = 86_400;
/// Eight days in: the ninth morning.
const ATTACK: i64 = 8 * DAY + 10 * 3_600;

/// Eight and a half days of two roles that call a few APIs all the time, with a refusal now and then.
fn ordinary() -> Vec<Value> {
    let minutes = (0..ATTACK + 2 * 3_600).step_by(240);
    let calls = minutes.zip(1..).map(|(second, id)| {
        let mut call = record(id, second);
        call["eventName"] = json!(format!("ListQueues{}", id % 3));
        if id % 400 == 0 {
            call["errorCode"] = json!("AccessDenied");
        }
        call
    });
    calls.collect()
}

/// Calls of a user, a few seconds apart from the attack's time on.
fn attack(calls: u64, seconds: i64, change: impl Fn(u64, &mut Value)) -> Vec<Value> {
    let calls = (0..calls).map(|call| {
        let mut made = record(1_000_000 + call, ATTACK + i64::try_from(call).unwrap() * seconds);
        made["userIdentity"] = user("mallory");
        made["sourceIPAddress"] = json!("203.0.113.66");
        made["eventName"] = json!(format!("Describe{:03}", call % 150));
        change(call, &mut made);
        made
    });
    calls.collect()
}

fn user(name: &str) -> Value {
    json!({
        "type": "IAMUser",
        "accountId": "111122223333",
        "arn": format!("arn:aws:iam::111122223333:user/{name}"),
        "userName": name,
    })
}

fn detect(attack: Vec<Value>, flags: &[&str]) -> Run {
    let all = [ordinary(), attack].concat();
    Folder::with("month.jsonl", lines(&all)).detect(flags).ends(0)
}

/// Type and scope of each Start.
fn started(run: &Run) -> Vec<(String, Value)> {
    let details = run.insights().into_iter().map(|record| record["insightDetails"].clone());
    let starts = details.filter(|details| details["state"] == "Start");
    let what = |details: Value| {
        let name = details["insightType"].as_str().unwrap().to_owned();
        (name, details["trailspike"]["scope"].clone())
    };
    starts.map(what).collect()
}

#[test]
fn probing_that_no_api_shows_is_found() {
    let denied = |_, call: &mut Value| call["errorCode"] = json!("AccessDenied");
    let run = detect(attack(150, 8, denied), &[]);
    let scope = json!({ "identity": "arn:aws:iam::111122223333:user/mallory" });
    assert_eq!(started(&run), [("IdentityErrorRateInsight".to_owned(), scope)]);
    let start = &run.insights()[0];
    assert_eq!(start["eventTime"], "2026-03-10T10:00:00Z");
    assert_eq!(start["awsRegion"], "us-east-1");
    assert_eq!(start["insightDetails"]["eventName"], "*");
    let end = &run.insights()[1]["insightDetails"]["trailspike"];
    assert_eq!(end["actualCount"], 150);
    assert_eq!(end["pattern"]["name"], "permission probing");
    let apis = end["newcomers"].as_array().unwrap().iter().find(|new| new["attribute"] == "api");
    assert_eq!(apis.unwrap()["distinct"], 150);
    // The address and the account say the same.
    assert!(run.line("found").unwrap().contains("2 folded: told by another"), "{}", run.err);
}

#[test]
fn one_address_behind_many_names_is_found() {
    let spread = |call: u64, made: &mut Value| {
        made["userIdentity"] = user(&format!("user-{}", call % 75));
        made["errorCode"] = json!("Client.UnauthorizedOperation");
    };
    let run = detect(attack(150, 8, spread), &[]);
    let scope = json!({ "sourceIp": "203.0.113.66" });
    assert_eq!(started(&run), [("SourceIpErrorRateInsight".to_owned(), scope)]);
}

#[test]
fn denials_from_everywhere_are_the_accounts() {
    let spread = |call: u64, made: &mut Value| {
        made["userIdentity"] = user(&format!("user-{}", call % 75));
        made["sourceIPAddress"] = json!(format!("203.0.113.{}", call % 50));
        made["errorCode"] = json!("AccessDenied");
    };
    let run = detect(attack(150, 8, spread), &[]);
    assert_eq!(started(&run), [("AccountErrorRateInsight".to_owned(), json!({}))]);
}

#[test]
fn a_script_that_walks_the_list_of_apis_is_found() {
    let regions = |call: u64, made: &mut Value| {
        made["awsRegion"] = json!(if call % 3 == 1 { "us-east-1" } else { "eu-west-1" });
    };
    let run = detect(attack(1_800, 1, regions), &[]);
    let scope = json!({ "identity": "arn:aws:iam::111122223333:user/mallory" });
    assert_eq!(started(&run), [("IdentityCallRateInsight".to_owned(), scope)]);
    // Over all Regions, told in the busiest one.
    assert_eq!(run.insights()[0]["awsRegion"], "eu-west-1");
    assert_eq!(run.insights()[1]["insightDetails"]["trailspike"]["actualCount"], 1_800);
}

#[test]
fn what_one_api_tells_is_told_once() {
    let denied = |_, call: &mut Value| {
        call["eventName"] = json!("DeleteQueue");
        call["errorCode"] = json!("AccessDenied");
    };
    let run = detect(attack(150, 8, denied), &[]);
    let started = started(&run);
    assert!(started.iter().all(|(name, scope)| name.starts_with("Api") && scope.is_null()));
    assert_eq!(started.len(), 2, "{started:?}");
    assert!(run.line("found").unwrap().contains("3 folded: told by another"), "{}", run.err);
}

#[test]
fn they_can_be_left_out() {
    let denied = |_, call: &mut Value| call["errorCode"] = json!("AccessDenied");
    for flag in ["--no-roll-ups", "--strict-aws"] {
        assert_eq!(started(&detect(attack(150, 8, denied), &[flag])), []);
    }
}

#[test]
fn a_table_says_whose_calls_they_are() {
    let denied = |_, call: &mut Value| call["errorCode"] = json!("AccessDenied");
    let run = detect(attack(150, 8, denied), &["--format", "table"]);
    insta::assert_snapshot!(run.out);
}
