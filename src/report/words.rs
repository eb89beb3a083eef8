//! What both formats say in the same words: sentences about the scores, and what each metric means.
//!
//! No sentence holds text from the data.

use super::number::{NONE, count, interval, scaled, score, spread};
use super::record::{Record, Scored};
use super::verdict::Gain;
use crate::data::Task;
use crate::metrics::Metric;

/// Where the scores that count come from, and how good the model is there.
#[must_use]
pub fn answer(record: &Record) -> String {
    let metric = Metric::main(record.task);
    let label = label(metric);
    let cv = record.model.cv.get(&metric).filter(|s| s.mean.is_some());
    let folds = cv.map_or(0, |s| s.folds.len());
    match (record.model.test.get(&metric).filter(|i| i.value.is_some()), cv) {
        (Some(test), _) => {
            let rows = count(record.rows.test);
            let range = match (test.low, test.high) {
                (Some(low), Some(high)) if low.is_finite() && high.is_finite() => {
                    let like = test.value.unwrap_or(low);
                    format!(" (95 % interval {} to {})", scaled(metric, low, like), scaled(metric, high, like))
                }
                _ => String::new(),
            };
            format!("{label} is {}{range} on {rows} test rows that nothing was learned from.", score(metric, test.value))
        }
        (None, Some(cv)) => format!(
            "{label} is {} (mean and standard deviation over {folds} folds, each predicted by a model that never saw it).",
            spread(metric, cv)
        ),
        (None, None) => format!("{label} could not be measured on these rows."),
    }
}

/// Whether the model beats the baseline, and by how much compared with the uncertainty.
#[must_use]
pub fn against_baseline(record: &Record) -> String {
    let rival = match record.task {
        Task::Regression => "the baseline (always the mean)",
        Task::Binary | Task::Multiclass => "the baseline (always the shares of the classes)",
    };
    against(record, &record.baseline, rival)
}

/// Whether the model beats the linear model, and by how much compared with the uncertainty.
#[must_use]
pub fn against_linear(record: &Record) -> String {
    let rival = match record.task {
        Task::Regression => "ridge regression on the same columns",
        Task::Binary | Task::Multiclass => "logistic regression on the same columns",
    };
    against(record, &record.linear, rival)
}

fn against(record: &Record, rival: &Scored, name: &str) -> String {
    let metric = Metric::main(record.task);
    let Some(gain) = Gain::of(metric, &record.model, rival) else {
        return format!("It could not be compared with {name}.");
    };
    let like = value(record, rival, metric).unwrap_or(gain.mean);
    let shown = |x: f64| scaled(metric, x, like);
    let better = if gain.mean >= 0.0 { "better" } else { "worse" };
    let Some(margin) = gain.margin else {
        return format!(
            "It is {better} than {name} by {}; how sure that is cannot be told from one part of the rows.",
            shown(gain.mean.abs())
        );
    };
    let size = gain.mean.abs();
    let by = format!("{} over the folds (95 % interval {} to {})", shown(size), shown(size - margin), shown(size + margin));
    match (gain.is_clear(), gain.mean > 0.0) {
        (true, true) => format!("It beats {name} by {by}."),
        (true, false) => format!("It is worse than {name} by {by}: use that instead, or change the settings."),
        (false, _) => format!("It does not clearly differ from {name}: {better} by {by}."),
    }
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
pub fn folds(scored: &Scored, metric: Metric) -> String {
    scored.cv.get(&metric).map_or_else(|| NONE.into(), |s| spread(metric, s))
}

/// Score and interval on the test part, or `–`.
#[must_use]
pub fn test(scored: &Scored, metric: Metric) -> String {
    scored.test.get(&metric).map_or_else(|| NONE.into(), |i| interval(metric, i))
}

/// How people write the metric.
#[must_use]
pub const fn label(metric: Metric) -> &'static str {
    match metric {
        Metric::Auc => "AUC",
        Metric::Auprc => "AUPRC",
        Metric::Logloss => "Log loss",
        Metric::Brier => "Brier score",
        Metric::Ece => "ECE",
        Metric::Accuracy => "Accuracy",
        Metric::BalancedAccuracy => "Balanced accuracy",
        Metric::F1 => "F1",
        Metric::MacroF1 => "Macro F1",
        Metric::Mcc => "MCC",
        Metric::Ks => "KS",
        Metric::Gini => "Gini",
        Metric::Lift10 => "Lift at 10 %",
        Metric::Top3 => "Top 3",
        Metric::Rmse => "RMSE",
        Metric::Mae => "MAE",
        Metric::Mape => "MAPE",
        Metric::R2 => "R²",
        Metric::Medae => "Median error",
    }
}

/// What the metric tells, for a reader who does not know it.
#[must_use]
pub const fn meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::Auc => "chance that a positive row is scored above a negative one; 0.5 is guessing, 1 is perfect",
        Metric::Auprc => "average precision over all thresholds; guessing gives the share of positives",
        Metric::Logloss => "mean surprise at the true class; 0 is perfect",
        Metric::Brier => "mean squared error of the probability; 0 is perfect",
        Metric::Ece => "how far probabilities are from what happens, on average; 0 is perfect",
        Metric::Accuracy => "share of rows put in the right class",
        Metric::BalancedAccuracy => "mean over the classes of the share found of each",
        Metric::F1 => "harmonic mean of precision and recall of the positive class",
        Metric::MacroF1 => "F1 of each class, averaged",
        Metric::Mcc => "correlation of predicted and true class; 0 is guessing, 1 is perfect",
        Metric::Ks => "largest distance between the scores of both classes",
        Metric::Gini => "2 × AUC − 1",
        Metric::Lift10 => "how many times more positives are in the top tenth than in all rows",
        Metric::Top3 => "share of rows whose class is among the three most likely",
        Metric::Rmse => "root of the mean squared error, in the unit of the target",
        Metric::Mae => "mean absolute error, in the unit of the target",
        Metric::Mape => "mean absolute error as a share of the true value",
        Metric::R2 => "share of the variance explained; 0 is no better than the mean, 1 is perfect",
        Metric::Medae => "half of the rows are off by less, in the unit of the target",
    }
}

/// The word for one of something, with its number: `1 row`, `2 rows`.
#[must_use]
pub fn plural(n: usize, one: &str) -> String {
    let s = match one {
        _ if n == 1 => "",
        _ if one.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {one}{s}", count(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Spread;
    use crate::report::sample;

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
            against_linear(&compared(0.05, 0.0)),
            "It beats logistic regression on the same columns by 0.0500 over the folds (95 % interval 0.0500 to 0.0500)."
        );
        assert!(
            against_linear(&compared(-0.05, 0.0))
                .starts_with("It is worse than logistic regression on the same columns by 0.0500")
        );
        // Sd 0.001 * sqrt(2), t 12.706, variance times 1/2 + 1: the margin is 12.706 * 0.0014142 * 1.2247 = 0.0220.
        assert_eq!(
            against_linear(&compared(0.01, 0.001)),
            "It does not clearly differ from logistic regression on the same columns: better by 0.0100 over the folds \
             (95 % interval -0.0120 to 0.0320)."
        );
        assert!(
            against_linear(&compared(-0.01, 0.001))
                .contains("worse by 0.0100 over the folds (95 % interval -0.0120 to 0.0320)")
        );
    }

    #[test]
    fn without_a_test_part_the_folds_answer() {
        let mut record = sample::record(Task::Regression);
        record.model.test.clear();
        assert_eq!(
            answer(&record).replace('\u{202f}', " "),
            "RMSE is 10 200 ± 403 (mean and standard deviation over 5 folds, each predicted by a model that never saw it)."
        );
        assert_eq!(value(&record, &record.linear, Metric::Rmse), Some(0.204 * 51_000.0));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([plural(1, "row"), plural(0, "row"), plural(2, "class")], ["1 row", "0 rows", "2 classes"]);
    }
}
