//! From an address to a client.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, resolve_bucket_region};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::credentials::{Settings, settings};
use super::error::why;
use super::{Access, Address, Scheme, Why};

/// A request that takes longer is tried again.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The client for a bucket.
pub async fn connect(address: &Address, access: &Access) -> Result<Arc<dyn ObjectStore>, Why> {
    let failed = |error: object_store::Error| why(&error, access.profile.as_deref());
    let bucket = address.bucket.as_str();
    if bucket.is_empty() {
        return Err(Why::BadAddress(format!("{address} names no bucket")));
    }
    Ok(match address.scheme {
        Scheme::S3 => return s3(bucket, access).await,
        Scheme::Gs => Arc::new(
            GoogleCloudStorageBuilder::from_env()
                .with_bucket_name(bucket)
                .with_retry(retry())
                .with_client_options(client(false))
                .with_skip_signature(access.anonymous)
                .build()
                .map_err(failed)?,
        ),
        Scheme::Az => Arc::new(
            MicrosoftAzureBuilder::from_env()
                .with_container_name(bucket)
                .with_retry(retry())
                .with_client_options(client(false))
                .with_skip_signature(access.anonymous)
                .build()
                .map_err(failed)?,
        ),
        Scheme::Https | Scheme::Http => Arc::new(
            HttpBuilder::new()
                .with_url(address.root())
                .with_retry(retry())
                .with_client_options(client(address.scheme == Scheme::Http))
                .build()
                .map_err(failed)?,
        ),
    })
}

async fn s3(bucket: &str, access: &Access) -> Result<Arc<dyn ObjectStore>, Why> {
    let failed = |error: object_store::Error| why(&error, access.profile.as_deref());
    let settings = settings(access).await;
    let endpoint = access.endpoint.clone().or_else(|| settings.endpoint("AWS_ENDPOINT_URL_S3"));
    let Settings { credentials, region, .. } = settings;
    // Only what is asked for in words is stronger than what the bucket says of itself.
    let region = match (&access.region, &endpoint) {
        (Some(region), _) => region.clone(),
        (None, Some(_)) => region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
        (None, None) => {
            let asked = resolve_bucket_region(bucket, &client(false)).await;
            match asked {
                Ok(region) => region,
                Err(error) if error.to_string().contains("not found") => return Err(Why::NoBucket),
                Err(_) => region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            }
        }
    };
    let plain = endpoint.as_deref().is_some_and(|url| url.starts_with("http://"));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_retry(retry())
        .with_client_options(client(plain))
        .with_request_payer(access.requester_pays)
        .with_skip_signature(access.anonymous);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(credentials) = credentials {
        builder = builder.with_credentials(credentials);
    }
    Ok(Arc::new(builder.build().map_err(failed)?))
}

const DEFAULT_REGION: &str = "us-east-1";

/// How servers are talked to; `plain` allows it without encryption.
pub fn client(plain: bool) -> ClientOptions {
    ClientOptions::new().with_timeout(TIMEOUT).with_allow_http(plain)
}

/// About a minute of tries, the first ones soon after each other.
fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(10),
            base: 2.0,
        },
        max_retries: 10,
        retry_timeout: Duration::from_mins(2),
    }
}
