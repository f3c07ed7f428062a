//! What goes wrong is told in words, and what can be tried again is.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::detect;
use super::logs::{Run, gzip, lines, program, program_for, record};
use super::server::{Fault, Request, Server};

fn with(meddle: impl Fn(&Request) -> Option<Fault> + Send + Sync + 'static) -> Server {
    let server = Server::start_with("trail", meddle);
    for number in 0..20 {
        server.put(&format!("logs/{number:02}.jsonl.gz"), gzip(lines(&[record(number, 0)])));
    }
    server
}

fn is(asked: &Request, key: &str) -> bool {
    asked.key == key && asked.method == "GET"
}

#[test]
fn throttling_and_torn_answers_are_tried_again() {
    let asked = AtomicUsize::new(0);
    let server = with(move |request| match asked.fetch_add(1, Ordering::Relaxed) % 3 {
        1 => Some(Fault::Status(503, "SlowDown", "Please reduce your request rate.")),
        2 if !request.key.is_empty() => Some(Fault::Torn),
        _ => None,
    });
    let run = detect(&server, &["s3://trail/logs"], &["--strict"]).ends(0);
    assert_eq!(run.counted(), 20);
}

#[test]
fn an_object_that_cannot_be_read_is_named_and_the_others_count() {
    let server = with(|asked| {
        if is(asked, "logs/03.jsonl.gz") {
            Some(Fault::Status(
                403,
                "AccessDenied",
                "User: arn:x is not authorized to perform: kms:Decrypt",
            ))
        } else if is(asked, "logs/04.jsonl.gz") {
            Some(Fault::Status(403, "InvalidObjectState", "The operation is not valid"))
        } else if is(asked, "logs/05.jsonl.gz") {
            Some(Fault::Status(404, "NoSuchKey", "The specified key does not exist."))
        } else if is(asked, "logs/06.jsonl.gz") {
            Some(Fault::Status(403, "AccessDenied", "Access Denied"))
        } else {
            None
        }
    });
    let run = detect(&server, &["s3://trail/logs"], &[]).ends(0);
    assert_eq!(run.counted(), 16);
    for told in [
        "s3://trail/logs/03.jsonl.gz: cannot be read: cannot be decrypted with its KMS key (kms:Decrypt is needed on it): ",
        "s3://trail/logs/04.jsonl.gz: cannot be read: it is archived",
        "s3://trail/logs/05.jsonl.gz: cannot be read: there is nothing here",
    ] {
        assert!(run.err.contains(told), "{told}: {}", run.err);
    }
    assert!(run.line("files").unwrap().contains("4 damaged or unreadable"), "{}", run.err);
    detect(&server, &["s3://trail/logs"], &["--strict"]).ends(3);
}

/// As S3 passes on what KMS says, in all the forms that are known.
#[test]
fn keys_that_cannot_be_used_are_told_from_keys_that_we_may_not_use() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let denied = "cannot be decrypted with its KMS key (kms:Decrypt is needed on it): ";
    let dead = "cannot be decrypted, for its KMS key cannot be used: KMS.";
    for (status, code, message, told) in [
        (
            403,
            "AccessDenied",
            "User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on resource: {}",
            denied,
        ),
        (
            403,
            "AccessDenied",
            "The ciphertext refers to a customer master key that does not exist, does not exist in \
             this region, or you are not allowed to access.",
            denied,
        ),
        (400, "KMS.AccessDeniedException", "Access to {} is not allowed.", denied),
        (400, "KMS.DisabledException", "{} is disabled.", dead),
        (400, "KMS.KMSInvalidStateException", "{} is pending deletion.", dead),
        (400, "KMS.NotFoundException", "Key '{}' does not exist", dead),
    ] {
        let body = format!(
            "<Error><Code>{code}</Code><Message>{}</Message></Error>",
            message.replace("{}", key)
        );
        let server = with(move |asked| {
            is(asked, "logs/03.jsonl.gz").then(|| Fault::Answer(status, body.clone()))
        });
        let run = detect(&server, &["s3://trail/logs"], &[]).ends(0);
        assert_eq!(run.counted(), 19);
        let told = format!("s3://trail/logs/03.jsonl.gz: cannot be read: {told}");
        assert!(run.err.contains(&told), "{code}: {}", run.err);
    }
}

#[test]
fn what_would_be_so_everywhere_ends_the_run() {
    for (status, code, told) in [
        (400, "ExpiredToken", "the AWS credentials have expired; run `aws sso login`"),
        (403, "InvalidAccessKeyId", "the store does not accept these credentials"),
        (403, "SignatureDoesNotMatch", "the store does not accept these credentials"),
        (400, "AuthorizationHeaderMalformed", "the bucket is in another Region"),
        (403, "AccessDenied", "access denied: no"),
        (404, "NoSuchBucket", "there is no such bucket"),
    ] {
        let server = with(move |_| Some(Fault::Status(status, code, "no")));
        let run = detect(&server, &["s3://trail/logs"], &[]).ends(3);
        assert!(run.err.contains(told), "{code}: {}", run.err);
        // The token may end between listing and reading.
        let server =
            with(move |asked| (!asked.key.is_empty()).then_some(Fault::Status(status, code, "no")));
        let run = detect(&server, &["s3://trail/logs"], &[]).ends(3);
        assert!(run.err.contains(told), "{code}: {}", run.err);
    }
}

#[test]
fn wrong_addresses_and_nothing_at_all_are_told() {
    let server = with(|_| None);
    let said = |input: &str| detect(&server, &[input], &[]).ends(3).err;
    assert!(said("s3://else/logs").contains("there is no such bucket"));
    assert!(said("s3:///logs").contains("names no bucket"));
    assert!(
        said("s3://trail/nothing").contains("nothing to read: no file under s3://trail/nothing")
    );
    assert!(said("s3://trail/nothing.json").contains("nothing to read"));
}

#[test]
fn without_credentials_it_is_told_how_to_get_them() {
    let server = with(|_| None);
    let home = tempfile::tempdir().unwrap();
    let mut program = program();
    program
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", server.endpoint())
        .env("AWS_REGION", "eu-west-1")
        .args(["detect", "s3://trail/logs"]);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"] {
        program.env_remove(name);
    }
    let run = Run::of(&mut program).ends(3);
    assert!(run.err.contains("there are no AWS credentials"), "{}", run.err);
    assert!(run.err.contains("run `aws sso login`"), "{}", run.err);
    assert!(server.requests().is_empty());
    let run = Run::of(program.arg("--no-sign-request")).ends(0);
    assert_eq!(run.counted(), 20);
    assert!(server.requests().iter().all(|asked| !asked.headers.contains_key("authorization")));
}

#[test]
fn profiles_and_flags_say_who_and_where() {
    let server = with(|_| None);
    let home = tempfile::tempdir().unwrap();
    let config = format!(
        "[profile audit]\nregion = ap-south-2\nendpoint_url = {}\n\
         credential_process = echo '{{\"Version\":1,\"AccessKeyId\":\"AKIAOFPROCESS\",\"SecretAccessKey\":\"s\"}}'\n",
        server.endpoint()
    );
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let mut program = program_for(&server.endpoint());
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"] {
        program.env_remove(name);
    }
    let run = Run::of(program.env("HOME", home.path()).args([
        "detect",
        "s3://trail/logs",
        "--profile",
        "audit",
        "--requester-pays",
    ]));
    assert_eq!(run.ends(0).counted(), 20);
    for asked in server.requests() {
        let signed = &asked.headers["authorization"];
        assert!(
            signed.contains("AKIAOFPROCESS/") && signed.contains("/ap-south-2/s3/"),
            "{signed}"
        );
        assert_eq!(asked.headers["x-amz-request-payer"], "requester");
    }
    let flags = ["--region-endpoint", "sa-east-1", "--endpoint-url", &server.endpoint()];
    let mut program = program_for(&server.endpoint());
    program.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").args(["detect", "s3://trail/logs"]);
    Run::of(program.args(flags)).ends(0);
    assert!(
        server
            .requests()
            .iter()
            .all(|asked| asked.headers["authorization"].contains("/sa-east-1/"))
    );
}
