//! The figures of insights on a labelled month.

use super::page::{Page, interval, optional, share, spread};
use crate::evaluate::{
    AsIncidentsRow, Missed, Mistaken, Offsets, Score, Share, SubjectClass, WrongTold,
};
use crate::labels::LabelledSubject;
use crate::minute::Minute;
use crate::output::numbers::{amount, counted, duration};

/// Columns of a share, and of the interval after it.
const SHARE: usize = 20;
/// Columns of a number.
const NUMBER: usize = 12;

/// Everything but the lists.
pub fn put(score: &Score, page: &mut Page) {
    page.sentence(&format!(
        "Judged on {} to {}, {}, {} in {}: {}.",
        time(score.start),
        time(score.end),
        duration(score.end.since(score.start)),
        counted(score.accounts as u64, "account"),
        counted(score.regions as u64, "Region"),
        counted(score.insights as u64, "insight"),
    ));
    found(score, page);
    as_incidents(score, page);
    false_insights(score, page);
    offsets(score, page);
    rest(score, page);
}

fn found(score: &Score, page: &mut Page) {
    page.heading("FOUND", [("", SHARE), ("95% interval", SHARE)]);
    let mut row = |label: &str, found: Share| {
        page.row(label, &[(share(found), SHARE), (interval(found), SHARE)]);
    };
    row("incidents", score.incidents);
    row("of usual callers", score.usual_callers);
    row("of new callers", score.new_callers);
    row("second strikes", score.second_strikes);
    row("effects", score.effects);
    for class in &score.by_class {
        row(series_of(class.class), class.effects);
    }
    page.heading("EFFECTS FOUND, BY SIZE", [("on APIs", SHARE), ("on roll-ups", SHARE)]);
    for size in &score.by_size {
        let label =
            size.size.map_or_else(|| "no past".to_owned(), |size| format!("{}x", size.times()));
        page.row(&label, &[(share(size.apis), SHARE), (share(size.roll_ups), SHARE)]);
    }
    page.heading("FOUND, BY KIND", [("incidents", SHARE), ("effects", SHARE)]);
    for kind in &score.by_kind {
        let cells = [(share(kind.incidents), SHARE), (share(kind.effects), SHARE)];
        page.row(&kind.kind.as_str().replace('-', " "), &cells);
    }
}

/// Nothing where insights do not say which incident they are of.
fn as_incidents(score: &Score, page: &mut Page) {
    let figures = &score.as_incidents;
    if figures.all.one_incident.of == 0 {
        return;
    }
    let columns =
        [("one incident", SHARE - 2), ("mixed", NUMBER / 2), ("right pattern", SHARE - 2)];
    page.heading("OF INCIDENTS FOUND", columns);
    let mut row = |label: &str, row: AsIncidentsRow| {
        let cells = [share(row.one_incident), row.mixed.to_string(), share(row.right_pattern)];
        let [one, mixed, pattern] = cells;
        page.row(label, &[(one, SHARE - 2), (mixed, NUMBER / 2), (pattern, SHARE - 2)]);
    };
    row("all", figures.all);
    for kind in &figures.by_kind {
        row(&kind.kind.as_str().replace('-', " "), kind.row);
    }
}

const fn series_of(class: SubjectClass) -> &'static str {
    match class {
        SubjectClass::ApiCalls => "on calls of APIs",
        SubjectClass::ApiErrors => "on errors of APIs",
        SubjectClass::IdentityCalls => "on calls of identities",
        SubjectClass::IdentityErrors => "on errors of identities",
        SubjectClass::AddressDenials => "on denials of addresses",
        SubjectClass::AccountDenials => "on denials of accounts",
    }
}

fn false_insights(score: &Score, page: &mut Page) {
    let columns = [("number", NUMBER), ("an account", NUMBER + 4), ("account-Region", NUMBER + 6)];
    page.heading("FALSE INSIGHTS", columns);
    let mut row = |label: &str, number: usize, account, pair| {
        let cells = [
            (number.to_string(), NUMBER),
            (optional(account), NUMBER + 4),
            (optional(pair), NUMBER + 6),
        ];
        page.row(label, &cells);
    };
    let wrong = &score.false_insights;
    row(
        "a week, from day 3 on",
        wrong.later,
        wrong.per_account_week,
        wrong.per_account_region_week,
    );
    row("days 1 and 2", wrong.early, wrong.early_per_account, wrong.early_per_account_region);
}

fn offsets(score: &Score, page: &mut Page) {
    let columns = ["median", "95%", "most", "of"].map(|name| (name, NUMBER));
    page.heading("MINUTES", columns);
    let mut row = |label: &str, minutes| {
        page.row(label, &spread(minutes).map(|number| (number, NUMBER)));
    };
    let mut three = |what: &str, offsets: &Offsets| {
        row(&format!("{what} off, steps"), offsets.steps);
        row(&format!("{what} off, ramps"), offsets.ramps);
        row(&format!("{what} off, all"), offsets.all);
    };
    three("start", &score.start_errors);
    three("end", &score.end_errors);
    row("until the verdict", score.minutes_to_detect);
}

fn rest(score: &Score, page: &mut Page) {
    page.heading("OF EFFECTS FOUND", [("", SHARE), ("95% interval", SHARE)]);
    let mut row = |label: &str, found: Share| {
        page.row(label, &[(share(found), SHARE), (interval(found), SHARE)]);
    };
    row("first identity right, at the Start", score.first_identity.at_start);
    row("first identity right, at the End", score.first_identity.at_end);
    row("told more than once", score.told_more_than_once);
    row("open at the end, and told so", score.open_at_end);
    row("of all level shifts, told once", score.level_shifts_told_once);
}

/// What was missed, mistaken and false, where that was asked for.
pub fn put_lists(score: &Score, page: &mut Page) {
    if let Some(missed) = &score.missed {
        page.heading("MISSED", []);
        for missed in missed {
            put_missed(missed, page);
        }
        if missed.is_empty() {
            page.row("nothing", &[]);
        }
    }
    if let Some(mistaken) = score.mistaken.as_ref().filter(|mistaken| !mistaken.is_empty()) {
        page.heading("MISTAKEN", []);
        for mistaken in mistaken {
            put_mistaken(mistaken, page);
        }
    }
    if let Some(wrong) = &score.wrong {
        page.heading("FALSE", []);
        for wrong in wrong {
            put_wrong(wrong, page);
        }
        if wrong.is_empty() {
            page.row("nothing", &[]);
        }
    }
}

fn put_missed(missed: &Missed, page: &mut Page) {
    let effect = &missed.effect;
    let said = format!(
        "{} {}, {}, {}, {}{}",
        time(effect.start),
        duration(effect.end.since(effect.start)),
        effect.size.map_or_else(|| "no past".to_owned(), |size| format!("{}x", amount(size))),
        counted(effect.events, "event"),
        missed.kind.as_str().replace('-', " "),
        if missed.incident_found { ", told elsewhere" } else { "" },
    );
    page.entry(&said, &name(&missed.account, &missed.region, &effect.subject));
}

fn put_mistaken(mistaken: &Mistaken, page: &mut Page) {
    let (several, with) = (mistaken.incidents.len(), mistaken.mixed_with.len());
    let said = format!(
        "{} {}, {}: taken for {}{}{}",
        time(mistaken.start),
        duration(mistaken.end.since(mistaken.start)),
        mistaken.kind.as_str().replace('-', " "),
        mistaken.pattern,
        if several > 1 { format!(", in {several} incidents") } else { String::new() },
        if with > 0 { format!(", mixed with {with} others") } else { String::new() },
    );
    let name = format!("{} {} {}", mistaken.account, mistaken.region, mistaken.incident);
    page.entry(&said, &[&[name][..], &mistaken.mixed_with].concat().join(" + "));
}

fn put_wrong(wrong: &WrongTold, page: &mut Page) {
    let length = wrong.end.map(|end| duration(end.since(wrong.start)));
    let rate = wrong.average.map(|average| format!("{} a minute", amount(average)));
    let said = format!(
        "{} {}, {}",
        time(wrong.start),
        length.unwrap_or_else(|| "ongoing".to_owned()),
        rate.unwrap_or_else(|| "rate not told".to_owned()),
    );
    page.entry(&said, &name(&wrong.account, &wrong.region, &wrong.subject));
}

fn time(minute: Minute) -> String {
    minute.to_datetime().format("%Y-%m-%d %H:%M").to_string()
}

fn name(account: &str, region: &str, subject: &LabelledSubject) -> String {
    let short = |source: &str| source.strip_suffix(".amazonaws.com").unwrap_or(source).to_owned();
    let subject = match subject {
        LabelledSubject::ApiCalls { event_source, event_name } => {
            format!("{} {event_name}", short(event_source))
        }
        LabelledSubject::ApiErrors { event_source, event_name, error_code } => {
            format!("{} {event_name} {error_code}", short(event_source))
        }
        LabelledSubject::IdentityCalls { identity } => format!("calls of {identity}"),
        LabelledSubject::IdentityErrors { identity } => format!("errors of {identity}"),
        LabelledSubject::AddressDenials { source_ip } => format!("denials of {source_ip}"),
        LabelledSubject::AccountDenials => "denials of the account".to_owned(),
    };
    format!("{account} {region} {subject}")
}
