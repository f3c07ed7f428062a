//! Rows of a plan -> JSON records, from pieces that are put together once for each API and caller.

use super::cast::{Caller, Who, principal};
use super::catalogue::apis::{Api, ApiId, Outcome};
use super::dice::{Dice, mix};
use super::plan::{Plan, PlanRow};
use crate::event::HIDDEN_NAME;
use crate::minute::{HOUR, Minute};

/// What is acted on, by number.
const ENVIRONMENTS: [&str; 4] = ["prod", "staging", "dev", "shared"];
const SYSTEMS: [&str; 8] =
    ["orders", "billing", "search", "media", "ledger", "catalog", "reports", "gateway"];

/// What is the same in all records of a caller.
struct CallerPieces {
    /// `userIdentity`, cut where a session's key and start belong.
    identity: Vec<String>,
    /// What a session's key and start are drawn from.
    seed: u64,
    /// From the address to the agent.
    from: String,
    /// Whether the calls come over the public endpoint.
    is_external: bool,
}

/// Makes records of an account and Region.
pub struct Renderer<'p> {
    plan: &'p Plan,
    start: Minute,
    callers: Vec<CallerPieces>,
}

/// The text of a file.
#[derive(Default)]
pub struct Text {
    pub bytes: Vec<u8>,
    /// Where each record ends.
    pub ends: Vec<usize>,
    /// What all records of a row begin with, up to the seconds, and go on with after them.
    head: Vec<u8>,
    middle: Vec<u8>,
    tail: Vec<u8>,
}

impl Text {
    /// Begins a file.
    pub fn begin(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.bytes.extend_from_slice(b"{\"Records\":[");
    }

    /// Ends it.
    pub fn end(&mut self) {
        self.bytes.extend_from_slice(b"]}");
    }

    /// Appends records of another file, the first so many of them; begins with a comma.
    pub fn append(&mut self, other: &Self, records: usize) {
        let Some(end) = records.checked_sub(1).and_then(|last| other.ends.get(last)) else {
            return;
        };
        let from = b"{\"Records\":[".len();
        if let Some(copied) = other.bytes.get(from..*end) {
            self.bytes.push(b',');
            self.bytes.extend_from_slice(copied);
        }
    }
}

impl<'p> Renderer<'p> {
    pub fn new(plan: &'p Plan, start: Minute) -> Self {
        let pieces = |caller| CallerPieces::new(caller, &plan.account);
        Self { plan, start, callers: plan.callers.iter().map(pieces).collect() }
    }

    /// Appends the records of a row. Ids come from `dice`.
    pub fn push(&self, row: &PlanRow, dice: &mut Dice, text: &mut Text) {
        let Some(caller) = self.callers.get(row.caller as usize) else { return };
        let api = row.api.api();
        self.prepare(row, caller, text);
        let Text { bytes, ends, head, middle, tail } = text;
        for _ in 0..row.events {
            if !ends.is_empty() {
                bytes.push(b',');
            }
            let random = dice.bits();
            bytes.extend_from_slice(head);
            let second = (random >> 32) % 60;
            bytes.extend_from_slice(&two_digits(second));
            bytes.extend_from_slice(middle);
            if row.api != ApiId::console_login() {
                parameters(bytes, api, row.outcome, random, dice);
                bytes.extend_from_slice(b",\"requestID\":\"");
                uuid(bytes, dice);
                bytes.push(b'"');
            }
            bytes.extend_from_slice(b",\"eventID\":\"");
            uuid(bytes, dice);
            bytes.extend_from_slice(tail);
            ends.push(bytes.len());
        }
    }

    /// Puts together what all records of a row share.
    fn prepare(&self, row: &PlanRow, caller: &CallerPieces, text: &mut Text) {
        let api = row.api.api();
        let is_login = row.api == ApiId::console_login();
        let Plan { account, region, .. } = self.plan;
        let minute = self.start + row.minute;
        let Text { head, middle, tail, .. } = text;
        head.clear();
        put(head, &["{\"eventVersion\":\"", if is_login { "1.08" } else { "1.11" }]);
        put(head, &["\",\"userIdentity\":"]);
        caller.identity(minute, head);
        let time = minute.to_string();
        put(head, &[",\"eventTime\":\"", time.get(..17).unwrap_or_default()]);
        middle.clear();
        put(
            middle,
            &["Z\",\"eventSource\":\"", &api.event_source, "\",\"eventName\":\"", api.name],
        );
        put(middle, &["\",\"awsRegion\":\"", region, &caller.from]);
        failure(row, middle);
        if is_login {
            let success = row.outcome == Outcome::Success;
            put(
                middle,
                &[
                    ",\"requestParameters\":null,\"responseElements\":{\"ConsoleLogin\":\"",
                    if success { "Success" } else { "Failure" },
                    "\"},\"additionalEventData\":{\"LoginTo\":\"https://console.aws.amazon.com/console/home\",\"MobileVersion\":\"No\",\"MFAUsed\":\"No\"}",
                ],
            );
        }
        tail.clear();
        put(
            tail,
            &[
                "\",\"readOnly\":",
                if api.read_only { "true" } else { "false" },
                ",\"eventType\":\"",
                if is_login { "AwsConsoleSignIn" } else { "AwsApiCall" },
                "\",\"managementEvent\":true,\"recipientAccountId\":\"",
                account,
                "\",\"eventCategory\":\"Management\"",
            ],
        );
        if caller.is_external {
            let service = api.event_source.trim_end_matches(".amazonaws.com");
            put(
                tail,
                &[
                    ",\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"",
                    service,
                    ".",
                    region,
                    ".amazonaws.com\"}",
                ],
            );
        }
        tail.push(b'}');
    }
}

/// Appends why a call failed.
fn failure(row: &PlanRow, out: &mut Vec<u8>) {
    let api = row.api.api();
    if row.outcome == Outcome::WrongPassword {
        // There is no code, as in real trails.
        return put(out, &[",\"errorMessage\":\"Failed authentication\""]);
    }
    let Some(code) = api.error_code(row.outcome) else { return };
    put(out, &[",\"errorCode\":\"", code, "\",\"errorMessage\":\""]);
    match row.outcome {
        Outcome::Throttled => put(out, &["Rate exceeded"]),
        Outcome::NotFound => put(out, &["The requested resource was not found"]),
        Outcome::Denied => {
            let service = api.event_source.trim_end_matches(".amazonaws.com");
            put(
                out,
                &[
                    "User is not authorized to perform: ",
                    service,
                    ":",
                    api.name,
                    " because no identity-based policy allows the action",
                ],
            );
        }
        _ => put(out, &["1 validation error detected"]),
    }
    out.push(b'"');
}

impl CallerPieces {
    fn new(caller: &Caller, account: &str) -> Self {
        let is_external = !matches!(caller.who, Who::Service { .. });
        let arn = caller.who.identity(account);
        let identity = match &caller.who {
            Who::Role { role, session } => {
                let id = principal("AROA", account, role);
                vec![
                    format!(
                        r#"{{"type":"AssumedRole","principalId":"{id}:{session}","arn":"{arn}","accountId":"{account}","accessKeyId":""#
                    ),
                    format!(
                        r#"","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{id}","arn":"arn:aws:iam::{account}:role/{role}","accountId":"{account}","userName":"{role}"}},"attributes":{{"creationDate":""#
                    ),
                    r#"","mfaAuthenticated":"false"}}}"#.to_owned(),
                ]
            }
            Who::User { name } => {
                let (id, key) =
                    (principal("AIDA", account, name), principal("AKIA", account, name));
                vec![format!(
                    r#"{{"type":"IAMUser","principalId":"{id}","arn":"{arn}","accountId":"{account}","accessKeyId":"{key}","userName":"{name}"}}"#
                )]
            }
            Who::Service { host } => {
                vec![format!(r#"{{"type":"AWSService","invokedBy":"{host}"}}"#)]
            }
            Who::Login { name } => {
                let known = if name == HIDDEN_NAME {
                    String::new()
                } else {
                    format!(r#""principalId":"{arn}","#)
                };
                vec![format!(
                    r#"{{"type":"IAMUser",{known}"accountId":"{account}","accessKeyId":"","userName":"{name}"}}"#
                )]
            }
        };
        let from = format!(
            r#"","sourceIPAddress":"{}","userAgent":"{}""#,
            caller.source_ip, caller.user_agent
        );
        let seed = arn.bytes().fold(0, |number, byte| mix(number ^ u64::from(byte)));
        Self { identity, seed, from, is_external }
    }

    /// Appends `userIdentity`; sessions are new every hour.
    fn identity(&self, minute: Minute, out: &mut Vec<u8>) {
        if let [head, middle, tail] = &self.identity[..] {
            let phase = u32::try_from(self.seed % u64::from(HOUR)).unwrap_or(0);
            let start = minute - (minute.get() + phase) % HOUR;
            put(out, &[head, "ASIA"]);
            let key = mix(self.seed ^ u64::from(start.get()));
            hex(out, key, 8, b"ABCDEFGHIJKLMNOP");
            put(out, &["EXAMPLE", middle, &start.to_string(), tail]);
        } else {
            for piece in &self.identity {
                put(out, &[piece]);
            }
        }
    }
}

/// What was asked, and answered.
fn parameters(out: &mut Vec<u8>, api: &Api, outcome: Outcome, random: u64, dice: &mut Dice) {
    let environment = ENVIRONMENTS[usize::try_from(random % 4).unwrap_or(0)];
    let system = SYSTEMS[usize::try_from((random >> 2) % 8).unwrap_or(0)];
    put(
        out,
        &[",\"requestParameters\":{\"", api.parameter, "\":\"", environment, "-", system, "-"],
    );
    out.extend_from_slice(&two_digits((random >> 5) % 20));
    if api.read_only {
        let paged = random & 0x0400_0000 != 0;
        put(out, &[if paged { "\",\"maxResults\":50}" } else { "\"}" }]);
        return put(out, &[",\"responseElements\":null"]);
    }
    put(out, &["\",\"clientToken\":\""]);
    uuid(out, dice);
    put(out, &["\"},\"responseElements\":"]);
    put(out, &[if outcome == Outcome::Success { "{\"status\":\"IN_PROGRESS\"}" } else { "null" }]);
}

fn put(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
}

fn two_digits(number: u64) -> [u8; 2] {
    let digit = |number: u64| b'0' + u8::try_from(number % 10).unwrap_or(0);
    [digit(number / 10), digit(number)]
}

/// Appends a random (version 4) UUID.
pub fn uuid(out: &mut Vec<u8>, dice: &mut Dice) {
    let (high, low) = (dice.bits(), dice.bits());
    let id = uuid::Builder::from_u128(u128::from(high) << 64 | u128::from(low))
        .with_version(uuid::Version::Random)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid();
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(id.hyphenated().encode_lower(&mut text).as_bytes());
}

/// Appends so many of the 16 signs.
pub fn hex(out: &mut Vec<u8>, mut number: u64, signs: usize, alphabet: &[u8; 16]) {
    for _ in 0..signs {
        out.push(alphabet[usize::try_from(number % 16).unwrap_or(0)]);
        number /= 16;
    }
}
