use super::Frame;

/// Rows that may be learned from. Only [`Fold::split`] makes one, so a stage that fits on `Training<_>`
/// cannot be handed the rows that judge it:
///
/// ```compile_fail,E0423
/// # fn leak(frame: mkt::data::Frame) {
/// let training = mkt::data::Training(frame); // the field is private
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Training<T>(T);

/// Rows that judge what was learned.
#[derive(Clone, Debug)]
pub struct Holdout<T>(T);

impl<T> Training<T> {
    /// What is inside.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// The same rows in another form.
    ///
    /// # Errors
    /// What `f` returns.
    pub(crate) fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Training<U>, E> {
        f(self.0).map(Training)
    }
}

impl<T> Holdout<T> {
    /// What is inside.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// Gives the rows up, for instance to predict them.
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

/// A row stands on both sides of a fold, or outside the frame.
#[derive(Debug, thiserror::Error)]
#[error("row {row} is both learned from and judged by, or out of range")]
pub struct OverlapError {
    pub row: usize,
}

/// Which rows of a frame are learned from and which judge: never the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    train: Vec<usize>,
    holdout: Vec<usize>,
}

impl Fold {
    /// A fold over a frame of `height` rows.
    ///
    /// # Errors
    /// If a row stands on both sides, twice, or outside the frame.
    pub fn new(height: usize, train: Vec<usize>, holdout: Vec<usize>) -> Result<Self, OverlapError> {
        let mut seen = vec![false; height];
        for &row in train.iter().chain(&holdout) {
            match seen.get_mut(row) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err(OverlapError { row }),
            }
        }
        Ok(Self { train, holdout })
    }

    /// Positions of the rows to learn from.
    #[must_use]
    pub fn train(&self) -> &[usize] {
        &self.train
    }

    /// Positions of the rows that judge.
    #[must_use]
    pub fn holdout(&self) -> &[usize] {
        &self.holdout
    }

    /// The two parts of a frame.
    #[must_use]
    pub fn split(&self, frame: &Frame) -> (Training<Frame>, Holdout<Frame>) {
        (Training(frame.take(&self.train)), Holdout(frame.take(&self.holdout)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_on_both_sides_is_refused() {
        assert!(Fold::new(3, vec![0, 1], vec![2]).is_ok());
        assert_eq!(Fold::new(3, vec![0, 1], vec![1]).unwrap_err().row, 1);
        assert_eq!(Fold::new(3, vec![0, 0], vec![1]).unwrap_err().row, 0);
        assert_eq!(Fold::new(3, vec![0], vec![3]).unwrap_err().row, 3);
    }
}
