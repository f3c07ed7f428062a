//! Settings of single subjects, where they are not those of all.

use super::record::SubjectParts;
use super::{Insight, MinRatio};
use crate::count::Globs;
use crate::detect::FalsePerWeek;

/// What stands in for the Region, the service and the API of a roll-up, which is about all.
pub(super) const ALL: &str = "*";

/// Which subjects are meant. Nothing said of a dimension takes all of it.
#[derive(Clone, Debug, Default)]
pub struct SubjectMatch {
    /// Recipient accounts.
    pub accounts: Globs,
    /// Regions; that of a roll-up is `*`.
    pub regions: Globs,
    /// Services, `ec2.amazonaws.com`; that of a roll-up is `*`.
    pub event_sources: Globs,
    /// APIs; that of a roll-up is `*`.
    pub event_names: Globs,
    /// Error codes: when there are any, calls and roll-ups are not meant.
    pub error_codes: Option<Globs>,
}

impl SubjectMatch {
    /// Whether that subject is meant.
    #[must_use]
    pub fn takes(&self, subject: &SubjectParts<'_>) -> bool {
        let takes_code =
            |codes: &Globs| subject.error_code.is_some_and(|error_code| codes.take(error_code));
        self.accounts.take(subject.account)
            && self.regions.take(subject.region)
            && self.event_sources.take(subject.event_source)
            && self.event_names.take(subject.event_name)
            && self.error_codes.as_ref().is_none_or(takes_code)
    }
}

/// What is set for a subject; `None` is as for all others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SubjectSettings {
    /// Whether it is not looked at.
    pub ignore: Option<bool>,
    /// The fewest events in a window that can make an insight, whatever is counted.
    pub min_count: Option<u32>,
    /// The least rise above the baseline that is told.
    pub min_ratio: Option<MinRatio>,
    /// How sensitive to be.
    pub false_per_week: Option<FalsePerWeek>,
}

/// Settings by subject, in order: the first that says something of a setting decides it.
///
/// ```
/// use trailspike::count::Globs;
/// use trailspike::insight::{SubjectMatch, SubjectRules, SubjectSettings};
///
/// let event_names = Globs::new(&["Describe*".into()], &[])?;
/// let calls = SubjectMatch { event_names, ..SubjectMatch::default() };
/// let settings = SubjectSettings { min_count: Some(500), ..SubjectSettings::default() };
/// let rules = SubjectRules::new(vec![(calls, settings)]);
/// assert!(!rules.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SubjectRules(Vec<(SubjectMatch, SubjectSettings)>);

impl SubjectRules {
    /// In that order.
    #[must_use]
    pub const fn new(rules: Vec<(SubjectMatch, SubjectSettings)>) -> Self {
        Self(rules)
    }

    /// Whether all subjects are alike.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is set for a subject.
    #[must_use]
    pub fn of(&self, subject: &SubjectParts<'_>) -> SubjectSettings {
        let taken = self.0.iter().filter(|(takes, _)| takes.takes(subject));
        taken.fold(SubjectSettings::default(), |of, (_, more)| SubjectSettings {
            ignore: of.ignore.or(more.ignore),
            min_count: of.min_count.or(more.min_count),
            min_ratio: of.min_ratio.or(more.min_ratio),
            false_per_week: of.false_per_week.or(more.false_per_week),
        })
    }

    /// Whether an insight rises enough to be told, where `all` is the least ratio of all subjects.
    #[must_use]
    pub fn admit(&self, insight: &Insight, all: MinRatio) -> bool {
        let own = if self.is_empty() { None } else { self.of(&subject_of(insight)).min_ratio };
        own.unwrap_or(all).admits(insight)
    }
}

/// What an insight is about.
fn subject_of(insight: &Insight) -> SubjectParts<'_> {
    SubjectParts {
        account: &insight.account,
        region: if insight.insight_type.is_roll_up() { ALL } else { &insight.region },
        category: insight.category,
        event_source: &insight.event_source,
        event_name: &insight.event_name,
        insight_type: insight.insight_type,
        error_code: insight.error_code.as_deref(),
        scope: insight.scope.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::{InsightType, Rate, sample};

    fn globs(glob: &str) -> Globs {
        Globs::new(&[glob.to_owned()], &[]).unwrap()
    }

    #[test]
    fn the_first_that_says_something_decides_it() {
        let runs = SubjectMatch { event_names: globs("Run*"), ..SubjectMatch::default() };
        let rules = SubjectRules::new(vec![
            (runs.clone(), SubjectSettings { min_count: Some(7), ..SubjectSettings::default() }),
            (
                SubjectMatch { event_names: globs("Stop*"), ..SubjectMatch::default() },
                SubjectSettings { ignore: Some(true), ..SubjectSettings::default() },
            ),
            (
                SubjectMatch::default(),
                SubjectSettings {
                    min_count: Some(9),
                    ignore: Some(false),
                    ..SubjectSettings::default()
                },
            ),
        ]);
        let settings = rules.of(&subject_of(&sample::burst()));
        assert_eq!((settings.min_count, settings.ignore), (Some(7), Some(false)));
        assert_eq!(settings.false_per_week, None);
    }

    #[test]
    fn error_codes_mean_errors_and_a_roll_up_has_no_region() {
        let codes = SubjectMatch { error_codes: Some(globs("*")), ..SubjectMatch::default() };
        let mut insight = sample::burst();
        assert!(!codes.takes(&subject_of(&insight)));
        insight.insight_type = InsightType::ApiErrorRate;
        insight.error_code = Some("AccessDenied".to_owned());
        assert!(codes.takes(&subject_of(&insight)));
        let region = SubjectMatch { regions: globs("us-east-1"), ..SubjectMatch::default() };
        assert!(region.takes(&subject_of(&insight)));
        insight.insight_type = InsightType::AccountErrorRate;
        assert!(!region.takes(&subject_of(&insight)));
        assert!(SubjectMatch::default().takes(&subject_of(&insight)));
    }

    #[test]
    fn a_subject_has_its_own_least_ratio() {
        let mut insight = sample::burst();
        insight.baseline = Rate { events: 100, minutes: 1_000 };
        insight.whole = Rate { events: 10, minutes: 20 };
        let [low, high] = [1.0, 100.0].map(|ratio| MinRatio::new(ratio).unwrap());
        let own = SubjectSettings { min_ratio: Some(low), ..SubjectSettings::default() };
        let rules = SubjectRules::new(vec![(SubjectMatch::default(), own)]);
        assert!(rules.admit(&insight, high));
        assert!(!SubjectRules::default().admit(&insight, high));
        assert!(SubjectRules::default().admit(&insight, low));
    }
}
