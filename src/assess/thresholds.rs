use std::collections::HashMap;

use polars::prelude::PlSmallStr;
use serde::{Deserialize, Serialize};

use super::config::Criterion;
use super::partition::{Coded, Grouper, Partition};
use crate::data::{Oddity, Schema, Table, Unusual};
use crate::error::{CleanError, Result};
use crate::pipeline::Context;
use crate::report::GroupThreshold;

/// A threshold for each group of the sensitive columns, so that groups are treated more alike (after Hardt, Price & Srebro
/// 2016, but without drawing lots: the same row has the same decision every time).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupThresholds {
    /// How rows are told apart, one per column.
    pub groupers: Vec<Grouper>,
    pub criterion: Criterion,
    /// All groups there were; the small ones have the model's own threshold.
    pub groups: Vec<GroupThreshold>,
}

impl GroupThresholds {
    /// Chooses the thresholds of groups with enough rows on predictions of rows that the model did not learn from.
    ///
    /// For each group it is the one whose rates come nearest to those of all rows at the `base` threshold; of equally near
    /// ones the nearest to `base`. Thresholds stand in the middle between neighbouring scores. Groups of fewer than
    /// `min_rows` rows, or without the rows that a rate is a share of, keep `base`.
    ///
    /// # Panics
    /// If the lengths differ.
    #[must_use]
    pub fn choose(
        groupers: Vec<Grouper>,
        criterion: Criterion,
        coded: &[Coded],
        (classes, scores): (&[u32], &[f64]),
        base: f64,
        min_rows: usize,
    ) -> Self {
        let rows: Vec<(f64, bool)> = scores.iter().zip(classes).map(|(&score, &class)| (score, class == 1)).collect();
        let target = Rates::of(&rows, base);
        let partition = Partition::of(&coded.iter().collect::<Vec<_>>());
        let groups = partition.groups.iter().filter(|group| !group.rest).map(|group| {
            let own: Vec<(f64, bool)> = group.rows.iter().map(|&row| rows[row]).collect();
            let large = own.len() >= min_rows;
            let threshold = large.then(|| nearest(&own, base, &|rates| criterion.distance(rates, &target))).flatten();
            GroupThreshold { levels: group.levels.clone(), threshold: threshold.unwrap_or(base), rows: own.len() }
        });
        Self { criterion, groups: groups.collect(), groupers }
    }

    /// The threshold of each of the rows of a table; those of a group that there was not before have `base`, and the first
    /// of them is named.
    ///
    /// # Errors
    /// If a sensitive column is not there.
    pub fn assign(
        &self,
        base: f64,
        table: &Table,
        rows: &[usize],
        schema: &Schema,
        cx: &Context<'_>,
    ) -> Result<(Vec<f64>, Option<Unusual>)> {
        let names: Vec<&str> = table.data.get_column_names().into_iter().map(PlSmallStr::as_str).collect();
        let origin = &table.rows.source;
        for Grouper { column, .. } in &self.groupers {
            if !names.contains(&column.name.as_str()) {
                let mut error = CleanError::missing_column(&column.name, &names, origin);
                if let CleanError::MissingColumn { hint, .. } = &mut error {
                    hint.push_str("; the model has a threshold for each of its groups, and needs it");
                }
                return Err(error.into());
            }
        }
        let coded = self.groupers.iter().map(|g| g.code(table, rows, schema, cx)).collect::<Result<Vec<_>>>()?;
        let found = self.of(&coded);
        let first = found.iter().position(Option::is_none).map(|first| Unusual {
            column: coded.iter().map(|c| c.column.as_str()).collect::<Vec<_>>().join(" / "),
            what: Oddity::Unseen,
            count: found.iter().filter(|t| t.is_none()).count(),
            first: table.rows.number(rows[first]),
            example: coded.iter().map(|c| c.names[c.codes[first] as usize].as_str()).collect::<Vec<_>>().join(" / "),
        });
        Ok((found.into_iter().map(|t| t.unwrap_or(base)).collect(), first))
    }

    /// The threshold of each row by its group; nothing for a group that there was not before.
    #[must_use]
    pub fn of(&self, coded: &[Coded]) -> Vec<Option<f64>> {
        let known: HashMap<Vec<&str>, f64> =
            self.groups.iter().map(|g| (g.levels.iter().map(String::as_str).collect(), g.threshold)).collect();
        let rows = coded.first().map_or(0, |c| c.codes.len());
        let own = |row: usize| {
            let levels: Vec<&str> = coded.iter().map(|c| c.names[c.codes[row] as usize].as_str()).collect();
            known.get(&levels).copied()
        };
        (0..rows).map(own).collect()
    }

    /// Whether every part of it fits the others.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let group = |g: &GroupThreshold| g.levels.len() == self.groupers.len() && (0.0..=1.0).contains(&g.threshold);
        let cuts = |g: &Grouper| g.cuts.as_ref().is_none_or(|cuts| cuts.is_sorted() && cuts.iter().all(|c| c.is_finite()));
        !self.groupers.is_empty() && self.groups.iter().all(group) && self.groupers.iter().all(cuts)
    }
}

impl Criterion {
    /// How far the rates of a group are from those wanted; nothing where a rate is undefined.
    fn distance(self, rates: &Rates, wanted: &Rates) -> Option<f64> {
        let apart = |a: Option<f64>, b: Option<f64>| Some((a? - b?).abs());
        match self {
            Self::DemographicParity => apart(rates.selection, wanted.selection),
            Self::EqualOpportunity => apart(rates.tpr, wanted.tpr),
            Self::EqualizedOdds => Some(apart(rates.tpr, wanted.tpr)?.max(apart(rates.fpr, wanted.fpr)?)),
        }
    }
}

/// How rows are treated at one threshold.
struct Rates {
    selection: Option<f64>,
    tpr: Option<f64>,
    fpr: Option<f64>,
}

impl Rates {
    fn of(rows: &[(f64, bool)], threshold: f64) -> Self {
        let count = |class: bool, called: bool| {
            rows.iter().filter(|(score, y)| *y == class && (!called || *score >= threshold)).count() as f64
        };
        Self::counted([count(true, true), count(true, false)], [count(false, true), count(false, false)])
    }

    /// From rows called and all rows of either class.
    fn counted([hits, positives]: [f64; 2], [misses, negatives]: [f64; 2]) -> Self {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        Self {
            selection: share(hits + misses, positives + negatives),
            tpr: share(hits, positives),
            fpr: share(misses, negatives),
        }
    }
}

/// The threshold with the smallest distance; nothing where it is undefined.
fn nearest(rows: &[(f64, bool)], base: f64, distance: &dyn Fn(&Rates) -> Option<f64>) -> Option<f64> {
    let mut rows = rows.to_vec();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let total = |class: bool| rows.iter().filter(|(_, y)| *y == class).count() as f64;
    let (positives, negatives) = (total(true), total(false));
    let (mut hits, mut misses) = (0.0, 0.0);
    let mut best: Option<(f64, f64, f64)> = None;
    let mut consider = |threshold: f64, hits: f64, misses: f64| {
        let Some(distance) = distance(&Rates::counted([hits, positives], [misses, negatives])) else { return };
        let far = (threshold - base).abs();
        // Equal but for rounding, so that counts and not their quotients decide.
        let nearer = best.is_none_or(|(d, f, _)| distance < d - 1e-12 || (distance < d + 1e-12 && far < f));
        if nearer {
            best = Some((distance, far, threshold));
        }
    };
    let highest = rows.first()?.0;
    // Above all scores nobody is called; where the highest is 1 there is nothing above.
    if highest < 1.0 {
        consider(within(highest, 1.0, base), hits, misses);
    }
    for (i, &(score, positive)) in rows.iter().enumerate() {
        *if positive { &mut hits } else { &mut misses } += 1.0;
        let next = rows.get(i + 1).map_or(0.0, |row| row.0);
        if i + 1 == rows.len() || next < score {
            // The scores themselves are called from the threshold on.
            let threshold = if i + 1 == rows.len() { base.min(score) } else { within(next, score, base) };
            consider(threshold, hits, misses);
        }
    }
    best.map(|(_, _, threshold)| threshold)
}

/// The threshold between two neighbouring scores: the base where it lies there, else the middle.
fn within(low: f64, high: f64, base: f64) -> f64 {
    if low < base && base <= high {
        return base;
    }
    let middle = f64::midpoint(low, high);
    if middle > low { middle } else { high }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(codes: &[u32]) -> Vec<Coded> {
        vec![Coded { column: "g".into(), names: vec!["a".into(), "b".into()], codes: codes.to_vec() }]
    }

    fn choose(criterion: Criterion, rows: &[(u32, u32, f64)], min_rows: usize) -> GroupThresholds {
        let codes: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let classes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let scores: Vec<f64> = rows.iter().map(|row| row.2).collect();
        GroupThresholds::choose(Vec::new(), criterion, &coded(&codes), (&classes, &scores), 0.5, min_rows)
    }

    /// Group, class, score: of four positive rows of `a` three are called, of `b` one.
    const ROWS: [(u32, u32, f64); 12] = [
        (0, 1, 0.9),
        (0, 1, 0.8),
        (0, 1, 0.7),
        (0, 1, 0.4),
        (0, 0, 0.6),
        (0, 0, 0.2),
        (1, 1, 0.6),
        (1, 1, 0.45),
        (1, 1, 0.35),
        (1, 1, 0.1),
        (1, 0, 0.3),
        (1, 0, 0.05),
    ];

    #[test]
    fn the_true_positive_rates_are_made_alike() {
        // All: 4 of 8 positive rows are called. In a two of four means above 0.7 and up to 0.8, in b above 0.35 and up to
        // 0.45.
        let found = choose(Criterion::EqualOpportunity, &ROWS, 2);
        let thresholds: Vec<f64> = found.groups.iter().map(|g| g.threshold).collect();
        assert!((thresholds[0] - 0.75).abs() < 1e-12 && (thresholds[1] - 0.40).abs() < 1e-12, "{thresholds:?}");
        assert_eq!((found.groups[0].levels.as_slice(), found.groups[0].rows), (&["a".to_owned()][..], 6));
    }

    #[test]
    fn the_selection_rates_are_made_alike() {
        // All: 5 of 12 are called. In a and b 2 or 3 of six are equally near: in a three (above 0.6, up to 0.7) is nearer to
        // 0.5 than two, in b two (above 0.35) is nearer than three.
        let found = choose(Criterion::DemographicParity, &ROWS, 2);
        let thresholds: Vec<f64> = found.groups.iter().map(|g| g.threshold).collect();
        assert!((thresholds[0] - 0.65).abs() < 1e-12 && (thresholds[1] - 0.40).abs() < 1e-12, "{thresholds:?}");
    }

    #[test]
    fn a_group_that_is_treated_as_all_are_keeps_the_base() {
        let alike: Vec<(u32, u32, f64)> = (0..40).map(|i| (i % 2, u32::from(i % 4 < 2), f64::from(i / 2) / 20.0)).collect();
        for criterion in [Criterion::DemographicParity, Criterion::EqualOpportunity, Criterion::EqualizedOdds] {
            let found = choose(criterion, &alike, 2);
            assert!(found.groups.iter().all(|g| g.threshold == 0.5), "{criterion:?}: {found:?}");
        }
    }

    #[test]
    fn small_groups_keep_the_models_threshold_and_unknown_ones_have_none() {
        let found = choose(Criterion::EqualOpportunity, &ROWS, 7);
        assert!(found.groups.iter().all(|g| g.threshold == 0.5) && found.groups.len() == 2);
        let found = choose(Criterion::EqualOpportunity, &ROWS, 2);
        let new = Coded { column: "g".into(), names: vec!["b".into(), "new".into()], codes: vec![1, 0, 1] };
        assert_eq!(found.of(&[new]), [None, Some(found.groups[1].threshold), None]);
    }

    #[test]
    fn a_group_of_one_class_has_no_true_positive_rate_to_move() {
        let rows: Vec<(u32, u32, f64)> = ROWS.iter().map(|&(g, y, p)| (g, if g == 1 { 0 } else { y }, p)).collect();
        let found = choose(Criterion::EqualOpportunity, &rows, 2);
        assert_eq!(found.groups[1].threshold, 0.5);
    }

    #[test]
    fn thresholds_stay_probabilities() {
        let rows: Vec<(u32, u32, f64)> = vec![(0, 1, 1.0), (0, 0, 1.0), (1, 1, 0.0), (1, 0, 0.0), (1, 1, 0.0), (0, 0, 0.0)];
        for criterion in [Criterion::DemographicParity, Criterion::EqualOpportunity, Criterion::EqualizedOdds] {
            let found = choose(criterion, &rows, 2);
            assert!(found.groups.iter().all(|g| (0.0..=1.0).contains(&g.threshold)), "{found:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_not_sound() {
        use crate::data::{Column, Kind, Role};
        let column = Column {
            name: "g".into(),
            kind: Kind::Number,
            role: Role::Feature,
            reason: String::new(),
            format: None,
            whole: false,
        };
        let with = |cuts: Option<Vec<f64>>, levels: usize, threshold: f64| GroupThresholds {
            groupers: vec![Grouper { column: column.clone(), cuts }],
            criterion: Criterion::default(),
            groups: vec![GroupThreshold { levels: vec!["x".into(); levels], threshold, rows: 1 }],
        };
        assert!(with(None, 1, 0.5).is_sound() && with(Some(vec![1.0, 2.0]), 1, 1.0).is_sound());
        assert!(!with(None, 2, 0.5).is_sound() && !with(None, 1, 1.5).is_sound() && !with(None, 1, f64::NAN).is_sound());
        assert!(!with(Some(vec![2.0, 1.0]), 1, 0.5).is_sound() && !with(Some(vec![f64::INFINITY]), 1, 0.5).is_sound());
        assert!(!GroupThresholds { groupers: Vec::new(), ..with(None, 0, 0.5) }.is_sound());
    }
}
