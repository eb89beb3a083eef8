//! Rows prepared to be measured under any multiplicities, alone or as a group of a larger sample.

use super::{Cut, Measure, Metric, Rate, Sample, prepare};
use crate::data::{Predictions, Truth};

/// All measures of chosen rows.
pub struct Scorer {
    /// Nothing where there are no rows or a number is not finite.
    sample: Option<Box<dyn Sample>>,
    /// Row of the whole at each place of the prepared order.
    order: Vec<u32>,
    measures: Vec<Measure>,
}

impl Scorer {
    /// Prepares chosen rows of a sample; `rows` are positions in it.
    ///
    /// # Panics
    /// If truth and predictions differ in kind or length, a code has no label, or a row is out of range.
    #[must_use]
    pub fn new(truth: &Truth, predictions: &Predictions, cut: Cut<'_>, rows: &[usize]) -> Self {
        let task = super::task(predictions);
        let (truth, predictions, thresholds) = (truth.take(rows), predictions.take(rows), cut.take(rows));
        let sample = prepare(&truth, &predictions, Cut::Each(&thresholds));
        #[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
        let of_whole = |place: &u32| rows[*place as usize] as u32;
        let order = sample.as_ref().map(|s| s.order().iter().map(of_whole).collect()).unwrap_or_default();
        Self { sample, order, measures: Measure::of(task).collect() }
    }

    /// What is measured, in order.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The rows of the whole in the order that does not depend on how they came.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The measures with row `i` of the whole standing `counts[i]` times, in order; `None` where undefined.
    #[must_use]
    pub fn values(&self, counts: &[u32]) -> Vec<Option<f64>> {
        let own: Vec<u32> = self.order.iter().map(|&row| counts[row as usize]).collect();
        match &self.sample {
            Some(sample) if own.iter().any(|&c| c > 0) => {
                let metrics = sample.values(&own).into_iter().map(|(m, value)| (Measure::from(m), value));
                let rates = sample.rates(&own).into_iter().map(|(r, value)| (Measure::from(r), value));
                let values = metrics.chain(rates);
                debug_assert!(values.clone().map(|(m, _)| m).eq(self.measures.iter().copied()));
                values.map(|(_, value)| value.filter(|v| v.is_finite())).collect()
            }
            _ => vec![None; self.measures.len()],
        }
    }

    /// How many of the rows a share is a share of; `None` for measures that are none.
    #[must_use]
    pub fn support(&self, measure: Measure) -> Option<f64> {
        let sample = self.sample.as_ref()?;
        let ones = vec![1; self.order.len()];
        let rows = self.order.len() as f64;
        let rate = |rate: Rate| sample.rates(&ones).into_iter().find(|(r, _)| *r == rate).and_then(|(_, value)| value);
        let share = match measure {
            Measure::Metric(Metric::Accuracy | Metric::Top3) | Measure::Rate(Rate::BaseRate | Rate::SelectionRate) => 1.0,
            Measure::Rate(Rate::Tpr | Rate::Fnr) => rate(Rate::BaseRate)?,
            Measure::Rate(Rate::Fpr) => 1.0 - rate(Rate::BaseRate)?,
            Measure::Rate(Rate::Ppv) => rate(Rate::SelectionRate)?,
            Measure::Rate(Rate::Npv) => 1.0 - rate(Rate::SelectionRate)?,
            Measure::Metric(_) | Measure::Rate(Rate::MeanTruth | Rate::MeanPredicted | Rate::Bias) => return None,
        };
        Some((share * rows).round())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_measured_by_the_counts_of_the_whole() {
        let truth = Truth::Classes(vec![1, 0, 1, 0]);
        let p = [0.2, 0.9, 0.7, 0.1];
        let probabilities = p.iter().flat_map(|p| [1.0 - p, *p]).collect();
        let predictions = Predictions::Classes { labels: ["n".into(), "y".into()].into(), probabilities };
        let group = Scorer::new(&truth, &predictions, Cut::default(), &[3, 1]);
        let at = |name: &str| group.measures().iter().position(|m| m.name() == name).unwrap();
        assert_eq!(group.order(), [1, 3]);
        assert_eq!(group.values(&[1; 4])[at("fpr")], Some(0.5));
        // Row 3 three times: one of four is called.
        assert_eq!(group.values(&[9, 1, 9, 3])[at("fpr")], Some(0.25));
        assert_eq!(group.values(&[9, 1, 9, 3])[at("tpr")], None);
        assert!(group.values(&[9, 0, 9, 0]).iter().all(Option::is_none), "no row of the group was drawn");
        assert_eq!(group.support(Rate::Fpr.into()), Some(2.0));
        assert_eq!(group.support(Rate::Ppv.into()), Some(1.0));
        assert_eq!(group.support(Metric::Auc.into()), None);
    }
}
