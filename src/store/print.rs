//! Fingerprints of event ids: five bytes by which copies of an event are known.

use std::fmt;

/// Bytes of a print in a store.
pub const PRINT_BYTES: usize = 5;

/// 40 bits made of an event id. Of two different events of one row, which share all that is counted
/// of them and the minute, one pair in 10¹² has the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Print([u8; PRINT_BYTES]);

impl Print {
    /// The print of an id by its halves: those of a UUID, or 0 and a hash of any other id. `None` for
    /// an event without an id.
    pub fn of([high, low]: [u64; 2]) -> Option<Self> {
        if [high, low] == [0, 0] {
            return None;
        }
        let mixed =
            (high.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ low).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let [a, b, c, d, e, ..] = mixed.to_be_bytes();
        Some(Self([a, b, c, d, e]))
    }

    /// As it stands in a store.
    pub const fn bytes(self) -> [u8; PRINT_BYTES] {
        self.0
    }

    /// From a store; `None` when that many bytes are no whole number of prints.
    pub fn all(bytes: &[u8]) -> Option<impl Iterator<Item = Self> + '_> {
        let (prints, rest) = bytes.as_chunks::<PRINT_BYTES>();
        rest.is_empty().then(|| prints.iter().map(|bytes| Self(*bytes)))
    }
}

impl fmt::Debug for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_are_the_upper_forty_bits() {
        let mixed =
            (7_u64.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 9).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let print = Print::of([7, 9]).unwrap();
        assert_eq!(format!("{print:?}"), format!("{:010x}", mixed >> 24));
        assert_eq!(Print::of([0, 0]), None);
        assert_eq!(Print::all(&print.bytes()).unwrap().collect::<Vec<_>>(), [print]);
        assert!(Print::all(&[1, 2, 3]).is_none());
    }
}
