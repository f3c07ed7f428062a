//! Levels as columns of blocks, eight rows high.

/// Rows of blocks.
pub const ROWS: u16 = 8;
/// Eighths of a row, from none to all.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How high a level is, in eighths of a row, never none of something.
pub fn height(level: f64, top: f64) -> u16 {
    let all = 8 * ROWS;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let eighths = (level / top * f64::from(all)).ceil().clamp(0.0, all.into()) as u16;
    eighths
}

/// The row, from the bottom, that a level above 0 ends in.
pub fn row_of(level: f64, top: f64) -> u16 {
    height(level, top).saturating_sub(1) / 8
}

/// How much of a row a column of that height fills, in eighths.
pub fn filled(height: u16, row: u16) -> u16 {
    height.saturating_sub(8 * row).min(8)
}

/// The sign of so many eighths, one at least.
pub fn sign(eighths: u16, ascii: bool) -> char {
    match eighths {
        1..=4 if ascii => '.',
        _ if ascii => '#',
        _ => EIGHTHS[usize::from(eighths.min(8))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_high_as_their_level() {
        let column = |level| -> String {
            (0..ROWS)
                .map(|row| filled(height(level, 40.0), row))
                .map(|of| sign(of, false))
                .collect()
        };
        assert_eq!(column(40.0), "████████");
        assert_eq!(column(0.0), "        ");
        assert_eq!(column(0.1), "▁       ");
        assert_eq!(column(12.5), "██▄     ");
        assert_eq!((row_of(40.0, 40.0), row_of(5.0, 40.0), row_of(5.1, 40.0)), (7, 0, 1));
    }
}
