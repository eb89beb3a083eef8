//! The data: warnings, columns, and what cleaning touched.

use maud::{Markup, html};

use super::parts::{bars, name, phrase, rest, scroll};
use crate::data::Kind;
use crate::report::name::clean;
use crate::report::number::NONE;
use crate::report::{ColumnHealth, Language, Record};

/// Rows shown of any table; a page of 100 000 columns opens nowhere.
const ROWS: usize = 500;

/// What the reader should know before trusting the scores.
pub fn warnings(record: &Record) -> Markup {
    let t = record.language;
    let told = record.told();
    if told.is_empty() {
        return html! {};
    }
    let shown = told.len().min(ROWS);
    html! {
        ul class="warnings" {
            @for group in &told[..shown] {
                @let warning = group.first;
                li {
                    (phrase(t, &group.seen()))
                    @if let Some(fix) = group.fix() { p class="fix" { (t.fix()) " " code { (clean(&t.phrase(&fix).0)) } } }
                    small {
                        code { (clean(&warning.code)) }
                        @if let Some(column) = warning.column.as_ref().filter(|_| group.others.is_empty()) { " · " (t.column_of(super::shown(column))) }
                        @if let Some(row) = warning.row { " · " (t.row_of(t.count(row))) }
                        @if let Some(n) = warning.count { " · " (t.times(n)) }
                    }
                }
            }
        }
        (rest(t, shown, told.len(), |n| t.more_warnings(n)))
    }
}

/// Every column of the source: what it is, why, what it holds, and how the model sees it.
pub fn columns(record: &Record) -> Markup {
    let t = record.language;
    if record.columns.is_empty() {
        return html! {};
    }
    let shown = record.columns.len().min(ROWS);
    let rows = record.rows.used;
    let known = !record.partial;
    let table = html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.column()) }
                    th scope="col" { (t.kind()) }
                    th scope="col" { (t.role()) }
                    th scope="col" { (t.spread_of()) }
                    th class="n" scope="col" { (t.missing()) }
                    @if known { th class="n" scope="col" { (t.distinct()) } }
                    th scope="col" { (t.values()) }
                    th scope="col" { (t.for_model()) }
                    th scope="col" { (t.why()) }
                }
            }
            tbody {
                @for column in &record.columns[..shown] {
                    tr class=[(column.role != "feature").then_some("aside")] {
                        th scope="row" { (name(&column.name)) }
                        td { (kind(column.kind, t)) }
                        td { (role(&column.role, t)) }
                        td { (spread(record, column)) }
                        td class="n" { @if column.missing == 0 { "0" } @else { (t.count(column.missing)) " (" (t.share(column.missing, rows)) ")" } }
                        @if known { td class="n" { (t.count(column.distinct)) } }
                        td { (values(column, t)) }
                        td { (phrase(t, &column.encoding)) }
                        td { (phrase(t, &column.reason)) }
                    }
                }
            }
        }
    };
    html! {
        (scroll(t.columns_title(), &table))
        (rest(t, shown, record.columns.len(), |n| t.more_columns(n)))
    }
}

fn spread(record: &Record, column: &ColumnHealth) -> Markup {
    let t = record.language;
    let Some(distribution) = record.details.distribution(&column.name) else { return html! {} };
    let title = match distribution.ends {
        Some([low, high]) if column.kind == Kind::Date => t.span(t.day(low), t.day(high)),
        Some([low, high]) => t.span(t.number(low), t.number(high)),
        None => t.distinct_values(t.count(distribution.bars.len())),
    };
    bars(&distribution.bars, &title)
}

fn values(column: &ColumnHealth, t: Language) -> Markup {
    html! {
        @if let Some([low, mean, high]) = column.range {
            span class="nowrap" { (t.span(t.number(low), t.number(high))) } small { (t.mean_of(t.number(mean))) }
        } @else if column.top.is_empty() {
            (NONE)
        } @else {
            @for (i, (level, n)) in column.top.iter().take(5).enumerate() {
                @if i > 0 { ", " }
                (name(level)) " " small class="inline" { (t.count(*n)) }
            }
        }
    }
}

const fn kind(kind: Kind, t: Language) -> &'static str {
    match kind {
        Kind::Number => t.kind_number(),
        Kind::Category => t.kind_category(),
        Kind::Date => t.kind_date(),
        Kind::Text => t.kind_text(),
        Kind::Bool => t.kind_bool(),
    }
}

fn role(role: &str, t: Language) -> String {
    match role {
        "feature" => t.role_feature().into(),
        "id" => t.role_id().into(),
        "target" => t.role_target().into(),
        "weight" => t.role_weight().into(),
        "group" => t.role_group().into(),
        "time" => t.role_time().into(),
        "fold" => t.role_fold().into(),
        "ignored" => t.role_ignored().into(),
        other => clean(other),
    }
}

/// What cleaning touched, rule by rule; rules that touched nothing are left out.
pub fn cleaning(record: &Record) -> Markup {
    let t = record.language;
    if record.partial {
        return html! {};
    }
    let touched: Vec<_> = record.cleaned.iter().filter(|r| r.count > 0).collect();
    let shown = touched.len().min(ROWS);
    let rows = &record.rows;
    html! {
        p {
            (t.rows_read(t.rows(rows.collected), t.count(rows.used), t.count(rows.train), t.count(rows.test)))
            @if touched.is_empty() { (t.gap()) (t.nothing_changed()) }
        }
        @if !touched.is_empty() {
            (scroll(t.cleaning(), &html! {
                table class="sortable" {
                    thead { tr { th scope="col" { (t.rule()) } th scope="col" { (t.column()) } th class="n" scope="col" { (t.touched()) } } }
                    tbody {
                        @for rule in &touched[..shown] {
                            tr {
                                td { (phrase(t, &rule.rule)) }
                                td { @if let Some(column) = &rule.column { (name(column)) } @else { (t.all_columns()) } }
                                td class="n" { (t.count(rule.count)) }
                            }
                        }
                    }
                }
            }))
            (rest(t, shown, touched.len(), |n| t.more_rules(n)))
        }
    }
}
