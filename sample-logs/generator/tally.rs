//! What was written.

/// Files, events and bytes.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    files: u64,
    events: u64,
    content: u64,
    packed: u64,
}

impl Tally {
    /// One file.
    pub fn of(events: usize, content: usize, packed: usize) -> Self {
        Self { files: 1, events: events as u64, content: content as u64, packed: packed as u64 }
    }

    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            files: self.files + other.files,
            events: self.events + other.events,
            content: self.content + other.content,
            packed: self.packed + other.packed,
        }
    }

    /// Prints one line to standard error.
    pub fn report(&self) {
        let Self { files, events, content, packed } = self;
        let mean = content.checked_div(*events).unwrap_or(0);
        eprintln!(
            "{files} files, {events} events, {content} bytes of JSON ({mean} an event), {packed} bytes gzipped"
        );
    }
}
