//! What is ordinary: the kinds of traffic of an API, how common each is, and the ranges that a
//! subject's own numbers are drawn from. Rates are at scale 1.

use super::Range;
use crate::simulate::World;

/// A kind of ordinary traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Now and then, a few at a time.
    Sparse,
    /// With the working day and the working week.
    Diurnal,
    /// Day and night.
    Steady,
    /// By the clock.
    Cron,
    /// One run each night.
    Nightly,
    /// With each deployment.
    Deploys,
    /// A rate that wanders, with the size of a fleet.
    Autoscaling,
    /// Most calls alone, some in large clumps.
    HeavyTail,
    /// Runs of any size at any hour of work.
    Bursts,
}

/// How common a kind is among APIs that read and among those that write, in relation to the others.
pub struct Share {
    pub kind: Kind,
    pub reads: f64,
    pub writes: f64,
}

const fn share(kind: Kind, reads: f64, writes: f64) -> Share {
    Share { kind, reads, writes }
}

/// APIs called in each account and Region.
pub const APIS: usize = 175;

/// Everything about the ordinary traffic of a world.
#[derive(Clone, Copy)]
pub struct Backgrounds {
    pub shares: &'static [Share],
    pub sparse: Sparse,
    pub diurnal: Diurnal,
    pub steady: Steady,
    pub cron: &'static [Cron],
    pub cron_varies: Range,
    pub nightly: Nightly,
    pub deploys: Deploys,
    pub autoscaling: Autoscaling,
    pub heavy_tail: HeavyTail,
    pub bursts: Bursts,
    pub life: Life,
    pub errors: &'static [ErrorHabit],
}

#[derive(Clone, Copy)]
pub struct Sparse {
    /// Times a day.
    pub per_day: Range,
    /// Mean number of calls each time.
    pub clump: Range,
    /// Share of subjects that know no hours of work.
    pub at_all_hours: f64,
}

#[derive(Clone, Copy)]
pub struct Diurnal {
    /// Calls a minute at the busiest time of day.
    pub peak: Range,
    /// What is left of it at night.
    pub floor: Range,
    /// Mean number of calls that one click makes.
    pub clump: Range,
    /// Standard deviation of an hour's log rate around the usual.
    pub mood: f64,
}

#[derive(Clone, Copy)]
pub struct Steady {
    /// Calls a minute.
    pub rate: Range,
    pub clump: Range,
}

/// A job of one period.
#[derive(Clone, Copy)]
pub struct Cron {
    /// Minutes from one run to the next.
    pub period: u32,
    /// How common, in relation to the other periods.
    pub weight: f64,
    /// Calls a run.
    pub calls: Range,
    /// Minutes that a run takes.
    pub takes: Range,
}

#[derive(Clone, Copy)]
pub struct Nightly {
    /// Calls a night.
    pub calls: Range,
    pub takes: Range,
    /// Standard deviation of a night's log size.
    pub varies: Range,
    /// Share of jobs that rest at weekends.
    pub working_days_only: f64,
}

#[derive(Clone, Copy)]
pub struct Deploys {
    /// Deployments of the account on a working day.
    pub per_day: Range,
    /// Calls of one API in each.
    pub calls: Range,
    pub takes: Range,
    pub varies: Range,
    /// Share of the deployments that make this call.
    pub takes_part: Range,
}

#[derive(Clone, Copy)]
pub struct Autoscaling {
    /// Calls a minute, on average.
    pub rate: Range,
    /// Hours after which the fleet has forgotten its size.
    pub memory_hours: Range,
    /// Standard deviation of the log rate.
    pub varies: Range,
}

#[derive(Clone, Copy)]
pub struct HeavyTail {
    /// Clumps a minute.
    pub rate: Range,
    /// Exponent of the clumps' power law: the smaller, the wilder.
    pub exponent: Range,
    /// Largest clump.
    pub most: f64,
}

#[derive(Clone, Copy)]
pub struct Bursts {
    pub per_day: Range,
    /// Calls in the middling burst.
    pub calls: Range,
    /// Standard deviation of a burst's log size.
    pub varies: Range,
    pub takes: Range,
}

/// What comes, grows and goes.
#[derive(Clone, Copy)]
pub struct Life {
    /// Share of subjects that end within the month.
    pub leaves: f64,
    /// Share of subjects, quiet ones only, that begin within the month.
    pub arrives: f64,
    /// Calls in any minute of an arrival's first day, at most.
    pub quiet: u32,
    /// Share of subjects that grow.
    pub grows: f64,
    /// By how much a day.
    pub growth: Range,
}

/// An error code as part of ordinary life.
#[derive(Clone, Copy)]
pub struct ErrorHabit {
    pub outcome: super::apis::Outcome,
    /// Share of APIs that have it.
    pub apis: f64,
    /// Share of their calls that end so.
    pub calls: Range,
}

const ERRORS: &[ErrorHabit] = {
    use super::apis::Outcome::{Denied, Invalid, NotFound, Throttled};
    &[
        ErrorHabit { outcome: NotFound, apis: 0.26, calls: Range(0.005, 0.15) },
        ErrorHabit { outcome: Invalid, apis: 0.08, calls: Range(0.002, 0.03) },
        ErrorHabit { outcome: Throttled, apis: 0.08, calls: Range(0.001, 0.02) },
        ErrorHabit { outcome: Denied, apis: 0.15, calls: Range(0.001, 0.02) },
    ]
};

/// Share of console logins with a mistyped password.
pub const MISTYPED: Range = Range(0.02, 0.08);

const ORDINARY: Backgrounds = Backgrounds {
    shares: &[
        share(Kind::Sparse, 330.0, 480.0),
        share(Kind::Diurnal, 260.0, 130.0),
        share(Kind::Steady, 90.0, 60.0),
        share(Kind::Cron, 150.0, 80.0),
        share(Kind::Nightly, 30.0, 40.0),
        share(Kind::Deploys, 50.0, 140.0),
        share(Kind::Autoscaling, 50.0, 40.0),
        share(Kind::HeavyTail, 20.0, 15.0),
        share(Kind::Bursts, 20.0, 15.0),
    ],
    sparse: Sparse { per_day: Range(0.05, 12.0), clump: Range(1.0, 3.0), at_all_hours: 0.2 },
    diurnal: Diurnal {
        peak: Range(0.02, 0.6),
        floor: Range(0.01, 0.3),
        clump: Range(1.0, 2.5),
        mood: 0.15,
    },
    steady: Steady { rate: Range(0.02, 0.7), clump: Range(1.0, 1.6) },
    cron: &[
        Cron { period: 5, weight: 1.0, calls: Range(1.0, 4.0), takes: Range(1.0, 2.0) },
        Cron { period: 15, weight: 1.0, calls: Range(1.0, 12.0), takes: Range(1.0, 4.0) },
        Cron { period: 60, weight: 2.0, calls: Range(2.0, 40.0), takes: Range(1.0, 10.0) },
        Cron { period: 360, weight: 1.0, calls: Range(3.0, 120.0), takes: Range(1.0, 20.0) },
        Cron { period: 1_440, weight: 2.0, calls: Range(3.0, 250.0), takes: Range(1.0, 20.0) },
    ],
    cron_varies: Range(0.02, 0.2),
    nightly: Nightly {
        calls: Range(30.0, 500.0),
        takes: Range(8.0, 90.0),
        varies: Range(0.02, 0.2),
        working_days_only: 0.2,
    },
    deploys: Deploys {
        per_day: Range(2.0, 7.0),
        calls: Range(1.0, 30.0),
        takes: Range(1.0, 15.0),
        varies: Range(0.05, 0.3),
        takes_part: Range(0.5, 1.0),
    },
    autoscaling: Autoscaling {
        rate: Range(0.02, 0.4),
        memory_hours: Range(0.5, 8.0),
        varies: Range(0.15, 0.5),
    },
    heavy_tail: HeavyTail { rate: Range(0.003, 0.2), exponent: Range(2.0, 3.5), most: 40.0 },
    bursts: Bursts {
        per_day: Range(0.7, 6.0),
        calls: Range(4.0, 60.0),
        varies: Range(0.1, 0.45),
        takes: Range(1.0, 20.0),
    },
    life: Life { leaves: 0.03, arrives: 0.03, quiet: 4, grows: 0.1, growth: Range(0.001, 0.02) },
    errors: ERRORS,
};

/// Hardly a burst.
const ORDERLY: Backgrounds = Backgrounds {
    shares: &[
        share(Kind::Sparse, 350.0, 520.0),
        share(Kind::Diurnal, 280.0, 150.0),
        share(Kind::Steady, 110.0, 80.0),
        share(Kind::Cron, 150.0, 80.0),
        share(Kind::Nightly, 20.0, 30.0),
        share(Kind::Deploys, 40.0, 100.0),
        share(Kind::Autoscaling, 50.0, 40.0),
    ],
    sparse: Sparse { clump: Range(1.0, 2.0), ..ORDINARY.sparse },
    cron_varies: Range(0.02, 0.1),
    nightly: Nightly { varies: Range(0.02, 0.1), ..ORDINARY.nightly },
    deploys: Deploys { varies: Range(0.05, 0.15), calls: Range(1.0, 20.0), ..ORDINARY.deploys },
    autoscaling: Autoscaling { varies: Range(0.1, 0.35), ..ORDINARY.autoscaling },
    life: Life { arrives: 0.01, quiet: 2, ..ORDINARY.life },
    ..ORDINARY
};

/// Bursts of any size at any time.
const ROUGH: Backgrounds = Backgrounds {
    shares: &[
        share(Kind::Sparse, 280.0, 400.0),
        share(Kind::Diurnal, 220.0, 110.0),
        share(Kind::Steady, 80.0, 50.0),
        share(Kind::Cron, 140.0, 80.0),
        share(Kind::Nightly, 40.0, 50.0),
        share(Kind::Deploys, 60.0, 150.0),
        share(Kind::Autoscaling, 60.0, 50.0),
        share(Kind::HeavyTail, 50.0, 50.0),
        share(Kind::Bursts, 100.0, 90.0),
    ],
    sparse: Sparse { clump: Range(1.0, 7.0), ..ORDINARY.sparse },
    cron_varies: Range(0.02, 0.45),
    nightly: Nightly { varies: Range(0.02, 0.4), ..ORDINARY.nightly },
    deploys: Deploys { varies: Range(0.1, 0.7), takes_part: Range(0.1, 1.0), ..ORDINARY.deploys },
    autoscaling: Autoscaling { varies: Range(0.2, 0.75), ..ORDINARY.autoscaling },
    heavy_tail: HeavyTail { exponent: Range(1.2, 2.5), most: 400.0, ..ORDINARY.heavy_tail },
    bursts: Bursts {
        per_day: Range(0.2, 8.0),
        calls: Range(4.0, 120.0),
        varies: Range(0.1, 0.9),
        ..ORDINARY.bursts
    },
    life: Life { arrives: 0.04, quiet: 12, ..ORDINARY.life },
    ..ORDINARY
};

impl Backgrounds {
    /// The ordinary traffic of that world.
    pub const fn of(world: World) -> &'static Self {
        match world {
            World::Orderly => &ORDERLY,
            World::Ordinary => &ORDINARY,
            World::Rough => &ROUGH,
        }
    }
}
