//! When people of an account work, and when they deploy.

use std::f64::consts::PI;

use super::catalogue::backgrounds::Backgrounds;
use super::dice::{Dice, whole};
use crate::minute::{DAY, Minute};

/// Hours of a working day.
const HOURS: f64 = 10.0;
/// What is done on a day off, in relation to a working day.
const DAYS_OFF: f64 = 0.06;

/// What all subjects of an account share.
pub struct Calendar {
    /// How busy people are in each minute: 1 at most, 0 at night.
    pub business: Vec<f32>,
    /// Whether each day is a working day.
    works: Vec<bool>,
    /// Minutes in which a deployment begins.
    pub deploys: Vec<u32>,
}

impl Calendar {
    pub fn new(dice: &mut Dice, start: Minute, minutes: u32, backgrounds: &Backgrounds) -> Self {
        let days = minutes.div_ceil(DAY);
        let opens = dice.uniform(330.0, 900.0);
        // One working day of the month is a holiday.
        let holiday = dice.whole(4..28);
        let is_work = |day: u32| (start + day * DAY).hour_of_week() < 120 && day % 28 != holiday;
        let works: Vec<bool> = (0..days).map(is_work).collect();
        let business = |minute: u32| {
            let since = (f64::from(minute % DAY) - opens).rem_euclid(f64::from(DAY)) / 60.0;
            let hours = if since < HOURS { (PI * since / HOURS).sin().powf(0.6) } else { 0.0 };
            if works[(minute / DAY) as usize] { hours } else { DAYS_OFF * hours }
        };
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
        let business: Vec<f32> = (0..minutes).map(|minute| business(minute) as f32).collect();
        let per_day = dice.of(backgrounds.deploys.per_day);
        let mut deploys = Vec::new();
        for day in (0..days).filter(|day| works[*day as usize]) {
            for _ in 0..dice.poisson(per_day) {
                let minute = whole(opens + dice.uniform(60.0, 60.0 * HOURS - 60.0));
                deploys.push((day * DAY + minute).min(minutes - 1));
            }
        }
        deploys.sort_unstable();
        Self { business, works, deploys }
    }

    /// How busy people are in a minute.
    pub fn business(&self, minute: u32) -> f64 {
        self.business.get(minute as usize).copied().map_or(0.0, f64::from)
    }

    /// Whether the minute lies in a working day.
    pub fn works(&self, minute: u32) -> bool {
        self.works.get((minute / DAY) as usize).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::World;

    #[test]
    fn people_rest_at_night_and_at_weekends() {
        // 2025-03-03 is a Monday.
        let start = Minute::new(20_150 * DAY);
        assert_eq!(start.hour_of_week(), 0);
        let backgrounds = Backgrounds::of(World::Ordinary);
        let calendar = Calendar::new(&mut Dice::at(1, &[]), start, 28 * DAY, backgrounds);
        let work = |day: u32| -> f64 {
            (day * DAY..(day + 1) * DAY).map(|minute| calendar.business(minute)).sum()
        };
        assert!(work(5) < 0.1 * work(1) && work(6) < 0.1 * work(1));
        let working_days = (0..28).filter(|day| calendar.works(day * DAY)).count();
        assert!((19..=20).contains(&working_days));
        assert!(!calendar.deploys.is_empty());
        assert!(
            calendar.deploys.iter().all(|at| calendar.works(*at) && calendar.business(*at) > 0.0)
        );
    }
}
