//! Everything that a reader says about a file.

use std::io::{self, Read};

use chrono::DateTime;
use trailspike::event::{Event, Fault, OtherKind, Place, Rejection, Sink, TimeRange, read_events};
use trailspike::input::Source;

/// One thing said.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Event(Box<Event<'static>>),
    Other(OtherKind),
    Rejected(u64, u64, Rejection),
    Fault(u64, Fault),
}

/// All that was said, and how many bytes of text were read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub said: Vec<Said>,
    pub bytes: u64,
}

impl Seen {
    pub fn of(source: Source<'_>) -> Self {
        // The same for ever, so that an input which failed once fails again.
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
        let mut seen = Self::default();
        let range = TimeRange::until_a_day_after(now);
        seen.bytes = read_events(source, Place::default(), range, &mut seen);
        seen
    }

    pub fn of_text(text: impl AsRef<[u8]>) -> Self {
        Self::of(Source::Whole(text.as_ref(), None))
    }

    /// What must not depend on how a file comes: all but the words for what is no JSON, which may
    /// tell of bytes that are not UTF-8 further on where those are in memory.
    pub fn comparable(mut self) -> Vec<Said> {
        for said in &mut self.said {
            if let Said::Rejected(_, _, why @ (Rejection::Malformed(_) | Rejection::NotUtf8)) = said
            {
                *why = Rejection::Malformed(String::new());
            }
        }
        self.said
    }

    pub fn events(&self) -> impl Iterator<Item = &Event<'static>> {
        self.said.iter().filter_map(|said| match said {
            Said::Event(event) => Some(&**event),
            _ => None,
        })
    }
}

fn owned(event: Event<'_>) -> Event<'static> {
    macro_rules! own {
        ($($field:ident),+) => {
            Event {
                $($field: event.$field.into_owned().into(),)+
                error_code: event.error_code.map(|code| code.into_owned().into()),
                id: event.id.map(|id| id.into_owned().into()),
                minute: event.minute,
                category: event.category,
                read_only: event.read_only,
                is_update: event.is_update,
            }
        };
    }
    own!(account, region, event_source, event_name, identity, identity_type, user_agent, source_ip)
}

impl Sink for Seen {
    fn event(&mut self, event: Event<'_>) {
        self.said.push(Said::Event(Box::new(owned(event))));
    }

    fn other(&mut self, kind: OtherKind) {
        self.said.push(Said::Other(kind));
    }

    fn rejected(&mut self, index: u64, byte: u64, why: Rejection) {
        self.said.push(Said::Rejected(index, byte, why));
    }

    fn fault(&mut self, byte: u64, fault: Fault) {
        self.said.push(Said::Fault(byte, fault));
    }
}

/// A reader that pauses (says for once that there is nothing): after its first piece, and some more
/// times after small ones. Windows take what they have by then, so a piece can end where it should.
/// No piece is less than a character.
pub struct Pausing<'a> {
    rest: &'a [u8],
    pauses: u8,
    piece: usize,
    left: usize,
}

impl<'a> Pausing<'a> {
    /// Each pause may cost the reader another look at a whole record, so there are only a few.
    pub fn new(rest: &'a [u8], first: usize, piece: usize) -> Self {
        Self { rest, pauses: 8, piece: piece.max(4), left: first.max(4) }
    }

    /// One pause, after just that many bytes.
    pub fn once(rest: &'a [u8], first: usize) -> Self {
        Self { rest, pauses: 1, piece: 4, left: first.max(4) }
    }

    /// How much to give out now.
    fn length(&mut self, room: usize) -> usize {
        if self.rest.len() <= self.left.saturating_add(4) {
            self.left = self.rest.len();
        }
        self.left.min(room)
    }
}

impl Read for Pausing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.rest.is_empty() {
            self.pauses = self.pauses.saturating_sub(1);
            self.left = if self.pauses == 0 { self.rest.len() } else { self.piece };
            return Ok(0);
        }
        let length = self.length(out.len());
        let (now, later) = self.rest.split_at(length);
        out[..length].copy_from_slice(now);
        self.rest = later;
        self.left -= length;
        Ok(length)
    }
}
