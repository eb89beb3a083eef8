//! Numbered randomness: every random choice is a function of a seed and a name, never of order or threads.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// A seed from which others are derived by name, so that fold 3 draws the same numbers
/// whether it runs first, last or alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The seed of one named part, such as `("fold", 3)`.
    #[must_use]
    pub fn derive(self, name: &str, index: u64) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(&self.0.to_le_bytes());
        hash.update(&index.to_le_bytes());
        hash.update(name.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize().as_bytes()[..8]);
        Self(u64::from_le_bytes(first))
    }

    /// A generator that starts here.
    #[must_use]
    pub fn rng(self) -> Rng {
        Rng(Xoshiro256PlusPlus::seed_from_u64(self.0))
    }
}

/// A small fast generator (xoshiro256++, Blackman & Vigna 2021) with the few draws the program needs.
/// The draws are our own, so that a library update cannot change a trained model.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// Uniform 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in `[0, 1)`, 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform in `0..n` by Lemire's multiplication; the bias is below `n / 2^64`. `n` must not be 0.
    #[expect(clippy::cast_possible_truncation, reason = "the high half of the product is below n")]
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Standard normal (Box & Muller 1958, one of the pair).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Shuffle in place (Fisher & Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea & Flood 2014): every bit of the result depends on every bit.
#[must_use]
pub const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_seeds_depend_on_name_and_index_only() {
        let seed = Seed::new(7);
        assert_eq!(seed.derive("fold", 3), Seed::new(7).derive("fold", 3));
        assert_ne!(seed.derive("fold", 3), seed.derive("fold", 4));
        assert_ne!(seed.derive("fold", 3), seed.derive("member", 3));
        assert_ne!(seed.derive("fold", 3), Seed::new(8).derive("fold", 3));
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let mut rng = Seed::new(1).rng();
        let n = 200_000;
        let normal: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let mean = normal.iter().sum::<f64>() / f64::from(n);
        let variance = normal.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
        let low = (0..n).filter(|_| rng.below(10) == 0).count();
        assert!((19_000..21_000).contains(&low), "{low}");
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<usize> = (0..100).collect();
        Seed::new(3).rng().shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
