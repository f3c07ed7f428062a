//! Which events are looked at.

use anyhow::Context;
use chrono::Utc;
use clap::{Args, ValueEnum};
use trailspike::Minute;
use trailspike::config::{Category, Detect};
use trailspike::count::{EventFilter, Globs, parse_time_bound};
use trailspike::event::EventCategory;
use trailspike::series::Calls;

#[derive(Args, Default)]
#[command(next_help_heading = "Which events")]
pub struct EventArgs {
    /// Only events from this time on: a date, an RFC 3339 time, or how long ago (12h, 7d). What is
    /// left out is no history either
    #[arg(long, alias = "timeline-start", value_name = "TIME", value_parser = time_bound)]
    from: Option<Minute>,
    /// Only events before this time
    #[arg(long, alias = "timeline-end", value_name = "TIME", value_parser = time_bound)]
    to: Option<Minute>,
    /// Only these recipient accounts (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    account: Vec<String>,
    /// Not these accounts
    #[arg(long, value_name = "GLOB")]
    exclude_account: Vec<String>,
    /// Only these Regions (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    region: Vec<String>,
    /// Not these Regions
    #[arg(long, value_name = "GLOB")]
    exclude_region: Vec<String>,
    /// Only these services, such as ec2.amazonaws.com (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    event_source: Vec<String>,
    /// Not these services
    #[arg(long, value_name = "GLOB")]
    exclude_event_source: Vec<String>,
    /// Only these APIs, such as Describe* (glob, repeatable)
    #[arg(long, value_name = "GLOB")]
    event_name: Vec<String>,
    /// Not these APIs
    #[arg(long, value_name = "GLOB")]
    exclude_event_name: Vec<String>,
    /// Which category of events to analyse [default: management]
    #[arg(long, value_enum)]
    category: Option<CategoryArg>,
    /// Call rates of writes only, as CloudTrail Insights does; error rates stay on all calls
    #[arg(
        long,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        value_name = "BOOL"
    )]
    write_only: Option<bool>,
}

#[derive(Clone, Copy, ValueEnum)]
enum CategoryArg {
    Management,
    Data,
    Network,
}

impl EventArgs {
    /// Takes from the configuration what no flag says. A list that is given takes the place of the
    /// configuration's.
    pub fn fill(&mut self, detect: &Detect) {
        let category = |category| match category {
            Category::Management => CategoryArg::Management,
            Category::Data => CategoryArg::Data,
            Category::Network => CategoryArg::Network,
        };
        self.category = self.category.or(detect.category.map(category));
        self.write_only = self.write_only.or(detect.write_only);
        for (flag, configured) in [
            (&mut self.exclude_account, &detect.exclude_account),
            (&mut self.exclude_region, &detect.exclude_region),
            (&mut self.exclude_event_source, &detect.exclude_event_source),
            (&mut self.exclude_event_name, &detect.exclude_event_name),
        ] {
            if flag.is_empty() {
                flag.extend(configured.iter().flatten().cloned());
            }
        }
    }

    /// The events that pass.
    pub fn filter(&self) -> anyhow::Result<EventFilter> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            anyhow::ensure!(from < to, "--from {from} is not before --to {to}");
        }
        let globs = |flag: &str, include: &[String], exclude: &[String]| {
            Globs::new(include, exclude).with_context(|| format!("--{flag} or --exclude-{flag}"))
        };
        let event_sources = globs("event-source", &self.event_source, &self.exclude_event_source)?;
        Ok(EventFilter {
            from: self.from,
            to: self.to,
            accounts: globs("account", &self.account, &self.exclude_account)?,
            regions: globs("region", &self.region, &self.exclude_region)?,
            event_sources,
            event_names: globs("event-name", &self.event_name, &self.exclude_event_name)?,
            category: Some(match self.category.unwrap_or(CategoryArg::Management) {
                CategoryArg::Management => EventCategory::Management,
                CategoryArg::Data => EventCategory::Data,
                CategoryArg::Network => EventCategory::NetworkActivity,
            }),
        })
    }

    /// The flags that can name a subject, as they were given.
    pub fn subject_flags(&self) -> Vec<String> {
        let flags = [
            ("account", &self.account),
            ("exclude-account", &self.exclude_account),
            ("region", &self.region),
            ("exclude-region", &self.exclude_region),
            ("event-source", &self.event_source),
            ("exclude-event-source", &self.exclude_event_source),
            ("event-name", &self.event_name),
            ("exclude-event-name", &self.exclude_event_name),
        ];
        let given = flags
            .into_iter()
            .flat_map(|(flag, globs)| globs.iter().map(move |glob| format!("--{flag} {glob}")));
        given.collect()
    }

    /// Which calls the call rate counts.
    pub fn calls(&self) -> Calls {
        if self.write_only.unwrap_or(false) { Calls::Writes } else { Calls::All }
    }
}

/// A bound of time as it is typed.
pub fn time_bound(text: &str) -> Result<Minute, trailspike::count::BadTimeBound> {
    parse_time_bound(text, Utc::now())
}
