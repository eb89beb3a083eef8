//! How groups of people are treated: rates and scores by group with their intervals, and how far they are apart.

use maud::{Markup, html};

use super::parts::{Strip, name, scroll};
use super::shown;
use crate::data::Task;
use crate::metrics::{Interval, Measure, Metric, Rate};
use crate::report::{Change, Gap, Grouping, Mitigation, Record, Verdict};

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

/// What is shown of a task: rates first, then the main metric.
fn measures(record: &Record) -> Vec<Measure> {
    let skipped = [Rate::Fnr, Rate::Npv];
    let rates = Rate::of(record.task).iter().filter(|r| !skipped.contains(r)).map(|&r| Measure::Rate(r));
    rates.chain([Measure::Metric(Metric::main(record.task))]).collect()
}

fn one(record: &Record, grouping: &Grouping) -> Markup {
    let t = record.language;
    let columns = columns(record, grouping);
    let measures = measures(record);
    let binary = Rate::of(record.task).contains(&Rate::SelectionRate);
    let table = html! {
        table class="sortable" {
            thead {
                tr {
                    th scope="col" { (t.group()) }
                    th class="n" scope="col" { (t.support()) }
                    @for m in &measures { th class="n" scope="col" { (t.measure(*m)) } }
                }
            }
            tbody {
                @for group in grouping.groups.iter().take(GROUPS) {
                    tr class=[(!group.judged).then_some("aside")] {
                        th scope="row" { (name(&t.said(&group.name))) @if !group.judged { small { (t.too_few()) } } }
                        td class="n" { (t.count(group.rows)) }
                        @for m in &measures { td class="n" { (value(record, *m, group.values.get(m))) } }
                    }
                }
            }
        }
    };
    html! {
        h3 { (columns) }
        @if let Some(sentence) = verdict(record, grouping) { p { (sentence) } }
        @if binary { (strips(record, grouping)) }
        (scroll(&columns, &table))
        (gaps(record, grouping, &measures, None))
    }
}

/// Whether the rates at which groups are selected keep to four fifths (EEOC 1978).
fn verdict(record: &Record, grouping: &Grouping) -> Option<String> {
    let t = record.language;
    let gap = grouping.gaps.get(&Measure::Rate(Rate::SelectionRate))?;
    let ratio = gap.ratio.value?;
    let (low, high) = (shown(&t.said(&gap.lowest)), shown(&t.said(&gap.highest)));
    let said = if ratio < 0.8 {
        t.below_four_fifths(low, high, t.percent(ratio))
    } else {
        t.within_four_fifths(low, high, t.percent(ratio))
    };
    Some(if gap.is_open() { said + t.gap() + t.four_fifths_open() } else { said })
}

/// The selection rate of each group on one scale.
fn strips(record: &Record, grouping: &Grouping) -> Markup {
    let t = record.language;
    let rate = Measure::Rate(Rate::SelectionRate);
    let rows: Vec<_> = grouping
        .groups
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

/// Shares as percentages, all else in its own unit.
fn value(record: &Record, measure: Measure, interval: Option<&Interval>) -> Markup {
    let t = record.language;
    let show = |x: f64| match measure {
        Measure::Metric(metric) => t.score(metric, Some(x)),
        // Of two classes, predictions are chances.
        Measure::Rate(rate) if rate.is_share() || record.task == Task::Binary => t.percent(x),
        Measure::Rate(_) => t.number(x),
    };
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
                        @for (m, gap) in &known { (row(t.measure(**m), value(record, **m, Some(&gap.difference)), gap)) }
                        @if let Some(gap) = odds { (row(t.equalized_odds(), value(record, Measure::Rate(Rate::Tpr), Some(&gap.difference)), gap)) }
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
                            td class="n" { (value(record, **measure, Some(&change.difference))) }
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

/// What came of it in sentences: how far groups are apart in what was to be made alike, and what that costs.
fn done(record: &Record, mitigation: &Mitigation) -> Vec<String> {
    let t = record.language;
    let odds = mitigation.criterion.as_deref() == Some("equalized_odds");
    let rate = if mitigation.criterion.as_deref() == Some("equal_opportunity") { Rate::Tpr } else { Rate::SelectionRate };
    let gap = |grouping: &Grouping| {
        let gap = if odds { grouping.equalized_odds.as_ref() } else { grouping.gaps.get(&Measure::Rate(rate)) };
        Some(t.percent(gap?.difference.value?))
    };
    let what = if odds { t.equalized_odds() } else { t.measure(Measure::Rate(rate)) };
    let now = record.fairness.iter().flat_map(|f| &f.groupings);
    let apart = now.filter_map(|now| {
        let before = mitigation.before.iter().find(|before| before.columns == now.columns)?;
        Some(t.mitigation_gap(what, columns(record, now), gap(before)?, gap(now)?))
    });
    let accuracy = Measure::Metric(Metric::Accuracy);
    let cost = mitigation.cost.get(&accuracy).and_then(|c| {
        let score = |x: Option<f64>| t.score(Metric::Accuracy, x);
        c.old.map(|_| t.mitigation_cost(t.measure(accuracy), score(c.old), score(c.new), judged(record, c.verdict)))
    });
    apart.chain(cost).collect()
}

/// The columns that tell groups apart.
fn columns(record: &Record, grouping: &Grouping) -> String {
    record.language.list(&grouping.columns.iter().map(|c| shown(c)).collect::<Vec<_>>())
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

const fn judged(record: &Record, verdict: Verdict) -> &'static str {
    let t = record.language;
    match verdict {
        Verdict::Better => t.verdict_better(),
        Verdict::Worse => t.verdict_worse(),
        Verdict::Changed => t.verdict_changed(),
        Verdict::Noise => t.verdict_noise(),
        Verdict::Undefined => t.verdict_undefined(),
    }
}
