//! Insights over many APIs: roll-ups are looked at like any subject, and told where they say more
//! than the insight of one API or of another roll-up.

use std::collections::{HashMap, HashSet};

use ahash::RandomState;
use rayon::prelude::*;

use super::assemble::{Assembly, FindError, Found, InsightOptions, within};
use super::attribution::{Stretches, Texts, with_apis};
use super::record::SubjectParts;
use super::subject_rules::ALL;
use super::{AccountsVariation, Insight, InsightType, SubjectRules};
use crate::count::{
    Api, Dimension, Membership, MinuteCounts, RollUp, RollUpKind, RollUps, Row, frame,
};
use crate::coverage::Span;
use crate::detect::{Detector, Episode, Subject};
use crate::minute::Minute;
use crate::series::{Calls, Series, rolled_up_series};

/// A roll-up adds nothing when one other insight tells of so many tenths of its events.
const TOLD_TENTHS: u64 = 9;
/// People at a console and scripts at work make many calls at once of ever other APIs: calls of an
/// identity must be so many times the smallest number that counts elsewhere.
const MIN_COUNT_OF_CALLS: u32 = 20;

/// A roll-up that left the normal.
struct Unusual<'t> {
    roll_up: RollUp<'t>,
    series: Series,
    episodes: Vec<Episode>,
}

/// The roll-ups that left the normal, and how many were looked at and were not.
#[derive(Default)]
struct AllUnusual<'t> {
    roll_ups: Vec<Unusual<'t>>,
    subjects: usize,
    ignored: usize,
}

/// A row with the API it is of.
#[derive(Clone, Copy)]
struct ApiRow<'t> {
    api: Api<'t>,
    row: Row,
}

/// An insight and the events it tells of.
struct Told<'t> {
    insight: Insight,
    roll_up: RollUp<'t>,
    rows: Vec<ApiRow<'t>>,
}

/// Adds the insights of all roll-ups of the table to those of its APIs.
///
/// # Errors
/// As [`super::find_insights`].
pub(super) fn find(
    table: &MinuteCounts,
    detector: &dyn Detector,
    options: InsightOptions,
    rules: &SubjectRules,
    found: &mut Found,
) -> Result<(), FindError> {
    let membership = Membership::new(table, options.calls == Calls::All);
    let unusual = unusual(table, &membership, detector, options, rules, &found.variation)?;
    found.subjects += unusual.subjects;
    found.ignored += unusual.ignored;
    let unusual = unusual.roll_ups;
    let wanted = unusual.iter().map(|unusual| (unusual.roll_up, needed(unusual)));
    let rows = rows_of(table, &membership, wanted.collect())?;
    let mut told: Vec<Told<'_>> = unusual
        .par_iter()
        .zip(rows)
        .map(|(unusual, rows)| tell(table, unusual, &rows))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    // Of two that tell the same, the first in the order of kinds is kept.
    told.sort_by_key(|told| (told.roll_up.kind, told.roll_up, told.insight.span.start));
    let before = told.len();
    let kept = without_repetitions(told, &found.insights, table, &membership);
    found.repeated = before - kept.len();
    found.insights.extend(kept);
    Ok(())
}

/// The roll-ups with episodes.
fn unusual<'t>(
    table: &'t MinuteCounts,
    membership: &Membership,
    detector: &dyn Detector,
    options: InsightOptions,
    rules: &SubjectRules,
    variation: &AccountsVariation,
) -> Result<AllUnusual<'t>, FindError> {
    let roll_ups = RollUps::new(table, membership)?;
    let parts = (0..roll_ups.parts()).into_par_iter().map(|index| {
        let series: Vec<(RollUp<'_>, Series)> = roll_ups
            .part(index)?
            .into_iter()
            .map(|(roll_up, counts)| (roll_up, rolled_up_series(counts)))
            .collect();
        let mut ignored = 0;
        let (roll_ups, subjects): (Vec<RollUp<'_>>, Vec<Subject<'_>>) = series
            .iter()
            .filter_map(|(roll_up, series)| {
                let coverage = table.coverage().get(roll_up.account)?;
                let name = parts_of(*roll_up, table);
                let own = rules.of(&name);
                if own.ignore == Some(true) {
                    ignored += 1;
                    return None;
                }
                let min_count = own.min_count.unwrap_or_else(|| min_count(roll_up.kind, options));
                let false_per_week = own.false_per_week;
                let (close_calls, busiest) = variation.of(roll_up.account, name.insight_type);
                let subject = Subject::new(series, coverage, min_count);
                Some((*roll_up, Subject { false_per_week, close_calls, busiest, ..subject }))
            })
            .unzip();
        let mut episodes = detector.detect(&subjects);
        for (roll_up, episodes) in roll_ups.iter().zip(&mut episodes) {
            // In two days one does not see what people and scripts may do.
            if roll_up.kind == RollUpKind::IdentityCalls {
                episodes.retain(|episode| !episode.evidence.learning);
            }
        }
        let unusual = roll_ups.into_iter().zip(&subjects).zip(episodes);
        let unusual = unusual.filter(|(_, episodes)| !episodes.is_empty());
        let unusual: Vec<Unusual<'_>> = unusual
            .map(|((roll_up, subject), episodes)| Unusual {
                roll_up,
                series: subject.series.clone(),
                episodes,
            })
            .collect();
        Ok(AllUnusual { roll_ups: unusual, subjects: subjects.len(), ignored })
    });
    let mut all = AllUnusual::default();
    for part in parts.collect::<Result<Vec<_>, FindError>>()? {
        all.roll_ups.extend(part.roll_ups);
        all.subjects += part.subjects;
        all.ignored += part.ignored;
    }
    Ok(all)
}

fn min_count(kind: RollUpKind, options: InsightOptions) -> u32 {
    match kind {
        RollUpKind::IdentityCalls => options.min_count.saturating_mul(MIN_COUNT_OF_CALLS),
        _ => options.min_count,
    }
}

/// The table's rows of each roll-up in a span, in time order.
fn rows_of<'t>(
    table: &'t MinuteCounts,
    membership: &Membership,
    wanted: Vec<(RollUp<'t>, Span)>,
) -> Result<Vec<Vec<ApiRow<'t>>>, FindError> {
    let mut rows: Vec<Vec<ApiRow<'t>>> = wanted.iter().map(|_| Vec::new()).collect();
    if wanted.is_empty() {
        return Ok(rows);
    }
    // Looked up once a row: most are of another account, or another time.
    let accounts: HashSet<&str> = wanted.iter().map(|(roll_up, _)| roll_up.account).collect();
    let spans = wanted.iter().map(|(_, span)| *span);
    let all = spans.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
    let is_near = |row: &Row| all.is_some_and(|all| all.contains(row.minute));
    let wanted: HashMap<RollUp<'_>, (usize, Span), RandomState> = wanted
        .into_iter()
        .enumerate()
        .map(|(index, (roll_up, span))| (roll_up, (index, span)))
        .collect();
    let parts = (0..table.parts()).into_par_iter().map(|index| {
        let part = table.part(index)?;
        let mut found: Vec<(usize, ApiRow<'t>)> = Vec::new();
        for index in 0..part.apis() {
            let api = part.api(index);
            if !accounts.contains(api.account) {
                continue;
            }
            for row in part.rows(index).filter(is_near) {
                let roll_ups = membership.kinds(api, &row).map(|kind| RollUp::new(kind, api, &row));
                let wanted = roll_ups.filter_map(|of| wanted.get(&of));
                let wanted = wanted.filter(|(_, span)| span.contains(row.minute));
                found.extend(wanted.map(|(index, _)| (*index, ApiRow { api, row })));
            }
        }
        Ok(found)
    });
    for (index, row) in parts.collect::<Result<Vec<_>, FindError>>()?.into_iter().flatten() {
        rows[index].push(row);
    }
    rows.par_iter_mut().for_each(|rows| {
        rows.sort_by_key(|of| {
            let Row { minute, identity, user_agent, source_ip, error, .. } = of.row;
            (minute, of.api, identity, user_agent, source_ip, error)
        });
    });
    Ok(rows)
}

/// From the first minute to the last that its insights are made of.
fn needed(unusual: &Unusual<'_>) -> Span {
    let spans = unusual.episodes.iter().map(|episode| Stretches::of(episode.span).all());
    let whole = spans.reduce(|a, b| Span { start: a.start.min(b.start), end: a.end.max(b.end) });
    whole.unwrap_or(Span { start: Minute::new(0), end: Minute::new(0) })
}

/// The APIs of a roll-up's rows, sorted, and the place of each row's.
fn apis_of(rows: &[ApiRow<'_>]) -> (Vec<String>, Vec<u32>) {
    let name = |of: &ApiRow<'_>| format!("{}:{}", of.api.event_source, of.api.event_name);
    let mut apis: Vec<String> = rows.iter().map(name).collect();
    apis.sort_unstable();
    apis.dedup();
    let place = |of| apis.binary_search(&name(of)).ok().and_then(|at| u32::try_from(at).ok());
    let places = rows.iter().map(|of| place(of).unwrap_or(0)).collect();
    (apis, places)
}

/// All there is of one roll-up.
#[derive(Debug)]
pub struct RollUpSubject {
    /// Its series.
    pub series: Series,
    /// Its rows, in time order.
    pub rows: Vec<Row>,
    /// Its APIs, as [`super::Attribute::Api`] has them.
    pub apis: Vec<String>,
    /// For each row the place of its API.
    pub row_apis: Vec<u32>,
    /// The fewest events in a window that can make an insight.
    pub min_count: u32,
}

/// The roll-up that an insight is about; `None` if it is not about one, or the table has no such.
///
/// # Errors
/// As [`super::find_insights`].
pub fn roll_up_of(
    insight: &Insight,
    table: &MinuteCounts,
    options: InsightOptions,
) -> Result<Option<RollUpSubject>, FindError> {
    let Some(wanted) = super::rows::roll_up(insight, table) else { return Ok(None) };
    let membership = Membership::new(table, options.calls == Calls::All);
    let roll_ups = RollUps::new(table, &membership)?;
    for index in 0..roll_ups.parts() {
        for (roll_up, counts) in roll_ups.part(index)? {
            if roll_up != wanted {
                continue;
            }
            let always = Span { start: Minute::new(0), end: Minute::new(u32::MAX) };
            let rows = rows_of(table, &membership, vec![(roll_up, always)])?.concat();
            let (apis, row_apis) = apis_of(&rows);
            return Ok(Some(RollUpSubject {
                series: rolled_up_series(counts),
                rows: rows.into_iter().map(|of| of.row).collect(),
                apis,
                row_apis,
                min_count: min_count(roll_up.kind, options),
            }));
        }
    }
    Ok(None)
}

/// The insights of one roll-up.
fn tell<'t>(
    table: &'t MinuteCounts,
    unusual: &Unusual<'t>,
    of: &[ApiRow<'t>],
) -> Result<Vec<Told<'t>>, FindError> {
    let roll_up = unusual.roll_up;
    let Some(coverage) = table.coverage().get(roll_up.account) else { return Ok(Vec::new()) };
    let (apis, places) = apis_of(of);
    let rows: Vec<Row> = of.iter().map(|of| of.row).collect();
    let mut told = Vec::new();
    for episode in &unusual.episodes {
        let span = episode.span;
        let rows = within(&rows, Stretches::of(span));
        let first = of.partition_point(|of| of.row.minute < Stretches::of(span).all().start);
        let of = &of[first..first + rows.len()];
        let frame = with_apis(frame(rows)?, places[first..first + rows.len()].to_vec())?;
        let during: Vec<ApiRow<'t>> =
            of.iter().filter(|of| span.contains(of.row.minute)).copied().collect();
        let assembly = Assembly {
            texts: Texts { table, apis: &apis },
            parts: parts_of(roll_up, table),
            series: &unusual.series,
            coverage,
        };
        let mut insight = assembly.insight(episode.clone(), rows, &frame)?;
        busiest_region(&during).clone_into(&mut insight.region);
        told.push(Told { insight, roll_up, rows: during });
    }
    Ok(told)
}

/// The Region of most of the events, the first of several by name.
fn busiest_region<'t>(rows: &[ApiRow<'t>]) -> &'t str {
    let mut events: HashMap<&str, u64> = HashMap::new();
    for of in rows {
        *events.entry(of.api.region).or_default() += u64::from(of.row.events);
    }
    let busiest =
        events.into_iter().max_by_key(|&(region, events)| (events, std::cmp::Reverse(region)));
    busiest.map_or("", |(region, _)| region)
}

/// What tells it from all others: no Region, as the busiest one may change while it goes on.
fn parts_of<'t>(roll_up: RollUp<'t>, table: &'t MinuteCounts) -> SubjectParts<'t> {
    let (insight_type, dimension) = match roll_up.kind {
        RollUpKind::IdentityErrors => (InsightType::IdentityErrorRate, Some(Dimension::Identity)),
        RollUpKind::SourceIpDenials => (InsightType::SourceIpErrorRate, Some(Dimension::SourceIp)),
        RollUpKind::AccountDenials => (InsightType::AccountErrorRate, None),
        RollUpKind::IdentityCalls => (InsightType::IdentityCallRate, Some(Dimension::Identity)),
    };
    SubjectParts {
        account: roll_up.account,
        region: ALL,
        category: roll_up.category,
        event_source: ALL,
        event_name: ALL,
        insight_type,
        error_code: None,
        scope: dimension.map(|dimension| table.name(dimension, roll_up.of)),
    }
}

/// Leaves out roll-ups whose events one insight of an API tells of, or a roll-up before them.
fn without_repetitions(
    told: Vec<Told<'_>>,
    of_apis: &[Insight],
    table: &MinuteCounts,
    membership: &Membership,
) -> Vec<Insight> {
    let mut kept: Vec<Told<'_>> = Vec::new();
    for told in told {
        let share = |tells: &dyn Fn(&ApiRow<'_>) -> bool| {
            let events = |rows: &mut dyn Iterator<Item = &ApiRow<'_>>| -> u64 {
                rows.map(|of| u64::from(of.row.events)).sum()
            };
            let all = events(&mut told.rows.iter());
            events(&mut told.rows.iter().filter(|of| tells(of))) * 10 >= all * TOLD_TENTHS
        };
        let overlaps = |insight: &Insight| {
            insight.account == told.insight.account
                && insight.category == told.insight.category
                && insight.span.intersection(told.insight.span).minutes() > 0
        };
        let by_an_api = of_apis
            .iter()
            .filter(|insight| overlaps(insight))
            .any(|insight| share(&|of| tells_of(insight, of, table)));
        let by_a_roll_up = kept.iter().filter(|other| overlaps(&other.insight)).any(|other| {
            share(&|of| {
                other.insight.span.contains(of.row.minute)
                    && membership
                        .kinds(of.api, &of.row)
                        .any(|kind| RollUp::new(kind, of.api, &of.row) == other.roll_up)
            })
        });
        if !by_an_api && !by_a_roll_up {
            kept.push(told);
        }
    }
    kept.into_iter().map(|told| told.insight).collect()
}

/// Whether an API's insight is about the events of a row.
fn tells_of(insight: &Insight, of: &ApiRow<'_>, table: &MinuteCounts) -> bool {
    insight.span.contains(of.row.minute)
        && insight.region == of.api.region
        && insight.event_source == of.api.event_source
        && insight.event_name == of.api.event_name
        && insight
            .error_code
            .as_deref()
            .is_none_or(|code| code == table.name(Dimension::ErrorCode, of.row.error))
}
