//! What an answer says, before it is laid out.

use std::fmt::Write as _;

use super::super::numbers::{amount, count, counted, duration};
use super::super::table::wording::{api, roll_up, time};
use crate::detect::{
    DayUse, Direction, Explanation, HistoryDay, HistoryUsed, Limit, Obstacle, Situation, WINDOWS,
    WindowVerdict,
};
use crate::explain::{Answer, Because, Breakdown, Neighbour, Outcome, SubjectName};
use crate::insight::Attribute;
use crate::minute::DAY;

/// What was asked and what became of it: labels and sentences.
pub fn verdict(answer: &Answer) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    if let Some(at) = answer.asked {
        let events = answer.verdict.as_ref().map(|verdict| {
            let unit = if answer.subject.error_code.is_some() { "error" } else { "call" };
            format!(", {} in this minute", counted(verdict.events, unit))
        });
        fields.push(("asked", format!("{} UTC{}", time(at, true), events.unwrap_or_default())));
    }
    if let Outcome::Folded { start, end } = answer.outcome {
        let text = format!(
            "an incident of errors from {} to {} UTC was left out: the API's calls are in an insight \
             at the same time, and the share of them that failed stayed what it was",
            time(start, true),
            time(end, start.day() != end.day())
        );
        fields.push(("folded", text));
    }
    match (&answer.verdict, &answer.insight) {
        (Some(verdict), _) if answer.asked.is_some() => {
            fields.extend(of_minute(answer, verdict));
        }
        (None, Some(insight)) if insight.direction == Direction::Drop => {
            let text = "a drop is judged by the length of its silence, not by windows of counts";
            fields.push(("verdict", text.to_owned()));
        }
        (None, _) => {
            let text = "only the surge rule is explained window by window; this is the peak rule's";
            fields.push(("verdict", text.to_owned()));
        }
        _ => {}
    }
    fields
}

fn of_minute(answer: &Answer, verdict: &Explanation) -> Vec<(&'static str, String)> {
    let nearest = nearest(&verdict.windows);
    let text = match verdict.situation {
        Situation::OutsideLogs => "there are no logs of this minute".to_owned(),
        Situation::InGap { start, end } => format!(
            "there are no logs of this account from {} to {} UTC; such a gap is not taken for \
             silence, and nothing is looked at in it",
            time(start, true),
            time(end, true)
        ),
        Situation::InIncident { start, fired_at, quiet } => format!(
            "an incident was open, which began at {} and was told at {} UTC: minutes with more \
             than {} are part of it, and ten others in a row end it",
            time(start, true),
            time(fired_at, start.day() != fired_at.day()),
            amount(quiet)
        ),
        Situation::NoEvents => format!(
            "nothing was looked at, for only minutes with events are; it had {}",
            nearest.map_or_else(String::new, what_it_saw)
        ),
        Situation::Judged => judged(answer, verdict, nearest),
    };
    let mut fields = vec![("verdict", text)];
    let is_looked_at = matches!(verdict.situation, Situation::Judged | Situation::NoEvents);
    let reasons = nearest.filter(|_| is_looked_at).into_iter().flat_map(|window| {
        window.obstacles.iter().map(|obstacle| (name(*obstacle), reason(window, *obstacle)))
    });
    fields.extend(reasons);
    fields
}

fn judged(answer: &Answer, verdict: &Explanation, nearest: Option<&WindowVerdict>) -> String {
    // Of several the one that passes its bound by most, as the detector does.
    let passed = verdict.windows.iter().filter(|window| window.passes());
    let share = |window: &WindowVerdict| as_f64(window.seen) / window.bound;
    if let Some(window) = passed.max_by(|a, b| share(a).total_cmp(&share(b))) {
        return format!(
            "told at the end of this minute: saw {} in {}, expected {}, credible up to {}",
            count(window.seen),
            counted(window.minutes.into(), "minute"),
            amount(window.expected),
            amount(window.bound)
        );
    }
    let saw = nearest.map_or_else(String::new, what_it_saw);
    match &answer.insight {
        Some(insight) => format!(
            "part of the insight, which was told at {} UTC; by the end of this minute it had {saw}",
            time(insight.evidence.fired_at, true)
        ),
        None => saw,
    }
}

/// The window that came nearest to being unusual.
fn nearest(windows: &[WindowVerdict]) -> Option<&WindowVerdict> {
    let share = |window: &WindowVerdict| {
        window.least_unusual.map_or(-1.0, |least| as_f64(window.seen) / as_f64(least))
    };
    windows.iter().max_by(|a, b| share(a).total_cmp(&share(b)))
}

fn what_it_saw(window: &WindowVerdict) -> String {
    let takes = window.least_unusual.map_or_else(
        || "no count would have been unusual".to_owned(),
        |least| format!("{} would have been unusual", count(least)),
    );
    let minutes = counted(window.minutes.into(), "minute");
    format!("seen {} in {minutes}, the nearest of the windows, where {takes}", count(window.seen))
}

/// An obstacle in a word.
const fn name(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::TooFew { .. } => "floor",
        Obstacle::TooYoung => "young",
        Obstacle::WithinBound => "past",
        Obstacle::Repeats { .. } => "repeats",
        Obstacle::NotSurprising => "hour",
    }
}

/// An obstacle as a sentence.
fn reason(window: &WindowVerdict, obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::TooFew { least } => {
            format!("windows with fewer than {} are not looked at (--min-count)", count(least))
        }
        Obstacle::TooYoung => {
            "the logs are young, and this was not known for half an hour before".to_owned()
        }
        Obstacle::WithinBound => {
            let bound = amount(window.bound);
            format!("has it ever done such a thing? Its past makes up to {bound} credible")
        }
        Obstacle::Repeats { start, end } => format!(
            "the same came from {} to {} UTC, and what comes back on time is told once",
            time(start, true),
            time(end, start.day() != end.day())
        ),
        Obstacle::NotSurprising => format!(
            "is it improbable at this hour? A surprise of {}, where {} is needed",
            amount(window.surprise),
            amount(window.surprise_needed)
        ),
    }
}

/// The verdict on a window in a few words.
pub fn state(window: &WindowVerdict) -> String {
    if window.passes() {
        return "passes".to_owned();
    }
    let words = window.obstacles.iter().map(|obstacle| name(*obstacle));
    format!("no: {}", words.collect::<Vec<_>>().join(", "))
}

/// What decided a window's bound, and what was left out of what it saw.
pub fn bound(window: &WindowVerdict) -> String {
    let largest = window.largest_before.map_or_else(|| "nothing".to_owned(), count);
    let mut text = match window.limit {
        Limit::Level => "bound by the law of the daily maxima".to_owned(),
        Limit::MostRatio => format!("bound by the most that is credible after {largest}"),
        Limit::LeastRatio => format!("bound by the least ratio to the largest, {largest}"),
        Limit::SmallCounts => format!("bound by the margin for small counts above {largest}"),
        Limit::Newborn => "bound by what a new subject may bring".to_owned(),
        Limit::FiveMinutes => "bound by that of five minutes".to_owned(),
        Limit::Learning => format!("bound by learning, after {largest}"),
    };
    if window.mostly_newcomers {
        let (new, all) = (count(window.newcomers), count(window.seen));
        _ = write!(text, "; {new} of {all} by newcomers, which asks for less");
    }
    if window.minutes > 1 && window.seen > 0 {
        let (busiest, all) = (count(window.busiest_minute.into()), count(window.seen));
        _ = write!(text, "; {busiest} of {all} in the busiest minute");
    }
    match window.counted.saturating_sub(window.seen) {
        0 => {}
        more => {
            _ = write!(text, "; {} more left out, of an incident or before a gap", count(more));
        }
    }
    text
}

/// What the verdicts rest on.
pub fn history(history: &HistoryUsed) -> String {
    let mut text = format!("{} of logs", days(history.logged_days));
    if history.telling_days < history.logged_days {
        _ = write!(text, ", {} of them of days like this one", days(history.telling_days));
    }
    match history.first_seen {
        None => text.push_str("; not seen before"),
        Some(first) => {
            let known = counted(history.known_days as u64, "full day");
            _ = write!(text, "; first seen {} UTC, {known} known", time(first, true));
        }
    }
    if history.learning {
        text.push_str("; still learning: below two such days only what stands out by far is told");
    }
    text
}

fn days(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "28 at most")]
    let minutes = (days * f64::from(DAY)).round().clamp(0.0, 1e6) as u32;
    duration(minutes)
}

/// What is special about a day.
pub fn day(day: &HistoryDay) -> String {
    let mut notes = Vec::new();
    match day.usage {
        DayUse::Today => notes.push("today, until an hour before".to_owned()),
        DayUse::HalfLogged => notes.push("less than half logged: not in the law".to_owned()),
        DayUse::Full | DayUse::BeforeFirstSeen => {}
    }
    let quiet: Vec<String> = WINDOWS
        .iter()
        .zip(day.quiet)
        .filter(|(_, quiet)| *quiet)
        .map(|(minutes, _)| minutes.to_string())
        .collect();
    if quiet.len() == WINDOWS.len() {
        notes.push("quiet: left out".to_owned());
    } else if !quiet.is_empty() {
        notes.push(format!("quiet: left out for {}", quiet.join(", ")));
    }
    if day.incident {
        notes.push("incident left out".to_owned());
    }
    notes.join("; ")
}

/// What is compared with what below.
pub fn stretches(answer: &Answer) -> String {
    let period = duration(answer.period.minutes());
    let stretch = match answer.insight {
        Some(_) => format!("the {period} of the insight"),
        None => format!("the {period} up to this minute"),
    };
    format!(
        "Events a minute in {stretch}, and in the baseline from {} UTC on ({} logged); NEW: not \
         in the baseline",
        time(answer.baseline.start, true),
        duration(answer.baseline_minutes)
    )
}

/// A subject, as insights about it are headed.
pub fn what(subject: &SubjectName) -> String {
    let SubjectName { event_source, event_name, error_code, scope, .. } = subject;
    if subject.insight_type.is_roll_up() {
        return roll_up(subject.insight_type, scope.as_deref());
    }
    api(event_source, event_name, error_code.as_deref())
}

/// `identities: 28, 24 new`
pub fn values(breakdown: &Breakdown) -> String {
    let what = match breakdown.attribute {
        Attribute::UserIdentityArn => "identities",
        Attribute::UserAgent => "agents",
        Attribute::ErrorCode => "error codes",
        Attribute::SourceIpAddress => "addresses",
        Attribute::Api => "APIs",
    };
    let distinct = count(breakdown.distinct as u64);
    match breakdown.new {
        0 => format!("{what}: {distinct}"),
        new => format!("{what}: {distinct}, {} new", count(new as u64)),
    }
}

/// When, where, why it may belong here, and the id.
pub fn neighbour(neighbour: &Neighbour) -> String {
    let (start, end) = (neighbour.start, neighbour.end);
    let because: Vec<&str> = neighbour
        .because
        .iter()
        .map(|because| match because {
            Because::SameMinutes => "same minutes",
            Because::SameIdentity => "same identity",
        })
        .collect();
    format!(
        "{} → {} UTC, {}, {}; {}; {}",
        time(start, true),
        time(end, start.day() != end.day()),
        neighbour.subject.account,
        neighbour.subject.region,
        because.join(", "),
        neighbour.shared_event_id
    )
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
const fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minute::Minute;

    fn window(seen: u64, least_unusual: Option<u64>, obstacles: &[Obstacle]) -> WindowVerdict {
        WindowVerdict {
            minutes: 5,
            counted: seen + 7,
            seen,
            newcomers: 2,
            mostly_newcomers: false,
            busiest_minute: 3,
            expected: 0.4,
            bound: 31.2,
            limit: Limit::MostRatio,
            largest_before: Some(15),
            surprise: 3.2,
            surprise_needed: 8.0,
            least_unusual,
            obstacles: obstacles.to_vec(),
        }
    }

    #[test]
    fn every_obstacle_has_a_word_and_a_sentence() {
        let (start, end) = (Minute::new(29_551_082), Minute::new(29_551_092));
        let obstacles = [
            Obstacle::TooFew { least: 10 },
            Obstacle::TooYoung,
            Obstacle::WithinBound,
            Obstacle::Repeats { start, end },
            Obstacle::NotSurprising,
        ];
        let window = window(4, Some(32), &obstacles);
        assert_eq!(state(&window), "no: floor, young, past, repeats, hour");
        let sentences: Vec<String> =
            obstacles.iter().map(|obstacle| reason(&window, *obstacle)).collect();
        insta::assert_snapshot!(sentences.join("\n"));
    }

    #[test]
    fn the_nearest_window_is_the_one_that_lacked_least() {
        let windows = [window(4, Some(32), &[]), window(9, Some(10), &[]), window(90, None, &[])];
        let nearest = nearest(&windows).unwrap();
        assert_eq!(
            what_it_saw(nearest),
            "seen 9 in 5 minutes, the nearest of the windows, where 10 would have been unusual"
        );
        assert!(what_it_saw(&windows[2]).ends_with("where no count would have been unusual"));
    }

    #[test]
    fn a_bound_says_what_decided_it_and_what_was_left_out() {
        let mut window = window(4, Some(32), &[]);
        assert_eq!(
            bound(&window),
            "bound by the most that is credible after 15; 3 of 4 in the busiest minute; 7 more left \
             out, of an incident or before a gap"
        );
        window.counted = 4;
        window.mostly_newcomers = true;
        window.limit = Limit::Newborn;
        assert_eq!(
            bound(&window),
            "bound by what a new subject may bring; 2 of 4 by newcomers, which asks for less; 3 of 4 \
             in the busiest minute"
        );
    }
}
