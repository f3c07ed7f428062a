//! Whether a call only reads, for records that do not say (`readOnly` came with version 1.01 and is
//! optional still).

/// First words of API names that read. A name counts as reading when it is one of these words, or
/// begins with one and goes on with a capital letter, a digit or nothing: `ListUsers`, not `Listen`.
const READING_VERBS: [&str; 30] = [
    "BatchDescribe",
    "BatchGet",
    "BatchList",
    "Check",
    "Count",
    "Describe",
    "Detect",
    "Discover",
    "Download",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "Is",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Read",
    "Receive",
    "Report",
    "Retrieve",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "Validate",
    "Verify",
    "View",
];

/// APIs that read although their verb does not say so: CloudTrail marks them `readOnly: true`.
const READING_APIS: [(&str, &str); 12] = [
    ("sts.amazonaws.com", "AssumeRole"),
    ("sts.amazonaws.com", "AssumeRoleWithSAML"),
    ("sts.amazonaws.com", "AssumeRoleWithWebIdentity"),
    ("sts.amazonaws.com", "DecodeAuthorizationMessage"),
    ("kms.amazonaws.com", "Decrypt"),
    ("kms.amazonaws.com", "Encrypt"),
    ("kms.amazonaws.com", "GenerateDataKey"),
    ("kms.amazonaws.com", "GenerateDataKeyWithoutPlaintext"),
    ("kms.amazonaws.com", "GenerateRandom"),
    ("kms.amazonaws.com", "ReEncrypt"),
    ("kms.amazonaws.com", "Sign"),
    ("kms.amazonaws.com", "GenerateMac"),
];

/// Whether a call of this API reads, by its name alone.
pub fn by_verb(event_source: &str, event_name: &str) -> bool {
    READING_APIS.contains(&(event_source, event_name))
        || READING_VERBS.iter().any(|verb| {
            event_name.strip_prefix(verb).is_some_and(|rest| {
                rest.chars()
                    .next()
                    .is_none_or(|next| next.is_ascii_uppercase() || next.is_ascii_digit())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_whole_words() {
        for name in
            ["GetObject", "ListUsers", "DescribeInstances", "HeadBucket", "BatchGetItem", "Query"]
        {
            assert!(by_verb("x.amazonaws.com", name), "{name}");
        }
        for name in
            ["RunInstances", "Listen", "Getaway", "ConsoleLogin", "Isolate", "PutObject", ""]
        {
            assert!(!by_verb("x.amazonaws.com", name), "{name}");
        }
        assert!(by_verb("kms.amazonaws.com", "Decrypt"));
        assert!(!by_verb("ec2.amazonaws.com", "Decrypt"));
    }
}
