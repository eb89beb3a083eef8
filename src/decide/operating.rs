use super::ranked::Cut;
use super::{Ranked, Worth};
use crate::report::{Operating, OperatingPoint, Profit};
use crate::seed::Seed;

/// Points of a curve, but for its ends and the threshold itself.
const POINTS: f64 = 200.0;

/// What comes of a threshold on rows of two classes: precision, recall and, where the rows are worth something, profit, each
/// with its 95 % bootstrap interval; `unknown` rows have no known worth.
#[must_use]
pub fn judge(
    ranked: &Ranked,
    threshold: f64,
    unknown: Option<usize>,
    bootstrap: usize,
    seed: Seed,
    threads: usize,
) -> Operating {
    let runs = ranked.runs_from(threshold);
    let plain = at(ranked, runs, |_| 1.0);
    let drawn = ranked.resampler().intervals(bootstrap, seed, threads, |counts| {
        let cut = at(ranked, runs, |i| f64::from(counts[i]));
        vec![cut.precision(), cut.recall(), Some(cut.profit)]
    });
    let (curve, none) = curve(ranked, threshold, runs, unknown.is_some());
    let all = at(ranked, usize::MAX, |_| 1.0);
    let profit = unknown.map(|unknown| Profit { total: drawn[2], of_all: all.profit, of_none: none.profit, unknown });
    Operating {
        rows: ranked.len(),
        positives: whole(plain.positives),
        called: whole(plain.called),
        hits: whole(plain.hits),
        precision: drawn[0],
        recall: drawn[1],
        profit,
        curve,
    }
}

/// What comes of deciding every row by a threshold of its own, as where groups have theirs. The curve is that of one
/// threshold for all, through the one that is given.
#[must_use]
pub fn judge_by_own(
    (codes, scores, own): (&[u32], &[f64], &[f64]),
    worth: Option<&Worth>,
    threshold: f64,
    units: Option<&[u32]>,
    bootstrap: usize,
    seed: Seed,
    threads: usize,
) -> Operating {
    // What a row is called takes the place of its score.
    let called: Vec<f64> = scores.iter().zip(own).map(|(p, from)| f64::from(u8::from(p >= from))).collect();
    let unknown = worth.map(Worth::unknown);
    let found = judge(&Ranked::new(codes, &called, worth, units), 0.5, unknown, bootstrap, seed, threads);
    let ranked = Ranked::new(codes, scores, worth, None);
    let (curve, _) = curve(&ranked, threshold, ranked.runs_from(threshold), unknown.is_some());
    Operating { curve, ..found }
}

/// What comes of deciding every row by its own amounts, by a model's probabilities and what a row has to gain at least. The
/// curve goes from the row that is expected to gain most to all; its thresholds are gains.
#[must_use]
pub fn judge_by_row(
    (codes, scores): (&[u32], &[f64]),
    worth: &Worth,
    least: f64,
    units: Option<&[u32]>,
    bootstrap: usize,
    seed: Seed,
    threads: usize,
) -> Operating {
    let own: Vec<f64> = (0..scores.len()).map(|row| worth.threshold(row, least)).collect();
    let found = judge_by_own((codes, scores, &own), Some(worth), 0.5, units, bootstrap, seed, threads);
    let gains: Vec<f64> = scores.iter().enumerate().map(|(row, p)| worth.expected_gain(row, *p).unwrap_or(0.0)).collect();
    let ranked = Ranked::by_gain(codes, &gains, worth, None);
    // What gains just the least is not called.
    let (curve, _) = curve(&ranked, least, ranked.runs_from(least.next_up()), true);
    Operating { curve, ..found }
}

/// The cut below so many runs, or below all.
fn at(ranked: &Ranked, runs: usize, count: impl Fn(usize) -> f64) -> Cut {
    let mut found = Cut::default();
    ranked.cuts(count, |cut| {
        if cut.runs <= runs {
            found = *cut;
        }
    });
    found
}

/// The points from no row called positive to all, the threshold itself among them, and the cut that calls none.
fn curve(ranked: &Ranked, threshold: f64, runs: usize, valued: bool) -> (Vec<OperatingPoint>, Cut) {
    let (mut points, mut none, mut last) = (Vec::new(), Cut::default(), 0.0);
    ranked.cuts(
        |_| 1.0,
        |cut| {
            let chosen = cut.runs == runs;
            let here = if chosen { Some(threshold) } else { ranked.threshold(cut.runs) };
            let apart = cut.called - last >= cut.rows / POINTS;
            if cut.runs == 0 {
                none = *cut;
            }
            if apart || chosen || cut.runs == 0 || cut.called >= cut.rows {
                last = cut.called;
                points.extend(here.map(|threshold| point(cut, threshold, valued)));
            }
        },
    );
    (points, none)
}

fn point(cut: &Cut, threshold: f64, valued: bool) -> OperatingPoint {
    OperatingPoint {
        threshold,
        called: whole(cut.called),
        hits: whole(cut.hits),
        precision: cut.precision(),
        recall: cut.recall(),
        profit: valued.then_some(cut.profit),
    }
}

/// A count that was summed as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sum of ones")]
fn whole(count: f64) -> usize {
    count as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Amount, ValueConfig};

    #[test]
    fn an_operating_point_by_hand() {
        // From 0.5 on: 0.9+ 0.8- 0.5+ of 0.9+ 0.8- 0.5+ 0.3+ 0.1-.
        let (codes, scores) = ([1, 0, 1, 1, 0], [0.9, 0.8, 0.5, 0.3, 0.1]);
        let config = ValueConfig {
            tp: Amount::Constant(10.0),
            fp: Amount::Constant(-4.0),
            fn_: Amount::Constant(-1.0),
            ..ValueConfig::default()
        };
        let worth = Worth::read(&config, 5, |_| unreachable!()).unwrap();
        let ranked = Ranked::new(&codes, &scores, Some(&worth), None);
        let found = judge(&ranked, 0.5, Some(worth.unknown()), 50, Seed::new(1), 1);
        assert_eq!((found.rows, found.positives, found.called, found.hits), (5, 3, 3, 2));
        assert_eq!((found.precision.value, found.recall.value), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        let profit = found.profit.unwrap();
        // Two hits, one false alarm, one miss; all: three hits, two false alarms; none: three misses.
        assert_eq!((profit.total.value, profit.of_all, profit.of_none), (Some(15.0), 22.0, -3.0));
        assert!(profit.total.low <= profit.total.value && profit.total.value <= profit.total.high);
        let called: Vec<usize> = found.curve.iter().map(|p| p.called).collect();
        assert_eq!(called, [0, 1, 2, 3, 4, 5]);
        let here = &found.curve[3];
        assert_eq!((here.threshold, here.hits, here.profit), (0.5, 2, Some(15.0)));
        assert_eq!(judge(&ranked, 0.5, None, 50, Seed::new(1), 3).profit, None);
    }

    #[test]
    fn every_row_is_decided_by_its_own_amounts() {
        // 100 p - 5 of 95, 20 p - 5 of 15, and nothing of no amount: gains 5, -1, 5, -, -4.
        let config = ValueConfig { tp: Amount::Column("margin".into()), fp: Amount::Constant(-5.0), ..ValueConfig::default() };
        let margins = vec![Some(95.0), Some(15.0), Some(15.0), None, Some(15.0)];
        let worth = Worth::read(&config, 5, |_| Ok(margins.clone())).unwrap();
        let (codes, scores) = ([1, 1, 0, 1, 0], [0.1, 0.2, 0.5, 0.99, 0.05]);
        let found = judge_by_row((&codes, &scores), &worth, 0.0, None, 50, Seed::new(1), 1);
        // The first for 95, the third for -5, though the second is more probable than the first.
        assert_eq!((found.called, found.hits, found.positives), (2, 1, 3));
        let profit = found.profit.unwrap();
        assert_eq!((profit.total.value, profit.of_all, profit.of_none, profit.unknown), (Some(90.0), 100.0, 0.0, 1));
        // Two rows gain 5, then the one without amounts, then the others.
        let curve: Vec<_> = found.curve.iter().map(|p| (p.called, p.profit)).collect();
        assert_eq!(curve, [(0, Some(0.0)), (2, Some(90.0)), (3, Some(90.0)), (4, Some(105.0)), (5, Some(100.0))]);
        assert!(found.curve.iter().any(|p| p.threshold == 0.0 && p.called == found.called));
        assert_eq!(judge_by_row((&codes, &scores), &worth, 5.0, None, 0, Seed::new(1), 1).called, 0);
    }

    #[test]
    fn every_row_is_decided_by_the_threshold_of_its_group() {
        // From 0.5 on in one group, from 0.2 on in the other: 0.9+ 0.6- of the one, 0.3+ 0.2- of the other.
        let (codes, scores) = ([1, 0, 1, 1, 0, 0], [0.9, 0.6, 0.4, 0.3, 0.2, 0.1]);
        let own = [0.5, 0.5, 0.5, 0.2, 0.2, 0.2];
        let config = ValueConfig { tp: Amount::Constant(10.0), fp: Amount::Constant(-4.0), ..ValueConfig::default() };
        let worth = Worth::read(&config, 6, |_| unreachable!()).unwrap();
        let found = judge_by_own((&codes, &scores, &own), Some(&worth), 0.4, None, 50, Seed::new(1), 1);
        assert_eq!((found.called, found.hits, found.precision.value, found.recall.value), (4, 2, Some(0.5), Some(2.0 / 3.0)));
        assert_eq!(found.profit.unwrap().total.value, Some(12.0));
        // One threshold of 0.4 for all calls 0.9+ 0.6- 0.4+.
        assert!(found.curve.iter().any(|p| p.threshold == 0.4 && (p.called, p.hits, p.profit) == (3, 2, Some(16.0))));
        assert_eq!(judge_by_own((&codes, &scores, &own), None, 0.4, None, 0, Seed::new(1), 1).profit, None);
    }

    #[test]
    fn rows_that_belong_together_are_drawn_together() {
        // 40 customers of 25 equal rows, half of them positive, all called, each row worth 1 or -1: the profit is 25 times a
        // sum of 40 signs, its standard error 25 * sqrt(40) = 158; of single rows it would be sqrt(1000) = 32.
        let codes: Vec<u32> = (0..1000).map(|row| row / 25 % 2).collect();
        let units: Vec<u32> = (0..1000).map(|row| row / 25).collect();
        let config = ValueConfig { tp: Amount::Constant(1.0), fp: Amount::Constant(-1.0), ..ValueConfig::default() };
        let worth = Worth::read(&config, 1000, |_| unreachable!()).unwrap();
        let half_width = |units| {
            let ranked = Ranked::new(&codes, &[0.9; 1000], Some(&worth), units);
            let total = judge(&ranked, 0.5, Some(0), 1000, Seed::new(3), 2).profit.unwrap().total;
            assert_eq!(total.value, Some(0.0));
            (total.high.unwrap() - total.low.unwrap()) / 2.0
        };
        let (alone, together) = (half_width(None), half_width(Some(&units)));
        assert!((alone - 62.0).abs() < 7.0, "{alone}");
        assert!((together - 310.0).abs() < 35.0, "{together}");
        // One customer alone tells nothing of others.
        let one = Ranked::new(&codes, &[0.9; 1000], None, Some(&[7; 1000]));
        assert_eq!(judge(&one, 0.5, None, 100, Seed::new(3), 1).precision.low, None);
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_ends_and_the_threshold() {
        let scores: Vec<f64> = (0..5000).map(|i| f64::from(i) / 5000.0).collect();
        let codes: Vec<u32> = (0..5000).map(|i| u32::from(i % 3 == 0)).collect();
        let found = judge(&Ranked::new(&codes, &scores, None, None), 0.123_45, None, 0, Seed::new(1), 1);
        assert!((150..=204).contains(&found.curve.len()), "{}", found.curve.len());
        assert!(found.curve.iter().any(|p| p.threshold == 0.123_45 && p.called == found.called));
        assert_eq!((found.curve[0].called, found.curve[found.curve.len() - 1].called), (0, 5000));
        assert!(found.curve.windows(2).all(|w| w[0].threshold > w[1].threshold));
        assert_eq!(found.precision.low, None, "without resamples there is no interval");
    }
}
