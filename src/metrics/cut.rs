use super::binary::THRESHOLD;

/// From which probability on a row is called positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut<'a> {
    /// The same for every row.
    One(f64),
    /// Each row has its own, as where groups have theirs.
    Each(&'a [f64]),
}

impl Default for Cut<'_> {
    fn default() -> Self {
        Self::One(THRESHOLD)
    }
}

impl Cut<'_> {
    /// The threshold of a row.
    ///
    /// # Panics
    /// If there is none for that row.
    #[must_use]
    pub const fn at(&self, row: usize) -> f64 {
        match self {
            Self::One(threshold) => *threshold,
            Self::Each(thresholds) => thresholds[row],
        }
    }

    /// Thresholds of chosen rows, in that order.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|&row| self.at(row)).collect()
    }
}
