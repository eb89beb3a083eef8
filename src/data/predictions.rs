use std::sync::Arc;

/// What a model says about each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Predictions {
    /// Class probabilities, row-major: `probabilities[row * labels.len() + class]`, each row summing to 1.
    Classes { labels: Arc<[String]>, probabilities: Vec<f64> },
    /// One number per row, in the unit of the target.
    Numbers(Vec<f64>),
}

impl Predictions {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { labels, probabilities } => probabilities.len() / labels.len().max(1),
            Self::Numbers(values) => values.len(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same predictions for chosen rows, in the order given.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        match self {
            Self::Classes { labels, probabilities } => {
                let k = labels.len();
                let probabilities = rows.iter().flat_map(|&r| probabilities[r * k..][..k].iter().copied()).collect();
                Self::Classes { labels: Arc::clone(labels), probabilities }
            }
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|&r| values[r]).collect()),
        }
    }

    /// Probability of one class for every row; empty for numbers.
    #[must_use]
    pub fn class(&self, class: usize) -> Vec<f64> {
        match self {
            Self::Classes { labels, probabilities } => probabilities.chunks(labels.len()).map(|p| p[class]).collect(),
            Self::Numbers(_) => Vec::new(),
        }
    }

    /// The weighted sum of what models of one kind predict of the same rows, their mean where the weights sum to 1;
    /// nothing of none.
    #[must_use]
    pub fn weighted(all: impl IntoIterator<Item = (f64, Self)>) -> Option<Self> {
        let each = all.into_iter().map(|(weight, mut one)| {
            one.values_mut().iter_mut().for_each(|value| *value *= weight);
            one
        });
        each.reduce(|mut sum, mut other| {
            sum.values_mut().iter_mut().zip(other.values_mut()).for_each(|(sum, value)| *sum += *value);
            sum
        })
    }

    fn values_mut(&mut self) -> &mut [f64] {
        match self {
            Self::Classes { probabilities: values, .. } | Self::Numbers(values) => values,
        }
    }

    /// Appends the rows of `other`, which must be of the same kind and labels.
    ///
    /// # Panics
    /// If the kinds differ.
    pub fn extend(&mut self, other: Self) {
        match (self, other) {
            (Self::Classes { probabilities: a, .. }, Self::Classes { probabilities: b, .. })
            | (Self::Numbers(a), Self::Numbers(b)) => a.extend(b),
            _ => panic!("predictions of one model are of one kind"),
        }
    }
}

/// `exp(z_i) / sum exp(z_j)` in place, shifted by the largest so that nothing overflows.
pub fn softmax(z: &mut [f64]) {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = (*z - top).exp());
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
}

/// What is below 0 as 0, without its sign; what is no number stays none.
#[must_use]
pub fn not_below_zero(value: f64) -> f64 {
    if value <= 0.0 { 0.0 } else { value }
}
