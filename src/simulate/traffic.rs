//! The ordinary calls of one API, a month of them minute by minute.

use super::calendar::Calendar;
use super::catalogue::backgrounds::{Backgrounds, Cron, Kind};
use super::dice::{Dice, whole};
use crate::minute::{DAY, HOUR};

/// What the months of all APIs of an account have in common.
pub struct Month<'a> {
    pub calendar: &'a Calendar,
    pub backgrounds: &'a Backgrounds,
    pub minutes: u32,
    pub scale: f64,
}

/// Calls in each minute.
pub fn calls(dice: &mut Dice, kind: Kind, month: &Month<'_>) -> Vec<u32> {
    let mut counts = vec![0; month.minutes as usize];
    match kind {
        Kind::Sparse => month.sparse(dice, &mut counts),
        Kind::Diurnal => month.diurnal(dice, &mut counts),
        Kind::Steady => month.steady(dice, &mut counts),
        Kind::Cron => month.cron(dice, &mut counts),
        Kind::Nightly => month.nightly(dice, &mut counts),
        Kind::Deploys => month.deploys(dice, &mut counts),
        Kind::Autoscaling => month.autoscaling(dice, &mut counts),
        Kind::HeavyTail => month.heavy_tail(dice, &mut counts),
        Kind::Bursts => month.bursts(dice, &mut counts),
    }
    month.live(dice, &mut counts);
    counts
}

impl Month<'_> {
    fn sparse(&self, dice: &mut Dice, counts: &mut [u32]) {
        let sparse = &self.backgrounds.sparse;
        let per_day = dice.of(sparse.per_day) * self.scale;
        let clump = dice.of(sparse.clump);
        let at_all_hours = dice.chance(sparse.at_all_hours);
        let rate = if at_all_hours { 1.0 } else { 3.0 } * per_day;
        self.now_and_then(dice, rate, |dice, minute, busy| {
            if at_all_hours || dice.chance(busy) {
                let calls = 1 + dice.poisson(clump - 1.0);
                scatter(dice, counts, minute, calls, 3);
            }
        });
    }

    /// Goes through random minutes, so many a day, with how busy people are then.
    fn now_and_then(
        &self,
        dice: &mut Dice,
        per_day: f64,
        mut then: impl FnMut(&mut Dice, u32, f64),
    ) {
        let mut at = 0.0;
        loop {
            at += dice.exponential() * f64::from(DAY) / per_day;
            if at >= f64::from(self.minutes) {
                return;
            }
            let minute = whole(at);
            then(dice, minute, self.calendar.business(minute));
        }
    }

    fn diurnal(&self, dice: &mut Dice, counts: &mut [u32]) {
        let diurnal = &self.backgrounds.diurnal;
        let (peak, floor) = (dice.of(diurnal.peak) * self.scale, dice.of(diurnal.floor));
        let clump = dice.of(diurnal.clump);
        let mut mood = 1.0;
        for (minute, count) in (0..).zip(counts) {
            if minute % HOUR == 0 {
                mood = dice.around(1.0, diurnal.mood);
            }
            let busy = floor + (1.0 - floor) * self.calendar.business(minute);
            *count += dice.clumps(peak * busy * mood, clump);
        }
    }

    fn steady(&self, dice: &mut Dice, counts: &mut [u32]) {
        let steady = &self.backgrounds.steady;
        let (rate, clump) = (dice.of(steady.rate) * self.scale, dice.of(steady.clump));
        for count in counts {
            *count += dice.clumps(rate, clump);
        }
    }

    fn cron(&self, dice: &mut Dice, counts: &mut [u32]) {
        let jobs = self.backgrounds.cron;
        let weights: Vec<f64> = jobs.iter().map(|job| job.weight).collect();
        let Some(job) = jobs.get(dice.weighted(&weights)) else { return };
        let Cron { period, calls, takes, .. } = *job;
        let (calls, takes) = (dice.of(calls) * self.scale, dice.whole_of(takes));
        let varies = dice.of(self.backgrounds.cron_varies);
        let late = dice.whole(1..period.min(4));
        let mut at = dice.below(period);
        while at < self.minutes {
            let size = dice.around(calls, varies);
            let (calls, minute) = (dice.poisson(size), at + dice.below(late));
            scatter(dice, counts, minute, calls, takes);
            at += period;
        }
    }

    fn nightly(&self, dice: &mut Dice, counts: &mut [u32]) {
        let nightly = &self.backgrounds.nightly;
        let (calls, takes) = (dice.of(nightly.calls) * self.scale, dice.whole_of(nightly.takes));
        let varies = dice.of(nightly.varies);
        let working_days_only = dice.chance(nightly.working_days_only);
        let begins = dice.below(5 * HOUR);
        for minute in (begins..self.minutes).step_by(DAY as usize) {
            if !working_days_only || self.calendar.works(minute) {
                let size = dice.around(calls, varies);
                let calls = dice.poisson(size);
                scatter(dice, counts, minute, calls, takes);
            }
        }
    }

    fn deploys(&self, dice: &mut Dice, counts: &mut [u32]) {
        let deploys = &self.backgrounds.deploys;
        let (calls, takes) = (dice.of(deploys.calls) * self.scale, dice.whole_of(deploys.takes));
        let (varies, takes_part) = (dice.of(deploys.varies), dice.of(deploys.takes_part));
        let after = dice.below(10);
        for &minute in &self.calendar.deploys {
            if dice.chance(takes_part) {
                let size = dice.around(calls, varies);
                let calls = dice.poisson(size);
                scatter(dice, counts, minute + after, calls, takes);
            }
        }
    }

    fn autoscaling(&self, dice: &mut Dice, counts: &mut [u32]) {
        /// Minutes between two looks at the size of the fleet.
        const STEP: u32 = 5;
        let autoscaling = &self.backgrounds.autoscaling;
        let rate = dice.of(autoscaling.rate) * self.scale;
        let pull = f64::from(STEP) / 60.0 / dice.of(autoscaling.memory_hours);
        let varies = dice.of(autoscaling.varies);
        let mut level = 0.0;
        for (minute, count) in (0..).zip(counts) {
            if minute % STEP == 0 {
                level += varies * (2.0 * pull).sqrt() * dice.normal() - pull.min(1.0) * level;
            }
            let busy = 0.3 + self.calendar.business(minute);
            *count += dice.poisson(rate * f64::exp(level) * busy);
        }
    }

    fn heavy_tail(&self, dice: &mut Dice, counts: &mut [u32]) {
        let heavy = &self.backgrounds.heavy_tail;
        let (rate, exponent) = (dice.of(heavy.rate) * self.scale, dice.of(heavy.exponent));
        for (minute, count) in (0..).zip(counts) {
            let busy = 0.3 + self.calendar.business(minute);
            for _ in 0..dice.poisson(rate * busy) {
                *count += whole(dice.unit().powf(-1.0 / exponent).min(heavy.most));
            }
        }
    }

    fn bursts(&self, dice: &mut Dice, counts: &mut [u32]) {
        let bursts = &self.backgrounds.bursts;
        let per_day = dice.of(bursts.per_day);
        let (calls, takes) = (dice.of(bursts.calls) * self.scale, dice.whole_of(bursts.takes));
        let varies = dice.of(bursts.varies);
        self.now_and_then(dice, 3.0 * per_day, |dice, minute, busy| {
            if dice.chance(0.03 + 0.97 * busy) {
                let size = dice.around(calls, varies);
                let calls = dice.poisson(size);
                scatter(dice, counts, minute, calls, takes);
            }
        });
    }

    /// Growth; some subjects end within the month, some quiet ones begin.
    fn live(&self, dice: &mut Dice, counts: &mut [u32]) {
        let life = &self.backgrounds.life;
        if dice.chance(life.grows) {
            let growth = dice.of(life.growth);
            for (minute, count) in (0..).zip(counts.iter_mut()).filter(|(_, count)| **count > 0) {
                let more = (growth * f64::from(minute) / f64::from(DAY)).exp() - 1.0;
                *count += dice.poisson(f64::from(*count) * more);
            }
        }
        let at = dice.below(self.minutes) as usize;
        let what = dice.unit();
        if what < life.leaves {
            counts[at..].fill(0);
        } else if what < life.leaves + life.arrives {
            let first_day = &counts[at..(at + DAY as usize).min(counts.len())];
            if first_day.iter().all(|count| *count <= life.quiet) {
                counts[..at].fill(0);
            }
        }
    }
}

/// Spreads calls over the minutes from one on.
fn scatter(dice: &mut Dice, counts: &mut [u32], at: u32, calls: u32, minutes: u32) {
    let minutes = minutes.max(1);
    // A great many are spread evenly, so that no scale takes long.
    let each = if calls > 100 * minutes { calls / minutes } else { 0 };
    for minute in at..at + minutes {
        if let Some(count) = counts.get_mut(minute as usize) {
            *count += each;
        }
    }
    for _ in 0..calls - each * minutes {
        let minute = at + dice.below(minutes);
        if let Some(count) = counts.get_mut(minute as usize) {
            *count += 1;
        }
    }
}
