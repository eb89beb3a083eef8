//! The article's network against golden numbers in double precision, and one device against another.
//!
//! `tests/golden/article.py` made the numbers from the formulas alone and tells how weights and batch are built.

use burn::tensor::Device;
use serde_json::Value;

use super::config::{Activation, Preset, TrainConfig};
use super::device::Compute;
use super::engine::Batch;
use super::network::Network;
use super::optimizer::Optimizer;
use crate::data::{Dataset, Labels, Matrix};

const INPUTS: usize = 100;
const HIDDEN: usize = 64;
const ROWS: usize = 8;

fn network() -> Network {
    Network::plain(INPUTS, &[HIDDEN], 1, Activation::Relu)
}

fn grid(rows: usize, columns: usize, value: impl Fn(f64, f64) -> f64) -> Vec<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    let cell = |i: usize| value((i / columns) as f64, (i % columns) as f64) as f32;
    (0..rows * columns).map(cell).collect()
}

fn weights() -> Vec<f32> {
    let w1 = grid(INPUTS, HIDDEN, |i, j| 0.2 * (0.01 * (1.0 + 64.0 * i + j).powi(2)).sin());
    let b1 = grid(1, HIDDEN, |_, j| 0.01 * (1.0 + j).cos());
    let w2 = grid(HIDDEN, 1, |i, _| 0.4 * (0.3 * (1.0 + i).powi(2)).sin());
    [w1, b1, w2, vec![0.05]].concat()
}

fn batch() -> Dataset {
    Dataset {
        height: ROWS,
        numbers: Matrix { values: grid(ROWS, INPUTS, |r, i| (0.02 * (1.0 + 100.0 * r + i).powi(2)).cos()), width: INPUTS },
        continuous: vec![],
        codes: vec![],
        cardinalities: vec![],
        labels: Some(Labels::Classes { codes: (0..8).map(|r| u32::from(r % 3 == 0)).collect(), classes: 2 }),
        weights: vec![1.0; ROWS],
        units: (0..8).collect(),
        ordered: false,
    }
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../../tests/golden/article.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn near(ours: &[f32], theirs: &Value, what: &str) {
    let theirs = numbers(theirs);
    assert!(ours.len() >= theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*a) - b).abs() < 1e-5, "{what}[{i}]: {a} {b}");
    }
}

/// Every part that the golden file holds of a flat vector, with its two sums over the big matrix.
fn near_parts(flat: &[f32], parts: &Value, what: &str) {
    let w1 = INPUTS * HIDDEN;
    near(&flat[..w1], &parts["w1_first_rows"], &format!("{what} w1"));
    near(&flat[w1..w1 + HIDDEN], &parts["b1"], &format!("{what} b1"));
    near(&flat[w1 + HIDDEN..w1 + 2 * HIDDEN], &parts["w2"], &format!("{what} w2"));
    near(&flat[w1 + 2 * HIDDEN..], &parts["b2"], &format!("{what} b2"));
    let sum: f64 = flat[..w1].iter().map(|v| f64::from(*v)).sum();
    let squares: f64 = flat[..w1].iter().map(|v| f64::from(*v).powi(2)).sum();
    assert!((sum - parts["w1_sum"].as_f64().unwrap()).abs() < 1e-3, "{what} sum {sum}");
    assert!((squares - parts["w1_sum_of_squares"].as_f64().unwrap()).abs() < 1e-4 * squares.max(1.0), "{what} {squares}");
}

fn check_article(compute: &Compute) {
    let (golden, data) = (golden(), batch());
    let mut engine = compute.engine(&network());
    let rows: Vec<usize> = (0..ROWS).collect();
    let logits = engine.outputs(&weights(), &data, &rows).unwrap();
    let probabilities: Vec<f32> = logits.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect();
    near(&probabilities, &golden["probabilities"], "probability");

    let batch = Batch { data: &data, rows: &rows, importance: &[1.0; ROWS], masks: &[] };
    let mut gradient = vec![0.0; network().len()];
    let loss = engine.gradient(&weights(), &batch, &mut gradient).unwrap();
    assert!((loss - golden["loss"].as_f64().unwrap()).abs() < 1e-5, "{loss}");
    near_parts(&gradient, &golden["gradients"], "gradient");

    let keras = TrainConfig::preset(Preset::Article);
    let mut moved = weights();
    Optimizer::new(moved.len()).step(&keras, 1e-3, 0.0, &network().blocks(), &mut moved, &gradient);
    near_parts(&moved, &golden["after_adam"]["paper"], "after adam");
}

#[test]
fn the_article_in_double_precision() {
    check_article(&Compute::Fused);
    check_article(&Compute::Burn(Device::flex()));
}

/// The same weights give the same predictions and gradients on another implementation of every operation.
#[cfg(feature = "ndarray")]
#[test]
fn second_opinion_of_ndarray() {
    check_article(&Compute::Burn(Device::ndarray()));
    let (data, rows) = (batch(), (0..ROWS).collect::<Vec<_>>());
    let predict = |device| Compute::Burn(device).engine(&network()).outputs(&weights(), &data, &rows).unwrap();
    let [flex, ndarray] = [Device::flex(), Device::ndarray()].map(predict);
    assert!(flex.iter().zip(&ndarray).all(|(a, b)| (a - b).abs() < 1e-5), "{flex:?} {ndarray:?}");
}
