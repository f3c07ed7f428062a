//! The user's own databases of addresses.

use std::path::PathBuf;

use clap::Args;
use trailspike::geo::{Geo, GeoError};

#[derive(Args)]
#[command(next_help_heading = "Output")]
pub struct GeoArgs {
    /// Database (.mmdb) of the countries or cities that source addresses are in; a hint only
    #[arg(long, value_name = "FILE")]
    geoip_city: Option<PathBuf>,
    /// Database (.mmdb) of the networks (AS) that source addresses are of
    #[arg(long, value_name = "FILE")]
    geoip_asn: Option<PathBuf>,
}

impl GeoArgs {
    /// The databases, when there are any.
    pub fn open(&self) -> Result<Option<Geo>, GeoError> {
        let files = [&self.geoip_city, &self.geoip_asn].into_iter().flatten();
        self.is_any().then(|| Geo::open(files)).transpose()
    }

    /// Whether there are any.
    pub fn is_any(&self) -> bool {
        self.geoip_city.is_some() || self.geoip_asn.is_some()
    }
}
