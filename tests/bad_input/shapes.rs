//! Every container that records come in, and everything in the same folders that is no event.

use serde_json::{Value, json};

use crate::logs::{Folder, Run, document, gzip, lines, program, record, records, time};

/// How many records of one file count, when nothing may be wrong with it.
fn counted(text: impl AsRef<[u8]>) -> u64 {
    Folder::with("x.json", text).detect(&["--strict"]).ends(0).counted()
}

#[test]
fn records_in_a_row_count_however_they_are_set() {
    let list = records(1, 3);
    let pretty: Vec<String> =
        list.iter().map(|record| serde_json::to_string_pretty(record).unwrap()).collect();
    let windows = |text: &str| text.replace('\n', "\r\n");
    for text in [
        document(&list),
        Value::from(list.clone()).to_string(),
        serde_json::to_string_pretty(&list).unwrap(),
        serde_json::to_string_pretty(&json!({"Records": list})).unwrap(),
        lines(&list),
        windows(&lines(&list)),
        windows(&pretty.join("\n")),
        lines(&list).replace('\n', ""),
        pretty.concat(),
        pretty.join("\n\n\n"),
        // Whole log files after one another, as `cat` leaves them.
        format!("{}{}", document(&list[..1]), document(&list[1..])),
        format!("{}\n{}\n", document(&list[..2]), document(&list[2..])),
    ] {
        assert_eq!(counted(&text), 3, "{text}");
    }
    assert_eq!(counted(list[0].to_string()), 1);
    assert_eq!(counted(r#"{"Records":[]}"#), 0);
    assert_eq!(counted("[]"), 0);
}

#[test]
fn keys_before_and_after_the_records_do_not_matter() {
    let list = Value::from(records(1, 3));
    for text in [
        format!(r#"{{"NextToken":"x","n":{{"Records":[1]}},"Records":{list}}}"#),
        format!(r#"{{"Records":{list},"NextToken":"}}","more":{{"a":[1,{{}}]}}}}"#),
        format!(r#"{{"a":[],"Records":{list},"b":"\"}}"}} "#),
    ] {
        assert_eq!(counted(&text), 3, "{text}");
    }
}

#[test]
fn answers_of_lookup_events_count_with_the_event_as_text_or_object() {
    let list = records(1, 4);
    let envelope = |record: &Value, event: Value| {
        json!({
            "EventId": record["eventID"],
            "EventName": record["eventName"],
            "EventTime": 1_772_409_600.0,
            "Username": "worker",
            "Resources": [],
            "CloudTrailEvent": event,
        })
    };
    let as_text: Vec<Value> =
        list.iter().map(|record| envelope(record, record.to_string().into())).collect();
    let as_object: Vec<Value> =
        list.iter().map(|record| envelope(record, record.clone())).collect();
    for events in [as_text, as_object] {
        let answer = json!({"Events": events, "NextToken": "abc"});
        assert_eq!(counted(answer.to_string()), 4);
        assert_eq!(counted(serde_json::to_string_pretty(&answer).unwrap()), 4);
        assert_eq!(counted(lines(&events)), 4);
    }
}

#[test]
fn eventbridge_envelopes_count() {
    let envelopes: Vec<Value> = records(1, 3)
        .into_iter()
        .map(|record| {
            json!({
                "version": "0",
                "id": "36eb8523-97d0-4518-b33d-ee3579ff19f0",
                "detail-type": "AWS API Call via CloudTrail",
                "source": "aws.sqs",
                "account": "111122223333",
                "time": "2016-02-20T01:09:13Z",
                "region": "us-east-1",
                "resources": [],
                "detail": record,
            })
        })
        .collect();
    assert_eq!(counted(lines(&envelopes)), 3);
    assert_eq!(counted(envelopes[0].to_string()), 1);
    let time = Folder::with("x.json", lines(&envelopes)).detect(&[]);
    // The record's own time, not the envelope's.
    assert!(time.line("time").unwrap().starts_with("2026-03-02T00:01:00Z"), "{}", time.err);
}

#[test]
fn cloudwatch_exports_and_subscriptions_count() {
    let list = records(1, 3);
    let export: Vec<String> =
        list.iter().map(|record| format!("2026-03-02T00:00:10.123Z {record}")).collect();
    assert_eq!(counted(gzip(export.join("\n"))), 3);
    let log_events: Vec<Value> = list
        .iter()
        .map(|record| json!({"id": "1", "timestamp": 1, "message": record.to_string()}))
        .collect();
    let subscription = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "CloudTrail/logs",
        "logStream": "111122223333_CloudTrail_us-east-1",
        "subscriptionFilters": ["all"],
        "logEvents": log_events,
    });
    assert_eq!(counted(subscription.to_string()), 3);
    let answer = json!({"events": log_events, "nextForwardToken": "f/1"});
    assert_eq!(counted(answer.to_string()), 3);
}

#[test]
fn exports_of_other_tools_count() {
    let record = record(1, 0);
    for envelope in [
        json!({"preview": false, "offset": 0, "_raw": record.to_string()}),
        json!({"_raw": record}),
        json!({"@timestamp": time(0), "message": record.to_string()}),
        json!({"@message": record}),
        json!({"@timestamp": time(0), "aws": {"cloudtrail": record}}),
    ] {
        assert_eq!(counted(lines(std::slice::from_ref(&envelope))), 1, "{envelope}");
    }
}

/// The books over one file with a good record and that.
fn beside_a_record(other: &Value) -> crate::logs::Books {
    let folder = Folder::with("a.json", document(&[record(1, 0), other.clone()]));
    let books = folder.detect(&["--strict"]).ends(0).books();
    assert_eq!((books.read, books.of("counted")), (2, 1), "{other}");
    books
}

#[test]
fn insight_records_and_aggregated_events_are_told_apart() {
    let mut insight = record(2, 0);
    insight["eventType"] = "AwsCloudTrailInsight".into();
    insight["eventCategory"] = "Insight".into();
    insight["insightDetails"] = json!({"state": "Start", "eventName": "CreateQueue"});
    assert_eq!(beside_a_record(&insight).of("Insight records left alone"), 1);
    let mut aggregated = record(2, 0);
    aggregated["eventCategory"] = "Aggregated".into();
    assert_eq!(beside_a_record(&aggregated).of("aggregated events left alone"), 1);
}

#[test]
fn our_own_insights_are_no_events() {
    let logs = Folder::with("logs.json", document(&crate::logs::burst(10)));
    let results = Folder::new();
    let folder = results.path().to_str().unwrap();
    let run = logs.detect(&["-f", "jsonl", "--s3-layout", folder]).ends(0);
    let records = u64::try_from(run.insights().len()).unwrap();
    assert!(records > 0, "{}", run.err);
    let books = results.detect(&["--strict"]).ends(0).books();
    assert_eq!((books.read, books.of("Insight records left alone")), (records, records));
}

#[test]
fn notifications_are_told_apart() {
    let s3 = json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-03-02T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "trail"}, "object": {"key": "AWSLogs/x.json.gz"}},
    });
    let sqs =
        json!({"messageId": "1", "eventSource": "aws:sqs", "receiptHandle": "x", "body": "{}"});
    let sns = json!({"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {"Message": "{}"}});
    for notification in [s3, sqs, sns] {
        assert_eq!(beside_a_record(&notification).of("notifications left alone"), 1);
    }
}

#[test]
fn digests_and_other_json_are_told_apart() {
    let digests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/digests");
    let folder = Folder::with("x.json", document(&records(1, 3)));
    folder.write("package.json", r#"{"name": "x", "version": "1.0", "list": [{"a": 1}]}"#);
    let run =
        Run::of(program().arg("detect").args([folder.path().to_str().unwrap(), digests])).ends(0);
    let books = run.books();
    assert_eq!(books.of("counted"), 3);
    assert_eq!(books.of("digest files left alone"), 2);
    assert_eq!(books.of("other JSON left alone"), 1);
    assert_eq!(books.read, 6);
    assert!(run.problems().is_empty(), "{}", run.err);
}

#[test]
fn a_record_that_restates_another_is_not_counted_twice() {
    let mut update = record(2, 0);
    update["addendum"] = json!({
        "reason": "UPDATED_DATA",
        "updatedFields": "resources",
        "originalEventID": record(1, 0)["eventID"],
    });
    assert_eq!(beside_a_record(&update).of("updates of earlier ones"), 1);
    // One that comes late states what nothing has stated before.
    let mut late = record(2, 0);
    late["addendum"] = json!({"reason": "DELIVERY_DELAY"});
    assert_eq!(counted(document(&[record(1, 0), late])), 2);
}

#[test]
fn oddities_of_old_versions_count() {
    let mut bare = record(1, 0);
    for key in ["eventID", "readOnly", "eventCategory", "managementEvent", "recipientAccountId"] {
        bare.as_object_mut().unwrap().remove(key);
    }
    bare["eventVersion"] = "1.0".into();
    let mut text = record(2, 0);
    text["readOnly"] = "false".into();
    text["sourceIPAddress"] = "autoscaling.amazonaws.com".into();
    let mut service = record(3, 0);
    service["userIdentity"] = json!({"accountId": "111122223333", "invokedBy": "AWS Internal"});
    let mut message = record(4, 0);
    message["errorMessage"] = "something went wrong".into();
    let mut nobody = record(5, 0);
    nobody["userIdentity"] = Value::Null;
    assert_eq!(counted(document(&[bare, text, service, message, nobody])), 5);
}
