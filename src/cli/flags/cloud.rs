//! How object stores are reached.

use std::path::{Path, PathBuf};

use clap::Args;
use trailspike::cloud::Access;
use trailspike::store::RemoteStore;

use super::super::Failure;
use super::super::count::failure;

#[derive(Args, Default)]
#[command(next_help_heading = "Object stores")]
pub struct CloudArgs {
    /// Profile of the AWS configuration that says who you are [default: that of the environment]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Region of the buckets [default: where each says that it is]
    #[arg(long, alias = "s3-region", value_name = "REGION")]
    region_endpoint: Option<String>,
    /// Server to ask instead of Amazon's [default: what the environment or the profile says]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Pay for the requests, where a bucket's owner asks for that
    #[arg(long)]
    requester_pays: bool,
    /// Do not sign requests, for public buckets
    #[arg(long, conflicts_with = "profile")]
    no_sign_request: bool,
}

impl CloudArgs {
    /// How object stores are reached.
    pub fn access(&self) -> Access {
        Access {
            profile: self.profile.clone(),
            region: self.region_endpoint.clone(),
            endpoint: self.endpoint_url.clone(),
            requester_pays: self.requester_pays,
            anonymous: self.no_sign_request,
        }
    }

    /// The store at that path, copied to a temporary folder, if it is in an object store.
    pub fn remote(
        &self,
        store: &Path,
        temporary: Option<&Path>,
    ) -> Result<Option<RemoteStore>, Failure> {
        RemoteStore::open(store, &self.access(), temporary).map_err(failure)
    }

    /// The same of a store that must be there.
    pub fn remote_to_read(
        &self,
        store: &Path,
        temporary: Option<&Path>,
    ) -> Result<Option<RemoteStore>, Failure> {
        let remote = self.remote(store, temporary)?.map(RemoteStore::must_be_there);
        remote.transpose().map_err(failure)
    }

    /// The folders of stores that must be there; the copies among them last as long as what comes with
    /// them.
    pub fn folders_to_read(
        &self,
        stores: &[PathBuf],
        temporary: Option<&Path>,
    ) -> Result<(Vec<PathBuf>, Vec<RemoteStore>), Failure> {
        let (mut folders, mut copies) = (Vec::new(), Vec::new());
        for store in stores {
            let copy = self.remote_to_read(store, temporary)?;
            folders.push(copy.as_ref().map_or(&**store, RemoteStore::folder).to_owned());
            copies.extend(copy);
        }
        Ok((folders, copies))
    }
}
