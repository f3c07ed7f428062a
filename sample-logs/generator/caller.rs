//! Who calls: identities, with the user agent and address they call from.

use crate::clock::{self, HOUR};
use crate::rng::Rng;

/// Someone or something that calls APIs in one account.
#[derive(Clone)]
pub struct Caller {
    /// The ARN as in `userIdentity.arn`; of roles the one with the session name. Services and
    /// failed sign-ins have none.
    pub arn: String,
    /// The account.
    pub account: String,
    /// The user agent.
    pub agent: String,
    /// The source address, or the service that calls.
    pub address: String,
    /// Whether the caller is a person at the console.
    pub console: bool,
    /// Whether the calls come over the public endpoint, so that TLS details are recorded.
    pub external: bool,
    identity: Identity,
}

/// The pieces of the `userIdentity` object, ready to be put together.
#[derive(Clone)]
enum Identity {
    /// Nothing in it changes from call to call.
    Fixed(String),
    /// A role session: key id and start change with each session.
    Session { seed: u64, head: String, middle: String, tail: String },
}

/// Builds the callers of one account.
pub struct Callers<'a> {
    /// The account.
    pub account: &'a str,
    /// Gives the ids that stay for good.
    pub rng: Rng,
}

impl Callers<'_> {
    /// An IAM user with an access key.
    pub fn user(&mut self, name: &str, agent: &str, address: &str) -> Caller {
        let account = self.account;
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let (principal, key) = (self.id("AIDA", 10), self.id("AKIA", 9));
        let identity = format!(
            r#"{{"type":"IAMUser","principalId":"{principal}","arn":"{arn}","accountId":"{account}","accessKeyId":"{key}","userName":"{name}"}}"#
        );
        self.caller(arn, (agent, address), Identity::Fixed(identity))
    }

    /// A role's session, of an application, a pipeline or a person signed in through SSO.
    pub fn role(&mut self, name: &str, session: &str, agent: &str, address: &str) -> Caller {
        self.session(("", name), session, (agent, address), "")
    }

    /// A service-linked role, used by an AWS service.
    pub fn linked_role(&mut self, name: &str, session: &str, service: &str) -> Caller {
        let host = format!("{service}.amazonaws.com");
        let path = format!("aws-service-role/{host}/");
        let invoked = format!(r#","invokedBy":"{host}""#);
        let mut caller = self.session((&path, name), session, (&host, &host), &invoked);
        caller.external = false;
        caller
    }

    /// An AWS service that calls in its own name.
    pub fn service(&mut self, service: &str) -> Caller {
        let host = format!("{service}.amazonaws.com");
        let identity = format!(r#"{{"type":"AWSService","invokedBy":"{host}"}}"#);
        let mut caller = self.caller(String::new(), (&host, &host), Identity::Fixed(identity));
        caller.external = false;
        caller
    }

    /// Someone who tries to sign in under a user name; trails hide names that do not exist.
    pub fn sign_in(&mut self, name: &str, agent: &str, address: &str) -> Caller {
        let account = self.account;
        // One name is one user, whoever tries it.
        let letters: Vec<u64> = name.bytes().map(u64::from).collect();
        let mut principal = "AIDA".to_owned();
        Rng::new(0, &letters).upper(&mut principal, 10);
        principal += "EXAMPLE";
        let known =
            if name == HIDDEN { String::new() } else { format!(r#""principalId":"{principal}","#) };
        let identity = format!(
            r#"{{"type":"IAMUser",{known}"accountId":"{account}","accessKeyId":"","userName":"{name}"}}"#
        );
        let arn = String::new();
        self.caller(arn, (agent, address), Identity::Fixed(identity))
    }

    fn session(
        &mut self,
        (path, name): (&str, &str),
        session: &str,
        from: (&str, &str),
        invoked: &str,
    ) -> Caller {
        let (account, principal) = (self.account, self.id("AROA", 10));
        let arn = format!("arn:aws:sts::{account}:assumed-role/{name}/{session}");
        let identity = Identity::Session {
            seed: self.rng.bits(),
            head: format!(
                r#"{{"type":"AssumedRole","principalId":"{principal}:{session}","arn":"{arn}","accountId":"{account}","accessKeyId":""#
            ),
            middle: format!(
                r#"","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"{principal}","arn":"arn:aws:iam::{account}:role/{path}{name}","accountId":"{account}","userName":"{name}"}},"attributes":{{"creationDate":""#
            ),
            tail: format!(r#"","mfaAuthenticated":"false"}}}}{invoked}}}"#),
        };
        self.caller(arn, from, identity)
    }

    fn caller(&self, arn: String, from: (&str, &str), identity: Identity) -> Caller {
        Caller {
            arn,
            account: self.account.to_owned(),
            agent: from.0.to_owned(),
            address: from.1.to_owned(),
            console: from.0.starts_with("Mozilla"),
            external: true,
            identity,
        }
    }

    fn id(&mut self, prefix: &str, random: usize) -> String {
        let mut id = prefix.to_owned();
        self.rng.upper(&mut id, random);
        id + "EXAMPLE"
    }
}

/// What trails hold for a user name that does not exist.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

impl Caller {
    /// Appends the `userIdentity` object of a call at a time.
    pub fn push_identity(&self, out: &mut String, seconds: i64) {
        match &self.identity {
            Identity::Fixed(identity) => out.push_str(identity),
            Identity::Session { seed, head, middle, tail } => {
                let phase = i64::from(u16::try_from(seed % 3600).unwrap_or(0));
                let start = seconds - (seconds - phase).rem_euclid(HOUR);
                out.push_str(head);
                out.push_str("ASIA");
                Rng::new(*seed, &[start.unsigned_abs()]).upper(out, 9);
                out.push_str("EXAMPLE");
                out.push_str(middle);
                clock::push_time(out, start);
                out.push_str(tail);
            }
        }
    }
}
