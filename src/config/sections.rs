//! What may stand in a configuration file.

use serde::Deserialize;

use super::value::{Day, Days, GlobList, NetworkList, format, globs};
use crate::DetectorKind;
use crate::count::Globs;
use crate::detect::{Calendar, FalsePerWeek, Sensitivity};
use crate::event::EventCategory;
use crate::insight::{InsightType, MinRatio, SubjectMatch, SubjectSettings};
use crate::output::Format;
use crate::suppress::{Conditions, Rule};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sections {
    pub detect: Detect,
    pub output: Output,
    pub calendar: CalendarSection,
    pub suppress: Vec<SuppressEntry>,
    pub subject: Vec<SubjectEntry>,
}

/// `[detect]`: what flags of the same names say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Detect {
    /// False insights borne per account and week.
    pub false_per_week: Option<FalsePerWeek>,
    /// The same in a word.
    pub sensitivity: Option<Sensitivity>,
    /// Fewest events that can make an insight.
    pub min_count: Option<u32>,
    /// Least rise above the baseline that is told.
    pub min_ratio: Option<MinRatio>,
    /// Whether drops are looked for.
    pub drops: Option<bool>,
    /// Whether roll-ups are looked at.
    pub roll_ups: Option<bool>,
    /// The rule.
    pub detector: Option<DetectorKind>,
    /// What events are attributed to.
    pub identity: Option<Identities>,
    /// The category of events that are looked at.
    pub category: Option<Category>,
    /// Whether the call rate counts writes only.
    pub write_only: Option<bool>,
    /// Accounts left out.
    #[serde(deserialize_with = "globs")]
    pub exclude_account: Option<Vec<String>>,
    /// Regions left out.
    #[serde(deserialize_with = "globs")]
    pub exclude_region: Option<Vec<String>>,
    /// Services left out.
    #[serde(deserialize_with = "globs")]
    pub exclude_event_source: Option<Vec<String>>,
    /// APIs left out.
    #[serde(deserialize_with = "globs")]
    pub exclude_event_name: Option<Vec<String>>,
}

/// What events are attributed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Identities {
    /// Roles.
    Role,
    /// Each of their sessions.
    Session,
}

/// A category of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Management events.
    Management,
    /// Data events.
    Data,
    /// Network activity events.
    Network,
}

impl From<Category> for EventCategory {
    fn from(category: Category) -> Self {
        match category {
            Category::Management => Self::Management,
            Category::Data => Self::Data,
            Category::Network => Self::NetworkActivity,
        }
    }
}

/// `[output]`: how results are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// Form of the results, on a terminal and elsewhere.
    #[serde(deserialize_with = "format")]
    pub format: Option<Format>,
}

/// `[calendar]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarSection {
    days_off: Vec<Days>,
}

impl CalendarSection {
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.days_off.iter().map(|days| days.numbers()))
    }
}

/// `[[suppress]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SuppressTable")]
pub struct SuppressEntry(pub Rule);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuppressTable {
    account: Option<GlobList>,
    region: Option<GlobList>,
    event_source: Option<GlobList>,
    event_name: Option<GlobList>,
    error_code: Option<GlobList>,
    insight_type: Option<GlobList>,
    identity: Option<GlobList>,
    user_agent: Option<GlobList>,
    source_ip: Option<NetworkList>,
    reason: String,
    expires: Option<Day>,
}

impl TryFrom<SuppressTable> for SuppressEntry {
    type Error = String;

    fn try_from(table: SuppressTable) -> Result<Self, String> {
        let globs = |list: Option<GlobList>| list.map(|list| list.0);
        let types = InsightType::ALL.map(InsightType::as_str);
        if let Some(GlobList(globs)) = &table.insight_type
            && !types.iter().any(|name| globs.take(name))
        {
            return Err(format!("insight_type takes none of {}", types.join(", ")));
        }
        let conditions = Conditions {
            accounts: globs(table.account),
            regions: globs(table.region),
            event_sources: globs(table.event_source),
            event_names: globs(table.event_name),
            error_codes: globs(table.error_code),
            insight_types: globs(table.insight_type),
            identities: globs(table.identity),
            user_agents: globs(table.user_agent),
            source_ips: table.source_ip.map(|list| list.0),
        };
        let rule = Rule::new(conditions, &table.reason, table.expires.map(Day::start));
        rule.map(Self).map_err(|error| error.to_string())
    }
}

/// `[[subject]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "SubjectTable")]
pub struct SubjectEntry(pub (SubjectMatch, SubjectSettings));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectTable {
    account: Option<GlobList>,
    region: Option<GlobList>,
    event_source: Option<GlobList>,
    event_name: Option<GlobList>,
    error_code: Option<GlobList>,
    ignore: Option<bool>,
    min_count: Option<u32>,
    min_ratio: Option<MinRatio>,
    false_per_week: Option<FalsePerWeek>,
    sensitivity: Option<Sensitivity>,
}

impl TryFrom<SubjectTable> for SubjectEntry {
    type Error = &'static str;

    fn try_from(table: SubjectTable) -> Result<Self, Self::Error> {
        if table.false_per_week.is_some() && table.sensitivity.is_some() {
            return Err(BOTH);
        }
        let settings = SubjectSettings {
            ignore: table.ignore,
            min_count: table.min_count,
            min_ratio: table.min_ratio,
            false_per_week: table
                .false_per_week
                .or_else(|| table.sensitivity.map(Sensitivity::false_per_week)),
        };
        if settings == SubjectSettings::default() {
            return Err(
                "nothing is set: give min_count, min_ratio, false_per_week, sensitivity or ignore",
            );
        }
        let all = |list: Option<GlobList>| list.map_or_else(Globs::default, |list| list.0);
        let takes = SubjectMatch {
            accounts: all(table.account),
            regions: all(table.region),
            event_sources: all(table.event_source),
            event_names: all(table.event_name),
            error_codes: table.error_code.map(|list| list.0),
        };
        Ok(Self((takes, settings)))
    }
}

/// Why a knob that is set twice is not set.
pub const BOTH: &str = "false_per_week and sensitivity say the same thing: give one of them";
