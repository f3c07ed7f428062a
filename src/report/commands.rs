//! Commands that show the events of an insight. Names in them are written by strangers: each stands
//! as a JSON string, which is a string of jq too, with everything escaped that a shell, a terminal
//! or jq could take for something else.

use std::fmt::Write as _;

use crate::event::{EventCategory, HIDDEN_NAME};
use crate::insight::{Insight, InsightType};

/// A command that people may copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What it needs.
    pub title: &'static str,
    /// The command, for any POSIX shell.
    pub text: String,
}

/// The code that stands for console logins that failed, which have none of their own.
const FAILED_LOGIN: &str = "FailedAuthentication";

/// What shows the events of an insight: from the files, and of management events of one API from
/// AWS's own event history.
#[must_use]
pub fn commands(insight: &Insight) -> Vec<Command> {
    let files = Command {
        title: "From the log files, with gzip and jq; put your folder in the place of LOGS",
        text: format!(
            "find LOGS -type f -name '*.json*' -exec gzip -cdf {{}} + | \\\n  jq -c '(.Records? // .) | (arrays[], .) | objects | select({})'",
            conditions(insight).join("\n    and ")
        ),
    };
    let mut commands = vec![files];
    if insight.category == EventCategory::Management
        && let Some((key, value)) = attribute(insight)
    {
        commands.push(Command {
            title: "From AWS (the event history has the last 90 days)",
            text: format!(
                "aws cloudtrail lookup-events --region {} \\\n  --start-time {} --end-time {} \\\n  --lookup-attributes '[{{\"AttributeKey\":\"{key}\",\"AttributeValue\":{}}}]' \\\n  --query 'Events[].CloudTrailEvent' --output json | jq -c '.[] | fromjson'",
                word(&insight.region),
                insight.span.start,
                insight.span.end,
                text(value),
            ),
        });
    }
    commands
}

/// What AWS can look events up by: one attribute.
fn attribute(insight: &Insight) -> Option<(&'static str, &str)> {
    (!insight.insight_type.is_roll_up()).then_some(("EventName", insight.event_name.as_str()))
}

fn conditions(insight: &Insight) -> Vec<String> {
    let mut all = vec![
        format!(".eventTime >= {}", text(&insight.span.start.to_string())),
        format!(".eventTime < {}", text(&insight.span.end.to_string())),
        format!("(.recipientAccountId // .userIdentity.accountId) == {}", text(&insight.account)),
    ];
    if !insight.insight_type.is_roll_up() {
        all.push(format!(".awsRegion == {}", text(&insight.region)));
        all.push(format!(".eventSource == {}", text(&insight.event_source)));
        all.push(format!(".eventName == {}", text(&insight.event_name)));
    }
    let failed = "(.errorCode != null or (.responseElements.ConsoleLogin? // \"\") == \"Failure\")";
    match insight.insight_type {
        InsightType::ApiCallRate | InsightType::IdentityCallRate => {}
        InsightType::ApiErrorRate => all.push(match insight.error_code.as_deref() {
            Some(FAILED_LOGIN) => failed.to_owned(),
            code => format!(".errorCode == {}", text(code.unwrap_or_default())),
        }),
        InsightType::IdentityErrorRate
        | InsightType::SourceIpErrorRate
        | InsightType::AccountErrorRate => all.push(failed.to_owned()),
    }
    let scope = insight.scope.as_deref().filter(|scope| *scope != HIDDEN_NAME);
    match (insight.insight_type, scope) {
        (InsightType::SourceIpErrorRate, Some(address)) => {
            all.push(format!(".sourceIPAddress == {}", text(address)));
        }
        (_, Some(identity)) => all.push(is_identity(identity)),
        (_, None) => {}
    }
    all
}

/// Sessions are told by their role, and who has no ARN by the best name there is.
fn is_identity(identity: &str) -> String {
    let (is, begins) = (text(identity), text(&format!("{identity}/")));
    format!(
        "(.userIdentity | [.arn?, .sessionContext?.sessionIssuer?.arn?, .invokedBy?, .principalId?, .userName?]\n      \
         | map(strings) | any(. == {is} or startswith({begins})))"
    )
}

/// A JSON string for a program between single quotes of a shell: printable ASCII without any
/// single quote or anything that HTML, a shell or a terminal reads otherwise.
fn text(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        let plain =
            character.is_ascii_alphanumeric() || " !#$%()*+,-./:;=?@[]^_{|}~".contains(character);
        if plain {
            quoted.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                _ = write!(quoted, "\\u{unit:04x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

/// One word of a shell. Regions are; what else a log says there, a shell is not to read.
fn word(value: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let kept: String = value.chars().filter(|character| plain(*character)).collect();
    if kept.is_empty() || kept.starts_with('-') { "us-east-1".to_owned() } else { kept }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::insight::sample;

    #[test]
    fn the_commands_of_a_burst() {
        let all: Vec<String> = commands(&sample::burst())
            .into_iter()
            .map(|command| format!("# {}\n{}", command.title, command.text))
            .collect();
        insta::assert_snapshot!(all.join("\n\n"));
    }

    #[test]
    fn hostile_names_stay_inside_their_quotes() {
        for command in commands(&sample::hostile()) {
            assert!(command.text.is_ascii(), "{}", command.text);
            assert!(!command.text.contains("<script>"), "{}", command.text);
            assert_eq!(command.text.matches('\'').count() % 2, 0, "{}", command.text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_the_same_read_back(value in any::<String>()) {
            let quoted = text(&value);
            prop_assert!(quoted.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
            prop_assert!(!quoted.contains(['\'', '`', '<', '>', '&']));
            // jq would read \( as the beginning of a program.
            prop_assert!(!quoted.contains("\\("));
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), value);
        }

        #[test]
        fn a_region_is_one_word(value in any::<String>()) {
            let word = word(&value);
            prop_assert!(!word.is_empty() && !word.starts_with('-'));
            prop_assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        }
    }
}
