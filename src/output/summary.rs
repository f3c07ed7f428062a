//! What was read and what was found, in a few lines for people.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::books::{Books, line, plural};
use super::numbers::count;
use super::visible::visible;
use crate::Analysis;
use crate::input::Discovery;
use crate::insight::{InsightType, Severity};
use crate::minute::{DAY, HOUR};
use crate::suppress::RuleReport;

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The first problems by name.
    Short,
    /// Every problem by name.
    Full,
}

/// The summary of a run.
#[derive(Debug)]
pub struct Summary<'a> {
    /// What there was to read.
    pub files: &'a Discovery,
    /// What came of it.
    pub analysis: &'a Analysis,
    /// The configuration file that was used.
    pub config: Option<&'a Path>,
    /// How long it took.
    pub elapsed: Duration,
    /// The most memory it held, in bytes, where that is known.
    pub peak_memory: Option<u64>,
    /// How much to say.
    pub detail: Detail,
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(config) = self.config {
            line(f, "config", &visible(&config.display().to_string(), false))?;
        }
        let books = self.books();
        self.stores(f)?;
        books.files(f, &[])?;
        books.records(f)?;
        books.late(f)?;
        self.time(f)?;
        self.insights(f)?;
        self.suppressed(f)?;
        books.speed(f)?;
        books.problems(f)
    }
}

impl Summary<'_> {
    fn stores(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for store in &self.analysis.stores {
            let newest = match store.newest {
                Some(newest) => format!("newest minute {newest}"),
                None => "empty".to_owned(),
            };
            let path = visible(&store.path.display().to_string(), false).into_owned();
            line(f, "store", &format!("{path}, {newest}"))?;
        }
        Ok(())
    }

    fn books(&self) -> Books<'_> {
        Books {
            files: self.files,
            tally: &self.analysis.tally,
            elapsed: self.elapsed,
            peak_memory: self.peak_memory,
            detail: self.detail,
        }
    }

    fn time(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coverage = self.analysis.table.coverage();
        let start = coverage.values().map(|coverage| coverage.span().start).min();
        let end = coverage.values().map(|coverage| coverage.span().end).max();
        if let (Some(start), Some(end)) = (start, end) {
            let minutes = end.since(start);
            let length = match (minutes / DAY, minutes % DAY / HOUR, minutes % HOUR) {
                (0, 0, minutes) => format!("{minutes} min"),
                (0, hours, minutes) => format!("{hours} h {minutes} min"),
                (days, hours, _) => format!("{days} d {hours} h"),
            };
            let accounts = plural(coverage.len() as u64, "account", "accounts");
            line(f, "time", &format!("{start} to {end}, {length}, {accounts}"))?;
        }
        for (account, coverage) in coverage {
            for gap in coverage.gaps() {
                let account = visible(account, false);
                line(f, "gap", &format!("no logs of {account} from {} to {}", gap.start, gap.end))?;
            }
        }
        Ok(())
    }

    fn insights(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.analysis.found;
        let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, InsightType), u64> = BTreeMap::new();
        for insight in &found.insights {
            let key = (std::cmp::Reverse(insight.severity), insight.insight_type);
            *groups.entry(key).or_default() += 1;
        }
        let groups: Vec<String> = groups
            .into_iter()
            .map(|((severity, kind), number)| {
                format!("{} {} {}", count(number), severity.0.as_str(), kind.words())
            })
            .collect();
        let mut insights = plural(found.insights.len() as u64, "insight", "insights");
        let incidents = found.insights.iter().filter(|insight| insight.incident.leads).count();
        if incidents < found.insights.len() {
            insights.push_str(" in ");
            insights.push_str(&plural(incidents as u64, "incident", "incidents"));
        }
        let colon = if groups.is_empty() { "" } else { ": " };
        let subjects = plural(found.subjects as u64, "subject", "subjects");
        let folded = match found.folded as u64 {
            0 => String::new(),
            folded => format!(", {} folded: errors rose with calls", count(folded)),
        };
        let repeated = match found.repeated as u64 {
            0 => String::new(),
            repeated => format!(", {} folded: told by another", count(repeated)),
        };
        let low = match found.below_min_ratio as u64 {
            0 => String::new(),
            low => format!(", {} below --min-ratio", count(low)),
        };
        let ignored = match found.ignored as u64 {
            0 => String::new(),
            ignored => format!(", {} ignored", count(ignored)),
        };
        let groups = groups.join(", ");
        let left_out = format!("{ignored}{folded}{repeated}{low}");
        line(f, "found", &format!("{insights}{colon}{groups}; {subjects} looked at{left_out}"))
    }

    /// What rules hide, and rules that are of no use any more.
    fn suppressed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suppressed = &self.analysis.suppressed;
        if suppressed.rules.is_empty() {
            return Ok(());
        }
        let rules = plural(suppressed.rules_that_hide() as u64, "rule", "rules");
        let text = match suppressed.insights.len() as u64 {
            0 => "nothing".to_owned(),
            hidden => format!("{} by {rules}; --show-suppressed lists them", count(hidden)),
        };
        line(f, "hidden", &text)?;
        for (number, rule) in (1..).zip(&suppressed.rules) {
            if let Some(text) = of_no_use(rule) {
                let text = format!("suppress[{number}], {}: {text}", rule.reason);
                line(f, "rule", &visible(&text, false))?;
            }
        }
        Ok(())
    }
}

/// Why somebody should look at a rule again.
fn of_no_use(rule: &RuleReport) -> Option<String> {
    let day = rule.expires.map(|expires| expires.to_datetime().format("%Y-%m-%d"));
    match (rule.too_late as u64, day) {
        (0, Some(day)) if rule.expired_before_logs => {
            Some(format!("expired on {day}, before these logs begin"))
        }
        (0, _) if rule.hidden + rule.shadowed == 0 => Some("matched nothing".to_owned()),
        (0, _) | (_, None) => None,
        (late, Some(day)) => {
            let insights = plural(late, "insight", "insights");
            Some(format!("expired on {day}; {insights} since then would be hidden"))
        }
    }
}
