//! Incidents planted into ordinary months.

use super::dice::Dice;
use super::traffic::{Counts, DAY, MONTH};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Step,
    OneMinute,
    Ramp,
    Plateau,
    SecondStrike,
    LevelShift,
    Arrival,
    BrandNew,
    FirstDay,
    OpenAtEnd,
    LowAndSlow,
}

impl Kind {
    /// Those whose size in own largest five minutes decides whether they must be found.
    pub const SIZED: [Self; 5] =
        [Self::Step, Self::OneMinute, Self::Ramp, Self::Plateau, Self::SecondStrike];
    /// The others, and second strikes once more.
    pub const OTHERS: [Self; 7] = [
        Self::SecondStrike,
        Self::LevelShift,
        Self::Arrival,
        Self::BrandNew,
        Self::FirstDay,
        Self::OpenAtEnd,
        Self::LowAndSlow,
    ];
}

/// The truth about one incident.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub subject: usize,
    pub kind: Kind,
    /// In largest five minutes of the 14 days before, at least eight events.
    pub size: f64,
    pub newcomers: bool,
    /// Whether the subject did anything in the 14 days before: else it has no size of its own.
    pub known: bool,
    pub start: u32,
    pub end: u32,
}

impl Label {
    /// Whether it is one that is to be found by size, and of this size.
    pub fn is_of_size(&self, size: f64) -> bool {
        self.known && Kind::SIZED.contains(&self.kind) && (self.size - size).abs() < 0.1
    }
}

/// Plants one incident (or strike and second strike) into a subject's month.
pub fn plant(dice: &mut Dice, subject: usize, counts: &mut Counts) -> Vec<Label> {
    let sized = dice.chance(0.7);
    let kind = if sized { dice.one_of(&Kind::SIZED) } else { dice.one_of(&Kind::OTHERS[1..]) };
    let size: f64 = dice.one_of(&[1.0, 2.0, 3.0, 5.0, 10.0, 30.0]);
    let newcomers = dice.chance(0.5);
    let at = match kind {
        Kind::FirstDay => dice.whole(150..DAY),
        Kind::OpenAtEnd => MONTH - dice.whole(3..30),
        Kind::SecondStrike => dice.whole(6 * DAY..18 * DAY),
        _ => dice.whole(4 * DAY..26 * DAY),
    };
    if matches!(kind, Kind::BrandNew | Kind::Arrival) {
        counts.fill((0, 0));
    }
    let largest = largest_five_minutes(counts, at);
    let (known, unit) = (largest > 0.0, largest.max(8.0));
    let size =
        if matches!(kind, Kind::FirstDay | Kind::LevelShift) { size.max(10.0) * 3.0 } else { size };
    let mut label = Label { subject, kind, size, newcomers, known, start: at, end: at };
    let rate = size * unit / 5.0;
    let mut add = |dice: &mut Dice, label: &mut Label, shape: &dyn Fn(u32) -> f64, length: u32| {
        let (mut first, mut last) = (None, at);
        for minute in label.start..(label.start + length).min(MONTH) {
            let events = dice.poisson(shape(minute - label.start));
            if events > 0 {
                first.get_or_insert(minute);
                last = minute;
                let count = &mut counts[minute as usize];
                count.0 += events;
                count.1 += if newcomers { events } else { 0 };
            }
        }
        label.start = first.unwrap_or(label.start);
        label.end = last + 1;
    };
    match kind {
        Kind::Step | Kind::FirstDay => {
            let length = dice.log_uniform(5.0, 90.0) as u32;
            add(dice, &mut label, &|_| rate, length);
        }
        Kind::OneMinute => add(dice, &mut label, &|_| size * unit, 1),
        Kind::Ramp => {
            let (rise, hold) = (dice.whole(8..30), dice.whole(5..20));
            let shape = |m: u32| rate * f64::from((m + 1).min(rise)) / f64::from(rise);
            add(dice, &mut label, &shape, rise + hold);
        }
        Kind::Plateau => add(dice, &mut label, &|_| rate, 360),
        Kind::LowAndSlow => add(dice, &mut label, &|_| rate / 3.0, 180),
        Kind::OpenAtEnd | Kind::LevelShift => add(dice, &mut label, &|_| rate, MONTH),
        Kind::SecondStrike => {
            let length = dice.log_uniform(5.0, 60.0) as u32;
            add(dice, &mut label, &|_| rate, length);
            let mut second = label;
            second.start = at + dice.whole(3 * DAY..9 * DAY);
            add(dice, &mut second, &|_| rate, length);
            label.kind = Kind::Step;
            return vec![label, second];
        }
        Kind::BrandNew => {
            let (rate, length) = (dice.log_uniform(8.0, 100.0), dice.whole(5..40));
            add(dice, &mut label, &|_| rate, length);
            label.newcomers = true;
            for minute in label.start..label.end {
                let count = &mut counts[minute as usize];
                count.1 = count.0;
            }
        }
        Kind::Arrival => {
            let rate = dice.log_uniform(2.0, 60.0);
            let nightly = dice.chance(0.4);
            for day in 0..(MONTH - at) / DAY {
                let begin = at + day * DAY;
                let length = if nightly { 20 } else { DAY };
                for minute in begin..(begin + length).min(MONTH) {
                    let events = dice.poisson(rate);
                    counts[minute as usize].0 += events;
                }
            }
            let first = counts.iter().position(|count| count.0 > 0).unwrap_or(0);
            for count in counts.iter_mut().skip(first).take(DAY as usize) {
                count.1 = count.0;
            }
            label.end = if nightly { at + 20 } else { at + DAY };
        }
    }
    if kind == Kind::LevelShift {
        label.end = (label.start + DAY).min(MONTH);
    }
    vec![label]
}

fn largest_five_minutes(counts: &Counts, before: u32) -> f64 {
    let from = before.saturating_sub(14 * DAY) as usize;
    let counts = &counts[from..before as usize];
    let largest = counts.windows(5).map(|five| five.iter().map(|count| count.0).sum::<u32>()).max();
    f64::from(largest.unwrap_or(0))
}
