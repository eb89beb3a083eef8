//! How groups of people are treated: rates and scores by group with their intervals, and how far they are apart.

use maud::{Markup, html};

use super::parts::{Strip, name, rest, scroll};
use crate::metrics::{Interval, Measure, Rate};
use crate::report::groups::{apart, columns, compared, done, judged, listed, measures, shown_as};
use crate::report::{Change, Gap, Group, Grouping, Mitigation, Record};

/// Groups shown of each column.
const GROUPS: usize = 40;

/// The sensitive columns, one after the other.
pub fn section(record: &Record) -> Markup {
    let t = record.language;
    let Some(fairness) = &record.fairness else { return html! {} };
    if fairness.groupings.is_empty() {
        return html! {};
    }
    html! {
        p class="note" { (t.fairness_note(t.count(fairness.min_rows))) }
        @for grouping in &fairness.groupings { (one(record, grouping)) }
        @if let Some(mitigation) = &fairness.mitigation { (mitigated(record, mitigation)) }
    }
}

fn one(record: &Record, grouping: &Grouping) -> Markup {
    let t = record.language;
    let columns = columns(record, grouping);
    let measures = measures(record);
    let binary = Rate::of(record.task).contains(&Rate::SelectionRate);
    let (told, small) = listed(grouping);
    html! {
        h3 { (columns) }
        @if let Some(sentence) = compared(record, grouping) { p { (sentence) } }
        @if binary { (strips(record, &told)) }
        (scroll(&columns, &table(record, &told, &measures)))
        (rest(t, told.len().min(GROUPS), told.len(), |n| t.more_groups(n)))
        @if !small.is_empty() {
            details {
                summary { (t.small_groups()) " (" (t.count(small.len())) ")" }
                (scroll(&columns, &table(record, &small, &measures)))
                (rest(t, small.len().min(GROUPS), small.len(), |n| t.more_groups(n)))
            }
        }
        (gaps(record, grouping, &measures, None))
    }
}

/// Groups with the values of each measure.
fn table(record: &Record, groups: &[&Group], measures: &[Measure]) -> Markup {
    let t = record.language;
    html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.group()) }
                    th class="n" scope="col" { (t.support()) }
                    @for m in measures { th class="n" scope="col" { (t.measure(*m)) } }
                }
            }
            tbody {
                @for group in groups.iter().take(GROUPS) {
                    tr class=[(!group.judged).then_some("aside")] {
                        th scope="row" { (name(&t.said(&group.name))) @if !group.judged { small { (t.too_few()) } } }
                        td class="n" { (t.count(group.rows)) }
                        @for m in measures { td class="n" { (value(record, *m, group.values.get(m))) } }
                    }
                }
            }
        }
    }
}

/// The selection rate of each group on one scale.
fn strips(record: &Record, groups: &[&Group]) -> Markup {
    let t = record.language;
    let rate = Measure::Rate(Rate::SelectionRate);
    let rows: Vec<_> = groups
        .iter()
        .take(GROUPS)
        .filter_map(|g| {
            let i = g.values.get(&rate)?;
            let value = i.value?;
            Some((g, [i.low.unwrap_or(value), value, i.high.unwrap_or(value)]))
        })
        .collect();
    let to = rows.iter().map(|(_, r)| r[2]).fold(0.0, f64::max);
    html! {
        table class="strips" {
            caption { (t.measure(rate)) }
            @for (group, [low, value, high]) in &rows {
                tr {
                    th scope="row" { (name(&t.said(&group.name))) }
                    td class="wide" {
                        (Strip { value: *value, low: *low, high: *high, zero: Some(0.0), class: if group.judged { "first" } else { "muted" } }.draw(0.0, to))
                    }
                    td class="n" { (t.percent(*value)) }
                }
            }
        }
    }
}

/// A value of a measure, as percentages or in its own unit.
fn value(record: &Record, measure: Measure, interval: Option<&Interval>) -> Markup {
    with_range(record, interval, |x| shown_as(record, measure, x))
}

/// How far two values of a measure are apart.
fn difference(record: &Record, measure: Measure, interval: &Interval) -> Markup {
    with_range(record, Some(interval), |x| apart(record, measure, x))
}

fn with_range(record: &Record, interval: Option<&Interval>, show: impl Fn(f64) -> String) -> Markup {
    let t = record.language;
    html! {
        @match interval.and_then(|i| Some((i, i.value?))) {
            Some((i, value)) => {
                (show(value))
                @if let (Some(low), Some(high)) = (i.low, i.high) { small { (t.span(show(low), show(high))) } }
            }
            None => { "–" }
        }
    }
}

/// How far the judged groups are apart, under the names of their columns where no heading has them.
fn gaps(record: &Record, grouping: &Grouping, measures: &[Measure], caption: Option<&str>) -> Markup {
    let t = record.language;
    let known: Vec<(&Measure, &Gap)> =
        measures.iter().filter_map(|m| Some((m, grouping.gaps.get(m).filter(|g| g.difference.value.is_some())?))).collect();
    let ratio = |i: &Interval| html! { @if let Some(x) = i.value { (t.percent(x)) @if let (Some(l), Some(h)) = (i.low, i.high) { small { (t.span(t.percent(l), t.percent(h))) } } } @else { "–" } };
    let row = |what: &str, difference: Markup, gap: &Gap| {
        html! {
            tr {
                th scope="row" { (what) }
                td class="n" { (difference) }
                td class="n" { (ratio(&gap.ratio)) }
                td { (name(&t.said(&gap.lowest))) }
                td { (name(&t.said(&gap.highest))) }
            }
        }
    };
    let odds = grouping.equalized_odds.as_ref().filter(|g| g.difference.value.is_some());
    html! {
        @if !known.is_empty() {
            (scroll(t.gaps(), &html! {
                table {
                    @if let Some(caption) = caption { caption { (caption) } }
                    thead {
                        tr {
                            th scope="col" { (t.gaps()) }
                            th class="n" scope="col" { (t.difference()) }
                            th class="n" scope="col" { (t.ratio()) }
                            th scope="col" { (t.lowest()) }
                            th scope="col" { (t.highest()) }
                        }
                    }
                    tbody {
                        @for (m, gap) in &known { (row(t.measure(**m), difference(record, **m, &gap.difference), gap)) }
                        @if let Some(gap) = odds { (row(t.equalized_odds(), difference(record, Measure::Rate(Rate::Tpr), &gap.difference), gap)) }
                    }
                }
            }))
        }
    }
}

/// What was done, and what it costs.
fn mitigated(record: &Record, mitigation: &Mitigation) -> Markup {
    let t = record.language;
    let method = if mitigation.thresholds.is_empty() { t.mitigate_reweigh() } else { t.mitigate_thresholds() };
    let known = || mitigation.cost.iter().filter(|(_, c)| c.old.is_some() && c.new.is_some());
    // What knows no threshold, or is a matter of the rows, is the same with it and without it.
    let same = |c: &Change| [c.difference.value, c.difference.low, c.difference.high].iter().all(|d| *d == Some(0.0));
    let changed: Vec<_> = known().filter(|(_, c)| !same(c)).collect();
    let show = |measure: Measure, x: Option<f64>| value(record, measure, Some(&Interval { value: x, low: None, high: None }));
    html! {
        h3 { (t.mitigation()) }
        p { (t.mitigated_by(method)) }
        ul { @for sentence in done(record, mitigation) { li { (sentence) } } }
        @if !changed.is_empty() { (scroll(t.mitigation(), &html! {
            table {
                thead {
                    tr {
                        th scope="col" { (t.metric()) }
                        @for head in [t.without_it(), t.with_it(), t.difference()] { th class="n" scope="col" { (head) } }
                        th scope="col" { (t.verdict()) }
                    }
                }
                tbody {
                    @for (measure, change) in &changed {
                        tr {
                            th scope="row" { (t.measure(**measure)) }
                            td class="n" { (show(**measure, change.old)) }
                            td class="n" { (show(**measure, change.new)) }
                            td class="n" { (difference(record, **measure, &change.difference)) }
                            td { (judged(record, change.verdict)) }
                        }
                    }
                }
            }
        })) }
        @if changed.len() < known().count() { p class="note" { (t.unchanged_note()) } }
        @if !mitigation.before.is_empty() {
            h3 { (t.gaps_before()) }
            @for grouping in &mitigation.before {
                (gaps(record, grouping, &measures(record), Some(&columns(record, grouping))))
            }
        }
        (group_thresholds(record, mitigation))
    }
}

/// From where on the rows of each group are called positive.
fn group_thresholds(record: &Record, mitigation: &Mitigation) -> Markup {
    let t = record.language;
    if mitigation.thresholds.is_empty() {
        return html! {};
    }
    html! {
        h3 { (t.group_thresholds()) }
        (scroll(t.group_thresholds(), &html! {
            table {
                thead {
                    tr {
                        th scope="col" { (t.group()) }
                        @for head in [t.threshold(), t.chosen_on()] { th class="n" scope="col" { (head) } }
                    }
                }
                tbody {
                    @for group in mitigation.thresholds.iter().take(GROUPS) {
                        tr {
                            th scope="row" { (name(&t.said(&group.levels.join(" / ")))) }
                            td class="n" { (t.probability(group.threshold)) }
                            td class="n" { (t.count(group.rows)) }
                        }
                    }
                }
            }
        }))
    }
}
