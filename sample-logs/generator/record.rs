//! One event and how its JSON is written.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::body;
use crate::caller::Caller;
use crate::catalog::Api;
use crate::clock;
use crate::rng::Rng;

/// One API call or sign-in.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    /// When, in seconds since 1970.
    pub seconds: i64,
    /// In which Region.
    pub region: &'a str,
    /// What was called.
    pub api: Api,
    /// By whom, and from where.
    pub caller: &'a Caller,
    /// How it failed, if it did.
    pub failure: Option<Failure>,
}

/// How a call failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No policy allows it. EC2 has a code of its own for this.
    Denied,
    /// A wrong password: a message and a response, but no error code.
    Login,
    /// Any other error code, with its message.
    Code(&'static str, &'static str),
}

/// The start of the TLS details, up to the host.
const TLS: &str = r#","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":""#;

/// How much text is collected before it is handed on.
const CHUNK: usize = 128 * 1024;

/// Writes `{"Records":[...]}` with the events in the given order; tells its length.
pub fn write_file(events: &[Event], rng: &mut Rng, out: &mut impl Write) -> io::Result<usize> {
    let mut text = String::with_capacity(CHUNK + 8 * 1024);
    let mut length = 0;
    text.push_str(r#"{"Records":["#);
    for (position, event) in events.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        event.write(&mut text, rng);
        if text.len() > CHUNK {
            out.write_all(text.as_bytes())?;
            length += text.len();
            text.clear();
        }
    }
    text.push_str("]}");
    out.write_all(text.as_bytes())?;
    Ok(length + text.len())
}

impl Event<'_> {
    /// Appends the record. Ids and the contents of parameters come from `rng`.
    pub fn write(&self, out: &mut String, rng: &mut Rng) {
        let Self { api, caller, region, .. } = self;
        let sign_in = api.service == "signin";
        out.push_str(r#"{"eventVersion":""#);
        out.push_str(if sign_in { "1.08" } else { "1.11" });
        out.push_str(r#"","userIdentity":"#);
        caller.push_identity(out, self.seconds);
        out.push_str(r#","eventTime":""#);
        clock::push_time(out, self.seconds);
        for (field, value, suffix) in [
            (r#"","eventSource":""#, api.service, ".amazonaws.com"),
            (r#"","eventName":""#, api.name, ""),
            (r#"","awsRegion":""#, region, ""),
            (r#"","sourceIPAddress":""#, &caller.address, ""),
            (r#"","userAgent":""#, &caller.agent, ""),
        ] {
            out.push_str(field);
            out.push_str(value);
            out.push_str(suffix);
        }
        out.push('"');
        self.push_failure(out);
        body::push(out, self, rng);
        if !sign_in {
            out.push_str(r#","requestID":""#);
            rng.uuid(out);
            out.push('"');
        }
        out.push_str(r#","eventID":""#);
        rng.uuid(out);
        out.push_str(if api.read_only { r#"","readOnly":true"# } else { r#"","readOnly":false"# });
        self.push_end(out, sign_in);
    }

    fn push_failure(&self, out: &mut String) {
        let (code, message) = match self.failure {
            None => return,
            Some(Failure::Login) => {
                out.push_str(r#","errorMessage":"Failed authentication""#);
                return;
            }
            Some(Failure::Code(code, message)) => (code, message.to_owned()),
            Some(Failure::Denied) if self.api.service == "ec2" => (
                "Client.UnauthorizedOperation",
                "You are not authorized to perform this operation.".to_owned(),
            ),
            Some(Failure::Denied) => ("AccessDenied", self.denial()),
        };
        out.push_str(r#","errorCode":""#);
        out.push_str(code);
        out.push_str(r#"","errorMessage":""#);
        out.push_str(&message);
        out.push('"');
    }

    fn denial(&self) -> String {
        let Api { service, name, .. } = self.api;
        let (arn, account, region) = (&self.caller.arn, &self.caller.account, self.region);
        format!(
            "User: {arn} is not authorized to perform: {service}:{name} on resource: arn:aws:{service}:{region}:{account}:* because no identity-based policy allows the {service}:{name} action"
        )
    }

    fn push_end(&self, out: &mut String, sign_in: bool) {
        let Self { api, caller, region, .. } = self;
        out.push_str(r#","eventType":""#);
        out.push_str(if sign_in { "AwsConsoleSignIn" } else { "AwsApiCall" });
        out.push_str(r#"","managementEvent":true,"recipientAccountId":""#);
        out.push_str(&caller.account);
        out.push_str(r#"","eventCategory":"Management""#);
        if caller.external {
            let service = api.service;
            out.push_str(TLS);
            // Writing to a string cannot fail.
            let _ = if sign_in {
                write!(out, r#"{region}.signin.aws.amazon.com"}}"#)
            } else {
                write!(out, r#"{service}.{region}.amazonaws.com"}}"#)
            };
        }
        if caller.console && !sign_in {
            out.push_str(r#","sessionCredentialFromConsole":"true""#);
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Callers;
    use crate::catalog::Catalog;

    #[test]
    fn every_api_gives_valid_json_whether_it_fails_or_not() {
        let mut rng = Rng::new(5, &[]);
        let mut callers = Callers { account: "111122223333", rng: Rng::new(6, &[]) };
        let callers = [
            callers.user("dana", "agent", "192.0.2.1"),
            callers.role("app", "session", "agent", "192.0.2.1"),
            callers.linked_role("linked", "session", "config"),
            callers.service("ecs-tasks"),
            callers.sign_in("dana", "Mozilla/5.0", "192.0.2.1"),
        ];
        let mut events = Vec::new();
        for api in Catalog::new().callable() {
            for failure in [None, Some(Failure::Denied), Some(Failure::Code("Code", "Message"))] {
                let caller = &callers[events.len() % callers.len()];
                events.push(Event { seconds: 0, region: "us-east-1", api, caller, failure });
            }
        }
        let mut out = Vec::new();
        let length = write_file(&events, &mut rng, &mut out).unwrap();
        assert_eq!(length, out.len());
        let file: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(file["Records"].as_array().unwrap().len(), events.len());
    }
}
