//! Which values of a number mean something of their own, as those of a code do.
//!
//! A scaled number tells a network how large it is. Where values are numbers of shops, or prices of which each stands for an
//! offer, the target jumps from one value to the next, which a smooth function of the size cannot follow; a tree can, split by
//! split. Such values get an embedding each, beside the scaled number.

use super::fitted::positive_zero;
use super::scale::moments;
use crate::data::Truth;

/// Fewest units of rows of a value that may jump.
const FEWEST: usize = 3;
/// Fewest values of which the neighbours tell something.
const FEWEST_VALUES: usize = 8;
/// How many times the squared distance that chance gives is more than chance.
const JUMP: f64 = 3.0;
/// Least share of the variance of the target that jumps make: smaller ones a network learns from the scaled number.
const LEAST_SHARE: f64 = 0.1;
/// Most different values beside a spike.
const FEW: usize = 256;

/// The frequent values, those of at least `least` rows, of a number whose most frequent value fills at least half of the
/// rows, and which has few others: any scale squeezes these together, although each may mean something else. `sorted` has
/// all values.
pub fn beside_a_spike(sorted: &[f64], least: usize) -> Vec<f64> {
    let runs = || sorted.chunk_by(|a, b| a == b);
    let most = runs().map(<[f64]>::len).max().unwrap_or(0);
    if 2 * most < sorted.len() || runs().count() > FEW {
        return Vec::new();
    }
    runs().filter(|run| run.len() >= least).map(|run| positive_zero(run[0])).collect()
}

/// What the rows of a column are learned with.
#[derive(Clone, Copy)]
pub struct Learned<'a> {
    pub truth: &'a Truth,
    /// Number of classes; 0 for numbers.
    pub classes: usize,
    /// Rows of one unit, of a group or equal in all features, tell the same: they are one observation.
    pub units: &'a [u32],
    /// Whether the rows stand in the order of time.
    pub ordered: bool,
}

/// The repeated values of a number from each of which to the next the target jumps; none where it goes along smoothly.
///
/// The mean target of each value is compared with the line between the means of its neighbours. The squared distances, each
/// times the observations of its value, are summed up and divided by what the variance within values lets expect: a test
/// of lack of fit against pure error (Draper & Smith, *Applied Regression Analysis*), with the differences of Hall, Kay &
/// Titterington (1990) for a smooth function. It is around 1 where the target is smooth. A class counts as 1 in its own rows
/// and 0 in all others, and the classes are summed up.
///
/// Where rows stand in the order of time, values that come and go, such as numbers of days, have none: those to
/// predict will be others.
///
/// `values` gives a value or a gap per row, `sorted` has the values without the gaps; of more than `most` values none is
/// returned.
pub fn jumps(values: impl Iterator<Item = Option<f64>>, sorted: &[f64], most: usize, learned: Learned<'_>) -> Vec<f64> {
    let runs = || sorted.chunk_by(|a, b| a == b).filter(|run| run.len() >= FEWEST);
    let (count, rows) = (runs().count(), runs().map(<[f64]>::len).sum::<usize>());
    if count < FEWEST_VALUES || count > most || 2 * rows < sorted.len() {
        return Vec::new();
    }
    let levels: Vec<f64> = runs().map(|run| positive_zero(run[0])).collect();
    let level = |v: f64| levels.binary_search_by(|level| level.total_cmp(&positive_zero(v))).ok();
    let places: Vec<Option<usize>> = values.map(|value| value.and_then(level)).collect();
    if learned.ordered && !recur(&places, levels.len()) {
        return Vec::new();
    }
    let observed = Observed::new(learned);
    let mut means = vec![Means::new(observed.width()); levels.len()];
    let at = places.iter().enumerate().filter_map(|(row, place)| Some(((*place)?, learned.units[row], row)));
    let alone = learned.units.is_sorted_by(|a, b| a < b);
    let mut whole = vec![0.0; observed.width()];
    let mut add = |unit: &[(usize, u32, usize)]| {
        observed.mean(unit, &mut whole);
        means[unit[0].0].add(&whole);
    };
    if alone {
        at.for_each(|row| add(&[row]));
    } else {
        let mut at: Vec<_> = at.collect();
        at.sort_unstable();
        at.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).for_each(add);
    }
    let (levels, means): (Vec<f64>, Vec<Means>) =
        levels.into_iter().zip(means).filter(|(_, means)| means.count >= FEWEST as f64).unzip();
    if levels.len() >= FEWEST_VALUES && is_rough(&levels, &means) { levels } else { Vec::new() }
}

/// Whether nine in ten of the last fifth of the rows have a value that a row before them has.
fn recur(places: &[Option<usize>], levels: usize) -> bool {
    let (before, last) = places.split_at(places.len() - places.len() / 5);
    let mut known = vec![false; levels];
    before.iter().flatten().for_each(|place| known[*place] = true);
    10 * last.iter().filter(|place| place.is_some_and(|place| known[place])).count() >= 9 * last.len()
}

/// The target as one number or, of classes, one per class.
enum Observed<'a> {
    /// With what is subtracted and what is divided by, so that squares neither vanish nor overflow.
    Numbers(&'a [f64], f64, f64),
    Classes(&'a [u32], usize),
}

impl<'a> Observed<'a> {
    fn new(learned: Learned<'a>) -> Self {
        match learned.truth {
            Truth::Numbers(values) => {
                let (mean, sd) = moments(values);
                Self::Numbers(values, mean, if sd > 0.0 { sd } else { 1.0 })
            }
            Truth::Classes(codes) => Self::Classes(codes, learned.classes),
        }
    }

    const fn width(&self) -> usize {
        match self {
            Self::Numbers(..) => 1,
            Self::Classes(_, classes) => *classes,
        }
    }

    /// The mean over the rows of a unit that have one value, into `mean`.
    fn mean(&self, unit: &[(usize, u32, usize)], mean: &mut [f64]) {
        let share = 1.0 / unit.len() as f64;
        mean.fill(0.0);
        for &(_, _, row) in unit {
            match self {
                Self::Numbers(values, middle, scale) => mean[0] += share * ((values[row] - middle) / scale),
                Self::Classes(codes, _) => mean[codes[row] as usize] += share,
            }
        }
    }
}

/// What the observations of one value come to.
#[derive(Clone)]
struct Means {
    count: f64,
    sums: Vec<f64>,
    /// Of all parts of the target.
    squares: f64,
}

impl Means {
    fn new(width: usize) -> Self {
        Self { count: 0.0, sums: vec![0.0; width], squares: 0.0 }
    }

    fn add(&mut self, observed: &[f64]) {
        self.count += 1.0;
        self.sums.iter_mut().zip(observed).for_each(|(sum, one)| *sum += one);
        self.squares += observed.iter().map(|one| one * one).sum::<f64>();
    }

    fn of(&self, part: usize) -> f64 {
        self.sums[part] / self.count
    }

    /// Squared distances from the mean.
    fn spread(&self) -> f64 {
        (self.squares - self.sums.iter().map(|sum| sum * sum / self.count).sum::<f64>()).max(0.0)
    }
}

/// Whether the means of ascending values, three or more, are far from the lines between their neighbours.
fn is_rough(levels: &[f64], means: &[Means]) -> bool {
    let all = means.iter().skip(1).fold(means[0].clone(), |mut all, next| {
        all.count += next.count;
        all.sums.iter_mut().zip(&next.sums).for_each(|(sum, one)| *sum += one);
        all.squares += next.squares;
        all
    });
    // Of one observation, within its value and at all.
    let pure = means.iter().map(Means::spread).sum::<f64>() / (all.count - levels.len() as f64);
    let whole = all.spread() / all.count;
    let (mut distance, mut expected, mut jumps, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (value, mean) in levels.windows(3).zip(means.windows(3)) {
        let weight = (value[1] - value[0]) / (value[2] - value[0]);
        let off = |part: usize| mean[1].of(part) - (1.0 - weight) * mean[0].of(part) - weight * mean[2].of(part);
        let squared: f64 = (0..mean[1].sums.len()).map(|part| off(part).powi(2)).sum();
        let shares = [(1.0 - weight).powi(2), 1.0, weight.powi(2)];
        let chance: f64 = pure * shares.iter().zip(mean).map(|(share, mean)| share / mean.count).sum::<f64>();
        let n = mean[1].count;
        distance += n * squared;
        expected += n * chance;
        jumps += n * (squared - chance) / shares.iter().sum::<f64>();
        count += n;
    }
    distance > JUMP * expected && jumps / count >= LEAST_SHARE * whole && whole > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten values, each in as many rows as it has targets.
    fn found(targets: impl Fn(usize) -> Vec<f64>, unit: impl Fn(usize) -> u32, ordered: bool) -> Vec<f64> {
        let (mut values, mut truth) = (Vec::new(), Vec::new());
        for value in 0..10 {
            let own = targets(value);
            values.extend(vec![Some(value as f64); own.len()]);
            truth.extend(own);
        }
        let units: Vec<u32> = (0..values.len()).map(unit).collect();
        let sorted: Vec<f64> = values.iter().flatten().copied().collect();
        let learned = Learned { truth: &Truth::Numbers(truth), classes: 0, units: &units, ordered };
        jumps(values.into_iter(), &sorted, 100, learned)
    }

    #[expect(clippy::cast_possible_truncation, reason = "few rows")]
    fn alone(row: usize) -> u32 {
        row as u32
    }

    #[test]
    fn lines_by_hand_are_smooth_and_zigzags_are_rough() {
        let means = |all: [f64; 3], error: f64| {
            all.map(|mean| {
                let mut means = Means::new(1);
                [mean - error, mean + error].iter().for_each(|one| means.add(&[*one]));
                means
            })
        };
        // Two rows each, one below and one above their mean: pure error 6 / 3 = 2, so a mean is off by 1 of chance, and from
        // the line by 1 + 1/4 + 1/4 = 1.5: rough from a distance of the root of 4.5 on.
        let rough = |middle: f64| is_rough(&[0.0, 1.0, 2.0], &means([0.0, middle, 0.0], 1.0));
        assert!(!rough(2.12) && rough(2.13));
        // A quarter of the way there are 1 + 9/16 + 1/16 of it, and the line is at 1: the root of 4.875 away from it.
        let uneven = |middle: f64| is_rough(&[0.0, 1.0, 4.0], &means([0.0, middle, 4.0], 1.0));
        assert!(!uneven(1.0) && !uneven(3.2) && uneven(3.22));
        // Without error within values every distance is clear, but it must matter.
        let exact = |middle: f64| is_rough(&[0.0, 1.0, 2.0], &means([0.0, middle, 10.0], 0.0));
        assert!(!exact(5.0) && !exact(5.2) && exact(7.0));
    }

    #[test]
    fn values_of_a_code_are_found_and_those_of_a_size_are_not() {
        let around = |middle: f64| vec![middle - 1.0, middle, middle + 1.0, middle];
        assert_eq!(found(|v| around([0.0, 9.0][v % 2]), alone, false).len(), 10);
        assert!(found(|v| around(v as f64 * 3.0), alone, false).is_empty());
        assert!(found(|v| around((v as f64 - 5.0).powi(2)), alone, false).is_empty());
        // A value of two rows is left out, and eight are needed.
        let rare = |v: usize, few: usize| if v < few { vec![50.0; 2] } else { around([0.0, 9.0][v % 2]) };
        assert_eq!(found(|v| rare(v, 1), alone, false), (1..10).map(f64::from).collect::<Vec<_>>());
        assert!(found(|v| rare(v, 3), alone, false).is_empty());
    }

    #[test]
    fn classes_are_summed_up() {
        let values: Vec<Option<f64>> = (0..200).map(|row| Some(f64::from(row / 20))).collect();
        let sorted: Vec<f64> = values.iter().flatten().copied().collect();
        let units: Vec<u32> = (0..200).collect();
        let of = |class: fn(usize) -> u32| {
            let truth = Truth::Classes((0..200).map(class).collect());
            let learned = Learned { truth: &truth, classes: 3, units: &units, ordered: false };
            jumps(values.iter().copied(), &sorted, 100, learned).len()
        };
        // Nine in ten of a value are of its own class.
        assert_eq!(of(|row| if row % 10 == 0 { 0 } else { [1, 2][row / 20 % 2] }), 10);
        // From one value to the next, one row in ten changes its class.
        assert_eq!(of(|row| u32::from(row % 10 < row / 20)), 0);
        assert_eq!(of(|row| [0, 1, 2][row % 3]), 0);
    }

    #[test]
    fn rows_of_one_unit_are_one_observation() {
        // Each row four times over: the jumps are those of ten rows of which each has a value of its own.
        let four = |v: usize| vec![[0.0, 9.0][v % 2]; 4];
        assert_eq!(found(four, alone, false).len(), 10);
        assert!(found(four, |row| alone(row / 4), false).is_empty());
    }

    #[test]
    fn values_that_do_not_come_again_have_none_where_rows_stand_in_time() {
        let around = |v: usize| vec![[0.0, 9.0][v % 2], 1.0 + [0.0, 9.0][v % 2], [0.0, 9.0][v % 2]];
        assert_eq!(found(around, alone, false).len(), 10);
        assert!(found(around, alone, true).is_empty(), "the last fifth has values of its own");
    }

    #[test]
    fn numbers_beyond_all_bounds_are_no_jumps() {
        assert!(found(|v| vec![[0.0, 1e308][v % 2]; 4], alone, false).len() <= 10);
        let values: Vec<Option<f64>> = (0..40).map(|row| Some(f64::MAX * f64::from(row / 4 - 5) / 5.0)).collect();
        let sorted: Vec<f64> = values.iter().flatten().copied().collect();
        let truth = Truth::Numbers((0..40).map(|row| f64::from(row / 4 % 2)).collect());
        let units: Vec<u32> = (0..40).collect();
        let learned = Learned { truth: &truth, classes: 0, units: &units, ordered: false };
        let _ = jumps(values.into_iter(), &sorted, 100, learned);
    }

    #[test]
    fn frequent_values_stand_beside_a_spike() {
        let sorted: Vec<f64> = [vec![0.0; 30], vec![5.0; 6], vec![7.0, 8.0]].concat();
        assert_eq!(beside_a_spike(&sorted, 5), [0.0, 5.0]);
        assert!(beside_a_spike(&sorted[15..], 5).len() == 2 && beside_a_spike(&sorted[25..], 5).is_empty());
    }
}
