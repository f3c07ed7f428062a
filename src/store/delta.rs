//! Parquet's `DELTA_BINARY_PACKED` for lengths: differences to the length before, in as few bits as
//! they need.

use crate::count::encode_number;

/// Differences that share a least one.
const BLOCK: usize = 128;
/// Of them, those that share a number of bits.
const MINIBLOCK: usize = 32;

/// Encodes lengths, none longer than 2³¹ − 1.
pub fn encode_lengths(lengths: &[u32], out: &mut Vec<u8>) {
    for number in [BLOCK, BLOCK / MINIBLOCK, lengths.len()] {
        encode_number(u32::try_from(number).unwrap_or(u32::MAX), out);
    }
    encode_number(zigzag(lengths.first().copied().unwrap_or(0).into()), out);
    let differences = lengths.array_windows().map(|[a, b]| i64::from(*b) - i64::from(*a));
    let differences: Vec<i64> = differences.collect();
    for block in differences.chunks(BLOCK) {
        let least = block.iter().copied().min().unwrap_or(0);
        encode_number(zigzag(least), out);
        let more = |difference: &i64| (difference - least).cast_unsigned();
        let mut bits = [0_u32; BLOCK / MINIBLOCK];
        for (bits, some) in bits.iter_mut().zip(block.chunks(MINIBLOCK)) {
            let most = some.iter().map(more).max().unwrap_or(0);
            *bits = u64::BITS - most.leading_zeros();
        }
        out.extend(bits.map(|bits| bits.to_le_bytes()[0]));
        for (bits, some) in bits.into_iter().zip(block.chunks(MINIBLOCK)) {
            pack(some.iter().map(more), bits, out);
        }
    }
}

/// A whole miniblock of numbers, filled up with zeros, of so many bits each.
fn pack(numbers: impl Iterator<Item = u64>, bits: u32, out: &mut Vec<u8>) {
    let end = out.len() + MINIBLOCK / 8 * bits as usize;
    let (mut held, mut filled) = (0_u128, 0);
    for number in numbers {
        held |= u128::from(number) << filled;
        filled += bits;
        while filled >= 8 {
            out.push(held.to_le_bytes()[0]);
            held >>= 8;
            filled -= 8;
        }
    }
    if filled > 0 {
        out.push(held.to_le_bytes()[0]);
    }
    out.resize(end, 0);
}

/// Numbers near 0, negative or not, as small ones.
fn zigzag(number: i64) -> u32 {
    u32::try_from(((number << 1) ^ (number >> 63)).cast_unsigned()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_no_more_bits_than_they_differ_by() {
        let encoded = |lengths: &[u32]| {
            let mut out = Vec::new();
            encode_lengths(lengths, &mut out);
            out
        };
        // Block, miniblocks, lengths, the first; least difference, bits of four miniblocks.
        assert_eq!(encoded(&[]), [128, 1, 4, 0, 0]);
        assert_eq!(encoded(&[16; 40]), [128, 1, 4, 40, 32, 0, 0, 0, 0, 0]);
        // Differences of -5 and 10 are 0 and 15 above the least: four bits each, 32 of them.
        let mut expected = vec![128, 1, 4, 3, 10, 9, 4, 0, 0, 0, 0xf0];
        expected.resize(10 + 16, 0);
        assert_eq!(encoded(&[5, 0, 10]), expected);
    }
}
