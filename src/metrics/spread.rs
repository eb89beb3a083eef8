//! One metric over the folds of a cross-validation.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Metric, Scores, moments};

/// One metric over the folds; an undefined fold is `None` and left out of mean and sd.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Over the defined folds; `None` where there is none.
    pub mean: Option<f64>,
    /// Sample standard deviation (n - 1); `None` below two defined folds.
    pub sd: Option<f64>,
    /// One value per fold, in order.
    pub folds: Vec<Option<f64>>,
}

impl Spread {
    /// Mean and sample standard deviation over the defined folds; the latter needs two of them.
    #[must_use]
    pub fn of(values: Vec<Option<f64>>) -> Self {
        let defined: Vec<f64> = values.iter().flatten().copied().collect();
        let (mean, sd) = moments(&defined);
        let from = |fewest: usize, x: f64| (defined.len() >= fewest).then_some(x);
        Self { mean: from(1, mean), sd: from(2, sd), folds: values }
    }
}

/// Every metric over the folds, in the order of the folds.
#[must_use]
pub fn spread(folds: &[Scores]) -> BTreeMap<Metric, Spread> {
    let metrics: BTreeSet<Metric> = folds.iter().flat_map(|scores| scores.keys().copied()).collect();
    let values = |metric| folds.iter().map(|scores| scores.get(&metric).copied().flatten()).collect();
    metrics.into_iter().map(|metric| (metric, Spread::of(values(metric)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_folds_are_kept_but_not_counted() {
        let spread = Spread::of(vec![Some(1.0), None, Some(2.0), Some(6.0)]);
        assert_eq!(spread.mean, Some(3.0));
        // Squares 4 + 1 + 9 over two degrees of freedom.
        assert_eq!(spread.sd, Some(7.0_f64.sqrt()));
        assert_eq!(spread.folds.len(), 4);
        let one = Spread::of(vec![None, Some(2.0)]);
        assert_eq!((one.mean, one.sd), (Some(2.0), None));
        let none = Spread::of(vec![None]);
        assert_eq!((none.mean, none.sd), (None, None));
    }

    #[test]
    fn folds_keep_their_order_under_each_metric() {
        let fold = |rmse, r2| Scores::from([(Metric::Rmse, Some(rmse)), (Metric::R2, r2)]);
        let spread = spread(&[fold(2.0, None), fold(4.0, Some(0.5))]);
        assert_eq!(
            spread[&Metric::Rmse],
            Spread { mean: Some(3.0), sd: Some(2.0_f64.sqrt()), folds: vec![Some(2.0), Some(4.0)] }
        );
        assert_eq!(spread[&Metric::R2].folds, [None, Some(0.5)]);
    }
}
