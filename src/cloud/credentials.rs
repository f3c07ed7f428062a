//! Who we are to AWS: its usual chain (environment, profiles with SSO and processes, web identity,
//! container, instance), asked again before what it gave expires.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::BehaviorVersion;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector, tls};
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use tokio::sync::Mutex;

use super::Access;

/// Credentials that end within this time are asked for again.
const SLACK: Duration = Duration::from_mins(5);

/// What the environment and the profile say.
pub struct Settings {
    pub credentials: Option<Arc<Chain>>,
    pub region: Option<String>,
    /// A server other than Amazon's, for all services.
    endpoint: Option<String>,
}

impl Settings {
    /// The server of one service, which a variable of the environment may name by itself.
    pub fn endpoint(&self, variable: &str) -> Option<String> {
        let own = std::env::var(variable).ok().filter(|url| !url.is_empty());
        own.or_else(|| self.endpoint.clone())
    }
}

/// Reads the environment and the profile. No credentials are asked for yet.
pub async fn settings(access: &Access) -> Settings {
    let mut profile = ProfileFileRegionProvider::builder();
    if let Some(name) = &access.profile {
        profile = profile.profile_name(name);
    }
    // Instance metadata is not asked: the bucket itself says where it is.
    let mut region = EnvironmentVariableRegionProvider::new().region().await;
    if region.is_none() {
        region = profile.build().region().await;
    }
    let region = access.region.clone().or_else(|| region.map(|region| region.to_string()));
    // By itself the SDK's client goes through no proxy, whatever the environment says.
    let http = Builder::new().build_with_connector_fn(|settings, parts| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(parts) = parts {
            connector.set_sleep_impl(parts.sleep_impl());
        }
        let ring = tls::rustls_provider::CryptoMode::Ring;
        connector.tls_provider(tls::Provider::Rustls(ring)).build()
    });
    // A Region must be there for the services that give credentials.
    let here = region.clone().unwrap_or_else(|| "us-east-1".to_owned());
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http)
        .region(aws_config::Region::new(here));
    if let Some(name) = &access.profile {
        loader = loader.profile_name(name);
    }
    let config = loader.load().await;
    let provider = config.credentials_provider().filter(|_| !access.anonymous);
    let endpoint = config.endpoint_url().map(str::to_owned);
    let chain = |provider| Arc::new(Chain { provider, last: Mutex::default() });
    Settings { credentials: provider.map(chain), region, endpoint }
}

/// The chain, with what it last gave.
pub struct Chain {
    provider: SharedCredentialsProvider,
    last: Mutex<Option<(Arc<AwsCredential>, Option<SystemTime>)>>,
}

impl Chain {
    /// What it gives, asked for again before it ends.
    pub async fn get(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut last = self.last.lock().await;
        if let Some((credential, expires)) = &*last
            && expires.is_none_or(|expires| SystemTime::now() + SLACK < expires)
        {
            return Ok(credential.clone());
        }
        let given = self.provider.provide_credentials().await.map_err(|error| {
            let source = Box::new(NoCredentials(causes(&error)));
            object_store::Error::Generic { store: "S3", source }
        })?;
        let credential = Arc::new(AwsCredential {
            key_id: given.access_key_id().to_owned(),
            secret_key: given.secret_access_key().to_owned(),
            token: given.session_token().map(str::to_owned),
        });
        *last = Some((credential.clone(), given.expiry()));
        Ok(credential)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chain")
    }
}

impl CredentialProvider for Chain {
    type Credential = AwsCredential;

    fn get_credential<'s, 'f>(
        &'s self,
    ) -> Pin<Box<dyn Future<Output = object_store::Result<Arc<AwsCredential>>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(self.get())
    }
}

/// The chain gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoCredentials(String);

/// What the chain said, if that is why a request failed.
pub fn no_credentials(error: &object_store::Error) -> Option<String> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(NoCredentials(said)) = error.downcast_ref() {
            return Some(said.clone());
        }
        cause = error.source();
    }
    None
}

/// The innermost causes tell most.
fn causes(error: &dyn StdError) -> String {
    let mut said = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push(error.to_string());
        cause = error.source();
    }
    said.dedup();
    said.join(": ")
}
