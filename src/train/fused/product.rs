//! Matrix products in `f32`, the arithmetic of a dense layer.

use pulp::Simd;

/// Rows of a tile: with the vectors of a panel, twelve sums stay in sixteen registers, or twenty-four in thirty-two.
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

/// Vectors of a panel; the last panel of a matrix has as many as its columns need.
const fn vectors<S: Simd>() -> usize {
    if S::REGISTER_COUNT >= 32 { 4 } else { 2 }
}

/// Enough room for a packed matrix `[depth, width]` on any processor: the widest vectors have sixteen lanes.
pub const fn packed_len(depth: usize, width: usize) -> usize {
    width.next_multiple_of(16) * depth
}

/// Whether one panel holds all columns with none to spare: such a matrix is packed as it stands.
#[inline(always)]
pub const fn is_packed<S: Simd>(width: usize) -> bool {
    width.is_multiple_of(S::F32_LANES) && width <= vectors::<S>() * S::F32_LANES
}

/// The panels of a matrix with `width` columns: the first column of each, and its columns, filled up to whole vectors.
#[inline(always)]
fn panels<S: Simd>(width: usize) -> impl Iterator<Item = (usize, usize)> {
    let most = vectors::<S>() * S::F32_LANES;
    (0..width).step_by(most).map(move |from| (from, (width - from).next_multiple_of(S::F32_LANES).min(most)))
}

/// Rearranges a row-major matrix `[depth, width]` into panels of columns, filled up with zeros, each value times the
/// `scale` of its row.
#[inline(always)]
pub fn pack<S: Simd>(simd: S, matrix: &[f32], width: usize, scale: Option<&[f32]>, packed: &mut [f32]) {
    let depth = matrix.len() / width;
    for (from, columns) in panels::<S>(width) {
        let used = columns.min(width - from);
        let panel = &mut packed[from * depth..][..columns * depth];
        for (d, out) in panel.chunks_exact_mut(columns).enumerate() {
            let row = &matrix[d * width + from..][..used];
            let factor = scale.map(|scale| simd.splat_f32s(scale[d]));
            let whole = S::as_mut_simd_f32s(out).0;
            let (vectors, rest) = S::as_simd_f32s(row);
            for (out, value) in whole.iter_mut().zip(vectors) {
                *out = factor.map_or(*value, |factor| simd.mul_f32s(*value, factor));
            }
            if let (Some(out), false) = (whole.last_mut(), rest.is_empty()) {
                let value = simd.partial_load_f32s(rest);
                *out = factor.map_or(value, |factor| simd.mul_f32s(value, factor));
            }
        }
    }
}

/// [`pack`] of the transpose of a row-major matrix `[width, depth]`.
#[inline(always)]
pub fn pack_transposed<S: Simd>(matrix: &[f32], depth: usize, scale: Option<&[f32]>, packed: &mut [f32]) {
    let width = matrix.len() / depth;
    for (from, columns) in panels::<S>(width) {
        let panel = &mut packed[from * depth..][..columns * depth];
        for c in 0..columns {
            let at = from + c;
            let out = panel[c..].iter_mut().step_by(columns);
            if at < width {
                let factor = scale.map_or(1.0, |s| s[at]);
                out.zip(&matrix[at * depth..][..depth]).for_each(|(out, v)| *out = factor * v);
            } else {
                out.for_each(|out| *out = 0.0);
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
    for (from, columns) in panels::<S>(width) {
        let panel = S::as_simd_f32s(&values[from * depth..][..columns * depth]).0;
        let used = columns.min(width - from);
        let start = match start {
            Start::Row(row) => Start::Row(&row[from..from + used]),
            other => other,
        };
        let part = Part { left, rows, start, stride: width, used };
        let output = &mut output[from..];
        match columns / S::F32_LANES {
            1 => part.product::<S, 1>(simd, panel, output),
            2 => part.product::<S, 2>(simd, panel, output),
            3 => part.product::<S, 3>(simd, panel, output),
            _ => part.product::<S, 4>(simd, panel, output),
        }
    }
}

/// The columns of a product that one panel gives.
#[derive(Clone, Copy)]
struct Part<'a> {
    left: Left<'a>,
    rows: usize,
    start: Start<'a>,
    stride: usize,
    /// Columns of the panel that the output has.
    used: usize,
}

impl Part<'_> {
    #[inline(always)]
    fn product<S: Simd, const W: usize>(self, simd: S, panel: &[S::f32s], output: &mut [f32]) {
        let panel = panel.as_chunks::<W>().0;
        let mut row = 0;
        while row < self.rows {
            let out = &mut output[row * self.stride..];
            row += match self.rows - row {
                1 => self.tile::<S, 1, W>(simd, row, panel, out),
                2 | 3 => self.tile::<S, 2, W>(simd, row, panel, out),
                4 | 5 => self.tile::<S, 4, W>(simd, row, panel, out),
                _ => self.tile::<S, TILE, W>(simd, row, panel, out),
            };
        }
    }

    /// `R` rows from `row` on; how many those are.
    #[expect(clippy::needless_range_loop, reason = "several arrays of registers run side by side")]
    #[inline(always)]
    fn tile<S: Simd, const R: usize, const W: usize>(
        self,
        simd: S,
        row: usize,
        panel: &[[S::f32s; W]],
        out: &mut [f32],
    ) -> usize {
        let mut sums = [[simd.splat_f32s(0.0); W]; R];
        match self.start {
            Start::Zero => {}
            Start::Row(values) => sums = [self.load::<S, W>(simd, values); R],
            Start::Output => {
                for r in 0..R {
                    sums[r] = self.load::<S, W>(simd, &out[r * self.stride..]);
                }
            }
        }
        match self.left {
            Left::Plain(matrix) => {
                let mut rows = [&matrix.values[..0]; R];
                for r in 0..R {
                    rows[r] = &matrix.row(row + r)[..panel.len()];
                }
                for d in 0..panel.len() {
                    for r in 0..R {
                        let value = simd.splat_f32s(rows[r][d]);
                        for w in 0..W {
                            sums[r][w] = simd.mul_add_f32s(value, panel[d][w], sums[r][w]);
                        }
                    }
                }
            }
            Left::Transposed(matrix) => {
                for (panel, values) in panel.iter().zip(matrix.values.chunks_exact(matrix.stride)) {
                    let values = &values[row..][..R];
                    for r in 0..R {
                        let value = simd.splat_f32s(values[r]);
                        for w in 0..W {
                            sums[r][w] = simd.mul_add_f32s(value, panel[w], sums[r][w]);
                        }
                    }
                }
            }
        }
        for r in 0..R {
            self.store::<S, W>(simd, &mut out[r * self.stride..], sums[r]);
        }
        R
    }

    /// The values of a row, filled up with zeros.
    #[inline(always)]
    fn load<S: Simd, const W: usize>(self, simd: S, row: &[f32]) -> [S::f32s; W] {
        let mut values = [simd.splat_f32s(0.0); W];
        let (vectors, rest) = S::as_simd_f32s(&row[..self.used]);
        if vectors.len() == W {
            values.copy_from_slice(vectors);
        } else {
            values[..W - 1].copy_from_slice(vectors);
            values[W - 1] = simd.partial_load_f32s(rest);
        }
        values
    }

    #[inline(always)]
    fn store<S: Simd, const W: usize>(self, simd: S, row: &mut [f32], sums: [S::f32s; W]) {
        let (vectors, rest) = S::as_mut_simd_f32s(&mut row[..self.used]);
        if vectors.len() == W {
            vectors.copy_from_slice(&sums);
        } else {
            vectors.copy_from_slice(&sums[..W - 1]);
            simd.partial_store_f32s(rest, sums[W - 1]);
        }
    }
}
