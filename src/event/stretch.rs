//! Parts of a long text that are read at the same time.

use super::classify::Place;
use super::container::Reader;
use super::opening::Parent;
use super::scan::cut;
use super::time::TimeRange;
use super::window::Window;
use super::{Next, Sink};

/// Bytes of a stretch, about.
const TARGET: usize = 1 << 20;
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

impl Reader<'_, '_> {
    /// Reads what comes next on several threads, if that is worth while: objects at the top of the
    /// file, or elements of a list. Whether anything was read.
    pub(super) fn side_by_side(&mut self, list: Option<Parent>) -> bool {
        let byte = self.window.byte();
        if byte < self.one_by_one_until || !self.sink.can_share() {
            return false;
        }
        self.window.fill();
        let stretches = stretches(self.window.rest(), byte, self.place, self.range, list);
        let lengths: Vec<usize> = stretches.iter().map(|stretch| stretch.text.len()).collect();
        let length = lengths.iter().sum();
        if stretches.len() < FEWEST || self.window.holds_bad_bytes(length) {
            self.one_by_one_until = byte + self.window.rest().len().max(1) as u64;
            return false;
        }
        let (mut ahead, sink, index) = (self.window.take_ahead(), &mut self.sink, self.index);
        let ((taken, records), ()) = rayon::join(
            || sink.side_by_side(&stretches, index),
            || ahead.iter_mut().for_each(|ahead| ahead.fetch()),
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

fn stretches<'t>(
    text: &'t str,
    byte: u64,
    place: Place<'t>,
    range: TimeRange,
    list: Option<Parent>,
) -> Vec<Stretch<'t>> {
    let mut stretches = Vec::new();
    let mut start = 0;
    loop {
        let cut = cut(&text[start..], TARGET);
        let end = start + cut.length;
        if cut.objects > 0 {
            let (text, byte) = (&text[start..end], byte + start as u64);
            stretches.push(Stretch { text, byte, place, range, list });
        }
        if cut.next != Next::More {
            return stretches;
        }
        start = end;
    }
}
