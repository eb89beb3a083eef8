/// Numbers in rows, row-major.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    pub values: Vec<f32>,
    pub width: usize,
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(height: usize, width: usize) -> Self {
        Self { values: vec![0.0; height * width], width }
    }

    /// One row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..][..self.width]
    }
}

/// What the network learns towards.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    /// Class codes in `0..classes`.
    Classes { codes: Vec<u32>, classes: usize },
    /// Scaled numbers. An error counts by its square up to `reach`, above 0, and in proportion beyond it; an infinite reach
    /// is the squared error.
    Numbers { values: Vec<f32>, reach: f32 },
}

/// A frame turned into numbers: what the network sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    pub height: usize,
    /// Dense inputs: scaled numbers, indicators, one-hot levels, parts of dates. Shape `[height, width]`.
    pub numbers: Matrix,
    /// Which dense inputs are scaled numbers, as opposed to indicators and levels.
    pub continuous: Vec<usize>,
    /// Level codes of the embedded categories, row-major `[height, cardinalities.len()]`; 0 is "unseen or rare".
    pub codes: Vec<u32>,
    /// Number of levels of each embedded category, the reserved one included.
    pub cardinalities: Vec<usize>,
    /// Absent where only predictions are asked for.
    pub labels: Option<Labels>,
    /// How much each row counts in training; 1 unless a weight column is named.
    pub weights: Vec<f32>,
    /// Rows of one unit (a group, or exact duplicates) never stand on both sides of a cut.
    pub units: Vec<u32>,
    /// Whether the rows are in the order of time, so that a cut takes the latest rows.
    pub ordered: bool,
}

impl Dataset {
    /// A copy of chosen rows, in that order.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        let count = self.cardinalities.len();
        let mut values = Vec::with_capacity(rows.len() * self.numbers.width);
        rows.iter().for_each(|&r| values.extend_from_slice(self.numbers.row(r)));
        let mut codes = Vec::with_capacity(rows.len() * count);
        rows.iter().for_each(|&r| codes.extend_from_slice(&self.codes[r * count..][..count]));
        Self {
            height: rows.len(),
            numbers: Matrix { values, width: self.numbers.width },
            continuous: self.continuous.clone(),
            codes,
            cardinalities: self.cardinalities.clone(),
            labels: self.labels.as_ref().map(|labels| match labels {
                Labels::Classes { codes, classes } => {
                    Labels::Classes { codes: rows.iter().map(|&r| codes[r]).collect(), classes: *classes }
                }
                Labels::Numbers { values, reach } => {
                    Labels::Numbers { values: rows.iter().map(|&r| values[r]).collect(), reach: *reach }
                }
            }),
            weights: rows.iter().map(|&r| self.weights[r]).collect(),
            units: rows.iter().map(|&r| self.units[r]).collect(),
            ordered: self.ordered,
        }
    }
}
