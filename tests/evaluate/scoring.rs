//! Every figure, on labels and insights with a known answer.

use trailspike::evaluate::{Score, Share, Size, Spread, SubjectClass, Told};
use trailspike::insight::{PatternKind, Severity};
use trailspike::labels::{Expected, Incident, IncidentKind as Kind, LabelledSubject, Labels};

use crate::truth::{
    DAY, at, burst, calls, effect, incident, labels, perfect, series, taken_for, told,
};

const fn share(part: u64, of: u64) -> Share {
    Share { part, of }
}

#[expect(clippy::unnecessary_wraps, reason = "figures are options")]
fn spread(of: usize, median: u32, p95: u32, most: u32) -> Option<Spread> {
    Some(Spread { of, median, p95, most })
}

#[test]
fn insights_made_of_the_labels_are_perfect() {
    let mut incidents = vec![
        burst("Step", Kind::RunawayRead, 5 * DAY, 5 * DAY + 20),
        burst("Ramp", Kind::SlowRamp, 6 * DAY, 6 * DAY + 40),
        burst("Open", Kind::OpenAtEnd, 28 * DAY - 9, 28 * DAY),
        burst("Level", Kind::LevelShift, 9 * DAY, 28 * DAY),
    ];
    incidents[2].ongoing = true;
    incidents[3].ongoing = true;
    let labels = labels(incidents);
    let score = Score::with_lists(&labels, &perfect(&labels));
    assert_eq!((score.incidents, score.effects), (share(4, 4), share(4, 4)));
    assert_eq!(
        (score.start_errors.all, score.end_errors.all),
        (spread(4, 0, 0, 0), spread(2, 0, 0, 0))
    );
    assert_eq!(score.start_errors.ramps, spread(1, 0, 0, 0));
    assert_eq!(score.minutes_to_detect, spread(4, 1, 1, 1));
    assert_eq!((score.insights, score.outside), (4, 0));
    assert_eq!((score.false_insights.later, score.false_insights.early), (0, 0));
    assert_eq!(score.told_more_than_once, share(0, 4));
    assert_eq!((score.level_shifts_told_once, score.open_at_end), (share(1, 1), share(1, 1)));
    assert_eq!(
        (score.first_identity.at_start, score.first_identity.at_end),
        (share(4, 4), share(2, 2))
    );
    assert_eq!((score.missed, score.wrong), (Some(vec![]), Some(vec![])));
}

#[test]
fn nothing_told_finds_nothing() {
    let labels = labels(vec![burst("A", Kind::Plateau, 5 * DAY, 5 * DAY + 360)]);
    let score = Score::with_lists(&labels, &[]);
    assert_eq!((score.incidents, score.effects, score.insights), (share(0, 1), share(0, 1), 0));
    assert_eq!((score.start_errors.all, score.minutes_to_detect), (None, None));
    let missed = score.missed.unwrap();
    assert_eq!((missed.len(), missed[0].incident.as_str()), (1, "A"));
    assert!(!missed[0].incident_found);
}

#[test]
fn an_insight_meets_what_is_two_minutes_away_and_no_further() {
    let labels = labels(vec![burst("A", Kind::OneMinuteBurst, 7_000, 7_010)]);
    let found = |start, end| Score::new(&labels, &[told("A", start, end)]).effects.part == 1;
    assert!(found(7_012, 7_020) && !found(7_013, 7_020));
    assert!(found(6_990, 6_998) && !found(6_990, 6_997));
    let other = |change: fn(&mut Told)| {
        let mut told = told("A", 7_000, 7_010);
        change(&mut told);
        Score::new(&labels, &[told])
    };
    let wrong = other(|told| told.series.subject = calls("B"));
    assert_eq!((wrong.effects.part, wrong.false_insights.later), (0, 1));
    let wrong = other(|told| told.series.account = "444455556666".to_owned());
    assert_eq!((wrong.effects.part, wrong.false_insights.later), (0, 1));
    let error = other(|told| {
        told.series.subject = LabelledSubject::ApiErrors {
            event_source: "ec2.amazonaws.com".to_owned(),
            event_name: "A".to_owned(),
            error_code: "AccessDenied".to_owned(),
        };
    });
    assert_eq!((error.effects.part, error.false_insights.later), (0, 1));
}

#[test]
fn what_the_labels_say_nothing_of_is_not_judged() {
    let labels = labels(vec![burst("A", Kind::Plateau, 5 * DAY, 5 * DAY + 360)]);
    let outside: [fn(&mut Told); 4] = [
        |told| told.series.account = "999999999999".to_owned(),
        |told| told.series.region = "us-east-1".to_owned(),
        |told| (told.start, told.end) = (at(0) - 1, Some(at(4))),
        |told| (told.start, told.end) = (at(28 * DAY), None),
    ];
    for change in outside {
        let mut told = told("B", 6_000, 6_010);
        change(&mut told);
        let score = Score::new(&labels, &[told]);
        assert_eq!((score.outside, score.insights, score.false_insights.later), (1, 0, 0));
    }
}

#[test]
fn false_insights_are_an_account_and_week_from_the_third_day_on() {
    let all = [
        told("A", 0, 5),
        told("A", 2 * DAY - 1, 2 * DAY + 30),
        told("B", 2 * DAY, 2 * DAY + 3),
        told("B", 9 * DAY, 9 * DAY + 3),
        told("C", 20 * DAY, 20 * DAY + 3),
    ];
    let mut month = labels(Vec::new());
    month.regions.push("us-east-1".to_owned());
    let wrong = Score::new(&month, &all).false_insights;
    assert_eq!((wrong.early, wrong.later), (2, 3));
    // 26 days of two accounts.
    assert_eq!(wrong.per_account_week, Some(0.4038));
    assert_eq!(wrong.per_account_region_week, Some(0.2019));
    assert_eq!((wrong.early_per_account, wrong.early_per_account_region), (Some(1.0), Some(0.5)));
    month.end = at(2 * DAY);
    let wrong = Score::new(&month, &all).false_insights;
    assert_eq!(
        (wrong.later, wrong.per_account_week, wrong.early_per_account),
        (0, None, Some(1.0))
    );
}

#[test]
fn an_incident_is_found_when_any_effect_that_has_to_be_told_is() {
    let mut either = effect(calls("Either"), 7_000, 7_010);
    either.expected = Expected::Either;
    let mut thin = effect(calls("Thin"), 7_000, 7_010);
    thin.expected = Expected::RollUp;
    let identity = LabelledSubject::IdentityErrors { identity: "ana".to_owned() };
    let probing = incident(
        "probing",
        Kind::PermissionProbing,
        vec![
            effect(calls("A"), 7_000, 7_010),
            effect(identity, 7_000, 7_010),
            either.clone(),
            thin.clone(),
        ],
    );
    let only_thin =
        incident("thin", Kind::PasswordSpray, vec![effect(calls("B"), 9_000, 9_010), thin]);
    let nothing = incident("nothing", Kind::AccessDeniedSpike, vec![either]);
    let labels = labels(vec![probing, only_thin, nothing]);
    let score = Score::with_lists(
        &labels,
        &[told("A", 7_000, 7_010), told("Either", 7_000, 7_010), told("Thin", 7_000, 7_010)],
    );
    assert_eq!((score.incidents, score.effects), (share(1, 2), share(1, 3)));
    assert_eq!((score.insights, score.false_insights.later), (3, 0));
    let classes: Vec<_> = score.by_class.iter().map(|row| (row.class, row.effects)).collect();
    assert_eq!(
        classes,
        [(SubjectClass::ApiCalls, share(1, 2)), (SubjectClass::IdentityErrors, share(0, 1))]
    );
    let two = score.by_size.iter().find(|row| row.size == Some(Size::nearest(2.0))).unwrap();
    assert_eq!((two.apis, two.roll_ups), (share(1, 2), share(0, 1)));
    let kinds: Vec<_> = score.by_kind.iter().map(|row| (row.kind, row.incidents)).collect();
    assert_eq!(kinds, [(Kind::PasswordSpray, share(0, 1)), (Kind::PermissionProbing, share(1, 1))]);
    let missed = score.missed.unwrap();
    let elsewhere: Vec<_> =
        missed.iter().map(|one| (one.incident.as_str(), one.incident_found)).collect();
    assert_eq!(elsewhere, [("probing", true), ("thin", false)]);
}

#[test]
fn sizes_are_the_nearest_and_none_is_a_row_of_its_own() {
    let sized = |id: &str, size| {
        let mut one = burst(id, Kind::RunawayWrite, 7_000, 7_010);
        one.effects[0].size = size;
        one
    };
    let labels = labels(vec![
        sized("A", Some(1.4)),
        sized("B", Some(2.4)),
        sized("C", Some(40.0)),
        sized("D", Some(4.0)),
        sized("E", None),
        Incident { kind: Kind::DropToZero, ..sized("F", Some(1.0)) },
    ]);
    let score = Score::new(&labels, &["B", "C", "E"].map(|name| told(name, 7_000, 7_010)));
    let rows: Vec<_> = score
        .by_size
        .iter()
        .filter(|row| row.apis.of > 0)
        .map(|row| (row.size.map(Size::times), row.apis))
        .collect();
    let expected = [
        (Some(1), share(0, 1)),
        (Some(2), share(1, 1)),
        (Some(5), share(0, 1)),
        (Some(30), share(1, 1)),
        (None, share(1, 1)),
    ];
    assert_eq!(rows, expected);
    assert_eq!(score.recall_of_sizes(5, u32::MAX), share(1, 2));
}

#[test]
fn errors_of_starts_and_ends_are_minutes_by_group() {
    let labels = labels(vec![
        burst("A", Kind::RunawayRead, 7_000, 7_010),
        burst("B", Kind::OneMinuteBurst, 8_000, 8_001),
        burst("C", Kind::SlowRamp, 9_000, 9_040),
        burst("D", Kind::LowAndSlow, 10_000, 10_180),
    ]);
    let told = [
        told("A", 6_997, 7_010),
        told("B", 8_000, 8_003),
        told("C", 9_007, 9_039),
        told("D", 10_050, 10_100),
    ];
    let score = Score::new(&labels, &told);
    assert_eq!(score.start_errors.steps, spread(2, 0, 3, 3));
    assert_eq!(score.start_errors.ramps, spread(1, 7, 7, 7));
    assert_eq!(score.start_errors.all, spread(4, 3, 50, 50));
    assert_eq!(score.end_errors.steps, spread(2, 0, 2, 2));
    assert_eq!(score.end_errors.ramps, spread(1, 1, 1, 1));
    assert_eq!(score.end_errors.all, spread(4, 1, 80, 80));
    // The verdict fell a minute after the told start's end; of A that is before it began.
    assert_eq!(score.minutes_to_detect, spread(4, 2, 52, 52));
}

#[test]
fn a_second_insight_on_one_effect_is_a_split() {
    let labels = labels(vec![
        burst("A", Kind::Plateau, 7_000, 7_360),
        burst("B", Kind::LevelShift, 9_000, 28 * DAY),
    ]);
    let told = [
        told("A", 7_000, 7_100),
        told("A", 7_115, 7_358),
        told("B", 9_000, 9_000 + DAY),
        told("B", 20_000, 20_010),
    ];
    let score = Score::new(&labels, &told);
    assert_eq!((score.told_more_than_once, score.effects), (share(2, 2), share(2, 2)));
    assert_eq!(
        (score.start_errors.all, score.end_errors.all),
        (spread(2, 0, 0, 0), spread(1, 2, 2, 2))
    );
    assert_eq!(score.level_shifts_told_once, share(0, 1));
    assert_eq!(Score::new(&labels, &told[..3]).level_shifts_told_once, share(1, 1));
    assert_eq!(score.false_insights.later, 0);
}

#[test]
fn of_incidents_that_run_into_each_other_one_insight_tells_both() {
    let mut second = burst("second", Kind::Overlap, 7_008, 7_030);
    second.effects[0].subject = calls("A");
    let labels = labels(vec![burst("A", Kind::RunawayRead, 7_000, 7_010), second]);
    let both = Score::new(&labels, &[told("A", 7_000, 7_030)]);
    assert_eq!((both.effects, both.told_more_than_once), (share(2, 2), share(0, 1)));
    assert_eq!(
        (both.start_errors.all, both.end_errors.all),
        (spread(1, 0, 0, 0), spread(1, 0, 0, 0))
    );
    let each = Score::new(&labels, &[told("A", 7_000, 7_009), told("A", 7_009, 7_030)]);
    assert_eq!((each.effects, each.told_more_than_once), (share(2, 2), share(0, 2)));
    assert_eq!(each.start_errors.all, spread(2, 0, 1, 1));
}

#[test]
fn an_insight_without_an_end_goes_on_until_the_logs_end() {
    let mut open = burst("Open", Kind::OpenAtEnd, 28 * DAY - 9, 28 * DAY);
    open.ongoing = true;
    let labels = labels(vec![open, burst("A", Kind::RunawayRead, 28 * DAY - 100, 28 * DAY - 90)]);
    let mut all = [told("Open", 28 * DAY - 9, 0), told("A", 28 * DAY - 100, 0)];
    for told in &mut all {
        (told.end, told.doer) = (None, None);
    }
    let score = Score::new(&labels, &all);
    assert_eq!(score.end_errors.all, spread(1, 90, 90, 90));
    assert_eq!(score.open_at_end, share(1, 1));
    all[0].end = Some(at(28 * DAY));
    assert_eq!(Score::new(&labels, &all).open_at_end, share(0, 1));
}

#[test]
fn the_first_identity_is_that_of_the_first_caller() {
    let mut nobody = burst("B", Kind::DropToZero, 8_000, 8_010);
    nobody.callers.clear();
    let labels_of = |kind| labels(vec![burst("A", kind, 7_000, 7_010), nobody.clone()]);
    let (labels, of_two) = (labels_of(Kind::RunawayRead), labels_of(Kind::TwoCulprits));
    let score_in = |labels: &Labels, starter: Option<&str>, doer: Option<&str>| {
        let mut one = told("A", 7_000, 7_010);
        (one.starter, one.doer) = (starter.map(str::to_owned), doer.map(str::to_owned));
        let first = Score::new(labels, &[one, told("B", 8_000, 8_010)]).first_identity;
        (first.at_start, first.at_end)
    };
    let score = |starter, doer| score_in(&labels, starter, doer);
    let (ci, ana) =
        ("arn:aws:sts::111122223333:assumed-role/ci", "arn:aws:iam::111122223333:user/ana");
    let session = "arn:aws:sts::111122223333:assumed-role/ci/build-9";
    assert_eq!(score(Some(ci), Some(ci)), (share(1, 1), share(1, 1)));
    assert_eq!(score(Some(ana), Some(session)), (share(0, 1), share(1, 1)));
    assert_eq!(score(Some(session), None), (share(1, 1), share(0, 0)));
    // Of two culprits each is right.
    assert_eq!(score_in(&of_two, Some(ana), Some(ci)), (share(1, 1), share(1, 1)));
}

#[test]
fn second_strikes_and_callers_are_counted_as_incidents() {
    let mut new = burst("A", Kind::SecondStrike, 7_000, 7_010);
    new.new_callers = true;
    let labels = labels(vec![
        new,
        burst("B", Kind::SecondStrike, 8_000, 8_010),
        burst("C", Kind::RunawayRead, 8_000, 8_010),
    ]);
    let score = Score::new(&labels, &[told("A", 7_000, 7_010), told("C", 8_000, 8_010)]);
    assert_eq!(score.second_strikes, share(1, 2));
    assert_eq!((score.usual_callers, score.new_callers), (share(1, 2), share(1, 1)));
}

#[test]
fn roll_ups_are_matched_by_who_they_are_about() {
    let address =
        |source_ip: &str| LabelledSubject::AddressDenials { source_ip: source_ip.to_owned() };
    let spray =
        incident("S", Kind::PasswordSpray, vec![effect(address("203.0.113.9"), 7_000, 7_300)]);
    let labels = labels(vec![spray]);
    let found = |subject| {
        let told = Told { series: series(subject), ..told("x", 7_001, 7_300) };
        Score::new(&labels, &[told]).effects.part
    };
    assert_eq!((found(address("203.0.113.9")), found(address("203.0.113.8"))), (1, 0));
    assert_eq!(found(LabelledSubject::AccountDenials), 0);
}

/// One incident on two APIs, and one on a third.
fn two_incidents() -> Labels {
    let effects = vec![effect(calls("A"), 7_000, 7_010), effect(calls("B"), 7_000, 7_010)];
    labels(vec![
        incident("one", Kind::LeakedKey, effects),
        burst("C", Kind::RunawayRead, 7_000, 7_010),
    ])
}

#[test]
fn an_incident_is_one_when_all_that_tells_of_it_is() {
    let labels = two_incidents();
    let of = |incidents: [&str; 3]| {
        let told = ["A", "B", "C"].map(|name| told(name, 7_000, 7_010));
        let all: Vec<Told> = told
            .into_iter()
            .zip(incidents)
            .map(|(told, incident)| taken_for(told, incident, PatternKind::LeakedKey))
            .collect();
        let score = Score::with_lists(&labels, &all);
        let figures = score.as_incidents;
        let row = figures.all;
        let names: Vec<_> = score
            .mistaken
            .unwrap()
            .into_iter()
            .filter(|one| one.incidents.len() > 1 || !one.mixed_with.is_empty())
            .map(|one| format!("{} {:?}", one.incident, one.mixed_with))
            .collect();
        (row.one_incident, row.split, row.mixed, figures.mixed_incidents, names.join(", "))
    };
    assert_eq!(of(["x", "x", "y"]), (share(2, 2), 0, 0, 0, String::new()));
    assert_eq!(of(["x", "z", "y"]), (share(1, 2), 1, 0, 0, "one []".to_owned()));
    let both = r#"C ["one"], one ["C"]"#.to_owned();
    assert_eq!(of(["x", "x", "x"]), (share(0, 2), 0, 2, 1, both.clone()));
    assert_eq!(of(["x", "y", "y"]), (share(0, 2), 1, 2, 1, both));
}

#[test]
fn a_pattern_is_right_or_not_and_unclear_is_not() {
    let labels = two_incidents();
    let of = |patterns: [PatternKind; 2]| {
        let told: Vec<Told> = ["A", "C"]
            .into_iter()
            .zip(patterns)
            .map(|(name, pattern)| taken_for(told(name, 7_000, 7_010), name, pattern))
            .collect();
        let figures = Score::new(&labels, &told).as_incidents;
        let kinds = figures.by_kind.iter().map(|of| (of.kind, of.row.right_pattern));
        (figures.all.right_pattern, figures.all.unclear, kinds.collect::<Vec<_>>())
    };
    let kinds = |leaked, read| vec![(Kind::LeakedKey, leaked), (Kind::RunawayRead, read)];
    let right = of([PatternKind::LeakedKey, PatternKind::RunawayScript]);
    assert_eq!(right, (share(2, 2), 0, kinds(share(1, 1), share(1, 1))));
    let wrong = of([PatternKind::Unclear, PatternKind::LeakedKey]);
    assert_eq!(wrong, (share(0, 2), 1, kinds(share(0, 1), share(0, 1))));
}

#[test]
fn who_leads_speaks_and_of_several_the_most_urgent() {
    let labels = labels(vec![burst("A", Kind::LeakedKey, 7_000, 7_010)]);
    let right = |change: fn(&mut [Told; 3])| {
        let leaked = || taken_for(told("A", 7_000, 7_010), "x", PatternKind::LeakedKey);
        let script = || taken_for(told("A", 7_000, 7_010), "x", PatternKind::RunawayScript);
        // Whoever leads may be about something that labels do not have.
        let elsewhere = Told { series: series(calls("Z")), ..leaked() };
        let mut all = [script(), leaked(), elsewhere];
        for told in &mut all {
            told.taken_for.as_mut().unwrap().leads = false;
        }
        change(&mut all);
        Score::new(&labels, &all).as_incidents.all.right_pattern.part == 1
    };
    let severe = |told: &mut Told| told.taken_for.as_mut().unwrap().urgency.0 = Severity::Critical;
    let lead = |told: &mut Told| told.taken_for.as_mut().unwrap().leads = true;
    assert!(right(|all| all[2].taken_for.as_mut().unwrap().leads = true));
    assert!(!right(|all| all[0].taken_for.as_mut().unwrap().leads = true));
    // Without the one that leads the most urgent does.
    assert!(right(|all| all[1].taken_for.as_mut().unwrap().urgency.1 = 101));
    assert!(!right(|all| all[0].taken_for.as_mut().unwrap().urgency.1 = 101));
    // Of two incidents the more urgent speaks.
    let mut two = [told("A", 7_000, 7_004), told("A", 7_006, 7_010)]
        .map(|told| taken_for(told, "x", PatternKind::RunawayScript));
    two[1] = taken_for(two[1].clone(), "y", PatternKind::LeakedKey);
    two.iter_mut().for_each(lead);
    severe(&mut two[1]);
    let figures = Score::new(&labels, &two).as_incidents.all;
    assert_eq!((figures.right_pattern, figures.split), (share(1, 1), 1));
}

#[test]
fn overlaps_on_purpose_are_no_mix() {
    let mixed = |kinds: [Kind; 2], start: u32| {
        let mut second = burst("second", kinds[1], start, start + 20);
        second.effects[0].subject = calls("A");
        let labels = labels(vec![burst("A", kinds[0], 7_000, 7_010), second]);
        let told = [told("A", 7_000, 7_010), told("A", start, start + 20)]
            .map(|told| taken_for(told, "x", PatternKind::RunawayScript));
        let figures = Score::new(&labels, &told).as_incidents;
        (figures.all.one_incident, figures.mixed_incidents)
    };
    assert_eq!(mixed([Kind::Overlap, Kind::Overlap], 7_008), (share(2, 2), 0));
    assert_eq!(mixed([Kind::Overlap, Kind::Overlap], 9_000), (share(0, 2), 1));
    assert_eq!(mixed([Kind::Overlap, Kind::Plateau], 7_008), (share(0, 2), 1));
}

#[test]
fn what_does_not_say_its_incident_is_not_judged() {
    let labels = two_incidents();
    let told = ["A", "C"].map(|name| told(name, 7_000, 7_010));
    let figures = Score::new(&labels, &told).as_incidents;
    assert_eq!((figures.all.one_incident, figures.all.right_pattern), (share(0, 0), share(0, 0)));
    assert!(figures.by_kind.is_empty());
    let none = Score::new(&labels, &[]).as_incidents;
    assert_eq!((none.all.one_incident, none.mixed_incidents), (share(0, 0), 0));
}
