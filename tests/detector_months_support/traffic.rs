//! Months of ordinary traffic, as counts per minute.

use std::f64::consts::PI;

use super::dice::Dice;

pub const DAY: u32 = 1_440;
pub const DAYS: u32 = 28;
pub const MONTH: u32 = DAYS * DAY;

/// Events and newcomers' events in each minute of a month.
pub type Counts = Vec<(u32, u32)>;

/// What all subjects of an account share.
pub struct Calendar {
    /// Day of the week (0 = Monday) of the first day.
    pub first_weekday: u32,
    /// A weekday without work.
    pub holiday: u32,
    /// Minute of the day at which work begins.
    pub opens: f64,
    /// 0 = orderly, 1 = bursts of any size at any time.
    pub rough: f64,
}

impl Calendar {
    pub fn random(dice: &mut Dice, rough: f64) -> Self {
        Self {
            first_weekday: dice.below(7),
            holiday: dice.whole(5..40),
            opens: dice.uniform(300.0, 900.0),
            rough,
        }
    }

    fn works(&self, day: u32) -> bool {
        (day + self.first_weekday) % 7 < 5 && day != self.holiday
    }

    /// How busy people are: 1 at most, 0 at night, little on days off.
    fn business(&self, minute: u32) -> f64 {
        let hours = (f64::from(minute % DAY) - self.opens).rem_euclid(f64::from(DAY)) / 60.0;
        let work = if hours < 10.0 { (PI * hours / 10.0).sin().powf(0.6) } else { 0.0 };
        if self.works(minute / DAY) { work } else { 0.08 * work }
    }
}

/// A month of one ordinary subject.
pub fn month(dice: &mut Dice, calendar: &Calendar) -> Counts {
    let mut counts = vec![(0, 0); MONTH as usize];
    // Of a thousand subjects; what is left over is sparse.
    let rough = calendar.rough;
    let shares = [
        ("diurnal", 170.0),
        ("steady", 100.0),
        ("cron", 130.0),
        ("bursts", 20.0 + 150.0 * rough),
        ("autoscaling", 40.0 + 30.0 * rough),
        ("heavy", 20.0 + 40.0 * rough),
        ("mixed", 10.0 + 50.0 * rough),
    ];
    let mut at = dice.uniform(0.0, 1_000.0);
    let mut kind = "sparse";
    for (name, share) in shares {
        if at < share {
            kind = name;
            break;
        }
        at -= share;
    }
    match kind {
        "sparse" => sparse(dice, calendar, &mut counts),
        "diurnal" => diurnal(dice, calendar, &mut counts),
        "steady" => steady(dice, &mut counts),
        "cron" => cron(dice, calendar, &mut counts),
        "bursts" => bursts(dice, calendar, &mut counts),
        "autoscaling" => autoscaling(dice, calendar, &mut counts),
        "heavy" => heavy(dice, calendar, &mut counts),
        _ => {
            cron(dice, calendar, &mut counts);
            bursts(dice, calendar, &mut counts);
            sparse(dice, calendar, &mut counts);
        }
    }
    live_and_die(dice, &mut counts);
    callers(dice, &mut counts);
    counts
}

fn sparse(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let per_day = dice.log_uniform(0.05, 20.0);
    let mean = dice.log_uniform(1.0, 2.0 + 6.0 * calendar.rough);
    let at_night = dice.chance(0.2);
    for minute in 0..MONTH {
        let when = if at_night { 1.0 / 3.0 } else { calendar.business(minute) };
        if dice.chance((per_day * when * 3.0 / f64::from(DAY)).min(1.0)) {
            let more = dice.exponential() * (mean - 1.0);
            let events = 1 + dice.poisson(more);
            scatter(dice, counts, minute, events, 3);
        }
    }
}

fn diurnal(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let peak = dice.log_uniform(0.02, 60.0);
    let floor = dice.log_uniform(0.005, 0.3);
    let dispersion = dice.log_uniform(0.02, 0.6);
    let growth = if dice.chance(0.1) { dice.uniform(0.0, 0.04) } else { 0.0 };
    let mut mood = 1.0;
    for minute in 0..MONTH {
        if minute % 60 == 0 {
            mood = (0.15 * dice.normal()).exp();
        }
        let grown = (growth * f64::from(minute) / f64::from(DAY)).exp();
        let rate = peak * (floor + (1.0 - floor) * calendar.business(minute)) * mood * grown;
        counts[minute as usize].0 += dice.dispersed(rate, dispersion);
    }
}

fn steady(dice: &mut Dice, counts: &mut Counts) {
    let rate = dice.log_uniform(0.05, 150.0);
    let dispersion = dice.log_uniform(0.005, 0.3);
    for count in counts {
        count.0 += dice.dispersed(rate, dispersion);
    }
}

fn cron(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let weekly = dice.chance(0.1 * calendar.rough);
    let often = dice.one_of(&[5, 15, 60, 60, 360, DAY, DAY]);
    let period = if weekly { 7 * DAY } else { often };
    let size = dice.log_uniform(2.0, if period >= 360 { 1_500.0 } else { 150.0 });
    let (spread, varies) =
        (dice.whole(1..20.min(period)), dice.log_uniform(0.02, 0.2 + 0.3 * calendar.rough));
    let jitter = dice.whole(1..6.min(period + 1));
    let mut at = dice.below(period);
    while at < MONTH {
        let size = size * (varies * dice.normal()).exp();
        let events = dice.poisson(size);
        let late = dice.below(jitter);
        scatter(dice, counts, at + late, events, spread);
        at += period;
    }
}

fn bursts(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let per_day = dice.log_uniform(1.0 - 0.8 * calendar.rough, 8.0);
    let (median, sigma) =
        (dice.log_uniform(4.0, 120.0), dice.uniform(0.1, 0.4 + 0.5 * calendar.rough));
    let spread = dice.whole(1..25);
    let base = dice.log_uniform(0.0005, 0.3);
    for minute in 0..MONTH {
        let business = calendar.business(minute);
        if dice.chance((per_day * (0.1 + 3.0 * business) / f64::from(DAY)).min(1.0)) {
            let size = median * (sigma * dice.normal()).exp();
            let events = dice.poisson(size);
            scatter(dice, counts, minute, events, spread);
        }
        counts[minute as usize].0 += dice.poisson(base * (0.2 + business));
    }
}

fn autoscaling(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let (rate, pull) = (dice.log_uniform(0.05, 20.0), dice.log_uniform(0.002, 0.05));
    let sigma = dice.uniform(0.2, 0.5 + 0.3 * calendar.rough);
    let mut level = 0.0;
    for minute in 0..MONTH {
        level += -pull * level + sigma * (2.0 * pull).sqrt() * dice.normal();
        let rate = rate * f64::exp(level) * (0.3 + calendar.business(minute));
        counts[minute as usize].0 += dice.poisson(rate);
    }
}

fn heavy(dice: &mut Dice, calendar: &Calendar, counts: &mut Counts) {
    let (rate, dispersion) =
        (dice.log_uniform(0.01, 10.0), dice.log_uniform(0.5, 1.5 + 2.5 * calendar.rough));
    let daily = dice.log_uniform(0.05, 0.5);
    let mut mood = 1.0;
    for minute in 0..MONTH {
        if minute % DAY == 0 {
            mood = (daily * dice.normal()).exp();
        }
        let rate = rate * mood * (0.4 + calendar.business(minute));
        counts[minute as usize].0 += dice.dispersed(rate, dispersion);
    }
}

/// Some subjects begin within the month, some end.
fn live_and_die(dice: &mut Dice, counts: &mut Counts) {
    let silent = match dice.below(100) {
        0..2 => 0..dice.below(MONTH),
        2..5 => dice.below(MONTH)..MONTH,
        _ => return,
    };
    // What begins with a great many calls is an arrival, which the labels hold.
    let first = silent.end as usize;
    if silent.start == 0 && counts[first..].iter().take(DAY as usize).any(|count| count.0 > 12) {
        return;
    }
    counts[silent.start as usize..first].fill((0, 0));
}

/// Marks what newcomers do: all of a first day, some of some later days.
pub fn callers(dice: &mut Dice, counts: &mut Counts) {
    let rotating = dice.chance(0.1);
    let first = counts.iter().position(|count| count.0 > 0).unwrap_or(0);
    let turnover = dice.log_uniform(0.005, 0.2);
    let mut share = 1.0;
    for (at, count) in counts.iter_mut().enumerate() {
        if at % 360 == 0 && at > first + DAY as usize {
            let someone_new = dice.chance(turnover);
            share = if someone_new { dice.uniform(0.1, 1.0) } else { 0.0 };
        }
        count.1 =
            if rotating { count.0 } else { dice.poisson(share * f64::from(count.0)).min(count.0) };
    }
}

/// Spreads events over the minutes from one on.
pub fn scatter(dice: &mut Dice, counts: &mut Counts, at: u32, events: u32, minutes: u32) {
    for _ in 0..events {
        let minute = (at + dice.below(minutes)) as usize;
        if let Some(count) = counts.get_mut(minute) {
            count.0 += 1;
        }
    }
}
