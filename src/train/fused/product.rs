//! Matrix products in `f32`, the arithmetic of a dense layer.

use pulp::Simd;

/// Rows of a tile: with two vectors a row, twelve sums stay in registers on every processor.
const TILE: usize = 6;

/// A row-major matrix.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    pub values: &'a [f32],
    /// Values from row to row.
    pub stride: usize,
}

impl<'a> Matrix<'a> {
    #[inline(always)]
    pub const fn new(values: &'a [f32], stride: usize) -> Self {
        Self { values, stride }
    }

    /// The values from one row on.
    #[inline(always)]
    fn row(&self, row: usize) -> &'a [f32] {
        &self.values[row * self.stride..]
    }
}

/// The left factor of a product, `[rows, depth]`.
#[derive(Clone, Copy)]
pub enum Left<'a> {
    Plain(Matrix<'a>),
    /// The transpose of a matrix `[depth, rows]`.
    Transposed(Matrix<'a>),
}

/// The right factor of a product, as [`pack`] leaves it.
#[derive(Clone, Copy)]
pub struct Packed<'a> {
    pub values: &'a [f32],
    pub depth: usize,
    pub width: usize,
}

/// What a product starts from.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    Zero,
    /// The same row of values for every row.
    Row(&'a [f32]),
    /// What the output holds.
    Output,
}

/// Columns of a panel.
const fn panel<S: Simd>() -> usize {
    2 * S::F32_LANES
}

/// Enough room for a packed matrix `[depth, width]` on any processor: the widest vectors have sixteen lanes.
pub const fn packed_len(depth: usize, width: usize) -> usize {
    width.next_multiple_of(32) * depth
}

/// Rearranges a row-major matrix `[depth, width]` into panels of columns, the last one filled up with zeros, each value
/// times the `scale` of its row.
#[inline(always)]
pub fn pack<S: Simd>(simd: S, matrix: &[f32], width: usize, scale: Option<&[f32]>, packed: &mut [f32]) {
    let depth = matrix.len() / width;
    let columns = panel::<S>();
    for (p, panel) in packed.chunks_exact_mut(columns * depth).take(width.div_ceil(columns)).enumerate() {
        let from = p * columns;
        let used = columns.min(width - from);
        for d in 0..depth {
            let row = &matrix[d * width + from..][..used];
            let mut values = if used == columns { load_whole::<S>(row) } else { load(simd, row) };
            if let Some(scale) = scale {
                let factor = simd.splat_f32s(scale[d]);
                values = [simd.mul_f32s(values[0], factor), simd.mul_f32s(values[1], factor)];
            }
            store_whole::<S>(&mut panel[d * columns..], values);
        }
    }
}

/// [`pack`] of the transpose of a row-major matrix `[width, depth]`.
#[inline(always)]
pub fn pack_transposed<S: Simd>(matrix: &[f32], depth: usize, scale: Option<&[f32]>, packed: &mut [f32]) {
    let width = matrix.len() / depth;
    let columns = panel::<S>();
    for (p, panel) in packed.chunks_exact_mut(columns * depth).take(width.div_ceil(columns)).enumerate() {
        for c in 0..columns {
            let at = p * columns + c;
            if at < width {
                let factor = scale.map_or(1.0, |s| s[at]);
                let row = &matrix[at * depth..][..depth];
                panel[c..].iter_mut().step_by(columns).zip(row).for_each(|(out, v)| *out = factor * v);
            } else {
                panel[c..].iter_mut().step_by(columns).for_each(|out| *out = 0.0);
            }
        }
    }
}

/// `output = start + left * packed`, row-major `[rows, width]` with `width` values from row to row.
///
/// Every element is one chain of fused multiply-adds in the order of `depth`: its bits depend neither on the
/// processor nor on the rows beside it.
#[inline(always)]
pub fn product<S: Simd>(simd: S, left: Left<'_>, rows: usize, right: Packed<'_>, start: Start<'_>, output: &mut [f32]) {
    let Packed { values, depth, width } = right;
    let columns = panel::<S>();
    for (p, panel) in values.chunks_exact(columns * depth).take(width.div_ceil(columns)).enumerate() {
        let from = p * columns;
        let used = columns.min(width - from);
        let panel = S::as_simd_f32s(panel).0.as_chunks::<2>().0;
        let start = match start {
            Start::Row(row) => Start::Row(&row[from..from + used]),
            other => other,
        };
        let mut row = 0;
        while row < rows {
            let out = &mut output[row * width + from..];
            let tile = Tile { left, row, panel, start, stride: width, used };
            match rows - row {
                1 => tile.run::<S, 1>(simd, out),
                2 => tile.run::<S, 2>(simd, out),
                3 => tile.run::<S, 3>(simd, out),
                4 => tile.run::<S, 4>(simd, out),
                5 => tile.run::<S, 5>(simd, out),
                _ => tile.run::<S, TILE>(simd, out),
            }
            row += TILE;
        }
    }
}

/// Some rows and a panel of columns of a product.
struct Tile<'a, V> {
    left: Left<'a>,
    row: usize,
    panel: &'a [[V; 2]],
    start: Start<'a>,
    stride: usize,
    /// Columns of the panel that the output has.
    used: usize,
}

impl<V: Copy> Tile<'_, V> {
    #[expect(clippy::needless_range_loop, reason = "several arrays of registers run side by side")]
    #[inline(always)]
    fn run<S: Simd<f32s = V>, const R: usize>(self, simd: S, out: &mut [f32]) {
        let mut sums = [[simd.splat_f32s(0.0); 2]; R];
        let whole = self.used == panel::<S>();
        match self.start {
            Start::Zero => {}
            Start::Row(values) => sums = [if whole { load_whole::<S>(values) } else { load(simd, values) }; R],
            Start::Output if whole => {
                for r in 0..R {
                    sums[r] = load_whole::<S>(&out[r * self.stride..]);
                }
            }
            Start::Output => {
                for r in 0..R {
                    sums[r] = load(simd, &out[r * self.stride..][..self.used]);
                }
            }
        }
        match self.left {
            Left::Plain(matrix) => {
                let mut rows = [&matrix.values[..0]; R];
                for r in 0..R {
                    rows[r] = &matrix.row(self.row + r)[..self.panel.len()];
                }
                for d in 0..self.panel.len() {
                    for r in 0..R {
                        let value = simd.splat_f32s(rows[r][d]);
                        sums[r][0] = simd.mul_add_f32s(value, self.panel[d][0], sums[r][0]);
                        sums[r][1] = simd.mul_add_f32s(value, self.panel[d][1], sums[r][1]);
                    }
                }
            }
            Left::Transposed(matrix) => {
                for d in 0..self.panel.len() {
                    let values = &matrix.row(d)[self.row..][..R];
                    for r in 0..R {
                        let value = simd.splat_f32s(values[r]);
                        sums[r][0] = simd.mul_add_f32s(value, self.panel[d][0], sums[r][0]);
                        sums[r][1] = simd.mul_add_f32s(value, self.panel[d][1], sums[r][1]);
                    }
                }
            }
        }
        for r in 0..R {
            if whole {
                store_whole::<S>(&mut out[r * self.stride..], sums[r]);
            } else {
                store(simd, &mut out[r * self.stride..][..self.used], sums[r]);
            }
        }
    }
}

#[inline(always)]
fn load_whole<S: Simd>(row: &[f32]) -> [S::f32s; 2] {
    let vectors = S::as_simd_f32s(&row[..panel::<S>()]).0;
    [vectors[0], vectors[1]]
}

#[inline(always)]
fn store_whole<S: Simd>(row: &mut [f32], sums: [S::f32s; 2]) {
    let vectors = S::as_mut_simd_f32s(&mut row[..panel::<S>()]).0;
    vectors[0] = sums[0];
    vectors[1] = sums[1];
}

/// Up to a panel of values, the rest zero.
#[inline(always)]
fn load<S: Simd>(simd: S, row: &[f32]) -> [S::f32s; 2] {
    let (low, high) = row.split_at(row.len().min(S::F32_LANES));
    [simd.partial_load_f32s(low), simd.partial_load_f32s(high)]
}

#[inline(always)]
fn store<S: Simd>(simd: S, row: &mut [f32], sums: [S::f32s; 2]) {
    let (low, high) = row.split_at_mut(row.len().min(S::F32_LANES));
    simd.partial_store_f32s(low, sums[0]);
    simd.partial_store_f32s(high, sums[1]);
}
