//! Learning from more rows than memory holds.

use std::sync::Arc;

use super::config::{ClassWeight, TrainConfig};
use super::fit::{Fit, Stop};
use super::order::{Rows, Take};
use super::{Train, check_inputs};
use crate::data::{Dataset, Labels, Packing, Spool};
use crate::error::{Result, TrainError};
use crate::pipeline::{Context, parallel};
use crate::seed::Seed;

use super::model::Model;

/// Neighbours on the disk that are read together.
const BLOCK: usize = 4096;
/// Blocks, from all over the file, whose rows are shuffled among each other.
const WINDOW: usize = 16;

/// Rows to learn from on the disk, and rows in memory that decide when to stop.
#[derive(Debug)]
pub struct Stream<'a> {
    pub rows: &'a Spool,
    pub packing: &'a Packing,
    /// May be empty.
    pub stop: &'a Dataset,
    /// Sum of the weights of all rows of each class; empty for a number.
    pub classes: &'a [f64],
}

impl Train {
    /// Trains on rows that are streamed, as on a dataset: only their order is another one. Each epoch shuffles blocks of
    /// 4096 rows, and then all rows of sixteen blocks at a time.
    ///
    /// # Errors
    /// As for a dataset, and if the rows cannot be read.
    pub fn stream(&self, stream: &Stream<'_>, labels: Arc<[String]>, cx: &Context<'_>) -> Result<Model> {
        if stream.rows.is_empty() {
            return Err(TrainError::TooFewRows { rows: 0, needed: 1 }.into());
        }
        let mut bytes = Vec::new();
        stream.rows.read(0, BLOCK, &mut bytes)?;
        let (first, _) = stream.packing.unpack(&bytes);
        check_inputs(&first)?;
        if !stream.classes.is_empty() && stream.classes.iter().filter(|sum| **sum > 0.0).count() < 2 {
            return Err(TrainError::OneClass { rows: stream.rows.len() }.into());
        }
        let network = self.model.network(&first);
        drop((first, bytes));
        let factors = factors(&self.config, stream.classes);
        let importance = weighted(stream.stop, &factors);
        let stop_rows: Vec<usize> = (0..stream.stop.height).filter(|&row| stream.stop.weights[row] > 0.0).collect();
        let rows = Windows { stream, factors };
        let networks = self.model.networks(stream.rows.len());
        let rounds = networks.div_ceil(cx.threads());
        let train = TrainConfig { max_time: self.config.max_time / rounds as f64, ..self.config.clone() };
        let checksum = stream.rows.checksum();
        let members = parallel(cx.threads(), networks, |i| {
            let (model, data, device) = (&self.model, stream.stop, &self.device);
            let stop = Stop { seed: cx.seed().derive("stop", 0), member: i };
            let fit = Fit { network: &network, model, train: &train, data, device, stop };
            fit.learn(&rows, &stop_rows, &importance, &checksum, &cx.part("member", i))
        })?;
        let (members, histories) = members.into_iter().unzip();
        Ok(Model { network, members, labels, histories, device: self.device.clone() })
    }
}

/// What the weights of the rows of each class are multiplied with; empty where nothing is.
#[expect(clippy::cast_possible_truncation, reason = "importance is f32")]
fn factors(train: &TrainConfig, classes: &[f64]) -> Vec<f32> {
    if train.class_weight == ClassWeight::None || classes.is_empty() {
        return Vec::new();
    }
    let total: f64 = classes.iter().sum();
    classes.iter().map(|sum| if *sum > 0.0 { (total / (classes.len() as f64 * sum)) as f32 } else { 1.0 }).collect()
}

/// How much each row counts.
fn weighted(data: &Dataset, factors: &[f32]) -> Vec<f32> {
    match &data.labels {
        Some(Labels::Classes { codes, .. }) if !factors.is_empty() => {
            data.weights.iter().zip(codes).map(|(weight, code)| weight * factors[*code as usize]).collect()
        }
        _ => data.weights.clone(),
    }
}

/// The rows of a file, window by window.
struct Windows<'a> {
    stream: &'a Stream<'a>,
    factors: Vec<f32>,
}

impl Windows<'_> {
    /// Rows of each window.
    fn sizes(&self) -> impl Iterator<Item = usize> {
        let (rows, window) = (self.stream.rows.len(), BLOCK * WINDOW);
        (0..rows.div_ceil(window)).map(move |i| window.min(rows - i * window))
    }
}

impl Rows for Windows<'_> {
    fn height(&self) -> usize {
        self.stream.rows.len()
    }

    fn steps(&self, batch: usize) -> usize {
        self.sizes().map(|rows| rows.div_ceil(batch)).sum()
    }

    fn each(&self, seed: Seed, each: &mut Take<'_>) -> Result<()> {
        let spool = self.stream.rows;
        let mut blocks: Vec<usize> = (0..spool.len() / BLOCK).collect();
        seed.rng().shuffle(&mut blocks);
        // The last block has fewer rows: at the end it keeps all windows but one whole.
        if !spool.len().is_multiple_of(BLOCK) {
            blocks.push(spool.len() / BLOCK);
        }
        let (mut bytes, mut shuffled) = (Vec::new(), Vec::new());
        for (i, window) in blocks.chunks(WINDOW).enumerate() {
            bytes.clear();
            window.iter().try_for_each(|block| spool.read(block * BLOCK, BLOCK, &mut bytes))?;
            let mut order: Vec<usize> = (0..bytes.len() / spool.size()).collect();
            seed.derive("window", i as u64).rng().shuffle(&mut order);
            shuffled.clear();
            order.iter().for_each(|row| shuffled.extend_from_slice(&bytes[row * spool.size()..][..spool.size()]));
            let (data, _) = self.stream.packing.unpack(&shuffled);
            let places: Vec<usize> = (0..data.height).collect();
            each(&data, &places, &weighted(&data, &self.factors))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labels, Matrix, Truth};

    /// Rows whose only input and target are their numbers.
    fn spool(rows: usize, packing: &Packing) -> (tempfile::TempDir, Spool) {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::create(folder.path(), packing.bytes()).unwrap();
        let mut bytes = Vec::new();
        for row in 0..rows {
            let data = Dataset {
                height: 1,
                numbers: Matrix { values: vec![row as f32], width: 1 },
                weights: vec![1.0],
                labels: Some(Labels::Numbers { values: vec![row as f32], reach: f32::INFINITY }),
                ..packing.unpack(&[]).0
            };
            packing.pack(&data, &Truth::Numbers(vec![row as f64]), 0, &mut bytes);
        }
        spool.add(&bytes).unwrap();
        spool.flush().unwrap();
        (folder, spool)
    }

    #[test]
    fn every_row_comes_once_an_epoch_in_an_order_of_its_own() {
        let packing = Packing::new(&[(1, false)], vec![0], vec![], 0, f32::INFINITY);
        let rows = BLOCK * WINDOW + 2 * BLOCK + 77;
        let (_folder, spool) = spool(rows, &packing);
        let (stop, _) = packing.unpack(&[]);
        let stream = Stream { rows: &spool, packing: &packing, stop: &stop, classes: &[] };
        let windows = Windows { stream: &stream, factors: vec![] };
        let epoch = |seed| {
            let (mut seen, mut parts) = (Vec::new(), Vec::new());
            let mut each = |data: &Dataset, places: &[usize], importance: &[f32]| {
                assert_eq!(importance.len(), data.height);
                seen.extend(places.iter().map(|&p| data.numbers.row(p)[0]));
                parts.push(places.len());
                Ok(())
            };
            windows.each(Seed::new(seed), &mut each).unwrap();
            (seen, parts)
        };
        let (first, parts) = epoch(1);
        assert_eq!(parts, windows.sizes().collect::<Vec<_>>());
        assert_eq!(windows.steps(512), (BLOCK * WINDOW / 512) + (2 * BLOCK + 77_usize).div_ceil(512));
        assert_eq!(epoch(1).0, first);
        assert_ne!(epoch(2).0, first);
        let mut sorted = first.clone();
        sorted.sort_by(f32::total_cmp);
        assert_eq!(sorted, (0..rows).map(|r| r as f32).collect::<Vec<_>>());
        // A window mixes rows from all over the file.
        let mean = first[..1000].iter().sum::<f32>() / 1000.0;
        assert!((mean / rows as f32 - 0.5).abs() < 0.1, "{mean}");
    }

    #[test]
    fn classes_are_balanced_by_the_sums_over_all_rows() {
        let train = TrainConfig { class_weight: ClassWeight::Balanced, ..TrainConfig::default() };
        assert_eq!(factors(&train, &[30.0, 10.0]), [40.0 / 60.0, 2.0]);
        assert!(factors(&TrainConfig::default(), &[30.0, 10.0]).is_empty());
    }
}
