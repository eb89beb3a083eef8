//! Rows: the same on both sides of a split, the same twice, of one entity, of a class that hardly stands there.

use std::collections::{HashMap, HashSet};

use super::finding::{Code, Finding, Severity, text};
use super::scene::Scene;
use super::view::View;
use crate::data::name::entity as entity_name;
use crate::data::{Kind, Truth};

/// Share of the test rows that were learned from too, from which the test says nothing.
const MANY: f64 = 0.1;
/// A class with fewer rows has scores that mean little, whatever the number of folds.
const FEW: usize = 30;
/// Values of a column of entities, and how much more often than by chance its rows agree in the target.
const ENTITIES: usize = 20;
const AGREE: f64 = 0.1;

/// Test rows that are equal to rows learned from, or of one group with them.
pub fn test_overlap(scene: &Scene<'_>) -> Option<Finding> {
    let (frame, last) = (scene.frame(), &scene.splits.last);
    let learned: HashSet<u32> = last.train().iter().map(|&r| frame.units[r]).collect();
    let copies = last.holdout().iter().filter(|&&r| learned.contains(&frame.units[r])).count();
    if copies == 0 {
        return None;
    }
    let tested = last.holdout().len();
    let share = copies as f64 / tested as f64;
    // Rows that follow each other in time may well be equal in all that is known of them.
    let severity = if share > MANY && !frame.ordered { Severity::Error } else { Severity::Warning };
    let group = scene.group();
    let what = group.map_or_else(
        || "are equal, but for the target, to rows learned from".to_owned(),
        |group| format!("share their \"{group}\" with rows learned from"),
    );
    let percent = 100.0 * share;
    let message = format!(
        "{copies} of {tested} test rows ({percent:.1} %) {what}; the test score flatters the model by what it knows by heart"
    );
    let finding = Finding::new(Code::TestOverlap, severity, group, message);
    Some(match () {
        () if frame.test.contains(&true) => finding.fix("[collect] test = []"),
        () if frame.folds.is_some() => finding.fix("[validate] split = \"auto\""),
        () => finding,
    })
}

/// Rows that stand more than once, which the split keeps together.
pub fn duplicates(scene: &Scene<'_>) -> Option<Finding> {
    let count = scene.frame().counts.iter().find(|c| c.rule == crate::clean::KEPT_DUPLICATES)?.count;
    let message = if count == 1 {
        "1 row is equal to an earlier row in every column; is it one case written down twice, or another?".to_owned()
    } else {
        format!("{count} rows are equal to an earlier row in every column; are they one case written down twice, or several?")
    };
    Some(Finding::new(Code::Duplicates, Severity::Note, None::<String>, message).fix("[clean] drop_duplicates = \"drop\""))
}

/// Classes with too few rows to learn from.
pub fn rare_classes(scene: &Scene<'_>) -> Vec<Finding> {
    let (frame, folds) = (scene.frame(), scene.splits.folds.len());
    let Some(Truth::Classes(codes)) = &frame.truth else { return Vec::new() };
    let labels = &frame.schema.target.labels;
    let numbers = labels.len() > 2 && labels.iter().all(|l| l.parse::<f64>().is_ok());
    let mut counts = vec![0; labels.len()];
    scene.splits.last.train().iter().for_each(|&r| counts[codes[r] as usize] += 1);
    let rare = labels.iter().zip(counts).filter(|(_, count)| *count < FEW);
    rare.map(|(label, count)| {
        let severity = if count < folds { Severity::Warning } else { Severity::Note };
        let why = if count < folds { format!("fewer than the {folds} folds, so some judge without it") } else { "few".into() };
        let rows = if count == 1 { "row" } else { "rows" };
        let message = format!("class \"{label}\" has {count} {rows} to learn from, {why}; scores for it mean little");
        let finding = Finding::new(Code::RareClass, severity, [scene.target_name()], message);
        if numbers { finding.fix("[target] task = \"regression\"") } else { finding }
    })
    .collect()
}

/// Columns whose name says that their values are customers, patients, sessions …, each with several rows.
pub fn entities(scene: &Scene<'_>) -> Vec<Finding> {
    if scene.group().is_some() || scene.frame().folds.is_some() {
        return Vec::new();
    }
    scene
        .views
        .iter()
        .filter(|view| view.kind != Kind::Date && entity_name(&view.name))
        .filter_map(|v| entity(scene, v))
        .collect()
}

fn entity(scene: &Scene<'_>, view: &View) -> Option<Finding> {
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
        "\"{name}\" has {count} values in {} rows, and {both} of the {} rows that judge the first fold share theirs with rows learned from; rows of one value agree in the target {agreement:.2} on a scale from chance (0) to always (1). If new values will be predicted, keep the rows of each together",
        codes.len(),
        judge.len(),
    );
    let finding = Finding::new(Code::GroupAcrossFolds, severity, [name], message);
    Some(finding.fix(format!("[columns] group = {}", text(name))))
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
}
