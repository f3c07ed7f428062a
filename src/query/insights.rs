//! Insights -> the table of them: a row each, in the order that `detect` tells them.

use polars::prelude::*;

use crate::insight::record::direction;
use crate::insight::{Attribute, Insight, Share};
use crate::minute::Minute;

/// Times in tables: UTC, which SQL need not be told.
pub const TIME: DataType = DataType::Datetime(TimeUnit::Microseconds, None);

/// One row an insight.
pub fn insights_table(insights: &[Insight]) -> PolarsResult<DataFrame> {
    let of = Of(insights);
    let text = |name, value: fn(&Insight) -> &str| of.column(name, |one| value(one).to_owned());
    let number = |name, value: fn(&Insight) -> f64| of.column(name, move |one| finite(value(one)));
    DataFrame::new(
        insights.len(),
        vec![
            of.column("id", |one| one.shared_event_id.to_string()),
            of.column("incident", |one| one.incident.incident.to_string()),
            of.column("leads_incident", |one| one.incident.leads),
            of.time("start", |one| Some(one.span.start))?,
            of.time("end", |one| (!one.ongoing).then_some(one.span.end))?,
            of.column("minutes", |one| i64::from(one.span.minutes())),
            of.column("ongoing", |one| one.ongoing),
            text("severity", |one| one.severity.as_str()),
            text("account", |one| &one.account),
            text("region", |one| &one.region),
            text("event_source", |one| &one.event_source),
            text("event_name", |one| &one.event_name),
            text("type", |one| one.insight_type.as_str()),
            of.column("error_code", |one| one.error_code.clone()),
            of.column("scope", |one| one.scope.clone()),
            text("category", |one| one.category.as_str()),
            text("direction", |one| direction(one.direction)),
            text("pattern", |one| one.pattern.name()),
            text("why", |one| &one.pattern.why),
            of.column("actual", |one| whole(one.whole.events)),
            number("expected", |one| one.evidence.expected_in_span),
            number("bound", |one| one.evidence.bound),
            number("surprise", |one| one.evidence.surprise),
            number("baseline_average", |one| one.baseline.average()),
            number("insight_average", |one| one.whole.average()),
            of.time("peak_minute", |one| Some(one.peak.0))?,
            of.column("peak_events", |one| whole(one.peak.1)),
            of.column("learning", |one| one.evidence.learning),
            of.top("top_identity", Attribute::UserIdentityArn),
            of.top_events("top_identity_events", Attribute::UserIdentityArn),
            of.top("top_user_agent", Attribute::UserAgent),
            of.top_events("top_user_agent_events", Attribute::UserAgent),
            of.top("top_source_ip", Attribute::SourceIpAddress),
            of.top_events("top_source_ip_events", Attribute::SourceIpAddress),
        ],
    )
}

struct Of<'a>(&'a [Insight]);

impl Of<'_> {
    fn column<T, P: ?Sized>(&self, name: &str, value: impl Fn(&Insight) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, P>,
    {
        let values: Vec<T> = self.0.iter().map(value).collect();
        Series::new(name.into(), values).into()
    }

    fn time(&self, name: &str, value: impl Fn(&Insight) -> Option<Minute>) -> PolarsResult<Column> {
        let micros = |minute: Minute| minute.unix_seconds() * 1_000_000;
        self.column(name, |one| value(one).map(micros)).cast(&TIME)
    }

    fn top(&self, name: &str, attribute: Attribute) -> Column {
        self.column(name, |one| top(one, attribute).map(|share| share.value.clone()))
    }

    fn top_events(&self, name: &str, attribute: Attribute) -> Column {
        self.column(name, |one| top(one, attribute).map(|share| whole(share.events)))
    }
}

/// The value that most events of the whole period had.
fn top(insight: &Insight, attribute: Attribute) -> Option<&Share> {
    insight.attributions.iter().find(|has| has.attribute == attribute)?.whole.first()
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What is no number is null.
fn finite(number: f64) -> Option<f64> {
    Some(number).filter(|number| number.is_finite())
}
