use super::{Curves, Mixes, Unlike};

/// A combination of values and what is predicted with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Which combination.
    pub mix: usize,
    /// Values in words, by varied column.
    pub words: Vec<String>,
    /// Mean prediction over the rows.
    pub mean: f64,
    /// Smallest and largest mean among the networks of the ensemble.
    pub networks: Option<[f64; 2]>,
    /// In what it is unlike all training rows.
    pub unlike: Vec<String>,
}

/// The `top` combinations with the largest mean prediction, or the smallest; of equal ones the first.
#[must_use]
pub fn best(curves: &Curves, mixes: &Mixes, unlike: &Unlike, smallest: bool, top: usize) -> Vec<Best> {
    let mut order: Vec<usize> = (0..curves.mean.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (curves.mean[a], curves.mean[b]);
        if smallest { a.total_cmp(&b) } else { b.total_cmp(&a) }
    });
    order.truncate(top);
    let one = |mix: usize| Best {
        mix,
        words: mixes.words(mix),
        mean: curves.mean[mix],
        networks: curves.mean_networks.as_ref().map(|ends| ends[mix]),
        unlike: unlike.reasons(mixes, mix),
    };
    order.into_iter().map(one).collect()
}
