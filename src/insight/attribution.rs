//! Who and what took part in an insight: sums over the central table by one of its dimensions.

use std::collections::{HashMap, HashSet};

use ahash::RandomState;
use polars::prelude::{Column, DataFrame, PolarsResult};

use super::record::ONSET_MINUTES;
use crate::count::{Dimension, MinuteCounts, Row};
use crate::coverage::Span;
use crate::minute::{Minute, WEEK};

/// How many values an attribution lists.
const LISTED: usize = 5;
/// The column of a roll-up's APIs.
const API_COLUMN: &str = "api";

/// What the ids in the columns stand for.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Those of identities, agents, addresses and error codes.
    pub table: &'a MinuteCounts,
    /// Those of a roll-up's APIs.
    pub apis: &'a [String],
}

impl Texts<'_> {
    /// The value with that id.
    #[must_use]
    pub fn value(&self, attribute: Attribute, id: u32) -> &str {
        let dimension = match attribute {
            Attribute::UserIdentityArn => Dimension::Identity,
            Attribute::UserAgent => Dimension::UserAgent,
            Attribute::ErrorCode => Dimension::ErrorCode,
            Attribute::SourceIpAddress => Dimension::SourceIp,
            Attribute::Api => return self.apis.get(id as usize).map_or("", String::as_str),
        };
        let text = self.table.name(dimension, id);
        if text.is_empty() { attribute.name_of_none() } else { text }
    }
}

/// Puts the ids of a roll-up's APIs, a row each, beside the other columns.
///
/// # Errors
/// When there are not as many as rows.
pub fn with_apis(mut frame: DataFrame, apis: Vec<u32>) -> PolarsResult<DataFrame> {
    frame.with_column(Column::new(API_COLUMN.into(), apis))?;
    Ok(frame)
}

/// A dimension of the events that an insight is broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `userIdentityArn`: sessions folded to their role unless asked otherwise.
    UserIdentityArn,
    /// `userAgent`, as it stands.
    UserAgent,
    /// `errorCode`, the string `null` for calls without error; call-rate insights only.
    ErrorCode,
    /// `sourceIPAddress`: an address or a service's name. Not in Amazon's records.
    SourceIpAddress,
    /// `api`: service and API, `ec2.amazonaws.com:DescribeInstances`; roll-ups only.
    Api,
}

impl Attribute {
    /// The name in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserIdentityArn => "userIdentityArn",
            Self::UserAgent => "userAgent",
            Self::ErrorCode => "errorCode",
            Self::SourceIpAddress => "sourceIPAddress",
            Self::Api => "api",
        }
    }

    /// Whether Amazon does not attribute to it.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::SourceIpAddress | Self::Api)
    }

    /// The column of [`crate::count::frame`]; `api` is put beside them for roll-ups.
    const fn column(self) -> &'static str {
        match self {
            Self::UserIdentityArn => "identity",
            Self::UserAgent => "user_agent",
            Self::ErrorCode => "error_code",
            Self::SourceIpAddress => "source_ip",
            Self::Api => API_COLUMN,
        }
    }

    /// The id that a row of the table has, or a roll-up's row of that API.
    pub(crate) const fn id(self, row: &Row, api: u32) -> u32 {
        match self {
            Self::UserIdentityArn => row.identity,
            Self::UserAgent => row.user_agent,
            Self::ErrorCode => row.error,
            Self::SourceIpAddress => row.source_ip,
            Self::Api => api,
        }
    }

    /// What an empty value is called: records without an error have none.
    const fn name_of_none(self) -> &'static str {
        match self {
            Self::ErrorCode => "null",
            _ => "",
        }
    }
}

/// One value of an attribute and how many events had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The value as the log has it.
    pub value: String,
    /// Events with it.
    pub events: u64,
}

/// The top five values of one attribute in each stretch of an insight, most events first, ties by
/// value. The lists are independent of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Which dimension.
    pub attribute: Attribute,
    /// In the five minutes from the Start.
    pub onset: Vec<Share>,
    /// In the whole period.
    pub whole: Vec<Share>,
    /// In the baseline.
    pub baseline: Vec<Share>,
    /// How many different values the whole period had.
    pub distinct: usize,
    /// How many of those values the baseline had not.
    pub newcomers: usize,
}

/// The stretches of an insight.
#[derive(Clone, Copy, Debug)]
pub struct Stretches {
    /// What it is compared with.
    pub baseline: Span,
    /// The five minutes from the Start.
    pub onset: Span,
    /// All of it.
    pub whole: Span,
}

impl Stretches {
    /// Those of an insight over that span. The baseline is from 00:00 UTC of the day seven days
    /// before the start's day, to the start.
    #[must_use]
    pub fn of(whole: Span) -> Self {
        let start = whole.start;
        Self {
            baseline: Span { start: start.start_of_day().saturating_sub(WEEK), end: start },
            onset: Span { start, end: start + ONSET_MINUTES },
            whole,
        }
    }

    /// From the first minute to the last of them.
    #[must_use]
    pub fn all(&self) -> Span {
        Span { start: self.baseline.start, end: self.whole.end.max(self.onset.end) }
    }
}

/// Breaks an insight down by one attribute. `frame` holds the subject's rows (see
/// [`crate::count::frame`]).
///
/// # Errors
/// None that can be caused from outside: the frame's columns and types are fixed.
pub fn attribute(
    frame: &DataFrame,
    texts: Texts<'_>,
    attribute: Attribute,
    stretches: Stretches,
) -> PolarsResult<Attribution> {
    let sums = |span| sums(frame, attribute.column(), span);
    let (baseline, onset, whole) =
        (sums(stretches.baseline)?, sums(stretches.onset)?, sums(stretches.whole)?);
    let known: HashSet<u32> = baseline.iter().map(|&(id, _)| id).collect();
    let top = |sums: &[(u32, u64)]| -> Vec<Share> {
        let share = |&(id, events): &(u32, u64)| Share {
            value: texts.value(attribute, id).to_owned(),
            events,
        };
        sums.iter().take(LISTED).map(share).collect()
    };
    Ok(Attribution {
        attribute,
        onset: top(&onset),
        whole: top(&whole),
        baseline: top(&baseline),
        distinct: whole.len(),
        newcomers: whole.iter().filter(|(id, _)| !known.contains(id)).count(),
    })
}

/// Events of a stretch by the ids in a column: most events first, ties by id, which is the order of
/// the texts.
fn sums(frame: &DataFrame, column: &str, span: Span) -> PolarsResult<Vec<(u32, u64)>> {
    let minutes = frame.column("minute")?.u32()?.into_no_null_iter();
    let ids = frame.column(column)?.u32()?.into_no_null_iter();
    let events = frame.column("events")?.u64()?.into_no_null_iter();
    // polars' groups take several times as long: many small sums are asked for.
    let mut sums: HashMap<u32, u64, RandomState> = HashMap::default();
    for ((minute, id), events) in minutes.zip(ids).zip(events) {
        if span.contains(Minute::new(minute)) {
            *sums.entry(id).or_default() += events;
        }
    }
    let mut sums: Vec<(u32, u64)> = sums.into_iter().collect();
    sums.sort_unstable_by_key(|&(id, events)| (std::cmp::Reverse(events), id));
    Ok(sums)
}
