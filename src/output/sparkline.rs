//! A small picture of counts over time, one line high.

/// From few to many. None at all has a sign of its own, for one event among zeros is news.
const BLOCKS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same for terminals without Unicode.
const ASCII: [char; 9] = ['.', ':', '-', '=', '+', '*', '#', '%', '@'];

/// The counts in at most that many columns, neighbours added up where there are more counts than
/// columns; empty without either.
pub(super) fn sparkline(counts: &[u64], columns: usize, ascii: bool) -> String {
    let signs = if ascii { ASCII } else { BLOCKS };
    if counts.is_empty() || columns == 0 {
        return String::new();
    }
    let sums: Vec<u64> = counts
        .chunks(counts.len().div_ceil(columns))
        .map(|chunk| chunk.iter().fold(0, |sum: u64, count| sum.saturating_add(*count)))
        .collect();
    let most = sums.iter().copied().max().unwrap_or(0);
    sums.iter().map(|sum| signs[level(*sum, most)]).collect()
}

/// 0 for none, then eight levels of like height.
fn level(count: u64, most: u64) -> usize {
    if count == 0 {
        return 0;
    }
    let level = (u128::from(count) * 8).div_ceil(u128::from(most.max(count)));
    usize::try_from(level).unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_follow_counts() {
        assert_eq!(sparkline(&[0, 1, 25, 50, 100], 80, false), "·▁▂▄█");
        assert_eq!(sparkline(&[0, 1, 25, 50, 100], 80, true), ".:-+@");
    }

    #[test]
    fn more_counts_than_columns_are_added_up() {
        assert_eq!(sparkline(&[1, 1, 0, 0, 4], 3, false), "▄·█");
        assert_eq!(sparkline(&[u64::MAX, u64::MAX], 1, false), "█");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(sparkline(&[], 10, false), "");
        assert_eq!(sparkline(&[1], 0, false), "");
        assert_eq!(sparkline(&[0, 0], 10, false), "··");
    }
}
