//! Rows of a stretch of a bucket store's file in eight bytes each.

use std::collections::HashMap;

use ahash::RandomState;

use super::super::row::{RowKey, SumRow};
use super::super::table::{Example, Row};
use crate::minute::{DAY, Minute};

/// Rows a block has at most: callers and numbers fit 16 bits.
pub(crate) const MOST_ROWS: usize = 1 << 16;
/// Events of a row that has more than fit: they stand beside.
const MANY: u16 = u16::MAX;

/// Identity, its type, user agent and source address, by ids.
pub(crate) type CallerIds = [u32; 4];

/// Rows of one day, as they come in its file.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The day's first minute.
    midnight: u32,
    /// Each once.
    callers: Vec<CallerIds>,
    rows: Vec<BlockRow>,
    /// Events of rows with many.
    many: HashMap<u32, u32, RandomState>,
}

#[derive(Clone, Copy, Debug)]
struct BlockRow {
    /// Of the day.
    minute: u16,
    /// Place of its caller.
    caller: u16,
    error: u16,
    events: u16,
}

/// A row that a block cannot hold: no store that trailspike wrote has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoesNotFit;

impl Block {
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.rows.capacity() * size_of::<BlockRow>()
            + self.callers.capacity() * size_of::<CallerIds>()
            + self.many.capacity() * 2 * size_of::<u64>()
    }

    /// The row at that place, of the block with that number.
    pub(super) fn row(&self, number: u32, at: usize) -> Option<Row> {
        let row = *self.rows.get(at)?;
        let [identity, identity_type, user_agent, source_ip] =
            *self.callers.get(usize::from(row.caller))?;
        let place = u32::try_from(at).ok()?;
        Some(Row {
            minute: Minute::new(self.midnight + u32::from(row.minute)),
            identity,
            identity_type,
            user_agent,
            source_ip,
            error: u32::from(row.error),
            events: match row.events {
                MANY => self.many.get(&place).copied().unwrap_or(u32::from(MANY)),
                events => u32::from(events),
            },
            example: Example::Stored { block: number, row: place },
        })
    }
}

impl Row {
    /// As a row of an API, to be summed up.
    pub(super) fn summed(&self, api: u32, example: u128) -> SumRow {
        let key = RowKey {
            api,
            minute: self.minute.get(),
            identity: self.identity,
            identity_type: self.identity_type,
            user_agent: self.user_agent,
            source_ip: self.source_ip,
            error: self.error,
        };
        #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
        let example = [(example >> 64) as u64, example as u64];
        SumRow { key, events: self.events, example }
    }
}

/// A block in the making.
pub(crate) struct BlockBuilder {
    block: Block,
    places: HashMap<CallerIds, u16, RandomState>,
    /// Callers often come one after the other.
    last: Option<(CallerIds, u16)>,
}

impl BlockBuilder {
    /// For about so many rows of a day (days since the epoch).
    pub(crate) fn new(day: u32, rows: usize) -> Self {
        let rows = Vec::with_capacity(rows.min(MOST_ROWS));
        let block = Block { midnight: day.saturating_mul(DAY), rows, ..Block::default() };
        Self { block, places: HashMap::default(), last: None }
    }

    /// Adds the next row.
    pub(crate) fn push(
        &mut self,
        minute: Minute,
        caller: CallerIds,
        error: u32,
        events: u32,
    ) -> Result<(), DoesNotFit> {
        let at = self.block.rows.len();
        let of_day = minute.get().checked_sub(self.block.midnight).filter(|of_day| *of_day < DAY);
        let (Some(of_day), Ok(error), true) = (
            of_day.and_then(|of_day| u16::try_from(of_day).ok()),
            u16::try_from(error),
            at < MOST_ROWS,
        ) else {
            return Err(DoesNotFit);
        };
        let caller = self.caller(caller)?;
        let few = u16::try_from(events).unwrap_or(MANY);
        if few == MANY {
            self.block.many.insert(u32::try_from(at).map_err(|_| DoesNotFit)?, events);
        }
        self.block.rows.push(BlockRow { minute: of_day, caller, error, events: few });
        Ok(())
    }

    fn caller(&mut self, caller: CallerIds) -> Result<u16, DoesNotFit> {
        if let Some((last, place)) = self.last
            && last == caller
        {
            return Ok(place);
        }
        let place = if let Some(&place) = self.places.get(&caller) {
            place
        } else {
            let callers = &mut self.block.callers;
            let place = u16::try_from(callers.len()).map_err(|_| DoesNotFit)?;
            callers.push(caller);
            self.places.insert(caller, place);
            place
        };
        self.last = Some((caller, place));
        Ok(place)
    }

    pub(crate) fn finish(mut self) -> Block {
        self.block.callers.shrink_to_fit();
        self.block.rows.shrink_to_fit();
        self.block
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(
            rows in prop::collection::vec(
                (0..DAY, prop::array::uniform4(0..5_u32), 0..70_000_u32, prop_oneof![1..9_u32, 65_530..65_540_u32, any::<u32>()]),
                0..50
            )
        ) {
            let mut builder = BlockBuilder::new(20_000, 10);
            let mut kept = Vec::new();
            for (minute, caller, error, events) in rows {
                let minute = Minute::new(20_000 * DAY + minute);
                let fits = builder.push(minute, caller, error, events);
                prop_assert_eq!(fits.is_ok(), u16::try_from(error).is_ok());
                if fits.is_ok() {
                    kept.push((minute, caller, error, events));
                }
            }
            let block = builder.finish();
            let read: Vec<_> = (0..block.rows()).map(|at| {
                let row = block.row(3, at).unwrap();
                let caller = [row.identity, row.identity_type, row.user_agent, row.source_ip];
                (row.minute, caller, row.error, row.events)
            }).collect();
            prop_assert_eq!(read, kept);
        }
    }

    #[test]
    fn rows_of_other_days_do_not_fit() {
        let mut builder = BlockBuilder::new(10, 10);
        for (minute, fits) in [(9, false), (10, true), (11, false)] {
            let pushed = builder.push(Minute::new(minute * DAY), [0; 4], 0, 1);
            assert_eq!(pushed.is_ok(), fits, "{minute}");
        }
    }
}
