//! How the subjects of each account vary, from a look at all of them before any verdict.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::assemble::{InsightOptions, subjects};
use crate::count::MinuteCounts;
use crate::detect::{CloseCalls, Detector};
use crate::series::all_series;

/// The close calls of each account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountsCloseCalls(BTreeMap<String, CloseCalls>);

impl AccountsCloseCalls {
    /// Looks at all APIs of the table. How many false insights are borne changes nothing; the least
    /// number of events does.
    ///
    /// # Errors
    /// When counts kept in a temporary file cannot be read back.
    pub fn of(
        table: &MinuteCounts,
        detector: &dyn Detector,
        options: InsightOptions,
    ) -> io::Result<Self> {
        let unknown = Self::default();
        if !detector.follows_accounts() {
            return Ok(unknown);
        }
        let accounts = table.coverage().keys();
        let quiet =
            || Self(accounts.clone().map(|of| (of.to_string(), CloseCalls::default())).collect());
        let parts = (0..table.parts()).into_par_iter().map(|index| {
            let part = table.part(index)?;
            let series = all_series(&part, options.calls);
            let mut accounts = Self::default();
            for (subject, looked_at) in subjects(&part, &series, options, &unknown) {
                for day in detector.close_calls(looked_at) {
                    accounts.account(subject.api(&part).account).add(day);
                }
            }
            Ok(accounts)
        });
        parts.try_reduce(quiet, |mut a, b| {
            for (account, close_calls) in b.0 {
                a.account(&account).merge(&close_calls);
            }
            Ok(a)
        })
    }

    /// Those of one account; `None` when it has none.
    #[must_use]
    pub fn of_account(&self, account: &str) -> Option<&CloseCalls> {
        self.0.get(account)
    }

    fn account(&mut self, account: &str) -> &mut CloseCalls {
        if !self.0.contains_key(account) {
            self.0.insert(account.to_owned(), CloseCalls::default());
        }
        self.0.entry(account.to_owned()).or_default()
    }
}
