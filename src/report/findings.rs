//! What a manager reads: how good the model is, what drives it, what to do by it, what to distrust.
//!
//! Every sentence follows from numbers of the record by a rule that is stated here; none is written without one.

mod doubts;
mod leaks;

pub use doubts::doubts;

use super::config::Language;
use super::language::shown;
use super::name::class as class_name;
use super::record::Record;
use super::verdict::Gain;
use super::{classes, words};
use crate::data::Task;
use crate::metrics::Metric;
use crate::metrics::figures::Tenth;

/// Of so many of the positives that the best tenth holds, the second tenth tells little more.
const MOST: f64 = 0.8;

/// The answer in one sentence.
pub fn headline(record: &Record, t: Language) -> String {
    let metric = Metric::main(record.task);
    let target = shown(&record.target);
    let Some(gain) = Gain::of(metric, &record.model, &record.baseline) else {
        return t.headline_unknown(target) + t.headline_end();
    };
    // Without folds there is no interval; the sentences below say so.
    if gain.mean <= 0.0 || (gain.margin.is_some() && !gain.is_clear()) {
        return t.headline_unclear(target) + t.headline_end();
    }
    if record.fails_on_test(&record.baseline) {
        return t.headline_folds_alone(target);
    }
    // Against what gives the target away no rival says anything.
    if let Some(columns) = leaks::given(record, t) {
        return t.headline_good(target) + &t.headline_leak(columns, t.what_to_distrust());
    }
    let end = match Gain::of(metric, &record.model, &record.linear) {
        Some(linear) if linear.is_clear() && linear.mean > 0.0 => t.headline_beats_linear(),
        Some(linear) if linear.is_clear() => t.headline_below_linear(),
        Some(linear) if linear.margin.is_some() => match words::apart_on_test(record, &record.linear) {
            Some(true) => t.headline_beats_linear_on_test(),
            Some(false) => t.headline_below_linear_on_test(),
            None => t.headline_like_linear(),
        },
        _ => t.headline_end(),
    };
    t.headline_good(target) + end
}

/// How good it is, plainly.
pub fn how_good(record: &Record, t: Language) -> Vec<String> {
    let mut said = vec![words::answer(record, t)];
    said.extend(plainly(record, t));
    said.extend(explained(record, t));
    said.push(words::against_baseline(record, t));
    said.push(words::against_linear(record, t));
    said
}

/// The same without the name of a metric.
fn plainly(record: &Record, t: Language) -> Option<String> {
    let details = &record.details;
    match record.task {
        Task::Binary => {
            let first = details.tenths.first()?;
            let positives: f64 = details.tenths.iter().map(|p| p.positives).sum();
            let rows: usize = details.tenths.iter().map(|p| p.rows).sum();
            let share = |part: f64, whole: usize| t.percent(part / whole as f64);
            if is_rarer_looked_for(positives, rows) {
                let (last, rest) = (details.tenths.last()?, rows as f64 - positives);
                let found = last.rows as f64 - last.positives;
                return Some(t.last_tenth(share(found, last.rows), class(record, record.labels.first()?), share(rest, rows)));
            }
            Some(t.top_tenth(share(first.positives, first.rows), class(record, record.labels.last()?), share(positives, rows)))
        }
        Task::Multiclass => {
            let table = classes::table(&record.curves.confusion);
            let rows: usize = table.iter().map(|c| c.rows).sum();
            let right: usize = table.iter().map(|c| c.right).sum();
            let (most, commonest) = table.iter().enumerate().max_by_key(|(i, c)| (c.rows, std::cmp::Reverse(*i)))?;
            Some(t.right_class(t.share(right, rows), class(record, record.labels.get(most)?), t.share(commonest.rows, rows)))
        }
        Task::Regression => Some(t.half_off(t.number(error_at(record, 0.5)?), t.number(error_at(record, 0.9)?))),
    }
}

/// Whoever ranks looks for the class that is clearly rarer: the negative one where it is less than half as frequent.
fn is_rarer_looked_for(positives: f64, rows: usize) -> bool {
    rows as f64 - positives < 0.5 * positives
}

/// How much of the differences between rows a number's predictions follow: clearly better than the mean can be little.
fn explained(record: &Record, t: Language) -> Option<String> {
    let r2 = record.model.test.get(&Metric::R2).and_then(|i| i.value);
    let r2 = r2.or_else(|| record.model.cv.get(&Metric::R2)?.mean)?;
    (r2 > 0.0).then(|| t.explains(t.percent(r2)))
}

/// A class within a sentence.
fn class(record: &Record, label: &str) -> String {
    shown(&class_name(&record.target, label))
}

/// So large a share of the predictions is off by no more.
fn error_at(record: &Record, share: f64) -> Option<f64> {
    record.details.error_quantiles.iter().find(|q| (q[0] - share).abs() < 1e-9).map(|q| q[1])
}

/// Which columns it goes by. A column matters if its mean is above zero by more than two standard deviations, and is named
/// if it has at least a tenth of the effect of the first.
pub fn drivers(record: &Record, t: Language) -> Vec<String> {
    let measured = &record.importance;
    if measured.is_empty() {
        return vec![t.drives_unknown().into()];
    }
    let metric = Metric::main(record.task);
    let matters = |i: &&super::Importance| i.mean.is_finite() && i.mean > 0.0 && i.mean > 2.0 * i.sd;
    let clear: Vec<_> = measured.iter().filter(matters).collect();
    let Some(first) = clear.first() else { return vec![t.drives_none().into()] };
    let worsens = t.scaled(metric, first.mean, first.mean);
    // A column with a larger effect that may be chance: the figure shows it further up.
    let ahead: Vec<String> =
        measured.iter().filter(|i| i.mean > first.mean && !matters(i)).take(3).map(|i| shown(&i.column)).collect();
    let mut said = if ahead.is_empty() {
        vec![t.drives_first(shown(&first.column), t.named(metric), worsens)]
    } else {
        vec![t.drives_clearly(shown(&first.column), t.named(metric), worsens), t.drives_perhaps(t.list(&ahead))]
    };
    let next: Vec<String> =
        clear[1..].iter().filter(|i| i.mean >= 0.1 * first.mean).take(3).map(|i| shown(&i.column)).collect();
    match next.as_slice() {
        [] => {}
        [one] => said.push(t.drives_next_one(one)),
        several => said.push(t.drives_next(t.list(several))),
    }
    let smaller = clear.len() - 1 - next.len();
    if smaller > 0 {
        said.push(t.drives_smaller(t.columns(smaller)));
    }
    if measured.len() > clear.len() {
        said.push(t.drives_rest(t.columns(measured.len() - clear.len())));
    }
    said.push(t.drives_use().into());
    said
}

/// What to do by it.
pub fn advice(record: &Record, t: Language) -> Vec<String> {
    let metric = Metric::main(record.task);
    let gain = |rival| Gain::of(metric, &record.model, rival);
    if gain(&record.baseline).is_some_and(|g| g.mean <= 0.0 || (g.margin.is_some() && !g.is_clear())) {
        return vec![t.do_not_use().into()];
    }
    if record.fails_on_test(&record.baseline) {
        return vec![t.do_test_again(t.rows(record.rows.test))];
    }
    let mut said: Vec<String> = leaks::given(record, t).map(|columns| t.do_leave_out(columns)).into_iter().collect();
    if gain(&record.linear).is_some_and(|g| g.mean < 0.0 && g.is_clear()) {
        said.push(t.do_linear().into());
    }
    match record.task {
        Task::Binary => said.extend(ranking(record, t)),
        Task::Multiclass => said.extend(trusted(record, t)),
        Task::Regression => said.extend(error_at(record, 0.9).map(|nine| t.do_margin(t.number(nine)))),
    }
    said.push(t.do_predict().into());
    said
}

fn ranking(record: &Record, t: Language) -> Vec<String> {
    let mut said = Vec::new();
    let Some(label) = record.labels.last().map(|label| class(record, label)) else { return said };
    let details = &record.details;
    if let [first, second, .., before, last] = &details.tenths[..] {
        let all: f64 = details.tenths.iter().map(|p| p.positives).sum();
        let others = |tenths: &[&Tenth]| tenths.iter().map(|p| p.rows as f64 - p.positives).sum::<f64>();
        let rest = others(&details.tenths.iter().collect::<Vec<_>>());
        said.push(match record.labels.first() {
            Some(rarer) if is_rarer_looked_for(all, details.tenths.iter().map(|p| p.rows).sum()) => {
                t.do_rank_last(&label, t.percent(others(&[before, last]) / rest), class(record, rarer))
            }
            _ if first.positives + second.positives == (first.rows + second.rows) as f64 => {
                t.do_rank_all(&label, t.percent((first.positives + second.positives) / all))
            }
            _ if first.positives >= MOST * all => t.do_rank_tenth(&label, t.percent(first.positives / all)),
            _ => t.do_rank(&label, t.percent((first.positives + second.positives) / all)),
        });
    }
    // Where it calls all rows alike, that is told among what to distrust.
    if let (Some(threshold), Some([[rejected, alarms], [misses, hits]]), None) =
        (details.threshold, classes::two(&record.curves.confusion), undecided(record))
    {
        let (called, rows) = (hits + alarms, hits + alarms + misses + rejected);
        said.push(t.do_threshold(
            t.number(threshold),
            t.count(called),
            t.count(rows),
            &label,
            t.share(hits, called),
            t.share(hits, hits + misses),
        ));
        said.extend(profit(record, t));
    }
    let by_group = record.has_group_thresholds();
    if (record.least_gain().is_some() || by_group)
        && let Some([[rejected, alarms], [misses, hits]]) = classes::two(&record.curves.confusion)
    {
        let (called, rows) = (t.count(hits + alarms), t.count(hits + alarms + misses + rejected));
        let (rightly, found) = (t.share(hits, hits + alarms), t.share(hits, hits + misses));
        said.push(if by_group {
            t.do_by_group(called, rows, &label, rightly, found)
        } else {
            t.do_by_row(called, rows, &label, rightly)
        });
        said.extend(profit(record, t));
    }
    said
}

/// The class that every row is called at the threshold, where there is only one.
fn undecided(record: &Record) -> Option<&String> {
    let [[rejected, alarms], [misses, hits]] = classes::two(&record.curves.confusion)?;
    match (rejected + misses, alarms + hits) {
        (0, 1..) => record.labels.last(),
        (1.., 0) => record.labels.first(),
        _ => None,
    }
}

/// What acting by the chosen threshold brings, where it is said what rows are worth.
fn profit(record: &Record, t: Language) -> Option<String> {
    let threshold = record.decisions.as_ref()?.threshold.as_ref()?;
    let profit = threshold.test.as_ref().unwrap_or(&threshold.out_of_fold).profit?;
    Some(t.do_profit(t.number(profit.total.value?), t.number(profit.of_all), t.number(profit.of_none)))
}

/// The classes whose names can be trusted most and least, among those named at least twenty times.
fn trusted(record: &Record, t: Language) -> Option<String> {
    let table = classes::table(&record.curves.confusion);
    let often = || table.iter().zip(&record.labels).filter(|(c, _)| c.called >= 20);
    let precision = |c: &classes::Class| c.right as f64 / c.called as f64;
    let by = |a: &(&classes::Class, &String), b: &(&classes::Class, &String)| precision(a.0).total_cmp(&precision(b.0));
    let (best, worst) = (often().max_by(by)?, often().min_by(by)?);
    let shares = [best, worst].map(|(found, _)| t.percent(precision(found)));
    (shares[0] != shares[1]).then(|| t.do_class(class(record, best.1), &shares[0], class(record, worst.1), &shares[1]))
}

#[cfg(test)]
mod tests;
