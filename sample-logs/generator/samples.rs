//! The generated part of the committed samples: nine days of one small account.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use rayon::prelude::*;

use crate::background::Background;
use crate::caller::Callers;
use crate::cast::Cast;
use crate::catalog::Catalog;
use crate::clock::{self, DAY, HOUR, MINUTE};
use crate::incidents::{self, Incident, Starts};
use crate::layout::{LogFile, Packing};
use crate::record::Event;
use crate::rng::{self, Rng};
use crate::tally::Tally;

const ACCOUNT: &str = "111122223333";
const SEED: u64 = 20_260_302;
const DAYS: u32 = 9;
const PACKING: Packing = Packing::Zlib(9);

/// Writes the samples below `root` and prints the labels of the incidents.
pub fn run(root: &Path) -> Result<()> {
    let first = clock::midnight(NaiveDate::from_ymd_opt(2026, 3, 2).context("no such day")?);
    let catalog = Catalog::new();
    let mut callers = Callers { account: ACCOUNT, rng: Rng::new(SEED, &[1]) };
    let cast = Cast::new(&catalog, &mut callers)?;
    let incidents = incidents::all(
        &catalog,
        &mut callers,
        (&cast.backup.caller, &cast.sweeper.caller),
        &Starts {
            storm: first + 7 * DAY + 14 * HOUR + 20 * MINUTE,
            probing: first + 8 * DAY + 3 * HOUR + 7 * MINUTE,
            runaway: first + 8 * DAY + 16 * HOUR + 10 * MINUTE,
        },
        SEED,
    )?;
    let mut events = Background::new(&cast, &catalog, SEED)?.days(first, DAYS);
    for incident in &incidents {
        events.extend(incident.events(first, incident.end()));
        println!("{}", incident.label());
    }
    write(root, first, events, &incidents)?.report();
    Ok(())
}

/// Puts events into files and writes them all.
fn write(root: &Path, first: i64, events: Vec<Event>, incidents: &[Incident]) -> Result<Tally> {
    let mut files: BTreeMap<(&str, i64), Vec<Event>> = BTreeMap::new();
    for event in events {
        let end = first + file_end(event.seconds - first, event.region, first, incidents);
        files.entry((event.region, end)).or_default().push(event);
    }
    let sizes = files.into_par_iter().map(|((region, end), mut events)| {
        let mut rng = Rng::new(SEED, &[2, end.unsigned_abs(), rng::place(region)]);
        rng.shuffle(&mut events);
        // A trail does not wait for the end of the hour when nothing comes any more.
        let newest = events.iter().map(|event| event.seconds).max().unwrap_or(end);
        let delivered = newest - newest % (HOUR / 4) + HOUR / 4 + 5 * MINUTE;
        let file = LogFile { account: ACCOUNT, region, delivered, events: &events };
        file.write(root, PACKING, &mut rng)
    });
    sizes.try_reduce(Tally::default, |a, b| Ok(a.and(b)))
}

/// When the file ends that holds an event: every hour, every quarter of an hour around incidents,
/// every six hours in the quiet Region. Times are seconds since `first`.
fn file_end(seconds: i64, region: &str, first: i64, incidents: &[Incident]) -> i64 {
    let hour = first + seconds - seconds % HOUR;
    let busy = incidents.iter().any(|incident| incident.overlaps(hour, hour + HOUR));
    let length = match region {
        "us-east-1" if busy => HOUR / 4,
        "us-east-1" => HOUR,
        _ => 6 * HOUR,
    };
    seconds - seconds % length + length
}
