//! Who calls in an account, and from what they call at which time.

use super::catalogue::Range;
use super::catalogue::callers::{GROUPS, Group, Job};
use super::dice::{Dice, mix, whole};
use crate::event::{HIDDEN_NAME, fold_session};
use crate::minute::DAY;

/// A caller with one agent and one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub who: Who,
    pub user_agent: String,
    pub source_ip: String,
}

/// What `userIdentity` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A session of a role.
    Role { role: String, session: String },
    /// A user with a key or at the console.
    User { name: String },
    /// A service in its own name.
    Service { host: String },
    /// Somebody who fails to log in, by the user name typed.
    Login { name: String },
}

impl Who {
    /// The identity, as our reader names it.
    pub fn identity(&self, account: &str) -> String {
        match self {
            Self::Role { role, session } => {
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
            Self::User { name } => format!("arn:aws:iam::{account}:user/{name}"),
            Self::Service { host } => host.clone(),
            Self::Login { name } if name == HIDDEN_NAME => name.clone(),
            Self::Login { name } => principal("AIDA", account, name),
        }
    }

    /// The identity that insights attribute to: sessions by their role.
    pub fn folded(&self, account: &str) -> String {
        fold_session(&self.identity(account)).to_owned()
    }

    /// `userIdentity.type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Role { .. } => "AssumedRole",
            Self::User { .. } | Self::Login { .. } => "IAMUser",
            Self::Service { .. } => "AWSService",
        }
    }
}

/// The unique id of a name in an account, such as `AIDA…`.
pub fn principal(prefix: &str, account: &str, name: &str) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bytes = account.bytes().chain(name.bytes());
    let mut rest = bytes.fold(7, |number, byte| mix(number ^ u64::from(byte)));
    let mut id = prefix.to_owned();
    for _ in 0..10 {
        id.push(char::from(SIGNS[usize::try_from(rest % 32).unwrap_or(0)]));
        rest /= 32;
    }
    id + "EXAMPLE"
}

/// One who calls, over the month.
pub struct Member {
    pub job: Job,
    /// Its agent; `{}` is the version.
    agent: &'static str,
    /// From which minute on it is which caller, in time order; the first from minute 0.
    callers: Vec<(u32, u32)>,
    /// It at the login page with a wrong password, for people.
    login: Vec<u32>,
}

/// Everyone in an account.
pub struct Cast {
    pub members: Vec<Member>,
    /// All callers that the members ever are.
    pub callers: Vec<Caller>,
}

impl Cast {
    pub fn new(dice: &mut Dice, minutes: u32) -> Self {
        let mut cast = Self { members: Vec::new(), callers: Vec::new() };
        for group in GROUPS {
            for number in 0..group.members {
                cast.add(dice, group, number, minutes);
            }
        }
        cast
    }

    /// The caller that a member is in a minute.
    pub fn caller(&self, member: usize, minute: u32) -> u32 {
        let callers = &self.members[member].callers;
        callers[callers.partition_point(|(from, _)| *from <= minute).saturating_sub(1)].1
    }

    /// The same with a wrong password, if it is a person.
    pub fn login(&self, member: usize, minute: u32) -> Option<u32> {
        let Member { callers, login, .. } = &self.members[member];
        let at = callers.partition_point(|(from, _)| *from <= minute).saturating_sub(1);
        login.get(at).copied()
    }

    /// Whether one of a member's callers is that one.
    pub fn is(&self, member: usize, caller: u32) -> bool {
        self.members[member].callers.iter().any(|(_, own)| *own == caller)
    }

    /// The caller that a member would be in a minute with another version of its agent.
    pub fn updated(&self, member: usize, minute: u32, version: u32) -> Caller {
        let caller = self.callers[self.caller(member, minute) as usize].clone();
        Caller { user_agent: with_version(self.members[member].agent, version), ..caller }
    }

    fn add(&mut self, dice: &mut Dice, group: &Group, number: usize, minutes: u32) {
        let name = name(group, number);
        let who = who(group.job, &name, dice);
        let agent = dice.one_of(group.agents).copied().unwrap_or_default();
        let mut version = dice.whole(40..60);
        let mut member = Member { job: group.job, agent, callers: Vec::new(), login: Vec::new() };
        let mut source_ip = address(dice, group.job, &name);
        let (mut next_agent, mut next_address) =
            (change(dice, 0, group.agent_days), change(dice, 0, group.address_days));
        let mut from = 0;
        while from < minutes {
            let user_agent = if group.job == Job::Service {
                source_ip.clone()
            } else {
                with_version(agent, version)
            };
            let caller = Caller { who: who.clone(), user_agent, source_ip: source_ip.clone() };
            if group.job == Job::Person {
                let who = Who::Login { name: name.clone() };
                member.login.push(self.push(Caller { who, ..caller.clone() }));
            }
            member.callers.push((from, self.push(caller)));
            from = next_agent.min(next_address);
            if from == next_agent {
                version += dice.whole(1..4);
                next_agent = change(dice, from, group.agent_days);
            }
            if from == next_address {
                source_ip = address(dice, group.job, &name);
                next_address = change(dice, from, group.address_days);
            }
        }
        self.members.push(member);
    }

    fn push(&mut self, caller: Caller) -> u32 {
        self.callers.push(caller);
        u32::try_from(self.callers.len() - 1).unwrap_or(u32::MAX)
    }
}

fn with_version(agent: &str, version: u32) -> String {
    agent.replace("{}", &version.to_string())
}

/// When something changes next; never without a range.
fn change(dice: &mut Dice, from: u32, days: Option<Range>) -> u32 {
    days.map_or(u32::MAX, |days| from + whole(dice.of(days) * f64::from(DAY)).max(1))
}

fn name(group: &Group, number: usize) -> String {
    let name = group.names[number % group.names.len()];
    match number / group.names.len() {
        0 => name.to_owned(),
        more => format!("{name}-{}", more + 1),
    }
}

fn who(job: Job, name: &str, dice: &mut Dice) -> Who {
    match job {
        Job::Person | Job::KeyUser => Who::User { name: name.to_owned() },
        Job::Service => Who::Service { host: format!("{name}.amazonaws.com") },
        Job::Application | Job::Script => {
            let session = format!("{:016x}", dice.bits());
            Who::Role { role: name.to_owned(), session }
        }
        Job::Pipeline => Who::Role { role: name.to_owned(), session: "GitHubActions".to_owned() },
    }
}

/// An address of the ranges kept for documentation; services are named instead.
fn address(dice: &mut Dice, job: Job, name: &str) -> String {
    match job {
        Job::Service => format!("{name}.amazonaws.com"),
        Job::Person if dice.chance(0.2) => {
            format!("2001:db8:{:x}:{:x}::{:x}", dice.below(4096), dice.below(256), dice.below(99))
        }
        Job::Person | Job::Pipeline => format!("198.51.100.{}", dice.whole(1..255)),
        _ => format!("192.0.2.{}", dice.whole(1..255)),
    }
}

/// An address of the range that nobody ordinary calls from.
pub fn strange_address(dice: &mut Dice) -> String {
    format!("203.0.113.{}", dice.whole(1..255))
}
