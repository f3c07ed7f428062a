//! An insight as somebody told it, whoever that was.

use crate::insight::{
    Attribute, Attribution, Insight, InsightType, PATTERNS, PatternKind, Severity,
};
use crate::labels::LabelledSubject;
use crate::minute::Minute;

/// One series of one account and Region, as labels name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesName {
    /// The account, 12 digits.
    pub account: String,
    /// The Region; `*` of a roll-up, which is about all of them.
    pub region: String,
    /// What is counted.
    pub subject: LabelledSubject,
}

impl SeriesName {
    /// The Region is left out of a roll-up's.
    #[must_use]
    pub fn new(account: String, region: String, subject: LabelledSubject) -> Self {
        let region = if subject.is_roll_up() { ALL_REGIONS.to_owned() } else { region };
        Self { account, region, subject }
    }
}

/// The Region of a roll-up.
pub(super) const ALL_REGIONS: &str = "*";

/// An insight, as far as it can be held against labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What it is about.
    pub series: SeriesName,
    /// Its first minute.
    pub start: Minute,
    /// The minute after its last one; `None` while it goes on.
    pub end: Option<Minute>,
    /// The identity with the most events at the Start; none where none is attributed.
    pub starter: Option<String>,
    /// The identity with the most events in the whole of it, where there is an End.
    pub doer: Option<String>,
    /// The minute at whose end the verdict fell, where that is told.
    pub fired_at: Option<Minute>,
    /// Events a minute in it, where that is told.
    pub average: Option<f64>,
    /// The incident it is said to be of, where that is told.
    pub taken_for: Option<TakenFor>,
}

/// What an insight was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFor {
    /// The id of the incident.
    pub incident: String,
    /// Whether the insight speaks for the incident.
    pub leads: bool,
    /// What it looks like; unclear, too, where this version knows no such pattern.
    pub pattern: PatternKind,
    /// Its severity, and events of the whole of it, of its first minutes while it goes on: of several
    /// incidents the most urgent counts.
    pub urgency: (Severity, u64),
}

impl TakenFor {
    /// What a record says, with the names that records have for patterns and severities.
    pub(super) fn named(
        incident: String,
        leads: bool,
        pattern: &str,
        severity: &str,
        events: u64,
    ) -> Self {
        let row = PATTERNS.iter().find(|row| row.name == pattern);
        let severity = Severity::ALL.into_iter().find(|known| known.as_str() == severity);
        Self {
            incident,
            leads,
            pattern: row.map_or(PatternKind::Unclear, |row| row.kind),
            urgency: (severity.unwrap_or(Severity::Low), events),
        }
    }
}

impl Told {
    /// An order of told insights that depends on nothing but what they say.
    pub(super) fn order(&self) -> impl Ord + '_ {
        let identities = (&self.starter, &self.doer);
        (&self.series, self.start, self.end.is_none(), self.end, identities, self.fired_at)
    }
}

impl From<&Insight> for Told {
    fn from(insight: &Insight) -> Self {
        let (event_source, event_name) = (insight.event_source.clone(), insight.event_name.clone());
        let scope = insight.scope.clone().unwrap_or_default();
        let subject = match insight.insight_type {
            InsightType::ApiCallRate => LabelledSubject::ApiCalls { event_source, event_name },
            InsightType::ApiErrorRate => LabelledSubject::ApiErrors {
                event_source,
                event_name,
                error_code: insight.error_code.clone().unwrap_or_default(),
            },
            InsightType::IdentityErrorRate => LabelledSubject::IdentityErrors { identity: scope },
            InsightType::SourceIpErrorRate => LabelledSubject::AddressDenials { source_ip: scope },
            InsightType::AccountErrorRate => LabelledSubject::AccountDenials,
            InsightType::IdentityCallRate => LabelledSubject::IdentityCalls { identity: scope },
        };
        let identities: Option<&Attribution> = insight
            .attributions
            .iter()
            .find(|attribution| attribution.attribute == Attribute::UserIdentityArn);
        let first = |shares: &[crate::insight::Share]| Some(shares.first()?.value.clone());
        let of = if insight.ongoing { insight.onset } else { insight.whole };
        Self {
            series: SeriesName::new(insight.account.clone(), insight.region.clone(), subject),
            start: insight.span.start,
            end: (!insight.ongoing).then_some(insight.span.end),
            starter: identities.and_then(|identities| first(&identities.onset)),
            doer: identities
                .filter(|_| !insight.ongoing)
                .and_then(|identities| first(&identities.whole)),
            fired_at: Some(insight.evidence.fired_at),
            average: Some(insight.whole.average()),
            taken_for: Some(TakenFor {
                incident: insight.incident.incident.to_string(),
                leads: insight.incident.leads,
                pattern: insight.pattern.kind,
                urgency: (insight.severity, of.events),
            }),
        }
    }
}
