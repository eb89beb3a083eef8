//! Matrix products in `f32`, the arithmetic of a dense layer.

use pulp::Simd;

/// Rows of a tile: with two vectors a row, twelve sums stay in registers on every processor.
const TILE: usize = 6;

/// The left factor of a product, `[rows, depth]`.
#[derive(Clone, Copy)]
pub enum Left<'a> {
    /// Row-major with that many values from row to row.
    Rows(&'a [f32], usize),
    /// The transpose of a row-major matrix `[depth, rows]` with that many values from row to row.
    Columns(&'a [f32], usize),
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
pub fn pack<S: Simd>(matrix: &[f32], width: usize, scale: Option<&[f32]>, packed: &mut [f32]) {
    let depth = matrix.len() / width;
    let columns = panel::<S>();
    for (p, panel) in packed.chunks_exact_mut(columns * depth).take(width.div_ceil(columns)).enumerate() {
        let from = p * columns;
        let used = columns.min(width - from);
        for (d, (out, row)) in panel.chunks_exact_mut(columns).zip(matrix.chunks_exact(width)).enumerate() {
            out[..used].copy_from_slice(&row[from..from + used]);
            out[used..].fill(0.0);
            if let Some(scale) = scale {
                out.iter_mut().for_each(|v| *v *= scale[d]);
            }
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
pub fn product<S: Simd>(
    simd: S,
    left: Left<'_>,
    rows: usize,
    depth: usize,
    packed: &[f32],
    start: Start<'_>,
    output: &mut [f32],
    width: usize,
) {
    let columns = panel::<S>();
    for (p, panel) in packed.chunks_exact(columns * depth).take(width.div_ceil(columns)).enumerate() {
        let from = p * columns;
        let panel = S::as_simd_f32s(panel).0.as_chunks::<2>().0;
        let start = match start {
            Start::Row(row) => Start::Row(&row[from..row.len().min(from + columns)]),
            other => other,
        };
        let mut row = 0;
        while row < rows {
            let out = &mut output[row * width + from..];
            let used = columns.min(width - from);
            match rows - row {
                1 => tile::<S, 1>(simd, left, row, panel, start, out, width, used),
                2 => tile::<S, 2>(simd, left, row, panel, start, out, width, used),
                3 => tile::<S, 3>(simd, left, row, panel, start, out, width, used),
                4 => tile::<S, 4>(simd, left, row, panel, start, out, width, used),
                5 => tile::<S, 5>(simd, left, row, panel, start, out, width, used),
                _ => tile::<S, TILE>(simd, left, row, panel, start, out, width, used),
            }
            row += TILE;
        }
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, row: &[f32]) -> [S::f32s; 2] {
    if row.len() == 2 * S::F32_LANES {
        let vectors = S::as_simd_f32s(row).0;
        return [vectors[0], vectors[1]];
    }
    let (low, high) = row.split_at(row.len().min(S::F32_LANES));
    [simd.partial_load_f32s(low), simd.partial_load_f32s(high)]
}

#[inline(always)]
fn store<S: Simd>(simd: S, row: &mut [f32], sums: [S::f32s; 2]) {
    if row.len() == 2 * S::F32_LANES {
        let vectors = S::as_mut_simd_f32s(row).0;
        vectors[0] = sums[0];
        vectors[1] = sums[1];
        return;
    }
    let (low, high) = row.split_at_mut(row.len().min(S::F32_LANES));
    simd.partial_store_f32s(low, sums[0]);
    simd.partial_store_f32s(high, sums[1]);
}

#[inline(always)]
fn tile<S: Simd, const R: usize>(
    simd: S,
    left: Left<'_>,
    row: usize,
    panel: &[[S::f32s; 2]],
    start: Start<'_>,
    out: &mut [f32],
    stride: usize,
    used: usize,
) {
    let mut sums = [[simd.splat_f32s(0.0); 2]; R];
    match start {
        Start::Zero => {}
        Start::Row(values) => sums = [load(simd, values); R],
        Start::Output => {
            for r in 0..R {
                sums[r] = load(simd, &out[r * stride..][..used]);
            }
        }
    }
    match left {
        Left::Rows(values, stride) => {
            let mut rows = [&values[..0]; R];
            for r in 0..R {
                rows[r] = &values[(row + r) * stride..][..panel.len()];
            }
            for d in 0..panel.len() {
                for r in 0..R {
                    let value = simd.splat_f32s(rows[r][d]);
                    sums[r][0] = simd.mul_add_f32s(value, panel[d][0], sums[r][0]);
                    sums[r][1] = simd.mul_add_f32s(value, panel[d][1], sums[r][1]);
                }
            }
        }
        Left::Columns(values, stride) => {
            for (values, panel) in values.chunks_exact(stride).zip(panel) {
                let values = &values[row..][..R];
                for r in 0..R {
                    let value = simd.splat_f32s(values[r]);
                    sums[r][0] = simd.mul_add_f32s(value, panel[0], sums[r][0]);
                    sums[r][1] = simd.mul_add_f32s(value, panel[1], sums[r][1]);
                }
            }
        }
    }
    for r in 0..R {
        store(simd, &mut out[r * stride..][..used], sums[r]);
    }
}
