//! The accounts of a benchmark month: some two hundred identities each, with their habits.

use crate::caller::{Caller, Callers};
use crate::catalog::Api;
use crate::clock;
use crate::record::{Event, Failure};
use crate::rng::Rng;

/// Identities in an account, unless told otherwise.
pub const MEMBERS: usize = 200;

/// One account and who calls in it.
pub struct Account {
    members: Vec<Member>,
    /// Running totals of how much each member calls, by day and at night.
    day: Vec<u64>,
    night: Vec<u64>,
    /// Running totals of how often the first, second, third … API of a member is called.
    ranks: Vec<u64>,
}

/// What the accounts of a month have in common.
pub struct Habits {
    /// The APIs that members choose theirs from.
    pub apis: Vec<Api>,
    /// Whether every second event goes through the APIs in turn, so that each is called in every
    /// account and Region.
    pub in_turn: bool,
    /// Identities in an account.
    pub members: usize,
}

struct Member {
    caller: Caller,
    apis: Vec<Api>,
    job: Job,
}

/// What kind of caller a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    Person,
    Application,
    Script,
    AwsService,
}

const AGENTS: &[&str] = &[
    "aws-cli/2.15.21 md/awscrt#0.19.19 ua/2.0 os/linux#5.15.0-1053-aws md/arch#x86_64 lang/python#3.11.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#ec2.describe-instances",
    "Boto3/1.34.40 md/Botocore#1.34.40 ua/2.0 os/linux#5.10.209 md/arch#x86_64 lang/python#3.12.1 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.34.40",
    "aws-sdk-go-v2/1.25.0 os/linux lang/go#1.22.0 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.149.1",
    "aws-sdk-java/2.23.12 Linux/5.10.205-195.807.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/21.0.2+13-LTS Java/21.0.2 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/standard",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.3 (+https://www.terraform.io) terraform-provider-aws/5.37.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.25.0 os/linux lang/go#1.21.6",
    "aws-sdk-js/3.511.0 ua/2.0 os/linux#6.5.0 lang/js md/nodejs#20.11.0",
];
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
];
const SERVICES: &[&str] = &["config", "autoscaling", "ecs", "lambda", "rds", "guardduty", "backup"];
const FAILURES: &[Failure] = &[
    Failure::Denied,
    Failure::Code("ThrottlingException", "Rate exceeded"),
    Failure::Code("ResourceNotFoundException", "Requested resource not found"),
    Failure::Code("ValidationException", "1 validation error detected"),
    Failure::Code("NoSuchEntity", "The role with that name cannot be found."),
];

impl Habits {
    /// The API whose turn it is at an event, counted within an account and Region.
    pub fn turn(&self, event: u64) -> Option<Api> {
        let turn = self.in_turn && event.is_multiple_of(2);
        turn.then(|| {
            usize::try_from(event / 2).map_or(self.apis[0], |n| self.apis[n % self.apis.len()])
        })
    }
}

impl Account {
    /// The account with this id; equal seeds give equal accounts.
    pub fn new(id: &str, habits: &Habits, seed: u64) -> Self {
        let mut rng = Rng::new(seed, &[7, id.parse().unwrap_or(0)]);
        let mut callers = Callers { account: id, rng: Rng::new(seed, &[8, rng.bits()]) };
        let members: Vec<Member> = (0..habits.members)
            .map(|number| member(number, &mut callers, &habits.apis, &mut rng))
            .collect();
        let share = |awake: u64, asleep: u64| {
            totals(members.iter().enumerate().map(|(number, member)| {
                let weight = 1_000_000 / (number as u64 + 4);
                weight * if member.job == Job::Person { awake } else { asleep }
            }))
        };
        let (day, night) = (share(20, 10), share(1, 10));
        Self { members, day, night, ranks: totals((1..=30).map(|rank| 60_000 / rank)) }
    }

    /// One ordinary call around a time, of the API whose turn it is, if it is one's; scripts call at full quarters of an hour.
    pub fn event<'a>(
        &'a self,
        seconds: i64,
        region: &'a str,
        turn: Option<Api>,
        rng: &mut Rng,
    ) -> Event<'a> {
        let working = (7..19).contains(&clock::hour(seconds)) && !clock::is_weekend(seconds);
        let member = &self.members[rng.weighted(if working { &self.day } else { &self.night })];
        let api = turn.unwrap_or_else(|| self.api(member, region, rng));
        let seconds = match member.job {
            Job::Script => seconds - seconds % (15 * clock::MINUTE) + i64::from(rng.between(0, 90)),
            _ => seconds,
        };
        let failure = rng.chance(20).then(|| *rng.pick(FAILURES));
        Event { seconds, region, api, caller: &member.caller, failure }
    }

    /// One of a member's APIs, global ones in us-east-1 only.
    fn api(&self, member: &Member, region: &str, rng: &mut Rng) -> Api {
        let ranks = &self.ranks[..member.apis.len()];
        let mut api = member.apis[rng.weighted(ranks)];
        for _ in 0..8 {
            if region == "us-east-1" || !api.is_global() {
                break;
            }
            api = member.apis[rng.weighted(ranks)];
        }
        api
    }

    /// An IAM user and a script's role, for the incidents.
    pub fn victims(&self) -> Option<(&Caller, &Caller)> {
        let find = |job: Job, user: bool, agent: &str| {
            let fits = |member: &&Member| {
                let Caller { arn, agent: own, .. } = &member.caller;
                member.job == job && arn.contains(":user/") == user && own.starts_with(agent)
            };
            self.members.iter().find(fits).map(|member| &member.caller)
        };
        let script = find(Job::Script, false, "Boto3").or_else(|| find(Job::Script, false, ""));
        Some((find(Job::Application, true, "")?, script?))
    }
}

fn member(number: usize, callers: &mut Callers, apis: &[Api], rng: &mut Rng) -> Member {
    let address = format!("{}.{}", rng.pick(&["192.0.2", "198.51.100"]), rng.between(1, 254));
    let agent = rng.pick(AGENTS);
    let (caller, job) = match number % 20 {
        0..=3 => {
            let service = rng.pick(SERVICES);
            let name = format!("AWSServiceRoleFor{service}{number}");
            (callers.linked_role(&name, "aws-internal", service), Job::AwsService)
        }
        4..=10 => {
            let mut session = String::new();
            rng.hex(&mut session, 16);
            (callers.role(&format!("app-{number:03}"), &session, agent, &address), Job::Application)
        }
        11 => (callers.user(&format!("svc-{number:03}"), agent, &address), Job::Application),
        12..=14 => {
            let name = format!("job-{number:03}");
            (callers.role(&name, &format!("{name}-run"), agent, &address), Job::Script)
        }
        _ => {
            let session = format!("user{number:03}@example.com");
            let browser = *rng.pick(BROWSERS);
            let role = "AWSReservedSSO_PowerUser_0123456789abcdef";
            (callers.role(role, &session, browser, &address), Job::Person)
        }
    };
    Member { caller, apis: repertoire(apis, rng), job }
}

/// 4 to 30 APIs; common services are more likely, as they come first in the catalog.
fn repertoire(apis: &[Api], rng: &mut Rng) -> Vec<Api> {
    let pick = |rng: &mut Rng| {
        let limit = rng.index(apis.len()) + 1;
        apis[rng.index(limit)]
    };
    (0..rng.between(4, 30)).map(|_| pick(rng)).collect()
}

fn totals(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    weights
        .scan(0, |total, weight| {
            *total += weight;
            Some(*total)
        })
        .collect()
}
