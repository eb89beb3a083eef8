//! A hundred clean numbers and a label: the table of an article's first network (100 inputs, 64 relu, 1 sigmoid).

use mkt::seed::Seed;
use serde_json::json;

use super::score::{classes, sigmoid};
use super::sheet::Sheet;
use super::{Made, SEED};

const ROWS: usize = 1500;
const WIDTH: usize = 100;

pub fn make() -> Made {
    let mut rng = Seed::new(SEED).derive("article", 0).rng();
    let header = (1..=WIDTH).map(|i| format!("f{i}")).chain(["label".into()]);
    let (mut sheet, mut probabilities, mut labels) = (Sheet::new(header), Vec::new(), Vec::new());
    for _ in 0..ROWS {
        // The truth knows what the file knows: two decimals.
        let x: Vec<f64> = (0..WIDTH).map(|_| (100.0 * rng.normal()).round() / 100.0).collect();
        let p = sigmoid(logit(&x));
        let label = rng.uniform() < p;
        sheet.push(x.iter().map(|v| format!("{v}")).chain([if label { "1" } else { "0" }.into()]).collect());
        probabilities.push(p);
        labels.push(label);
    }

    let mut truth = json!({
        "table": "article", "file": "article.csv", "rows": sheet.height(), "duplicates": 0,
        "target": "label", "task": "binary", "positive": "1",
    });
    super::merge(&mut truth, classes(&probabilities, &labels));
    Made { file: "article.csv", csv: sheet.csv(), beside: Vec::new(), truth }
}

/// The truth: seven numbers add up, four work in pairs, one by its size; the other 88 say nothing.
fn logit(x: &[f64]) -> f64 {
    let linear = 1.2 * x[0] - 1.1 * x[1] + 1.0 * x[2] - 0.9 * x[3] + 0.8 * x[4] - 0.7 * x[5] + 0.6 * x[6];
    SCALE * (linear + 0.7 * x[7] * x[8] - 0.6 * x[9] * x[10] + 0.5 * (x[11].abs() - 0.8))
}

/// Sets the share that is chance: the larger, the better the truth predicts.
const SCALE: f64 = 1.4;
