//! Fingerprints of event ids: five bytes by which copies of an event are known.

/// Bytes of a print.
pub const PRINT_BYTES: usize = 5;

/// 40 bits made of an event id, as they stand in a store. Of two different events of one row, which
/// share all that is counted of them and the minute, one pair in 10¹² has the same.
pub type Print = [u8; PRINT_BYTES];

/// The print of an id by its halves: those of a UUID, or 0 and a hash of any other id. `None` for an
/// event without an id.
pub fn print_of([high, low]: [u64; 2]) -> Option<Print> {
    if [high, low] == [0, 0] {
        return None;
    }
    let mixed = high.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ low;
    let mixed = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93).to_be_bytes();
    mixed.first_chunk().copied()
}

/// The prints in bytes of a store; `None` when these are no whole number of prints.
pub fn prints_in(bytes: &[u8]) -> Option<&[Print]> {
    let (prints, rest) = bytes.as_chunks::<PRINT_BYTES>();
    rest.is_empty().then_some(prints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_are_the_upper_forty_bits() {
        // As docs/store.md says it.
        let mixed = 7_u64.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 9;
        let upper = mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 24;
        let print = print_of([7, 9]).unwrap();
        assert_eq!(print.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)), upper);
        assert_eq!(print_of([0, 0]), None);
        assert_eq!(prints_in(&print), Some(&[print][..]));
        assert_eq!(prints_in(&[1, 2, 3]), None);
    }
}
