//! The beginning of an insight's id.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::ExplainError;
use crate::insight::Insight;

/// Fewer characters may be anything.
const SHORTEST: usize = 8;

/// The first eight characters of an id, or more: hexadecimal digits and hyphens, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPrefix(String);

/// Something that is not the beginning of an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no id: give an insight's sharedEventID or eventID, at least its first 8 characters"
)]
pub struct BadId(String);

impl FromStr for IdPrefix {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let id = text.to_ascii_lowercase();
        let is_id = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let length = Uuid::nil().hyphenated().to_string().len();
        if is_id && (SHORTEST..=length).contains(&id.len()) {
            Ok(Self(id))
        } else {
            Err(BadId(text.to_owned()))
        }
    }
}

impl fmt::Display for IdPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IdPrefix {
    fn begins(&self, id: Uuid) -> bool {
        id.hyphenated().to_string().starts_with(&self.0)
            || id.simple().to_string().starts_with(&self.0)
    }
}

/// The insight with an id, of its own or of one of its records, that begins so.
pub fn find<'i>(id: &IdPrefix, insights: &'i [Insight]) -> Result<&'i Insight, ExplainError> {
    let has_it = |insight: &&Insight| {
        [insight.shared_event_id, insight.start_event_id, insight.end_event_id]
            .into_iter()
            .any(|own| id.begins(own))
    };
    let found: Vec<&Insight> = insights.iter().filter(has_it).collect();
    match found[..] {
        [] => Err(ExplainError::NoSuchInsight { id: id.clone(), insights: insights.len() }),
        [insight] => Ok(insight),
        _ => {
            let ids = found.iter().map(|insight| insight.shared_event_id).collect();
            Err(ExplainError::AmbiguousId { id: id.clone(), ids })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::sample;

    #[test]
    fn an_id_is_at_least_eight_of_its_characters() {
        for text in ["de31bf99", "DE31BF99-fe8b", "de31bf99-fe8b-5870-a632-ec08e6907296"] {
            assert!(text.parse::<IdPrefix>().is_ok(), "{text}");
        }
        for text in
            ["", "de31bf9", "de31bf9x", "sample-logs", "de31bf99-fe8b-5870-a632-ec08e69072961"]
        {
            assert!(text.parse::<IdPrefix>().is_err(), "{text}");
        }
    }

    #[test]
    fn any_of_the_three_ids_will_do() {
        let insights = [sample::burst(), sample::ongoing()];
        let burst = &insights[0];
        for id in [burst.shared_event_id, burst.start_event_id, burst.end_event_id] {
            for text in [id.to_string(), id.simple().to_string(), id.to_string()[..8].to_owned()] {
                let found = find(&text.parse().unwrap(), &insights).unwrap();
                assert_eq!(found.shared_event_id, burst.shared_event_id);
            }
        }
    }

    #[test]
    fn none_and_several_are_told() {
        let insights = [sample::burst(), sample::burst()];
        let id: IdPrefix = insights[0].shared_event_id.to_string().parse().unwrap();
        let several = find(&id, &insights).unwrap_err().to_string();
        assert!(several.starts_with("2 insights have an id"), "{several}");
        let none = find(&id, &[]).unwrap_err().to_string();
        assert!(none.contains("there are none in these logs"), "{none}");
    }
}
