use super::*;
use crate::count::Globs;
use crate::insight::{InsightType, sample};

fn globs(glob: &str) -> Globs {
    Globs::new(&[glob.to_owned()], &[]).unwrap()
}

fn networks(network: &str) -> Vec<Network> {
    vec![network.parse().unwrap()]
}

fn rule(conditions: Conditions) -> Rule {
    Rule::new(conditions, "known", None).unwrap()
}

fn hides(conditions: Conditions, insight: &Insight) -> bool {
    rule(conditions).matches(insight)
}

/// An error rate, so that every kind of condition can be met.
fn error() -> Insight {
    let mut error = sample::burst();
    error.insight_type = InsightType::ApiErrorRate;
    error.error_code = Some("AccessDenied".to_owned());
    error
}

#[test]
fn each_condition_is_met_or_not() {
    type With = fn(&mut Conditions, &str);
    let each: [(With, &str, &str); 8] = [
        (|c, glob| c.accounts = Some(globs(glob)), "1234*", "1111*"),
        (|c, glob| c.regions = Some(globs(glob)), "us-*", "eu-*"),
        (|c, glob| c.event_sources = Some(globs(glob)), "ec2.*", "iam.*"),
        (|c, glob| c.event_names = Some(globs(glob)), "Run*", "Describe*"),
        (|c, glob| c.error_codes = Some(globs(glob)), "Access*", "Throttl*"),
        (|c, glob| c.insight_types = Some(globs(glob)), "ApiError*", "ApiCall*"),
        (|c, glob| c.identities = Some(globs(glob)), "*assumed-role/Admin", "*role/Ad"),
        (|c, glob| c.user_agents = Some(globs(glob)), "Boto3/*", "boto3/*"),
    ];
    for (with, met, not) in each {
        let condition = |glob| {
            let mut conditions = Conditions::default();
            with(&mut conditions, glob);
            conditions
        };
        assert!(hides(condition(met), &error()), "{met}");
        assert!(!hides(condition(not), &error()), "{not}");
    }
    let from =
        |network| Conditions { source_ips: Some(networks(network)), ..Conditions::default() };
    assert!(hides(from("203.0.113.0/24"), &error()));
    assert!(!hides(from("2001:db8::/32"), &error()));
}

#[test]
fn all_conditions_must_be_met() {
    let of = |event_names| Conditions {
        accounts: Some(globs("123456789012")),
        event_names,
        ..Conditions::default()
    };
    assert!(hides(of(Some(globs("RunInstances"))), &sample::burst()));
    assert!(!hides(of(Some(globs("StopInstances"))), &sample::burst()));
}

#[test]
fn those_named_must_have_half_of_the_events() {
    let identities =
        || Conditions { identities: Some(globs("*/scanner*")), ..Conditions::default() };
    let with = |events: &[(&str, u64)]| {
        let mut insight = sample::burst();
        insight.whole.events = 100;
        insight.attributions.truncate(1);
        insight.attributions[0].whole = events
            .iter()
            .map(|(value, events)| crate::insight::Share {
                value: (*value).to_owned(),
                events: *events,
            })
            .collect();
        insight
    };
    assert!(hides(identities(), &with(&[("role/scanner", 50), ("user/eve", 50)])));
    assert!(!hides(identities(), &with(&[("user/eve", 51), ("role/scanner", 49)])));
    assert!(hides(
        identities(),
        &with(&[("x", 40), ("role/scanner-a", 30), ("role/scanner-b", 20)])
    ));
    // Nobody made half of nothing.
    let mut silent = with(&[]);
    silent.whole.events = 0;
    assert!(!hides(identities(), &silent));
    silent.attributions.clear();
    assert!(!hides(identities(), &silent));
}

#[test]
fn a_name_that_is_no_address_is_in_no_network() {
    let everywhere =
        || Conditions { source_ips: Some(networks("0.0.0.0/0")), ..Conditions::default() };
    let mut insight = sample::burst();
    assert!(hides(everywhere(), &insight));
    insight.attributions[3].whole[0].value = "cloudformation.amazonaws.com".to_owned();
    assert!(!hides(everywhere(), &insight));
}

#[test]
fn a_roll_up_is_of_no_region_and_no_api_alone() {
    let mut roll_up = sample::burst();
    roll_up.insight_type = InsightType::IdentityCallRate;
    roll_up.event_source = "*".to_owned();
    roll_up.event_name = "*".to_owned();
    assert!(!hides(
        Conditions { regions: Some(globs("us-east-1")), ..Conditions::default() },
        &roll_up
    ));
    assert!(!hides(
        Conditions { event_names: Some(globs("R*")), ..Conditions::default() },
        &roll_up
    ));
    assert!(hides(Conditions { event_names: Some(globs("*")), ..Conditions::default() }, &roll_up));
    let calls = Conditions { error_codes: Some(globs("*")), ..Conditions::default() };
    assert!(!hides(calls, &roll_up));
}

#[test]
fn a_rule_without_condition_or_reason_is_none() {
    let anything = || Conditions { accounts: Some(globs("*")), ..Conditions::default() };
    assert_eq!(Rule::new(Conditions::default(), "why", None).unwrap_err(), BadRule::NoCondition);
    assert_eq!(Rule::new(anything(), " \t\n", None).unwrap_err(), BadRule::NoReason);
    assert_eq!(Rule::new(anything(), " why ", None).unwrap().reason(), "why");
}

#[test]
fn a_rule_hides_what_starts_before_it_expires() {
    let start = sample::burst().span.start;
    let conditions = || Conditions { accounts: Some(globs("*")), ..Conditions::default() };
    for (expires, hidden) in [(start, false), (start + 1, true), (start - 1, false)] {
        let rule = Rule::new(conditions(), "known", Some(expires)).unwrap();
        let mut insights = vec![sample::burst()];
        let done = Suppressions::new(vec![rule]).apply(&mut insights, Some(start - 100));
        assert_eq!((done.insights.len(), insights.len()), (hidden.into(), (!hidden).into()));
        assert_eq!(done.rules[0].hidden, usize::from(hidden));
        assert_eq!(done.rules[0].too_late, usize::from(!hidden));
        assert!(!done.rules[0].expired_before_logs);
    }
    let rule = Rule::new(conditions(), "known", Some(start - 100)).unwrap();
    let done = Suppressions::new(vec![rule]).apply(&mut Vec::new(), Some(start - 100));
    assert!(done.rules[0].expired_before_logs);
}

#[test]
fn what_is_left_and_what_is_hidden_are_incidents_of_their_own() {
    let mut insights = vec![sample::burst(), error()];
    insights[0].event_name = "StopInstances".to_owned();
    assign_incidents(&mut insights);
    assert_eq!(insights[0].incident.insights, 2);
    let rules = Suppressions::new(vec![
        rule(Conditions { error_codes: Some(globs("Nothing*")), ..Conditions::default() }),
        rule(Conditions { event_names: Some(globs("Stop*")), ..Conditions::default() }),
        rule(Conditions {
            event_names: Some(globs("*")),
            identities: Some(globs("nobody")),
            ..Conditions::default()
        }),
        rule(Conditions { event_names: Some(globs("S*")), ..Conditions::default() }),
    ]);
    assert_eq!(rules.reason(&insights[0]), Some("known"));
    assert_eq!(rules.reason(&insights[1]), None);
    let done = rules.apply(&mut insights, None);
    assert_eq!((insights.len(), done.insights.len()), (1, 1));
    assert!(insights[0].incident.leads && insights[0].incident.insights == 1);
    assert_eq!(done.insights[0].suppressed.as_deref(), Some("known"));
    assert_eq!(done.insights[0].event_name, "StopInstances");
    let did: Vec<_> = done.rules.iter().map(|rule| (rule.hidden, rule.shadowed)).collect();
    assert_eq!(did, [(0, 0), (1, 0), (0, 0), (0, 1)]);
    assert_eq!(done.rules_that_hide(), 1);
}
