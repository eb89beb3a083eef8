//! Small plots of one line, for the terminal.

/// Eighths of a column from the left.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Eighths of a line from the bottom.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar of up to `columns`, as long as its share of them.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a few columns")]
pub fn bar(share: f64, columns: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * 8.0 * columns as f64).round() as usize;
    let mut bar: String = std::iter::repeat_n('█', eighths / 8).collect();
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8 - 1]);
    }
    bar
}

/// One column per value, as high as it lies between `low` and `high`.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of eight heights")]
pub fn spark(values: &[f64], low: f64, high: f64) -> String {
    let height = |v: &f64| if high > low { (((v - low) / (high - low)).clamp(0.0, 1.0) * 7.0).round() as usize } else { 3 };
    values.iter().map(|v| HEIGHTS[height(v)]).collect()
}

/// Smallest and largest of some values.
#[must_use]
pub fn ends<'a>(values: impl IntoIterator<Item = &'a f64>) -> [f64; 2] {
    values.into_iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(*v), high.max(*v)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plots_by_hand() {
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!(bar(-1.0, 3), "");
        assert_eq!(spark(&[0.0, 1.0, 0.5], 0.0, 1.0), "▁█▅");
        assert_eq!(spark(&[2.0, 2.0], 2.0, 2.0), "▄▄");
        assert_eq!(ends(&[3.0, -1.0]), [-1.0, 3.0]);
    }
}
