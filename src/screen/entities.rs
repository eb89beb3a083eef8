//! Columns whose values are things of several rows each: customers, firms, trees. Split at random, rows of one thing stand on
//! both sides of every fold.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::finding::{Code, Finding, Severity, text};
use super::scene::Scene;
use super::view::{Cells, View};
use crate::data::{Kind, Truth, name};
use crate::normalize::{Learned, jumps};

/// Fewest values of a column of entities, and how much more often than by chance its rows agree in the target.
const ENTITIES: usize = 20;
const AGREE: f64 = 0.1;
/// Rows of a value that show whether these are alike.
const FEWEST: usize = 3;
/// How often at least, for each of its values, a column that belongs to things changes from one thing to the next.
const CHANGES: usize = 2;

/// Columns whose name says that their values are customers, patients, sessions …, and numbers that behave like names of
/// things; each with several rows.
pub fn entities(scene: &Scene<'_>) -> Vec<Finding> {
    if scene.group().is_some() || scene.frame().folds.is_some() {
        return Vec::new();
    }
    // What is called `No` may be an amount, too: nitric oxide.
    let sure = |view: &View| !name::bare_number(&view.name) || view.kind != Kind::Number || property(scene, view).is_some();
    let named = |view: &View| (name::entity(&view.name) && sure(view)).then(String::new);
    scene
        .views
        .iter()
        .filter(|view| view.kind != Kind::Date)
        .filter_map(|view| entity(scene, view, &named(view).or_else(|| behaves(scene, view))?))
        .collect()
}

/// A column whose values are entities, with the reason why that is thought.
fn entity(scene: &Scene<'_>, view: &View, why: &str) -> Option<Finding> {
    let (codes, count) = view.numbering();
    let (train, judge) = scene.folds.first()?;
    let learned: HashSet<u32> = train.iter().filter_map(|&r| codes[r]).collect();
    let both = judge.iter().filter(|&&r| codes[r].is_some_and(|c| learned.contains(&c))).count();
    if count < ENTITIES || 2 * count > codes.len() || 2 * both < judge.len() {
        return None;
    }
    // Less than by chance is no agreement either.
    let agreement = agreement(&codes, &scene.truth)?.max(0.0);
    let severity = if agreement >= AGREE { Severity::Warning } else { Severity::Note };
    let name = &view.name;
    let message = format!(
        "\"{name}\" {why}has {count} values in {} rows, and {both} of the {} rows that judge the first fold share theirs with rows learned from; rows of one value agree in the target {agreement:.2} on a scale from chance (0) to always (1). If new values will be predicted, keep the rows of each together",
        codes.len(),
        judge.len(),
    );
    let finding = Finding::new(Code::GroupAcrossFolds, severity, [name], message);
    Some(finding.fix(format!("[columns] group = {}", text(name))))
}

/// Why a number is thought to name things of several rows: the target jumps from one of its values to the next, as along no
/// amount, and another column is a property of the things: the same in all rows of a value, but changing back and forth
/// from value to value. A band of the same number would go along with it. What is named after a time is left out: days
/// have properties, too, and so have rows that stand in the order of time.
fn behaves(scene: &Scene<'_>, view: &View) -> Option<String> {
    let (Kind::Number, Cells::Numbers(values)) = (view.kind, &view.cells) else { return None };
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    let whole = sorted.iter().all(|v| v.fract() == 0.0);
    if !whole || scene.frame().ordered || name::year(&view.name) || name::month(&view.name) || name::moment(&view.name) {
        return None;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    if sorted.chunk_by(|a, b| a == b).count() < ENTITIES {
        return None;
    }
    let units: Vec<u32> = scene.sample.iter().map(|&row| scene.frame().units[row]).collect();
    let learned = Learned { truth: &scene.truth, classes: scene.classes(), units: &units, ordered: false };
    if jumps(values.iter().copied(), &sorted, sorted.len(), learned).is_empty() {
        return None;
    }
    let property = property(scene, view)?;
    let reason = "numbers things rather than amounts: the target jumps from one value to the next, and all rows of a value have the same";
    Some(format!("{reason} \"{}\". It ", property.name))
}

/// Another column that the rows of each value have one value of.
fn property<'a>(scene: &'a Scene<'_>, view: &View) -> Option<&'a View> {
    let Cells::Numbers(values) = &view.cells else { return None };
    scene.views.iter().filter(|other| other.name != view.name).find(|other| is_property(values, other))
}

/// Whether the rows of each value have one value of another column, which changes back and forth from value to value.
fn is_property(values: &[Option<f64>], other: &View) -> bool {
    let (codes, _) = other.numbering();
    let mut things: BTreeMap<i64, (Option<u32>, usize)> = BTreeMap::new();
    for (value, code) in values.iter().zip(&codes) {
        let Some(value) = value else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "saturates: what is one then differs in the other column")]
        let (first, rows) = things.entry(*value as i64).or_insert((*code, 0));
        if first != code {
            return false;
        }
        *rows += 1;
    }
    // Of rows that stand alone nothing is known.
    let along: Vec<Option<u32>> = things.into_values().filter(|(_, rows)| *rows >= FEWEST).map(|(code, _)| code).collect();
    let mut count: HashMap<Option<u32>, usize> = HashMap::new();
    along.iter().for_each(|code| *count.entry(*code).or_default() += 1);
    let changes = along.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let shared = count.values().filter(|things| **things > 1).count();
    along.len() >= ENTITIES && shared > 1 && changes >= CHANGES * count.len()
}

/// How much rows of one value agree in the target beyond chance: Cohen's kappa of neighbours for classes, their
/// correlation for numbers.
fn agreement(codes: &[Option<u32>], truth: &Truth) -> Option<f64> {
    let mut last: HashMap<u32, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for (row, code) in codes.iter().enumerate() {
        if let Some(before) = code.and_then(|code| last.insert(code, row)) {
            pairs.push((before, row));
        }
    }
    if pairs.is_empty() {
        return None;
    }
    match truth {
        Truth::Classes(classes) => {
            let n = pairs.len() as f64;
            let same = pairs.iter().filter(|(a, b)| classes[*a] == classes[*b]).count() as f64 / n;
            let mut shares: HashMap<u32, [f64; 2]> = HashMap::new();
            for (a, b) in &pairs {
                shares.entry(classes[*a]).or_default()[0] += 1.0 / n;
                shares.entry(classes[*b]).or_default()[1] += 1.0 / n;
            }
            let mut products: Vec<f64> = shares.values().map(|[a, b]| a * b).collect();
            products.sort_by(f64::total_cmp);
            let chance: f64 = products.iter().sum();
            (chance < 1.0).then(|| (same - chance) / (1.0 - chance))
        }
        Truth::Numbers(values) => {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(a, b)| (values[*a], values[*b])).unzip();
            Some(super::copies::correlation(&a, &b))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_by_hand() {
        let codes: Vec<Option<u32>> = [0, 0, 1, 1, 2, 2, 3, 3].map(Some).to_vec();
        // Pairs: 1-1, 0-0, 1-0, 0-1. Same 2 of 4; each side half and half: chance 1/2.
        let mixed = Truth::Classes(vec![1, 1, 0, 0, 1, 0, 0, 1]);
        assert!(agreement(&codes, &mixed).unwrap().abs() < 1e-12);
        let same = Truth::Classes(vec![1, 1, 0, 0, 1, 1, 0, 0]);
        assert!((agreement(&codes, &same).unwrap() - 1.0).abs() < 1e-12);
        let numbers = Truth::Numbers(vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]);
        assert!((agreement(&codes, &numbers).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(agreement(&[Some(0), Some(1)], &Truth::Classes(vec![0, 1])), None);
    }

    #[test]
    fn properties_change_back_and_forth_along_the_things_they_belong_to() {
        // 24 things of three rows each.
        let values: Vec<Option<f64>> = (0..72).map(|row| Some(f64::from(row / 3))).collect();
        let is = |of: &dyn Fn(u32) -> u32| {
            let codes = (0..72).map(|row| Some(of(row))).collect();
            let cells = Cells::Levels { codes, count: 72 };
            is_property(&values, &View { name: "p".into(), kind: Kind::Category, cells })
        };
        assert!(is(&|row| row / 3 * 7 % 4));
        // A band of the number, one of its values, another name of it, and what differs within one thing.
        assert!(!is(&|row| row / 18) && !is(&|row| u32::from(row / 3 == 5)) && !is(&|row| row / 3));
        assert!(!is(&|row| if row == 0 { 3 } else { row / 3 * 7 % 4 }));
        // Night at both ends of the day.
        assert!(!is(&|row| if (18..66).contains(&row) { row / 18 } else { 0 }));
        // Things of two rows tell nothing.
        let few: Vec<Option<f64>> = (0..72).map(|row| Some(f64::from(row / 2))).collect();
        let codes = (0..72).map(|row| Some(row / 2 * 7 % 4)).collect();
        let view = View { name: "p".into(), kind: Kind::Category, cells: Cells::Levels { codes, count: 4 } };
        assert!(!is_property(&few, &view));
    }
}
