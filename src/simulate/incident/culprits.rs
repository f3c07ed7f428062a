//! Who does an incident.

use std::collections::BTreeSet;

use super::{Planter, Strike};
use crate::event::HIDDEN_NAME;
use crate::simulate::cast::{Caller, Who, strange_address};
use crate::simulate::catalogue::apis::ApiId;
use crate::simulate::catalogue::callers::{GUESSED, GUESSER_AGENT, Job, THIEF_AGENTS};
use crate::simulate::catalogue::incidents::{By, GUESSED_NAMES, GUESSER_ADDRESSES, Spec};
use crate::simulate::dice::Dice;

/// Share of new culprits whom nobody in the account knows.
const STRANGERS: f64 = 0.3;
/// Share of guessed names that do not exist.
const HIDDEN_NAMES: f64 = 0.4;

/// Indexes of callers, each as likely to do an event as any other.
pub struct Culprits(Vec<u32>);

impl Culprits {
    /// Shares the events of a minute out.
    pub fn share_out(&self, dice: &mut Dice, events: u32, mut to: impl FnMut(u32, u32)) {
        match self.0[..] {
            [one] if events > 0 => to(one, events),
            [one, other] => {
                let first = dice.binomial(events, 0.5);
                for (caller, events) in [(one, first), (other, events - first)] {
                    if events > 0 {
                        to(caller, events);
                    }
                }
            }
            _ => {
                for _ in 0..events {
                    if let Some(caller) = dice.one_of(&self.0) {
                        to(*caller, 1);
                    }
                }
            }
        }
    }

    /// The address, when all have one.
    pub fn one_address(&self, callers: &[Caller]) -> Option<String> {
        let addresses: BTreeSet<&str> =
            self.0.iter().map(|caller| &*callers[*caller as usize].source_ip).collect();
        match addresses.len() {
            1 => addresses.first().map(|address| (*address).to_owned()),
            _ => None,
        }
    }
}

impl Planter<'_> {
    pub(super) fn culprits(&mut self, spec: &Spec, strike: &Strike) -> Option<Culprits> {
        let (api, start) = (strike.api, strike.start);
        let one = |caller: u32| Culprits(vec![caller]);
        match spec.by {
            By::UsualOrNew if self.dice.chance(0.5) => self.usual(api, start).map(one),
            By::UsualOrNew | By::New => self.new_caller(api, start).map(one),
            By::Two => {
                let (usual, new) = (self.usual(api, start)?, self.new_caller(api, start)?);
                Some(Culprits(vec![usual, new]))
            }
            By::Thief => self.thief(start).map(one),
            By::GuesserAtOneAddress => Some(self.guessers(1)),
            By::GuesserAtManyAddresses => {
                let addresses = self.dice.whole(GUESSER_ADDRESSES.0..GUESSER_ADDRESSES.1);
                Some(self.guessers(addresses))
            }
            By::Everybody | By::NewVersion => None,
        }
    }

    /// One who called the API in the ordinary course before.
    fn usual(&mut self, api: ApiId, start: u32) -> Option<u32> {
        let rows = self.background.of(api);
        let before = rows.get(..rows.partition_point(|row| row.minute < start))?;
        self.dice.one_of(before).map(|row| row.caller)
    }

    /// One who never did: somebody else of the account, or a stranger.
    fn new_caller(&mut self, api: ApiId, start: u32) -> Option<u32> {
        let account = &self.account.id;
        let rows = self.background.of(api).iter().take_while(|row| row.minute < start);
        let callers: BTreeSet<u32> = rows.map(|row| row.caller).collect();
        let known: BTreeSet<String> = callers
            .iter()
            .map(|caller| self.callers[*caller as usize].who.folded(account))
            .collect();
        let cast = &self.account.cast;
        let others: Vec<u32> = (0..cast.members.len())
            .filter(|member| cast.members[*member].job != Job::Service)
            .map(|member| cast.caller(member, start))
            .filter(|caller| !known.contains(&self.callers[*caller as usize].who.folded(account)))
            .collect();
        if self.dice.chance(STRANGERS) || others.is_empty() {
            let number = self.dice.below(100_000);
            let role = format!("tmp-{number:05}");
            let who = Who::Role { role, session: "aws-go-sdk".to_owned() };
            return self.strange(who);
        }
        self.dice.one_of(&others).copied()
    }

    /// A known key in strange hands.
    pub(super) fn thief(&mut self, start: u32) -> Option<u32> {
        let cast = &self.account.cast;
        let keys: Vec<u32> = (0..cast.members.len())
            .filter(|member| cast.members[*member].job == Job::KeyUser)
            .map(|member| cast.caller(member, start))
            .collect();
        let stolen = *self.dice.one_of(&keys)?;
        let who = self.callers[stolen as usize].who.clone();
        self.strange(who)
    }

    fn strange(&mut self, who: Who) -> Option<u32> {
        let user_agent = (*self.dice.one_of(THIEF_AGENTS)?).to_owned();
        let source_ip = strange_address(&mut self.dice);
        Some(self.push(Caller { who, user_agent, source_ip }))
    }

    /// Many names from so many addresses.
    fn guessers(&mut self, addresses: u32) -> Culprits {
        let addresses: Vec<String> =
            (0..addresses).map(|_| strange_address(&mut self.dice)).collect();
        let names = self.dice.whole(GUESSED_NAMES.0..GUESSED_NAMES.1);
        let mut guessers = Vec::new();
        for number in 0..names {
            let name = if self.dice.chance(HIDDEN_NAMES) {
                HIDDEN_NAME.to_owned()
            } else {
                let name = GUESSED[number as usize % GUESSED.len()];
                format!("{name}{}", number as usize / GUESSED.len())
            };
            // A name is tried from a few of them.
            for _ in 0..self.dice.whole(1..4) {
                let Some(source_ip) = self.dice.one_of(&addresses).cloned() else { continue };
                let who = Who::Login { name: name.clone() };
                let user_agent = GUESSER_AGENT.to_owned();
                guessers.push(self.push(Caller { who, user_agent, source_ip }));
            }
        }
        Culprits(guessers)
    }

    pub(super) fn push(&mut self, caller: Caller) -> u32 {
        // The same caller has one index, so that equal rows are summed.
        let known = self.account.cast.callers.len();
        let at = self.callers[known..].iter().position(|other| *other == caller);
        let at = at.map_or(self.callers.len(), |at| known + at);
        if at == self.callers.len() {
            self.callers.push(caller);
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}
