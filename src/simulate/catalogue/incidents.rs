//! What is not ordinary: the kinds of incidents, where they may strike, how large they are, how long
//! they last, and who does them.

use super::Range;
use super::apis::Outcome;
use crate::labels::IncidentKind as K;

/// Which API is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One that reads.
    Read,
    /// One that writes.
    Write,
    /// Any that is called now and then.
    Any,
    /// One that is called at least twice a minute, or the busiest there is.
    Busy,
    /// One that nobody has ever called.
    Unused,
    /// `ConsoleLogin`.
    Login,
    /// Scores of them, few calls each.
    Many,
    /// One that holds secrets, with some others on the way.
    Secrets,
    /// Some of those that one role calls anyway.
    OfOneRole,
}

/// How the rate goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As high from the first to the last minute.
    Flat,
    /// Rising over that share of the time.
    Ramp,
    /// All in one minute.
    OneMinute,
    /// As high until the logs end.
    UntilTheEnd,
    /// Nothing at all.
    Silence,
}

/// Who does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Half of the time one who calls the API anyway, half of the time one who never did.
    UsualOrNew,
    /// Two at once, one usual and one new.
    Two,
    /// One who never called it.
    New,
    /// A known key, from an address and with an agent never seen.
    Thief,
    /// Many names from one address.
    GuesserAtOneAddress,
    /// Many names from many addresses.
    GuesserAtManyAddresses,
    /// Those who call it anyway.
    Everybody,
    /// A role of the account, with a version of its agent never seen.
    NewVersion,
}

/// When it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Any time from the fifth day on (in shorter months: after a third of it).
    Later,
    /// In the month's middle, so that it can be learned.
    Middle,
    /// On the first day.
    FirstDay,
    /// Within the last hours.
    AtTheEnd,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    Once,
    /// Again after that many days, an incident of its own.
    DaysLater,
    /// A second one on top of the first.
    OnTop,
}

/// A kind of incident.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub kind: K,
    pub target: Target,
    pub shape: Shape,
    pub outcome: Outcome,
    pub by: By,
    pub when: When,
    pub repeat: Repeat,
    /// Minutes from the first to the last.
    pub minutes: Range,
    pub size: Size,
}

/// How large it is.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// The largest five minutes, as multiples of the subject's own of the 14 days before; each as
    /// often as any other.
    Times(&'static [f64]),
    /// Events a minute, for what has no size of its own.
    PerMinute(Range),
}

/// Sizes of what has a natural base.
const TIMES: Size = Size::Times(&[1.0, 2.0, 3.0, 5.0, 10.0, 30.0]);
/// Sizes of a burst on a series that did nothing in the 14 days before, in eights of events.
pub const TIMES_WITHOUT_PAST: &[f64] = &[5.0, 10.0, 30.0];
/// Days from a strike to the second one.
pub const DAYS_TO_SECOND_STRIKE: (f64, f64) = (3.2, 8.8);
/// Most events of one incident, so that no incident is the month.
pub const MOST_EVENTS: f64 = 20_000.0;
/// The same where it stays.
pub const MOST_EVENTS_OF_A_LEVEL: f64 = 60_000.0;
/// No two incidents on one subject come closer than this, unless their kind wants it.
pub const DAYS_APART: u32 = 2;
/// APIs that a prober tries, and how often each.
pub const PROBED: (u32, u32) = (90, 260);
pub const TRIES_EACH: (u32, u32) = (1, 4);
/// Names that a guesser tries, and addresses of one who has many.
pub const GUESSED_NAMES: (u32, u32) = (15, 200);
pub const GUESSER_ADDRESSES: (u32, u32) = (20, 120);

const BASE: Spec = Spec {
    kind: K::RunawayRead,
    target: Target::Any,
    shape: Shape::Flat,
    outcome: Outcome::Success,
    by: By::UsualOrNew,
    when: When::Later,
    repeat: Repeat::Once,
    minutes: Range(5.0, 120.0),
    size: TIMES,
};

/// Every kind, in the order in which they were thought of.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().chain(&LATER_SPECS)
}

/// The kinds that months are filled with first.
pub const SPECS: [Spec; 21] = [
    Spec {
        kind: K::CredentialStuffingOneAddress,
        target: Target::Login,
        outcome: Outcome::WrongPassword,
        by: By::GuesserAtOneAddress,
        minutes: Range(5.0, 60.0),
        size: Size::PerMinute(Range(6.0, 60.0)),
        ..BASE
    },
    Spec {
        kind: K::CredentialStuffingManyAddresses,
        target: Target::Login,
        outcome: Outcome::WrongPassword,
        by: By::GuesserAtManyAddresses,
        minutes: Range(8.0, 90.0),
        size: Size::PerMinute(Range(6.0, 60.0)),
        ..BASE
    },
    Spec {
        kind: K::PasswordSpray,
        target: Target::Login,
        outcome: Outcome::WrongPassword,
        by: By::GuesserAtManyAddresses,
        minutes: Range(150.0, 600.0),
        size: Size::PerMinute(Range(1.2, 4.0)),
        ..BASE
    },
    Spec {
        kind: K::AccessDeniedSpike,
        outcome: Outcome::Denied,
        minutes: Range(5.0, 60.0),
        ..BASE
    },
    Spec {
        kind: K::PermissionProbing,
        target: Target::Many,
        outcome: Outcome::Denied,
        by: By::Thief,
        minutes: Range(6.0, 45.0),
        size: Size::PerMinute(Range(5.0, 40.0)),
        ..BASE
    },
    Spec {
        kind: K::LeakedKey,
        target: Target::Secrets,
        by: By::Thief,
        minutes: Range(8.0, 60.0),
        size: Size::Times(&[2.0, 3.0, 5.0, 10.0]),
        ..BASE
    },
    Spec { kind: K::RunawayRead, target: Target::Read, ..BASE },
    Spec { kind: K::RunawayWrite, target: Target::Write, ..BASE },
    Spec { kind: K::ThrottleStorm, outcome: Outcome::Throttled, minutes: Range(5.0, 90.0), ..BASE },
    Spec { kind: K::OneMinuteBurst, shape: Shape::OneMinute, minutes: Range(1.0, 1.0), ..BASE },
    Spec { kind: K::SlowRamp, shape: Shape::Ramp, minutes: Range(20.0, 75.0), ..BASE },
    Spec {
        kind: K::LowAndSlow,
        minutes: Range(150.0, 480.0),
        size: Size::Times(&[0.7, 1.0, 1.5]),
        ..BASE
    },
    Spec {
        kind: K::SecondStrike,
        when: When::Middle,
        repeat: Repeat::DaysLater,
        minutes: Range(5.0, 60.0),
        ..BASE
    },
    Spec { kind: K::TwoCulprits, by: By::Two, minutes: Range(8.0, 90.0), ..BASE },
    Spec {
        kind: K::BrandNewApi,
        target: Target::Unused,
        by: By::New,
        minutes: Range(5.0, 40.0),
        size: Size::PerMinute(Range(8.0, 100.0)),
        ..BASE
    },
    Spec {
        kind: K::LevelShift,
        shape: Shape::UntilTheEnd,
        when: When::Middle,
        size: Size::Times(&[2.0, 3.0, 5.0, 10.0]),
        ..BASE
    },
    Spec { kind: K::Overlap, repeat: Repeat::OnTop, minutes: Range(30.0, 120.0), ..BASE },
    Spec {
        kind: K::OpenAtEnd,
        shape: Shape::UntilTheEnd,
        when: When::AtTheEnd,
        minutes: Range(5.0, 90.0),
        ..BASE
    },
    Spec {
        kind: K::DropToZero,
        target: Target::Busy,
        shape: Shape::Silence,
        by: By::Everybody,
        minutes: Range(60.0, 480.0),
        ..BASE
    },
    Spec {
        kind: K::FirstDay,
        when: When::FirstDay,
        minutes: Range(8.0, 60.0),
        size: Size::Times(&[30.0, 60.0, 90.0]),
        ..BASE
    },
    Spec { kind: K::Plateau, minutes: Range(180.0, 480.0), ..BASE },
];

/// Kinds that came later. They are planted after all others and drawn from dice of their own, so that
/// the others of a seed's month stay as they were.
pub const LATER_SPECS: [Spec; 1] = [Spec {
    kind: K::BrokenDeployment,
    target: Target::OfOneRole,
    by: By::NewVersion,
    minutes: Range(10.0, 120.0),
    size: Size::PerMinute(Range(3.0, 60.0)),
    ..BASE
}];

impl Spec {
    /// How many incidents of the labels one of these makes.
    pub const fn incidents(&self) -> u32 {
        match self.repeat {
            Repeat::Once => 1,
            Repeat::DaysLater | Repeat::OnTop => 2,
        }
    }
}

/// What the user of a stolen key is after: one of these, many times.
pub const SECRETS: [(&str, &str); 4] = [
    ("secretsmanager", "GetSecretValue"),
    ("ssm", "GetParameter"),
    ("kms", "Decrypt"),
    ("s3", "GetBucketPolicy"),
];
/// What he looks at on the way, and how often each, at most that less one.
pub const FIRST_STEPS: [(&str, &str); 8] = [
    ("sts", "GetCallerIdentity"),
    ("s3", "ListBuckets"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeRegions"),
    ("secretsmanager", "ListSecrets"),
    ("iam", "ListUsers"),
    ("iam", "ListRoles"),
    ("lambda", "ListFunctions20150331"),
];
pub const STEPS_EACH: (u32, u32) = (1, 5);

/// Calls that put a new version in service, one of these,
pub const DEPLOYS: [(&str, &str); 5] = [
    ("lambda", "UpdateFunctionCode20150331v2"),
    ("lambda", "UpdateFunctionConfiguration20150331v2"),
    ("ecs", "UpdateService"),
    ("cloudformation", "ExecuteChangeSet"),
    ("cloudformation", "UpdateStack"),
];
/// so often, the first so many minutes before the first failure.
pub const DEPLOY_CALLS: (u32, u32) = (1, 5);
pub const MINUTES_TO_FAILURE: (u32, u32) = (1, 11);
/// What a broken version does wrong, one of these.
pub const BROKEN_BY: [Outcome; 3] = [Outcome::Denied, Outcome::Invalid, Outcome::NotFound];
/// Of how many of its role's APIs.
pub const BROKEN_APIS: (u32, u32) = (1, 4);
/// Share of its calls that fail.
pub const FAILING: (f64, f64) = (0.7, 1.0);
/// Versions of agents that nobody has in the ordinary course.
pub const NEXT_VERSIONS: (u32, u32) = (800, 1_000);
