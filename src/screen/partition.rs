//! The rows divided by the values of one column, so that the target differs as much as it can between the parts.

use std::ops::Range;

use super::view::{Cells, View};
use crate::data::Truth;

/// Most parts that a tree makes of the known values.
const LEAVES: usize = 64;
/// Weight of the prior in the order of levels: a level of few rows says little.
const PRIOR: f64 = 10.0;
/// Part of rows whose value no training row had, then that of missing values; those of a tree follow.
const UNKNOWN: u8 = 0;
const MISSING: u8 = 1;
const FIRST: u8 = 2;

/// A part for every row.
pub struct Partition {
    pub part: Vec<u8>,
    pub count: usize,
}

/// The target as sums see it: what a row adds to which sum.
pub struct Target {
    /// Sum of each row: its class, or 0.
    of: Vec<u32>,
    /// What the row adds there: 1, or its value less the mean.
    by: Vec<f64>,
    pub sums: usize,
    /// Classes of the target; 0 for a number.
    pub classes: usize,
    /// Mean of a number, which its sums leave out; 0 for classes.
    pub center: f64,
}

impl Target {
    pub fn new(truth: &Truth, classes: usize) -> Self {
        match truth {
            Truth::Classes(codes) => {
                Self { of: codes.clone(), by: vec![1.0; codes.len()], sums: classes, classes, center: 0.0 }
            }
            Truth::Numbers(values) => {
                let center = values.iter().sum::<f64>() / values.len().max(1) as f64;
                let by = values.iter().map(|v| v - center).collect();
                Self { of: vec![0; values.len()], by, sums: 1, classes: 0, center }
            }
        }
    }

    /// Share of each class among the rows.
    pub fn shares(&self, rows: &[usize]) -> Vec<f64> {
        let mut shares = vec![0.0; self.classes];
        rows.iter().for_each(|&row| shares[self.of[row] as usize] += 1.0 / rows.len() as f64);
        shares
    }

    /// The value that orders levels: the number itself, or whether the class is the last one.
    fn value(&self, row: usize) -> f64 {
        if self.classes == 0 { self.by[row] } else { f64::from(u8::from(self.of[row] as usize + 1 == self.classes)) }
    }
}

/// Sums of the target over some rows, with the sum of their squares kept up to date.
#[derive(Clone)]
struct Sums {
    rows: f64,
    of: Vec<f64>,
    squares: f64,
}

impl Sums {
    fn new(count: usize) -> Self {
        Self { rows: 0.0, of: vec![0.0; count], squares: 0.0 }
    }

    fn shift(&mut self, target: &Target, row: usize, sign: f64) {
        let by = sign * target.by[row];
        let sum = &mut self.of[target.of[row] as usize];
        self.squares += (2.0 * *sum + by) * by;
        *sum += by;
        self.rows += sign;
    }

    /// What the rows' mean explains: the Gini index of classes, the squared error of numbers.
    fn explained(&self) -> f64 {
        if self.rows > 0.0 { self.squares / self.rows } else { 0.0 }
    }
}

impl Partition {
    /// Learns parts from the `train` rows and gives every row its own: a tree of one column (Breiman et al. 1984), grown
    /// best first to at most 64 leaves of a five-hundredth of the rows, 10 at least. Levels are ordered by the mean of
    /// the target, shrunk; with three or more classes the frequent levels are parts themselves.
    pub fn learn(view: &View, target: &Target, train: &[usize]) -> Self {
        let rows = view.len();
        let keys: Vec<Option<f64>> = match &view.cells {
            Cells::Numbers(values) => values.clone(),
            Cells::Levels { codes, count } if target.classes > 2 => return Self::of_levels(codes, *count, train),
            Cells::Levels { codes, count } => {
                let order = level_order(codes, *count, target, train);
                codes.iter().map(|c| c.and_then(|c| order[c as usize])).collect()
            }
        };
        let missing = |row: usize| match &view.cells {
            Cells::Numbers(values) => values[row].is_none(),
            Cells::Levels { codes, .. } => codes[row].is_none(),
        };
        let mut sorted: Vec<usize> = train.iter().copied().filter(|&r| keys[r].is_some()).collect();
        let key = |row: usize| keys[row].unwrap_or_default();
        sorted.sort_by(|&a, &b| key(a).total_cmp(&key(b)));
        let least = (train.len() / 500).max(10);
        let cuts = grow(&sorted, &key, target, least);
        let part = (0..rows)
            .map(|row| match keys[row] {
                Some(key) => u8::try_from(cuts.partition_point(|c| *c <= key)).unwrap_or(0) + FIRST,
                None if missing(row) => MISSING,
                None => UNKNOWN,
            })
            .collect();
        Self { part, count: cuts.len() + 1 + usize::from(FIRST) }
    }

    fn of_levels(codes: &[Option<u32>], count: usize, train: &[usize]) -> Self {
        let mut rows = vec![0_usize; count];
        train.iter().filter_map(|&r| codes[r]).for_each(|c| rows[c as usize] += 1);
        let mut frequent: Vec<usize> = (0..count).filter(|&c| rows[c] > 0).collect();
        frequent.sort_by_key(|&c| std::cmp::Reverse(rows[c]));
        frequent.truncate(usize::from(u8::MAX - FIRST));
        let mut place = vec![UNKNOWN; count];
        for (part, &level) in (FIRST..=u8::MAX).zip(&frequent) {
            place[level] = part;
        }
        let part = codes.iter().map(|c| c.map_or(MISSING, |c| place[c as usize])).collect();
        Self { part, count: frequent.len() + usize::from(FIRST) }
    }

    /// For every part and sum of the target its share or mean among the training rows, drawn to that of all by one row.
    pub fn outcomes(&self, target: &Target, train: &[usize]) -> Vec<Vec<f64>> {
        let mut all = vec![0.0; target.sums];
        let mut sums = vec![vec![0.0; target.sums]; self.count];
        let mut rows = vec![0.0; self.count];
        for &row in train {
            let (sum, part) = (target.of[row] as usize, usize::from(self.part[row]));
            all[sum] += target.by[row];
            sums[part][sum] += target.by[row];
            rows[part] += 1.0;
        }
        let prior: Vec<f64> = all.iter().map(|s| s / train.len().max(1) as f64).collect();
        for (sums, rows) in sums.iter_mut().zip(&rows) {
            sums.iter_mut().zip(&prior).for_each(|(sum, prior)| *sum = (*sum + prior) / (rows + 1.0));
        }
        sums
    }
}

/// Place of every level in the order of the target's mean over its training rows; `None` without such rows.
fn level_order(codes: &[Option<u32>], count: usize, target: &Target, train: &[usize]) -> Vec<Option<f64>> {
    let mut sums = vec![0.0; count];
    let mut rows = vec![0.0; count];
    let mut all = 0.0;
    for &row in train {
        all += target.value(row);
        if let Some(code) = codes[row] {
            sums[code as usize] += target.value(row);
            rows[code as usize] += 1.0;
        }
    }
    let prior = all / train.len().max(1) as f64;
    let mean = |c: usize| (rows[c] > 0.0).then(|| (sums[c] + PRIOR * prior) / (rows[c] + PRIOR));
    (0..count).map(mean).collect()
}

/// Values at which a new part begins, sorted.
fn grow(sorted: &[usize], key: &dyn Fn(usize) -> f64, target: &Target, least: usize) -> Vec<f64> {
    let whole = 0..sorted.len();
    let mut open = vec![(whole.clone(), best_cut(sorted, whole, key, target, least))];
    let mut cuts = Vec::new();
    while cuts.len() + 1 < LEAVES {
        let gain = |i: &usize| open[*i].1.map_or(0.0, |(gain, _)| gain);
        let Some(best) = (0..open.len()).max_by(|a, b| gain(a).total_cmp(&gain(b)).then(b.cmp(a))) else { break };
        let (rows, Some((_, at))) = open[best].clone() else { break };
        cuts.push(key(sorted[at]));
        let (left, right) = (rows.start..at, at..rows.end);
        open[best] = (left.clone(), best_cut(sorted, left, key, target, least));
        open.push((right.clone(), best_cut(sorted, right, key, target, least)));
    }
    cuts.sort_by(f64::total_cmp);
    cuts
}

/// The cut of a run of sorted rows that explains most, if any explains something: how much, and where the right side begins.
fn best_cut(
    sorted: &[usize],
    rows: Range<usize>,
    key: &dyn Fn(usize) -> f64,
    target: &Target,
    least: usize,
) -> Option<(f64, usize)> {
    let mut left = Sums::new(target.sums);
    let mut right = Sums::new(target.sums);
    sorted[rows.clone()].iter().for_each(|&row| right.shift(target, row, 1.0));
    let whole = right.explained();
    let mut best = None;
    for at in rows.start + 1..rows.end {
        let row = sorted[at - 1];
        left.shift(target, row, 1.0);
        right.shift(target, row, -1.0);
        if at - rows.start < least || rows.end - at < least || key(row) >= key(sorted[at]) {
            continue;
        }
        let gain = left.explained() + right.explained() - whole;
        if gain > 1e-9 * whole.abs().max(1e-12) && best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, at));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;

    fn numbers(values: impl Iterator<Item = Option<f64>>) -> View {
        View { name: "x".into(), kind: Kind::Number, cells: Cells::Numbers(values.collect()) }
    }

    #[test]
    fn a_band_in_the_middle_is_found() {
        // 1 from 20 to 39, else 0: no line sees it, two cuts do.
        let view = numbers((0..60).map(|i| Some(f64::from(i))));
        let target = Target::new(&Truth::Classes((0..60).map(|i| u32::from((20..40).contains(&i))).collect()), 2);
        let train: Vec<usize> = (0..60).collect();
        let parts = Partition::learn(&view, &target, &train);
        assert_eq!(parts.count, 5, "unknown, missing and three parts");
        assert_eq!((parts.part[19], parts.part[20], parts.part[39], parts.part[40]), (2, 3, 3, 4));
        // 20 of 20 rows are positive, 20 of 60 in all: (20 + 1/3) / 21.
        let outcomes = parts.outcomes(&target, &train);
        assert!((outcomes[3][1] - (20.0 + 1.0 / 3.0) / 21.0).abs() < 1e-12);
    }

    #[test]
    fn missing_and_unseen_values_have_parts_of_their_own() {
        let codes: Vec<Option<u32>> = (0..40).map(|i| [Some(0), Some(1), None][i % 3]).chain([Some(2)]).collect();
        let view = View { name: "x".into(), kind: Kind::Category, cells: Cells::Levels { codes, count: 3 } };
        let truth = Truth::Numbers((0..41).map(|i| [0.0, 10.0, 5.0][i % 3]).collect());
        let target = Target::new(&truth, 0);
        let parts = Partition::learn(&view, &target, &(0..40).collect::<Vec<_>>());
        assert_eq!(&parts.part[..3], [2, 3, MISSING]);
        assert_eq!(parts.part[40], UNKNOWN);
    }

    #[test]
    fn a_constant_column_is_one_part() {
        let view = numbers((0..40).map(|_| Some(1.0)));
        let target = Target::new(&Truth::Numbers((0..40).map(f64::from).collect()), 0);
        assert_eq!(Partition::learn(&view, &target, &(0..40).collect::<Vec<_>>()).count, 3);
    }
}
