//! What the model means for those who decide by it: the threshold and what comes of it, and how far predictions are off.

use maud::{Markup, html};

use super::figure::{Figure, Numbers};
use super::parts::scroll;
use super::plot::{Axis, Ink, Layer, Plot};
use super::quality::round_above;
use super::shown;
use crate::data::Task;
use crate::error::Result;
use crate::metrics::Interval;
use crate::report::name::class;
use crate::report::{CoverageRecord, Language, Operating, OperatingPoint, Record, ThresholdRecord};

/// The threshold that was chosen, and intervals or sets with what they promise.
pub fn section(record: &Record) -> Result<Markup> {
    let t = record.language;
    let Some(decisions) = &record.decisions else { return Ok(html! {}) };
    let threshold = match (&decisions.threshold, record.labels.last()) {
        (Some(threshold), Some(label)) if threshold.rule != "none" => chosen(record, threshold, label)?,
        _ => html! {},
    };
    let coverage = match &decisions.coverage {
        Some(coverage) if !coverage.levels.is_empty() => covered(t, coverage, record.task)?,
        _ => html! {},
    };
    Ok(html! {
        (threshold)
        @if !coverage.0.is_empty() { div class="figures" { (coverage) } }
    })
}

fn chosen(record: &Record, threshold: &ThresholdRecord, label: &str) -> Result<Markup> {
    let t = record.language;
    let judged = threshold.test.as_ref().unwrap_or(&threshold.out_of_fold);
    let range = match (threshold.low, threshold.high) {
        (Some(low), Some(high)) => t.interval_95(t.probability(low), t.probability(high)),
        _ => String::new(),
    };
    let columns: Vec<(&str, &Operating)> =
        [(t.out_of_fold(), Some(&threshold.out_of_fold)), (t.on_test_rows(), threshold.test.as_ref())]
            .into_iter()
            .filter_map(|(who, o)| Some((who, o?)))
            .collect();
    let profit = columns.iter().any(|(_, o)| o.profit.is_some());
    // Each row by its group or its amounts, not by the one threshold.
    let by_group = record.has_group_thresholds();
    let each = by_group || threshold.least_gain.is_some();
    let oof = &threshold.out_of_fold;
    let called = (oof.rows > 0).then(|| oof.called as f64 / oof.rows as f64);
    let share = |i: &Interval| with_range(t, i, |x| t.percent(x));
    let money = |i: &Interval| with_range(t, i, |x| t.number(x));
    let table = html! {
        table {
            thead { tr { th {} @for (who, _) in &columns { th class="n" scope="col" { (who) } } } }
            tbody {
                tr { th scope="row" { (t.called_positive()) } @for (_, o) in &columns { td class="n" { (t.count(o.called)) " / " (t.count(o.rows)) } } }
                tr { th scope="row" { (t.hits()) } @for (_, o) in &columns { td class="n" { (t.count(o.hits)) } } }
                tr { th scope="row" { (t.precision()) } @for (_, o) in &columns { td class="n" { (share(&o.precision)) } } }
                tr { th scope="row" { (t.recall()) } @for (_, o) in &columns { td class="n" { (share(&o.recall)) } } }
                @if profit {
                    tr class="main" { th scope="row" { (t.profit()) } @for (_, o) in &columns { td class="n" { @if let Some(p) = &o.profit { (money(&p.total)) } } } }
                    tr { th scope="row" { (t.profit_all()) } @for (_, o) in &columns { td class="n" { @if let Some(p) = &o.profit { (t.number(p.of_all)) } } } }
                    tr { th scope="row" { (t.profit_none()) } @for (_, o) in &columns { td class="n" { @if let Some(p) = &o.profit { (t.number(p.of_none)) } } } }
                }
            }
        }
    };
    Ok(html! {
        p {
            @match threshold.least_gain {
                Some(least) => (t.decided_by_row(shown(&class(&record.target, label)), t.number(least))),
                None if by_group => (t.decided_by_group(shown(&class(&record.target, label)), t.probability(threshold.threshold), range, shown(&t.optimized_for(&threshold.rule)))),
                None => (t.threshold_chosen(t.probability(threshold.threshold), range, shown(&class(&record.target, label)), shown(&t.optimized_for(&threshold.rule)))),
            }
            @if !threshold.reached { (t.gap()) (t.threshold_not_reached()) }
            @if let Some(capacity) = threshold.capacity {
                (t.gap()) (t.threshold_capacity(t.percent(capacity)))
                // The thresholds of groups were not chosen by it.
                @if let Some(called) = called.filter(|called| by_group && *called > capacity) { (t.gap()) (t.capacity_exceeded(t.percent(called))) }
            }
        }
        div class="figures" {
            figure {
                h3 { (t.threshold_does()) }
                (scroll(t.threshold_does(), &table))
                figcaption { @if each { (t.decided_by_row_note()) } @else { (t.threshold_note()) } }
            }
            (profit_curve(t, judged, threshold, by_group)?)
            @if !each { (trade_off(t, judged, threshold.threshold)?) }
        }
    })
}

/// A value with its interval in small.
fn with_range(t: Language, interval: &Interval, show: impl Fn(f64) -> String) -> Markup {
    html! {
        @if let Some(value) = interval.value { (show(value)) } @else { "–" }
        @if let (Some(low), Some(high)) = (interval.low, interval.high) { small { (t.span(show(low), show(high))) } }
    }
}

/// Profit by how many rows are acted on, best first.
fn profit_curve(t: Language, judged: &Operating, chosen: &ThresholdRecord, by_group: bool) -> Result<Markup> {
    // Of rows that are decided one by one, the best are those that are expected to gain most.
    let by_gain = chosen.least_gain.is_some();
    let (cut, note) = match (by_gain, by_group) {
        (true, _) => (t.expected_gain(), t.profit_curve_note_by_row()),
        (false, true) => (t.threshold(), t.profit_curve_note_by_group()),
        (false, false) => (t.threshold(), t.profit_curve_note()),
    };
    let shown = |cut: f64| if by_gain { t.number(cut) } else { t.probability(cut) };
    let rows = judged.rows.max(1) as f64;
    let points: Vec<([f64; 2], &OperatingPoint)> =
        judged.curve.iter().filter_map(|p| Some(([p.called as f64 / rows, p.profit?], p))).collect();
    let Some(best) = points.iter().map(|(at, _)| *at).max_by(|a, b| a[1].total_cmp(&b[1])) else { return Ok(html! {}) };
    let lowest = points.iter().map(|(at, _)| at[1]).fold(0.0, f64::min);
    let called = judged.called as f64 / rows;
    let upright =
        |x: f64| Layer::Line { points: vec![[x, lowest], [x, best[1].max(0.0)]], ink: Ink::Text, width: 1.0, alpha: 0.45 };
    let mut layers = vec![
        Layer::Line { points: vec![[0.0, 0.0], [1.0, 0.0]], ink: Ink::Text, width: 1.0, alpha: 0.45 },
        Layer::Line { points: points.iter().map(|(at, _)| *at).collect(), ink: Ink::FIRST, width: 2.2, alpha: 1.0 },
        upright(called),
    ];
    layers.extend(chosen.capacity.map(upright));
    // What groups bring by their own thresholds lies beside the curve of one for all.
    let here = judged.profit.and_then(|profit| Some([called, profit.total.value?]));
    layers.push(Layer::Dots { points: here.into_iter().collect(), ink: Ink::SECOND, radius: 4.0, alpha: 1.0 });
    let rows = points.iter().map(|(at, p)| (*at, vec![t.percent(at[0]), shown(p.threshold), t.number(at[1])])).collect();
    let x = Axis { title: t.share_acted_on(), percent: true, range: Some([0.0, 1.0]), ..Axis::default() };
    let plot =
        Plot { language: t, title: t.profit_curve().into(), x, y: Axis { title: t.profit(), ..Axis::default() }, layers };
    let numbers = Numbers { heads: vec![t.share_acted_on(), cut, t.profit()], rows };
    Figure { title: t.profit_curve(), note, plot, keys: vec![], numbers }.draw()
}

/// Precision and recall by threshold.
fn trade_off(t: Language, judged: &Operating, threshold: f64) -> Result<Markup> {
    // The end at which nothing is called has a threshold beyond all scores.
    let called = || judged.curve.iter().filter(|p| p.called > 0);
    let highest = called().map(|p| p.threshold).fold(threshold.min(1.0), f64::max);
    let line = |value: fn(&OperatingPoint) -> Option<f64>, ink| Layer::Line {
        points: called().filter_map(|p| Some([p.threshold, value(p)?])).collect(),
        ink,
        width: 2.0,
        alpha: 1.0,
    };
    let layers = vec![
        Layer::Line { points: vec![[threshold, 0.0], [threshold, 1.0]], ink: Ink::Text, width: 1.0, alpha: 0.45 },
        line(|p| p.precision, Ink::FIRST),
        line(|p| p.recall, Ink::SECOND),
    ];
    let known = judged.curve.iter().filter(|p| p.threshold <= 1.0);
    let rows = known.map(|p| {
        let at = [p.threshold, p.recall.unwrap_or(0.0)];
        (at, vec![t.probability(p.threshold), t.count(p.called), t.maybe(p.precision), t.maybe(p.recall)])
    });
    let numbers = Numbers { heads: vec![t.threshold(), t.called_positive(), t.precision(), t.recall()], rows: rows.collect() };
    let axis = |title, percent, to| Axis { title, percent, range: Some([0.0, to]), ..Axis::default() };
    let (x, y) = (axis(t.threshold(), false, round_above(highest)), axis("", true, 1.0));
    let plot = Plot { language: t, title: t.trade_off().into(), x, y, layers };
    let keys = vec![(Ink::FIRST, t.precision().into()), (Ink::SECOND, t.recall().into())];
    Figure { title: t.trade_off(), note: t.trade_off_note(), plot, keys, numbers }.draw()
}

/// What intervals or sets promise, and what they keep.
fn covered(t: Language, coverage: &CoverageRecord, task: Task) -> Result<Markup> {
    let number = task == Task::Regression;
    let (title, note) = if number { (t.intervals(), t.intervals_note()) } else { (t.sets(), t.sets_note()) };
    let levels: Vec<_> = coverage.levels.iter().filter_map(|l| Some((l, l.covered.value?))).collect();
    let band: Vec<[f64; 3]> =
        levels.iter().map(|(l, c)| [l.level, l.covered.low.unwrap_or(*c), l.covered.high.unwrap_or(*c)]).collect();
    let points: Vec<[f64; 2]> = levels.iter().map(|(l, c)| [l.level, *c]).collect();
    let from = points.iter().flatten().copied().fold(1.0, f64::min);
    let from = (10.0 * (from - 0.05)).floor().max(0.0) / 10.0;
    let layers = vec![
        Layer::band(&band, Ink::FIRST, 0.18),
        Layer::Line { points: vec![[from, from], [1.0, 1.0]], ink: Ink::Text, width: 1.0, alpha: 0.45 },
        Layer::Line { points: points.clone(), ink: Ink::FIRST, width: 1.6, alpha: 1.0 },
        Layer::Dots { points, ink: Ink::FIRST, radius: 3.5, alpha: 1.0 },
    ];
    let rows = levels.iter().map(|(l, c)| {
        let range = t.span(t.maybe(l.covered.low), t.maybe(l.covered.high));
        ([l.level, *c], vec![t.percent(l.level), t.percent(*c), range, t.number(l.mean_width), t.number(l.median_width)])
    });
    let [mean, median] = if number { [t.mean_width(), t.median_width()] } else { [t.mean_size(), t.median_size()] };
    let numbers = Numbers { heads: vec![t.promised(), t.kept(), t.interval_of(), mean, median], rows: rows.collect() };
    let axis = |title| Axis { title, percent: true, range: Some([from, 1.0]), ..Axis::default() };
    let plot = Plot { language: t, title: title.into(), x: axis(t.promised()), y: axis(t.kept()), layers };
    let note = if coverage.over_time { format!("{note} {}", t.coverage_over_time()) } else { note.to_owned() };
    Figure { title, note: &note, plot, keys: vec![], numbers }.draw()
}
