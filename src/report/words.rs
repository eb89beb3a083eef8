//! What every format says in the same words: sentences about the scores.
//!
//! No sentence holds text from the data.

use super::config::Language;
use super::number::{NONE, count};
use super::record::{Record, Scored};
use super::verdict::Gain;
use crate::data::Task;
use crate::error::ending;
use crate::metrics::Metric;

/// Where the scores that count come from, and how good the model is there.
#[must_use]
pub fn answer(record: &Record, t: Language) -> String {
    let metric = Metric::main(record.task);
    let label = t.label(metric);
    let cv = record.model.cv.get(&metric).filter(|s| s.mean.is_some());
    match (record.model.test.get(&metric).filter(|i| i.value.is_some()), cv) {
        (Some(test), _) => {
            let range = match (test.low, test.high) {
                (Some(low), Some(high)) if low.is_finite() && high.is_finite() => {
                    let like = test.value.unwrap_or(low);
                    t.interval_95(t.scaled(metric, low, like), t.scaled(metric, high, like))
                }
                _ => String::new(),
            };
            t.answer_test(label, t.score(metric, test.value), range, t.count(record.rows.test))
        }
        (None, Some(cv)) => t.answer_folds(label, t.spread(metric, cv), t.count(cv.folds.len())),
        (None, None) => t.answer_none(label),
    }
}

/// Whether the model beats the baseline, and by how much compared with the uncertainty.
#[must_use]
pub fn against_baseline(record: &Record, t: Language) -> String {
    let rival = match record.task {
        Task::Regression => t.baseline_mean(),
        Task::Binary | Task::Multiclass => t.baseline_shares(),
    };
    against(record, &record.baseline, rival, t)
}

/// Whether the model beats the linear model, and by how much compared with the uncertainty.
#[must_use]
pub fn against_linear(record: &Record, t: Language) -> String {
    let rival = match record.task {
        Task::Regression => t.linear_number(),
        Task::Binary | Task::Multiclass => t.linear_classes(),
    };
    against(record, &record.linear, rival, t)
}

fn against(record: &Record, rival: &Scored, name: &str, t: Language) -> String {
    let metric = Metric::main(record.task);
    let Some(gain) = Gain::of(metric, &record.model, rival) else {
        return t.not_compared(name);
    };
    let like = value(record, rival, metric).unwrap_or(gain.mean);
    let shown = |x: f64| t.scaled(metric, x, like);
    let better = gain.mean >= 0.0;
    let size = gain.mean.abs();
    let Some(margin) = gain.margin else {
        return if better { t.better_once(name, shown(size)) } else { t.worse_once(name, shown(size)) };
    };
    // Such as a linear model that took over.
    if size == 0.0 && margin == 0.0 {
        return t.same_score(name);
    }
    let by = t.by_folds(shown(size), shown(size - margin), shown(size + margin));
    let said = match (gain.is_clear(), gain.mean > 0.0) {
        (true, true) => return t.beats(name, by) + &not_on_test(record, rival, t),
        (true, false) => return t.loses(name, by),
        (false, _) if better => t.even_better(name, by),
        (false, _) => t.even_worse(name, by),
    };
    let Some(better) = apart_on_test(record, rival) else { return said };
    let [own, other] = [&record.model, rival].map(|scored| t.score(metric, value(record, scored, metric)));
    said + t.gap() + &if better { t.better_on_test(own, other) } else { t.worse_on_test(own, other) }
}

/// That the test part, where a rival scores as well, does not bear out what the folds say; nothing where it does.
fn not_on_test(record: &Record, rival: &Scored, t: Language) -> String {
    if !record.fails_on_test(rival) {
        return String::new();
    }
    let metric = Metric::main(record.task);
    let [own, other] = [&record.model, rival].map(|scored| t.score(metric, value(record, scored, metric)));
    t.gap().to_owned() + &t.not_on_test(own, other)
}

/// Whether the model is better or worse than a rival by intervals on the test part that do not touch; nothing where they
/// do, or where it is better there alone, and worse over the folds. Folds of different times differ so much that they may leave open what the test part tells.
#[must_use]
pub fn apart_on_test(record: &Record, rival: &Scored) -> Option<bool> {
    let metric = Metric::main(record.task);
    let ends = |scored: &Scored| scored.test.get(&metric).and_then(|i| Some((i.low?, i.high?)));
    let ((low, high), (other_low, other_high)) = (ends(&record.model)?, ends(rival)?);
    let better = match (low > other_high, high < other_low) {
        (true, _) => metric.higher_is_better(),
        (_, true) => !metric.higher_is_better(),
        _ => return None,
    };
    // A few test rows that praise it against all the folds are luck.
    let folds = Gain::of(metric, &record.model, rival).map_or(0.0, |gain| gain.mean);
    (!better || folds >= 0.0).then_some(better)
}

/// The score to compare by: on the test part where there is one, else the mean over the folds.
#[must_use]
pub fn value(record: &Record, scored: &Scored, metric: Metric) -> Option<f64> {
    let x = if record.model.test.is_empty() {
        scored.cv.get(&metric).and_then(|s| s.mean)
    } else {
        scored.test.get(&metric).and_then(|i| i.value)
    };
    x.filter(|x| x.is_finite())
}

/// Mean and spread over the folds, or `–`.
#[must_use]
pub fn folds(scored: &Scored, metric: Metric, t: Language) -> String {
    scored.cv.get(&metric).map_or_else(|| NONE.into(), |s| t.spread(metric, s))
}

/// Score and interval on the test part, or `–`.
#[must_use]
pub fn test(scored: &Scored, metric: Metric, t: Language) -> String {
    scored.test.get(&metric).map_or_else(|| NONE.into(), |i| t.interval(metric, i))
}

/// The word for one of something, with its number: `1 row`, `2 rows`.
#[must_use]
pub fn plural(n: usize, one: &str) -> String {
    format!("{} {one}{}", count(n), ending(n == 1, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Interval, Spread};
    use crate::report::sample;

    const EN: Language = Language::En;

    /// A record whose model scores `0.8 + gain` in each of two folds against 0.8; the folds differ by `luck`.
    fn compared(gain: f64, luck: f64) -> Record {
        let mut record = sample::record(Task::Binary);
        let auc = |folds: [f64; 2]| Spread { mean: Some(0.8), sd: None, folds: folds.map(Some).into() };
        record.model.cv.insert(Metric::Auc, auc([0.8 + gain - luck, 0.8 + gain + luck]));
        record.linear.cv.insert(Metric::Auc, auc([0.8, 0.8]));
        record
    }

    #[test]
    fn the_verdict_follows_the_interval() {
        assert_eq!(
            against_linear(&compared(0.05, 0.0), EN),
            "It beats logistic regression on the same columns by 0.0500 over the folds (95 % interval 0.0500 to 0.0500)."
        );
        assert!(
            against_linear(&compared(-0.05, 0.0), EN)
                .starts_with("It is worse than logistic regression on the same columns by 0.0500")
        );
        assert_eq!(
            against_linear(&compared(0.0, 0.0), EN),
            "It scores the same as logistic regression on the same columns in every fold."
        );
        // Sd 0.001 * sqrt(2), t 12.706, variance times 1/2 + 1: the margin is 12.706 * 0.0014142 * 1.2247 = 0.0220.
        assert_eq!(
            against_linear(&compared(0.01, 0.001), EN),
            "It does not clearly differ from logistic regression on the same columns: better by 0.0100 over the folds \
             (95 % interval -0.0120 to 0.0320)."
        );
        assert!(
            against_linear(&compared(-0.01, 0.001), EN)
                .contains("worse by 0.0100 over the folds (95 % interval -0.0120 to 0.0320)")
        );
        assert!(against_linear(&compared(0.05, 0.0), Language::Zh).starts_with("它明显优于使用相同列的逻辑回归"));
    }

    #[test]
    fn what_the_folds_leave_open_the_test_part_may_tell() {
        let mut record = compared(0.01, 0.05);
        let test = |low, high| Interval { value: Some(0.5 * (low + high)), low: Some(low), high: Some(high) };
        record.model.test.insert(Metric::Auc, test(0.85, 0.87));
        record.linear.test.insert(Metric::Auc, test(0.80, 0.86));
        assert_eq!(apart_on_test(&record, &record.linear), None);
        assert!(against_linear(&record, EN).ends_with(")."));
        record.linear.test.insert(Metric::Auc, test(0.80, 0.84));
        assert_eq!(apart_on_test(&record, &record.linear), Some(true));
        assert!(
            against_linear(&record, EN)
                .ends_with("On the test rows it is clearly better: 0.8600 against 0.8200, and the intervals do not touch."),
            "{}",
            against_linear(&record, EN)
        );
        record.linear.test.insert(Metric::Auc, test(0.88, 0.90));
        assert_eq!(apart_on_test(&record, &record.linear), Some(false));
        let mut worse = compared(-0.01, 0.05);
        worse.model.test.insert(Metric::Auc, test(0.85, 0.87));
        worse.linear.test.insert(Metric::Auc, test(0.80, 0.84));
        assert_eq!(apart_on_test(&worse, &worse.linear), None, "better on the test rows alone");
    }

    #[test]
    fn a_test_part_that_does_not_bear_out_the_folds_is_told() {
        let mut record = compared(0.05, 0.0);
        let test = |value| Interval { value: Some(value), low: None, high: None };
        record.model.test.insert(Metric::Auc, test(0.4639));
        record.linear.test.insert(Metric::Auc, test(0.47));
        assert!(
            against_linear(&record, EN).ends_with("0.0500). On the test rows it does not: 0.4639 against 0.4700."),
            "{}",
            against_linear(&record, EN)
        );
        record.linear.test.insert(Metric::Auc, test(0.46));
        assert!(against_linear(&record, EN).ends_with("0.0500)."));
        record.model.test.clear();
        assert!(against_linear(&record, EN).ends_with("0.0500)."), "nothing was tested");
    }

    #[test]
    fn without_a_test_part_the_folds_answer() {
        let mut record = sample::record(Task::Regression);
        record.model.test.clear();
        assert_eq!(
            answer(&record, EN).replace('\u{202f}', " "),
            "RMSE is 10 200 ± 403 (mean and standard deviation over 5 folds, each predicted by a model that never saw it)."
        );
        assert_eq!(value(&record, &record.linear, Metric::Rmse), Some(0.204 * 51_000.0));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([plural(1, "row"), plural(0, "row"), plural(2, "class")], ["1 row", "0 rows", "2 classes"]);
    }
}
