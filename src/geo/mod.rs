//! Where addresses are, by databases (`.mmdb`) that the user has: countries, cities, networks'
//! numbers and names.
//!
//! Such databases are guesses, and what they say of an address may differ from one to the next: all
//! of it is a hint. Nothing is bundled and nothing is downloaded.

mod address;
mod database;

pub use address::located_address;
pub use database::{Geo, GeoError};

/// What databases say of one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The country's code, two letters in every database known: `NL`.
    pub country: Option<String>,
    /// The city's English name, or the one name there is.
    pub city: Option<String>,
    /// The autonomous system that announces the address: the number of its network.
    pub asn: Option<u32>,
    /// Whose network that is.
    pub as_name: Option<String>,
}

impl Place {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        let Self { country, city, asn, as_name } = self;
        country.is_none() && city.is_none() && asn.is_none() && as_name.is_none()
    }

    /// This, and what only the other knows. A network's number and name are of one source, as are
    /// country and city.
    #[must_use]
    fn or(self, other: Self) -> Self {
        let (country, city) = if self.country.is_some() || self.city.is_some() {
            (self.country, self.city)
        } else {
            (other.country, other.city)
        };
        let (asn, as_name) = if self.asn.is_some() || self.as_name.is_some() {
            (self.asn, self.as_name)
        } else {
            (other.asn, other.as_name)
        };
        Self { country, city, asn, as_name }
    }
}

/// What is known of the sender in a word: `NL AS64500 Example BV`.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let asn = self.asn.map(|asn| format!("AS{asn}"));
        let parts = [self.country.as_ref(), asn.as_ref(), self.as_name.as_ref()];
        let mut before = "";
        for part in parts.into_iter().flatten() {
            write!(f, "{before}{part}")?;
            before = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(country: &str, asn: u32) -> Place {
        Place {
            country: Some(country.to_owned()).filter(|country| !country.is_empty()),
            asn: Some(asn).filter(|asn| *asn > 0),
            ..Place::default()
        }
    }

    #[test]
    fn the_first_that_knows_is_believed() {
        assert_eq!(place("NL", 0).or(place("DE", 7)), place("NL", 7));
        assert_eq!(Place::default().or(place("DE", 7)), place("DE", 7));
        let named = Place { as_name: Some("a".to_owned()), ..Place::default() };
        assert_eq!(named.clone().or(place("", 7)), named);
    }

    #[test]
    fn a_word_for_what_is_known() {
        let full = Place { as_name: Some("Example BV".to_owned()), ..place("NL", 64_500) };
        assert_eq!(full.to_string(), "NL AS64500 Example BV");
        assert_eq!(place("", 7).to_string(), "AS7");
        assert_eq!(Place::default().to_string(), "");
    }
}
