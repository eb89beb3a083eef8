use serde::{Deserialize, Serialize};

use crate::data::{Predictions, Truth};
use crate::metrics::{Metric, calibration, roc, score};

/// Points kept of each curve: many curves share one figure.
const POINTS: usize = 60;

/// One class against all others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassCurves {
    /// Code of the class.
    pub class: usize,
    /// Rows of the class.
    pub rows: usize,
    /// Area under its curve; absent where that is undefined.
    pub auc: Option<f64>,
    /// False-positive rate, true-positive rate.
    pub roc: Vec<[f64; 2]>,
    /// Mean predicted probability, observed share, rows in the bin.
    pub calibration: Vec<[f64; 3]>,
}

/// One against all others, for the most frequent classes of three or more, at most `most` of them, in the order of their
/// codes.
///
/// # Panics
/// If the lengths differ or a code has no label.
#[must_use]
pub fn class_curves(codes: &[u32], predictions: &Predictions, most: usize) -> Vec<ClassCurves> {
    let Predictions::Classes { labels, .. } = predictions else { return Vec::new() };
    let mut rows = vec![0; labels.len()];
    codes.iter().for_each(|c| rows[*c as usize] += 1);
    let mut shown: Vec<usize> = (0..labels.len()).collect();
    shown.sort_by_key(|&class| std::cmp::Reverse(rows[class]));
    shown.truncate(most);
    shown.sort_unstable();
    let one = |class: usize| {
        let own: Vec<u32> = codes.iter().map(|c| u32::from(*c as usize == class)).collect();
        let scores = predictions.class(class);
        let points = roc(&own, &scores);
        let step = points.len().div_ceil(POINTS).max(1);
        let last = points.len().saturating_sub(1);
        let roc = points.into_iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last).map(|(_, p)| p).collect();
        let calibration = calibration(&own, &scores);
        let probabilities = scores.iter().flat_map(|&s| [1.0 - s, s]).collect();
        let pair = Predictions::Classes { labels: [String::new(), String::new()].into(), probabilities };
        let auc = score(&Truth::Classes(own), &pair).get(&Metric::Auc).copied().flatten();
        ClassCurves { class, rows: rows[class], auc, roc, calibration }
    };
    shown.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_stands_against_the_others() {
        let labels = ["a", "b", "c"].map(str::to_owned).into();
        let probabilities = vec![0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.2, 0.6, 0.2, 0.3, 0.3, 0.4];
        let predictions = Predictions::Classes { labels, probabilities };
        let curves = class_curves(&[0, 1, 2, 1], &predictions, 2);
        // The two classes with most rows: 1, and 0 before 2 by its code.
        assert_eq!(curves.iter().map(|c| (c.class, c.rows)).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
        assert_eq!(curves[0].auc, Some(1.0));
        // Class 1: rows of the class score 0.8 and 0.3, others 0.2 and 0.6: three of four pairs are in order.
        assert_eq!(curves[1].auc, Some(0.75));
        assert_eq!(curves[1].roc, [[0.0, 0.0], [0.0, 0.5], [0.5, 0.5], [0.5, 1.0], [1.0, 1.0]]);
    }
}
