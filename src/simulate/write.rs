//! The month as files: rendered, packed, and laid out as CloudTrail does it in S3.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::GzDecoder;
use libdeflater::{CompressionLvl, Compressor};
use rayon::prelude::*;

use super::Simulation;
use super::catalogue::delivery::MINUTES_A_FILE;
use super::delivery::{FileFault, Gaps, LogFile, files};
use super::dice::{Dice, whole};
use super::folder::{LOGS, SimulateError, UNFINISHED, make_room, put_in_place};
use super::plan::{Account, Plan};
use super::record::{Renderer, Text, hex};
use super::simulation::finish;
use crate::labels::{DeliveryFault, FaultKind, Labels};
use crate::minute::Minute;

/// Low: what matters is that it is fast.
const LEVEL: i32 = 1;

/// How far the writing has come; may be looked at from another thread.
#[derive(Debug, Default)]
pub struct Progress {
    /// Minutes of all accounts and Regions that are done.
    pub minutes: AtomicU64,
    /// Events written.
    pub events: AtomicU64,
    /// Files written.
    pub files: AtomicU64,
    /// Their bytes.
    pub bytes: AtomicU64,
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The labels, as they are in the folder too.
    pub labels: Labels,
    /// Log files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Incidents that found no place, in months too short or too crowded for them.
    pub unplaced: u32,
}

/// One file, written.
#[derive(Default)]
struct Done {
    bytes: u64,
    files: u64,
    faults: Vec<DeliveryFault>,
}

impl Simulation {
    /// Writes the month below a folder, `AWSLogs/…` and at last `labels.json`, on the threads of the
    /// current rayon pool. Equal options give equal bytes, whatever the threads. With `force` the
    /// folder need not be empty: an earlier simulation in it is replaced, anything else stays.
    ///
    /// The logs appear all together. A run that is interrupted leaves a `.trailspike-simulating`,
    /// which the next one removes.
    ///
    /// # Errors
    /// When there is something in the folder or it cannot be written to; what was there before is
    /// there still.
    pub fn write(
        &self,
        folder: &Path,
        force: bool,
        progress: &Progress,
    ) -> Result<Written, SimulateError> {
        let unfinished = folder.join(UNFINISHED);
        make_room(folder, &unfinished, force)?;
        let written = self.write_logs(&unfinished, progress).and_then(|written| {
            put_in_place(folder, &unfinished, force, &written.labels)?;
            Ok(written)
        });
        // After a failure that is all there is to do; what it says is worth more than another.
        let _ = fs::remove_dir_all(&unfinished);
        written
    }

    fn write_logs(&self, folder: &Path, progress: &Progress) -> Result<Written, SimulateError> {
        let mut written = Written { labels: self.empty_labels(), files: 0, bytes: 0, unplaced: 0 };
        for number in 0..self.options.accounts {
            let account = Account::new(&self.options, number);
            let plans = self.plans(&account);
            let gaps = Gaps::of(&self.options, &account, &plans);
            for (region, plan) in plans.into_iter().enumerate() {
                let place = account.place(region);
                self.write_place(folder, place, &plan, &gaps, progress, &mut written)?;
                written.labels.faults.extend(gaps.faults(&self.options, &plan));
                written.labels.events += plan.events();
                written.unplaced += plan.unplaced;
                written.labels.incidents.extend(plan.incidents);
            }
        }
        finish(&mut written.labels);
        Ok(written)
    }

    /// Writes the files of one account and Region.
    fn write_place(
        &self,
        folder: &Path,
        place: [u64; 2],
        plan: &Plan,
        gaps: &Gaps,
        progress: &Progress,
        written: &mut Written,
    ) -> Result<(), SimulateError> {
        let files = files(&self.options, place, plan, gaps);
        let days: BTreeSet<Minute> =
            files.iter().flat_map(|file| days_of(file.delivered)).collect();
        for day in days {
            let folder = folder.join(day_folder(plan, day));
            fs::create_dir_all(&folder).map_err(SimulateError::at(&folder))?;
        }
        let writer = PlaceWriter {
            simulation: self,
            folder,
            place,
            plan,
            renderer: Renderer::new(plan, self.options.first_minute()),
            files: &files,
            progress,
        };
        let done: Vec<Done> = (0..files.len())
            .into_par_iter()
            .map_init(Buffers::default, |buffers, index| writer.write(index, buffers))
            .collect::<Result<_, _>>()?;
        for done in done {
            written.files += done.files;
            written.bytes += done.bytes;
            written.labels.faults.extend(done.faults);
        }
        let places = place[0] * u64::from(self.options.regions) + place[1] + 1;
        progress.minutes.store(places * u64::from(self.options.minutes()), Ordering::Relaxed);
        Ok(())
    }
}

/// Writes the files of an account and Region.
struct PlaceWriter<'a> {
    simulation: &'a Simulation,
    folder: &'a Path,
    place: [u64; 2],
    plan: &'a Plan,
    renderer: Renderer<'a>,
    files: &'a [LogFile],
    progress: &'a Progress,
}

/// Kept from file to file: giving them back and asking again takes longer than packing.
#[derive(Default)]
struct Buffers {
    text: Text,
    other: Text,
    packed: Vec<u8>,
}

impl PlaceWriter<'_> {
    fn write(&self, index: usize, buffers: &mut Buffers) -> Result<Done, SimulateError> {
        let Some(file) = self.files.get(index) else { return Ok(Done::default()) };
        let Buffers { text, other, packed } = buffers;
        let mut dice = self.render(file, text);
        let mut done = Done::default();
        let before = index.checked_sub(1).and_then(|before| self.files.get(before));
        let copied = before.and_then(|before| Some((before, copied(before)?)));
        if let Some((before, records)) = copied {
            self.render(before, other);
            text.append(other, records);
        }
        text.end();
        let mut length = pack(&text.bytes, packed);
        let path = self.path(file.delivered, &mut dice);
        done.faults.extend(copied.map(|(before, records)| {
            self.fault(FaultKind::DuplicateEvents, &path, before, 0, records)
        }));
        let all = file.events() as usize;
        match file.fault {
            Some(FileFault::Torn(left)) => {
                length =
                    whole(f64::from(u32::try_from(length).unwrap_or(u32::MAX)) * left) as usize;
                let inflated = inflates_to(packed.get(..length).unwrap_or_default());
                let whole = text.ends.partition_point(|end| *end <= inflated);
                done.faults.push(self.fault(FaultKind::TornFile, &path, file, whole, all));
            }
            Some(FileFault::Late) => {
                done.faults.push(self.fault(FaultKind::LateFile, &path, file, 0, all));
            }
            Some(FileFault::Twice) => {
                let again = self.path(file.delivered + dice.whole(1..20), &mut dice);
                self.save(&again, packed.get(..length).unwrap_or_default(), &mut done)?;
                done.faults.push(self.fault(FaultKind::DuplicateFile, &again, file, 0, all));
            }
            Some(FileFault::CopiedOn(_)) | None => {}
        }
        self.save(&path, packed.get(..length).unwrap_or_default(), &mut done)?;
        self.progress.events.fetch_add(all as u64, Ordering::Relaxed);
        if file.is_first_of_its_minutes() {
            self.progress.minutes.fetch_add(u64::from(MINUTES_A_FILE), Ordering::Relaxed);
        }
        Ok(done)
    }

    /// The text of a file, without its end, and what is left of its dice.
    fn render(&self, file: &LogFile, text: &mut Text) -> Dice {
        let place = [&[8], &self.place[..], &[file.number]].concat();
        let mut dice = Dice::at(self.simulation.options.seed, &place);
        text.begin();
        for row in &file.rows {
            self.renderer.push(row, &mut dice, text);
        }
        dice
    }

    /// The path below the folder, under a name of its own.
    fn path(&self, delivered: Minute, dice: &mut Dice) -> String {
        let Plan { account, region, .. } = self.plan;
        let stamp = delivered.to_datetime().format("%Y%m%dT%H%MZ");
        let mut unique = Vec::with_capacity(16);
        hex(&mut unique, dice.bits(), 16, b"BdFhJlNpRtVxZ279");
        let unique = String::from_utf8_lossy(&unique);
        let folder = day_folder(self.plan, delivered);
        format!("{folder}/{account}_CloudTrail_{region}_{stamp}_{unique}.json.gz")
    }

    fn save(&self, path: &str, bytes: &[u8], done: &mut Done) -> Result<(), SimulateError> {
        let path = self.folder.join(path);
        fs::write(&path, bytes).map_err(SimulateError::at(&path))?;
        done.files += 1;
        done.bytes += bytes.len() as u64;
        self.progress.files.fetch_add(1, Ordering::Relaxed);
        self.progress.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// A fault of the file's events from one index to another.
    fn fault(
        &self,
        kind: FaultKind,
        path: &str,
        file: &LogFile,
        from: usize,
        until: usize,
    ) -> DeliveryFault {
        let minutes = file
            .rows
            .iter()
            .flat_map(|row| std::iter::repeat_n(row.minute, row.events as usize))
            .skip(from)
            .take(until.saturating_sub(from));
        let (first, last) =
            minutes.fold((u32::MAX, 0), |(first, last), at: u32| (first.min(at), last.max(at)));
        let start = self.simulation.options.first_minute();
        DeliveryFault {
            kind,
            path: path.to_owned(),
            start: start + first.min(last),
            end: start + (last + 1),
            events: until.saturating_sub(from) as u64,
        }
    }
}

/// How many of a file's events are in the file after it too.
fn copied(file: &LogFile) -> Option<usize> {
    match file.fault {
        Some(FileFault::CopiedOn(share)) => {
            Some(whole((f64::from(file.events()) * share).ceil()) as usize)
        }
        _ => None,
    }
}

/// The day of delivery, and of a second one within the hour.
fn days_of(delivered: Minute) -> [Minute; 2] {
    [delivered.start_of_day(), (delivered + 60).start_of_day()]
}

fn day_folder(plan: &Plan, delivered: Minute) -> String {
    let day = delivered.to_datetime().format("%Y/%m/%d");
    format!("{LOGS}/{}/CloudTrail/{}/{day}", plan.account, plan.region)
}

/// Gzips into the buffer; the length.
fn pack(text: &[u8], packed: &mut Vec<u8>) -> usize {
    thread_local! {
        static COMPRESSOR: std::cell::RefCell<Option<Compressor>> = const { std::cell::RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = compressor
            .get_or_insert_with(|| Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default()));
        let most = compressor.gzip_compress_bound(text.len());
        if packed.len() < most {
            packed.resize(most, 0);
        }
        // There is room for all, so it cannot fail.
        compressor.gzip_compress(text, packed).unwrap_or(0)
    })
}

/// How many bytes a torn file still gives.
fn inflates_to(torn: &[u8]) -> usize {
    let (mut inflated, mut buffer) = (0, [0; 1 << 12]);
    let mut reader = GzDecoder::new(torn);
    while let Ok(more) = io::Read::read(&mut reader, &mut buffer) {
        if more == 0 {
            break;
        }
        inflated += more;
    }
    inflated
}
