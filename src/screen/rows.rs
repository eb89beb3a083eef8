//! Rows: the same on both sides of a split, the same twice, of a class that hardly stands there.

use std::collections::HashSet;

use super::finding::{Code, Finding, Severity};
use super::scene::Scene;
use crate::data::Truth;

/// Share of the test rows that were learned from too, from which the test says nothing.
const MANY: f64 = 0.1;
/// A class with fewer rows has scores that mean little, whatever the number of folds.
const FEW: usize = 30;

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
