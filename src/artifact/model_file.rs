//! The model file: one safetensors file, weights as tensors, everything else as JSON in its metadata.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use safetensors::SafeTensors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::atomic;
use crate::data::{Kind, Schema, Task};
use crate::decide::Conformal;
use crate::error::{ModelError, Result};
use crate::explain::Background;
use crate::learn::Fitted;
use crate::normalize::{Encoding, FittedNormalizer};
use crate::profile::{Histogram, Profile};
use crate::report::Scored;
use crate::train::{DeviceKind, Model, Network};

/// Newest format that this program writes and reads.
const FORMAT: u32 = 1;
/// Most tensors in a file: sixty-four networks of three thousand matrices.
const MOST_TENSORS: usize = 200_000;

/// Everything in a model file but the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub mkt_version: String,
    pub schema: Schema,
    pub normalizer: FittedNormalizer,
    pub network: Network,
    /// Networks in the ensemble.
    pub members: usize,
    /// Smallest probability of the positive class that is called positive.
    pub threshold: f64,
    /// The settings of every stage, without paths.
    pub config: serde_json::Value,
    pub model: Scored,
    pub baseline: Scored,
    pub linear: Scored,
    pub lineage: Lineage,
    /// What the training rows looked like; absent in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// How far predictions can be off; absent in files of older versions, and where there were too few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
    /// What a row is compared with when its prediction is explained; absent where `[explain] background` is 0, and in files
    /// of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
}

impl Manifest {
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
        let network = &self.manifest.network;
        let mut data = Vec::new();
        for (_, member, start, len) in tensors(network, self.manifest.members) {
            data.extend(self.fitted.model.members[member][start..start + len].iter().flat_map(|v| v.to_le_bytes()));
        }
        let header = header(&manifest, &checksum(&manifest, &data), network, self.manifest.members);
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
        let expected = header(text, entry("checksum")?, &manifest.network, manifest.members);
        let tensors = tensors(&manifest.network, manifest.members);
        let values: usize = tensors.iter().map(|t| t.3).sum();
        if bytes[8..8 + size] != expected[..] || data.len() != 4 * values {
            return Err(damaged("its tensors are not those of its network".into()).into());
        }
        let mut members = vec![vec![0.0_f32; manifest.network.len()]; manifest.members];
        let mut data = data;
        for (_, member, start, len) in tensors {
            let (part, rest) = data.split_at(4 * len);
            for (value, bytes) in members[member][start..start + len].iter_mut().zip(part.as_chunks::<4>().0) {
                *value = f32::from_le_bytes(*bytes);
            }
            data = rest;
        }
        if !members.iter().flatten().all(|v| v.is_finite()) {
            return Err(damaged("a weight is not a finite number".into()).into());
        }
        let model = Model {
            network: manifest.network.clone(),
            members,
            labels: manifest.schema.target.labels.iter().cloned().collect(),
            histories: Vec::new(),
            device: device.open()?,
        };
        let fitted = Fitted { schema: Arc::new(manifest.schema.clone()), normalizer: manifest.normalizer.clone(), model };
        Ok(Self { manifest, fitted })
    }
}

/// Name, member, start and length in the member's flat weights of every tensor, in the order of the file.
fn tensors(network: &Network, members: usize) -> Vec<(String, usize, usize, usize)> {
    let one =
        |member| network.blocks().into_iter().map(move |b| (format!("members.{member}.{}", b.name), member, b.start, b.len()));
    (0..members).flat_map(one).collect()
}

/// The header that belongs to a manifest: keys in a fixed order, filled up with spaces to a multiple of eight.
fn header(manifest: &str, checksum: &str, network: &Network, members: usize) -> Vec<u8> {
    let entries: BTreeMap<&str, &str> =
        [("checksum", checksum), ("format_version", "1"), ("manifest", manifest)].into_iter().collect();
    let mut map = serde_json::Map::new();
    map.insert("__metadata__".into(), serde_json::json!(entries));
    let shapes = network.blocks();
    let mut offset = 0;
    for (i, (name, _, _, len)) in tensors(network, members).into_iter().enumerate() {
        let end = offset + 4 * len;
        let shape = shapes[i % shapes.len()].shape;
        map.insert(name, serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}));
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
    let (network, normalizer, target) = (&manifest.network, &manifest.normalizer, &manifest.schema.target);
    let small = |n: usize, limit: usize| n <= limit;
    // The most that there can be: the blocks themselves are only made of sizes that are sane.
    let blocks = 5 + network.embeddings.len() + 2 * (network.hidden.len() + 1);
    let sizes = network.hidden.iter().all(|n| (1..=8192).contains(n))
        && network.embeddings.iter().all(|(levels, dim)| small(*levels, 1 << 28) && small(*dim, 1 << 10))
        && small(network.numbers, 1 << 24)
        && network.periodic.is_none_or(|p| (1..=256).contains(&p.frequencies) && (1..=64).contains(&p.dimension))
        && (1..=1 << 16).contains(&network.outputs)
        && (1..=64).contains(&manifest.members);
    if !sizes || blocks.saturating_mul(manifest.members) > MOST_TENSORS {
        return Err("its network is too large to be one".into());
    }
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
    if !fits || outputs != network.outputs || normalizer.classes != labels || numbers != network.numbers || embedded != levels {
        return Err("its network does not fit its columns".into());
    }
    for (name, encoding) in &normalizer.columns {
        if manifest.schema.column(name).is_none_or(|c| !is_of(encoding, c.kind)) || !encoding.is_sound() {
            return Err(format!("its column \"{name}\" is not described as it must be"));
        }
    }
    let fits = |column: &Histogram| {
        let learned = normalizer.columns.iter().any(|(name, _)| *name == column.name);
        learned && manifest.schema.column(&column.name).is_some_and(|c| column.is_of(c.kind))
    };
    if manifest.profile.as_ref().is_some_and(|p| !p.is_sound() || !p.columns.iter().all(fits)) {
        return Err("its histograms are not those of its columns".into());
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
    Ok(())
}
