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
use crate::layout::LogFile;
use crate::record::Event;
use crate::rng::{self, Rng};
use crate::tally::Tally;
use crate::traffic::Traffic;
use crate::world::Account;

const REGIONS: &[&str] = &[
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-1",
    "us-east-2",
    "ap-northeast-1",
    "eu-north-1",
    "ca-central-1",
    "sa-east-1",
    "ap-south-1",
    "eu-west-2",
];

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
    /// Number of accounts
    #[arg(long, default_value_t = 3)]
    accounts: usize,
    /// Number of Regions in each account
    #[arg(long, default_value_t = 4)]
    regions: usize,
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
    /// Add three incidents to the first account and print their labels as JSON Lines
    #[arg(long)]
    incidents: bool,
}

/// The files of one account and Region.
struct Series {
    account: usize,
    region: &'static str,
    files: u64,
}

/// One file that is to be written.
struct Task<'a> {
    series: &'a Series,
    number: u64,
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
        let ids: Vec<String> = (0..self.accounts).map(account_id).collect();
        let accounts: Vec<Account> =
            ids.par_iter().map(|id| Account::new(id, &catalog, self.seed)).collect();
        let incidents = self.incidents(&catalog, &ids[0], &accounts[0])?;
        let traffic = Traffic::new(clock::midnight(self.first_day), self.days);
        let series = self.series();
        let tasks: Vec<Task> = series
            .iter()
            .flat_map(|series| (0..series.files).map(move |number| Task { series, number }))
            .collect();
        let write = |task: &Task| {
            let account = task.series.account;
            self.write(task, (&ids[account], &accounts[account]), &traffic, &incidents)
        };
        let sizes = tasks.par_iter().with_max_len(16).map(write);
        sizes.try_reduce(Tally::default, |a, b| Ok(a.and(b)))?.report();
        Ok(())
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

    /// Shares the files among accounts and Regions, the first ones getting more.
    fn series(&self) -> Vec<Series> {
        let weight = |place: usize| 12 / (place as u64 + 1) + 2;
        let places = (0..self.accounts).flat_map(|a| (0..self.regions).map(move |r| (a, r)));
        let total: u64 = places.clone().map(|(a, r)| weight(a) * weight(r)).sum();
        let (mut sum, mut given) = (0, 0);
        places
            .map(|(account, region)| {
                sum += weight(account) * weight(region);
                let files = self.files * sum / total - given;
                given += files;
                Series { account, region: REGIONS[region], files }
            })
            .collect()
    }

    /// Writes one file: the ordinary events since the file before it, plus incidents' events.
    fn write(
        &self,
        task: &Task,
        (id, account): (&str, &Account),
        traffic: &Traffic,
        incidents: &[Incident],
    ) -> Result<Tally> {
        let Task { series: Series { account: place, region, files }, number } = task;
        let mut rng = Rng::new(self.seed, &[4, *place as u64, rng::place(region), *number]);
        let part = traffic.part(*number, *files);
        let mut events: Vec<Event> = (0..self.events_per_file)
            .map(|_| account.event(traffic.pick(&part, &mut rng), region, &mut rng))
            .collect();
        let (from, until) = traffic.bounds(&part);
        for incident in incidents.iter().filter(|incident| incident.place() == (id, region)) {
            events.extend(incident.events(from, until));
        }
        rng.shuffle(&mut events);
        let delivered = until - until.rem_euclid(5 * MINUTE) + 10 * MINUTE;
        let file = LogFile { account: id, region, delivered, events: &events };
        file.write(&self.out, self.level, &mut rng)
    }
}

/// Documentation account ids first, then made-up ones.
fn account_id(number: usize) -> String {
    let known = ["111122223333", "444455556666", "777788889999", "123456789012"];
    known
        .get(number)
        .map_or_else(|| format!("{:012}", 100_000_000_000 + number), ToString::to_string)
}
