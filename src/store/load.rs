//! A store's tables back as what they were made of.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use ahash::RandomState;
use polars::prelude::{DataFrame, PolarsError, PolarsResult, StringChunked};

use super::StoreError;
use super::ledger::{Ledger, Source};
use super::manifest::{DayTables, TableFile};
use super::print::{print_of, prints_in};
use super::row::Rows;
use super::schema::{Dictionary, NAME_DIMENSIONS, category_of};
use super::table::{self, bytes, flags, numbers, optional_texts, texts, times};
use crate::count::{ApiIds, ApiKey, Dictionaries, Dimension, OTHER_NAMES, RowKey};
use crate::event::EventCategory;
use crate::minute::Minute;

/// Reads a table and makes something of it; what is wrong with it is told with its path.
fn read<T>(
    store: &Path,
    file: &TableFile,
    make: impl FnOnce(&DataFrame) -> PolarsResult<T>,
) -> Result<T, StoreError> {
    let frame = table::read(store, file)?;
    make(&frame).map_err(|error| StoreError::damaged(&store.join(&file.path), error))
}

fn wrong(what: &str) -> PolarsError {
    PolarsError::ComputeError(what.to_owned().into())
}

/// The text columns of an API.
struct ApiColumns<'f> {
    texts: [&'f StringChunked; 4],
    category: &'f StringChunked,
    read_only: &'f polars::prelude::BooleanChunked,
}

impl<'f> ApiColumns<'f> {
    fn of(frame: &'f DataFrame) -> PolarsResult<Self> {
        let texts = |name| texts(frame, name);
        Ok(Self {
            texts: [
                texts("account")?,
                texts("region")?,
                texts("event_source")?,
                texts("event_name")?,
            ],
            category: texts("category")?,
            read_only: flags(frame, "read_only")?,
        })
    }

    /// The API of each row.
    fn rows(&self) -> impl Iterator<Item = PolarsResult<ApiTexts<'f>>> {
        let [account, region, source, name] = self.texts;
        let four = account.iter().zip(region.iter()).zip(source.iter().zip(name.iter()));
        four.zip(self.category.iter().zip(self.read_only.iter())).map(
            |(((account, region), (source, name)), (category, read_only))| {
                let text = |text: Option<&'f str>| text.unwrap_or_default();
                let category =
                    category_of(text(category)).ok_or_else(|| wrong("not a category"))?;
                let read_only = read_only.ok_or_else(|| wrong("nothing in read_only"))?;
                Ok(([account, region, source, name].map(text), category, read_only))
            },
        )
    }
}

/// Gives ids to all names, APIs and accounts of a day.
pub fn intern(
    store: &Path,
    day: &DayTables,
    dictionaries: &Dictionaries,
) -> Result<(), StoreError> {
    read(store, &day.names, |frame| {
        let lines = texts(frame, "dimension")?.iter().zip(texts(frame, "name")?.iter());
        for (dimension, name) in lines {
            let known = NAME_DIMENSIONS.iter().find(|(column, _)| Some(*column) == dimension);
            let (_, dimension) = known.ok_or_else(|| wrong("not a dimension"))?;
            dictionaries.name(*dimension, name.unwrap_or_default());
        }
        Ok(())
    })?;
    read(store, &day.apis, |frame| intern_apis(frame, dictionaries))
}

fn intern_apis(frame: &DataFrame, dictionaries: &Dictionaries) -> PolarsResult<()> {
    for row in ApiColumns::of(frame)?.rows() {
        let (texts, category, read_only) = row?;
        let [account, region, event_source, event_name] =
            texts.map(|text| dictionaries.name(Dimension::Name, text));
        let key = ApiKey { account, region, event_source, event_name, category };
        dictionaries.api(key, read_only);
    }
    Ok(())
}

/// Gives ids to all names and APIs in minute counts themselves.
pub fn intern_minutes(frame: &DataFrame, dictionaries: &Dictionaries) -> PolarsResult<()> {
    for (column, dimension) in NAME_DIMENSIONS {
        for name in optional_texts(frame, column)?.iter().flatten() {
            dictionaries.name(dimension, name);
        }
    }
    intern_apis(frame, dictionaries)
}

/// Presence of a day: minutes by account and hour since the epoch.
pub type DayPresence = BTreeMap<(String, u32), u64>;

/// Adds the presence of a day to others.
pub fn presence(store: &Path, file: &TableFile, into: &mut DayPresence) -> Result<(), StoreError> {
    read(store, file, |frame| presence_of(frame, into))
}

/// Adds the presence in a frame to others.
pub fn presence_of(frame: &DataFrame, into: &mut DayPresence) -> PolarsResult<()> {
    let (accounts, hours) = (texts(frame, "account")?, times(frame, "hour")?);
    let minutes = numbers(frame, "minutes")?;
    for ((account, hour), minutes) in accounts.iter().zip(hours.iter()).zip(minutes.iter()) {
        let hour = hour.and_then(|hour| u32::try_from(hour / 3_600_000_000).ok());
        let hour = hour.ok_or_else(|| wrong("not an hour"))?;
        let key = (account.unwrap_or_default().to_owned(), hour);
        *into.entry(key).or_default() |= minutes.unwrap_or_default().cast_unsigned();
    }
    Ok(())
}

/// The ledger.
pub fn ledger(store: &Path, file: &TableFile) -> Result<Ledger, StoreError> {
    read(store, file, |frame| {
        let names = texts(frame, "file")?;
        let columns =
            ["bytes", "records", "counted", "updates", "left_alone", "rejected", "without_id"];
        let mut values: Vec<Vec<i64>> = Vec::new();
        for column in columns {
            values.push(numbers(frame, column)?.into_no_null_iter().collect());
        }
        let (modified, damage) = (times(frame, "modified")?, optional_texts(frame, "damage")?);
        let mut ledger = Ledger::default();
        for (row, ((name, modified), damage)) in
            names.iter().zip(modified.iter()).zip(damage.iter()).enumerate()
        {
            let value = |column: usize| values[column][row];
            let source = Source {
                bytes: value(0),
                modified,
                records: value(1),
                counted: value(2),
                updates: value(3),
                left_alone: value(4),
                rejected: value(5),
                without_id: value(6),
                damage: damage.map(ToOwned::to_owned),
            };
            ledger.files.insert(name.unwrap_or_default().to_owned(), source);
        }
        Ok(ledger)
    })
}

/// The ids of a dimension's names, remembering those asked for.
struct Ids<'f, 'd> {
    dictionary: Dictionary<'d>,
    dimension: Dimension,
    known: HashMap<&'f str, u32, RandomState>,
    last: Option<(&'f str, u32)>,
}

impl<'f, 'd> Ids<'f, 'd> {
    fn new(dictionary: Dictionary<'d>, dimension: Dimension) -> Self {
        Self { dictionary, dimension, known: HashMap::default(), last: None }
    }

    /// The id of a name. Names that are there no more are no longer told apart.
    fn of(&mut self, name: &'f str) -> u32 {
        if let Some((last, id)) = self.last
            && last == name
        {
            return id;
        }
        let names = self.dictionary.names;
        let id = *self.known.entry(name).or_insert_with(|| {
            let place = |name: &str| names.place(self.dimension, name);
            place(name).or_else(|| place(OTHER_NAMES)).unwrap_or_default()
        });
        self.last = Some((name, id));
        id
    }
}

/// Adds the rows of a day to others, with the ids of the dictionary.
pub fn rows(
    store: &Path,
    file: &TableFile,
    dictionary: Dictionary<'_>,
    into: &mut Rows,
) -> Result<(), StoreError> {
    read(store, file, |frame| rows_of(frame, dictionary, into))
}

/// Adds the rows of a frame to others, with the ids of the dictionary.
pub fn rows_of(frame: &DataFrame, dictionary: Dictionary<'_>, into: &mut Rows) -> PolarsResult<()> {
    let ids = |dimension| Ids::new(dictionary, dimension);
    let mut identities = ids(Dimension::Identity);
    let mut identity_types = ids(Dimension::Name);
    let mut user_agents = ids(Dimension::UserAgent);
    let mut source_ips = ids(Dimension::SourceIp);
    let mut errors = ids(Dimension::ErrorCode);
    let mut api = ApiOf { dictionary, last: None };
    let (identity, identity_type) = (texts(frame, "identity")?, texts(frame, "identity_type")?);
    let (user_agent, source_ip) = (texts(frame, "user_agent")?, texts(frame, "source_ip")?);
    let (error, events) = (optional_texts(frame, "error_code")?, numbers(frame, "events")?);
    let (minute, example) = (times(frame, "minute")?, bytes(frame, "example_event_id")?);
    let prints = bytes(frame, "event_prints")?;
    let apis = ApiColumns::of(frame)?;
    let callers = identity.iter().zip(identity_type.iter());
    let callers = callers.zip(user_agent.iter().zip(source_ip.iter()));
    let rest = error.iter().zip(events.iter()).zip(example.iter().zip(prints.iter()));
    let rows = apis.rows().zip(minute.iter()).zip(callers.zip(rest));
    for ((of_api, minute), (caller, rest)) in rows {
        let ((identity, identity_type), (user_agent, source_ip)) = caller;
        let ((error, events), (example, prints)) = rest;
        let minute = minute.and_then(|micros| Minute::from_unix_seconds(micros / 1_000_000));
        let key = RowKey {
            api: api.id(of_api?).ok_or_else(|| wrong("an API that the table of APIs has not"))?,
            minute: minute.ok_or_else(|| wrong("not a minute"))?.get(),
            identity: identities.of(identity.unwrap_or_default()),
            identity_type: identity_types.of(identity_type.unwrap_or_default()),
            user_agent: user_agents.of(user_agent.unwrap_or_default()),
            source_ip: source_ips.of(source_ip.unwrap_or_default()),
            error: errors.of(error.unwrap_or_default()),
        };
        let events = events.and_then(|events| u32::try_from(events).ok());
        let events = events.ok_or_else(|| wrong("not a number of events"))?;
        let example = example.map(halves_of);
        let example =
            example.map_or(Some([0, 0]), |id| id).ok_or_else(|| wrong("not an event id"))?;
        let prints = prints_in(prints.unwrap_or_default()).ok_or_else(|| wrong("not prints"))?;
        // That of the example stands for itself.
        let own = print_of(example);
        let (less, more) = prints.split_at(prints.partition_point(|print| Some(*print) < own));
        let prints = less.iter().copied().chain(own).chain(more.iter().copied());
        into.push(key, events, example, prints);
    }
    Ok(())
}

/// The halves of an event id.
pub fn halves_of(id: &[u8]) -> Option<[u64; 2]> {
    let (halves, rest) = id.as_chunks::<8>();
    let &[high, low] = halves else { return None };
    rest.is_empty().then(|| [high, low].map(u64::from_be_bytes))
}

/// Account, Region, service, API, category, read or write.
type ApiTexts<'f> = ([&'f str; 4], EventCategory, bool);

/// Finds the ids of APIs, which come in long runs.
struct ApiOf<'f, 'd> {
    dictionary: Dictionary<'d>,
    last: Option<(ApiTexts<'f>, u32)>,
}

impl<'f> ApiOf<'f, '_> {
    fn id(&mut self, api: ApiTexts<'f>) -> Option<u32> {
        if let Some((last, id)) = self.last
            && last == api
        {
            return Some(id);
        }
        let (texts, category, read_only) = api;
        let place = |text: &str| self.dictionary.names.place(Dimension::Name, text);
        let key = ApiKey {
            account: place(texts[0])?,
            region: place(texts[1])?,
            event_source: place(texts[2])?,
            event_name: place(texts[3])?,
            category,
        };
        let apis: &[ApiIds] = self.dictionary.apis;
        let id = u32::try_from(apis.binary_search(&(key, read_only)).ok()?).ok()?;
        self.last = Some((api, id));
        Some(id)
    }
}
