//! Insights that somebody has said not to tell: hidden, counted, and there for whoever asks.

mod network;
mod rule;
#[cfg(test)]
mod tests;

pub use network::{BadNetwork, Network};
pub use rule::{BadRule, Conditions, Rule};

use crate::insight::{Insight, assign_incidents};
use crate::minute::Minute;

/// Rules that hide insights; the first that matches gives the reason.
#[derive(Clone, Debug, Default)]
pub struct Suppressions(Vec<Rule>);

/// What became of the rules, and of what they hide.
#[derive(Clone, Debug, Default)]
pub struct Suppressed {
    /// What is hidden, in the order of [`crate::insight::Found::insights`], each with its reason.
    pub insights: Vec<Insight>,
    /// What each rule did, in their order.
    pub rules: Vec<RuleReport>,
}

/// What a rule did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleReport {
    /// Why it is there.
    pub reason: String,
    /// The first minute in which it hides nothing any more.
    pub expires: Option<Minute>,
    /// How many insights it hides.
    pub hidden: usize,
    /// How many of those that another rule hides it would hide as well.
    pub shadowed: usize,
    /// How many it would have hidden, had it not expired.
    pub too_late: usize,
    /// Whether it had expired when the logs began.
    pub expired_before_logs: bool,
}

impl Suppressed {
    /// How many rules hide something.
    #[must_use]
    pub fn rules_that_hide(&self) -> usize {
        self.rules.iter().filter(|rule| rule.hidden > 0).count()
    }
}

impl Suppressions {
    /// In that order.
    #[must_use]
    pub const fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Whether there is no rule.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reason why the insight is hidden, if it is.
    #[must_use]
    pub fn reason(&self, insight: &Insight) -> Option<&str> {
        let start = insight.span.start;
        let hides = |rule: &&Rule| !rule.expired_at(start) && rule.matches(insight);
        self.0.iter().find(hides).map(Rule::reason)
    }

    /// Takes out what is hidden; what is left and what is hidden make incidents of their own.
    pub fn apply(&self, insights: &mut Vec<Insight>, logs_begin: Option<Minute>) -> Suppressed {
        if self.is_empty() {
            return Suppressed::default();
        }
        let report = |rule: &Rule| RuleReport {
            reason: rule.reason().to_owned(),
            expires: rule.expires(),
            hidden: 0,
            shadowed: 0,
            too_late: 0,
            expired_before_logs: logs_begin.is_some_and(|begin| rule.expired_at(begin)),
        };
        let mut rules: Vec<RuleReport> = self.0.iter().map(report).collect();
        let (mut told, mut hidden) = (Vec::new(), Vec::new());
        for mut insight in insights.drain(..) {
            for (rule, report) in self.0.iter().zip(&mut rules) {
                if !rule.matches(&insight) {
                    continue;
                }
                if rule.expired_at(insight.span.start) {
                    report.too_late += 1;
                } else if insight.suppressed.is_some() {
                    report.shadowed += 1;
                } else {
                    report.hidden += 1;
                    insight.suppressed = Some(report.reason.clone());
                }
            }
            if insight.suppressed.is_some() { &mut hidden } else { &mut told }.push(insight);
        }
        assign_incidents(&mut told);
        assign_incidents(&mut hidden);
        *insights = told;
        Suppressed { insights: hidden, rules }
    }
}
