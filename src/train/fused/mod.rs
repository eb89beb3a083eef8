//! The network of `burn` once more, by hand, for the CPU: forward, loss and backward in one pass over blocks of rows
//! that stay in the cache. Vector instructions are chosen where the program runs; the bits do not depend on them.
#![expect(clippy::inline_always, reason = "vector code is only made of what is inlined into the dispatched function")]

mod functions;
mod loss;
mod pass;
mod periodic;
mod product;
mod space;

use pulp::Arch;

use super::engine::{Batch, Engine};
use super::network::Network;
use crate::data::Dataset;
use crate::error::{Error, Result};
use pass::{Backward, Forward};
use space::Space;

/// Computes networks on the CPU without automatic differentiation.
pub struct Fused {
    arch: Arch,
    space: Space,
}

impl Fused {
    #[must_use]
    pub fn new(network: &Network) -> Self {
        Self { arch: Arch::new(), space: Space::new(network) }
    }
}

impl Engine for Fused {
    fn gradient(&mut self, weights: &[f32], batch: &Batch<'_>, gradient: &mut [f32]) -> Result<f64> {
        let Some(labels) = &batch.data.labels else {
            return Err(Error::Internal("a dataset without labels cannot be learned from".into()));
        };
        let shares = batch.shares();
        Ok(self.arch.dispatch(Backward { space: &mut self.space, weights, batch, labels, shares: &shares, gradient }))
    }

    fn outputs(&mut self, weights: &[f32], data: &Dataset, rows: &[usize]) -> Result<Vec<f32>> {
        let mut outputs = vec![0.0; rows.len() * self.space.outputs()];
        self.arch.dispatch(Forward { space: &mut self.space, weights, data, rows, outputs: &mut outputs });
        Ok(outputs)
    }
}
