//! Whether one model beats another, judged fold by fold.

use super::record::Scored;
use crate::metrics::{Metric, moments};

/// How much better the model is than a rival, in the unit of the metric; positive is better, whichever way it points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    pub mean: f64,
    /// Half of the 95 % interval of `mean`; absent with fewer than two folds.
    pub margin: Option<f64>,
}

impl Gain {
    /// Compares the folds in pairs: both models saw the same rows, so what a fold has of luck cancels out.
    ///
    /// The interval is the corrected resampled t interval of Nadeau and Bengio (2003): folds share training rows, so
    /// the plain standard error is too small; the variance is taken times `1/k + held-out rows / training rows`. A
    /// record does not tell repeats from folds, so at most five different folds are assumed: wide rather than narrow.
    ///
    /// Without folds, the scores on the test part are compared. `None` where nothing can be.
    #[must_use]
    pub fn of(metric: Metric, model: &Scored, rival: &Scored) -> Option<Self> {
        let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
        let folds = |scored: &Scored| scored.cv.get(&metric).map(|s| s.folds.clone()).unwrap_or_default();
        let gains: Vec<f64> = folds(model)
            .into_iter()
            .zip(folds(rival))
            .filter_map(|(a, b)| Some(sign * (a? - b?)))
            .filter(|gain| gain.is_finite())
            .collect();
        let k = gains.len();
        if k == 0 {
            let test = |scored: &Scored| scored.test.get(&metric).and_then(|i| i.value);
            let mean = sign * (test(model)? - test(rival)?);
            return mean.is_finite().then_some(Self { mean, margin: None });
        }
        let (mean, sd) = moments(&gains);
        let margin = (k > 1).then(|| t975(k - 1) * sd * (1.0 / k as f64 + 1.0 / (k.min(5) - 1) as f64).sqrt());
        Some(Self { mean, margin })
    }

    /// Whether the gain (or loss) is larger than its uncertainty.
    #[must_use]
    pub fn is_clear(self) -> bool {
        self.margin.is_some_and(|margin| self.mean.abs() > margin)
    }
}

/// The 97.5 % point of Student's t with so many degrees of freedom, to within 0.005.
fn t975(df: usize) -> f64 {
    const FEW: [f64; 9] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
    // The Cornish-Fisher expansion around the normal distribution, good from ten on.
    let n = df as f64;
    FEW.get(df.wrapping_sub(1)).copied().unwrap_or_else(|| 1.96 + 2.372 / n + 2.823 / n.powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Interval, Spread};

    fn scored(metric: Metric, folds: &[f64]) -> Scored {
        let folds = folds.iter().map(|&x| Some(x)).collect();
        Scored { cv: [(metric, Spread { folds, ..Spread::default() })].into(), ..Scored::default() }
    }

    #[test]
    fn folds_are_compared_in_pairs() {
        // Differences 0.1, 0.2, 0.3: mean 0.2, sd 0.1; margin 4.303 * 0.1 * sqrt(1/3 + 1/2) = 0.39281.
        let gain =
            Gain::of(Metric::Auc, &scored(Metric::Auc, &[0.7, 0.8, 0.9]), &scored(Metric::Auc, &[0.6, 0.6, 0.6])).unwrap();
        assert!((gain.mean - 0.2).abs() < 1e-12);
        assert!((gain.margin.unwrap() - 0.392_81).abs() < 1e-4);
        assert!(!gain.is_clear());
    }

    #[test]
    fn a_smaller_error_is_a_gain() {
        // Every fold better by 2: no spread, clear.
        let gain = Gain::of(Metric::Rmse, &scored(Metric::Rmse, &[3.0, 4.0]), &scored(Metric::Rmse, &[5.0, 6.0])).unwrap();
        assert_eq!(gain, Gain { mean: 2.0, margin: Some(0.0) });
        assert!(gain.is_clear());
    }

    #[test]
    fn undefined_folds_are_left_out_and_the_test_part_steps_in() {
        let mut model = scored(Metric::Auc, &[0.9, f64::NAN]);
        let rival = scored(Metric::Auc, &[0.5, 0.5]);
        assert_eq!(Gain::of(Metric::Auc, &model, &rival).unwrap().margin, None);
        model.cv.clear();
        assert_eq!(Gain::of(Metric::Auc, &model, &rival), None);
        let test = |value| Scored {
            test: [(Metric::Auc, Interval { value: Some(value), low: None, high: None })].into(),
            ..Scored::default()
        };
        assert_eq!(Gain::of(Metric::Auc, &test(0.75), &test(0.5)), Some(Gain { mean: 0.25, margin: None }));
    }

    #[test]
    fn the_quantile_agrees_with_the_tables() {
        for (df, t) in [(1, 12.706), (4, 2.776), (10, 2.228), (19, 2.093), (49, 2.010)] {
            assert!((t975(df) - t).abs() < 0.005, "{df}: {}", t975(df));
        }
    }
}
