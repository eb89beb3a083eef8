//! Which decisions two models make otherwise.

use schemars::JsonSchema;
use serde::Serialize;

use crate::assess::Side;
use crate::data::{Predictions, Truth};

/// Examples that are named.
const SHOWN: usize = 10;

/// How the decisions on the same rows differ.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Flips {
    pub rows: usize,
    pub flipped: usize,
    /// Share of the rows.
    pub rate: f64,
    /// Of those that flipped: how many were wrong and are right now, and the other way round; with three or more classes
    /// some are wrong both times.
    pub now_right: usize,
    pub now_wrong: usize,
    /// How many went from one class to another, most frequent first.
    pub moves: Vec<Move>,
    /// The ones whose probability moved most.
    pub examples: Vec<Flip>,
}

/// Rows that went from one class to another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Move {
    pub old: String,
    pub new: String,
    pub rows: usize,
}

/// One row with another decision.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Flip {
    /// Its id where the table has one, else its number in the source, counted from 1.
    pub row: String,
    pub truth: String,
    pub old: String,
    pub new: String,
    /// Probability of the positive class, or of the class now chosen, before and now.
    pub old_p: f64,
    pub new_p: f64,
}

impl Flips {
    /// Compares the decisions; nothing for numbers, which decide nothing by themselves.
    pub fn of(truth: &Truth, old: Side<'_>, new: Side<'_>, name: &dyn Fn(usize) -> String) -> Option<Self> {
        let (Truth::Classes(codes), Predictions::Classes { labels, .. }) = (truth, new.predictions) else { return None };
        let (before, after) = (old.calls(), new.calls());
        if before.len() != codes.len() || after.len() != codes.len() {
            return None;
        }
        let flipped: Vec<usize> = (0..codes.len()).filter(|&row| before[row] != after[row]).collect();
        let label = |code: u32| labels[code as usize].clone();
        let mut moves = std::collections::BTreeMap::new();
        flipped.iter().for_each(|&row| *moves.entry((before[row], after[row])).or_insert(0) += 1);
        let mut moves: Vec<Move> =
            moves.into_iter().map(|((old, new), rows)| Move { old: label(old), new: label(new), rows }).collect();
        moves.sort_by_key(|m| std::cmp::Reverse(m.rows));
        let p = |side: Side<'_>, row: usize| {
            let Predictions::Classes { probabilities, .. } = side.predictions else { return f64::NAN };
            let class = if labels.len() == 2 { 1 } else { after[row] as usize };
            probabilities[row * labels.len() + class]
        };
        let mut far: Vec<(f64, usize)> = flipped.iter().map(|&row| ((p(new, row) - p(old, row)).abs(), row)).collect();
        far.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let example = |&(_, row): &(f64, usize)| Flip {
            row: name(row),
            truth: label(codes[row]),
            old: label(before[row]),
            new: label(after[row]),
            old_p: p(old, row),
            new_p: p(new, row),
        };
        let right = |calls: &[u32]| flipped.iter().filter(|&&row| calls[row] == codes[row]).count();
        Some(Self {
            rows: codes.len(),
            flipped: flipped.len(),
            rate: flipped.len() as f64 / codes.len().max(1) as f64,
            now_right: right(&after),
            now_wrong: right(&before),
            moves,
            examples: far.iter().take(SHOWN).map(example).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Cut;

    #[test]
    fn flips_by_hand() {
        let classes = |p: &[f64]| Predictions::Classes {
            labels: ["no".into(), "yes".into()].into(),
            probabilities: p.iter().flat_map(|p| [1.0 - p, *p]).collect(),
        };
        let (old, new) = (classes(&[0.9, 0.6, 0.4, 0.1]), classes(&[0.8, 0.3, 0.55, 0.45]));
        let truth = Truth::Classes(vec![1, 0, 0, 1]);
        let side = |predictions, cut| Side { predictions, cut };
        let found = Flips::of(&truth, side(&old, Cut::One(0.5)), side(&new, Cut::Each(&[0.5, 0.5, 0.5, 0.4])), &|row| {
            format!("r{row}")
        })
        .unwrap();
        // Row 1 from a false alarm to right, row 2 from right to a false alarm, row 3 from missed to right.
        assert_eq!((found.flipped, found.now_right, found.now_wrong), (3, 2, 1));
        assert_eq!(found.rate, 0.75);
        assert_eq!(found.moves[0], Move { old: "no".into(), new: "yes".into(), rows: 2 });
        let rows: Vec<&str> = found.examples.iter().map(|e| e.row.as_str()).collect();
        assert_eq!(rows, ["r3", "r1", "r2"]);
        assert_eq!((found.examples[0].truth.as_str(), found.examples[0].new_p), ("yes", 0.45));
    }
}
