//! What an insight looks like to an analyst.

mod rules;

use super::Insight;
pub(super) use rules::guesses_names;

/// What an insight may look like, in the order in which the rules are tried: of several that fit
/// the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternKind {
    /// Fewer calls than usual.
    Drop,
    /// A few passwords on many users, slowly.
    PasswordSpray,
    /// Passwords of many users.
    CredentialStuffing,
    /// One caller finds out what it may do.
    PermissionProbing,
    /// A known identity in strange hands.
    LeakedKey,
    /// New code that cannot do its work.
    BrokenDeployment,
    /// Again and again at a closed door.
    BruteForce,
    /// Calls that are throttled and tried again.
    RetryStorm,
    /// Something new that works.
    NewWorkload,
    /// A loop without an end.
    RunawayScript,
    /// None of these.
    Unclear,
}

/// One line of [`PATTERNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternRow {
    /// Which pattern.
    pub kind: PatternKind,
    /// What people call it.
    pub name: &'static str,
    /// When an insight looks like it.
    pub condition: &'static str,
    /// The technique of MITRE ATT&CK (<https://attack.mitre.org>) that it would be, where one fits.
    pub technique: Option<&'static str>,
}

const fn row(
    kind: PatternKind,
    name: &'static str,
    technique: Option<&'static str>,
    condition: &'static str,
) -> PatternRow {
    PatternRow { kind, name, condition, technique }
}

/// Every pattern in the order tried. Shares are of the rise: of what came beyond the expected.
pub const PATTERNS: [PatternRow; 11] = [
    row(PatternKind::Drop, "drop", None, "fewer calls than usual"),
    row(
        PatternKind::PasswordSpray,
        "password spray",
        Some("T1110.003"),
        "half are failed logins of 5 names or more, or of names that do not exist, for two hours \
         and more at 5 a minute at most",
    ),
    row(
        PatternKind::CredentialStuffing,
        "credential stuffing",
        Some("T1110.004"),
        "half are failed logins of 5 names or more, or of names that do not exist",
    ),
    row(
        PatternKind::PermissionProbing,
        "permission probing",
        Some("T1580"),
        "half are denied, four fifths are one identity's, on 5 APIs or more, half of them new to it",
    ),
    row(
        PatternKind::LeakedKey,
        "leaked key",
        Some("T1078.004"),
        "four fifths are one identity's that the account has known for a day, at 10 addresses at \
         most, with an agent and from an address that it has not; not where half are errors other \
         than refusals, or errors of a role after a deploy",
    ),
    row(
        PatternKind::BrokenDeployment,
        "broken deployment",
        None,
        "half are errors, not throttled, four fifths are one known role's, and its agent is new or \
         somebody deployed in the 15 minutes before, where deploys are rare",
    ),
    row(
        PatternKind::BruteForce,
        "brute force on one API",
        Some("T1110"),
        "half are denied or failed logins on one API, four fifths are of one or two identities",
    ),
    row(PatternKind::RetryStorm, "retry storm", None, "half are throttled"),
    row(
        PatternKind::NewWorkload,
        "new workload",
        None,
        "fewer than a tenth fail, and either the history has no call of it or it goes on for 12 \
         hours and more",
    ),
    row(
        PatternKind::RunawayScript,
        "runaway script",
        None,
        "fewer than half fail, four fifths are one or two identities', each with one agent, on \
         three APIs at most, in half of the minutes or more and evenly",
    ),
    row(PatternKind::Unclear, "unclear", None, "none of these"),
];

impl PatternKind {
    /// Its line of [`PATTERNS`].
    #[must_use]
    pub fn row(self) -> &'static PatternRow {
        const UNCLEAR: &PatternRow = &PATTERNS[PATTERNS.len() - 1];
        PATTERNS.iter().find(|row| row.kind == self).unwrap_or(UNCLEAR)
    }

    /// What people call it, such as `runaway script`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether somebody means harm, if it is what it looks like.
    #[must_use]
    pub const fn is_attack(self) -> bool {
        matches!(
            self,
            Self::PasswordSpray
                | Self::CredentialStuffing
                | Self::PermissionProbing
                | Self::LeakedKey
                | Self::BruteForce
        )
    }
}

/// What an insight looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Which pattern.
    pub kind: PatternKind,
    /// One sentence that a person understands: what speaks for it.
    pub why: String,
}

impl Pattern {
    /// No known pattern.
    #[must_use]
    pub const fn unclear() -> Self {
        Self { kind: PatternKind::Unclear, why: String::new() }
    }

    /// What people call it, such as `runaway script`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// The id of a technique of MITRE ATT&CK, where one fits.
    #[must_use]
    pub fn technique(&self) -> Option<&'static str> {
        self.kind.row().technique
    }

    /// `permission probing (T1580): 90 APIs were denied to one identity.`
    #[must_use]
    pub fn sentence(&self) -> String {
        let technique = self.technique().map(|id| format!(" ({id})")).unwrap_or_default();
        format!("{}{technique}: {}", self.name(), self.why)
    }
}

/// The pattern of an insight: the first of [`PATTERNS`] that fits.
pub fn pattern(insight: &Insight) -> Pattern {
    PATTERNS
        .iter()
        .find_map(|row| rules::why(row.kind, insight).map(|why| Pattern { kind: row.kind, why }))
        .unwrap_or_else(Pattern::unclear)
}

/// Where the insight that leads an incident is unclear, it takes the pattern of the member whose
/// pattern stands first in [`PATTERNS`]; the sentence says whose evidence it is.
pub fn lend_patterns(insights: &mut [Insight]) {
    let mut best: std::collections::HashMap<uuid::Uuid, (Pattern, &'static str)> =
        std::collections::HashMap::new();
    for insight in &*insights {
        let own = (insight.pattern.clone(), insight.insight_type.words());
        let first = best.entry(insight.incident.incident).or_insert_with(|| own.clone());
        if own.0.kind < first.0.kind {
            *first = own;
        }
    }
    for insight in insights {
        let unclear = insight.pattern.kind == PatternKind::Unclear && insight.incident.leads;
        if let Some((pattern, whose)) = best.get(&insight.incident.incident)
            && unclear
            && pattern.kind != PatternKind::Unclear
            && pattern.kind != PatternKind::Drop
        {
            let why = format!("{} (Seen in the {whose} of the same incident.)", pattern.why);
            insight.pattern = Pattern { kind: pattern.kind, why };
        }
    }
}

#[cfg(test)]
mod tests;
