//! What a confusion matrix says of each class.

/// One class: how often it is the truth, the guess, and both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Rows of the class.
    pub rows: usize,
    /// Rows that were taken for it.
    pub called: usize,
    /// Rows of the class that were taken for it.
    pub right: usize,
}

impl Class {
    /// Share of the rows taken for it that are of it.
    pub fn precision(self) -> Option<f64> {
        (self.called > 0).then(|| self.right as f64 / self.called as f64)
    }

    /// Share of its rows that were found.
    pub fn recall(self) -> Option<f64> {
        (self.rows > 0).then(|| self.right as f64 / self.rows as f64)
    }

    /// Harmonic mean of both; 0 where nothing was right, as in the metrics.
    pub fn f1(self) -> Option<f64> {
        (self.rows + self.called > 0).then(|| 2.0 * self.right as f64 / (self.rows + self.called) as f64)
    }
}

/// The classes in the order of their codes; `confusion[truth][predicted]`.
pub fn table(confusion: &[Vec<usize>]) -> Vec<Class> {
    let class = |i: usize| Class {
        rows: confusion[i].iter().sum(),
        called: confusion.iter().filter_map(|row| row.get(i)).sum(),
        right: confusion[i].get(i).copied().unwrap_or(0),
    };
    (0..confusion.len()).map(class).collect()
}

/// The matrix of two classes: rejected and alarms, misses and hits; `None` where it is not one.
pub fn two(confusion: &[Vec<usize>]) -> Option<[[usize; 2]; 2]> {
    match confusion {
        [negative, positive] => match (&negative[..], &positive[..]) {
            (&[rejected, alarms], &[misses, hits]) => Some([[rejected, alarms], [misses, hits]]),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_that_of_the_metrics() {
        use crate::data::{Predictions, Truth};
        use crate::metrics::{Metric, confusion, score};
        let probabilities = vec![0.5, 0.3, 0.2, 0.1, 0.8, 0.1, 0.4, 0.35, 0.25, 0.2, 0.2, 0.6, 0.3, 0.6, 0.1];
        let predictions = Predictions::Classes { labels: ["a", "b", "c"].map(str::to_owned).into(), probabilities };
        let codes = vec![0, 1, 1, 2, 2];
        let table = table(&confusion(&codes, &predictions));
        let macro_f1 = table.iter().map(|c| c.f1().unwrap()).sum::<f64>() / 3.0;
        assert!((macro_f1 - score(&Truth::Classes(codes), &predictions)[&Metric::MacroF1].unwrap()).abs() < 1e-12);
    }

    #[test]
    fn classes_by_hand() {
        let table = table(&[vec![6, 2, 0], vec![1, 3, 0], vec![0, 4, 0]]);
        assert_eq!(table[0], Class { rows: 8, called: 7, right: 6 });
        assert_eq!(table[1], Class { rows: 4, called: 9, right: 3 });
        assert_eq!((table[0].precision(), table[0].recall(), table[0].f1()), (Some(6.0 / 7.0), Some(0.75), Some(0.8)));
        assert_eq!((table[2].precision(), table[2].recall(), table[2].f1()), (None, Some(0.0), Some(0.0)));
        assert!(super::table(&[]).is_empty());
        assert_eq!((two(&[vec![1, 2], vec![3, 4]]), two(&[vec![1], vec![2, 3]])), (Some([[1, 2], [3, 4]]), None));
    }
}
