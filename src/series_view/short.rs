//! A subject in a word: `ec2:RunInstances`, `ec2.amazonaws.com/RunInstances/Client.DryRunOperation`.

use std::str::FromStr;

/// What the word says of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortSubject {
    /// The service, `ec2.amazonaws.com`.
    pub event_source: String,
    /// The API.
    pub event_name: String,
    /// The error code; with none the call rate is meant.
    pub error_code: Option<String>,
}

/// The word is no subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a subject: give a service and an API, and an error code if errors are meant \
     (ec2:RunInstances, ec2.amazonaws.com/RunInstances/Client.UnauthorizedOperation)"
)]
pub struct BadShortSubject(String);

impl FromStr for ShortSubject {
    type Err = BadShortSubject;

    fn from_str(text: &str) -> Result<Self, BadShortSubject> {
        let bad = || BadShortSubject(text.to_owned());
        let (service, rest) = text.split_once([':', '/']).ok_or_else(bad)?;
        // Error codes may have slashes and colons in them, names of APIs have none.
        let (name, code) = match rest.split_once('/') {
            Some((name, code)) => (name, Some(code)),
            None => (rest, None),
        };
        let is_word = |word: &str| {
            let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_.*?".contains(letter);
            !word.is_empty() && word.chars().all(allowed)
        };
        let begins = |name: &str| name.starts_with(|letter: char| !letter.is_ascii_digit());
        if !is_word(service) || !is_word(name) || !begins(name) || code == Some("") {
            return Err(bad());
        }
        let service = service.to_lowercase();
        let event_source =
            if service.contains('.') { service } else { format!("{service}.amazonaws.com") };
        Ok(Self { event_source, event_name: name.to_owned(), error_code: code.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_in_a_word() {
        let short = |text: &str| {
            let short: ShortSubject = text.parse().unwrap();
            (short.event_source, short.event_name, short.error_code)
        };
        let ec2 = |code: Option<&str>| {
            let code = code.map(str::to_owned);
            ("ec2.amazonaws.com".to_owned(), "RunInstances".to_owned(), code)
        };
        assert_eq!(short("ec2:RunInstances"), ec2(None));
        assert_eq!(short("EC2/RunInstances"), ec2(None));
        assert_eq!(short("ec2.amazonaws.com/RunInstances"), ec2(None));
        assert_eq!(short("ec2:RunInstances/Client.X:y/z"), ec2(Some("Client.X:y/z")));
        for bad in ["", "ec2", "ec2:", ":x", "ec2:a/", "a b:c", "logs/2026/03", "logs/"] {
            let error = bad.parse::<ShortSubject>().unwrap_err().to_string();
            assert!(error.contains("is not a subject"), "{bad}");
        }
    }
}
