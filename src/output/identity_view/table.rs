//! For people: a block an identity.

use std::io;

use crate::identity_view::{IdentityActivity, IdentityView};
use crate::insight::Severity;
use crate::output::numbers::{count, counted, duration, percent};
use crate::output::table::{Table, TableOptions, also, time};

/// Insights told of each identity.
const TOLD: usize = 5;
/// APIs and countries named of each identity.
const NAMED: usize = 5;
/// The most columns for each of their names.
const NAME: usize = 48;

pub(super) fn write(
    view: &IdentityView<'_>,
    options: TableOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let table = Table(options);
    for (index, activity) in view.identities.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        block(table, activity, out)?;
    }
    if view.identities.is_empty() {
        writeln!(out, "No identities.")?;
    }
    if view.of_nobody > 0 {
        let insights = counted(view.of_nobody as u64, "insight");
        let verb = if view.of_nobody == 1 { "is" } else { "are" };
        writeln!(out)?;
        let why = format!("{insights} {verb} of nobody: no identity has half of the events");
        table.paragraph(&why, out)?;
    }
    Ok(())
}

fn block(table: Table, activity: &IdentityActivity<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    table.title(activity.severity(), &activity.identity, out)?;
    for (label, text) in fields(table, activity) {
        table.field(label, &text, out)?;
    }
    // The most severe are told, in time order.
    let mut told: Vec<_> = activity.insights.iter().enumerate().collect();
    told.sort_by_key(|(index, insight)| (std::cmp::Reverse(insight.severity), *index));
    let untold = told.len().saturating_sub(TOLD);
    told.truncate(TOLD);
    told.sort_by_key(|(index, _)| *index);
    for (_, insight) in told {
        table.field("insight", &also(insight), out)?;
    }
    if untold > 0 {
        let more = format!("{} more; --format json has their ids", count(untold as u64));
        table.field("", &more, out)?;
    }
    Ok(())
}

fn fields(table: Table, activity: &IdentityActivity<'_>) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    if !activity.insights.is_empty() {
        fields.push(("insights", insights(activity)));
    }
    fields.push(("events", events(activity)));
    fields.push(("used", used(activity)));
    fields.extend(places(table, activity).map(|text| ("places", text)));
    let [first, last] = [activity.first_seen, activity.last_seen].map(|minute| time(minute, true));
    let new = if activity.is_new() {
        let after = duration(activity.first_seen.since(activity.logs_begin));
        format!("; new, {after} after the logs begin")
    } else {
        String::new()
    };
    fields.push(("seen", format!("{first} → {last} UTC{new}")));
    if activity.first_used.apis > 0 {
        fields.push(("first", first_used(table, activity)));
    }
    fields
}

/// `1 critical, 2 low, in 2 incidents`
fn insights(activity: &IdentityActivity<'_>) -> String {
    let by_severity = Severity::ALL.into_iter().zip(activity.by_severity()).rev();
    let parts = by_severity
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{} {}", count(number as u64), severity.as_str()));
    let parts: Vec<String> = parts.collect();
    let incidents = counted(activity.incidents().len() as u64, "incident");
    format!("{}, in {incidents}", parts.join(", "))
}

fn events(activity: &IdentityActivity<'_>) -> String {
    let share = |number, what: &str| format!(", {} {what}", percent(number, activity.events));
    let mut text = count(activity.events);
    if activity.failed > 0 {
        text.push_str(&share(activity.failed, "failed"));
    }
    if activity.denied > 0 {
        text.push_str(&share(activity.denied, "denied"));
    }
    text
}

fn used(activity: &IdentityActivity<'_>) -> String {
    let addresses = match activity.addresses {
        1 => "1 address".to_owned(),
        number => format!("{} addresses", count(number as u64)),
    };
    let of = |number: usize, word: &str| counted(number as u64, word);
    [
        of(activity.apis, "API"),
        addresses,
        of(activity.agents, "agent"),
        of(activity.regions, "Region"),
        of(activity.accounts, "account"),
    ]
    .join(", ")
}

/// `NL, DE; 3 networks`
fn places(table: Table, activity: &IdentityActivity<'_>) -> Option<String> {
    let mut parts = Vec::new();
    if !activity.countries.is_empty() {
        parts.push(and_more(table, &activity.countries, activity.countries.len()));
    }
    if !activity.networks.is_empty() {
        parts.push(counted(activity.networks.len() as u64, "network"));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn first_used(table: Table, activity: &IdentityActivity<'_>) -> String {
    let first = &activity.first_used;
    let apis = counted(first.apis as u64, "API");
    format!("{apis} for the first time: {}", and_more(table, &first.named, first.apis))
}

/// The first few of the names, and how many more there are.
fn and_more(table: Table, names: &[String], all: usize) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| table.short(name, NAME)).collect();
    match all.saturating_sub(first.len()) {
        0 => first.join(", "),
        more => format!("{} and {} more", first.join(", "), count(more as u64)),
    }
}
