//! What to distrust.

use std::cmp::Ordering::Equal;

use super::{class, error_at, leaks, undecided};
use crate::data::Task;
use crate::metrics::figures::wilson;
use crate::metrics::{Measure, Metric, Rate};
use crate::report::LevelCoverage;
use crate::report::config::Language;
use crate::report::language::shown;
use crate::report::record::Record;
use crate::report::verdict::Gain;
use crate::report::{Grouping, groups, number};

/// Fewer test rows than this make wide intervals; fewer rows of a class say little about it.
const FEW: usize = 200;
const RARE: usize = 50;

/// What to distrust, the worst first; the last sentence is true of every model.
pub fn doubts(record: &Record, t: Language) -> Vec<String> {
    let mut said = Vec::new();
    if record.partial {
        said.push(t.doubt_partial().into());
    }
    let warned = |code: &str| record.warnings.iter().any(|warning| warning.code == code);
    said.extend(leaks::suspect(record, t).map(|columns| t.doubt_leak(columns)));
    said.extend(leaks::telling(record, t).map(|columns| t.doubt_telling(columns)));
    if warned(leaks::OVERLAP) {
        said.push(t.doubt_overlap().into());
    }
    said.extend(leaks::named(record, t, |code| code == "time_unset").map(|columns| t.doubt_time(columns)));
    let chosen = record.decisions.as_ref().and_then(|d| d.threshold.as_ref());
    if let Some(chosen) = chosen.filter(|chosen| chosen.rule != "none" && !chosen.reached) {
        said.push(t.doubt_not_reached(shown(&t.optimized_for(&chosen.rule))));
    }
    if let (Some(threshold), Some(label)) = (record.details.threshold, undecided(record)) {
        said.push(t.doubt_undecided(t.number(threshold), class(record, label)));
    }
    said.extend(missed_bound(record, t));
    said.extend(doubtful_scores(record, t));
    said.extend(off_probabilities(record, t));
    said.extend(narrow(record, t));
    said.extend(one_row(record, t).or_else(|| long_tail(record, t)));
    said.extend(apart(record, t));
    said.extend(in_vain(record, t));
    said.extend(leaning(record, t));
    said.extend(worst_segment(record, t));
    if let Some(weight) = record.columns.iter().find(|column| column.role == "weight") {
        said.push(t.doubt_weight(shown(&weight.name)));
    }
    let rows = record.rows.used.max(1) as f64;
    for important in record.importance.iter().filter(|i| i.mean > 0.0 && i.mean > 2.0 * i.sd).take(5) {
        let missing = record.columns.iter().find(|c| c.name == important.column).map_or(0.0, |c| c.missing as f64 / rows);
        if missing >= 0.2 {
            said.push(t.doubt_missing(shown(&important.column), t.percent(missing)));
        }
    }
    // Where all were told of above, nothing is left to point to.
    let named = |code: &str| code == "time_unset" || leaks::is_told(code);
    let told = record.told();
    match told.len() {
        _ if told.iter().all(|told| named(&told.first.code)) => {}
        1 => said.push(t.doubt_warning().into()),
        several => said.push(t.doubt_warnings(t.warnings(several))),
    }
    said.push(t.doubt_always().into());
    said
}

fn doubtful_scores(record: &Record, t: Language) -> Vec<String> {
    let mut said = Vec::new();
    let metric = Metric::main(record.task);
    let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
    if record.rows.test == 0 {
        said.push(t.doubt_no_test().into());
    } else if record.rows.test < FEW {
        said.push(t.doubt_few(t.count(record.rows.test)));
    }
    let rare: Vec<(&String, usize)> =
        record.labels.iter().zip(record.class_counts.iter().copied()).filter(|(_, n)| *n < RARE).collect();
    if let Some((label, rows)) = rare.iter().min_by_key(|(_, n)| *n) {
        said.push(match rare.len() {
            1 => t.doubt_rare(shown(label), t.count(*rows)),
            several => t.doubt_rare_several(t.classes(several), t.count(RARE), shown(label), t.count(*rows)),
        });
    }
    let Some(cv) = record.model.cv.get(&metric) else { return said };
    let (mean, sd) = (cv.mean.unwrap_or(f64::NAN), cv.sd.unwrap_or(f64::NAN));
    let folds: Vec<f64> = cv.folds.iter().copied().flatten().filter(|x| x.is_finite()).collect();
    let ends = [folds.iter().copied().fold(f64::INFINITY, f64::min), folds.iter().copied().fold(f64::NEG_INFINITY, f64::max)];
    // A spread over the folds as wide as half of what the model gains on the baseline.
    let gain = Gain::of(metric, &record.model, &record.baseline).map_or(f64::NAN, |g| g.mean.abs());
    if ends[1] - ends[0] > 0.5 * gain {
        said.push(t.doubt_folds(t.scaled(metric, ends[0], mean), t.scaled(metric, ends[1], mean), t.named(metric)));
    }
    if let Some(interval) = record.model.test.get(&metric)
        && let Some(test) = interval.value
        && sign * (mean - test) > 3.0 * sd
        // A score that a few rows decide has an interval that reaches far.
        && if sign > 0.0 { interval.high } else { interval.low }.is_none_or(|end| sign * (mean - end) > 0.0)
    {
        said.push(t.doubt_shift(t.score(metric, Some(test)), t.score(metric, Some(mean)), t.named(metric)));
    }
    said
}

/// Parts of the range in which what is predicted lies outside of the 95 % interval of what happened; by chance alone one
/// of twenty does.
fn off_probabilities(record: &Record, t: Language) -> Option<String> {
    let bins = &record.curves.calibration;
    let off = bins.iter().filter(|b| wilson(b[1] * b[2], b[2]).is_some_and(|[low, high]| b[0] < low || b[0] > high)).count();
    (off >= 3).then(|| t.doubt_calibration(t.count(off), t.count(bins.len())))
}

/// A bound of precision or recall that the threshold was chosen to reach, and clearly does not on the test rows.
fn missed_bound(record: &Record, t: Language) -> Option<String> {
    let threshold = record.decisions.as_ref()?.threshold.as_ref()?;
    let (name, bound) = threshold.rule.split_once(">=")?;
    let bound: f64 = bound.trim().parse().ok()?;
    let test = threshold.test.as_ref()?;
    let found = if name == "precision" { test.precision } else { test.recall };
    let range = t.interval_95(t.percent(found.low?), t.percent(found.high?));
    (found.high? < bound).then_some(t.doubt_threshold(t.optimized_for(&threshold.rule), t.percent(found.value?), range))
}

/// The level whose intervals or sets hold the truth clearly less often than is promised, by more than two points.
fn narrow(record: &Record, t: Language) -> Option<String> {
    let levels = &record.decisions.as_ref()?.coverage.as_ref()?.levels;
    let short = |l: &LevelCoverage| Some(l.level - l.covered.high?).filter(|short| *short > 0.02);
    let worst = levels.iter().filter(|l| short(l).is_some()).max_by(|a, b| short(a).partial_cmp(&short(b)).unwrap_or(Equal))?;
    let (level, kept) = (t.percent(worst.level), t.percent(worst.covered.value?));
    Some(if record.task == Task::Regression { t.doubt_intervals(level, kept) } else { t.doubt_sets(level, kept) })
}

/// Groups that are selected less than four fifths as often as others (EEOC 1978).
fn apart(record: &Record, t: Language) -> Vec<String> {
    let rate = Measure::Rate(Rate::SelectionRate);
    let groupings = record.fairness.iter().flat_map(|f| &f.groupings);
    let mut found: Vec<(usize, String)> = groupings
        .filter_map(|grouping| {
            let gap = grouping.gaps.get(&rate)?;
            let ratio = gap.ratio.value.filter(|ratio| *ratio < 0.8)?;
            let columns = t.list(&grouping.columns.iter().map(|c| shown(c)).collect::<Vec<_>>());
            let (low, high) = (shown(&t.said(&gap.lowest)), shown(&t.said(&gap.highest)));
            let sentence = t.doubt_fairness(columns, low, high, t.percent(ratio));
            Some((grouping.columns.len(), if gap.is_open() { sentence + t.gap() + t.four_fifths_open() } else { sentence }))
        })
        .collect();
    // What single columns tell is only told again by their combinations.
    if found.iter().any(|(columns, _)| *columns == 1) {
        found.retain(|(columns, _)| *columns == 1);
    }
    found.into_iter().map(|(_, sentence)| sentence).collect()
}

/// Groups of which a number is clearly predicted too high, or too low, beside others; for classes their rates tell.
fn leaning(record: &Record, t: Language) -> Vec<String> {
    if record.task != Task::Regression {
        return Vec::new();
    }
    let bias = Measure::Rate(Rate::Bias);
    let groupings = record.fairness.iter().flat_map(|f| &f.groupings).filter(|grouping| grouping.columns.len() == 1);
    let one = |grouping: &Grouping| {
        let gap = grouping.gaps.get(&bias).filter(|gap| gap.difference.low.is_some_and(|low| low > 0.0))?;
        let of = |name: &str| {
            let value = grouping.groups.iter().find(|group| group.name == name)?.values.get(&bias)?.value?;
            Some(number::plus(value, &t.number(value)))
        };
        let (low, high) = (of(&gap.lowest)?, of(&gap.highest)?);
        let names = [&gap.lowest, &gap.highest].map(|name| shown(&t.said(name)));
        let [lowest, highest] = names;
        Some(t.doubt_leaning(groups::columns(record, grouping), low, lowest, high, highest))
    };
    groupings.filter_map(one).collect()
}

/// Groups that are no closer for what was done about them.
fn in_vain(record: &Record, t: Language) -> Vec<String> {
    let Some(mitigation) = record.fairness.as_ref().and_then(|f| f.mitigation.as_ref()) else { return Vec::new() };
    groups::gaps(record, mitigation)
        .filter(|gap| gap.columns.len() == 1 && gap.after >= gap.before)
        .map(|gap| t.doubt_mitigation(gap.measure, t.list(&gap.columns), t.points(gap.before), t.points(gap.after)))
        .collect()
}

fn worst_segment(record: &Record, t: Language) -> Option<String> {
    let worst = record.explanations.as_ref()?.segments.worst.first()?;
    let conditions: Vec<String> =
        worst.conditions.iter().map(|(c, v)| format!("{} = {}", shown(c), shown(&t.said(v)))).collect();
    Some(t.doubt_segment(t.all_of(&conditions), t.rows(worst.rows)))
}

/// A single test row that the squared errors consist of for the most part: RMSE then tells of little else.
fn one_row(record: &Record, t: Language) -> Option<String> {
    let (worst, rmse) = (error_at(record, 1.0)?, record.model.test.get(&Metric::Rmse)?.value?);
    let rows = record.details.rows;
    let share = (worst / rmse).powi(2) / rows as f64;
    (rows > 2 && share > 0.5).then(|| t.doubt_one_row(t.count(rows), t.percent(share.min(1.0)), t.number(worst)))
}

/// For normal errors the 95 % point is three times the middle one; ten times is another kind of error.
fn long_tail(record: &Record, t: Language) -> Option<String> {
    let (middle, tail) = (error_at(record, 0.5)?, error_at(record, 0.95)?);
    (middle > 0.0 && tail > 10.0 * middle).then(|| t.doubt_errors(t.percent(0.05), t.number((tail / middle).floor())))
}
