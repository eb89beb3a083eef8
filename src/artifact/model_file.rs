//! The model file: one safetensors file, weights as tensors, everything else as JSON in its metadata.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use safetensors::SafeTensors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::atomic;
use crate::assess::GroupThresholds;
use crate::calibrate::Calibration;
use crate::clean::amounts;
use crate::data::{Kind, Oddity, Schema, Table, Task, Unusual};
use crate::decide::{Conformal, ThresholdConfig, Worth};
use crate::error::{ModelError, Result};
use crate::explain::Background;
use crate::learn::{Fitted, Part};
use crate::normalize::{Encoding, FittedNormalizer, TargetScale};
use crate::pipeline::Context;
use crate::profile::{Histogram, Profile};
use crate::report::Scored;
use crate::train::{Block, DeviceKind, Model, Network};

/// Newest format that this program reads. It writes the first that can hold a model: 1, or 3 where several are mixed.
const FORMAT: u32 = 3;
/// Most tensors in a file: sixty-four networks of three thousand matrices.
const MOST_TENSORS: usize = 200_000;

/// Everything in a model file but the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub mkt_version: String,
    pub schema: Schema,
    /// What all training rows say of the columns.
    pub normalizer: FittedNormalizer,
    /// The network, or that of the first part.
    pub network: Network,
    /// Networks in the ensemble, or in that of the first part.
    pub members: usize,
    /// What is mixed, where more than one ensemble predicts: those of the folds, or networks and a linear model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartModel>,
    /// Smallest probability of the positive class that is called positive.
    pub threshold: f64,
    /// Where each row is decided by its own amounts, those of `[threshold.value]`: what it has to be expected to gain at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_gain: Option<f64>,
    /// Where groups of the sensitive columns have thresholds of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_thresholds: Option<GroupThresholds>,
    /// The settings of every stage, without paths.
    pub config: serde_json::Value,
    pub model: Scored,
    pub baseline: Scored,
    pub linear: Scored,
    pub lineage: Lineage,
    /// What the training rows looked like; absent in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// How probabilities are corrected; absent where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// How far predictions can be off; absent in files of older versions, and where there were too few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
    /// What a row is compared with when its prediction is explained; absent where `[explain] background` is 0, and in files
    /// of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
}

/// One of several ensembles whose predictions are mixed, but the weights of its networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartModel {
    /// Its share in the predictions.
    pub weight: f64,
    /// What encodes rows for it; absent where it is that of all training rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalizer: Option<FittedNormalizer>,
    pub network: Network,
    pub members: usize,
}

impl From<&Part<Model>> for PartModel {
    fn from(part: &Part<Model>) -> Self {
        let Part { weight, normalizer, model } = part;
        Self { weight: *weight, normalizer: normalizer.clone(), network: model.network.clone(), members: model.members.len() }
    }
}

impl Manifest {
    /// What encodes and predicts rows in each part, and the number of its networks.
    fn parts(&self) -> Vec<(&FittedNormalizer, &Network, usize)> {
        match self.parts.as_slice() {
            [] => vec![(&self.normalizer, &self.network, self.members)],
            parts => parts.iter().map(|p| (p.normalizer.as_ref().unwrap_or(&self.normalizer), &p.network, p.members)).collect(),
        }
    }

    const fn format(&self) -> u32 {
        if self.parts.is_empty() { 1 } else { 3 }
    }

    /// One section of the settings; the defaults where a file of an older version has none.
    ///
    /// # Errors
    /// If it does not read as this program would write it.
    pub fn section<T: DeserializeOwned + Default>(&self, name: &str, path: &Path) -> Result<T, ModelError> {
        let Some(section) = self.config.get(name) else { return Ok(T::default()) };
        serde_json::from_value(section.clone()).map_err(|e| ModelError::Damaged {
            path: path.display().to_string(),
            reason: format!("its settings of [{name}] do not parse ({e})"),
        })
    }
}

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// Checksum of the rows learned from and judged by.
    pub data_hash: String,
    pub train_rows: usize,
    pub test_rows: usize,
    pub seed: u64,
}

/// A model ready to predict, with all that its file says.
#[derive(Clone, Debug)]
pub struct ModelFile {
    pub manifest: Manifest,
    pub fitted: Fitted<Model>,
}

impl ModelFile {
    /// Writes the file: whole or not at all, the same bytes for the same model, and only if it reads back.
    ///
    /// # Errors
    /// If the place cannot be written, or the model is more than a file can hold.
    pub fn save(&self, path: &Path) -> Result<()> {
        let bytes = self.to_bytes()?;
        Self::from_bytes(&bytes, &path.display().to_string(), DeviceKind::Auto)?;
        Ok(atomic::write(path, |out| out.write_all(&bytes))?)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// If the manifest holds a number that JSON cannot.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let manifest = serde_json::to_string(&self.manifest).map_err(|e| crate::error::Error::Internal(e.to_string()))?;
        let mut data = Vec::new();
        for Tensor { part, member, block, .. } in tensors(&self.manifest) {
            let weights = &self.fitted.parts[part].model.members[member];
            data.extend(weights[block.start..block.start + block.len()].iter().flat_map(|v| v.to_le_bytes()));
        }
        let header = header(&manifest, &checksum(&manifest, &data), &self.manifest);
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.extend(data);
        Ok(bytes)
    }

    /// Reads and checks a file; memory stays below a few times its size.
    ///
    /// # Errors
    /// [`ModelError`] for a missing, damaged, tampered or newer file.
    pub fn load(path: &Path, device: DeviceKind) -> Result<Self> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| ModelError::Io { path: shown.clone(), source })?;
        Self::from_bytes(&bytes, &shown, device)
    }

    /// [`ModelFile::load`] from memory; `path` is for messages.
    ///
    /// # Errors
    /// As there.
    pub fn from_bytes(bytes: &[u8], path: &str, device: DeviceKind) -> Result<Self> {
        let damaged = |reason: String| ModelError::Damaged { path: path.to_owned(), reason };
        let (size, metadata) =
            SafeTensors::read_metadata(bytes).map_err(|e| damaged(format!("it is not a safetensors file ({e})")))?;
        let entries = metadata.metadata().clone().unwrap_or_default();
        let entry =
            |key: &str| entries.get(key).ok_or_else(|| damaged(format!("\"{key}\" is missing; was it written by mkt?")));
        let found: u32 = entry("format_version")?.parse().map_err(|_| damaged("its format version is not a number".into()))?;
        if found > FORMAT {
            return Err(ModelError::Newer { path: path.to_owned(), found, known: FORMAT }.into());
        }
        let text = entry("manifest")?;
        let data = &bytes[8 + size..];
        if *entry("checksum")? != checksum(text, data) {
            return Err(damaged("its checksum does not fit; it was changed or damaged after training".into()).into());
        }
        let manifest: Manifest =
            serde_json::from_str(text).map_err(|e| damaged(format!("its manifest does not parse ({e})")))?;
        check(&manifest).map_err(damaged)?;
        let expected = header(text, entry("checksum")?, &manifest);
        let tensors = tensors(&manifest);
        let values: usize = tensors.iter().map(|t| t.block.len()).sum();
        if bytes[8..8 + size] != expected[..] || data.len() != 4 * values {
            return Err(damaged("its tensors are not those of its network".into()).into());
        }
        let weights = |(_, network, members)| vec![vec![0.0_f32; Network::len(network)]; members];
        let mut weights: Vec<Vec<Vec<f32>>> = manifest.parts().into_iter().map(weights).collect();
        let mut data = data;
        for Tensor { part, member, block, .. } in tensors {
            let (bytes, rest) = data.split_at(4 * block.len());
            let values = &mut weights[part][member][block.start..block.start + block.len()];
            for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *value = f32::from_le_bytes(*bytes);
            }
            data = rest;
        }
        if !weights.iter().flatten().flatten().all(|v| v.is_finite()) {
            return Err(damaged("a weight is not a finite number".into()).into());
        }
        let device = device.open()?;
        let labels: Arc<[String]> = manifest.schema.target.labels.iter().cloned().collect();
        let part = |(i, members): (usize, Vec<Vec<f32>>)| Part {
            weight: manifest.parts.get(i).map_or(1.0, |part| part.weight),
            normalizer: manifest.parts.get(i).and_then(|part| part.normalizer.clone()),
            model: Model {
                network: manifest.parts()[i].1.clone(),
                members,
                labels: Arc::clone(&labels),
                histories: Vec::new(),
                device: device.clone(),
            },
        };
        let fitted = Fitted {
            schema: Arc::new(manifest.schema.clone()),
            normalizer: manifest.normalizer.clone(),
            parts: weights.into_iter().enumerate().map(part).collect(),
            calibration: manifest.calibration.clone(),
        };
        Ok(Self { manifest, fitted })
    }
}

impl ModelFile {
    /// The threshold of each of the rows of a table, where groups have their own, or each row by its amounts. Rows of groups
    /// that there were not at training have the model's, rows without amounts are not called; both are counted.
    ///
    /// # Errors
    /// If a column that tells the groups apart, or that has amounts, is not there.
    pub fn row_thresholds(
        &self,
        table: &Table,
        rows: &[usize],
        unusual: &mut Vec<Unusual>,
        cx: &Context<'_>,
    ) -> Result<Option<Vec<f64>>> {
        if let Some(least) = self.manifest.least_gain {
            return self.by_amounts(least, table, rows, unusual).map(Some);
        }
        let Some(groups) = &self.manifest.group_thresholds else { return Ok(None) };
        let (thresholds, unknown) = groups.assign(self.manifest.threshold, table, rows, &self.fitted.schema, cx)?;
        Unusual::add_all(unknown, unusual);
        Ok(Some(thresholds))
    }

    fn by_amounts(&self, least: f64, table: &Table, rows: &[usize], unusual: &mut Vec<Unusual>) -> Result<Vec<f64>> {
        let mut missing = Vec::new();
        let value = self.manifest.section::<ThresholdConfig>("threshold", Path::new("the model"))?.value;
        let worth = Worth::read(&value, table.height(), |name| {
            let values = amounts(table, &self.fitted.schema, name)?;
            let without: Vec<usize> = rows.iter().copied().filter(|row| values[*row].is_none()).collect();
            // Gaps of columns that are learned from are counted already.
            if !self.manifest.normalizer.columns.iter().any(|(learned, _)| learned == name) {
                missing.extend(without.first().map(|first| Unusual {
                    column: name.to_owned(),
                    what: Oddity::Missing,
                    count: without.len(),
                    first: *first,
                    example: String::new(),
                }));
            }
            Ok(values)
        })?;
        Unusual::add_all(missing, unusual);
        Ok(rows.iter().map(|&row| worth.threshold(row, least)).collect())
    }
}

/// Weights of one network as they stand in the file.
struct Tensor {
    name: String,
    part: usize,
    member: usize,
    /// Where they stand among the flat weights of the network.
    block: Block,
}

/// The tensors in the order of the file.
fn tensors(manifest: &Manifest) -> Vec<Tensor> {
    let mut tensors = Vec::new();
    for (part, (_, network, members)) in manifest.parts().into_iter().enumerate() {
        let prefix = if manifest.parts.is_empty() { String::new() } else { format!("parts.{part}.") };
        for member in 0..members {
            let tensor =
                |block: Block| Tensor { name: format!("{prefix}members.{member}.{}", block.name), part, member, block };
            tensors.extend(network.blocks().into_iter().map(tensor));
        }
    }
    tensors
}

/// The header that belongs to a manifest: keys in a fixed order, filled up with spaces to a multiple of eight.
fn header(text: &str, checksum: &str, manifest: &Manifest) -> Vec<u8> {
    let version = manifest.format().to_string();
    let entries: BTreeMap<&str, &str> =
        [("checksum", checksum), ("format_version", &version), ("manifest", text)].into_iter().collect();
    let mut map = serde_json::Map::new();
    map.insert("__metadata__".into(), serde_json::json!(entries));
    let mut offset = 0;
    for Tensor { name, block, .. } in tensors(manifest) {
        let end = offset + 4 * block.len();
        map.insert(name, serde_json::json!({"dtype": "F32", "shape": block.shape, "data_offsets": [offset, end]}));
        offset = end;
    }
    let mut header = serde_json::Value::Object(map).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    header
}

fn checksum(manifest: &str, data: &[u8]) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(manifest.as_bytes());
    hash.update(data);
    hash.finalize().to_hex().to_string()
}

/// Whether values of a kind can be encoded so.
const fn is_of(encoding: &Encoding, kind: Kind) -> bool {
    match encoding {
        Encoding::Number { .. } => matches!(kind, Kind::Number),
        Encoding::Date { .. } => matches!(kind, Kind::Date),
        Encoding::Onehot { .. } | Encoding::Embedding { .. } => matches!(kind, Kind::Category | Kind::Bool | Kind::Text),
        Encoding::Dropped { .. } => true,
    }
}

/// Refuses a manifest whose parts do not fit each other, before anything is allocated for them.
fn check(manifest: &Manifest) -> Result<(), String> {
    let (normalizer, target) = (&manifest.normalizer, &manifest.schema.target);
    let labels = target.labels.len();
    let parts = manifest.parts();
    if parts.iter().any(|(_, network, members)| !(1..=64).contains(members) || !is_sane(network)) {
        return Err("its network is too large to be one".into());
    }
    // The most that there can be: the blocks themselves are only made of sizes that are sane.
    let blocks = parts.iter().map(|(_, n, members)| members * (5 + n.embeddings.len() + 2 * (n.hidden.len() + 1)));
    if blocks.sum::<usize>() > MOST_TENSORS {
        return Err("its network is too large to be one".into());
    }
    let shares: f64 = manifest.parts.iter().map(|part| part.weight).sum();
    let is_share = |part: &PartModel| part.weight > 0.0 && part.weight <= 1.0;
    if !manifest.parts.is_empty() && ((shares - 1.0).abs() > 1e-6 || !manifest.parts.iter().all(is_share)) {
        return Err("the shares of its parts do not sum to one".into());
    }
    for (normalizer, network, _) in &parts {
        check_part(manifest, normalizer, network)?;
    }
    check_columns(manifest, normalizer)?;
    let learned: HashSet<&str> = normalizer.columns.iter().map(|(name, _)| name.as_str()).collect();
    let fits = |column: &Histogram| {
        learned.contains(column.name.as_str()) && manifest.schema.column(&column.name).is_some_and(|c| column.is_of(c.kind))
    };
    if manifest.profile.as_ref().is_some_and(|p| !p.is_sound() || !p.columns.iter().all(fits)) {
        return Err("its histograms are not those of its columns".into());
    }
    if manifest.calibration.as_ref().is_some_and(|c| !c.is_sound(labels)) {
        return Err("its correction of probabilities is not one".into());
    }
    if manifest.conformal.as_ref().is_some_and(|c| !c.is_sound(labels)) {
        return Err("what it says of its errors does not fit its predictions".into());
    }
    if manifest.background.as_ref().is_some_and(|b| !b.is_sound(normalizer)) {
        return Err("its background rows are not those of its columns".into());
    }
    if !(0.0..=1.0).contains(&manifest.threshold) {
        return Err("its threshold is not a probability".into());
    }
    if manifest.least_gain.is_some_and(|least| labels != 2 || !(least.is_finite() && least >= 0.0)) {
        return Err("what its rows have to gain is not described as it must be".into());
    }
    if manifest.group_thresholds.as_ref().is_some_and(|g| labels != 2 || !g.is_sound()) {
        return Err("its thresholds of groups are not described as they must be".into());
    }
    Ok(())
}

/// Whether a network has sizes that one can have.
fn is_sane(network: &Network) -> bool {
    let small = |n: usize, limit: usize| n <= limit;
    network.hidden.iter().all(|n| (1..=8192).contains(n))
        && network.embeddings.iter().all(|(levels, dim)| small(*levels, 1 << 28) && small(*dim, 1 << 16))
        && small(network.numbers, 1 << 24)
        && network.periodic.is_none_or(|p| (1..=256).contains(&p.frequencies) && (1..=64).contains(&p.dimension))
        && (1..=1 << 16).contains(&network.outputs)
}

/// Refuses a network that does not take what its normalizer makes of a row, or does not predict the target.
fn check_part(manifest: &Manifest, normalizer: &FittedNormalizer, network: &Network) -> Result<(), String> {
    let target = &manifest.schema.target;
    let labels = target.labels.len();
    let (outputs, fits) = match target.task {
        Task::Regression => (1, labels == 0),
        Task::Binary => (1, labels == 2),
        // Two classes share one logit, whatever the task is called.
        Task::Multiclass => (if labels == 2 { 1 } else { labels }, labels >= 2),
    };
    let numbers: usize = normalizer.columns.iter().map(|(_, e)| e.width()).sum();
    let embedded: Vec<usize> = normalizer.columns.iter().filter_map(|(_, e)| e.cardinality()).collect();
    let levels: Vec<usize> = network.embeddings.iter().map(|(levels, _)| *levels).collect();
    let continuous = normalizer.continuous();
    if !(network.continuous.is_empty() || network.periodic.is_some() && network.continuous == continuous) {
        return Err("its periodic embedding does not fit its columns".into());
    }
    if !fits || outputs != network.outputs || numbers != network.numbers || embedded != levels {
        return Err("its network does not fit its columns".into());
    }
    check_columns(manifest, normalizer)
}

/// Refuses a normalizer that does not fit the columns.
fn check_columns(manifest: &Manifest, normalizer: &FittedNormalizer) -> Result<(), String> {
    if normalizer.classes != manifest.schema.target.labels.len() {
        return Err("its network does not fit its columns".into());
    }
    for (name, encoding) in &normalizer.columns {
        if manifest.schema.column(name).is_none_or(|c| !is_of(encoding, c.kind)) || !encoding.is_sound() {
            return Err(format!("its column \"{name}\" is not described as it must be"));
        }
    }
    if !normalizer.target.as_ref().is_none_or(TargetScale::is_sound) {
        return Err("the scale of its target is not one".into());
    }
    Ok(())
}
