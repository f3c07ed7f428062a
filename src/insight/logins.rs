//! Whether anybody who guessed passwords got in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use ahash::RandomState;
use rayon::prelude::*;

use super::{Insight, pattern};
use crate::count::{Api, Dimension, MinuteCounts, OTHER_NAMES, Row};
use crate::coverage::Span;
use crate::event::error_family::ErrorFamily;
use crate::minute::Minute;

/// Somebody who guesses: where and when.
struct Guess<'i> {
    account: &'i str,
    span: Span,
}

/// What the logins of some accounts tell.
#[derive(Default)]
struct Logins<'t> {
    /// By guess, the addresses with a failed login in its time.
    failed: HashMap<usize, HashSet<u32, RandomState>>,
    /// By account and address, events of each minute.
    succeeded: BTreeMap<(&'t str, u32), Vec<(Minute, u64)>>,
}

/// Tells of each insight on guessed names how many logins succeeded in its time from addresses that
/// had only failed.
///
/// # Errors
/// When counts had to be written to disk and cannot be read back.
pub(super) fn recognise(insights: &mut [Insight], table: &MinuteCounts) -> io::Result<()> {
    let of_guesses: Vec<usize> =
        (0..insights.len()).filter(|at| pattern::guesses_names(&insights[*at].traits)).collect();
    if of_guesses.is_empty() {
        return Ok(());
    }
    let guess = |at: &usize| Guess { account: &insights[*at].account, span: insights[*at].span };
    let guesses: Vec<Guess<'_>> = of_guesses.iter().map(guess).collect();
    let logins = (0..table.parts())
        .into_par_iter()
        .map(|index| in_part(table, index, &guesses))
        .try_reduce(Logins::default, |a, b| Ok(a.and(b)))?;
    let numbers: Vec<Option<u64>> =
        guesses.iter().enumerate().map(|(at, guess)| logins.succeeded(at, guess)).collect();
    drop(guesses);
    for (at, number) in of_guesses.into_iter().zip(numbers) {
        insights[at].traits.logins_succeeded = number;
    }
    Ok(())
}

fn in_part<'t>(
    table: &'t MinuteCounts,
    index: usize,
    guesses: &[Guess<'_>],
) -> io::Result<Logins<'t>> {
    let part = table.part(index)?;
    let mut logins = Logins::default();
    for index in 0..part.apis() {
        let api = part.api(index);
        let is_own = |guess: &Guess<'_>| guess.account == api.account;
        if !is_login(api) || !guesses.iter().any(is_own) {
            continue;
        }
        for row in part.rows(index) {
            logins.add(api.account, row, table, guesses);
        }
    }
    Ok(logins)
}

fn is_login(api: Api<'_>) -> bool {
    (api.event_source, api.event_name) == ("signin.amazonaws.com", "ConsoleLogin")
}

impl<'t> Logins<'t> {
    fn add(&mut self, account: &'t str, row: Row, table: &MinuteCounts, guesses: &[Guess<'_>]) {
        let address = row.source_ip;
        let code = table.name(Dimension::ErrorCode, row.error);
        if code.is_empty() {
            let of = self.succeeded.entry((account, address)).or_default();
            of.push((row.minute, u64::from(row.events)));
        } else if ErrorFamily::of(code) == ErrorFamily::FailedLogin
            && table.name(Dimension::SourceIp, address) != OTHER_NAMES
        {
            for (at, guess) in guesses.iter().enumerate() {
                if guess.account == account && guess.span.contains(row.minute) {
                    self.failed.entry(at).or_default().insert(address);
                }
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        for (at, addresses) in other.failed {
            self.failed.entry(at).or_default().extend(addresses);
        }
        for (place, minutes) in other.succeeded {
            self.succeeded.entry(place).or_default().extend(minutes);
        }
        self
    }

    /// `None` where no login of the account ever succeeded: then the counts know of none.
    fn succeeded(&self, at: usize, guess: &Guess<'_>) -> Option<u64> {
        let own = || self.succeeded.iter().filter(|((account, _), _)| *account == guess.account);
        own().next()?;
        let failed = self.failed.get(&at);
        let from_there =
            own().filter(|((_, address), _)| failed.is_some_and(|of| of.contains(address)));
        let never_before = from_there
            .filter(|(_, minutes)| minutes.iter().all(|(minute, _)| *minute >= guess.span.start));
        let inside = never_before.flat_map(|(_, minutes)| minutes);
        Some(inside.filter(|(at, _)| guess.span.contains(*at)).map(|(_, events)| events).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_counts_where_all_had_failed_before() {
        let guess =
            Guess { account: "1", span: Span { start: Minute::new(100), end: Minute::new(200) } };
        let number = |logins: &[(&'static str, u32, u32, u64)]| {
            let mut all = Logins::default();
            all.failed.entry(0).or_default().extend([7, 8]);
            for (account, address, minute, events) in logins {
                let of = all.succeeded.entry((account, *address)).or_default();
                of.push((Minute::new(*minute), *events));
            }
            all.succeeded(0, &guess)
        };
        assert_eq!(number(&[]), None);
        assert_eq!(number(&[("2", 7, 150, 1)]), None);
        // Elsewhere, and later.
        assert_eq!(number(&[("1", 9, 150, 1), ("1", 7, 200, 1)]), Some(0));
        assert_eq!(number(&[("1", 7, 150, 2), ("1", 8, 199, 1)]), Some(3));
        // An office, where somebody mistyped.
        assert_eq!(number(&[("1", 7, 99, 1), ("1", 7, 150, 2)]), Some(0));
    }
}
