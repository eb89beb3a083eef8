use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metrics::ranking::Ranking;

/// Points of a curve, at most.
const POINTS: usize = 200;
/// Bins of the score histogram, each a hundredth wide.
const BINS: usize = 100;

/// What calling rows positive from one probability on comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Smallest probability that is called positive.
    pub threshold: f64,
    /// Positive rows called positive.
    pub hits: usize,
    /// Negative rows called positive.
    pub alarms: usize,
    /// Positive rows called negative.
    pub misses: usize,
    /// Negative rows called negative.
    pub rejected: usize,
}

impl Cut {
    /// Share of positives among the rows called positive.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.hits, self.hits + self.alarms)
    }

    /// Share of the positive rows that are called so.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    /// Share of all rows that are called rightly.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        share(self.hits + self.rejected, self.rows())
    }

    #[must_use]
    pub fn rows(&self) -> usize {
        self.hits + self.alarms + self.misses + self.rejected
    }
}

/// A tenth of the rows in the order of their scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenth {
    pub rows: usize,
    /// Positive rows in it; a fraction where equal scores lie on its border, which share their places.
    pub positives: f64,
    /// Highest, mean and lowest score.
    pub scores: [f64; 3],
}

/// What a hundred thresholds do, from 0 to 1 in hundredths; empty without rows or where a score is not finite.
///
/// The positive class has code 1.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn cuts(codes: &[u32], scores: &[f64]) -> Vec<Cut> {
    let ranking = Ranking::new(codes, scores);
    if codes.is_empty() || !finite(scores) {
        return Vec::new();
    }
    let positives = ranking.positive.iter().filter(|p| **p).count();
    let mut before = vec![0];
    for &positive in &ranking.positive {
        before.push(before[before.len() - 1] + usize::from(positive));
    }
    let cut = |step: u32| {
        let threshold = f64::from(step) / 100.0;
        // Scores fall; the rows called positive come first.
        let called = ranking.scores.partition_point(|s| *s >= threshold);
        let hits = before[called];
        let (alarms, misses) = (called - hits, positives - hits);
        Cut { threshold, hits, alarms, misses, rejected: codes.len() - positives - alarms }
    };
    (0..=100).map(cut).collect()
}

/// The rows in ten parts of equal size (the first ones larger where that cannot be), highest scores first.
///
/// Each of several equal scores on a border has the same share of the places, as in [`crate::metrics::Metric::Lift10`].
/// Empty for fewer than ten rows, without positives, or where a score is not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn tenths(codes: &[u32], scores: &[f64]) -> Vec<Tenth> {
    let ranking = Ranking::new(codes, scores);
    let rows = codes.len();
    if rows < 10 || !codes.contains(&1) || !finite(scores) {
        return Vec::new();
    }
    let found = found(&ranking);
    let ends: Vec<usize> = (0..=10).map(|i| (i * rows).div_ceil(10)).collect();
    ends.windows(2)
        .map(|end| {
            let part = &ranking.scores[end[0]..end[1]];
            let mean = part.iter().sum::<f64>() / part.len() as f64;
            let scores = [part[0], mean, part[part.len() - 1]];
            Tenth { rows: part.len(), positives: found[end[1]] - found[end[0]], scores }
        })
        .collect()
}

/// Cumulative gain: `[share of the rows, share of the positives among them]`, highest scores first, from `[0, 0]` to
/// `[1, 1]`; equal scores make one straight piece. At most about 200 points. Empty without positives or where a score is
/// not finite.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn gain(codes: &[u32], scores: &[f64]) -> Vec<[f64; 2]> {
    let ranking = Ranking::new(codes, scores);
    if !codes.contains(&1) || !finite(scores) {
        return Vec::new();
    }
    let found = found(&ranking);
    let (rows, positives) = (codes.len(), found[codes.len()]);
    let step = rows.div_ceil(POINTS).max(1);
    let places = (0..rows).step_by(step).chain([rows]);
    places.map(|place| [place as f64 / rows as f64, found[place] / positives]).collect()
}

/// Expected positives among so many of the highest scores, if equal scores stood in any order.
fn found(ranking: &Ranking) -> Vec<f64> {
    let mut found = vec![0.0];
    let mut before = 0.0;
    for run in ranking.runs() {
        let hits = ranking.positive[run.clone()].iter().filter(|p| **p).count() as f64;
        let rows = run.len();
        found.extend((1..=rows).map(|place| before + hits * place as f64 / rows as f64));
        before += hits;
    }
    found
}

/// Kolmogorov-Smirnov: `[score, share of the negatives below or at it, share of the positives]`, scores rising, at most
/// about 200 points, the one of the largest distance among them. Empty unless there are both classes and finite scores.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn separation(codes: &[u32], scores: &[f64]) -> Vec<[f64; 3]> {
    let ranking = Ranking::new(codes, scores);
    let all = [codes.iter().filter(|c| **c != 1).count(), codes.iter().filter(|c| **c == 1).count()];
    if all.contains(&0) || !finite(scores) {
        return Vec::new();
    }
    let mut above = [0_usize; 2];
    let mut points = Vec::new();
    for run in ranking.runs() {
        let share = |class: usize| (all[class] - above[class]) as f64 / all[class] as f64;
        points.push([ranking.scores[run.start], share(0), share(1)]);
        ranking.positive[run].iter().for_each(|p| above[usize::from(*p)] += 1);
    }
    points.reverse();
    let widest = points.iter().map(|p| p[1] - p[2]).fold(f64::NEG_INFINITY, f64::max);
    let step = points.len().div_ceil(POINTS).max(1);
    let last = points.len() - 1;
    points
        .into_iter()
        .enumerate()
        .filter(|(i, p)| i % step == 0 || *i == last || p[1] - p[2] == widest)
        .map(|(_, p)| p)
        .collect()
}

/// Rows by score: `[negatives, positives]` of each hundredth between 0 and 1, an edge counting above. Empty without rows
/// or where a score is not a probability.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
pub fn score_histogram(codes: &[u32], scores: &[f64]) -> Vec<[usize; 2]> {
    assert_eq!(codes.len(), scores.len(), "every row has one truth and one score");
    if codes.is_empty() || scores.iter().any(|s| !(0.0..=1.0).contains(s)) {
        return Vec::new();
    }
    let mut seen: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
    for (&code, &score) in codes.iter().zip(scores) {
        let bin = ((score * BINS as f64) as usize).min(BINS - 1);
        seen.entry(bin).or_default()[usize::from(code == 1)] += 1;
    }
    (0..BINS).map(|bin| seen.get(&bin).copied().unwrap_or_default()).collect()
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn finite(scores: &[f64]) -> bool {
    scores.iter().all(|s| s.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Predictions, Truth};
    use crate::metrics::{Metric, score};
    use crate::seed::Seed;

    // Ranked: 0.9+, then 0.5+ and 0.5- together, then 0.1-.
    const CODES: [u32; 4] = [0, 1, 0, 1];
    const SCORES: [f64; 4] = [0.5, 0.9, 0.1, 0.5];

    #[test]
    fn cuts_by_hand() {
        let cuts = cuts(&CODES, &SCORES);
        assert_eq!(cuts.len(), 101);
        let at = |i: usize| [cuts[i].hits, cuts[i].alarms, cuts[i].misses, cuts[i].rejected];
        assert_eq!(at(0), [2, 2, 0, 0]);
        assert_eq!(at(50), [2, 1, 0, 1], "a score on the threshold is called positive");
        assert_eq!(at(51), [1, 0, 1, 2]);
        assert_eq!(at(100), [0, 0, 2, 2]);
        assert_eq!(cuts[100].precision(), None);
        assert_eq!((cuts[50].precision(), cuts[50].recall(), cuts[50].accuracy()), (Some(2.0 / 3.0), Some(1.0), Some(0.75)));
    }

    #[test]
    fn gain_by_hand() {
        // The two equal scores hold one positive: half of it at each place.
        assert_eq!(gain(&CODES, &SCORES), [[0.0, 0.0], [0.25, 0.5], [0.5, 0.75], [0.75, 1.0], [1.0, 1.0]]);
        assert!(gain(&[0, 0], &[0.1, 0.2]).is_empty() && gain(&[1], &[f64::NAN]).is_empty());
    }

    #[test]
    fn separation_by_hand() {
        // Below or at 0.1: half of the negatives, none of the positives; at 0.5 all and half; at 0.9 all and all.
        assert_eq!(separation(&CODES, &SCORES), [[0.1, 0.5, 0.0], [0.5, 1.0, 0.5], [0.9, 1.0, 1.0]]);
        assert!(separation(&[1, 1], &[0.1, 0.2]).is_empty());
    }

    #[test]
    fn tenths_by_hand() {
        // Twenty rows, scores falling; positives at places 1, 2, 3 and 20: the first tenth holds 2, the second 1.
        let scores: Vec<f64> = (0..20).map(|i| 1.0 - f64::from(i) / 20.0).collect();
        let codes: Vec<u32> = (1..=20).map(|i| u32::from([1, 2, 3, 20].contains(&i))).collect();
        let tenths = tenths(&codes, &scores);
        assert_eq!(tenths.iter().map(|t| t.positives).collect::<Vec<_>>(), [2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!((tenths[0].rows, tenths[0].scores[0], tenths[0].scores[2]), (2, 1.0, 0.95));
        assert!((tenths[0].scores[1] - 0.975).abs() < 1e-12);
        // Twelve rows: 2, 1, 1, 1, 1, 2 … make 12.
        let few = super::tenths(&codes[..12], &scores[..12]);
        assert_eq!(few.iter().map(|t| t.rows).sum::<usize>(), 12);
    }

    #[test]
    fn the_first_tenth_is_the_lift_of_the_metrics() {
        let mut rng = Seed::new(3).rng();
        let codes: Vec<u32> = (0..997).map(|_| u32::from(rng.uniform() < 0.2)).collect();
        // Few different scores, so that ties lie on the border.
        let scores: Vec<f64> = codes.iter().map(|&c| ((rng.uniform() + 0.3 * f64::from(c)) * 7.0).floor() / 10.0).collect();
        let tenths = tenths(&codes, &scores);
        let positives: f64 = tenths.iter().map(|t| t.positives).sum();
        let lift = tenths[0].positives / tenths[0].rows as f64 / (positives / 997.0);
        let probabilities = scores.iter().flat_map(|&s| [1.0 - s, s]).collect();
        let predictions = Predictions::Classes { labels: ["a".to_owned(), "b".to_owned()].into(), probabilities };
        let metric = score(&Truth::Classes(codes.clone()), &predictions)[&Metric::Lift10].unwrap();
        assert!((lift - metric).abs() < 1e-9, "{lift} {metric}");
        // And so is the largest distance of the curves the KS.
        let ks = separation(&codes, &scores).iter().map(|p| p[1] - p[2]).fold(0.0, f64::max);
        let metric = score(&Truth::Classes(codes), &predictions)[&Metric::Ks].unwrap();
        assert!((ks - metric).abs() < 1e-9, "{ks} {metric}");
    }

    #[test]
    fn scores_fall_into_hundredths() {
        let bins = score_histogram(&[0, 1, 1, 0], &[0.0, 0.005, 1.0, 0.01]);
        assert_eq!((bins.len(), bins[0], bins[1], bins[99]), (100, [1, 1], [1, 0], [0, 1]));
        assert!(score_histogram(&[0], &[1.5]).is_empty() && score_histogram(&[], &[]).is_empty());
    }
}
