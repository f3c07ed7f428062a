use proptest::prelude::*;

use super::*;
use crate::insight::sample;

fn printed(insights: &[Insight], options: TableOptions) -> String {
    let mut out = Vec::new();
    Table(options).write(insights, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_ordinary_insight() {
    insta::assert_snapshot!(printed(&[sample::burst()], TableOptions::default()), @"
    CRITICAL  ec2 RunInstances
      where    123456789012, us-east-1
      when     2026-03-09 14:02 → 14:22 UTC, 20 min
      seen     3,204 calls, 160 a minute against 0.0021 before (×76,074); peak 400
               at 14:05
      normal   expected 4 in 5 minutes, at most 31 in the last 28 days, credible up
               to 62, saw 812; chance below 1 in 10^40
      errors   Client.InstanceLimitExceeded on 6% of calls
      who      arn:aws:sts::123456789012:assumed-role/Admin  98%, 2 in all, 1 new
      agent    Boto3/1.34.36 md/Botocore#1.…CPython cfg/retry-mode#legacy  100%, new
      from     203.0.113.7  100%, new
      pattern  runaway script: one identity that never ran instances before started
               3,000 of them
      why      critical: 200 times the expected, new address
      around   13:02 ··▁···▁·····▆█▅▄········ 15:02
      id       faef9d82-c813-5a9b-a9f7-f55e3d4ff2ac
    ");
}

#[test]
fn hostile_names_and_a_short_history() {
    insta::assert_snapshot!(printed(&[sample::hostile()], TableOptions::default()), @r#"
    LOW  evil\u{202e}moc.swanozama\u{0} -Get\n…u{200b}Value<script> @Access\tDenied"
      where    =1+1, us-east-1
      when     2026-03-09 23:50 → 2026-03-10 00:10 UTC, 20 min
      seen     3,204 errors, 160 a minute against 0 before; peak 400 at 2026-03-10
               00:02
      normal   expected 0.0004 in 5 minutes, nothing to compare with before, saw
               812; practically no chance; still learning, history is short: 12
               minutes
      gap      30 min without any log left out of the baseline
      who      \u{301}  98%, new
      agent    =cmd|' /C calc'!A0\u{1b}[2J\…東京東京東京東京東京東京東京  100%, new
      from     (none)  <1%, new
      pattern  runaway script: one identity that never ran instances before started
               3,000 of them
      why      low: 200 times the expected, new address
      around   13:02 ··▁···▁·····▆█▅▄········ 15:02
      id       81d7cf0d-5595-53f6-972d-9ea0ebe911fa
    "#);
}

#[test]
fn a_drop_that_goes_on() {
    insta::assert_snapshot!(printed(&[sample::ongoing()], TableOptions::default()), @"
    MEDIUM  sqs DeleteMessage
      where    123456789012, us-east-1
      when     2026-03-09 14:02 UTC, ongoing, 1 d 1 h so far
      seen     9 calls, 0.006 a minute against 7 before (×0.0009)
      normal   expected 400 in 60 minutes, saw 3; chance below 1 in 10^40
      pattern  runaway script: one identity that never ran instances before started
               3,000 of them
      why      medium: 200 times the expected, new address
      around   13:02 ··▁···▁·····▆█▅▄········ 15:02
      id       b31ec3ee-44df-50f6-88c3-55bbb7f9a1bf
    ");
}

#[test]
fn a_narrow_terminal_without_unicode() {
    let options = TableOptions { width: 20, ascii: true, ..TableOptions::default() };
    let text = printed(&[sample::burst()], options);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text, @"
    CRITICAL  ec2...nces
      where
        123456789012,
        us-east-1
      when
        2026-03-09 14:02
        -> 14:22 UTC, 20
        min
      seen
        3,204 calls, 160
        a minute against
        0.0021 before
        (x76,074); peak
        400 at 14:05
      normal
        expected 4 in 5
        minutes, at most
        31 in the last
        28 days,
        credible up to
        62, saw 812;
        chance below 1
        in 10^40
      errors
        Client.InstanceL
        imitExceeded on
        6% of calls
      who
        arn:aw...e/Admin
        98%, 2 in all, 1
        new
      agent
        Boto3/...#legacy
        100%, new
      from
        203.0.113.7
        100%, new
      pattern
        runaway script:
        one identity
        that never ran
        instances before
        started 3,000 of
        them
      why
        critical: 200
        times the
        expected, new
        address
      around
        .:.:..@*....
      id
        faef9d82-c813-5a
        9b-a9f7-f55e3d4f
        f2ac
    ");
}

#[test]
fn colour_only_where_asked() {
    let insights = [sample::burst(), sample::hostile()];
    assert!(!printed(&insights, TableOptions::default()).contains('\u{1b}'));
    let coloured = printed(&insights, TableOptions { colour: true, ..TableOptions::default() });
    assert_eq!(coloured.matches('\u{1b}').count(), 3 + 1 + 2 + 1, "{coloured:?}");
}

#[test]
fn nothing_found_is_said() {
    assert_eq!(printed(&[], TableOptions::default()), "No insights.\n");
}

proptest! {
    #[test]
    fn no_line_is_too_wide_and_nothing_panics(
        name in any::<String>(),
        width in 0_usize..200,
        ascii in any::<bool>(),
        counts in proptest::collection::vec(any::<u64>(), 0..500),
        events in any::<u64>(),
        number in any::<f64>(),
    ) {
        let mut insight = sample::hostile();
        insight.account.clone_from(&name);
        insight.event_name.clone_from(&name);
        insight.error_code = Some(name.clone());
        insight.pattern.why.clone_from(&name);
        for attribution in &mut insight.attributions {
            attribution.whole[0].value.clone_from(&name);
            attribution.whole[0].events = events;
        }
        insight.context.counts = counts;
        insight.evidence.expected = number;
        insight.evidence.surprise = number;
        insight.evidence.history_days = number;
        let text = printed(&[insight], TableOptions { width, ascii, ..TableOptions::default() });
        for line in text.lines() {
            prop_assert!(super::width(line) <= width.max(NARROWEST), "{line}");
        }
        prop_assert!(!ascii || text.is_ascii());
    }
}
