//! The databases: opened and tried before anything else is done, then asked address by address.
//!
//! What is known of an address has many spellings; those of `MaxMind`, DB-IP, ip-location-db and
//! `IPinfo` are read, whichever kind of database (country, city, network) a file is.

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use maxminddb::{LookupResult, MaxMindDbError, PathElement, Reader};
use serde::Deserialize;

use super::{Place, located_address};

/// Networks looked at for what a database knows.
const TRIED: usize = 10_000;
/// Longer names than this are no names.
const MOST_BYTES: usize = 256;

use PathElement::Key;

/// Where countries' codes are, the first that is there counts.
const COUNTRY: &[&[PathElement<'_>]] = &[
    &[Key("country"), Key("iso_code")],
    &[Key("country_code")],
    &[Key("registered_country"), Key("iso_code")],
    &[Key("country")],
];
/// Where cities' names are.
const CITY: &[&[PathElement<'_>]] = &[&[Key("city"), Key("names"), Key("en")], &[Key("city")]];
/// Where the numbers of networks are.
const ASN: &[&[PathElement<'_>]] = &[
    &[Key("autonomous_system_number")],
    &[Key("asn")],
    &[Key("traits"), Key("autonomous_system_number")],
];
/// Where the names of those who have them are.
const AS_NAME: &[&[PathElement<'_>]] = &[
    &[Key("autonomous_system_organization")],
    &[Key("as_name")],
    &[Key("as_org")],
    &[Key("as_organization")],
    &[Key("traits"), Key("autonomous_system_organization")],
    &[Key("organization")],
    &[Key("name")],
];

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GeoError {
    /// The file cannot be read.
    #[error("cannot read the address database {path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The file is no database.
    #[error("{path} is not an address database in the MaxMind DB format: {reason}")]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: MaxMindDbError,
    },
    /// It is a database about something else.
    #[error(
        "the address database {path} ({kind:?}) has neither countries nor numbers of networks (AS)"
    )]
    KnowsNothing {
        /// The file.
        path: PathBuf,
        /// What it says it is.
        kind: String,
    },
}

/// Databases, asked in their order.
#[derive(Debug, Default)]
pub struct Geo(Vec<Database>);

#[derive(Debug)]
struct Database {
    reader: Reader<Vec<u8>>,
    countries: bool,
    networks: bool,
}

impl Geo {
    /// Reads databases, those to be believed first at the beginning.
    ///
    /// # Errors
    /// When one cannot be read or is no such database; the error names its file.
    pub fn open<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<Self, GeoError> {
        let databases = files.into_iter().map(|path| Database::open(path.as_ref()));
        databases.collect::<Result<_, _>>().map(Self)
    }

    /// What is known of a source address as a log has it: nothing of what is no public address.
    #[must_use]
    pub fn place(&self, source_address: &str) -> Place {
        let Some(address) = located_address(source_address) else { return Place::default() };
        let places = self.0.iter().map(|database| database.place(address));
        places.fold(Place::default(), Place::or)
    }

    /// Whether any of them knows countries.
    #[must_use]
    pub fn knows_countries(&self) -> bool {
        self.0.iter().any(|database| database.countries)
    }

    /// Whether any of them knows numbers of networks.
    #[must_use]
    pub fn knows_networks(&self) -> bool {
        self.0.iter().any(|database| database.networks)
    }
}

impl Database {
    fn open(path: &Path) -> Result<Self, GeoError> {
        let unreadable = |reason| GeoError::Unreadable { path: path.to_owned(), reason };
        // A device or a pipe may never end.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(unreadable(io::Error::other("not a file")));
        }
        let bytes = fs::read(path).map_err(unreadable)?;
        let broken = |reason| GeoError::NotADatabase { path: path.to_owned(), reason };
        let reader = Reader::from_source(bytes).map_err(broken)?;
        let (countries, networks) = knows(&reader).map_err(broken)?;
        if !countries && !networks {
            let kind = reader.metadata().database_type.clone();
            return Err(GeoError::KnowsNothing { path: path.to_owned(), kind });
        }
        Ok(Self { reader, countries, networks })
    }

    /// Nothing where the database has nothing, or nothing that can be read: it is a hint.
    fn place(&self, address: IpAddr) -> Place {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Place::default();
        }
        self.reader.lookup(address).map(|found| place(&found)).unwrap_or_default()
    }
}

/// Whether a database has countries, and numbers of networks.
fn knows(reader: &Reader<Vec<u8>>) -> Result<(bool, bool), MaxMindDbError> {
    let mut knows = (false, false);
    for network in reader.networks(maxminddb::WithinOptions::default())?.take(TRIED) {
        let place = place(&network?);
        knows = (knows.0 || place.country.is_some(), knows.1 || place.asn.is_some());
        if knows == (true, true) {
            break;
        }
    }
    Ok(knows)
}

fn place(found: &LookupResult<'_, Vec<u8>>) -> Place {
    let asn = first(found, ASN).and_then(|number: Number<'_>| number.get());
    Place {
        country: text(found, COUNTRY),
        city: text(found, CITY),
        asn,
        // Names of other things are called so too.
        as_name: text(found, AS_NAME).filter(|_| asn.is_some()),
    }
}

/// The first of the paths with a value of that type; a value of another type is none.
fn first<'a, T: Deserialize<'a>>(
    found: &LookupResult<'a, Vec<u8>>,
    paths: &[&[PathElement<'_>]],
) -> Option<T> {
    paths.iter().find_map(|path| found.decode_path(path).ok().flatten())
}

fn text(found: &LookupResult<'_, Vec<u8>>, paths: &[&[PathElement<'_>]]) -> Option<String> {
    let texts = paths.iter().filter_map(|path| found.decode_path::<&str>(path).ok().flatten());
    let mut named = texts.filter(|text| !text.is_empty() && text.len() <= MOST_BYTES);
    named.next().map(str::to_owned)
}

/// A network's number: `64500`, `"64500"` or `"AS64500"`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number<'a> {
    Number(u32),
    Text(&'a str),
}

impl Number<'_> {
    fn get(&self) -> Option<u32> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.strip_prefix("AS").unwrap_or(text).parse().ok()?,
        };
        (number > 0).then_some(number)
    }
}
