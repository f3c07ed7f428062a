use super::*;
use crate::detect::Direction;
use crate::insight::traits::{Outcomes, Pace};
use crate::insight::{Attribute, Attribution, InsightType, assign_incidents, sample};
use crate::minute::HOUR;

fn told(change: impl FnOnce(&mut Insight)) -> Pattern {
    let mut insight = sample::burst();
    change(&mut insight);
    pattern(&insight)
}

fn kind(change: impl FnOnce(&mut Insight)) -> PatternKind {
    told(change).kind
}

fn denied(insight: &mut Insight) {
    insight.traits.outcome = Outcomes { failed: 1.0, denied: 1.0, ..Outcomes::default() };
}

fn failed_logins(insight: &mut Insight, names: usize) {
    insight.traits.outcome = Outcomes { failed: 1.0, failed_login: 0.9, ..Outcomes::default() };
    insight.traits.names_tried = names;
}

fn over_apis(insight: &mut Insight, distinct: usize, newcomers: usize) {
    insight.insight_type = InsightType::IdentityErrorRate;
    let apis = Attribution {
        attribute: Attribute::Api,
        onset: Vec::new(),
        whole: Vec::new(),
        baseline: Vec::new(),
        distinct,
        newcomers,
    };
    insight.attributions.push(apis);
}

fn strange(insight: &mut Insight) {
    let culprit = &mut insight.traits.culprits[0];
    (culprit.known_agent, culprit.known_address) = (false, false);
}

#[test]
fn every_kind_has_one_row_and_unclear_is_the_last() {
    for (row, next) in PATTERNS.iter().zip(&PATTERNS[1..]) {
        assert!(row.kind < next.kind);
        assert_eq!(row.kind.row(), row);
    }
    assert_eq!(PATTERNS[PATTERNS.len() - 1].kind, PatternKind::Unclear);
}

#[test]
fn a_drop_comes_before_all() {
    let dropped = kind(|i| {
        denied(i);
        i.direction = Direction::Drop;
    });
    assert_eq!(dropped, PatternKind::Drop);
}

#[test]
fn slow_guesses_of_many_names_are_a_spray() {
    let after = |minutes, events| {
        kind(|i| {
            failed_logins(i, 5);
            i.span.end = i.span.start + minutes;
            i.whole = crate::insight::Rate { events, minutes };
        })
    };
    assert_eq!(after(2 * HOUR, 600), PatternKind::PasswordSpray);
    assert_eq!(after(2 * HOUR, 601), PatternKind::CredentialStuffing);
    assert_eq!(after(2 * HOUR - 1, 300), PatternKind::CredentialStuffing);
}

#[test]
fn names_that_do_not_exist_are_many() {
    assert_eq!(kind(|i| failed_logins(i, 5)), PatternKind::CredentialStuffing);
    let hidden = told(|i| {
        failed_logins(i, 1);
        i.traits.unknown_names = true;
    });
    assert_eq!(hidden.kind, PatternKind::CredentialStuffing);
    assert_eq!(
        hidden.sentence(),
        "credential stuffing (T1110.004): 90% of 3204 events are failed logins of unknown users \
         from one address, at once: 160.2 a minute."
    );
    // One name is somebody's password.
    assert_eq!(kind(|i| failed_logins(i, 4)), PatternKind::BruteForce);
}

#[test]
fn probing_is_broad_and_new() {
    let probed = |distinct, newcomers| {
        kind(|i| {
            denied(i);
            over_apis(i, distinct, newcomers);
        })
    };
    assert_eq!(probed(5, 3), PatternKind::PermissionProbing);
    assert_eq!(probed(6, 2), PatternKind::Unclear);
    assert_eq!(probed(4, 4), PatternKind::Unclear);
    assert_eq!(probed(1, 1), PatternKind::BruteForce);
    let two = kind(|i| {
        denied(i);
        over_apis(i, 9, 9);
        i.traits.culprits[0].share = 0.7;
    });
    assert_eq!(two, PatternKind::Unclear);
}

#[test]
fn a_leaked_key_is_known_and_all_about_it_is_new() {
    assert_eq!(kind(strange), PatternKind::LeakedKey);
    let but = |change: fn(&mut crate::insight::traits::Culprit)| {
        kind(|i| {
            strange(i);
            change(&mut i.traits.culprits[0]);
        })
    };
    for kind in [
        but(|culprit| culprit.known = false),
        but(|culprit| culprit.known_agent = true),
        but(|culprit| culprit.known_address = true),
        but(|culprit| culprit.addresses_before = 11),
        but(|culprit| culprit.identity = "autoscaling.amazonaws.com".to_owned()),
    ] {
        assert_eq!(kind, PatternKind::RunawayScript);
    }
}

#[test]
fn a_deploy_brings_new_agents_and_new_machines() {
    let failing = |share: f64, deployed| {
        kind(|i| {
            strange(i);
            i.traits.outcome = Outcomes { failed: share, denied: share, ..Outcomes::default() };
            i.traits.deployed_before = deployed;
        })
    };
    assert_eq!(failing(0.7, Some(4)), PatternKind::BrokenDeployment);
    assert_eq!(failing(0.7, None), PatternKind::LeakedKey);
    assert_eq!(failing(0.3, Some(4)), PatternKind::LeakedKey);
    let nonsense = kind(|i| {
        strange(i);
        i.traits.outcome.failed = 0.9;
    });
    assert_eq!(nonsense, PatternKind::BrokenDeployment);
}

#[test]
fn a_deployment_is_broken_when_a_known_role_fails_after_it() {
    let failing = |deployed, known_agent| {
        kind(|i| {
            denied(i);
            i.traits.deployed_before = deployed;
            i.traits.culprits[0].known_agent = known_agent;
        })
    };
    assert_eq!(failing(Some(3), true), PatternKind::BrokenDeployment);
    assert_eq!(failing(None, false), PatternKind::BrokenDeployment);
    assert_eq!(failing(None, true), PatternKind::BruteForce);
    let a_person = kind(|i| {
        denied(i);
        i.traits.deployed_before = Some(0);
        i.traits.culprits[0].identity = "arn:aws:iam::123456789012:user/ana".to_owned();
    });
    assert_eq!(a_person, PatternKind::BruteForce);
}

#[test]
fn what_is_throttled_is_tried_again() {
    let throttled = |share| {
        kind(|i| {
            let outcome = Outcomes { failed: share, throttled: share, ..Outcomes::default() };
            i.traits.outcome = outcome;
        })
    };
    assert_eq!(throttled(0.5), PatternKind::RetryStorm);
    assert_eq!(throttled(0.4), PatternKind::RunawayScript);
}

#[test]
fn new_work_has_no_past_or_stays_and_does_not_fail() {
    let never = |i: &mut Insight| {
        i.evidence.largest_before = None;
        i.baseline.events = 0;
    };
    assert_eq!(kind(never), PatternKind::NewWorkload);
    let stays = |i: &mut Insight| i.span.end = i.span.start + 12 * HOUR;
    assert_eq!(kind(stays), PatternKind::NewWorkload);
    let fails = |i: &mut Insight| {
        stays(i);
        i.traits.outcome.failed = 0.2;
    };
    assert_eq!(kind(fails), PatternKind::RunawayScript);
    // Everything is new to logs that have just begun.
    let learning = |i: &mut Insight| {
        never(i);
        i.evidence.learning = true;
    };
    assert_eq!(kind(learning), PatternKind::RunawayScript);
}

#[test]
fn a_script_is_one_or_two_and_even() {
    assert_eq!(kind(|_| ()), PatternKind::RunawayScript);
    let two = |share| {
        kind(|i| {
            let mut other = i.traits.culprits[0].clone();
            other.identity = "arn:aws:iam::123456789012:user/ana".to_owned();
            other.share = share;
            i.traits.culprits[0].share = 0.4;
            i.traits.culprits.push(other);
        })
    };
    assert_eq!(two(0.4), PatternKind::RunawayScript);
    assert_eq!(two(0.3), PatternKind::Unclear);
    assert_eq!(
        kind(|i| i.traits.pace = Pace { active: 0.4, variation: 0.1 }),
        PatternKind::Unclear
    );
    assert_eq!(
        kind(|i| i.traits.pace = Pace { active: 0.9, variation: 1.3 }),
        PatternKind::Unclear
    );
    assert_eq!(kind(|i| i.traits.culprits[0].agent_share = 0.5), PatternKind::Unclear);
    let errors = told(|i| {
        i.insight_type = InsightType::ApiErrorRate;
        i.traits.outcome.failed = 1.0;
    });
    assert_eq!(
        errors.sentence(),
        "unclear: 98% of the rise of RunInstances are of one identity known to the account; 100% failed."
    );
}

#[test]
fn a_leading_insight_borrows_only_what_it_lacks() {
    let mut insights = vec![sample::burst(), sample::burst()];
    insights[0].severity = crate::insight::Severity::High;
    insights[0].pattern = Pattern { kind: PatternKind::LeakedKey, why: "Stolen.".to_owned() };
    insights[1].pattern = Pattern { kind: PatternKind::BruteForce, why: "Refused.".to_owned() };
    assign_incidents(&mut insights);
    lend_patterns(&mut insights);
    assert_eq!(insights[1].pattern.kind, PatternKind::BruteForce);
    insights[1].pattern = Pattern::unclear();
    lend_patterns(&mut insights);
    assert_eq!(
        insights[1].pattern.sentence(),
        "leaked key (T1078.004): Stolen. (Seen in the call rate of the same incident.)"
    );
}
