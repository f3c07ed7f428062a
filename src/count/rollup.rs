//! Minute counts summed up over APIs and Regions: what is thin on each of them and not on all
//! together.
//!
//! Made of the table once it is whole, in two passes over it: who took part in which roll-up and
//! since when; then the counts, in parts like the table's, and like them in memory as long as there
//! are not too many and then in a temporary file.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use ahash::RandomState;
use rayon::prelude::*;

use super::dictionary::Dimension;
use super::last::Last;
use super::names::Api;
use super::row::{RowKey, SumRow};
use super::spill::{PARTS, Spill, part_of};
use super::table::{MinuteCounts, Part, Row};
use crate::event::EventCategory;
use crate::event::error_family::ErrorFamily;
use crate::minute::{DAY, Minute};

/// What is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RollUpKind {
    /// Errors of one identity over all APIs.
    IdentityErrors,
    /// Denials and failed logins of one source address over all identities.
    SourceIpDenials,
    /// Denials and failed logins of the account over everything.
    AccountDenials,
    /// Calls of one identity over all APIs.
    IdentityCalls,
}

impl RollUpKind {
    const ALL: [Self; 4] =
        [Self::IdentityErrors, Self::SourceIpDenials, Self::AccountDenials, Self::IdentityCalls];

    /// The identity or address that a roll-up of this kind is about, by id; 0 where it is the
    /// whole account.
    const fn of(self, [identity, _, source_ip]: Caller) -> u32 {
        match self {
            Self::IdentityErrors | Self::IdentityCalls => identity,
            Self::SourceIpDenials => source_ip,
            Self::AccountDenials => 0,
        }
    }
}

/// What one roll-up is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollUp<'t> {
    /// Recipient account.
    pub account: &'t str,
    /// Category of the events.
    pub category: EventCategory,
    /// What is summed up.
    pub kind: RollUpKind,
    /// The identity or address, by id; 0 where it is the whole account.
    pub of: u32,
}

impl<'t> RollUp<'t> {
    /// That of a kind which a row of an API would be in.
    #[must_use]
    pub fn new(kind: RollUpKind, api: Api<'t>, row: &Row) -> Self {
        let of = kind.of(caller(row));
        Self { account: api.account, category: api.category, kind, of }
    }
}

/// Identity, user agent and source address.
type Caller = [u32; 3];

const fn caller(row: &Row) -> Caller {
    [row.identity, row.user_agent, row.source_ip]
}

/// Tells which roll-ups rows are in.
#[derive(Debug)]
pub struct Membership {
    /// By the id of the error code.
    refusals: Vec<bool>,
    /// What stands for the identities, and for the addresses, that are not told apart.
    others: (u32, u32),
    reads_count: bool,
}

impl Membership {
    /// For the rows of a table; of the calls of identities, those that read count or not.
    #[must_use]
    pub fn new(table: &MinuteCounts, reads_count: bool) -> Self {
        let codes = table.names().all(Dimension::ErrorCode).iter();
        let refusals = codes.map(|code| ErrorFamily::of(code).is_refusal()).collect();
        let anyone = table.names().anyone();
        Self { refusals, others: (anyone.identity, anyone.source_ip), reads_count }
    }

    /// The kinds of roll-up that a row of an API is in. Nobody and anybody have none of their own.
    pub fn kinds(&self, api: Api<'_>, row: &Row) -> impl Iterator<Item = RollUpKind> + use<> {
        let somebody = row.identity != 0 && row.identity != self.others.0;
        let somewhere = row.source_ip != 0 && row.source_ip != self.others.1;
        let failed = row.error != 0;
        let refused = self.refusals.get(row.error as usize).copied().unwrap_or(false);
        let counts = self.reads_count || !api.read_only;
        let is_in = move |kind: &RollUpKind| match kind {
            RollUpKind::IdentityErrors => somebody && failed,
            RollUpKind::SourceIpDenials => somewhere && refused,
            RollUpKind::AccountDenials => refused,
            RollUpKind::IdentityCalls => somebody && counts,
        };
        RollUpKind::ALL.into_iter().filter(is_in)
    }
}

/// Events of a roll-up in one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolledUp {
    /// When.
    pub minute: Minute,
    /// Events.
    pub events: u32,
    /// Those of them made by newcomers: callers whose identity, or whose user agent and source IP
    /// both, were first seen in this roll-up less than a day before this minute.
    pub newcomers: u32,
}

/// The minute counts of all roll-ups.
#[derive(Debug)]
pub struct RollUps<'t> {
    /// By id; the order depends on the threads.
    subjects: Vec<RollUp<'t>>,
    held: Vec<Vec<Cell>>,
    spill: Spill,
}

/// A roll-up's id and a minute, and its events and those by newcomers.
#[derive(Clone, Copy, Debug)]
struct Cell {
    id: u32,
    minute: u32,
    events: u32,
    newcomers: u32,
}

impl<'t> RollUps<'t> {
    /// Sums up a table.
    ///
    /// # Errors
    /// When counts that were written to disk cannot be read, or more of them not be written.
    pub fn new(table: &'t MinuteCounts, membership: &Membership) -> io::Result<Self> {
        let places = Places::of(table);
        let (subjects, callers) = callers(table, &places, membership)?;
        let memory = table.memory();
        let gathering = Gathering {
            held: Mutex::new(Held { parts: vec![Vec::new(); PARTS], cells: 0 }),
            most: memory.rows,
            spill: Spill::new(memory.folder.as_deref()),
        };
        (0..table.parts()).into_par_iter().try_for_each(|index| {
            let (mut cells, mut last) = (Vec::new(), Last::new(CALLERS));
            places.each(&table.part(index)?, membership, |part, row| {
                if let Some(known) = last.get(key(part), || callers.get(&part).copied()) {
                    let is_new = row.minute < known.newcomer_until;
                    let newcomers = if is_new { row.events } else { 0 };
                    let (minute, events) = (row.minute.get(), row.events);
                    cells.push(Cell { id: known.id, minute, events, newcomers });
                }
            });
            gathering.add(sum_up(cells))
        })?;
        let Gathering { held, spill, .. } = gathering;
        let held = held.into_inner().unwrap_or_else(PoisonError::into_inner).parts;
        Ok(Self { subjects, held, spill })
    }

    /// How many parts there are; parts may be empty.
    #[must_use]
    pub const fn parts(&self) -> usize {
        PARTS
    }

    /// The roll-ups of a part, each with its counts in time order.
    ///
    /// # Errors
    /// When counts that were written to disk cannot be read.
    pub fn part(&self, index: usize) -> io::Result<Vec<(RollUp<'t>, Vec<RolledUp>)>> {
        let mut cells = self.held[index].clone();
        self.spill.read_part(index, |rows| cells.extend(rows.drain(..).map(Cell::from)))?;
        let cells = sum_up(cells);
        let roll_ups = cells.chunk_by(|a, b| a.id == b.id).filter_map(|cells| {
            let subject = self.subjects.get(cells[0].id as usize)?;
            let counts = cells.iter().map(|cell| RolledUp {
                minute: Minute::new(cell.minute),
                events: cell.events,
                newcomers: cell.newcomers,
            });
            Some((*subject, counts.collect()))
        });
        Ok(roll_ups.collect())
    }
}

/// Sorts counts by part, roll-up and minute and sums those of one minute.
fn sum_up(mut cells: Vec<Cell>) -> Vec<Cell> {
    const { assert!(PARTS == 1 << 8) };
    // The part of a roll-up is in the lowest bits of its id: turned, they come first.
    let order = |cell: &Cell| u64::from(cell.id.rotate_right(8)) << 32 | u64::from(cell.minute);
    cells.sort_unstable_by_key(order);
    cells.dedup_by(|later, first| {
        let same = (later.id, later.minute) == (first.id, first.minute);
        if same {
            first.events = first.events.saturating_add(later.events);
            first.newcomers = first.newcomers.saturating_add(later.newcomers);
        }
        same
    });
    cells
}

/// The temporary file knows rows: each roll-up stands where an API does.
impl From<Cell> for SumRow {
    fn from(cell: Cell) -> Self {
        let (api, minute, identity) = (cell.id << 1, cell.minute, cell.newcomers);
        let key = RowKey { api, minute, identity, ..RowKey::default() };
        Self { key, events: cell.events, example: [0, 0] }
    }
}

impl From<SumRow> for Cell {
    fn from(SumRow { key, events, .. }: SumRow) -> Self {
        Self { id: key.api >> 1, minute: key.minute, events, newcomers: key.identity }
    }
}

/// An account and a category, by number: hashed often.
struct Places<'t>(Vec<(&'t str, EventCategory)>);

/// A caller's part in a roll-up: the number of the place, what is summed up, and who.
type PartIn = (u32, RollUpKind, Caller);

/// Those whose parts are found without looking into a large map.
const CALLERS: usize = 1 << 12;

/// A part in a roll-up as numbers.
const fn key((place, kind, [identity, user_agent, source_ip]): PartIn) -> [u32; 5] {
    [place, kind as u32, identity, user_agent, source_ip]
}

impl<'t> Places<'t> {
    fn of(table: &'t MinuteCounts) -> Self {
        let accounts = table.coverage().keys();
        let all = accounts.flat_map(|account| {
            let categories =
                [EventCategory::Management, EventCategory::Data, EventCategory::NetworkActivity];
            categories.map(|category| (&**account, category))
        });
        let mut all: Vec<_> = all.collect();
        all.sort_unstable();
        Self(all)
    }

    /// Walks over the rows of a part, once for each roll-up that a row is in.
    fn each(&self, part: &Part<'t>, membership: &Membership, mut take: impl FnMut(PartIn, &Row)) {
        for index in 0..part.apis() {
            let api = part.api(index);
            let place = self.0.binary_search(&(api.account, api.category));
            // An account with rows has a coverage.
            let Some(place) = place.ok().and_then(|place| u32::try_from(place).ok()) else {
                continue;
            };
            for row in part.rows(index) {
                for kind in membership.kinds(api, &row) {
                    take((place, kind, caller(&row)), &row);
                }
            }
        }
    }

    fn roll_up(&self, (place, kind, who): PartIn) -> RollUp<'t> {
        let (account, category) = self.0[place as usize];
        RollUp { account, category, kind, of: kind.of(who) }
    }
}

/// What is known of one caller in one roll-up.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The id of the roll-up.
    id: u32,
    /// The minute from which the caller is a newcomer no more.
    newcomer_until: Minute,
}

type By<K, V> = HashMap<K, V, RandomState>;

/// The roll-ups, and everyone who took part in each.
fn callers<'t>(
    table: &'t MinuteCounts,
    places: &Places<'t>,
    membership: &Membership,
) -> io::Result<(Vec<RollUp<'t>>, By<PartIn, Known>)> {
    fn see(all: &mut By<PartIn, Minute>, part: PartIn, minute: Minute) {
        let first = all.entry(part).or_insert(minute);
        *first = minute.min(*first);
    }
    let parts = (0..table.parts()).into_par_iter().try_fold(By::default, |mut all, index| {
        let part = table.part(index)?;
        let mut last = Last::new(CALLERS);
        places.each(&part, membership, |part, row| {
            let (key, minute) = (key(part), row.minute);
            let seen = last.place(key);
            // Minutes ascend within an API and begin anew with the next.
            if seen.is_none_or(|(known, first)| known != key || minute < first) {
                *seen = Some((key, minute));
                see(&mut all, part, minute);
            }
        });
        Ok::<_, io::Error>(all)
    });
    let firsts = parts.try_reduce(By::default, |mut a, b| {
        for (part, minute) in b {
            see(&mut a, part, minute);
        }
        Ok(a)
    })?;
    let mut subjects = Vec::new();
    let mut ids: By<RollUp<'t>, u32> = By::default();
    let mut id_of = |part| {
        let roll_up = places.roll_up(part);
        *ids.entry(roll_up).or_insert_with(|| {
            subjects.push(roll_up);
            u32::try_from(subjects.len() - 1).unwrap_or(u32::MAX >> 1)
        })
    };
    let callers: Vec<(PartIn, u32, Minute)> =
        firsts.into_iter().map(|(part, minute)| (part, id_of(part), minute)).collect();
    // When each identity, agent and address was first seen in each roll-up.
    let mut names: By<(u32, usize, u32), Minute> = By::default();
    for (part, id, minute) in &callers {
        for (dimension, name) in part.2.into_iter().enumerate() {
            let first = names.entry((*id, dimension, name)).or_insert(*minute);
            *first = (*minute).min(*first);
        }
    }
    let known = |(part, id, minute): (PartIn, u32, Minute)| {
        let [identity, user_agent, source_ip] = std::array::from_fn(|dimension| {
            names.get(&(id, dimension, part.2[dimension])).copied().unwrap_or(minute)
        });
        let newcomer_until = identity.max(user_agent.min(source_ip)) + DAY;
        (part, Known { id, newcomer_until })
    };
    let callers = callers.into_iter().map(known).collect();
    Ok((subjects, callers))
}

/// Counts on their way into the parts.
struct Gathering {
    held: Mutex<Held>,
    /// The most counts in memory.
    most: usize,
    spill: Spill,
}

struct Held {
    parts: Vec<Vec<Cell>>,
    cells: usize,
}

impl Gathering {
    /// Takes counts, sorted by part, roll-up and minute.
    fn add(&self, cells: Vec<Cell>) -> io::Result<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.cells + cells.len() > self.most {
            drop(held);
            let rows: Vec<SumRow> = cells.into_iter().map(SumRow::from).collect();
            return self.spill.write(&rows);
        }
        held.cells += cells.len();
        for cells in cells.chunk_by(|a, b| part_of(a.id << 1) == part_of(b.id << 1)) {
            held.parts[part_of(cells[0].id << 1)].extend_from_slice(cells);
        }
        Ok(())
    }
}
