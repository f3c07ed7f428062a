//! The same month at a ladder of settings.

use super::page::{Page, only_percent, optional};
use crate::evaluate::{CurvePoint, Rung};
use crate::output::numbers::amount;

/// What to do with the figures, one line a setting.
pub fn put(curve: &[CurvePoint], page: &mut Page) {
    let columns = [
        ("told", 6),
        ("false/acc.wk", 14),
        ("1x", 6),
        ("2x", 6),
        ("3x", 6),
        ("5x+", 6),
        ("start", 6),
    ];
    page.heading("CURVE", columns);
    for point in curve {
        let label = match point.rung {
            Rung::Surge { false_insights } => {
                format!("--false-per-week {}", amount(false_insights))
            }
            Rung::Peak => "--detector peak".to_owned(),
        };
        let start = point.start_error_p95.map_or_else(|| "-".to_owned(), |off| off.to_string());
        let cells = [
            (point.insights.to_string(), 6),
            (optional(point.false_per_account_week), 14),
            (only_percent(point.recall1), 6),
            (only_percent(point.recall2), 6),
            (only_percent(point.recall3), 6),
            (only_percent(point.recall5), 6),
            (start, 6),
        ];
        page.row(&label, &cells);
    }
    page.sentence(
        "False insights are those from day 3 on, an account and week; found are effects on APIs, by \
         size; start is by how many minutes 95% of the starts are off at most.",
    );
}
