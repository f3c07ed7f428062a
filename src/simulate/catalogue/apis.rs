//! Every API of the catalogue, by number.

use std::sync::LazyLock;

use super::services::{GLOBAL, SERVICES, Service};

/// An API of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiId(u16);

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was done.
    Success,
    /// What it asked for is not there.
    NotFound,
    /// It made no sense.
    Invalid,
    /// There were too many.
    Throttled,
    /// The caller may not.
    Denied,
    /// A console login with a wrong password.
    WrongPassword,
}

/// What is known of an API.
#[derive(Clone, Debug)]
pub struct Api {
    /// The service, `ec2.amazonaws.com`.
    pub event_source: String,
    /// The API, `DescribeInstances`.
    pub name: &'static str,
    /// Whether it only reads.
    pub read_only: bool,
    /// The request parameter that names what is acted on.
    pub parameter: &'static str,
    /// Whether it is recorded in us-east-1 only.
    pub is_global: bool,
    not_found: &'static str,
    throttled: &'static str,
    denied: &'static str,
}

static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| SERVICES.iter().flat_map(of_service).collect());

fn of_service(service: &'static Service) -> impl Iterator<Item = Api> {
    [(service.reads, true), (service.writes, false)].into_iter().flat_map(
        move |(names, read_only)| {
            names.split_whitespace().map(move |name| Api {
                event_source: format!("{}.amazonaws.com", service.name),
                name,
                read_only,
                parameter: service.parameter,
                is_global: GLOBAL.contains(&service.name),
                not_found: service.not_found,
                throttled: service.throttled,
                denied: service.denied,
            })
        },
    )
}

impl ApiId {
    /// Every API, the most common services first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).take(APIS.len())
    }

    /// The API of that name.
    pub fn find(service: &str, name: &str) -> Option<Self> {
        let is_it = |api: &&Self| {
            api.api().name == name
                && api.api().event_source.strip_suffix(".amazonaws.com") == Some(service)
        };
        Self::all().find(|api| is_it(&api))
    }

    /// `ConsoleLogin`.
    pub fn console_login() -> Self {
        static LOGIN: LazyLock<ApiId> =
            LazyLock::new(|| ApiId::find("signin", "ConsoleLogin").unwrap_or(ApiId(0)));
        *LOGIN
    }

    /// What is known of it.
    pub fn api(self) -> &'static Api {
        &APIS[usize::from(self.0)]
    }

    /// Its place in the catalogue.
    pub fn number(self) -> u64 {
        u64::from(self.0)
    }
}

impl Api {
    /// The error code of an outcome, as our reader names it; `None` for success.
    pub fn error_code(&self, outcome: Outcome) -> Option<&'static str> {
        match outcome {
            Outcome::Success => None,
            Outcome::NotFound => Some(self.not_found),
            Outcome::Invalid => Some("ValidationException"),
            Outcome::Throttled => Some(self.throttled),
            Outcome::Denied => Some(self.denied),
            Outcome::WrongPassword => Some("FailedAuthentication"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_api_is_listed_twice() {
        let names: BTreeSet<_> =
            ApiId::all().map(|id| (&id.api().event_source, id.api().name)).collect();
        assert_eq!(names.len(), APIS.len());
        assert_eq!(ApiId::console_login().api().name, "ConsoleLogin");
    }

    #[test]
    fn error_codes_mean_what_they_say() {
        use crate::event::error_family::ErrorFamily;
        for id in ApiId::all().filter(|id| *id != ApiId::console_login()) {
            let family = |outcome| id.api().error_code(outcome).map(ErrorFamily::of);
            assert_eq!(family(Outcome::Denied), Some(ErrorFamily::Denied));
            assert_eq!(family(Outcome::Throttled), Some(ErrorFamily::Throttled));
            // CloudFormation and Auto Scaling have no code of their own for it.
            let missing = [ErrorFamily::NotFound, ErrorFamily::InvalidRequest];
            assert!(family(Outcome::NotFound).is_some_and(|family| missing.contains(&family)));
        }
    }
}
