//! Files that were delivered late: what their names say of that, against their newest event.

use crate::minute::Minute;

/// Minutes from the newest event of a file to its delivery that are nothing special. CloudTrail
/// promises none; it says about 5 on average, and none of the public logs whose names tell has more
/// than 10. It is the newest event, since some put hours of logs into one file.
pub const USUAL_DELAY: u32 = 30;

/// What was delivered later than [`USUAL_DELAY`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// Files.
    pub files: u64,
    /// Records counted of them, copies among them.
    pub records: u64,
    /// The file that took longest; the one with the newest event of several.
    pub most: Option<LateFile>,
}

/// One that was delivered late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LateFile {
    /// Minutes from its newest event to its delivery; at least that, where only the day of the
    /// delivery is known.
    pub delay: u32,
    /// When its newest event happened.
    pub newest: Minute,
}

impl Late {
    /// A file that was delivered then, with so many records counted. Of what is not known, nothing
    /// is late.
    pub(super) fn file(&mut self, delivered: Option<Minute>, newest: Option<Minute>, records: u64) {
        let (Some(delivered), Some(newest)) = (delivered, newest) else { return };
        let delay = delivered.since(newest);
        if delay > USUAL_DELAY {
            self.merge(Self { files: 1, records, most: Some(LateFile { delay, newest }) });
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.records += other.records;
        self.most = self.most.max(other.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_is_more_than_the_usual_delay() {
        let late = |delivered: Option<u32>, newest: Option<u32>| {
            let mut late = Late::default();
            late.file(delivered.map(Minute::new), newest.map(Minute::new), 7);
            late
        };
        for (delivered, newest) in
            [(Some(1_000), Some(970)), (Some(1_000), Some(1_001)), (None, Some(0)), (Some(9), None)]
        {
            assert_eq!(late(delivered, newest), Late::default());
        }
        let most = Some(LateFile { delay: 31, newest: Minute::new(969) });
        assert_eq!(late(Some(1_000), Some(969)), Late { files: 1, records: 7, most });
    }

    #[test]
    fn the_order_changes_nothing() {
        let files = [(40, 7), (90, 3), (90, 5), (31, 9)];
        let sum = |files: &mut dyn Iterator<Item = (u32, u32)>| {
            let mut sum = Late::default();
            for (delay, newest) in files {
                let newest = Minute::new(newest);
                sum.file(Some(newest + delay), Some(newest), 1);
            }
            sum
        };
        let ahead = sum(&mut files.into_iter());
        assert_eq!(ahead, sum(&mut files.into_iter().rev()));
        let most = Some(LateFile { delay: 90, newest: Minute::new(5) });
        assert_eq!(ahead, Late { files: 4, records: 4, most });
    }
}
