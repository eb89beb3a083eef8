use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::optimizer::Optimizer;
use crate::data::Epoch;

/// Weights that are written together.
const PIECE: usize = 1 << 16;

/// Where a fit stands between two epochs: enough to go on as if it had never stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub weights: Vec<f32>,
    pub optimizer: Optimizer,
    /// Weights of the best epoch so far.
    pub best_weights: Vec<f32>,
    pub progress: Progress,
}

/// The part of the state that is not weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Checksum of the settings and rows this state belongs to.
    pub fingerprint: String,
    pub epochs: Vec<Epoch>,
    /// Best epoch so far, counted from 1; 0 before the first.
    pub best: usize,
    /// Whether training has ended.
    pub done: bool,
    /// Steps the optimizer took.
    pub steps: u64,
}

impl State {
    /// Before the first epoch.
    #[must_use]
    pub fn new(weights: Vec<f32>, fingerprint: String) -> Self {
        let optimizer = Optimizer::new(weights.len());
        Self { best_weights: weights.clone(), weights, optimizer, progress: Progress { fingerprint, ..Progress::default() } }
    }

    /// One line of JSON, then four vectors of little-endian `f32`, equally long.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let progress = Progress { steps: self.optimizer.steps, ..self.progress.clone() };
        serde_json::to_writer(&mut *out, &progress)?;
        out.write_all(b"\n")?;
        let mut bytes = Vec::with_capacity(4 * PIECE);
        for vector in [&self.weights, &self.optimizer.mean, &self.optimizer.square, &self.best_weights] {
            for piece in vector.chunks(PIECE) {
                bytes.clear();
                bytes.extend(piece.iter().flat_map(|v| v.to_le_bytes()));
                out.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    /// The state in `bytes`, if it is one of `len` weights with that fingerprint.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], len: usize, fingerprint: &str) -> Option<Self> {
        let line = bytes.iter().position(|b| *b == b'\n')?;
        let progress: Progress = serde_json::from_slice(&bytes[..line]).ok()?;
        let body = &bytes[line + 1..];
        if progress.fingerprint != fingerprint || body.len() != 16 * len {
            return None;
        }
        let mut vectors = body
            .chunks(4 * len.max(1))
            .map(|part| part.as_chunks::<4>().0.iter().map(|v| f32::from_le_bytes(*v)).collect::<Vec<_>>());
        let (weights, mean, square, best_weights) = (vectors.next()?, vectors.next()?, vectors.next()?, vectors.next()?);
        let optimizer = Optimizer { mean, square, steps: progress.steps };
        Some(Self { weights, optimizer, best_weights, progress })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_bit_for_bit() {
        let mut state = State::new(vec![0.1, -2.5e-20], "abc".into());
        state.optimizer = Optimizer { mean: vec![1.0, 2.0], square: vec![3.0, f32::MIN_POSITIVE], steps: 17 };
        state.progress.steps = 17;
        state.progress.epochs.push(Epoch { epoch: 1, train_loss: 0.1 + 0.2, stop_loss: None, seconds: 0.5 });
        let mut bytes = Vec::new();
        state.write(&mut bytes).unwrap();
        assert_eq!(State::from_bytes(&bytes, 2, "abc"), Some(state));
        assert_eq!(State::from_bytes(&bytes, 2, "abd"), None);
        assert_eq!(State::from_bytes(&bytes, 3, "abc"), None);
        assert_eq!(State::from_bytes(&bytes[..bytes.len() - 1], 2, "abc"), None);
        assert_eq!(State::from_bytes(b"", 2, "abc"), None);
    }
}
