use std::collections::HashMap;
use std::path::Path;

use super::ModelFile;
use crate::data::{Column, ColumnHealth, Role};
use crate::error::ModelError;
use crate::learn::Fitted;
use crate::profile::{Histogram, Values};
use crate::report::{Curves, Details, Distribution, Record, ReportConfig, RowCounts, Timing, count};
use crate::train::Model;

/// What a model file alone knows of its run: the scores, the columns, where the model comes from. Figures, losses,
/// importance, cleaning, warnings and times are in the folder of the run only.
///
/// # Errors
/// If the settings in the file do not parse.
pub fn partial_record(file: &ModelFile, path: &Path) -> Result<Record, ModelError> {
    let manifest = &file.manifest;
    let report: ReportConfig = manifest.section("report", path)?;
    let target = &manifest.schema.target;
    let lineage = &manifest.lineage;
    let encodings: HashMap<&str, String> =
        manifest.normalizer.columns.iter().map(|(name, encoding)| (name.as_str(), encoding.words())).collect();
    let profile = manifest.profile.as_ref();
    let histograms: HashMap<&str, _> = profile.iter().flat_map(|p| &p.columns).map(|h| (h.name.as_str(), h)).collect();
    let histogram = |name: &str| histograms.get(name).copied();
    let columns = manifest.schema.columns.iter().map(|column| {
        health(column, encodings.get(column.name.as_str()).cloned().unwrap_or_default(), histogram(&column.name))
    });
    Ok(Record {
        schema_version: 1,
        mkt_version: manifest.mkt_version.clone(),
        name: path.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
        source: String::new(),
        task: target.task,
        target: target.name.clone(),
        labels: target.labels.clone(),
        rows: RowCounts {
            collected: 0,
            used: lineage.train_rows + lineage.test_rows,
            train: lineage.train_rows,
            test: lineage.test_rows,
        },
        class_counts: Vec::new(),
        columns: columns.collect(),
        cleaned: Vec::new(),
        split: String::new(),
        network: network_words(&file.fitted),
        shown: Vec::new(),
        model: manifest.model.clone(),
        baseline: manifest.baseline.clone(),
        linear: manifest.linear.clone(),
        histories: Vec::new(),
        curves: Curves::default(),
        details: Details { distributions: profile.iter().flat_map(|p| &p.columns).map(levels).collect(), ..Details::default() },
        importance: Vec::new(),
        explanations: None,
        fairness: None,
        decisions: None,
        warnings: Vec::new(),
        timing: Timing::default(),
        peak_rss_mb: None,
        data_hash: lineage.data_hash.clone(),
        seed: lineage.seed,
        language: report.language,
        intended_use: report.intended_use,
        notes: report.notes,
        partial: true,
    })
}

fn health(column: &Column, encoding: String, histogram: Option<&Histogram>) -> ColumnHealth {
    let top = match histogram.map(|h| &h.values) {
        Some(Values::Levels { levels, counts, .. }) => {
            levels.iter().cloned().zip(counts.iter().map(|&n| usize::try_from(n).unwrap_or(usize::MAX))).take(5).collect()
        }
        _ => Vec::new(),
    };
    ColumnHealth {
        name: column.name.clone(),
        kind: column.kind,
        role: role(column.role).into(),
        reason: column.reason.clone(),
        missing: histogram.map_or(0, |h| usize::try_from(h.missing).unwrap_or(usize::MAX)),
        distinct: 0,
        range: None,
        top,
        encoding,
    }
}

/// Bars of the levels. The bins of a number hold about equally many rows each, which says nothing as bars.
fn levels(histogram: &Histogram) -> Distribution {
    let bars = match &histogram.values {
        Values::Levels { counts, .. } => counts.iter().copied().take(16).collect(),
        Values::Numbers(_) | Values::Dates(_) => Vec::new(),
    };
    Distribution { column: histogram.name.clone(), bars, ends: None }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Feature => "feature",
        Role::Id => "id",
        Role::Target => "target",
        Role::Weight => "weight",
        Role::Group => "group",
        Role::Time => "time",
        Role::Fold => "fold",
        Role::Ignored => "ignored",
    }
}

/// The networks in words, for a report.
#[must_use]
pub fn network_words(fitted: &Fitted<Model>) -> String {
    let (linear, networks): (Vec<_>, Vec<_>) = fitted.parts.iter().partition(|part| part.model.is_linear());
    let share: f64 = linear.iter().map(|part| part.weight).sum();
    let corrected =
        fitted.calibration.as_ref().map(|c| format!("; probabilities corrected: {}", c.words())).unwrap_or_default();
    let (folds, shared) = match networks.as_slice() {
        [] => (linear, String::new()),
        _ if share > 0.0 => (networks, format!("; {:.0} % of the prediction from a linear model", 100.0 * share)),
        _ => (networks, String::new()),
    };
    let folds: Vec<&Model> = folds.iter().map(|part| &part.model).collect();
    let Some(Model { network, members, .. }) = folds.first() else { return String::new() };
    let hidden = network.hidden.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let layers = if hidden.is_empty() { "no hidden layer".to_owned() } else { format!("hidden layers {hidden}") };
    let members = match (members.len(), folds.len()) {
        (1, 1) if folds[0].is_linear() => return format!("a linear model, {} weights{corrected}", count(network.len())),
        (1, n) if folds[0].is_linear() => return format!("{n} linear models averaged, one of each fold{corrected}"),
        (1, 1) => "one network".to_owned(),
        (n, 1) => format!("{n} networks averaged"),
        (n, folds) => format!("{} networks averaged, {n} of each of {folds} folds", n * folds),
    };
    let activation =
        serde_json::to_value(network.activation).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let sizes = || folds.iter().map(|model| model.network.len());
    let weights = match (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0)) {
        (low, high) if low == high => count(high),
        (low, high) => format!("{} to {}", count(low), count(high)),
    };
    format!("{members}, {layers}, {activation}, {weights} weights each{shared}{corrected}")
}
