//! Shapley values of a prediction (Shapley 1953; Štrumbelj & Kononenko 2014), interventional: a column that is not in a
//! coalition has the value of a background row, as if somebody had set it so.
//!
//! Every background row is a game of its own, in which only columns take part that differ from it; the value of the whole
//! is the mean over all of them. So `base + sum of contributions = prediction` holds to the last bits, whatever is
//! drawn. In each game the orders in which the columns join come in pairs, one the reverse of the other (Mitchell et al.
//! 2022): what is exact for models of two columns at a time needs one pair.

use crate::error::Result;
use crate::seed::Seed;

/// Columns of the row that is explained in the place of those of a background row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coalition {
    pub background: usize,
    /// The columns that are the row's own.
    pub own: Vec<usize>,
}

/// What is explained: a function of columns, a row, and background rows.
pub trait Game {
    /// Number of columns.
    fn columns(&self) -> usize;

    /// Value of the row itself.
    fn whole(&self) -> f64;

    /// Values of the background rows; at least one.
    fn bases(&self) -> &[f64];

    /// The columns in which the row differs from a background row.
    fn players(&self, background: usize) -> Vec<usize>;

    /// The values of coalitions.
    ///
    /// # Errors
    /// If they cannot be computed, or the user asks to stop.
    fn values(&self, coalitions: &[Coalition]) -> Result<Vec<f64>>;
}

/// What each column contributes: `base + contributions = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Mean of the background rows.
    pub base: f64,
    /// The row itself.
    pub value: f64,
    /// One per column.
    pub contributions: Vec<f64>,
    /// Standard error of each, from the spread over the background rows: what other background rows and other orders would
    /// change. Infinite with one background row.
    pub errors: Vec<f64>,
}

/// How much work the sampling may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Pairs of orders for each background row, at least 1.
    pub pairs: usize,
    /// Up to so many differing columns all coalitions are computed instead, at most 16.
    pub exact: usize,
}

impl Default for Effort {
    /// One pair; three columns have six coalitions between none and all, little more than the four of a pair.
    fn default() -> Self {
        Self { pairs: 1, exact: 3 }
    }
}

impl Effort {
    /// Most columns that are computed exactly.
    pub const MOST_EXACT: usize = 16;
}

/// Coalitions that are computed at once.
const BATCH: usize = 4096;

/// The Shapley values of a game. The same seed gives the same result.
///
/// # Errors
/// As [`Game::values`].
pub fn shapley(game: &impl Game, effort: Effort, seed: Seed) -> Result<Attribution> {
    let (columns, whole, bases) = (game.columns(), game.whole(), game.bases());
    let (mut sum, mut squares) = (vec![0.0; columns], vec![0.0; columns]);
    let mut plans = Vec::new();
    let mut coalitions = Vec::new();
    for background in 0..bases.len() {
        let plan = Plan::new(&game.players(background), columns, effort, seed.derive("order", background as u64));
        plan.coalitions(background, &mut coalitions);
        plans.push((background, plan));
        if coalitions.len() < BATCH && background + 1 < bases.len() {
            continue;
        }
        let values = if coalitions.is_empty() { Vec::new() } else { game.values(&coalitions)? };
        let mut rest = &values[..];
        for (background, plan) in plans.drain(..) {
            let (own, later) = rest.split_at(plan.len());
            rest = later;
            for (column, part) in plan.contributions(own, bases[background], whole) {
                sum[column] += part;
                squares[column] += part * part;
            }
        }
        coalitions.clear();
    }
    let n = bases.len() as f64;
    let error = |(sum, squares): (&f64, &f64)| {
        let variance = (squares - sum * sum / n).max(0.0) / (n - 1.0);
        if n > 1.0 { (variance / n).sqrt() } else { f64::INFINITY }
    };
    Ok(Attribution {
        base: bases.iter().sum::<f64>() / n,
        value: whole,
        errors: sum.iter().zip(&squares).map(error).collect(),
        contributions: sum.into_iter().map(|s| s / n).collect(),
    })
}

/// How the game against one background row is played.
enum Plan {
    /// In every order at once: all coalitions but none and all, in the order of their bits.
    All(Vec<usize>),
    /// In some orders, each with the coalitions after its first, second, … column but the last.
    Orders(Vec<Vec<usize>>),
}

impl Plan {
    fn new(players: &[usize], columns: usize, effort: Effort, seed: Seed) -> Self {
        if players.len() <= effort.exact.clamp(1, Effort::MOST_EXACT) {
            return Self::All(players.to_vec());
        }
        let plays = |column: &usize| players.binary_search(column).is_ok();
        let mut orders = Vec::with_capacity(2 * effort.pairs);
        for pair in 0..effort.pairs.max(1) {
            // Orders of all columns, so that they are the same whichever of them differ.
            let mut order: Vec<usize> = (0..columns).collect();
            seed.derive("pair", pair as u64).rng().shuffle(&mut order);
            order.retain(plays);
            let reverse = order.iter().rev().copied().collect();
            orders.extend([order, reverse]);
        }
        Self::Orders(orders)
    }

    /// Number of coalitions to be computed.
    fn len(&self) -> usize {
        match self {
            Self::All(players) => (1_usize << players.len()).saturating_sub(2),
            Self::Orders(orders) => orders.iter().map(|o| o.len() - 1).sum(),
        }
    }

    fn coalitions(&self, background: usize, into: &mut Vec<Coalition>) {
        match self {
            Self::All(players) => into.extend((1..=self.len()).map(|set| {
                let own = players.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, p)| *p).collect();
                Coalition { background, own }
            })),
            Self::Orders(orders) => {
                for order in orders {
                    into.extend((1..order.len()).map(|n| Coalition { background, own: order[..n].to_vec() }));
                }
            }
        }
    }

    /// Column and contribution from the values of the coalitions.
    fn contributions(&self, values: &[f64], none: f64, all: f64) -> Vec<(usize, f64)> {
        match self {
            Self::All(players) => {
                let last = values.len() + 1;
                let value = |set: usize| match set {
                    0 => none,
                    set if set == last => all,
                    set => values[set - 1],
                };
                let n = players.len();
                let weights: Vec<f64> = (0..n).map(|size| 1.0 / (n as f64 * choose(n - 1, size))).collect();
                let without = |i: usize| (0..1_usize << n).filter(move |set| set >> i & 1 == 0);
                let gain = |i: usize, set: usize| weights[set.count_ones() as usize] * (value(set | 1 << i) - value(set));
                players.iter().enumerate().map(|(i, &p)| (p, without(i).map(|set| gain(i, set)).sum())).collect()
            }
            Self::Orders(orders) => {
                let share = 1.0 / orders.len() as f64;
                let mut values = values.iter();
                let mut parts: Vec<(usize, f64)> = orders[0].iter().map(|&p| (p, 0.0)).collect();
                parts.sort_unstable_by_key(|(p, _)| *p);
                for order in orders {
                    let mut before = none;
                    for (n, column) in order.iter().enumerate() {
                        let after = if n + 1 < order.len() { *values.next().unwrap_or(&before) } else { all };
                        if let Ok(at) = parts.binary_search_by_key(column, |(p, _)| *p) {
                            parts[at].1 += share * (after - before);
                        }
                        before = after;
                    }
                }
                parts
            }
        }
    }
}

/// `n` over `k`, for small numbers.
fn choose(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A function of rows of numbers.
    struct Numbers<F> {
        f: F,
        row: Vec<f64>,
        background: Vec<Vec<f64>>,
        bases: Vec<f64>,
    }

    impl<F: Fn(&[f64]) -> f64> Numbers<F> {
        fn new(f: F, row: &[f64], background: &[Vec<f64>]) -> Self {
            let bases = background.iter().map(|b| f(b)).collect();
            Self { f, row: row.to_vec(), background: background.to_vec(), bases }
        }
    }

    impl<F: Fn(&[f64]) -> f64> Game for Numbers<F> {
        fn columns(&self) -> usize {
            self.row.len()
        }
        fn whole(&self) -> f64 {
            (self.f)(&self.row)
        }
        fn bases(&self) -> &[f64] {
            &self.bases
        }
        fn players(&self, background: usize) -> Vec<usize> {
            (0..self.row.len()).filter(|&c| self.row[c] != self.background[background][c]).collect()
        }
        fn values(&self, coalitions: &[Coalition]) -> Result<Vec<f64>> {
            let value = |c: &Coalition| {
                let mut row = self.background[c.background].clone();
                c.own.iter().for_each(|&column| row[column] = self.row[column]);
                (self.f)(&row)
            };
            Ok(coalitions.iter().map(value).collect())
        }
    }

    const EXACT: Effort = Effort { pairs: 1, exact: 16 };

    fn rows(count: usize, width: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut rng = Seed::new(seed).rng();
        (0..count).map(|_| (0..width).map(|_| rng.normal()).collect()).collect()
    }

    fn near(found: &[f64], wanted: &[f64], within: f64) {
        assert_eq!(found.len(), wanted.len());
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= within), "{found:?}, wanted {wanted:?}");
    }

    #[test]
    fn a_linear_function_has_weight_times_distance_from_the_mean() {
        let weights = [2.0, -1.0, 0.5, 0.0, 3.0];
        let f = |x: &[f64]| x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + 7.0;
        let (background, row) = (rows(20, 5, 1), [1.0, 2.0, 3.0, 4.0, 5.0]);
        let mean = |c: usize| background.iter().map(|b| b[c]).sum::<f64>() / 20.0;
        let wanted: Vec<f64> = (0..5).map(|c| weights[c] * (row[c] - mean(c))).collect();
        for effort in [Effort::default(), EXACT] {
            let found = shapley(&Numbers::new(f, &row, &background), effort, Seed::new(3)).unwrap();
            near(&found.contributions, &wanted, 1e-12);
        }
    }

    #[test]
    fn games_by_hand() {
        // x1 x2 against zeros: both or neither, so one half each.
        let zeros = vec![vec![0.0; 3]];
        let both = shapley(&Numbers::new(|x: &[f64]| x[0] * x[1], &[2.0, 3.0, 9.0], &zeros), EXACT, Seed::new(0)).unwrap();
        near(&both.contributions, &[3.0, 3.0, 0.0], 1e-12);
        // The glove game: one left glove (0), two right ones; a pair is worth 1: 2/3, 1/6, 1/6.
        let gloves = |x: &[f64]| x[0].min(x[1].max(x[2]));
        let glove = shapley(&Numbers::new(gloves, &[1.0; 3], &zeros), EXACT, Seed::new(0)).unwrap();
        near(&glove.contributions, &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0], 1e-12);
        assert_eq!(glove.errors, [f64::INFINITY; 3]);
    }

    #[test]
    fn one_pair_is_exact_for_pairs_of_columns() {
        let f = |x: &[f64]| x[0] * x[1] - 2.0 * x[2] * x[3] + x[4] * x[4] + x[0] * x[5];
        let game = Numbers::new(f, &[1.0, -2.0, 0.5, 3.0, 1.5, 4.0], &rows(10, 6, 2));
        let exact = shapley(&game, EXACT, Seed::new(0)).unwrap();
        let one = shapley(&game, Effort { pairs: 1, exact: 1 }, Seed::new(9)).unwrap();
        near(&one.contributions, &exact.contributions, 1e-12);
    }

    #[test]
    fn sampling_comes_near_and_says_how_near() {
        let f = |x: &[f64]| (x[0] * x[1] * x[2]).tanh() + (x[3] + x[4] * x[5]).sin() + x[6] * x[7].max(x[0]);
        let (row, background) = ([1.0, -2.0, 0.5, 3.0, 1.5, 1.0, -1.0, 0.2], rows(200, 8, 4));
        let game = Numbers::new(f, &row, &background);
        let exact = shapley(&game, EXACT, Seed::new(0)).unwrap();
        let drawn = shapley(&game, Effort { pairs: 1, exact: 1 }, Seed::new(5)).unwrap();
        for c in 0..8 {
            let off = (drawn.contributions[c] - exact.contributions[c]).abs();
            assert!(off < 3.0 * drawn.errors[c] && drawn.errors[c] < 0.1, "{c}: {off}, {}", drawn.errors[c]);
        }
        let again = shapley(&game, Effort { pairs: 1, exact: 1 }, Seed::new(5)).unwrap();
        assert_eq!(drawn, again);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

        /// Additivity, dummy and symmetry for a function of six columns, of which the last is not used.
        #[test]
        fn the_axioms_hold(row in proptest::collection::vec(-3.0..3.0_f64, 6), seed in 0_u64..1000, exact in 1_usize..8) {
            let f = |x: &[f64]| (x[0] * x[1]).exp().min(50.0) + (x[2] - x[3] * x[4]).abs();
            let game = Numbers::new(f, &row, &rows(7, 6, seed));
            let found = shapley(&game, Effort { pairs: 2, exact }, Seed::new(seed)).unwrap();
            let sum = found.base + found.contributions.iter().sum::<f64>();
            prop_assert!((sum - found.value).abs() <= 1e-9 * (1.0 + found.value.abs()), "{sum} {}", found.value);
            prop_assert_eq!(found.contributions[5], 0.0);
            prop_assert_eq!(found.errors[5], 0.0);
            // Equal columns of a function that takes them alike share alike.
            let even = Numbers::new(|x: &[f64]| (x[0] + x[1]).powi(3) * x[2], &[1.0, 1.0, row[0]], &vec![vec![0.0; 3]; 2]);
            let found = shapley(&even, Effort { pairs: 1, exact: 3 }, Seed::new(seed)).unwrap();
            prop_assert!((found.contributions[0] - found.contributions[1]).abs() < 1e-9);
        }
    }
}
