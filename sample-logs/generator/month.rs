//! A benchmark month of any size.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveDate;
use clap::Args;
use rayon::prelude::*;

use crate::caller::Callers;
use crate::catalog::Catalog;
use crate::clock::{self, DAY, HOUR, MINUTE};
use crate::incidents::{self, Incident, Starts};
use crate::layout::{LogFile, Packing};
use crate::plan::{self, REGIONS, Task};
use crate::record::Event;
use crate::rng::{self, Rng};
use crate::tally::Tally;
use crate::traffic::Traffic;
use crate::world::{Account, Habits, MEMBERS};

/// Writes a benchmark month: many accounts and Regions, ordinary traffic by day and night.
#[derive(Args)]
pub struct Month {
    /// Folder to write below
    out: PathBuf,
    /// Number of log files
    #[arg(long, default_value_t = 2000)]
    files: u64,
    /// Ordinary events in each file
    #[arg(long, default_value_t = 85)]
    events_per_file: u64,
    /// Ordinary events in all, in files as a trail delivers them, by time and within a day: their
    /// sizes follow account, Region and hour around --events-per-file
    #[arg(long, value_name = "EVENTS", conflicts_with = "files")]
    delivered: Option<u64>,
    /// Number of accounts
    #[arg(long, default_value_t = 3)]
    accounts: usize,
    /// Number of Regions in each account
    #[arg(long, default_value_t = 4)]
    regions: usize,
    /// Number of identities in all accounts together; 200 in each if not given
    #[arg(long)]
    identities: Option<usize>,
    /// Number of different APIs over all accounts and Regions together, each of which is called,
    /// if there are events enough; what identities happen to call if not given
    #[arg(long)]
    subjects: Option<usize>,
    /// Number of days
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// First day
    #[arg(long, default_value = "2026-03-01")]
    first_day: NaiveDate,
    /// Equal seeds give equal bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Gzip level, 0 to 9
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=9))]
    level: u32,
    /// Pack with libdeflate at level 1: faster, and a fifth larger than level 6
    #[arg(long, conflicts_with = "level")]
    fast: bool,
    /// Add three incidents to the first account and print their labels as JSON Lines
    #[arg(long)]
    incidents: bool,
}

impl Month {
    /// Writes the files and reports what was written.
    pub fn run(&self) -> Result<()> {
        ensure!(
            (1..=REGIONS.len()).contains(&self.regions),
            "--regions must be 1 to {}",
            REGIONS.len()
        );
        ensure!((1..=1000).contains(&self.accounts), "--accounts must be 1 to 1000");
        ensure!((1..=366).contains(&self.days), "--days must be 1 to 366");
        let catalog = Catalog::new();
        let habits = self.habits(&catalog)?;
        let ids: Vec<String> = (0..self.accounts).map(account_id).collect();
        let accounts: Vec<Account> =
            ids.par_iter().map(|id| Account::new(id, &habits, self.seed)).collect();
        let incidents = self.incidents(&catalog, &ids[0], &accounts[0])?;
        let traffic = Traffic::new(clock::midnight(self.first_day), self.days);
        let places = (self.accounts, self.regions);
        let tasks = match self.delivered {
            Some(events) => plan::delivered(places, &traffic, events, self.events_per_file),
            None => plan::even(places, &traffic, self.files, self.events_per_file),
        };
        let write = |task: &Task| {
            let account = (&*ids[task.account], &accounts[task.account]);
            self.write(task, account, &habits, &traffic, &incidents)
        };
        let sizes = tasks.par_iter().with_max_len(16).map(write);
        sizes.try_reduce(Tally::default, |a, b| Ok(a.and(b)))?.report();
        Ok(())
    }

    fn habits(&self, catalog: &Catalog) -> Result<Habits> {
        let members = self.identities.map_or(MEMBERS, |all| all / self.accounts);
        ensure!(members > 0, "--identities must be at least the number of accounts");
        let apis = match self.subjects {
            Some(all) => catalog.regional(all / (self.accounts * self.regions)),
            None => catalog.callable(),
        };
        ensure!(!apis.is_empty(), "--subjects must be at least one for each account and Region");
        Ok(Habits { apis, in_turn: self.subjects.is_some(), members })
    }

    fn incidents(&self, catalog: &Catalog, id: &str, account: &Account) -> Result<Vec<Incident>> {
        if !self.incidents {
            return Ok(Vec::new());
        }
        let first = clock::midnight(self.first_day);
        let day = |percent: u32| first + i64::from(self.days * percent / 100) * DAY;
        let starts = Starts {
            storm: day(60) + 14 * HOUR + 20 * MINUTE,
            probing: day(75) + 3 * HOUR + 7 * MINUTE,
            runaway: day(90) + 16 * HOUR + 10 * MINUTE,
        };
        let mut callers = Callers { account: id, rng: Rng::new(self.seed, &[3]) };
        let victims = account.victims().context("no caller for the incidents")?;
        let incidents = incidents::all(catalog, &mut callers, victims, &starts, self.seed)?;
        for incident in &incidents {
            println!("{}", incident.label());
        }
        Ok(incidents)
    }

    /// Writes one file: the ordinary events since the file before it, plus incidents' events.
    fn write(
        &self,
        task: &Task,
        (id, account): (&str, &Account),
        habits: &Habits,
        traffic: &Traffic,
        incidents: &[Incident],
    ) -> Result<Tally> {
        let Task { account: place, region, number, part, events, before } = task;
        let mut rng = Rng::new(self.seed, &[4, *place as u64, rng::place(region), *number]);
        let mut events: Vec<Event> = (*before..before + events)
            .map(|event| {
                let seconds = traffic.pick(part, &mut rng);
                account.event(seconds, region, habits.turn(event), &mut rng)
            })
            .collect();
        let (from, until) = traffic.bounds(part);
        for incident in incidents.iter().filter(|incident| incident.place() == (id, region)) {
            events.extend(incident.events(from, until));
        }
        rng.shuffle(&mut events);
        let delivered = until - until.rem_euclid(5 * MINUTE) + 10 * MINUTE;
        let file = LogFile { account: id, region, delivered, events: &events };
        let packing = if self.fast { Packing::Fast } else { Packing::Zlib(self.level) };
        file.write(&self.out, packing, &mut rng)
    }
}

/// Documentation account ids first, then made-up ones.
fn account_id(number: usize) -> String {
    let known = ["111122223333", "444455556666", "777788889999", "123456789012"];
    known
        .get(number)
        .map_or_else(|| format!("{:012}", 100_000_000_000 + number), ToString::to_string)
}
