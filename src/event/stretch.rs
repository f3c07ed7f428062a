//! Parts of a long text that are read at the same time.

use super::Sink;
use super::classify::Place;
use super::container::Reader;
use super::opening::Parent;
use super::scan::{Next, cut};
use super::time::TimeRange;
use super::window::Window;

/// Bytes of a stretch, about.
pub(super) const TARGET: usize = 1 << 20;
/// Fewer stretches than this are not worth while.
const FEWEST: usize = 4;

/// Whole objects of a file's text, with white space and commas between them, that can be read
/// without knowing what stands before them.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'t> {
    text: &'t str,
    /// The byte of the file at which it begins.
    byte: u64,
    place: Place<'t>,
    range: TimeRange,
    /// The list its objects are elements of, if they are.
    list: Option<Parent>,
}

impl Stretch<'_> {
    /// Reads it into a sink, record indexes counted from 0; how many records it had. `None` when
    /// anything in it is malformed: what follows may be another thing than it seemed then, and what
    /// the sink was told is worth nothing.
    pub fn read(&self, sink: &mut dyn Sink) -> Option<u64> {
        let window = Window::of(self.text, self.byte);
        Reader::new(window, self.place, self.range, sink).stretch(self.list)
    }
}

impl<'t> Stretch<'t> {
    /// Stretches of about so many bytes, as far as there are whole objects.
    fn cut(self, target: usize) -> Vec<Stretch<'t>> {
        let mut stretches = Vec::new();
        let mut start = 0;
        loop {
            let cut = cut(&self.text[start..], target);
            let end = start + cut.length;
            if cut.objects > 0 {
                let (text, byte) = (&self.text[start..end], self.byte + start as u64);
                stretches.push(Stretch { text, byte, ..self });
            }
            if cut.next != Next::More {
                return stretches;
            }
            start = end;
        }
    }
}

impl Reader<'_, '_> {
    /// Reads what comes next on several threads, if that is worth while: objects at the top of the
    /// file, or elements of a list. Whether anything was read.
    pub(super) fn side_by_side(&mut self, list: Option<Parent>) -> bool {
        let byte = self.window.byte();
        if byte < self.one_by_one_until || !self.sink.can_share() {
            return false;
        }
        self.window.fill();
        if self.window.rest().len() < FEWEST * self.stretch_target {
            return false;
        }
        let mut ahead = self.window.take_ahead();
        let next =
            Stretch { text: self.window.rest(), byte, place: self.place, range: self.range, list };
        let stretches = next.cut(self.stretch_target);
        let lengths: Vec<usize> = stretches.iter().map(|stretch| stretch.text.len()).collect();
        let length = lengths.iter().sum();
        let bad = self.window.holds_bad_bytes(length);
        if stretches.len() < FEWEST || bad {
            drop(stretches);
            self.window.put_ahead(ahead);
            // A single long object may be a container of many.
            self.one_by_one_until = byte + if bad { length as u64 } else { 1 };
            return false;
        }
        let (sink, index) = (&mut self.sink, self.index);
        let ((taken, records), ()) = rayon::join(
            || sink.side_by_side(&stretches, index),
            || ahead.iter_mut().for_each(super::window::Ahead::fetch),
        );
        drop(stretches);
        self.window.put_ahead(ahead);
        let read: usize = lengths[..taken].iter().sum();
        self.window.advance(read);
        self.index += records;
        if let Some(&length) = lengths.get(taken) {
            self.one_by_one_until = self.window.byte() + length as u64;
        }
        taken > 0
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::event::container::read_with;
    use crate::event::{Event, Fault, OtherKind, Rejection};
    use crate::input::Source;

    /// What a file held, and whether stretches of it may be read by themselves.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Seen {
        shares: bool,
        shared: usize,
        events: Vec<String>,
        other: Vec<OtherKind>,
        rejected: Vec<(u64, u64, Rejection)>,
        faults: Vec<(u64, Fault)>,
    }

    impl Sink for Seen {
        fn event(&mut self, event: Event<'_>) {
            self.events.push(event.event_name.into_owned());
        }
        fn other(&mut self, kind: OtherKind) {
            self.other.push(kind);
        }
        fn rejected(&mut self, index: u64, byte: u64, why: Rejection) {
            self.rejected.push((index, byte, why));
        }
        fn fault(&mut self, byte: u64, fault: Fault) {
            self.faults.push((byte, fault));
        }
        fn can_share(&self) -> bool {
            self.shares
        }
        fn side_by_side(&mut self, stretches: &[Stretch<'_>], index: u64) -> (usize, u64) {
            let (mut taken, mut records) = (0, 0);
            for stretch in stretches {
                let mut seen = Self::default();
                let Some(more) = stretch.read(&mut seen) else { break };
                assert_eq!(seen.faults, []);
                self.events.extend(seen.events);
                self.other.extend(seen.other);
                let rejected = seen.rejected.into_iter();
                self.rejected.extend(rejected.map(|(i, at, why)| (index + records + i, at, why)));
                records += more;
                taken += 1;
            }
            self.shared += taken;
            (taken, records)
        }
    }

    fn read(source: Source<'_>, shares: bool) -> Seen {
        let range =
            TimeRange::until_a_day_after(DateTime::from_timestamp(1_795_000_000, 0).unwrap());
        let mut seen = Seen { shares, ..Seen::default() };
        read_with(source, Place::default(), range, &mut seen, 600);
        seen.shares = false;
        seen
    }

    fn record() -> impl Strategy<Value = String> {
        let time = select(vec!["2026-01-01T00:00:00Z", "never", "1999-01-01T00:00:00Z"]);
        (0..1_000_u32, time, 0..300_usize).prop_map(|(name, time, length)| {
            let rest = "{[\\\"".repeat(length / 5);
            format!(
                r#"{{"eventVersion":"1.08","eventTime":"{time}","x":["{rest}",{{}}],"eventName":"E{name}"}}"#
            )
        })
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            60 => record().prop_map(String::into_bytes),
            1 => select(vec![
                "{\"eventName\":tru}", "{}", "7", "{\"a\":[", "]", "}", "\"", "é", "[{}]", "{\"b\":\"\n\"}",
                "{\"Records\":[{\"eventName\":\"In\",\"eventTime\":\"2026-01-01T00:00:00Z\"}]}",
                "{\"s3\":{}}",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            1 => Just(b"{\"eventName\":\"\xff\"}".to_vec()),
        ];
        let shape = select(vec![
            ("{\"Records\":[", ",", "]}"),
            ("[", ",\n", "]"),
            ("", "\n", "\n"),
            ("", "", ""),
        ]);
        (shape, prop::collection::vec(part, 1..120), any::<prop::sample::Index>(), 0..4_u8)
            .prop_map(|((open, between, close), parts, cut, torn)| {
                let mut text = open.as_bytes().to_vec();
                text.extend(parts.join(between.as_bytes()));
                text.extend(close.as_bytes());
                if torn == 0 {
                    text.truncate(cut.index(text.len()));
                }
                text
            })
    }

    #[test]
    fn long_texts_are_shared() {
        let record = r#"{"eventTime":"2026-01-01T00:00:00Z","eventName":"E"}"#;
        let list = format!(r#"{{"Records":[{}]}}"#, vec![record; 1_000].join(","));
        for text in [list, vec![record; 1_000].join("\n")] {
            let seen = read(Source::Whole(text.as_bytes(), None), true);
            assert_eq!(seen.events.len(), 1_000);
            assert!(seen.shared > 50, "{}", seen.shared);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

        #[test]
        fn side_by_side_is_as_one_by_one(text in text(), piece in 1..5_000_usize) {
            let alone = read(Source::Whole(&text, None), false);
            let together = read(Source::Whole(&text, None), true);
            prop_assert_eq!(&alone, &Seen { shared: 0, ..together });
            let stream = Source::Stream(Box::new(text.chunks(piece).fold(
                Box::new(std::io::empty()) as Box<dyn std::io::Read + Send>,
                |before, chunk| Box::new(std::io::Read::chain(before, chunk)),
            )));
            let streamed = read(stream, true);
            prop_assert_eq!(&alone, &Seen { shared: 0, ..streamed });
        }
    }
}
