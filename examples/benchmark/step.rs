use std::time::Instant;

use mkt::data::{Dataset, Labels, Matrix};
use mkt::seed::Seed;
use mkt::train::{Activation, Batch, Compute, Network, Optimizer, Order, TrainConfig};
use serde_json::json;

const INPUTS: usize = 100;
const UNITS: usize = 64;
/// Rows that a processor's caches hold, and rows that come from memory.
const ROWS: [usize; 2] = [20_000, 200_000];

/// The article's network, 100 inputs, 64 rectified units, one logit, Adam: whole epochs over shuffled rows on one core,
/// beside the two large matrix products of the same steps by the `gemm` crate on rows that need no gathering.
pub fn run() {
    for rows in ROWS {
        measure(&data(rows));
    }
}

fn data(rows: usize) -> Dataset {
    let mut rng = Seed::new(1).rng();
    #[expect(clippy::cast_possible_truncation, reason = "inputs are f32")]
    let values: Vec<f32> = (0..rows * INPUTS).map(|_| rng.normal() as f32).collect();
    let codes: Vec<u32> = values.chunks(INPUTS).map(|x| u32::from(x[0] + x[1] * x[2] > 0.0)).collect();
    Dataset {
        height: rows,
        numbers: Matrix { values, width: INPUTS },
        continuous: Vec::new(),
        codes: Vec::new(),
        cardinalities: Vec::new(),
        labels: Some(Labels::Classes { codes, classes: 2 }),
        weights: vec![1.0; rows],
        units: (0..).take(rows).collect(),
        ordered: false,
    }
}

fn measure(data: &Dataset) {
    let network = Network::plain(INPUTS, &[UNITS], 1, Activation::Relu);
    let config = TrainConfig { learning_rate: 1e-3, ..TrainConfig::default() };
    for size in [32, 256, 1024] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..9 {
            ours.push(data.height as f64 / epoch(data, &network, &config, size));
            theirs.push(data.height as f64 / products(data, size));
        }
        let median = |v: &mut Vec<f64>| {
            v.sort_by(f64::total_cmp);
            v[v.len() / 2]
        };
        let (ours, theirs) = (median(&mut ours), median(&mut theirs));
        println!(
            "{}",
            json!({"rows": data.height, "batch": size, "rows_per_s": ours.round(), "products_alone": theirs.round(), "ratio": ours / theirs})
        );
    }
}

/// Seconds of one epoch: shuffle, gather, forward, loss, backward, Adam; the copy that a fit makes once is made before.
fn epoch(data: &Dataset, network: &Network, config: &TrainConfig, size: usize) -> f64 {
    let mut engine = Compute::Fused.engine(network);
    let (blocks, mut weights) = (network.blocks(), network.init(Seed::new(2)));
    let mut optimizer = Optimizer::new(weights.len());
    let mut gradient = vec![0.0; weights.len()];
    let order = Order::new(data, (0..data.height).collect(), &data.weights, Seed::new(3));
    let begin = Instant::now();
    let mut sum = 0.0;
    for rows in order.epoch(Seed::new(4)).chunks(size) {
        let batch = Batch { data: &order.data, rows, importance: &order.importance, masks: &[] };
        sum += engine.gradient(&weights, &batch, &mut gradient).expect("a network on the CPU");
        optimizer.step(config, config.learning_rate, 0.0, &blocks, &mut weights, &gradient);
    }
    let seconds = begin.elapsed().as_secs_f64();
    assert!(sum.is_finite(), "the loss ran away");
    seconds
}

/// Seconds of the products of one epoch: inputs times weight, and transposed inputs times errors.
fn products(data: &Dataset, size: usize) -> f64 {
    let weight = vec![0.1_f32; INPUTS * UNITS];
    let (mut sums, mut gradient) = (vec![0.0_f32; size * UNITS], vec![0.0_f32; INPUTS * UNITS]);
    let begin = Instant::now();
    for rows in data.numbers.values.chunks(size * INPUTS) {
        let height = rows.len() / INPUTS;
        gemm_product(height, INPUTS, [rows, &weight], INPUTS.cast_signed(), 1, &mut sums);
        gemm_product(INPUTS, height, [rows, &sums], 1, INPUTS.cast_signed(), &mut gradient);
    }
    let seconds = begin.elapsed().as_secs_f64();
    assert!(gradient.iter().all(|g| g.is_finite()), "products are finite");
    seconds
}

/// `out = left * right` with `UNITS` columns; the strides are those of the left factor.
fn gemm_product(rows: usize, depth: usize, [left, right]: [&[f32]; 2], row: isize, column: isize, out: &mut [f32]) {
    assert!(out.len() >= rows * UNITS && right.len() >= depth * UNITS && left.len() >= rows * depth);
    let width = UNITS.cast_signed();
    // SAFETY: the three slices are as long as the strides reach, which was just checked.
    unsafe {
        gemm::gemm(
            rows,
            UNITS,
            depth,
            out.as_mut_ptr(),
            1,
            width,
            false,
            left.as_ptr(),
            column,
            row,
            right.as_ptr(),
            1,
            width,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
