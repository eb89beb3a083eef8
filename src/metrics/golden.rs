//! Values of scikit-learn for the same rows; `tests/golden/metrics.py` made them.

use serde::Deserialize;

use super::{Scores, confusion, precision_recall, roc, score};
use crate::data::{Predictions, Truth};

#[derive(Deserialize)]
struct Case {
    name: String,
    /// Number of labels; 0 for numbers.
    labels: usize,
    truth: Vec<f64>,
    predictions: Vec<f64>,
    scores: Scores,
    #[serde(default)]
    roc: Vec<[f64; 2]>,
    #[serde(default)]
    precision_recall: Vec<[f64; 2]>,
    #[serde(default)]
    confusion: Vec<Vec<usize>>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../tests/golden/metrics.json")).unwrap()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the file holds small codes")]
fn codes(case: &Case) -> Vec<u32> {
    case.truth.iter().map(|&c| c as u32).collect()
}

fn predictions(case: &Case) -> Predictions {
    let probabilities = case.predictions.clone();
    match case.labels {
        0 => Predictions::Numbers(probabilities),
        n => Predictions::Classes { labels: (0..n).map(|i| i.to_string()).collect(), probabilities },
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

#[test]
fn every_metric_agrees_with_scikit_learn() {
    let cases = cases();
    assert_eq!(cases.len(), 24);
    for case in &cases {
        let truth = if case.labels == 0 { Truth::Numbers(case.truth.clone()) } else { Truth::Classes(codes(case)) };
        let ours = score(&truth, &predictions(case));
        assert!(ours.keys().eq(case.scores.keys()), "{}", case.name);
        for (metric, expected) in &case.scores {
            match (ours[metric], expected) {
                (None, None) => {}
                (Some(value), Some(expected)) if near(value, *expected) => {}
                (value, expected) => panic!("{}: {metric:?} is {value:?}, scikit-learn says {expected:?}", case.name),
            }
        }
    }
}

#[test]
fn every_curve_agrees_with_scikit_learn() {
    let same = |a: &[[f64; 2]], b: &[[f64; 2]]| {
        a.len() == b.len() && a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| near(*a, *b))
    };
    for case in cases().iter().filter(|case| case.labels > 0) {
        assert_eq!(confusion(&codes(case), &predictions(case)), case.confusion, "{}", case.name);
        if case.labels == 2 {
            let scores = predictions(case).class(1);
            assert!(same(&roc(&codes(case), &scores), &case.roc), "{}", case.name);
            assert!(same(&precision_recall(&codes(case), &scores), &case.precision_recall), "{}", case.name);
        }
    }
}
