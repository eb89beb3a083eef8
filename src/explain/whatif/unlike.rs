use std::collections::HashMap;

use super::Mixes;
use crate::data::Frame;
use crate::error::Result;
use crate::explain::words;

/// Rows in which two values should stand together by chance before their absence is worth a word.
const EXPECTED: f64 = 5.0;

/// What rows at hand say of combinations of values: those that never occur although both values are frequent.
#[derive(Clone, Debug, Default)]
pub struct Unlike {
    rows: usize,
    /// By column: how often each level stands.
    single: Vec<HashMap<String, usize>>,
    /// By two columns: how often two levels stand together.
    pairs: HashMap<(usize, usize), HashMap<(String, String), usize>>,
}

impl Unlike {
    /// Counts the levels of the varied categories, and pairs of them, in rows like those of the training.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn count(mixes: &Mixes, frames: &[&Frame]) -> Result<Self> {
        let count = mixes.varied.len();
        let mut found = Self { single: vec![HashMap::new(); count], ..Self::default() };
        for frame in frames {
            found.rows += frame.height();
            for row in 0..frame.height() {
                let levels: Vec<String> = mixes.varied.iter().map(|v| words(frame, &v.column, row)).collect::<Result<_>>()?;
                for (a, level) in levels.iter().enumerate() {
                    *found.single[a].entry(level.clone()).or_default() += 1;
                    for (b, other) in levels.iter().enumerate().skip(a + 1) {
                        *found.pairs.entry((a, b)).or_default().entry((level.clone(), other.clone())).or_default() += 1;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Why the `nth` combination is unlike all rows: values outside of the training range, and pairs of levels of which
    /// none of the rows at hand has one although at least five should by chance.
    #[must_use]
    pub fn reasons(&self, mixes: &Mixes, nth: usize) -> Vec<String> {
        let mut reasons: Vec<String> = mixes
            .outside(nth)
            .into_iter()
            .map(|column| format!("{column} is outside the range of the training rows"))
            .collect();
        let (picks, n) = (mixes.picks(nth), self.rows.max(1) as f64);
        let level = |c: usize| mixes.varied[c].at[picks[c]].is_none().then(|| mixes.varied[c].words[picks[c]].clone());
        for a in 0..picks.len() {
            for b in a + 1..picks.len() {
                let (Some(one), Some(other)) = (level(a), level(b)) else { continue };
                let often = |c: usize, level: &String| self.single[c].get(level).copied().unwrap_or(0) as f64;
                let together = self.pairs.get(&(a, b)).and_then(|p| p.get(&(one.clone(), other.clone()))).copied().unwrap_or(0);
                if together == 0 && often(a, &one) * often(b, &other) / n >= EXPECTED {
                    let (a, b) = (&mixes.varied[a].column, &mixes.varied[b].column);
                    reasons.push(format!("{a} {one} and {b} {other} never stand together in {} rows", self.rows));
                }
            }
        }
        reasons
    }
}
