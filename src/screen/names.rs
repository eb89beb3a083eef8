//! What names tell: ids, and scores of other models.

use super::alone::strength;
use super::copies::{correlation, ranks};
use super::dates::is_clock;
use super::finding::{Code, Finding, Severity, ignore, list};
use super::scene::Scene;
use super::view::Cells;
use crate::data::name::words;
use crate::data::{Kind, Role};
use crate::report::bounded;

/// A score of another model says at least this much of the target, from chance (0) to perfect (1).
const RELATED: f64 = 0.1;
/// Rank correlation with the place of the row from which a number only counts the rows.
const COUNTS: f64 = 0.999;
/// Fewest rows, and share of different values, of a column that numbers them.
const ROWS: usize = 100;
const DIFFERENT: f64 = 0.97;

/// Columns named after the output of another model that do go with the target: learning from it is learning its mistakes,
/// and where it was made from the same outcomes, the answer.
pub fn model_outputs(scene: &Scene<'_>, values: &[Option<f64>], known: &mut Vec<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (view, value) in scene.views.iter().zip(values) {
        let words = words(&view.name);
        let is = |word: &str| words.iter().any(|w| w == word);
        let begins = |start: &str| words.iter().any(|w| w.starts_with(start));
        let sure =
            ["decile", "predicted", "prediction", "predictions", "pred", "proba", "probas", "propensity"].into_iter().any(is)
                || begins("probab");
        let Some(value) = value.filter(|v| strength(scene.metric, *v, scene.classes()) >= RELATED) else { continue };
        if !(sure || is("score")) || known.contains(&view.name) {
            continue;
        }
        let name = &view.name;
        let message = format!(
            "\"{name}\" is named like the output of another model and goes with the target ({} {}); a model of it repeats that one, and one made from the same outcomes gives them away",
            scene.metric.name(),
            bounded(value, 4)
        );
        let severity = if sure { Severity::Warning } else { Severity::Note };
        let finding = Finding::new(Code::ModelOutput, severity, [name], message).scored(scene.metric, value);
        findings.push(finding.fix(ignore(scene.config, &[name])));
        known.push(name.clone());
    }
    findings
}

/// Columns that name the rows: those recognised, which are not learned from, and numbers that only count them.
pub fn ids(scene: &Scene<'_>, known: &mut Vec<String>) -> Vec<Finding> {
    let frame = scene.frame();
    let mut findings = Vec::new();
    let unnamed: Vec<String> =
        frame.schema.with_role(Role::Id).map(|c| c.name.clone()).filter(|name| !scene.config.id.contains(name)).collect();
    if !unnamed.is_empty() {
        let reasons: Vec<&str> = unnamed.iter().filter_map(|n| frame.schema.column(n)).map(|c| c.reason.as_str()).collect();
        let message = format!(
            "{} taken for an id ({}): not learned from, repeated beside the predictions",
            super::finding::quoted(&unnamed),
            reasons.join("; ")
        );
        let names = scene.config.id.iter().chain(&unnamed).cloned().collect::<Vec<_>>();
        let finding = Finding::new(Code::Id, Severity::Note, unnamed, message);
        findings.push(finding.fix(format!("[columns] id = {}", list(&names))));
    }
    for view in scene.views.iter().filter(|v| v.kind == Kind::Number) {
        let Cells::Numbers(values) = &view.cells else { continue };
        let (_, distinct) = view.numbering();
        let known_values: Vec<f64> = values.iter().flatten().copied().collect();
        let whole = known_values.iter().all(|v| v.fract() == 0.0);
        let rows = known_values.len();
        if !whole || rows < ROWS || (distinct as f64) < DIFFERENT * rows as f64 || known.contains(&view.name) {
            continue;
        }
        if is_clock(&view.name, &known_values) {
            continue;
        }
        let order = correlation(&ranks(&known_values), &(0..rows).map(|i| i as f64).collect::<Vec<_>>());
        if order.abs() < COUNTS {
            continue;
        }
        let name = &view.name;
        let message = format!(
            "\"{name}\" counts the rows: {distinct} different whole numbers in {rows} rows, in the order of the file (rank correlation {}); new rows have numbers that no training row had",
            bounded(order, 4)
        );
        let names = scene.config.id.iter().cloned().chain([name.clone()]).collect::<Vec<_>>();
        let finding = Finding::new(Code::Id, Severity::Warning, [name], message);
        findings.push(finding.fix(format!("[columns] id = {}", list(&names))));
        known.push(name.clone());
    }
    findings
}
