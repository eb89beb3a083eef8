use pulp::{Arch, Simd, WithSimd};

use crate::seed::Rng;

/// Masks of hidden layers for a batch: each unit dropped with one probability, the others scaled up so that sums keep
/// their mean (Srivastava et al. 2014).
pub struct Dropout {
    /// A unit is dropped if 32 random bits are below it.
    limit: u32,
    kept: f32,
}

impl Dropout {
    /// None if nothing is dropped.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability as 32 bits")]
    pub fn new(probability: f64) -> Option<Self> {
        let limit = (probability * 4_294_967_296.0) as u32;
        (probability > 0.0).then_some(Self { limit, kept: (1.0 / (1.0 - probability)) as f32 })
    }

    /// Draws a mask anew: 0 for a dropped unit, 1 / (1 - probability) for the others.
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of 64 bits")]
    pub fn fill(&self, mask: &mut [f32], rng: &mut Rng) {
        let bits = rng.bits();
        let keys = [bits as u32, (bits >> 32) as u32];
        Arch::new().dispatch(Fill { dropout: self, keys, mask });
    }
}

struct Fill<'a> {
    dropout: &'a Dropout,
    keys: [u32; 2],
    mask: &'a mut [f32],
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[expect(clippy::inline_always, reason = "vector code is only made of what is inlined into the dispatched function")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Dropout { limit, kept } = *self.dropout;
        for (value, place) in self.mask.iter_mut().zip(0_u32..) {
            *value = if scramble(place, self.keys) < limit { 0.0 } else { kept };
        }
    }
}

/// Random bits of a place: no state goes from one to the next, so that a vector of them is made at once. The mixing is
/// `lowbias32` (Wellons 2018), with the second key in its middle.
#[expect(clippy::inline_always, reason = "vector code is only made of what is inlined into the dispatched function")]
#[inline(always)]
const fn scramble(place: u32, keys: [u32; 2]) -> u32 {
    let mut x = place.wrapping_add(keys[0]);
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x ^= keys[1];
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn as_many_units_are_dropped_as_asked_for_and_each_draw_is_another() {
        let dropout = Dropout::new(0.15).unwrap();
        let mut rng = Seed::new(1).rng();
        let (mut one, mut two) = (vec![0.0; 100_000], vec![0.0; 100_000]);
        dropout.fill(&mut one, &mut rng);
        dropout.fill(&mut two, &mut rng);
        let dropped = |mask: &[f32]| mask.iter().filter(|v| **v == 0.0).count();
        // Four standard deviations, sqrt(1e5 * 0.15 * 0.85) = 113 each.
        assert!(dropped(&one).abs_diff(15_000) < 452 && dropped(&two).abs_diff(15_000) < 452);
        assert!(one.iter().all(|v| *v == 0.0 || (v - 1.0 / 0.85).abs() < 1e-6));
        // Independent draws, and neighbours within one, are both dropped with probability 0.15^2.
        let both = one.iter().zip(&two).filter(|(a, b)| **a == 0.0 && **b == 0.0).count();
        let neighbours = one.windows(2).filter(|w| w[0] == 0.0 && w[1] == 0.0).count();
        assert!(both.abs_diff(2250) < 188 && neighbours.abs_diff(2250) < 188, "{both} {neighbours}");
        assert!(Dropout::new(0.0).is_none());
    }
}
