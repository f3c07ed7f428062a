//! Which file each event is in, when it is delivered, and what goes wrong with that.

use super::SimulateOptions;
use super::catalogue::delivery::{
    COPIED, DELAY, FaultNumbers, GAP_MINUTES, LATE_HOURS, LEFT, MINUTES_A_FILE, MOST_EVENTS,
};
use super::dice::{Dice, whole};
use super::plan::{Account, Plan, PlanRow};
use crate::labels::{DeliveryFault, FaultKind, Incident};
use crate::minute::{DAY, HOUR, Minute};

/// The fewest events of a file that a fault happens to, so that it shows.
const WORTH_A_FAULT: u32 = 10;
/// Attempts at finding a time for a gap.
const ATTEMPTS: u32 = 100;

/// When an account delivers nothing.
pub struct Gaps(Vec<(u32, u32)>);

impl Gaps {
    /// The gaps of an account: never within the first two days, and clear of where incidents begin
    /// and end, so that what is labelled can be found.
    pub fn of(options: &SimulateOptions, account: &Account, plans: &[Plan]) -> Self {
        let [number, _] = account.place(0);
        let mut dice = Dice::at(options.seed, &[6, number]);
        let wanted = per_month(options, FaultNumbers::of(options.faults).gaps);
        let mut gaps: Vec<(u32, u32)> = Vec::new();
        for _ in 0..ATTEMPTS {
            if gaps.len() == wanted {
                break;
            }
            let minutes = dice.whole_of(GAP_MINUTES);
            let latest = options.minutes().saturating_sub(minutes + HOUR);
            if latest <= 2 * DAY {
                break;
            }
            let start = dice.whole(2 * DAY..latest);
            let (from, until) = (start - HOUR, start + minutes + HOUR);
            let near =
                |minute: Minute| (from..until).contains(&minute.since(options.first_minute()));
            let meets = |incident: &Incident| {
                let lasts = incident.end.since(incident.start);
                let around = incident.start.since(options.first_minute()) < until
                    && incident.end.since(options.first_minute()) > from;
                near(incident.start) || near(incident.end) || (around && lasts <= DAY)
            };
            let incidents = || plans.iter().flat_map(|plan| &plan.incidents);
            let alone = gaps.iter().all(|gap| gap.1 + DAY < start || until + DAY < gap.0);
            if alone && !incidents().any(meets) {
                gaps.push((start, start + minutes));
            }
        }
        gaps.sort_unstable();
        Self(gaps)
    }

    /// Whether nothing of that minute is delivered.
    pub fn swallow(&self, minute: u32) -> bool {
        self.0.iter().any(|gap| (gap.0..gap.1).contains(&minute))
    }

    /// What they take from a Region.
    pub fn faults(&self, options: &SimulateOptions, plan: &Plan) -> Vec<DeliveryFault> {
        let fault = |&(start, end): &(u32, u32)| {
            let inside = |row: &&PlanRow| (start..end).contains(&row.minute);
            DeliveryFault {
                kind: FaultKind::Gap,
                path: format!("AWSLogs/{}/CloudTrail/{}", plan.account, plan.region),
                start: options.first_minute() + start,
                end: options.first_minute() + end,
                events: plan.rows.iter().filter(inside).map(|row| u64::from(row.events)).sum(),
            }
        };
        self.0.iter().map(fault).collect()
    }
}

/// A number for 28 days, for as many as there are: one at least, unless it is none.
fn per_month(options: &SimulateOptions, number: u32) -> usize {
    (number * options.days).div_ceil(28) as usize
}

/// What goes wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileFault {
    Late,
    /// Delivered again under another name.
    Twice,
    /// That share of its events, from the first, are in the file after it too.
    CopiedOn(f64),
    /// That share of its bytes is left.
    Torn(f64),
}

/// A file to be written.
#[derive(Clone, Debug)]
pub struct LogFile {
    pub rows: Vec<PlanRow>,
    /// Tells it from the other files of the account and Region.
    pub number: u64,
    pub delivered: Minute,
    pub fault: Option<FileFault>,
}

impl LogFile {
    /// Whether no other file before it has events of these minutes.
    pub const fn is_first_of_its_minutes(&self) -> bool {
        self.number.trailing_zeros() >= 24
    }

    pub fn events(&self) -> u32 {
        self.rows.iter().map(|row| row.events).sum()
    }
}

/// The files of an account and Region, in the order of their events.
pub fn files(options: &SimulateOptions, place: [u64; 2], plan: &Plan, gaps: &Gaps) -> Vec<LogFile> {
    let mut files: Vec<LogFile> = Vec::new();
    let (mut slot, mut part, mut events) = (u32::MAX, 0, 0);
    for row in plan.rows.iter().filter(|row| !gaps.swallow(row.minute)) {
        let mut left = row.events;
        while left > 0 {
            if row.minute / MINUTES_A_FILE != slot || events == MOST_EVENTS {
                part = if row.minute / MINUTES_A_FILE == slot { part + 1 } else { 0 };
                (slot, events) = (row.minute / MINUTES_A_FILE, 0);
                let number = u64::from(slot) << 24 | part;
                files.push(LogFile {
                    rows: Vec::new(),
                    number,
                    delivered: options.first_minute() + (slot + 1) * MINUTES_A_FILE,
                    fault: None,
                });
            }
            let taken = left.min(MOST_EVENTS - events);
            if let Some(file) = files.last_mut() {
                file.rows.push(PlanRow { events: taken, ..*row });
            }
            (events, left) = (events + taken, left - taken);
        }
    }
    let mut dice = Dice::at(options.seed, &[&[7], &place[..]].concat());
    for file in &mut files {
        file.delivered = file.delivered + dice.whole(DELAY.0..DELAY.1);
    }
    add_faults(options, &mut dice, &mut files);
    files
}

fn add_faults(options: &SimulateOptions, dice: &mut Dice, files: &mut [LogFile]) {
    let numbers = FaultNumbers::of(options.faults);
    let mut order: Vec<usize> = (0..files.len().saturating_sub(1)).collect();
    dice.shuffle(&mut order);
    // The file after a fault is left alone, as it may hold copies.
    let mut taken = vec![false; files.len() + 1];
    let mut order = order.into_iter();
    for (number, fault) in [
        (numbers.late_files, FileFault::Late),
        (numbers.duplicate_files, FileFault::Twice),
        (numbers.duplicate_events, FileFault::CopiedOn(0.0)),
        (numbers.torn_files, FileFault::Torn(0.0)),
    ] {
        for _ in 0..per_month(options, number) {
            let is_free = |at: &usize| {
                files[*at].events() >= WORTH_A_FAULT
                    && !taken[at.saturating_sub(1)]
                    && !taken[*at]
                    && !taken[at + 1]
            };
            let Some(at) = order.find(is_free) else { return };
            taken[at] = true;
            let file = &mut files[at];
            file.fault = Some(match fault {
                FileFault::CopiedOn(_) => FileFault::CopiedOn(dice.of(COPIED)),
                FileFault::Torn(_) => FileFault::Torn(dice.of(LEFT)),
                other => other,
            });
            if fault == FileFault::Late {
                file.delivered = file.delivered + whole(60.0 * dice.of(LATE_HOURS));
            }
        }
    }
}
