//! Logs with as many insights as are asked for.

use std::fmt::Write;

use crate::logs::{Folder, time};

/// A folder of logs in which so many APIs each have one burst: two records of insights each.
pub fn insights(apis: usize) -> Folder {
    let start = (7 * 24 * 60 + 14 * 60) * 60;
    let mut text = String::new();
    for api in 0..apis {
        let hourly = (0..9 * 12).map(|turn| turn * 7_200);
        let fast = (0..80).map(|call| start + call);
        for (second, number) in hourly.chain(fast).zip(0..) {
            let time = time(second);
            writeln!(
                text,
                r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/{}"}},"eventTime":"{time}","eventSource":"sqs.amazonaws.com","eventName":"CreateQueue{api}","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.7","userAgent":"aws-cli","eventID":"{api}-{number}","readOnly":false,"recipientAccountId":"111122223333"}}"#,
                "x".repeat(200),
            )
            .unwrap();
        }
    }
    Folder::with("logs.jsonl", text)
}
