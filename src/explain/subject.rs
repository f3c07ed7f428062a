//! The subject that a question is about.

use std::fmt;
use std::io;

use serde::Serialize;

use super::{ExplainError, names};
use crate::count::{Api, Dimension, Globs, MinuteCounts, Part, Row};
use crate::coverage::Coverage;
use crate::event::EventCategory;
use crate::insight::record::SubjectParts;
use crate::insight::{
    FindError, Insight, InsightOptions, InsightType, RollUpSubject, min_count, roll_up_of,
};
use crate::series::{ApiSubject, Calls, Measure, Series, all_series};

/// Subjects named when a question fits several.
const NAMED: usize = 20;

/// Which subject is meant.
#[derive(Clone, Debug, Default)]
pub struct SubjectFilter {
    /// Its recipient account.
    pub accounts: Globs,
    /// Its Region.
    pub regions: Globs,
    /// Its service.
    pub event_sources: Globs,
    /// Its API.
    pub event_names: Globs,
    /// Its error code; with none its call rate is meant.
    pub error_code: Option<String>,
    /// All that as it was asked, for messages.
    pub asked: String,
}

impl SubjectFilter {
    fn takes_api(&self, api: &Api<'_>) -> bool {
        self.accounts.take(api.account)
            && self.regions.take(api.region)
            && self.event_sources.take(api.event_source)
            && self.event_names.take(api.event_name)
    }
}

/// A subject by its names, as the logs have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubjectName {
    /// The recipient account.
    pub account: String,
    /// The Region of its events.
    pub region: String,
    /// The service, `ec2.amazonaws.com`.
    pub event_source: String,
    /// The API, `DescribeInstances`.
    pub event_name: String,
    /// The category of its events.
    #[serde(serialize_with = "names::category")]
    pub category: EventCategory,
    /// The error code when it is an error rate; `None` for the call rate.
    pub error_code: Option<String>,
    /// What it counts.
    #[serde(skip)]
    pub insight_type: InsightType,
    /// The identity or source address of a roll-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl SubjectName {
    /// The subject of an insight.
    #[must_use]
    pub fn of(insight: &Insight) -> Self {
        Self {
            account: insight.account.clone(),
            region: insight.region.clone(),
            event_source: insight.event_source.clone(),
            event_name: insight.event_name.clone(),
            category: insight.category,
            error_code: insight.error_code.clone(),
            insight_type: insight.insight_type,
            scope: insight.scope.clone(),
        }
    }

    fn new(subject: &ApiSubject, part: &Part<'_>) -> Self {
        let api = subject.api(part);
        let (insight_type, error_code) = match subject.measure {
            Measure::Calls => (InsightType::ApiCallRate, None),
            Measure::Errors(code) => {
                let code = part.table().name(Dimension::ErrorCode, code);
                (InsightType::ApiErrorRate, Some(code.to_owned()))
            }
        };
        Self {
            account: api.account.to_owned(),
            region: api.region.to_owned(),
            event_source: api.event_source.to_owned(),
            event_name: api.event_name.to_owned(),
            category: api.category,
            error_code,
            insight_type,
            scope: None,
        }
    }

    /// What tells it from all others.
    pub(crate) fn parts(&self) -> SubjectParts<'_> {
        SubjectParts {
            account: &self.account,
            region: &self.region,
            category: self.category,
            event_source: &self.event_source,
            event_name: &self.event_name,
            insight_type: self.insight_type,
            error_code: self.error_code.as_deref(),
            scope: self.scope.as_deref(),
        }
    }

    fn is_of(&self, api: &Api<'_>) -> bool {
        (api.account, api.region, api.event_source, api.event_name, api.category)
            == (
                self.account.as_str(),
                self.region.as_str(),
                self.event_source.as_str(),
                self.event_name.as_str(),
                self.category,
            )
    }
}

impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, region, event_source, event_name, error_code, scope, .. } = self;
        if self.insight_type.is_roll_up() {
            write!(f, "{account} {}", self.insight_type.words())?;
            return scope.as_ref().map_or(Ok(()), |scope| write!(f, ": {scope}"));
        }
        write!(f, "{account} {region} {event_source} {event_name}")?;
        error_code.as_ref().map_or(Ok(()), |code| write!(f, " {code}"))
    }
}

/// A subject with its counts.
#[derive(Clone, Debug)]
pub struct FoundSubject<'p> {
    pub name: SubjectName,
    /// In time order, each with the place of its API among `apis` if it is a roll-up's.
    pub rows: Vec<(Row, u32)>,
    /// A roll-up's APIs.
    pub apis: &'p [String],
    pub series: &'p Series,
    pub coverage: &'p Coverage,
    pub min_count: u32,
}

/// The one subject that the filter takes. How many others there are is left to the caller to tell.
///
/// # Errors
/// When it takes none or several, and when counts kept in a temporary file cannot be read back.
pub fn find(
    table: &MinuteCounts,
    calls: Calls,
    filter: &SubjectFilter,
) -> Result<SubjectName, ExplainError> {
    let mut found = Vec::new();
    for index in 0..table.parts() {
        let part = table.part(index)?;
        if (0..part.apis()).any(|api| filter.takes_api(&part.api(api))) {
            let series = all_series(&part, calls);
            let taken = series.iter().filter(|(subject, _)| filter.takes_api(&subject.api(&part)));
            let names = taken.map(|(subject, _)| SubjectName::new(subject, &part));
            found.extend(names.filter(|name| name.error_code == filter.error_code));
        }
    }
    found.sort();
    let asked = filter.asked.clone();
    match found.len() {
        0 => Err(ExplainError::NoSuchSubject { asked, subjects: 0 }),
        1 => Ok(found.swap_remove(0)),
        number => {
            found.truncate(NAMED);
            Err(ExplainError::AmbiguousSubject { asked, candidates: found, number })
        }
    }
}

/// Looks into the subject of that name; `None` when the table does not have it.
pub fn with_subject<T>(
    table: &MinuteCounts,
    options: InsightOptions,
    wanted: &SubjectName,
    look: impl FnOnce(FoundSubject<'_>) -> T,
) -> io::Result<Option<T>> {
    let Some(coverage) = table.coverage().get(wanted.account.as_str()) else { return Ok(None) };
    for index in 0..table.parts() {
        let part = table.part(index)?;
        if !(0..part.apis()).any(|api| wanted.is_of(&part.api(api))) {
            continue;
        }
        // All rows of an API are in one part.
        let series = all_series(&part, options.calls);
        let found = series.iter().find(|(subject, _)| {
            wanted.is_of(&subject.api(&part)) && SubjectName::new(subject, &part) == *wanted
        });
        let name = wanted.clone();
        return Ok(found.map(|(subject, series)| {
            let rows = subject.rows(&part, options.calls).into_iter().map(|row| (row, 0));
            let min_count = min_count(subject, table, options);
            let rows = rows.collect();
            look(FoundSubject { name, rows, apis: &[], series, coverage, min_count })
        }));
    }
    Ok(None)
}

/// Looks into the roll-up that an insight is about; `None` when the table does not have it.
pub fn with_roll_up<T>(
    table: &MinuteCounts,
    options: InsightOptions,
    insight: &Insight,
    look: impl FnOnce(FoundSubject<'_>) -> T,
) -> Result<Option<T>, FindError> {
    let Some(coverage) = table.coverage().get(insight.account.as_str()) else { return Ok(None) };
    let Some(found) = roll_up_of(insight, table, options)? else { return Ok(None) };
    let RollUpSubject { series, rows, apis, row_apis, min_count } = found;
    Ok(Some(look(FoundSubject {
        name: SubjectName::of(insight),
        rows: rows.into_iter().zip(row_apis).collect(),
        apis: &apis,
        series: &series,
        coverage,
        min_count,
    })))
}
