use crate::data::Dataset;
use crate::error::Result;

/// Rows of a dataset as one step of training sees them.
pub struct Batch<'a> {
    pub data: &'a Dataset,
    pub rows: &'a [usize],
    /// How much each row of the dataset counts in the loss.
    pub importance: &'a [f32],
    /// One row-major `[rows, units]` matrix, or a taller one, per hidden layer, which its units are multiplied with:
    /// 0 for a dropped one, else 1 / (1 - dropout). Empty without dropout.
    pub masks: &'a [Vec<f32>],
}

impl Batch<'_> {
    /// Share of each row in the loss; they sum to 1.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the network computes in f32")]
    pub fn shares(&self) -> Vec<f32> {
        let total: f64 = self.rows.iter().map(|&r| f64::from(self.importance[r])).sum();
        self.rows.iter().map(|&r| (f64::from(self.importance[r]) / total) as f32).collect()
    }
}

/// Computes a network: the one thing that training and prediction ask of a device.
pub trait Engine {
    /// Loss per row, weighted and averaged over the batch, and its gradient in the order of the flat weights.
    ///
    /// # Errors
    /// If the dataset has no labels or the device fails.
    fn gradient(&mut self, weights: &[f32], batch: &Batch<'_>, gradient: &mut [f32]) -> Result<f64>;

    /// Logits or scaled numbers of chosen rows, row-major `[rows, outputs]`. A row's values do not depend on the others.
    ///
    /// # Errors
    /// If the device fails.
    fn outputs(&mut self, weights: &[f32], data: &Dataset, rows: &[usize]) -> Result<Vec<f32>>;
}
