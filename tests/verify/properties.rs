//! What must hold however a bucket is touched.

use std::io::read_to_string;

use flate2::read::GzDecoder;
use proptest::prelude::*;

use crate::trail::{Bucket, Key, Metadata};

/// The text that anyone who unpacks the file reads.
fn text(bytes: &[u8]) -> Option<String> {
    let mut decoder = GzDecoder::new(bytes);
    let text = read_to_string(&mut decoder).ok()?;
    decoder.into_inner().is_empty().then_some(text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A flipped bit is found wherever it is, but where it changes nothing that anyone reads: the time
    /// and system in a gzip header.
    #[test]
    fn a_flipped_bit_is_found(file in any::<prop::sample::Index>(), byte in any::<prop::sample::Index>(), bit in 0..8_u8, metadata in any::<bool>()) {
        let mut bucket = Bucket::six_hours(&Key::known());
        let name = file.get(&bucket.objects.keys().cloned().collect::<Vec<_>>()).clone();
        let bytes = bucket.object(&name);
        let before = text(bytes);
        let at = byte.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let is_same = text(bytes) == before;
        let metadata = if metadata { Metadata::Kept } else { Metadata::Lost };
        // Nobody knows the newest digest's signature without metadata.
        let is_newest = name.contains("T060012Z") && metadata == Metadata::Lost;
        let run = bucket.verify(metadata, &[]);
        if is_same {
            prop_assert_eq!(run.code, if metadata == Metadata::Kept { 0 } else { 3 }, "{}", run.out);
        } else if is_newest {
            prop_assert_ne!(run.code, 0, "{}", run.out);
        } else {
            prop_assert_eq!(run.code, 1, "{} {}: {}", name, at, run.out);
        }
    }

    /// Whatever files are taken away, the rest is told as it is, and nothing that is gone is valid.
    #[test]
    fn what_is_gone_is_not_valid(gone in prop::collection::hash_set(0..15_usize, 1..6), metadata in any::<bool>()) {
        let mut bucket = Bucket::six_hours(&Key::known());
        let names: Vec<String> = bucket.objects.keys().cloned().collect();
        for &at in &gone {
            bucket.objects.remove(&names[at]);
        }
        let metadata = if metadata { Metadata::Kept } else { Metadata::Lost };
        let run = bucket.verify(metadata, &["--verbose"]);
        prop_assert_ne!(run.code, 0, "{}", run.out);
        for &at in &gone {
            let valid = format!("{}\tvalid", names[at]);
            prop_assert!(!run.out.contains(&valid), "{}", run.out);
        }
    }
}
