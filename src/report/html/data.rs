//! The data and the run: warnings, columns, what cleaning touched, time, and where all this came from.

use maud::{Markup, html};

use super::parts::{name, rest, scroll, section};
use crate::data::Kind;
use crate::report::name::clean;
use crate::report::number::{NONE, count, number, seconds, share};
use crate::report::words::plural;
use crate::report::{ColumnHealth, Record};

/// Rows shown of any table; a page of 100 000 columns opens nowhere.
const ROWS: usize = 500;

/// What the reader should know before trusting the scores.
pub fn warnings(record: &Record) -> Markup {
    if record.warnings.is_empty() {
        return html! {};
    }
    let shown = record.warnings.len().min(ROWS);
    section(
        "warnings",
        "Warnings",
        &html! {
            ul class="warnings" {
                @for warning in &record.warnings[..shown] {
                    li {
                        bdi { (clean(&warning.message)) }
                        small {
                            code { (clean(&warning.code)) }
                            @if let Some(column) = &warning.column { " · column " (name(column)) }
                            @if let Some(row) = warning.row { " · row " (count(row)) }
                            @if let Some(n) = warning.count { " · " (plural(n, "time")) }
                        }
                    }
                }
            }
            (rest(shown, record.warnings.len(), "warning"))
        },
    )
}

/// Every column of the source: what it is, why, what it holds, and how the model sees it.
pub fn columns(record: &Record) -> Markup {
    let shown = record.columns.len().min(ROWS);
    let rows = record.rows.used;
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Column" }
                    th scope="col" { "Kind" }
                    th scope="col" { "Role" }
                    th class="n" scope="col" { "Missing" }
                    th class="n" scope="col" { "Distinct" }
                    th scope="col" { "Values" }
                    th scope="col" { "For the model" }
                    th scope="col" { "Why" }
                }
            }
            tbody {
                @for column in &record.columns[..shown] {
                    tr class=[(column.role != "feature").then_some("aside")] {
                        th scope="row" { (name(&column.name)) }
                        td { (kind(column.kind)) }
                        td { (clean(&column.role)) }
                        td class="n" { @if column.missing == 0 { "0" } @else { (count(column.missing)) " (" (share(column.missing, rows)) ")" } }
                        td class="n" { (count(column.distinct)) }
                        td { (values(column)) }
                        td { (clean(&column.encoding)) }
                        td { (clean(&column.reason)) }
                    }
                }
            }
        }
    };
    section(
        "columns",
        "The columns",
        &html! {
            (scroll("Columns", &table))
            (rest(shown, record.columns.len(), "column"))
        },
    )
}

fn values(column: &ColumnHealth) -> Markup {
    html! {
        @if let Some([low, mean, high]) = column.range {
            span class="nowrap" { (number(low)) " to " (number(high)) } small { "mean " (number(mean)) }
        } @else if column.top.is_empty() {
            (NONE)
        } @else {
            @for (i, (level, n)) in column.top.iter().take(5).enumerate() {
                @if i > 0 { ", " }
                (name(level)) " " small class="inline" { (count(*n)) }
            }
        }
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Category => "category",
        Kind::Date => "date",
        Kind::Text => "text",
        Kind::Bool => "yes/no",
    }
}

/// What cleaning touched, rule by rule; rules that touched nothing are left out.
pub fn cleaning(record: &Record) -> Markup {
    let touched: Vec<_> = record.cleaned.iter().filter(|r| r.count > 0).collect();
    let shown = touched.len().min(ROWS);
    let rows = &record.rows;
    section(
        "cleaning",
        "What cleaning did",
        &html! {
            p {
                (plural(rows.collected, "row")) " read, " (count(rows.used)) " used: "
                (count(rows.train)) " to learn from and " (count(rows.test)) " for the test."
                @if touched.is_empty() { " Nothing had to be changed." }
            }
            @if !touched.is_empty() {
                (scroll("Cleaning", &html! {
                    table {
                        thead { tr { th scope="col" { "Rule" } th scope="col" { "Column" } th class="n" scope="col" { "Touched" } } }
                        tbody {
                            @for rule in &touched[..shown] {
                                tr {
                                    td { (clean(&rule.rule)) }
                                    td { @if let Some(column) = &rule.column { (name(column)) } @else { "all" } }
                                    td class="n" { (count(rule.count)) }
                                }
                            }
                        }
                    }
                }))
                (rest(shown, touched.len(), "rule"))
            }
        },
    )
}

/// How long it took, and what is needed to do it again.
pub fn run(record: &Record) -> Markup {
    let t = &record.timing;
    let parts = [
        ("Collect", t.collect_s),
        ("Clean", t.clean_s),
        ("Normalize", t.normalize_s),
        ("Train", t.train_s),
        ("Validate", t.validate_s),
        ("In all", t.total_s),
    ];
    let facts = [
        ("Run", clean(&record.name)),
        ("Source", clean(&record.source)),
        ("Data checksum", clean(&record.data_hash)),
        ("Split", clean(&record.split)),
        ("Network", clean(&record.network)),
        ("Seed", record.seed.to_string()),
        ("mkt", clean(&record.mkt_version)),
        (
            "Memory",
            record
                .peak_rss_mb
                .filter(|m| m.is_finite())
                .map_or_else(|| NONE.into(), |m| format!("{} MiB at most", number(m.round()))),
        ),
    ];
    section(
        "run",
        "The run",
        &html! {
            div class="figures" {
                table class="facts" { @for (what, s) in parts { tr { th scope="row" { (what) } td class="n" { (seconds(s)) } } } }
                table class="facts" { @for (what, fact) in &facts { tr { th scope="row" { (what) } td { bdi { (fact) } } } } }
            }
            p class="note" { "The same data, settings and seed give the same model, byte for byte." }
        },
    )
}
