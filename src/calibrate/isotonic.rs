//! A curve that only rises, by pooling adjacent violators (Ayer et al. 1955).

use super::Calibration;

/// Rows of neighbouring predictions: their number, the sum of what was said of them, and how many came true.
#[derive(Clone, Copy)]
struct Block {
    rows: f64,
    said: f64,
    came: f64,
}

impl Block {
    fn rate(self) -> f64 {
        self.came / self.rows
    }

    /// What came true, with what the model says counted as one more row: never quite 0 or 1.
    fn shrunk(self) -> f64 {
        (self.came + self.mean()) / (self.rows + 1.0)
    }

    fn mean(self) -> f64 {
        self.said / self.rows
    }
}

/// One point per pooled block, at the mean of what was said in it: straight lines between them keep the order of rows,
/// which steps would not.
pub fn isotonic(codes: &[u32], said: &[f64]) -> Calibration {
    let mut order: Vec<usize> = (0..said.len()).collect();
    order.sort_by(|&a, &b| said[a].total_cmp(&said[b]));
    let mut blocks: Vec<Block> = Vec::new();
    for group in order.chunk_by(|&a, &b| said[a] == said[b]) {
        let came = group.iter().filter(|&&r| codes[r] == 1).count() as f64;
        let rows = group.len() as f64;
        let mut block = Block { rows, said: rows * said[group[0]], came };
        while let Some(last) = blocks.pop_if(|last| last.rate() >= block.rate()) {
            block = Block { rows: last.rows + block.rows, said: last.said + block.said, came: last.came + block.came };
        }
        blocks.push(block);
    }
    let (mut points, mut said, mut came) = (0.0_f64, Vec::new(), Vec::new());
    for block in blocks {
        // Shrinking small blocks more than large ones could make the curve fall.
        points = points.max(block.shrunk()).min(1.0);
        let at = block.mean().clamp(0.0, 1.0);
        if said.last().is_none_or(|last| *last < at) {
            said.push(at);
            came.push(points);
        }
    }
    Calibration::Isotonic { said, came }
}

/// The curve at `p`, which goes on to (0, 0) and to (1, 1) beyond its points.
pub fn apply(said: &[f64], came: &[f64], p: f64) -> f64 {
    let next = said.partition_point(|s| *s < p);
    let point = |i: usize| (said[i], came[i]);
    let (x0, y0) = next.checked_sub(1).map_or((0.0, 0.0), point);
    let (x1, y1) = if next < said.len() { point(next) } else { (1.0, 1.0) };
    if x1 > x0 { y0 + (y1 - y0) * ((p - x0) / (x1 - x0)).clamp(0.0, 1.0) } else { y1 }
}
