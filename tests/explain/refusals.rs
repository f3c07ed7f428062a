//! Questions without an answer.

use crate::explain_samples;
use crate::logs::{Folder, Run, document, program, records};

#[test]
fn an_unknown_id_says_what_was_looked_for_and_among_how_many() {
    let run = explain_samples(&["00000000"]).ends(2);
    assert!(run.out.is_empty());
    assert!(run.err.contains("begins with 00000000; there are 5 in these logs"), "{}", run.err);
    // Insights that other flags do not find have no id.
    let run = explain_samples(&["4e3d2ee8", "--min-count", "100000"]).ends(2);
    assert!(run.err.contains("there are none in these logs"), "{}", run.err);
}

#[test]
fn what_is_no_id_is_told_before_anything_is_read() {
    for word in ["4e3d2ee", "sample-logs", "4e3d2ee8-9db6-5f4f-bd21-ce680df1f4df0"] {
        let run = Run::of(program().args(["explain", word, "no/such/logs"])).ends(2);
        assert!(run.err.contains("is no id"), "{}", run.err);
    }
    let run = Run::of(program().args(["explain", "4e3d2ee8"])).ends(2);
    assert!(run.err.contains("no input"), "{}", run.err);
    Run::of(program().args(["explain"])).ends(2);
}

#[test]
fn a_subject_must_be_one() {
    let at = ["--at", "2026-03-10T02:00Z"];
    let run = explain_samples(&[&at[..], &["--event-name", "GetSecretValue"]].concat()).ends(2);
    assert!(run.out.is_empty());
    assert!(run.err.contains("--event-name GetSecretValue: 3 subjects"), "{}", run.err);
    let named = "\n  111122223333 us-east-1 secretsmanager.amazonaws.com GetSecretValue\n";
    assert!(run.err.contains(named), "{}", run.err);

    let run = explain_samples(&[&at[..], &["--event-name", "*"]].concat()).ends(2);
    assert_eq!(run.err.lines().count(), 1 + 20 + 1, "{}", run.err);

    let run = explain_samples(&[&at[..], &["--event-name", "NoSuchApi"]].concat()).ends(2);
    assert!(run.err.contains("none of the 434 subjects"), "{}", run.err);
    let code = ["--event-name", "GetSecretValue", "--error-code", "NoSuchCode"];
    let run = explain_samples(&[&at[..], &code].concat()).ends(2);
    assert!(run.err.contains("--error-code NoSuchCode: none of"), "{}", run.err);

    let run = explain_samples(&at).ends(2);
    assert!(run.err.contains("--at needs a subject"), "{}", run.err);
    let run = explain_samples(&["4e3d2ee8", "--event-name", "X", at[0], at[1]]).ends(2);
    assert!(run.err.contains("takes no id such as 4e3d2ee8"), "{}", run.err);
    let run = explain_samples(&["4e3d2ee8", "--error-code", "AccessDenied"]).ends(2);
    assert!(run.err.contains("--at"), "{}", run.err);
}

#[test]
fn a_minute_outside_of_the_logs_is_told() {
    let subject = ["--account", "111122223333", "--region", "us-east-1"];
    let api = ["--event-name", "GetSecretValue"];
    for at in ["2026-03-01T23:59Z", "2027-01-01"] {
        let run = explain_samples(&[&subject[..], &api, &["--at", at]].concat()).ends(2);
        assert!(run.err.contains("is outside of the logs of 111122223333"), "{}", run.err);
        assert!(
            run.err.contains("from 2026-03-02T00:00:00Z to 2026-03-10T23:49:00Z"),
            "{}",
            run.err
        );
    }
    let run = explain_samples(&[&subject[..], &api, &["--at", "yesterday"]].concat()).ends(2);
    assert!(run.err.contains("is not a time"), "{}", run.err);
}

#[test]
fn input_that_cannot_be_read_is_exit_code_3() {
    Run::of(program().args(["explain", "4e3d2ee8", "no/such/logs"])).ends(3);
    Folder::with("logs.json", "{\"Records\":[{}]}").explain(&["4e3d2ee8"]).ends(3);
}

#[test]
fn what_could_not_be_read_is_warned_of() {
    let logs = Folder::with("logs.json", document(&records(1, 100)));
    logs.write("bad.json", "{\"Records\":[{}]}");
    let flags = ["--event-name", "CreateQueue", "--at", "2026-03-02T01:00Z"];
    let run = logs.explain(&flags).ends(0);
    assert!(run.err.contains("warning: not everything could be read"), "{}", run.err);
    let quiet = logs.explain(&[&flags[..], &["-q"]].concat()).ends(0);
    assert!(quiet.err.is_empty(), "{}", quiet.err);
    assert_eq!(quiet.out, run.out);
}
