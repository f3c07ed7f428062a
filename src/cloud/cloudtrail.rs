//! CloudTrail's `ListPublicKeys`: the keys that it signs digests with, Region by Region.
//!
//! One small request (AWS JSON 1.1) for each page; it is made and signed by what `object_store` has
//! for S3, so that nothing more is needed for it.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use object_store::HeaderValue;
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{
    HttpClient, HttpConnector as _, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    ReqwestConnector,
};
use serde::Deserialize;
use serde_json::json;

use super::connect::client;
use super::credentials::{Settings, settings};
use super::error::{of_code, why};
use super::runtime::{runtime, wait};
use super::{Access, CloudError, KeysAsked, Why};

/// Regions asked at once.
const AT_ONCE: usize = 8;
/// Pages of one Region's keys, of which there are a few a year.
const PAGES: usize = 1_000;
/// How often a request is made that fails on its way, or is one too many.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET: HeaderValue = HeaderValue::from_static(
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys",
);

/// The keys of Regions, each in its place: the texts of all pages, as CloudTrail answers them.
/// `--endpoint-url` is of no concern here, for it is a bucket's; `AWS_ENDPOINT_URL_CLOUDTRAIL` and
/// `AWS_ENDPOINT_URL` are.
///
/// # Errors
/// Each Region may fail by itself.
#[must_use]
pub fn list_public_keys(
    asked: &[KeysAsked],
    access: &Access,
) -> Vec<Result<Vec<String>, CloudError>> {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            let why = Why::Other(error.to_string());
            let failed = |asked: &KeysAsked| {
                Err(CloudError { address: host(&asked.region), why: why.clone() })
            };
            return asked.iter().map(failed).collect();
        }
    };
    let (asked, access) = (asked.to_vec(), access.clone());
    wait(runtime, async move {
        let settings = settings(&access).await;
        let one = |asked| one(asked, &settings, access.profile.as_deref());
        stream::iter(asked).map(one).buffered(AT_ONCE).collect().await
    })
}

async fn one(
    asked: KeysAsked,
    settings: &Settings,
    profile: Option<&str>,
) -> Result<Vec<String>, CloudError> {
    let service = Service::new(&asked, settings, profile);
    let pages = service.pages(&asked).await;
    pages.map_err(|why| CloudError { address: service.address, why })
}

/// CloudTrail in a Region.
struct Service<'s> {
    /// Its address, without a path.
    address: String,
    settings: &'s Settings,
    profile: Option<&'s str>,
}

/// An answer that is of use, or why there is none.
enum Answer {
    Text(String),
    /// It is worth another try.
    Again(Why),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    next_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type", default)]
    code: String,
    #[serde(alias = "Message", default)]
    message: String,
}

impl<'s> Service<'s> {
    fn new(asked: &KeysAsked, settings: &'s Settings, profile: Option<&'s str>) -> Self {
        let other = settings.endpoint("AWS_ENDPOINT_URL_CLOUDTRAIL");
        let address = other.unwrap_or_else(|| host(&asked.region));
        Self { address: address.trim_end_matches('/').to_owned(), settings, profile }
    }

    async fn pages(&self, asked: &KeysAsked) -> Result<Vec<String>, Why> {
        if !is_region(&asked.region) {
            return Err(Why::BadAddress(format!("{} is no Region", asked.region)));
        }
        let failed = |error: object_store::Error| why(&error, self.profile);
        let plain = self.address.starts_with("http://");
        let http = ReqwestConnector::default().connect(&client(plain)).map_err(failed)?;
        let mut texts = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..PAGES {
            let mut body = json!({
                "StartTime": asked.from.timestamp(),
                "EndTime": asked.to.timestamp(),
            });
            if let Some(token) = next {
                body["NextToken"] = token.into();
            }
            let text = self.ask(&http, &asked.region, &body.to_string()).await?;
            let page: Page = serde_json::from_str(&text).map_err(|_| Why::Other(odd(&text)))?;
            texts.push(text);
            match page.next_token {
                Some(token) if !token.is_empty() => next = Some(token),
                _ => return Ok(texts),
            }
        }
        Err(Why::Other("there is no end to its keys".to_owned()))
    }

    async fn ask(&self, http: &HttpClient, region: &str, body: &str) -> Result<String, Why> {
        let credentials = self.settings.credentials.as_deref();
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let credential = match credentials {
                Some(chain) => chain.get().await,
                None => {
                    return Err(Why::BadCredentials("requests are not to be signed".to_owned()));
                }
            };
            let credential = credential.map_err(|error| why(&error, self.profile))?;
            match self.ask_once(http, region, body, &credential).await? {
                Answer::Text(text) => return Ok(text),
                Answer::Again(why) if tries == TRIES => return Err(why),
                Answer::Again(_) => tokio::time::sleep(pause).await,
            }
            pause *= 2;
            tries += 1;
        }
    }

    async fn ask_once(
        &self,
        http: &HttpClient,
        region: &str,
        body: &str,
        credential: &AwsCredential,
    ) -> Result<Answer, Why> {
        let request = self.request(region, body, credential)?;
        let answer = match http.execute(request).await {
            Ok(answer) => answer,
            Err(error) => return again(&error),
        };
        let status = answer.status();
        let text = match answer.into_body().bytes().await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => return again(&error),
        };
        if status.is_success() {
            return Ok(Answer::Text(text));
        }
        let Ok(Refusal { code, message }) = serde_json::from_str::<Refusal>(&text) else {
            let why = Why::Other(format!("{status}: {}", odd(&text)));
            return if status.is_server_error() { Ok(Answer::Again(why)) } else { Err(why) };
        };
        let code = code.rsplit('#').next().unwrap_or_default();
        let why = match of_code(code, &message, self.profile) {
            Some(why) => why,
            None => Why::Other(format!("{code}: {message}")),
        };
        let is_passing = matches!(why, Why::Throttled(_)) || status.is_server_error();
        if is_passing { Ok(Answer::Again(why)) } else { Err(why) }
    }

    fn request(
        &self,
        region: &str,
        body: &str,
        credential: &AwsCredential,
    ) -> Result<HttpRequest, Why> {
        let bad = || Why::BadAddress(format!("{} is no address of a server", self.address));
        let mut request = HttpRequest::new(HttpRequestBody::from(body.to_owned()));
        *request.method_mut() = "POST".parse().map_err(|_| bad())?;
        *request.uri_mut() = format!("{}/", self.address).parse().map_err(|_| bad())?;
        let uri = request.uri();
        if !matches!(uri.scheme_str(), Some("http" | "https"))
            || uri.host().is_none_or(str::is_empty)
        {
            return Err(bad());
        }
        request.headers_mut().insert("content-type", CONTENT_TYPE);
        request.headers_mut().insert("x-amz-target", TARGET);
        AwsAuthorizer::new(credential, "cloudtrail", region).authorize(&mut request, None);
        Ok(request)
    }
}

/// What comes of a request that failed on its way.
fn again(error: &HttpError) -> Result<Answer, Why> {
    let why = Why::Other(super::error::chain(error));
    match error.kind() {
        HttpErrorKind::Decode => Err(why),
        _ => Ok(Answer::Again(why)),
    }
}

/// The beginning of an answer that is none.
fn odd(text: &str) -> String {
    let start: String = text.chars().take(200).collect();
    format!("this is no answer of CloudTrail: {start}")
}

/// Where CloudTrail is in a Region.
fn host(region: &str) -> String {
    let domain = match region.split_once('-') {
        Some(("cn", _)) => "amazonaws.com.cn",
        Some(("eusc", _)) => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("https://cloudtrail.{region}.{domain}")
}

/// Whether it may be a Region's name. It comes from names of files, and says who is asked.
fn is_region(region: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
    };
    (3..=32).contains(&region.len()) && region.contains('-') && region.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_is_asked_whatever_files_are_called() {
        for region in ["us-east-1", "us-gov-west-1", "cn-north-1", "ap-southeast-7"] {
            assert!(is_region(region), "{region}");
        }
        for region in [
            "",
            "-",
            "us",
            "us-east-1.evil.com",
            "us-east-1@evil",
            "us-east-1:80",
            "us--1",
            "US-EAST-1",
            "us-east-1#",
            "é-1",
            "us-east-1-but-far-too-long-for-a-region",
        ] {
            assert!(!is_region(region), "{region}");
        }
        assert_eq!(host("eu-west-1"), "https://cloudtrail.eu-west-1.amazonaws.com");
        assert_eq!(host("cn-north-1"), "https://cloudtrail.cn-north-1.amazonaws.com.cn");
    }
}
