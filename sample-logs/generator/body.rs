//! What was asked and answered: `requestParameters`, `responseElements` and what goes with them.

use std::fmt::{Arguments, Write as _};

use crate::clock;
use crate::record::{Event, Failure};
use crate::rng::Rng;

const ENVIRONMENTS: &[&str] = &["prod", "staging", "dev", "shared"];
const SYSTEMS: &[&str] = &[
    "orders",
    "billing",
    "search",
    "media",
    "ledger",
    "catalog",
    "reports",
    "gateway",
    "inventory",
];
const INSTANCE_TYPES: &[&str] = &["t3.medium", "m6i.large", "c6i.xlarge", "r6i.large"];

/// Appends `,"requestParameters":…,"responseElements":…`, and `additionalEventData` and
/// `resources` where the service writes them.
pub fn push(out: &mut String, event: &Event, rng: &mut Rng) {
    match (event.api.service, event.api.name) {
        ("signin", _) => sign_in(out, event),
        ("sts", "GetCallerIdentity") => out.push_str(NOTHING),
        ("sts", _) => assume(out, event, rng),
        ("ec2", "RunInstances") => run_instances(out, event, rng),
        ("ec2", _) if event.api.read_only => describe(out, rng),
        ("ssm", "UpdateInstanceInformation") => heartbeat(out, event, rng),
        ("kms", "Decrypt" | "Encrypt" | "GenerateDataKey") => use_key(out, event, rng),
        ("s3", _) => bucket(out, event, rng),
        _ if event.api.read_only => read(out, event, rng),
        _ => write(out, event, rng),
    }
}

const NOTHING: &str = r#","requestParameters":null,"responseElements":null"#;
const NO_ANSWER: &str = r#","responseElements":null"#;

/// Appends formatted text; writing to a string cannot fail.
fn put(out: &mut String, text: Arguments) {
    let _ = out.write_fmt(text);
}

fn resource(rng: &mut Rng) -> String {
    let number = rng.below(20);
    format!("{}-{}-{number:02}", rng.pick(ENVIRONMENTS), rng.pick(SYSTEMS))
}

/// What a call is about: an instance where EC2 is called, else some named thing.
fn target(event: &Event, rng: &mut Rng) -> String {
    if event.api.service != "ec2" {
        return resource(rng);
    }
    let mut id = String::new();
    instance(&mut id, rng);
    id
}

/// Appends the id of one of forty instances.
fn instance(out: &mut String, rng: &mut Rng) {
    out.push_str("i-0");
    Rng::new(rng.below(40), &[]).hex(out, 16);
}

fn sign_in(out: &mut String, event: &Event) {
    let result = if event.failure == Some(Failure::Login) { "Failure" } else { "Success" };
    put(
        out,
        format_args!(
            r#","requestParameters":null,"responseElements":{{"ConsoleLogin":"{result}"}},"additionalEventData":{{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No"}}"#
        ),
    );
}

fn assume(out: &mut String, event: &Event, rng: &mut Rng) {
    let (account, role) = (&event.caller.account, resource(rng));
    let session = rng.below(1_000_000);
    put(
        out,
        format_args!(
            r#","requestParameters":{{"roleArn":"arn:aws:iam::{account}:role/{role}","roleSessionName":"session-{session}","durationSeconds":3600}}"#
        ),
    );
    if event.failure.is_some() {
        out.push_str(NO_ANSWER);
        return;
    }
    out.push_str(r#","responseElements":{"credentials":{"accessKeyId":"ASIA"#);
    rng.upper(out, 9);
    out.push_str(r#"EXAMPLE","sessionToken":"EXAMPLE"#);
    rng.alnum(out, 120);
    out.push_str(r#"","expiration":""#);
    clock::push_time(out, event.seconds + clock::HOUR);
    out.push_str(r#""},"assumedRoleUser":{"assumedRoleId":"AROA"#);
    rng.upper(out, 10);
    put(
        out,
        format_args!(
            r#"EXAMPLE:session-{session}","arn":"arn:aws:sts::{account}:assumed-role/{role}/session-{session}"}}}}"#
        ),
    );
}

fn describe(out: &mut String, rng: &mut Rng) {
    let system = rng.pick(SYSTEMS);
    if rng.chance(500) {
        put(
            out,
            format_args!(
                r#","requestParameters":{{"maxResults":100,"filterSet":{{"items":[{{"name":"tag:system","valueSet":{{"items":[{{"value":"{system}"}}]}}}}]}}}}"#
            ),
        );
    } else {
        out.push_str(r#","requestParameters":{"instancesSet":{"items":["#);
        for position in 0..=rng.below(3) {
            out.push_str(if position > 0 { "," } else { "" });
            out.push_str(r#"{"instanceId":""#);
            instance(out, rng);
            out.push_str(r#""}"#);
        }
        out.push_str(r#"]},"filterSet":{}}"#);
    }
    out.push_str(NO_ANSWER);
}

fn run_instances(out: &mut String, event: &Event, rng: &mut Rng) {
    let kind = *rng.pick(INSTANCE_TYPES);
    let name = resource(rng);
    put(
        out,
        format_args!(
            r#","requestParameters":{{"instancesSet":{{"items":[{{"minCount":1,"maxCount":1}}]}},"instanceType":"{kind}","monitoring":{{"enabled":true}},"disableApiTermination":false,"tagSpecificationSet":{{"items":[{{"resourceType":"instance","tags":[{{"key":"Name","value":"{name}"}}]}}]}}}}"#
        ),
    );
    if event.failure.is_some() {
        out.push_str(NO_ANSWER);
        return;
    }
    out.push_str(r#","responseElements":{"reservationId":"r-0"#);
    rng.hex(out, 16);
    put(
        out,
        format_args!(
            r#"","ownerId":"{}","groupSet":{{}},"instancesSet":{{"items":[{{"instanceId":"i-0"#,
            event.caller.account
        ),
    );
    rng.hex(out, 16);
    let (a, b) = (rng.below(255), rng.below(255));
    put(
        out,
        format_args!(
            r#"","instanceType":"{kind}","instanceState":{{"code":0,"name":"pending"}},"privateDnsName":"ip-10-20-{a}-{b}.ec2.internal","privateIpAddress":"10.20.{a}.{b}","placement":{{"availabilityZone":"{}a","tenancy":"default"}},"architecture":"x86_64","rootDeviceType":"ebs","hypervisor":"xen","ebsOptimized":true,"enaSupport":true}}]}}}}"#,
            event.region
        ),
    );
}

fn heartbeat(out: &mut String, event: &Event, rng: &mut Rng) {
    let (a, b) = (rng.below(255), rng.below(255));
    let instance = event.caller.arn.rsplit('/').next().unwrap_or_default();
    put(
        out,
        format_args!(
            r#","requestParameters":{{"instanceId":"{instance}","agentVersion":"3.3.2299.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.20.{a}.{b}","computerName":"ip-10-20-{a}-{b}.ec2.internal","agentName":"amazon-ssm-agent"}},"responseElements":null"#
        ),
    );
}

fn use_key(out: &mut String, event: &Event, rng: &mut Rng) {
    let (account, region) = (&event.caller.account, event.region);
    let mut key = format!("arn:aws:kms:{region}:{account}:key/");
    rng.uuid(&mut key);
    let name = resource(rng);
    put(
        out,
        format_args!(
            r#","requestParameters":{{"encryptionContext":{{"PARAMETER_ARN":"arn:aws:ssm:{region}:{account}:parameter/{name}"}},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}},"responseElements":null,"resources":[{{"accountId":"{account}","type":"AWS::KMS::Key","ARN":"{key}"}}]"#
        ),
    );
}

fn bucket(out: &mut String, event: &Event, rng: &mut Rng) {
    let (region, name) = (event.region, resource(rng));
    if event.api.name == "ListBuckets" {
        put(
            out,
            format_args!(
                r#","requestParameters":{{"Host":"s3.{region}.amazonaws.com"}},"responseElements":null"#
            ),
        );
    } else {
        put(
            out,
            format_args!(
                r#","requestParameters":{{"bucketName":"example-{name}","Host":"example-{name}.s3.{region}.amazonaws.com"}},"responseElements":null"#
            ),
        );
    }
    out.push_str(r#","additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":""#);
    rng.alnum(out, 76);
    put(out, format_args!(r#"","bytesTransferredOut":{}}}"#, rng.below(4000)));
}

fn read(out: &mut String, event: &Event, rng: &mut Rng) {
    let (parameter, name) = (event.api.parameter, target(event, rng));
    put(out, format_args!(r#","requestParameters":{{"{parameter}":"{name}""#));
    if rng.chance(300) {
        out.push_str(r#","maxResults":50,"nextToken":""#);
        rng.alnum(out, 88);
        out.push('"');
    }
    out.push('}');
    out.push_str(NO_ANSWER);
}

fn write(out: &mut String, event: &Event, rng: &mut Rng) {
    let (service, parameter, name) = (event.api.service, event.api.parameter, target(event, rng));
    put(out, format_args!(r#","requestParameters":{{"{parameter}":"{name}","clientToken":""#));
    rng.uuid(out);
    put(
        out,
        format_args!(
            r#"","tags":[{{"key":"system","value":"{}"}},{{"key":"environment","value":"{}"}},{{"key":"managed-by","value":"terraform"}}]}}"#,
            rng.pick(SYSTEMS),
            rng.pick(ENVIRONMENTS)
        ),
    );
    if event.failure.is_some() {
        out.push_str(NO_ANSWER);
        return;
    }
    put(
        out,
        format_args!(
            r#","responseElements":{{"arn":"arn:aws:{service}:{}:{}:{name}","status":"IN_PROGRESS","createdAt":""#,
            event.region, event.caller.account
        ),
    );
    clock::push_time(out, event.seconds);
    out.push_str(r#"","requestId":""#);
    rng.uuid(out);
    out.push_str(r#""}"#);
}
