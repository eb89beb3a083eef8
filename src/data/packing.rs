use super::{Dataset, Labels, Matrix, Truth};

/// How a row of a dataset is written in few bytes: one-hot levels as one number.
///
/// A row is a list of 32-bit words: the dense values and levels column by column, the codes of embedded categories, the
/// weight, the target as two words of an `f64`, and a numeric one once more as the network sees it.
#[derive(Clone, Debug)]
pub struct Packing {
    parts: Vec<Part>,
    width: usize,
    cardinalities: Vec<usize>,
    continuous: Vec<usize>,
    classes: usize,
    /// [`Labels::Numbers`].
    reach: f32,
    words: usize,
}

/// The dense values of one column.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: usize,
    width: usize,
    hot: bool,
}

/// Words of the weight and the target.
const TAIL: usize = 3;

impl Packing {
    /// For datasets of one kind. `columns` are the dense values of each column, and whether at most one of them is 1 and all
    /// others are 0; `reach` is that of a numeric target.
    #[must_use]
    pub fn new(
        columns: &[(usize, bool)],
        continuous: Vec<usize>,
        cardinalities: Vec<usize>,
        classes: usize,
        reach: f32,
    ) -> Self {
        let mut start = 0;
        let mut parts = Vec::new();
        for &(width, hot) in columns.iter().filter(|(width, _)| *width > 0) {
            parts.push(Part { start, width, hot });
            start += width;
        }
        let dense: usize = parts.iter().map(|p| if p.hot { 1 } else { p.width }).sum();
        let tail = if classes == 0 { TAIL + 1 } else { TAIL };
        Self { words: dense + cardinalities.len() + tail, parts, width: start, cardinalities, continuous, classes, reach }
    }

    /// Bytes of one row.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        4 * self.words
    }

    /// Dense values of one row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Appends a row of an encoded dataset; `truth` holds its target.
    ///
    /// # Panics
    /// If the row is not of a dataset that the same normalizer encoded.
    pub fn pack(&self, data: &Dataset, truth: &Truth, row: usize, out: &mut Vec<u8>) {
        let values = data.numbers.row(row);
        for part in &self.parts {
            let values = &values[part.start..][..part.width];
            if part.hot {
                let level = values.iter().position(|v| *v != 0.0).map_or(0, |place| place + 1);
                out.extend_from_slice(&u32::try_from(level).unwrap_or(0).to_le_bytes());
            } else {
                values.iter().for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
            }
        }
        let count = self.cardinalities.len();
        data.codes[row * count..][..count].iter().for_each(|code| out.extend_from_slice(&code.to_le_bytes()));
        out.extend_from_slice(&data.weights[row].to_le_bytes());
        let target = match truth {
            Truth::Classes(codes) => f64::from(codes[row]),
            Truth::Numbers(values) => values[row],
        };
        out.extend_from_slice(&target.to_le_bytes());
        if let Some(Labels::Numbers { values, .. }) = &data.labels {
            out.extend_from_slice(&values[row].to_le_bytes());
        }
    }

    /// The dataset of packed rows, and their targets in their own unit.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "codes of classes, and the network's f32")]
    pub fn unpack(&self, bytes: &[u8]) -> (Dataset, Truth) {
        let words = bytes.as_chunks::<4>().0;
        let height = words.len() / self.words;
        let mut numbers = Matrix::zeros(height, self.width);
        let mut codes = Vec::with_capacity(height * self.cardinalities.len());
        let (mut weights, mut targets) = (Vec::with_capacity(height), Vec::with_capacity(height));
        let mut scaled = Vec::new();
        for (row, words) in words.chunks_exact(self.words).enumerate() {
            let mut words = words.iter();
            let mut word = || words.next().copied().unwrap_or_default();
            let values = &mut numbers.values[row * self.width..][..self.width];
            for part in &self.parts {
                let values = &mut values[part.start..][..part.width];
                if part.hot {
                    let level = u32::from_le_bytes(word()) as usize;
                    if let Some(value) = level.checked_sub(1).and_then(|place| values.get_mut(place)) {
                        *value = 1.0;
                    }
                } else {
                    values.iter_mut().for_each(|v| *v = f32::from_le_bytes(word()));
                }
            }
            codes.extend((0..self.cardinalities.len()).map(|_| u32::from_le_bytes(word())));
            weights.push(f32::from_le_bytes(word()));
            let (low, high) = (word(), word());
            targets.push(f64::from_bits(u64::from(u32::from_le_bytes(low)) | u64::from(u32::from_le_bytes(high)) << 32));
            if self.classes == 0 {
                scaled.push(f32::from_le_bytes(word()));
            }
        }
        let (labels, truth) = if self.classes > 0 {
            let codes: Vec<u32> = targets.iter().map(|t| *t as u32).collect();
            (Labels::Classes { codes: codes.clone(), classes: self.classes }, Truth::Classes(codes))
        } else {
            (Labels::Numbers { values: scaled, reach: self.reach }, Truth::Numbers(targets))
        };
        let data = Dataset {
            height,
            numbers,
            continuous: self.continuous.clone(),
            codes,
            cardinalities: self.cardinalities.clone(),
            labels: Some(labels),
            weights,
            units: (0..).take(height).collect(),
            ordered: false,
        };
        (data, truth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let packing = Packing::new(&[(2, false), (3, true), (0, true)], vec![0], vec![9], 3, f32::INFINITY);
        let data = Dataset {
            height: 3,
            numbers: Matrix {
                values: vec![0.5, 1.0, 0.0, 1.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0, 7.5, 0.0, 0.0, 0.0, 1.0],
                width: 5,
            },
            continuous: vec![0],
            codes: vec![0, 8, 3],
            cardinalities: vec![9],
            labels: Some(Labels::Classes { codes: vec![2, 0, 1], classes: 3 }),
            weights: vec![1.0, 0.25, 3.0],
            units: vec![0, 1, 2],
            ordered: false,
        };
        let truth = Truth::Classes(vec![2, 0, 1]);
        let mut bytes = Vec::new();
        (0..3).for_each(|row| packing.pack(&data, &truth, row, &mut bytes));
        assert_eq!(bytes.len(), 3 * packing.bytes());
        assert_eq!(packing.bytes(), 4 * (2 + 1 + 1 + 3));
        assert_eq!(packing.unpack(&bytes), (data, truth));
    }

    #[test]
    fn a_number_keeps_all_of_its_digits_beside_what_the_network_sees_of_it() {
        let packing = Packing::new(&[(1, false)], vec![0], vec![], 0, 3.0);
        let labels = Some(Labels::Numbers { values: vec![0.525], reach: 3.0 });
        let numbers = Matrix { values: vec![1.0], width: 1 };
        let data = Dataset { height: 1, numbers, weights: vec![1.0], labels: labels.clone(), ..packing.unpack(&[]).0 };
        let mut bytes = Vec::new();
        packing.pack(&data, &Truth::Numbers(vec![12.1]), 0, &mut bytes);
        assert_eq!(bytes.len(), packing.bytes());
        let (back, truth) = packing.unpack(&bytes);
        assert_eq!(truth, Truth::Numbers(vec![12.1]));
        assert_eq!(back.labels, labels);
    }
}
