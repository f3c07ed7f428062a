//! Where in a subject's logs there is room for a plant.

use super::dice::Dice;
use crate::coverage::{Coverage, Span};
use crate::minute::{DAY, HOUR, Minute};

/// Minutes that a subject was seen before anything is planted on it.
pub const MIN_PAST: u32 = 3 * DAY;
/// Minutes between a plant and an insight that is there anyway.
const APART: u32 = 2 * DAY;
/// Minutes of logs after a plant, so that its end can be told.
const AFTER: u32 = HOUR;

/// The first minutes that a plant of so many minutes may have, of a subject first seen then.
pub fn room(coverage: &Coverage, first_seen: Minute, length: u32, told: &[Span]) -> Vec<Span> {
    let logged = coverage.span();
    let start = first_seen.max(logged.start) + MIN_PAST;
    let end = logged.end.saturating_sub(length + AFTER) + 1;
    let near_told = told
        .iter()
        .map(|told| Span { start: told.start - (APART + length), end: told.end + APART });
    let near_gaps = coverage
        .gaps()
        .iter()
        .map(|gap| Span { start: gap.start - (length + AFTER), end: gap.end });
    let mut free = vec![Span { start, end: end.max(start) }];
    for taken in near_told.chain(near_gaps) {
        free = free.into_iter().flat_map(|span| without(span, taken)).collect();
    }
    free.retain(|span| span.minutes() > 0);
    free
}

/// What is left of a span.
fn without(span: Span, taken: Span) -> [Span; 2] {
    let before = Span { start: span.start, end: taken.start.clamp(span.start, span.end) };
    let after = Span { start: taken.end.clamp(span.start, span.end), end: span.end };
    // What is empty must not be left twice.
    if before.end >= after.start {
        [span, Span { start: span.end, end: span.end }]
    } else {
        [before, after]
    }
}

/// One of the minutes, each as likely as the other.
pub fn pick(dice: &mut Dice, room: &[Span]) -> Option<Minute> {
    let minutes = room.iter().map(|span| span.minutes()).sum();
    let mut at = dice.below(minutes);
    for span in room {
        if at < span.minutes() {
            return Some(span.start + at);
        }
        at -= span.minutes();
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: u32 = 29_000_000;

    fn span(from: u32, minutes: u32) -> Span {
        let start = Minute::new(START + from);
        Span { start, end: start + minutes }
    }

    #[test]
    fn a_short_log_has_no_room() {
        let coverage = |minutes| Coverage::new(span(0, minutes), Vec::new());
        let first = Minute::new(START);
        assert_eq!(room(&coverage(MIN_PAST + 65), first, 6, &[]), []);
        assert_eq!(room(&coverage(MIN_PAST + 66), first, 6, &[]), [span(MIN_PAST, 1)]);
        assert_eq!(room(&coverage(MIN_PAST + 66), first + 1, 6, &[]), []);
        assert_eq!(pick(&mut Dice::new([1, 1, 1]), &[]), None);
    }

    proptest! {
        #[test]
        fn plants_keep_away_from_insights_and_gaps(
            seed: u64, told in prop::collection::vec((0..40_000_u32, 1..3_000_u32), 0..4),
            gap in (0..40_000_u32, 60..3_000_u32), length in 1..400_u32,
        ) {
            let told: Vec<Span> = told.into_iter().map(|(from, minutes)| span(from, minutes)).collect();
            let gap = span(gap.0, gap.1.min(40_320 - gap.0));
            let coverage = Coverage::new(span(0, 40_320), vec![gap]);
            let room = room(&coverage, Minute::new(START + 500), length, &told);
            prop_assert!(room.windows(2).all(|pair| pair[0].end <= pair[1].start));
            if let Some(start) = pick(&mut Dice::new([seed, 0, 0]), &room) {
                let plant = Span { start, end: start + length };
                prop_assert!(start >= Minute::new(START + 500 + MIN_PAST));
                prop_assert!(plant.end + AFTER <= coverage.span().end);
                prop_assert_eq!(gap.intersection(plant).minutes(), 0);
                for told in &told {
                    prop_assert!(plant.end + APART <= told.start || told.end + APART <= start);
                }
            }
        }
    }
}
