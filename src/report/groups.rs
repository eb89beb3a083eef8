//! What a report says of groups of people, in words: the page and Markdown share it.

use super::fairness::{Grouping, Mitigation, Verdict};
use super::language::shown;
use super::record::Record;
use crate::data::Task;
use crate::metrics::{Measure, Metric, Rate};

/// What is shown of a task: rates first, then the main metric.
pub fn measures(record: &Record) -> Vec<Measure> {
    let skipped = [Rate::Fnr, Rate::Npv];
    let rates = Rate::of(record.task).iter().filter(|r| !skipped.contains(r)).map(|&r| Measure::Rate(r));
    rates.chain([Measure::Metric(Metric::main(record.task))]).collect()
}

/// A measure of a group: shares as percentages, all else in its own unit.
pub fn shown_as(record: &Record, measure: Measure, x: f64) -> String {
    let t = record.language;
    match measure {
        Measure::Rate(Rate::Bias) => apart(record, measure, x),
        Measure::Rate(_) if is_share(record, measure) => t.percent(x),
        Measure::Metric(metric) => t.score(metric, Some(x)),
        Measure::Rate(_) => t.number(x),
    }
}

/// How far two values of a measure are apart: shares in percentage points, all else in its own unit.
pub fn apart(record: &Record, measure: Measure, difference: f64) -> String {
    let t = record.language;
    match measure {
        Measure::Rate(_) if is_share(record, measure) => t.points(difference),
        Measure::Metric(metric) => t.score(metric, Some(difference)),
        Measure::Rate(_) => t.number(difference),
    }
}

/// Whether a rate is shown as a percentage: of two classes, predictions are chances.
fn is_share(record: &Record, measure: Measure) -> bool {
    measure.is_share() || record.task == Task::Binary
}

/// The columns that tell groups apart.
pub fn columns(record: &Record, grouping: &Grouping) -> String {
    record.language.list(&grouping.columns.iter().map(|c| shown(c)).collect::<Vec<_>>())
}

/// Whether the rates at which groups are selected keep to four fifths (EEOC 1978).
pub fn four_fifths(record: &Record, grouping: &Grouping) -> Option<String> {
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

/// What came of it in sentences: how far groups are apart in what was to be made alike, and what that costs.
pub fn done(record: &Record, mitigation: &Mitigation) -> Vec<String> {
    let t = record.language;
    let odds = mitigation.criterion.as_deref() == Some("equalized_odds");
    let rate = if mitigation.criterion.as_deref() == Some("equal_opportunity") { Rate::Tpr } else { Rate::SelectionRate };
    let gap = |grouping: &Grouping| {
        let gap = if odds { grouping.equalized_odds.as_ref() } else { grouping.gaps.get(&Measure::Rate(rate)) };
        Some(t.points(gap?.difference.value?))
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

/// A verdict in words.
pub const fn judged(record: &Record, verdict: Verdict) -> &'static str {
    let t = record.language;
    match verdict {
        Verdict::Better => t.verdict_better(),
        Verdict::Worse => t.verdict_worse(),
        Verdict::Changed => t.verdict_changed(),
        Verdict::Noise => t.verdict_noise(),
        Verdict::Undefined => t.verdict_undefined(),
    }
}
