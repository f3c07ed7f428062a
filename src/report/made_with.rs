//! What a report was made with: whatever changes what it says, and nothing that differs from one
//! run to the next.

use crate::series::Calls;
use crate::{AnalysisOptions, DetectorKind};

/// The options in a few words each.
#[must_use]
pub fn made_with(options: &AnalysisOptions, inputs: usize) -> Vec<String> {
    let insights = options.insights;
    let mut words = vec![
        format!("{inputs} input{}", if inputs == 1 { "" } else { "s" }),
        match options.filter.category {
            Some(category) => format!("{} events", category.as_str().to_lowercase()),
            None => "events of all categories".to_owned(),
        },
    ];
    match options.detector {
        DetectorKind::Surge => words.push(format!(
            "{} false insights borne per account and week",
            options.settings.false_insights_per_account_week
        )),
        DetectorKind::Peak => words.push("rule: twice the largest of 14 days".to_owned()),
    }
    words.push(format!("{} events at least", insights.min_count));
    let mut add = |told: bool, text: &str| {
        if told {
            words.push(text.to_owned());
        }
    };
    add(options.settings.drops, "drops, too");
    add(insights.calls == Calls::Writes, "call rates of writes only");
    add(!insights.roll_ups, "single APIs only");
    add(options.keep_sessions, "by session");
    add(!options.subjects.is_empty(), "some subjects with settings of their own");
    add(!options.suppressions.is_empty(), "with rules that hide");
    let ratio = insights.min_ratio.get();
    add(ratio > 0.0, &format!("at least {ratio} times the baseline"));
    for (word, bound) in [("from", options.filter.from), ("to", options.filter.to)] {
        if let Some(bound) = bound {
            words.push(format!("{word} {bound}"));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_default_is_told() {
        let mut options = AnalysisOptions::new();
        let plain = made_with(&options, 1).join("; ");
        let default = "1 input; management events; 0.3 false insights borne per account and week; \
                       10 events at least";
        assert_eq!(plain, default);
        options.insights.calls = Calls::Writes;
        options.filter.from = Some(crate::Minute::new(0));
        let changed = made_with(&options, 2).join("; ");
        let more = "; call rates of writes only; from 1970-01-01T00:00:00Z";
        assert_eq!(changed, default.replace("1 input", "2 inputs") + more);
    }
}
