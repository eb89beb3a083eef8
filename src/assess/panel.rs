//! A sample measured as a whole and by groups, all with the same resamples.

use std::collections::{BTreeMap, BTreeSet};

use super::partition::Partition;
use crate::data::{Predictions, Truth};
use crate::metrics::{Cut, Interval, Measure, Rate, Resampler, Scorer};
use crate::report::{Gap, Group, Grouping};
use crate::seed::Seed;

/// Rows with their truth and predictions, and how they are to be judged.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pub truth: &'a Truth,
    pub predictions: &'a Predictions,
    /// From which probability on a row is called positive.
    pub cut: Cut<'a>,
    /// Rows of one unit are drawn together.
    pub units: Option<&'a [u32]>,
    pub resamples: usize,
    /// Groups with fewer rows are not judged.
    pub min_rows: usize,
}

/// What is measured of the groups of one partition.
struct Groups<'a> {
    partition: &'a Partition,
    scorers: Vec<Scorer>,
    /// Which groups have rows enough.
    judged: Vec<usize>,
    /// Of each measure the judged groups with the smallest and the largest value; nothing with fewer than two of them, or
    /// where one has no value.
    ends: Vec<Option<[usize; 2]>>,
}

impl Panel<'_> {
    /// All measures of the task with their 95 % intervals: of all rows, and of the groups of each partition.
    ///
    /// The interval of a gap is that of the difference between the two groups that are farthest apart: of many groups, some
    /// two are far apart by chance. A share that is 0 or 1 has the Wilson interval (Wilson 1927; Brown et al. 2001): no
    /// resample of rows that are all alike differs from them. The result depends on the seed, never on `threads`.
    ///
    /// # Panics
    /// If truth and predictions differ in kind or length, or a code has no label.
    #[must_use]
    pub fn measure(
        &self,
        partitions: &[Partition],
        seed: Seed,
        threads: usize,
    ) -> (BTreeMap<Measure, Interval>, Vec<Grouping>) {
        let all: Vec<usize> = (0..self.truth.len()).collect();
        let whole = Scorer::new(self.truth, self.predictions, self.cut, &all);
        let measures = whole.measures();
        let groups: Vec<Groups<'_>> = partitions.iter().map(|p| self.groups(p, measures.len())).collect();
        let numbers = |counts: &[u32]| {
            let mut numbers = whole.values(counts);
            for groups in &groups {
                let values: Vec<_> = groups.scorers.iter().map(|scorer| scorer.values(counts)).collect();
                numbers.extend(values.iter().flatten());
                for (i, measure) in measures.iter().enumerate() {
                    let pair = groups.ends[i].and_then(|[low, high]| Some((values[low][i]?, values[high][i]?)));
                    numbers.push(pair.map(|(low, high)| high - low));
                    let ratio = pair.filter(|(_, high)| measure.has_ratio() && *high > 0.0);
                    numbers.push(ratio.map(|(low, high)| low / high));
                }
            }
            numbers
        };
        // Broken predictions have no order of their own; nothing is defined then.
        let resampler =
            if whole.order().is_empty() { Resampler::in_order(all.len()) } else { Resampler::new(whole.order(), self.units) };
        let mut found = resampler.intervals(self.resamples, seed, threads, numbers).into_iter();
        let scores = self.named(&whole, &mut found, &all);
        let groupings = groups.iter().map(|g| self.grouping(g, measures, &mut found)).collect();
        (scores, groupings)
    }

    fn groups<'a>(&self, partition: &'a Partition, measures: usize) -> Groups<'a> {
        let score = |rows: &[usize]| Scorer::new(self.truth, self.predictions, self.cut, rows);
        let scorers: Vec<Scorer> = partition.groups.iter().map(|g| score(&g.rows)).collect();
        let large = |&g: &usize| partition.groups[g].rows.len() >= self.min_rows && !partition.groups[g].rest;
        let judged: Vec<usize> = (0..partition.groups.len()).filter(large).collect();
        let ones = vec![1; self.truth.len()];
        let values: Vec<_> = judged.iter().map(|&g| scorers[g].values(&ones)).collect();
        let ends = |i: usize| {
            let known: Option<Vec<(f64, usize)>> = judged.iter().zip(&values).map(|(&g, v)| Some((v[i]?, g))).collect();
            let mut known = known.filter(|known| known.len() > 1)?;
            known.sort_by(|a, b| a.0.total_cmp(&b.0));
            Some([known[0].1, known[known.len() - 1].1])
        };
        Groups { partition, ends: (0..measures).map(ends).collect(), scorers, judged }
    }

    /// The next intervals by measure.
    fn named(
        &self,
        scorer: &Scorer,
        found: &mut impl Iterator<Item = Interval>,
        rows: &[usize],
    ) -> BTreeMap<Measure, Interval> {
        let measures = scorer.measures();
        // Rows of one unit say no more than it does.
        let units = self.units.map_or(rows.len(), |units| rows.iter().map(|&row| units[row]).collect::<BTreeSet<_>>().len());
        let sure = |(&measure, interval): (&Measure, Interval)| {
            let share = interval.value.filter(|value| measure.is_share() && self.resamples > 0 && [0.0, 1.0].contains(value));
            let interval = match share.zip(scorer.support(measure)) {
                Some((value, n)) => wilson(value, n.min(units as f64)),
                // However often it is drawn, one unit is never another.
                None if units < 2 => Interval { value: interval.value, ..Interval::default() },
                None => interval,
            };
            (measure, interval)
        };
        measures.iter().zip(found.take(measures.len())).map(sure).collect()
    }

    fn grouping(&self, groups: &Groups<'_>, measures: &[Measure], found: &mut impl Iterator<Item = Interval>) -> Grouping {
        let Groups { partition, scorers, judged, ends } = groups;
        let mut shown = Vec::new();
        for (g, (part, scorer)) in partition.groups.iter().zip(scorers).enumerate() {
            let values = self.named(scorer, found, &part.rows);
            let positives = match (self.truth, self.predictions) {
                (Truth::Classes(codes), Predictions::Classes { labels, .. }) if labels.len() == 2 => {
                    Some(part.rows.iter().filter(|&&row| codes[row] == 1).count())
                }
                _ => None,
            };
            shown.push(Group { name: part.name(), rows: part.rows.len(), positives, judged: judged.contains(&g), values });
        }
        let mut next = || found.next().unwrap_or_default();
        let mut gaps = BTreeMap::new();
        for (measure, ends) in measures.iter().zip(ends) {
            let (difference, ratio) = (next(), next());
            let name = |end: usize| ends.map(|ends| shown[ends[end]].name.clone()).unwrap_or_default();
            gaps.insert(*measure, Gap { difference, ratio, lowest: name(0), highest: name(1) });
        }
        let equalized_odds = odds(&gaps);
        Grouping { columns: partition.columns.clone(), groups: shown, gaps, equalized_odds }
    }
}

/// The Wilson interval of a share of `n` that is 0 or 1.
fn wilson(value: f64, n: f64) -> Interval {
    // The square of the 97.5 % point of the normal distribution.
    const Z2: f64 = 1.959_964 * 1.959_964;
    let side = Z2 / (n + Z2);
    let (low, high) = if value == 0.0 { (0.0, side) } else { (1.0 - side, 1.0) };
    Interval { value: Some(value), low: Some(low), high: Some(high) }
}

/// Of true- and false-positive rate the larger difference and the smaller ratio; nothing where there are no such rates.
fn odds(gaps: &BTreeMap<Measure, Gap>) -> Option<Gap> {
    let (tpr, fpr) = (gaps.get(&Rate::Tpr.into())?, gaps.get(&Rate::Fpr.into())?);
    let values = |gap: fn(&Gap) -> Interval| Some((gap(tpr).value?, gap(fpr).value?));
    let wider = values(|gap| gap.difference).map(|(of_tpr, of_fpr)| if of_fpr > of_tpr { fpr.clone() } else { tpr.clone() });
    let ratio = values(|gap| gap.ratio).map(|(of_tpr, of_fpr)| if of_fpr < of_tpr { fpr.ratio } else { tpr.ratio });
    Some(Gap { ratio: ratio.unwrap_or_default(), ..wider.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::partition::Part;
    use crate::metrics::Metric;

    /// Two groups of twenty rows and one of two. In `a` 10 of 20 are positive, 8 of them and 2 of the others are called;
    /// in `b` 5 are positive, 3 of them and 3 of the 15 others are called.
    fn sample() -> (Truth, Predictions, Partition) {
        let rows = |positives: usize, hits: usize, negatives: usize, misses: usize| {
            let row = |y: u32, called: bool| (y, if called { 0.8 } else { 0.3 });
            let positive = (0..positives).map(move |i| row(1, i < hits));
            positive.chain((0..negatives).map(move |i| row(0, i < misses)))
        };
        let all: Vec<(u32, f64)> = rows(10, 8, 10, 2).chain(rows(5, 3, 15, 3)).chain(rows(1, 1, 1, 1)).collect();
        let probabilities = all.iter().flat_map(|(_, p)| [1.0 - p, *p]).collect();
        let part =
            |name: &str, rows: std::ops::Range<usize>| Part { levels: vec![name.into()], rows: rows.collect(), rest: false };
        let groups = vec![part("a", 0..20), part("b", 20..40), part("c", 40..42)];
        (
            Truth::Classes(all.iter().map(|row| row.0).collect()),
            Predictions::Classes { labels: ["no".into(), "yes".into()].into(), probabilities },
            Partition { columns: vec!["g".into()], groups },
        )
    }

    fn measured(min_rows: usize, units: Option<&[u32]>) -> Grouping {
        let (truth, predictions, partition) = sample();
        let panel = Panel { truth: &truth, predictions: &predictions, cut: Cut::default(), units, resamples: 200, min_rows };
        panel.measure(&[partition], Seed::new(1), 2).1.remove(0)
    }

    #[test]
    fn groups_by_hand() {
        let found = measured(10, None);
        let value = |g: usize, measure: Measure| found.groups[g].values[&measure].value.unwrap();
        assert_eq!([value(0, Rate::SelectionRate.into()), value(1, Rate::SelectionRate.into())], [0.5, 0.3]);
        assert_eq!([value(0, Rate::Tpr.into()), value(1, Rate::Tpr.into())], [0.8, 0.6]);
        assert_eq!([value(0, Rate::Fpr.into()), value(1, Rate::Fpr.into())], [0.2, 0.2]);
        assert_eq!([value(0, Metric::Accuracy.into()), value(1, Metric::Accuracy.into())], [0.8, 0.75]);
        // Predicted in a: 10 at 0.8, 10 at 0.3.
        assert!((value(0, Rate::Bias.into()) - 0.05).abs() < 1e-12);
        let counts: Vec<_> = found.groups.iter().map(|g| (g.rows, g.positives.unwrap(), g.judged)).collect();
        assert_eq!(counts, [(20, 10, true), (20, 5, true), (2, 1, false)]);
        let gap = &found.gaps[&Rate::SelectionRate.into()];
        assert!((gap.difference.value.unwrap() - 0.2).abs() < 1e-12);
        assert!((gap.ratio.value.unwrap() - 0.6).abs() < 1e-12);
        assert_eq!((gap.lowest.as_str(), gap.highest.as_str()), ("b", "a"));
        assert!(gap.difference.low.unwrap() < 0.2 && gap.difference.high.unwrap() > 0.2);
        let odds = found.equalized_odds.as_ref().unwrap();
        assert!((odds.difference.value.unwrap() - 0.2).abs() < 1e-12);
        assert!((odds.ratio.value.unwrap() - 0.75).abs() < 1e-12);
        assert_eq!(odds.difference, found.gaps[&Rate::Tpr.into()].difference);
        // The two groups may well be alike in their false-positive rates: then the interval says so.
        let fpr = found.gaps[&Rate::Fpr.into()].difference;
        assert!(fpr.low.unwrap() < 0.0 && fpr.high.unwrap() > 0.0, "{fpr:?}");
        assert_eq!(found.gaps[&Rate::Bias.into()].ratio, Interval::default(), "it can be below 0");
    }

    #[test]
    fn the_third_group_counts_only_where_it_is_large_enough() {
        let found = measured(2, None);
        assert!(found.groups.iter().all(|g| g.judged));
        // All of its rows are called.
        assert_eq!(found.gaps[&Rate::SelectionRate.into()].highest, "c");
        let alone = measured(21, None);
        let gap = &alone.gaps[&Rate::Tpr.into()];
        assert_eq!((gap.difference.value, gap.lowest.as_str()), (None, ""));
    }

    #[test]
    fn a_share_of_all_or_nothing_has_an_interval_all_the_same() {
        let found = measured(2, None);
        let fpr = found.groups[2].values[&Rate::Fpr.into()];
        // One of one: 1 - 3.8415 / 4.8415.
        assert_eq!((fpr.value, fpr.high), (Some(1.0), Some(1.0)));
        assert!((fpr.low.unwrap() - 0.206_55).abs() < 1e-4, "{fpr:?}");
        // One unit is never drawn otherwise.
        let units: Vec<u32> = (0..42).map(|row| if row < 40 { row } else { 40 }).collect();
        let brier = measured(2, Some(&units)).groups[2].values[&Metric::Brier.into()];
        assert!(brier.value.is_some() && brier.low.is_none() && brier.high.is_none(), "{brier:?}");
    }

    #[test]
    fn rows_that_belong_together_widen_the_intervals() {
        // Ten rows each are one unit: four units in the two groups.
        let units: Vec<u32> = (0..42).map(|row| row / 10).collect();
        let width = |found: &Grouping| {
            let tpr = found.groups[0].values[&Rate::SelectionRate.into()];
            tpr.high.unwrap() - tpr.low.unwrap()
        };
        assert!(width(&measured(10, Some(&units))) > 1.3 * width(&measured(10, None)));
    }

    #[test]
    fn broken_predictions_leave_everything_undefined() {
        let (truth, _, partition) = sample();
        let predictions =
            Predictions::Classes { labels: ["no".into(), "yes".into()].into(), probabilities: vec![f64::NAN; 84] };
        let panel =
            Panel { truth: &truth, predictions: &predictions, cut: Cut::default(), units: None, resamples: 9, min_rows: 2 };
        let (scores, groupings) = panel.measure(&[partition], Seed::new(1), 1);
        assert!(scores.values().chain(groupings[0].groups[0].values.values()).all(|i| *i == Interval::default()));
    }
}
