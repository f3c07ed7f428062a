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
        }
    }
}
