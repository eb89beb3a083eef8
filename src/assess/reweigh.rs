use std::collections::HashMap;
use std::sync::Arc;

use crate::data::{Frame, Training, Truth};
use crate::error::{Error, Result};
use crate::pipeline::{Context, Pipeline};

/// Learns as another stage does, from rows weighed so that group and class are independent of each other (Kamiran &
/// Calders 2012): a row of group *s* and class *y* counts `P(s) P(y) / P(s, y)` times, by the training rows alone.
#[derive(Clone, Debug)]
pub struct Reweigh<L> {
    pub learner: L,
    /// The group of each row of the source, by its number; nothing learns with plain weights.
    pub groups: Option<Arc<HashMap<usize, u32>>>,
}

impl<L: Pipeline<Input = Training<Frame>>> Pipeline for Reweigh<L> {
    type Input = Training<Frame>;
    type Output = L::Output;

    fn name(&self) -> &'static str {
        self.learner.name()
    }

    fn run(&self, training: Training<Frame>, cx: &Context<'_>) -> Result<L::Output> {
        let Some(groups) = &self.groups else { return self.learner.run(training, cx) };
        let training = training.try_map(|mut frame| {
            let group = |row: &usize| groups.get(row).copied().ok_or_else(|| Error::Internal("a row of no group".into()));
            let codes = frame.rows.iter().map(group).collect::<Result<Vec<u32>>>()?;
            let Some(Truth::Classes(classes)) = &frame.truth else {
                return Err(Error::Internal("rows without a class cannot be weighed".into()));
            };
            let given = frame.weights.take().unwrap_or_else(|| vec![1.0; codes.len()]);
            frame.weights = Some(weights(&codes, classes, &given));
            Ok(frame)
        })?;
        self.learner.run(training, cx)
    }
}

/// The weight of every row, for rows that count as often as given.
fn weights(groups: &[u32], classes: &[u32], given: &[f64]) -> Vec<f64> {
    let mut sums: HashMap<(Option<u32>, Option<u32>), f64> = HashMap::new();
    let total: f64 = given.iter().sum();
    for ((&group, &class), weight) in groups.iter().zip(classes).zip(given) {
        for key in [(Some(group), None), (None, Some(class)), (Some(group), Some(class))] {
            *sums.entry(key).or_insert(0.0) += weight;
        }
    }
    let sum = |group, class| sums.get(&(group, class)).copied().unwrap_or(0.0);
    let factor = |group: u32, class: u32| {
        let both = sum(Some(group), Some(class)) * total;
        // A cell without weight has no rows that count.
        if both > 0.0 { sum(Some(group), None) * sum(None, Some(class)) / both } else { 0.0 }
    };
    groups.iter().zip(classes).zip(given).map(|((&group, &class), weight)| weight * factor(group, class)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Kamiran & Calders (2012), table 1: of ten applicants five are women, two of whom were hired, and four of five men.
        let groups = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];
        let classes = [1, 1, 0, 0, 0, 1, 1, 1, 1, 0];
        let found = weights(&groups, &classes, &[1.0; 10]);
        // 0.5 * 0.6 / 0.2, 0.5 * 0.4 / 0.3, 0.5 * 0.6 / 0.4, 0.5 * 0.4 / 0.1.
        let wanted = [1.5, 1.5, 2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 0.75, 0.75, 0.75, 0.75, 2.0];
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
    }

    #[test]
    fn weighed_rows_have_the_same_base_rate_in_every_group() {
        let groups: Vec<u32> = (0..60).map(|row| row % 3).collect();
        let classes: Vec<u32> = (0..60).map(|row| u32::from(row % 7 < 3)).collect();
        let given: Vec<f64> = (0..60).map(|row| f64::from(row % 5)).collect();
        let found = weights(&groups, &classes, &given);
        let share = |group: Option<u32>| {
            let own = |row: &usize| group.is_none_or(|g| groups[*row] == g);
            let sum = |class: Option<u32>| -> f64 {
                (0..60).filter(own).filter(|&row| class.is_none_or(|c| classes[row] == c)).map(|row| found[row]).sum()
            };
            sum(Some(1)) / sum(None)
        };
        for group in 0..3 {
            assert!((share(Some(group)) - share(None)).abs() < 1e-12);
        }
        let (before, after): (f64, f64) = (given.iter().sum(), found.iter().sum());
        assert!((before - after).abs() < 1e-9, "{before} {after}");
    }
}
