//! Columns whose values will not be there when the model is used.

use super::finding::{Code, Finding, Severity, ignore};
use super::scene::Scene;
use crate::data::Truth;
use crate::error::Result;
use crate::pipeline::Context;
use crate::report::hundredths;

/// How many times as often one class must have a value (or none) as the others.
const TIMES: f64 = 10.0;
/// Share of that class which it must concern, and rows: a handful of gaps in one class is chance.
const SHARE: f64 = 0.1;
const ROWS: usize = 20;
/// Difference of the shares from which whether a value is there is itself the answer: as AUC, half of it and 0.5.
const CERTAIN: f64 = 0.8;
/// Share of the rows below which one class of several says little of the scores.
const FEW: f64 = 0.05;
/// Share of a numeric target's variance that lies between rows with and without a value.
const BETWEEN: f64 = 0.25;
const BETWEEN_CERTAIN: f64 = 0.8;
/// By how much more the newest rows, or those of the test source, must lack the values.
const LATELY: f64 = 0.5;
/// Share of the rows that counts as the newest.
const NEWEST: usize = 10;

/// Numbers of rows of one class, and of those that have a value.
#[derive(Clone, Copy, Debug, Default)]
struct Rows {
    all: usize,
    filled: usize,
}

/// Columns that are filled, or empty, by the outcome.
pub fn by_target(scene: &Scene<'_>, known: &mut Vec<String>, cx: &Context<'_>) -> Result<Vec<Finding>> {
    let frame = scene.frame();
    let train = scene.splits.last.train();
    let truth = frame.truth.as_ref().map(|t| t.take(train));
    let mut findings = Vec::new();
    for series in frame.data.columns() {
        cx.check()?;
        let name = series.name().as_str();
        if series.null_count() == 0 || known.iter().any(|k| k == name) {
            continue;
        }
        let column = frame.column_taken(name, train)?;
        let empty: Vec<bool> = column.is_null().iter().map(|v| v.unwrap_or(true)).collect();
        let seen = match &truth {
            Some(Truth::Classes(codes)) => {
                let labels = &frame.schema.target.labels;
                // Of two classes the second says the same as the first.
                let classes = if labels.len() == 2 { 1..2 } else { 0..labels.len() };
                let counts = count(&empty, codes, labels.len());
                let sum = counts.iter().fold(Rows::default(), |s, c| Rows { all: s.all + c.all, filled: s.filled + c.filled });
                let few = |class: usize| labels.len() > 2 && (counts[class].all as f64) < FEW * sum.all as f64;
                classes
                    .filter_map(|class| of_class(counts[class], sum, &labels[class]).map(|(said, w)| (said, w, few(class))))
                    .max_by(|a, b| b.2.cmp(&a.2).then(a.1.total_cmp(&b.1)))
            }
            Some(Truth::Numbers(values)) => between(&empty, values).map(|(said, weight)| (said, weight, false)),
            None => None,
        };
        let Some((message, weight, few)) = seen else { continue };
        let severity = match weight {
            _ if few => Severity::Note,
            weight if weight >= CERTAIN => Severity::Error,
            _ => Severity::Warning,
        };
        let message = format!(
            "whether \"{name}\" has a value depends on the outcome: {message}; so it is written down after the fact, and will be empty when the model is used"
        );
        let finding = Finding::new(Code::MissingByTarget, severity, [name], message);
        findings.push(finding.fix(ignore(scene.config, &[name])));
        known.push(name.to_owned());
    }
    Ok(findings)
}

/// The rows of each class.
fn count(empty: &[bool], codes: &[u32], classes: usize) -> Vec<Rows> {
    let mut counts = vec![Rows::default(); classes];
    for (empty, code) in empty.iter().zip(codes) {
        counts[*code as usize].all += 1;
        counts[*code as usize].filled += usize::from(!empty);
    }
    counts
}

/// The shares of filled rows with and without one class, and their difference, where they are too different.
fn of_class(own: Rows, sum: Rows, label: &str) -> Option<(String, f64)> {
    let all = [sum.all - own.all, own.all];
    let filled = [sum.filled - own.filled, own.filled];
    // One row more on each side, so that none in a few rows is not taken for never.
    let rate = |count: usize, of: usize| (count as f64 + 1.0) / (of as f64 + 2.0);
    let far = |count: [usize; 2]| {
        let rates = [rate(count[0], all[0]), rate(count[1], all[1])];
        let high = usize::from(rates[1] > rates[0]);
        rates[high] >= TIMES * rates[1 - high] && rates[high] >= SHARE && count[high] >= ROWS
    };
    let empties = [all[0] - filled[0], all[1] - filled[1]];
    if all.contains(&0) || !(far(filled) || far(empties)) {
        return None;
    }
    let share = |side: usize| filled[side] as f64 / all[side] as f64;
    let message = format!(
        "filled in {} of {} rows ({} %) of \"{label}\" and in {} of {} ({} %) of the others",
        filled[1],
        all[1],
        hundredths(share(1), 1),
        filled[0],
        all[0],
        hundredths(share(0), 1)
    );
    Some((message, (share(1) - share(0)).abs()))
}

/// The means of a number with and without a value, and the share of its variance between them, on the scale of
/// [`of_class`], where it is too large.
fn between(empty: &[bool], values: &[f64]) -> Option<(String, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let whole: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let (mut rows, mut sums) = ([0.0; 2], [0.0; 2]);
    for (empty, value) in empty.iter().zip(values) {
        rows[usize::from(!empty)] += 1.0;
        sums[usize::from(!empty)] += value;
    }
    if rows.iter().any(|r| *r < ROWS as f64) {
        return None;
    }
    let means = [sums[0] / rows[0], sums[1] / rows[1]];
    let share = means.iter().zip(rows).map(|(m, r)| r * (m - mean).powi(2)).sum::<f64>() / whole;
    (share >= BETWEEN).then(|| {
        let message = format!(
            "the target is {:.4} on average in the {} rows with and {:.4} in the {} rows without, which is {:.1} % of its variance",
            means[1], rows[1], means[0], rows[0], 100.0 * share
        );
        (message, if share >= BETWEEN_CERTAIN { CERTAIN } else { 0.0 })
    })
}

/// Columns that the newest rows, or those of the test source, lack.
pub fn lately(scene: &Scene<'_>, known: &mut Vec<String>) -> Result<Vec<Finding>> {
    let frame = scene.frame();
    let (old, new, what) = if let Some(time) = &frame.time {
        let mut order: Vec<usize> = (0..frame.height()).collect();
        order.sort_by_key(|&r| time[r]);
        let new = order.split_off(order.len() - order.len() / NEWEST);
        (order, new, "the newest tenth of the rows")
    } else if frame.test.contains(&true) {
        let (new, old) = (0..frame.height()).partition(|&r| frame.test[r]);
        (old, new, "the test source")
    } else {
        return Ok(Vec::new());
    };
    let mut findings = Vec::new();
    for series in frame.data.columns() {
        let name = series.name().as_str();
        if series.null_count() == 0 || new.len() < ROWS || known.iter().any(|k| k == name) {
            continue;
        }
        let share = |rows: &[usize]| -> Result<f64> {
            Ok(frame.column_taken(name, rows)?.null_count() as f64 / rows.len().max(1) as f64)
        };
        let (before, now) = (share(&old)?, share(&new)?);
        if now - before < LATELY {
            continue;
        }
        let message = format!(
            "\"{name}\" is missing in {} % of {what} and in {} % of the others; is it no longer collected?",
            hundredths(now, 1),
            hundredths(before, 1)
        );
        let finding = Finding::new(Code::MissingLately, Severity::Warning, [name], message);
        findings.push(finding.fix(ignore(scene.config, &[name])));
        known.push(name.to_owned());
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second of two classes.
    fn second(empty: &[bool], codes: &[u32]) -> Option<(String, f64)> {
        let counts = count(empty, codes, 2);
        let sum = Rows { all: counts[0].all + counts[1].all, filled: counts[0].filled + counts[1].filled };
        of_class(counts[1], sum, "yes")
    }

    #[test]
    fn a_value_for_one_class_only_is_found() {
        // 100 rows of each class; filled in all of the second and 4 of the first.
        let codes: Vec<u32> = (0..200).map(|i| i % 2).collect();
        let empty: Vec<bool> = (0..200).map(|i| i % 2 == 0 && i >= 8).collect();
        let (message, weight) = second(&empty, &codes).unwrap();
        assert!((weight - 0.96).abs() < 1e-12);
        assert!(message.contains("100 of 100 rows (100.0 %) of \"yes\" and in 4 of 100 (4.0 %)"), "{message}");
    }

    #[test]
    fn twice_as_often_and_a_handful_are_nothing() {
        let codes: Vec<u32> = (0..400).map(|i| i % 2).collect();
        let twice: Vec<bool> = (0..400_usize).map(|i| i % if i % 2 == 0 { 10 } else { 5 } < 2).collect();
        assert_eq!(second(&twice, &codes), None);
        let few: Vec<bool> = (0..400).map(|i| i % 2 == 0 && i < 22).collect();
        assert_eq!(second(&few, &codes), None, "eleven gaps, all in one class");
    }

    #[test]
    fn the_variance_between_by_hand() {
        // With a value: 1, without: 0, 50 rows each and 10 of each turned round: means 0.8 and 0.2, variance 0.25,
        // between 0.09.
        let empty: Vec<bool> = (0..100).map(|i| i < 50).collect();
        let values: Vec<f64> = (0..100).map(|i| f64::from(u8::from((i < 50) == (i % 50 < 10)))).collect();
        let (message, weight) = between(&empty, &values).unwrap();
        assert!(message.contains("36.0 %") && weight == 0.0, "{message}");
        assert_eq!(between(&empty, &(0..100).map(|i| f64::from(i % 2)).collect::<Vec<_>>()), None);
    }
}
