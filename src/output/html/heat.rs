//! Where and when insights begin: a table whose cells say how many, coloured by the most severe.

use maud::{Markup, html};

use super::mark::shown;
use super::words::format;
use crate::minute::DAY;
use crate::output::numbers::{count, counted};
use crate::report::{HeatCell, Report};

/// Days of a column from which on they say little.
const MONTH: u32 = 28;

pub(super) fn heat(report: &Report<'_>) -> Markup {
    let heat = &report.heat;
    if heat.rows.is_empty() {
        return html! {};
    }
    let one_day = heat.days == 1;
    // Days below months, or months below years.
    let (below, above) = if heat.days < MONTH { ("%-d", "%b") } else { ("%-m", "%Y") };
    html! {
        div.scroll.places tabindex="0" role="region" aria-label="Insights by account, Region and day" {
            table.heat {
                caption.visually-hidden {
                    "Insights by account and Region, and the day on which they begin"
                }
                thead {
                    tr {
                        th scope="col" { "Account" }
                        th scope="col" { "Region" }
                        @for (number, column) in heat.columns.iter().enumerate() {
                            @let before = number.checked_sub(1).map(|before| format(heat.columns[before], above));
                            @let period = format(*column, above);
                            th.day scope="col" title=(format(*column, "%a %-d %B %Y")) {
                                @if before.as_deref() != Some(period.as_str()) { span.month { (period) } }
                                (format(*column, below))
                            }
                        }
                    }
                }
                tbody {
                    @for (number, row) in heat.rows.iter().enumerate() {
                        @let again = number > 0 && heat.rows[number - 1].account == row.account;
                        tr {
                            th.account.again[again] scope="row" { (shown(row.account)) }
                            th.region scope="row" { span.of-account aria-hidden="true" { (shown(row.account)) } (shown(row.region)) }
                            @for (cell, column) in row.cells.iter().zip(&heat.columns) {
                                @match cell {
                                    None => td {},
                                    Some(HeatCell { insights, severity }) => td class=(severity.as_str()) {
                                        @let words = format!(
                                            "{}, {} at most: {} in {}",
                                            counted(*insights as u64, "insight"),
                                            severity.as_str(),
                                            format(*column, "%-d %b"),
                                            shown(row.region),
                                        );
                                        button type="button" data-account=(shown(row.account)) data-region=(shown(row.region))
                                            data-from=(column.get()) data-to=((*column + heat.days * DAY).get())
                                            title=(words) aria-label=(words) {
                                            (count(*insights as u64))
                                        }
                                    },
                                }
                            }
                        }
                    }
                }
            }
        }
        @if !one_day { p.note { "A column is " (heat.days) " days." } }
        @if heat.more > 0 { p.note { (count(heat.more as u64)) " more accounts and Regions, none more urgent, are not shown." } }
    }
}
