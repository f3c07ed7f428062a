//! What 64 bytes of JSON hold, one bit for each byte, the first the lowest.

use fearless_simd::prelude::*;
use fearless_simd::u8x64;

/// Bytes looked at together.
pub const BLOCK: usize = 64;

/// The places of what matters in strings.
pub struct Marks {
    pub quotes: u64,
    pub backslashes: u64,
    pub controls: u64,
}

/// Finds the marks of a block.
#[expect(clippy::inline_always, reason = "it must become part of each kind of processor's code")]
#[inline(always)]
pub fn marks<S: Simd>(bytes: u8x64<S>) -> Marks {
    Marks {
        quotes: bytes.simd_eq(b'"').to_bitmask(),
        backslashes: bytes.simd_eq(b'\\').to_bitmask(),
        controls: bytes.simd_lt(b' ').to_bitmask(),
    }
}

/// Which bytes a backslash before them escapes; `begun` says so of the first byte, and then of the
/// first byte of the next block. (As in simdjson: a run of backslashes escapes what follows it when
/// their number is odd, and that shows in a sum.)
#[inline]
pub fn escaped(backslashes: u64, begun: &mut bool) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = u64::from(*begun);
    let backslashes = backslashes & !first;
    let follows = backslashes << 1 | first;
    let odd_starts = backslashes & !EVEN & !follows;
    let (ends, overflow) = odd_starts.overflowing_add(backslashes);
    *begun = overflow;
    (EVEN ^ (ends << 1)) & follows
}

/// Each bit: whether an odd number of bits is set up to and with it.
#[inline]
pub fn odd_up_to_here(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escapes_are_those_found_one_by_one(bytes in prop::collection::vec(any::<bool>(), 256)) {
            let (mut begun, mut escapes) = (false, false);
            for block in bytes.chunks(64) {
                let bits = |set: &mut dyn FnMut(bool) -> bool| {
                    block.iter().zip(0..).fold(0, |bits, (&byte, at)| bits | u64::from(set(byte)) << at)
                };
                let expected = bits(&mut |backslash| {
                    let escaped = std::mem::replace(&mut escapes, false);
                    escapes = backslash && !escaped;
                    escaped
                });
                prop_assert_eq!(escaped(bits(&mut |backslash| backslash), &mut begun), expected);
            }
        }
    }
}
