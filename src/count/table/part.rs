//! A part of the table: the rows of some of its APIs.

use std::borrow::Cow;
use std::ops::Range;

use super::{MinuteCounts, Row};
use crate::count::names::Api;
use crate::count::row::SumRow;
use crate::count::stored::{ApiRows, Piece};

/// Minute counts of some of the APIs, sorted by API, minute, caller and error code.
#[derive(Debug)]
pub struct Part<'t> {
    table: &'t MinuteCounts,
    rows: Cow<'t, [SumRow]>,
    pieces: Vec<Piece>,
    /// Each API of the part and where its rows are.
    apis: Vec<(Api<'t>, RowsOf)>,
}

/// Where the rows of an API are.
#[derive(Clone, Debug)]
enum RowsOf {
    Rows(Range<usize>),
    Pieces(Range<usize>),
}

impl<'t> Part<'t> {
    pub(super) fn new(table: &'t MinuteCounts, rows: Cow<'t, [SumRow]>) -> Self {
        let (mut start, mut apis) = (0, Vec::new());
        while let Some(first) = rows.get(start) {
            let end = start + length_of_api(&rows[start..], first.key.api);
            let api = table.names.api(table.apis[first.key.api as usize]);
            apis.push((api, RowsOf::Rows(start..end)));
            start = end;
        }
        Self { table, rows, pieces: Vec::new(), apis }
    }

    pub(super) fn stored(table: &'t MinuteCounts, stored: Vec<(usize, ApiRows)>) -> Self {
        let (mut rows, mut pieces) = (Vec::new(), Vec::new());
        let apis = stored.into_iter().map(|(api, of)| {
            let place = match of {
                ApiRows::Pieces(of) => {
                    let start = pieces.len();
                    pieces.extend(of);
                    RowsOf::Pieces(start..pieces.len())
                }
                ApiRows::Summed(of) => {
                    let start = rows.len();
                    rows.extend(of);
                    RowsOf::Rows(start..rows.len())
                }
            };
            (table.names.api(table.apis[api]), place)
        });
        let apis = apis.collect();
        Self { table, rows: Cow::Owned(rows), pieces, apis }
    }

    /// The whole table.
    #[must_use]
    pub const fn table(&self) -> &'t MinuteCounts {
        self.table
    }

    /// How many APIs it has. Those that differ only in `read_only` are neighbours.
    #[must_use]
    pub fn apis(&self) -> usize {
        self.apis.len()
    }

    /// The API with that index; they are sorted.
    #[must_use]
    pub fn api(&self, index: usize) -> Api<'t> {
        self.apis[index].0
    }

    /// The rows of the API with that index, in time order.
    pub fn rows(&self, api: usize) -> impl Iterator<Item = Row> + '_ {
        let (rows, pieces) = match self.apis[api].1.clone() {
            RowsOf::Rows(rows) => (rows, 0..0),
            RowsOf::Pieces(pieces) => (0..0, pieces),
        };
        let rows = self.rows[rows].iter().map(Row::from);
        rows.chain(self.pieces[pieces].iter().flat_map(Piece::rows))
    }
}

/// How many rows, which are sorted, are of the API that the first one is of; few of them are looked
/// at.
fn length_of_api(rows: &[SumRow], api: u32) -> usize {
    let is_of = |row: &SumRow| row.key.api == api;
    let mut most = 1;
    while rows.get(most).is_some_and(is_of) {
        most *= 2;
    }
    rows[..most.min(rows.len())].partition_point(is_of)
}
