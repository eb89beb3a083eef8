//! The best scores that any model can reach: those of the truth itself.

use serde_json::{Value, json};

/// The logistic function.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Scores of the true probabilities against the labels drawn from them.
pub fn classes(probabilities: &[f64], labels: &[bool]) -> Value {
    let loss: f64 = probabilities.iter().zip(labels).map(|(&p, &y)| if y { -p.ln() } else { -(1.0 - p).ln() }).sum();
    let positives = labels.iter().filter(|&&y| y).count();
    json!({
        "positive_share": round(count(positives) / count(labels.len())),
        "best": { "auc": round(auc(probabilities, labels)), "logloss": round(loss / count(labels.len())) },
    })
}

/// Scores of the true means against the numbers drawn around them.
pub fn numbers(means: &[f64], drawn: &[f64]) -> Value {
    let n = count(drawn.len());
    let mean = drawn.iter().sum::<f64>() / n;
    let total: f64 = drawn.iter().map(|y| (y - mean).powi(2)).sum();
    let rest: f64 = drawn.iter().zip(means).map(|(y, m)| (y - m).powi(2)).sum();
    json!({ "best": { "r2": round(1.0 - rest / total), "rmse": round((rest / n).sqrt()) } })
}

/// Area under the ROC curve from the ranks (Mann & Whitney 1947); the probabilities are taken to be distinct.
fn auc(probabilities: &[f64], labels: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let (mut negatives, mut pairs) = (0, 0);
    for row in order {
        if labels[row] {
            pairs += negatives;
        } else {
            negatives += 1;
        }
    }
    count(pairs) / (count(negatives) * count(labels.len() - negatives))
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("a sample table has few rows"))
}

/// Four decimals: more would not survive another platform's `exp`.
fn round(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_the_pairs_in_the_right_order() {
        // Positives at 0.4 and 0.9, negatives at 0.1 and 0.6: three of four pairs are in order.
        assert!((auc(&[0.1, 0.4, 0.6, 0.9], &[false, true, false, true]) - 0.75).abs() < 1e-12);
    }

    #[test]
    fn the_scores_of_numbers_follow_their_definition() {
        // Residuals 1 and -1 around means 1 and 3; the drawn 2 and 2 would have no variance, so 0 and 4.
        assert_eq!(numbers(&[1.0, 3.0], &[0.0, 4.0]), json!({ "best": { "r2": 0.75, "rmse": 1.0 } }));
    }
}
