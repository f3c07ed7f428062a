//! What is told over many APIs.

use serde_json::json;

use crate::logs::{Folder, lines, record};

#[test]
fn a_roll_up_is_explained_like_any_subject() {
    let ordinary =
        (0..9 * 24 * 12_u32).zip(1..).map(|(call, id)| record(id, i64::from(call) * 300));
    let denied = (0..150_u32).map(|call| {
        let mut made = record(1_000_000 + u64::from(call), 8 * 86_400 + i64::from(call) * 8);
        made["userIdentity"]["arn"] = json!("arn:aws:iam::111122223333:user/mallory");
        made["eventName"] = json!(format!("Describe{call}"));
        made["errorCode"] = json!("AccessDenied");
        made
    });
    let all: Vec<_> = ordinary.chain(denied).collect();
    let logs = Folder::with("month.jsonl", lines(&all));
    let start = &logs.detect(&[]).ends(0).insights()[0];
    assert_eq!(start["insightDetails"]["insightType"], "IdentityErrorRateInsight");
    let id = start["sharedEventID"].as_str().unwrap();

    let answer = logs.explain(&[id, "--format", "json"]).answer();
    assert_eq!(answer["insightType"], "IdentityErrorRateInsight");
    assert_eq!(answer["subject"]["scope"], "arn:aws:iam::111122223333:user/mallory");
    let breakdowns = answer["breakdowns"].as_array().unwrap();
    let apis = breakdowns.iter().find(|by| by["attribute"] == "api").unwrap();
    assert_eq!((&apis["distinct"], &apis["new"]), (&json!(150), &json!(150)));
    let windows = answer["verdict"]["windows"].as_array().unwrap();
    assert!(windows.iter().any(|window| window["obstacles"] == json!([])), "{windows:?}");

    let table = logs.explain(&[id, "--format", "table"]).ends(0).out;
    assert!(table.contains("errors of an identity: arn:aws:iam::111122223333:user/mallory"));
    assert!(table.contains("APIs: 150, 150 new"), "{table}");
}
