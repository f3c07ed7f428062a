//! Gzip, of one or several members, with damage told as a [`Damage`] and what came before it kept.

mod stream;

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::Decompressor;
use memchr::memmem;

use super::Damage;

pub use stream::GzipReader;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// DEFLATE cannot do better than this.
const MAX_DEFLATE_RATIO: usize = 1_032;
/// Room made for text at a time when the trailer's size does not fit.
const ROOM: usize = 1 << 20;

/// Whether the bytes begin as a gzip stream does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The text of a file that is one whole gzip member, as CloudTrail writes it, by the fastest inflater.
/// `None` for anything else, large or damaged files too: [`inflate_whole`] says what is wrong.
///
/// The text is put at the start of `buffer`, which grows where it has to and keeps its length:
/// making room costs as much as a third of the inflating.
pub fn inflate_one_member<'b>(
    inflater: &mut Decompressor,
    bytes: &[u8],
    buffer: &'b mut Vec<u8>,
    limit: usize,
) -> Option<&'b [u8]> {
    let claimed = claimed_size(bytes);
    let believable = claimed <= limit && claimed / MAX_DEFLATE_RATIO <= bytes.len();
    if !believable || may_go_on(bytes, claimed) {
        return None;
    }
    if buffer.len() < claimed {
        // Fresh pages are zero already.
        if buffer.is_empty() {
            *buffer = vec![0; claimed];
        }
        buffer.resize(claimed, 0);
    }
    let written = inflater.gzip_decompress(bytes, &mut buffer[..claimed]).ok()?;
    // With other bytes behind the member the claim, the file's last bytes, would not fit.
    (written == claimed).then(|| &buffer[..claimed])
}

/// Whether a second member may follow a first one of that size: the inflater stops after the first
/// and does not say where. The second would begin with the magic bytes, behind the first one's size
/// and, perhaps, padding. Where these stand by chance, the slower way is right as well.
fn may_go_on(bytes: &[u8], size: usize) -> bool {
    let Ok(size) = u32::try_from(size).map(u32::to_le_bytes) else { return true };
    memmem::find_iter(bytes, &[MAGIC[0], MAGIC[1], 8]).skip(1).any(|start| {
        let mut before = &bytes[..start];
        loop {
            match before.split_last() {
                _ if before.ends_with(&size) => return true,
                Some((0, rest)) => before = rest,
                _ => return false,
            }
        }
    })
}

/// Inflates all of a small file at once, appending to `text`, which never grows past `limit`
/// bytes. What could be inflated stays there whatever is returned.
pub fn inflate_whole(
    inflater: &mut Decompress,
    mut bytes: &[u8],
    text: &mut Vec<u8>,
    limit: usize,
) -> Result<(), Damage> {
    loop {
        let header = header_length(bytes).ok_or_else(|| damaged("header"))?;
        bytes = &bytes[header..];
        inflater.reset(false);
        let start = text.len();
        let read = inflate_member(inflater, bytes, text, limit)?;
        let trailer: &[u8; 8] = bytes
            .get(read..read + 8)
            .and_then(|t| t.try_into().ok())
            .ok_or_else(|| damaged("ends early"))?;
        // flate2's own checksum is slow with zlib-rs.
        if trailer[..4] != libdeflater::crc32(&text[start..]).to_le_bytes() {
            return Err(damaged("checksum"));
        }
        bytes = &bytes[read + 8..];
        // Zero padding after the last member is legal.
        let padding = bytes.iter().take_while(|&&byte| byte == 0).count();
        bytes = &bytes[padding..];
        if bytes.is_empty() {
            return Ok(());
        }
        if !is_gzip(bytes) {
            return Err(Damage::TrailingData);
        }
    }
}

/// Inflates one raw deflate stream; how many bytes of input it took.
fn inflate_member(
    inflater: &mut Decompress,
    bytes: &[u8],
    text: &mut Vec<u8>,
    limit: usize,
) -> Result<usize, Damage> {
    loop {
        if text.len() == text.capacity() {
            text.reserve(ROOM);
        }
        let (read, written) = (inflater.total_in(), text.len());
        let rest =
            usize::try_from(read).ok().and_then(|read| bytes.get(read..)).unwrap_or_default();
        let status = inflater.decompress_vec(rest, text, FlushDecompress::None);
        if text.len() > limit {
            text.truncate(limit);
            return Err(Damage::TooLarge(limit as u64));
        }
        let status = status.map_err(|error| damaged(&error.to_string()))?;
        if status == Status::StreamEnd {
            return usize::try_from(inflater.total_in()).map_err(|_| damaged("size"));
        }
        if inflater.total_in() == read && text.len() == written && text.len() < text.capacity() {
            return Err(damaged("ends early"));
        }
    }
}

fn damaged(what: &str) -> Damage {
    Damage::Gzip(what.to_owned())
}

/// The length of a gzip member's header (RFC 1952 section 2.3).
fn header_length(bytes: &[u8]) -> Option<usize> {
    if !is_gzip(bytes) || *bytes.get(2)? != 8 {
        return None;
    }
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(*bytes.get(at)?) + 256 * usize::from(*bytes.get(at + 1)?);
    }
    for text_flag in [8, 16] {
        if flags & text_flag != 0 {
            at += bytes.get(at..)?.iter().position(|&byte| byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}

/// The decompressed size that the last member's trailer claims, modulo 2^32.
pub fn claimed_size(bytes: &[u8]) -> usize {
    let last = bytes.len().saturating_sub(4);
    bytes[last..].try_into().map_or(0, |size| u32::from_le_bytes(size) as usize)
}

/// The text as one member, for tests.
#[cfg(test)]
pub fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn whole(bytes: &[u8]) -> (Vec<u8>, Result<(), Damage>) {
        let mut text = Vec::with_capacity(claimed_size(bytes).min(1 << 20));
        let outcome = inflate_whole(&mut Decompress::new(false), bytes, &mut text, 1 << 22);
        (text, outcome)
    }

    fn fast(bytes: &[u8]) -> Option<Vec<u8>> {
        let mut text = b"what was there before".to_vec();
        inflate_one_member(&mut Decompressor::new(), bytes, &mut text, 1 << 22).map(<[u8]>::to_vec)
    }

    fn streamed(bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut text = Vec::new();
        let outcome = GzipReader::new(bytes).read_to_end(&mut text);
        (text, outcome.is_ok())
    }

    #[test]
    fn damage_keeps_what_came_before() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let bytes = gzip(&text);
        let (kept, outcome) = whole(&bytes[..bytes.len() / 2]);
        assert_eq!(outcome, Err(damaged("ends early")));
        assert!(kept.len() > 1_000 && text.starts_with(&kept));
        let mut flipped = bytes.clone();
        let crc = flipped.len() - 8;
        flipped[crc] ^= 1;
        assert_eq!(whole(&flipped), (text.clone(), Err(damaged("checksum"))));
        let mut followed = bytes.clone();
        followed.extend(b"junk");
        assert_eq!(whole(&followed), (text.clone(), Err(Damage::TrailingData)));
        assert_eq!(streamed(&followed), (text, false));
        assert_eq!(whole(b"\x1f\x8b"), (Vec::new(), Err(damaged("header"))));
    }

    #[test]
    fn the_fast_way_reads_one_whole_member_and_nothing_else() {
        let bytes = gzip(b"some text, some text");
        assert_eq!(fast(&bytes).as_deref(), Some(&b"some text, some text"[..]));
        assert_eq!(fast(&[bytes.clone(), bytes.clone()].concat()), None);
        assert_eq!(fast(&[bytes.clone(), b"junk".to_vec()].concat()), None);
        assert_eq!(fast(&[bytes.clone(), vec![0; 8]].concat()), None);
        assert_eq!(fast(&bytes[..bytes.len() - 1]), None);
        for nothing in [&b""[..], b"\x1f", b"\x1f\x8b", &[0xff; 40]] {
            assert_eq!(fast(nothing), None);
        }
    }

    #[test]
    fn the_limit_is_kept() {
        let bytes = gzip(&vec![b' '; 50_000_000]);
        let mut text = Vec::new();
        let outcome = inflate_whole(&mut Decompress::new(false), &bytes, &mut text, 1 << 20);
        assert_eq!(outcome, Err(Damage::TooLarge(1 << 20)));
        assert!(text.capacity() < 4 << 20);
    }

    proptest! {
        #[test]
        fn both_ways_read_several_members(parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_000), 1..4)) {
            let bytes: Vec<u8> = parts.iter().flat_map(|part| gzip(part)).collect();
            let text = parts.concat();
            prop_assert_eq!(whole(&bytes), (text.clone(), Ok(())));
            if let Some(fast) = fast(&bytes) {
                prop_assert_eq!(&fast, &text);
            }
            prop_assert_eq!(streamed(&bytes), (text, true));
        }

        #[test]
        fn any_bytes_end_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..500), flip in any::<prop::sample::Index>()) {
            let _ = whole(&bytes);
            let mut good = gzip(&bytes);
            let at = flip.index(good.len());
            good[at] ^= 0x55;
            let (slow, outcome) = whole(&good);
            let _ = streamed(&good);
            if let Some(fast) = fast(&good) {
                prop_assert_eq!((fast, Ok(())), (slow, outcome));
            }
        }
    }
}
