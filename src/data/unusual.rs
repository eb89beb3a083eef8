/// Values of one column that rows to predict hold and that a model has to be told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusual {
    pub column: String,
    pub what: Oddity,
    pub count: usize,
    /// Number of the first such row in the source, counted from 0.
    pub first: usize,
    /// The first such value; empty where it is missing.
    pub example: String,
}

/// In what way a value is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// Does not fit the type of its column, and is taken as missing.
    Misfit,
    /// A level that the training rows did not have.
    Unseen,
    /// Below the smallest or above the largest training value.
    OutOfRange,
    /// Missing.
    Missing,
}

impl Unusual {
    /// Adds the values to those of the same column and kind.
    pub fn add_to(self, all: &mut Vec<Self>) {
        match all.iter_mut().find(|u| u.column == self.column && u.what == self.what) {
            Some(sum) => sum.count += self.count,
            None => all.push(self),
        }
    }
}
