//! Who is at work in an account, and how often they change their agents and addresses.

use super::Range;
use super::backgrounds::Kind;

/// What a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Signs in and clicks.
    Person,
    /// Serves, day and night, as a role.
    Application,
    /// Runs by the clock, as a role.
    Script,
    /// Runs by the clock with a long-lived key, as a user.
    KeyUser,
    /// Deploys, as a role.
    Pipeline,
    /// An AWS service.
    Service,
}

/// A kind of caller.
pub struct Group {
    pub job: Job,
    /// In each account.
    pub members: usize,
    /// What each is called, with a number where there are more than names.
    pub names: &'static [&'static str],
    /// Agents; `{}` is a version that rises.
    pub agents: &'static [&'static str],
    /// Days until the next agent.
    pub agent_days: Option<Range>,
    /// Days until the next address.
    pub address_days: Option<Range>,
}

const BOTO: &str = "Boto3/1.34.{} md/Botocore#1.34.{} ua/2.0 os/linux#5.10.209 md/arch#x86_64 lang/python#3.12.1 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.34.{}";
const GO: &str = "aws-sdk-go-v2/1.25.{} os/linux lang/go#1.22.0 md/GOOS#linux md/GOARCH#amd64";
const JAVA: &str = "aws-sdk-java/2.23.{} Linux/5.10.205-195.807.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/21.0.2+13-LTS Java/21.0.2 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/standard";
const CLI: &str = "aws-cli/2.15.{} md/awscrt#0.19.19 ua/2.0 os/linux#5.15.0-1053-aws md/arch#x86_64 lang/python#3.11.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off";
const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.7.3 (+https://www.terraform.io) terraform-provider-aws/5.{}.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.25.0 os/linux lang/go#1.21.6";
const CDK: &str =
    "aws-sdk-js/3.511.0 ua/2.0 os/linux#6.5.0-1016-azure lang/js md/nodejs#20.11.0 aws-cdk/2.{}.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{} Safari/605.1.15";

/// Everybody.
pub const GROUPS: &[Group] = &[
    Group {
        job: Job::Person,
        members: 14,
        names: &[
            "dana", "marco", "priya", "tomas", "aiko", "lena", "omar", "ruth", "ivan", "sofia",
            "kofi", "nils", "maya", "chen",
        ],
        agents: &[CHROME, FIREFOX, SAFARI],
        agent_days: Some(Range(10.0, 40.0)),
        address_days: Some(Range(2.0, 15.0)),
    },
    Group {
        job: Job::Application,
        members: 18,
        names: &[
            "orders-api",
            "billing-api",
            "search-indexer",
            "media-worker",
            "ledger",
            "catalog-api",
            "report-builder",
            "edge-gateway",
            "inventory-sync",
        ],
        agents: &[BOTO, GO, JAVA],
        agent_days: Some(Range(4.0, 40.0)),
        address_days: Some(Range(3.0, 40.0)),
    },
    Group {
        job: Job::Script,
        members: 10,
        names: &["fleet-sweeper", "tag-auditor", "cost-report", "dr-sync", "log-shipper"],
        agents: &[BOTO, CLI],
        agent_days: Some(Range(15.0, 90.0)),
        address_days: Some(Range(10.0, 90.0)),
    },
    Group {
        job: Job::KeyUser,
        members: 4,
        names: &["backup-agent", "svc-monitoring", "svc-exporter", "partner-feed"],
        agents: &[BOTO, JAVA],
        agent_days: Some(Range(20.0, 90.0)),
        address_days: None,
    },
    Group {
        job: Job::Pipeline,
        members: 3,
        names: &["ci-deploy", "terraform", "release-bot"],
        agents: &[CDK, TERRAFORM, CLI],
        agent_days: Some(Range(3.0, 15.0)),
        address_days: Some(Range(0.5, 3.0)),
    },
    Group {
        job: Job::Service,
        members: 7,
        names: &["config", "autoscaling", "ecs", "lambda", "rds", "guardduty", "backup"],
        agents: &[""],
        agent_days: None,
        address_days: None,
    },
];

/// Who makes the ordinary calls of an API.
pub struct Habit {
    /// What its callers are, each as often as any other.
    pub jobs: &'static [Job],
    /// How many there are, from and below; the second makes half as many calls as the first, the
    /// third a third …
    pub number: (u32, u32),
    /// Up to so many calls in a minute are one caller's.
    pub alone: u32,
}

const fn by(jobs: &'static [Job], number: (u32, u32), alone: u32) -> Habit {
    Habit { jobs, number, alone }
}

/// Those of console logins.
pub const LOGIN: Habit = by(&[Job::Person], (14, 15), 2);

/// Those of a kind of traffic.
pub const fn habit(kind: Kind) -> Habit {
    use Job::{Application, KeyUser, Person, Pipeline, Script, Service};
    const ALL: u32 = u32::MAX;
    match kind {
        Kind::Sparse => by(&[Person, Person, Script, Application, Service], (1, 6), 20),
        Kind::Diurnal => by(&[Person, Person, Application, Service], (2, 8), 3),
        Kind::Steady => by(&[Application, Application, Service, KeyUser], (1, 5), 1),
        Kind::Cron => by(&[Script, Script, KeyUser, Service], (1, 2), ALL),
        Kind::Nightly => by(&[Script, KeyUser], (1, 2), ALL),
        Kind::Deploys => by(&[Pipeline], (1, 3), ALL),
        Kind::Autoscaling => by(&[Service, Application], (1, 4), 2),
        Kind::HeavyTail => by(&[Application, Script], (1, 4), 20),
        Kind::Bursts => by(&[Application, Script, Person], (1, 4), ALL),
    }
}

/// Agent of a stolen key.
pub const THIEF_AGENTS: &[&str] = &[
    "aws-cli/1.18.147 Python/3.8.10 Linux/5.4.0-91-generic botocore/1.18.6",
    "Boto3/1.17.4 Python/3.9.2 Linux/6.1.0-kali5-amd64 Botocore/1.20.4",
    "S3 Browser/9.5.5 (https://s3browser.com)",
];
/// Agent of those who guess passwords.
pub const GUESSER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/121.0.6167.85 Safari/537.36";
/// User names that are guessed; of those that do not exist, trails hide the name.
pub const GUESSED: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "test",
    "deploy",
    "jenkins",
    "devops",
    "ci",
    "support",
    "billing",
    "finance",
    "security",
    "audit",
    "operator",
    "ops",
    "service",
    "webmaster",
    "guest",
    "readonly",
    "developer",
    "build",
    "backup",
    "aws",
    "cloud",
    "dev",
    "prod",
    "staging",
    "user",
];
