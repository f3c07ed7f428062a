//! APIs with more callers than can be told apart in memory: of each minute only the busiest rows
//! keep their names, the others become one row an error code, and every total stays exact.

use super::row::{RowKey, SumRow, sum_rows};

/// Rows of a minute that keep their names, at first.
const AT_FIRST: usize = 1 << 16;

/// The names that stand for all those not told apart.
#[derive(Clone, Copy, Debug)]
pub struct Anyone {
    pub identity: u32,
    pub identity_type: u32,
    pub user_agent: u32,
    pub source_ip: u32,
}

impl Anyone {
    fn is(self, key: RowKey) -> bool {
        (key.identity, key.user_agent, key.source_ip)
            == (self.identity, self.user_agent, self.source_ip)
    }

    fn instead_of(self, key: RowKey) -> RowKey {
        let Self { identity, identity_type, user_agent, source_ip } = self;
        RowKey { identity, identity_type, user_agent, source_ip, ..key }
    }
}

/// The rows of one API as they come, at most about `most` of them.
///
/// As many rows of each minute keep their names as a power of two that depends on all minutes of
/// the API, and so on nothing but the rows.
pub struct Crowd {
    anyone: Anyone,
    most: usize,
    named: usize,
    rows: Vec<SumRow>,
}

impl Crowd {
    pub fn new(anyone: Anyone, most: usize) -> Self {
        Self { anyone, most, named: AT_FIRST, rows: Vec::new() }
    }

    /// Takes all rows of the API's next minute, sorted and summed.
    pub fn push(&mut self, minute: &mut Vec<SumRow>) {
        self.thin(minute);
        self.rows.append(minute);
        while self.rows.len() > self.most && self.named > 1 {
            self.named /= 2;
            let mut before = std::mem::take(&mut self.rows);
            let minutes = before.chunk_by_mut(|a, b| a.key.minute == b.key.minute);
            for minute in minutes {
                let mut minute = minute.to_vec();
                self.thin(&mut minute);
                self.rows.append(&mut minute);
            }
        }
    }

    /// The rows, sorted and summed.
    pub fn into_rows(self) -> Vec<SumRow> {
        self.rows
    }

    /// Leaves the names of the rows with most events, ties by key.
    fn thin(&self, minute: &mut Vec<SumRow>) {
        if minute.len() <= self.named {
            return;
        }
        minute.sort_unstable_by_key(|row| {
            (self.anyone.is(row.key), std::cmp::Reverse(row.events), row.key)
        });
        for row in &mut minute[self.named..] {
            row.key = self.anyone.instead_of(row.key);
        }
        sum_rows(minute);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANYONE: Anyone = Anyone { identity: 1, identity_type: 0, user_agent: 1, source_ip: 1 };

    fn row(minute: u32, identity: u32, error: u32, events: u32) -> SumRow {
        let key = RowKey { minute, identity, error, ..RowKey::default() };
        SumRow { key, events, example: [0, 0] }
    }

    #[test]
    fn the_busiest_keep_their_names_and_totals_stay() {
        let mut crowd = Crowd::new(ANYONE, 100);
        for minute in 0..10 {
            // One caller in a hundred is busy; every other call fails.
            let row =
                |caller| row(minute, caller, caller % 2, if caller % 100 == 0 { 50 } else { 1 });
            crowd.push(&mut (10..1_010).map(row).collect());
        }
        let rows = crowd.into_rows();
        assert!(rows.len() <= 100, "{}", rows.len());
        assert!(rows.is_sorted_by_key(|row| row.key));
        let busy = rows.iter().filter(|row| row.key.identity != 1 && row.events == 50).count();
        assert!(busy >= 40, "{busy}");
        let failed = |error| {
            rows.iter().filter(|row| row.key.error == error).map(|row| row.events).sum::<u32>()
        };
        assert_eq!((failed(1), failed(0)), (5_000, 5_000 + 10 * 10 * 49));
    }
}
