use pulp::{Arch, Simd, WithSimd};

use super::config::{OptimizerKind, Schedule, TrainConfig};
use super::network::Block;

/// Adam and `AdamW` over the flat vector of weights, in one pass: the same arithmetic on every device.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimizer {
    /// First moment of each weight.
    pub mean: Vec<f32>,
    /// Second moment of each weight.
    pub square: Vec<f32>,
    /// Steps taken.
    pub steps: u64,
}

impl Optimizer {
    /// The state before the first step.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self { mean: vec![0.0; len], square: vec![0.0; len], steps: 0 }
    }

    /// One step at the given learning rate and weight decay.
    ///
    /// Adam (Kingma & Ba 2015, algorithm 1): `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
    /// `w -= rate * m' / (sqrt(v') + epsilon)` with `m' = m / (1 - b1^t)`, `v' = v / (1 - b2^t)`. `AdamW` (Loshchilov &
    /// Hutter 2019, algorithm 2) also subtracts `rate * decay * w`; Adam adds `decay * w` to the gradient instead.
    #[expect(clippy::cast_possible_truncation, reason = "the weights are f32")]
    pub fn step(
        &mut self,
        config: &TrainConfig,
        full: f64,
        decay: f64,
        blocks: &[Block],
        weights: &mut [f32],
        gradient: &[f32],
    ) {
        self.steps += 1;
        let steps = self.steps as f64;
        let [b1, b2] = config.betas;
        // The two corrections are folded into the rate and epsilon, which leaves one division per weight.
        let correction = (1.0 - b2.powf(steps)).sqrt();
        let divisor = 1.0 - b1.powf(steps);
        let epsilon = (config.epsilon * correction) as f32;
        let [b1, b2] = [b1 as f32, b2 as f32];
        let arch = Arch::new();
        for block in blocks {
            let rate = config.rate(block);
            let decay = if block.part.decays() { decay } else { 0.0 };
            let (added, shrink) = match config.optimizer {
                OptimizerKind::Adam => (decay as f32, 1.0),
                OptimizerKind::Adamw => (0.0, (1.0 - full * decay) as f32),
            };
            let part = block.start..block.start + block.len();
            arch.dispatch(Step {
                weights: &mut weights[part.clone()],
                gradient: &gradient[part.clone()],
                mean: &mut self.mean[part.clone()],
                square: &mut self.square[part],
                betas: [b1, b2],
                rate: (rate * full * correction / divisor) as f32,
                epsilon,
                added,
                shrink,
            });
        }
    }
}

/// One step for the values of one block.
struct Step<'a> {
    weights: &'a mut [f32],
    gradient: &'a [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    betas: [f32; 2],
    rate: f32,
    epsilon: f32,
    added: f32,
    shrink: f32,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "vector code is only made of what is inlined into the dispatched function")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let [b1, b2] = self.betas;
        let state = self.mean.iter_mut().zip(self.square);
        for ((w, &g), (m, v)) in self.weights.iter_mut().zip(self.gradient).zip(state) {
            let g = self.added.mul_add(*w, g);
            *m = b1.mul_add(*m, (1.0 - b1) * g);
            *v = b2.mul_add(*v, (1.0 - b2) * g * g);
            *w = self.shrink.mul_add(*w, -(self.rate * *m / (v.sqrt() + self.epsilon)));
        }
    }
}

/// Scales a gradient down to a norm of at most `limit` (Pascanu et al. 2013); 0 leaves it alone.
#[expect(clippy::cast_possible_truncation, reason = "the gradient is f32")]
pub fn clip(gradient: &mut [f32], limit: f64) {
    if limit == 0.0 {
        return;
    }
    let norm = Arch::new().dispatch(Square(gradient)).sqrt();
    if norm > limit {
        let scale = (limit / norm) as f32;
        gradient.iter_mut().for_each(|g| *g *= scale);
    }
}

/// Sum of squares, in sixteen fixed lanes: the same bits on every processor.
struct Square<'a>(&'a [f32]);

impl WithSimd for Square<'_> {
    type Output = f64;

    #[expect(clippy::inline_always, reason = "vector code is only made of what is inlined into the dispatched function")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut lanes = [0.0_f64; 16];
        let (chunks, rest) = self.0.as_chunks::<16>();
        for values in chunks {
            for i in 0..16 {
                let value = f64::from(values[i]);
                lanes[i] = value.mul_add(value, lanes[i]);
            }
        }
        lanes.iter().sum::<f64>() + rest.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>()
    }
}

/// The learning rate of step `step` of `total`, counted from 0.
#[must_use]
pub fn learning_rate(config: &TrainConfig, step: u64, total: u64) -> f64 {
    match config.schedule {
        Schedule::Constant => config.learning_rate,
        Schedule::Cosine => {
            let done = (step as f64 + 0.5) / (total.max(1) as f64);
            let rise = (done / 0.05).min(1.0);
            config.learning_rate * rise * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
        }
        Schedule::Cycles => {
            let done = (step as f64 + 0.5) / (total.max(1) as f64);
            config.learning_rate * 0.5 * (1.0 - (std::f64::consts::TAU * (1.0 + 15.0 * done).log2()).cos())
        }
        Schedule::FlatCosine => {
            let done = (step as f64 + 0.5) / (total.max(1) as f64);
            let rise = (done / 0.02).min(1.0);
            config.learning_rate * rise * 0.5 * (1.0 + (std::f64::consts::PI * (2.0 * done - 1.0).max(0.0)).cos())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::config::{Preset, Rates};
    use crate::train::network::Part;

    fn block(len: usize, decay: bool) -> Block {
        let part = if decay { Part::Weight } else { Part::Bias };
        Block { name: "layers.0.weight".into(), shape: [1, len], start: 0, part }
    }

    #[test]
    fn two_adam_steps_by_hand() {
        let config = TrainConfig { epsilon: 0.0, ..TrainConfig::preset(Preset::Article) };
        let mut optimizer = Optimizer::new(1);
        let mut w = [1.0];
        // The first step is the rate times the sign of the gradient.
        optimizer.step(&config, 0.1, 0.0, &[block(1, true)], &mut w, &[4.0]);
        assert!((w[0] - 0.9).abs() < 1e-6, "{w:?}");
        // Second: m = 0.9 * 0.4 + 0.1 * -2 = 0.16, m' = 0.16 / 0.19 = 0.842105; v = 0.999 * 0.016 + 0.001 * 4 = 0.019984,
        // v' = 0.019984 / 0.001999 = 9.996999; step 0.1 * 0.842105 / 3.161803 = 0.026634.
        optimizer.step(&config, 0.1, 0.0, &[block(1, true)], &mut w, &[-2.0]);
        assert!((w[0] - (0.9 - 0.026_634)).abs() < 1e-5, "{w:?}");
    }

    #[test]
    fn decay_of_adamw_acts_on_the_weights_and_spares_biases() {
        let config = TrainConfig::default();
        for (decays, expected) in [(true, 0.95), (false, 1.0)] {
            let mut w = [1.0];
            Optimizer::new(1).step(&config, 0.1, 0.5, &[block(1, decays)], &mut w, &[0.0]);
            assert!((w[0] - expected).abs() < 1e-6, "{w:?}");
        }
    }

    #[test]
    fn a_long_gradient_is_cut_and_a_short_one_kept() {
        let mut g = [3.0, 4.0];
        clip(&mut g, 1.0);
        assert!((g[0] - 0.6).abs() < 1e-6 && (g[1] - 0.8).abs() < 1e-6);
        clip(&mut g, 2.0);
        assert!((g[0] - 0.6).abs() < 1e-6);
    }

    #[test]
    fn the_cosine_rises_and_ends_near_zero() {
        let config = TrainConfig { learning_rate: 1.0, schedule: Schedule::Cosine, ..TrainConfig::default() };
        let rates: Vec<f64> = (0..1000).map(|s| learning_rate(&config, s, 1000)).collect();
        assert!(rates[0] < 0.02 && rates[60] > 0.98 && rates[999] < 1e-5);
        assert!((rates[499] - 0.5).abs() < 1e-2);
    }

    #[test]
    fn the_other_schedules_by_hand() {
        let rate = |schedule, step| {
            let config = TrainConfig { learning_rate: 1.0, schedule, ..TrainConfig::default() };
            learning_rate(&config, step, 1500)
        };
        assert_eq!(rate(Schedule::Constant, 1499), 1.0);
        // Flat to the half, then half a cosine: a half at three quarters.
        assert_eq!(rate(Schedule::FlatCosine, 700), 1.0);
        assert!((rate(Schedule::FlatCosine, 1125) - 0.5).abs() < 2e-3 && rate(Schedule::FlatCosine, 1499) < 1e-5);
        // 1 + 15 t is a power of two where a cycle ends: t = 1/15, 3/15, 7/15, 1; half of it higher in between.
        for end in [100, 300, 700, 1500] {
            assert!(rate(Schedule::Cycles, end - 1) < 1e-2, "{end}");
        }
        assert!((rate(Schedule::Cycles, 182) - 1.0).abs() < 1e-2, "log2(1 + 15 t) = 1.5");
    }

    #[test]
    fn scaled_rates_fall_with_the_inputs_of_a_layer() {
        let rate = |rates, part, shape| {
            let block = Block { name: String::new(), shape, start: 0, part };
            TrainConfig { rates, ..TrainConfig::default() }.rate(&block)
        };
        assert_eq!(rate(Rates::Scaled, Part::Weight, [64, 3]), 1.0 / 8.0);
        assert_eq!(rate(Rates::Scaled, Part::Bias, [1, 3]), 0.1);
        assert_eq!(rate(Rates::Plain, Part::Weight, [64, 3]), 1.0);
    }
}
