//! Records that were delivered late: what their file's name says of its delivery, against when
//! their events happened.

use crate::minute::Minute;

/// Minutes from an event to its delivery that are nothing special. CloudTrail promises none; it
/// says about 5 on average, and none of the public logs whose names tell has more than 10.
pub const USUAL_DELAY: u32 = 30;

/// What was delivered later than [`USUAL_DELAY`] after it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// Records of events, copies among them.
    pub records: u64,
    /// The one that took longest; the newest of several.
    pub most: Option<LateEvent>,
}

/// One that was delivered late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LateEvent {
    /// Minutes from the event to its delivery; at least that, where only the day of the delivery is
    /// known.
    pub delay: u32,
    /// When it happened.
    pub minute: Minute,
}

impl Late {
    pub(super) fn note(&mut self, event: LateEvent) {
        self.records += 1;
        self.most = self.most.max(Some(event));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.most = self.most.max(other.most);
    }
}

/// When a file was delivered, if its path says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery {
    delivered: Minute,
    /// Events before that minute are late.
    on_time_from: Minute,
}

impl Delivery {
    pub fn at(delivered: Option<Minute>) -> Self {
        let delivered = delivered.unwrap_or_default();
        Self { delivered, on_time_from: delivered.saturating_sub(USUAL_DELAY) }
    }

    /// Whether an event of that minute is late: of what is not known, none is.
    pub fn is_late(self, minute: Minute) -> bool {
        minute < self.on_time_from
    }

    pub fn late_event(self, minute: Minute) -> LateEvent {
        LateEvent { delay: self.delivered.since(minute), minute }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_is_more_than_the_usual_delay() {
        let delivery = Delivery::at(Some(Minute::new(1_000)));
        assert!(!delivery.is_late(Minute::new(970)));
        assert!(delivery.is_late(Minute::new(969)));
        assert!(!delivery.is_late(Minute::new(1_001)));
        assert_eq!(delivery.late_event(Minute::new(900)).delay, 100);
        assert!(!Delivery::at(None).is_late(Minute::new(0)));
    }

    #[test]
    fn the_order_changes_nothing() {
        let event = |delay, minute| LateEvent { delay, minute: Minute::new(minute) };
        let all = [event(40, 7), event(90, 3), event(90, 5), event(31, 9)];
        let mut ahead = Late::default();
        all.into_iter().for_each(|event| ahead.note(event));
        let mut back = Late::default();
        for event in all.into_iter().rev() {
            let mut one = Late::default();
            one.note(event);
            back.merge(one);
        }
        assert_eq!(ahead, back);
        assert_eq!(ahead, Late { records: 4, most: Some(event(90, 5)) });
    }
}
