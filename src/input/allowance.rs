//! How much memory all threads together may fill with large texts.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of large files, compressed and inflated, that are held at once.
const MOST: usize = 512 << 20;

static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// Leave to hold so many bytes, until it is dropped.
pub struct Allowance(usize);

impl Allowance {
    /// `None` when others hold too much at the moment: nobody waits for them.
    pub fn take(bytes: usize) -> Option<Self> {
        let fits = |taken: usize| taken.checked_add(bytes).filter(|&sum| sum <= MOST);
        TAKEN.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).ok()?;
        Some(Self(bytes))
    }

    /// Changes it to so many bytes; false, and no change, when others hold too much for that.
    pub fn resize(&mut self, bytes: usize) -> bool {
        if let Some(more) = bytes.checked_sub(self.0) {
            let Some(more) = Self::take(more) else { return false };
            std::mem::forget(more);
        } else {
            TAKEN.fetch_sub(self.0 - bytes, Ordering::Relaxed);
        }
        self.0 = bytes;
        true
    }
}

impl Drop for Allowance {
    fn drop(&mut self) {
        TAKEN.fetch_sub(self.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        assert!(Allowance::take(MOST + 1).is_none());
        for _ in 0..3 {
            let most = Allowance::take(MOST - 1_000_000);
            assert!(most.is_some() && Allowance::take(1_000_001).is_none());
            let mut most = most.unwrap();
            assert!(!most.resize(MOST + 1) && most.resize(MOST) && most.resize(5));
            assert!(Allowance::take(MOST - 5).is_some());
        }
    }
}
