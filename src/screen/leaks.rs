//! Columns that say more of the target than a column can: alone, or beside all others.

use super::alone::{strength, together};
use super::dates::{Moments, Trend};
use super::finding::{Code, Finding, Severity, ignore};
use super::scene::Scene;
use crate::data::Task;
use crate::error::Result;
use crate::metrics::Metric;
use crate::pipeline::Context;
use crate::report::bounded;

/// A single column that scores this or better is no predictor but the answer: on none of the public tables of sound
/// columns that we know does one come near.
const CERTAIN: f64 = 0.985;
/// From here on it is more likely the answer than not.
const LIKELY: f64 = 0.95;
/// No price follows time so closely: what does is reckoned from the date, such as its year.
const RECKONED: f64 = 0.999;
/// A column out of proportion has at least this strength, on a scale from chance (0) to perfect (1): AUC 0.75, R² 0.6.
/// Below, one good column among weak ones is nothing to wonder about.
const STRONG_CLASSES: f64 = 0.5;
const STRONG_NUMBERS: f64 = 0.6;
/// It reaches this share of the strength of all others together. Numbers ask for all of it: where one column is a good
/// measure of size, the others in an additive model come close to it, but not below.
const SHARE_CLASSES: f64 = 0.95;
const SHARE_NUMBERS: f64 = 1.0;
/// Fewer others than this are no measure.
const OTHERS: usize = 3;

/// Looks at every column that is not in `known`, by its score alone, and adds those it finds to it.
///
/// A number that climbs over time is no leak, and to leave its moment out would only hide that the rows are in time: such
/// moments come second, for [`super::dates::dates`] to tell.
pub fn leaks(
    scene: &Scene<'_>,
    values: &[Option<f64>],
    known: &mut Vec<String>,
    cx: &Context<'_>,
) -> Result<(Vec<Finding>, Vec<Trend>)> {
    let moments = Moments::read(scene)?;
    let mut trends = Vec::new();
    let mut order: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(i, v)| Some((i, (*v)?))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut findings = Vec::new();
    for &(i, value) in &order {
        let name = &scene.views[i].name;
        if value < LIKELY || known.contains(name) {
            continue;
        }
        if scene.metric == Metric::R2 && value < RECKONED && moments.has(&scene.views[i]) {
            trends.push(Trend { name: name.clone(), r2: value });
            known.push(name.clone());
            continue;
        }
        let severity = if value >= CERTAIN { Severity::Error } else { Severity::Warning };
        let how = if value >= CERTAIN { "alone gives the target away" } else { "alone nearly gives the target away" };
        let message = format!(
            "\"{name}\" {how}: {} {} on rows that it was not learned from (limit {}); is it known before the outcome?",
            scene.metric.name(),
            bounded(value, 4),
            if value >= CERTAIN { CERTAIN } else { LIKELY },
        );
        let finding = Finding::new(Code::Leak, severity, [name], message);
        findings.push(finding.scored(scene.metric, value).fix(ignore(scene.config, &[name])));
        known.push(name.clone());
    }
    if scene.frame().schema.target.task != Task::Multiclass {
        findings.extend(out_of_proportion(scene, &order, known, &moments, cx)?);
    }
    Ok((findings, trends))
}

/// The strongest column, if it says as much as all others together; what is found already stands aside.
fn out_of_proportion(
    scene: &Scene<'_>,
    order: &[(usize, f64)],
    known: &mut Vec<String>,
    moments: &Moments,
    cx: &Context<'_>,
) -> Result<Option<Finding>> {
    let left = || order.iter().filter(|(i, _)| !known.contains(&scene.views[*i].name));
    let Some(&(best, value)) = left().next() else { return Ok(None) };
    let numbers = scene.metric == Metric::R2;
    let (strong, share) = if numbers { (STRONG_NUMBERS, SHARE_NUMBERS) } else { (STRONG_CLASSES, SHARE_CLASSES) };
    let own = strength(scene.metric, value, scene.classes());
    // A recoding of the column is no other column.
    let numbering = scene.views[best].numbering();
    let others: Vec<usize> =
        left().map(|(i, _)| *i).filter(|&i| i != best && scene.views[i].numbering() != numbering).collect();
    if own < strong || others.len() < OTHERS {
        return Ok(None);
    }
    let Some(joint) = together(scene, &others, cx)? else { return Ok(None) };
    if own < share * strength(scene.metric, joint, scene.classes()) {
        return Ok(None);
    }
    let name = &scene.views[best].name;
    if moments.has(&scene.views[best]) {
        return Ok(None);
    }
    let message = format!(
        "\"{name}\" alone predicts the target as well as the other {} columns together ({} {} beside {}); make sure that it is known when the model is used",
        others.len(),
        scene.metric.name(),
        bounded(value, 4),
        bounded(joint, 4),
    );
    known.push(name.clone());
    let finding = Finding::new(Code::OutOfProportion, Severity::Warning, [name], message);
    Ok(Some(finding.scored(scene.metric, value).fix(ignore(scene.config, &[name]))))
}
