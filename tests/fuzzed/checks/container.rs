//! Any file at all.

use trailspike::input::{Damage, Source};

use super::seen::{Pausing, Said, Seen};

/// Where the file is cut into pieces is in its first two bytes.
pub fn check(data: &[u8]) {
    let Some((how, text)) = data.split_first_chunk::<2>() else { return };
    let how = usize::from(u16::from_le_bytes(*how));
    // A piece holds a whole character at least, as every piece of a file does.
    let (first, piece) = (4 + how % 4_096, 4 + how / 4_096);
    let whole = Seen::of_text(text);
    check_order(&whole, text.len());
    // A file that is damaged at its end says so, and what stood before it counts.
    let damage = Damage::Gzip("ends early".to_owned());
    let damaged = Seen::of(Source::Whole(text, Some(damage.clone())));
    let events = |seen: &Seen| seen.events().count();
    assert_eq!(events(&whole), events(&damaged));
    let told =
        |said: &Said| matches!(said, Said::Fault(_, fault) if *fault == damage.clone().into());
    let gave_up = |said: &Said| matches!(said, Said::Fault(..));
    assert!(damaged.said.iter().any(told) || damaged.said.iter().any(gave_up));
    // However it comes, the same is said.
    let streamed = Seen::of(Source::Stream(Box::new(Pausing::new(text, first, piece))));
    assert_eq!(whole.comparable(), streamed.comparable(), "{first}, {piece}");
}

/// Places go forward and lie within the file; one fault ends it.
fn check_order(seen: &Seen, length: usize) {
    let length = length as u64;
    assert!(seen.bytes <= length);
    let (mut last_index, mut last_byte, mut faults) = (None, 0, 0);
    for said in &seen.said {
        assert_eq!(faults, 0, "nothing is said after a fault: {seen:?}");
        let byte = match said {
            Said::Event(event) => {
                assert!(!event.event_name.is_empty(), "{event:?}");
                continue;
            }
            Said::Other(_) => continue,
            Said::Rejected(index, byte, _) => {
                assert!(last_index < Some(*index), "{seen:?}");
                last_index = Some(*index);
                *byte
            }
            Said::Fault(byte, _) => {
                faults += 1;
                *byte
            }
        };
        assert!(last_byte <= byte && byte <= length, "{seen:?}");
        last_byte = byte;
    }
    assert!(faults == 1 || seen.bytes == length, "the rest was left unread: {seen:?}");
}
