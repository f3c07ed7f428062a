//! How object stores are reached.

use clap::Args;
use trailspike::cloud::Access;

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
}
