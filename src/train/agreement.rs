//! Every engine against central differences, and the two engines against each other over random architectures.

use burn::tensor::Device;
use proptest::prelude::*;

use super::config::Activation;
use super::device::Compute;
use super::engine::Batch;
use super::network::{Network, Periodic};
use crate::data::{Dataset, Labels, Matrix};
use crate::seed::Seed;

#[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
fn normal(seed: u64, count: usize) -> Vec<f32> {
    let mut rng = Seed::new(seed).rng();
    (0..count).map(|_| rng.normal() as f32).collect()
}

/// Rows for a network, with labels that fit its outputs.
fn dataset(network: &Network, height: usize, numeric: bool, seed: u64) -> Dataset {
    let mut rng = Seed::new(seed).rng();
    let cardinalities: Vec<usize> = network.embeddings.iter().map(|e| e.0).collect();
    let codes = (0..height).flat_map(|_| cardinalities.clone()).map(|levels| u32::try_from(rng.below(levels)).unwrap());
    let codes = codes.collect();
    let labels = if network.outputs == 1 && numeric {
        // Every other time with errors on both sides of the reach.
        let reach = if seed.is_multiple_of(2) { f32::INFINITY } else { 0.5 };
        Labels::Numbers { values: normal(seed + 1, height), reach }
    } else {
        let classes = network.outputs.max(2);
        Labels::Classes { codes: (0..height).map(|_| u32::try_from(rng.below(classes)).unwrap()).collect(), classes }
    };
    Dataset {
        height,
        numbers: Matrix { values: normal(seed + 2, height * network.numbers), width: network.numbers },
        continuous: network.continuous.clone(),
        codes,
        cardinalities,
        labels: Some(labels),
        weights: (0..height).map(|i| if i % 3 == 0 { 2.0 } else { 0.5 }).collect(),
        units: (0..u32::try_from(height).unwrap()).collect(),
        ordered: false,
    }
}

/// Dropout masks as training makes them.
fn masks(network: &Network, rows: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut rng = Seed::new(seed).rng();
    let one = |units: &usize| (0..rows * units).map(|_| if rng.uniform() < 0.3 { 0.0 } else { 1.0 / 0.7 }).collect();
    network.hidden.iter().map(one).collect()
}

fn periodic() -> Periodic {
    Periodic { frequencies: 3, dimension: 2, spread: 0.3 }
}

/// Every part a network can have.
fn whole(outputs: usize, activation: Activation) -> Network {
    Network {
        continuous: vec![0, 2],
        periodic: Some(periodic()),
        embeddings: vec![(4, 2), (3, 1)],
        scale: true,
        ..Network::plain(3, &[6, 5], outputs, activation)
    }
}

#[test]
fn gradients_agree_with_differences() {
    for compute in [Compute::Fused, Compute::Burn(Device::flex())] {
        for (outputs, numeric, activation) in
            [(1, false, Activation::Tanh), (3, false, Activation::Silu), (1, true, Activation::Mish)]
        {
            let network = whole(outputs, activation);
            let data = dataset(&network, 12, numeric, 5);
            let mut engine = compute.engine(&network);
            let rows = [0, 3, 5, 6, 7, 11];
            let batch = Batch { data: &data, rows: &rows, importance: &data.weights, masks: &[] };
            let weights = network.init(Seed::new(2));
            let mut gradient = vec![0.0; weights.len()];
            engine.gradient(&weights, &batch, &mut gradient).unwrap();
            let mut unused = vec![0.0; weights.len()];
            let mut loss = |w: &[f32]| engine.gradient(w, &batch, &mut unused).unwrap();
            for i in 0..weights.len() {
                let mut moved = weights.clone();
                moved[i] += 1e-2;
                let above = loss(&moved);
                moved[i] -= 2e-2;
                let slope = (above - loss(&moved)) / 2e-2;
                let close = (slope - f64::from(gradient[i])).abs() < 2e-3 * (1.0 + slope.abs());
                assert!(close, "{compute:?} {outputs} {i}: {slope} {}", gradient[i]);
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    for compute in [Compute::Fused, Compute::Burn(Device::flex())] {
        for outputs in [1, 3] {
            let network = whole(outputs, Activation::Gelu);
            let data = dataset(&network, 150, false, 1);
            let weights = network.init(Seed::new(3));
            let mut engine = compute.engine(&network);
            let all = engine.outputs(&weights, &data, &(0..150).collect::<Vec<_>>()).unwrap();
            for row in 0..150 {
                assert_eq!(engine.outputs(&weights, &data, &[row]).unwrap(), all[row * outputs..][..outputs], "{compute:?}");
            }
        }
    }
}

fn architectures() -> impl Strategy<Value = (Network, bool)> {
    let hidden = prop::collection::vec(1_usize..70, 0..4);
    let embeddings = prop::collection::vec((2_usize..9, 1_usize..6), 0..3);
    let activation = prop::sample::select(Activation::ALL.to_vec());
    let outputs = prop::sample::select(vec![1_usize, 1, 3, 20]);
    (1_usize..40, hidden, embeddings, activation, outputs, any::<[bool; 4]>()).prop_map(
        |(numbers, hidden, embeddings, activation, outputs, [waves, scale, dense, numeric])| {
            let numbers = if dense || embeddings.is_empty() { numbers } else { 0 };
            let network = Network {
                continuous: if waves { (0..numbers).step_by(3).collect() } else { Vec::new() },
                periodic: waves.then(periodic),
                embeddings,
                scale,
                ..Network::plain(numbers, &hidden, outputs, activation)
            };
            (network, numeric)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn engines_agree((network, numeric) in architectures(), height in 1_usize..140, seed in any::<u32>(), dropout in any::<bool>()) {
        let seed = u64::from(seed);
        let data = dataset(&network, height, numeric, seed);
        let rows: Vec<usize> = (0..height).rev().collect();
        let masks = if dropout { masks(&network, height, seed) } else { Vec::new() };
        let batch = Batch { data: &data, rows: &rows, importance: &data.weights, masks: &masks };
        let weights = network.init(Seed::new(seed));
        let run = |compute: Compute| {
            let mut engine = compute.engine(&network);
            let mut gradient = vec![f32::NAN; weights.len()];
            let loss = engine.gradient(&weights, &batch, &mut gradient).unwrap();
            (loss, gradient, engine.outputs(&weights, &data, &rows).unwrap())
        };
        let (fused, burn) = (run(Compute::Fused), run(Compute::Burn(Device::flex())));
        prop_assert!((fused.0 - burn.0).abs() <= 1e-5 * (1.0 + burn.0), "loss {} {}", fused.0, burn.0);
        // Relative to the largest value of each: single numbers may be differences of large ones.
        for (what, ours, theirs) in [("gradient", fused.1, burn.1), ("output", fused.2, burn.2)] {
            let size = theirs.iter().fold(1.0_f32, |size, v| size.max(v.abs()));
            for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
                prop_assert!((a - b).abs() <= 1e-5 * size, "{what}[{i}]: {a} {b}, largest {size}");
            }
        }
    }
}
