//! Gaps in disguise: a value at the end of a column's range that says "not known", such as 0 for a length or 999 for a
//! number of days (Pearson 2006, "The problem of disguised missing data").
//!
//! Only values that are written for that are looked at. Any other one that stands in several rows far from the rest is more
//! often true: that of the largest state in a table of its counties, or of the one shop that is open for 24 hours.

/// Fewest rows that share such a value; a single one is a slip of the hand.
const FEWEST_ROWS: usize = 3;
/// Fewest other values: with few, a lone one may well be one more step of a scale.
const FEWEST_VALUES: usize = 20;
/// Smallest distance to the nearest other value, as a share of what the others span without their outermost 0.1 %.
const DISTANCE: f64 = 0.25;
/// Largest share of the rows: what more rows have is the rule, not a gap in it.
const MOST: f64 = 0.5;

/// The smallest, the largest, both or neither of the sorted values.
pub fn disguised(sorted: &[f64]) -> Vec<f64> {
    let runs: Vec<&[f64]> = sorted.chunk_by(|a, b| a == b).collect();
    let [first, second, .., before, last] = runs.as_slice() else { return Vec::new() };
    if runs.len() <= FEWEST_VALUES {
        return Vec::new();
    }
    let often = |run: &[f64]| run.len() >= FEWEST_ROWS && run.len() as f64 <= MOST * sorted.len() as f64 && marks_a_gap(run[0]);
    // What the others span: without the run itself on its side, without 0.1 % on both.
    let span = |others: &[f64]| {
        let cut = others.len() / 1000;
        others[others.len() - 1 - cut] - others[cut]
    };
    let low = often(first) && second[0] - first[0] > DISTANCE * span(&sorted[first.len()..]);
    let high = often(last) && last[0] - before[0] > DISTANCE * span(&sorted[..sorted.len() - last.len()]);
    low.then_some(first[0]).into_iter().chain(high.then_some(last[0])).collect()
}

/// Whether people and programs write the number for a missing one: 0, -1 to -9, and nines, eights or sevens, of which
/// surveys write 96 to 99 for the reasons.
fn marks_a_gap(value: f64) -> bool {
    let size = value.abs();
    if value == 0.0 || (value < 0.0 && size <= 9.0 && size.fract() == 0.0) {
        return true;
    }
    let text = size.to_string();
    // 99.9 is a marker of weather stations, 99.99 a price.
    let digits = text.strip_suffix(".9").filter(|whole| whole.len() > 1 && whole.ends_with('9')).unwrap_or(&text);
    let all = |digits: &str, digit: char| digits.chars().all(|d| d == digit);
    let nines = digits.strip_suffix(['6', '7', '8', '9']).is_some_and(|rest| all(rest, '9'));
    digits.len() > 1 && (nines || all(digits, '8') || all(digits, '7'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rest: impl IntoIterator<Item = f64>, odd: f64, times: usize) -> Vec<f64> {
        let mut values: Vec<f64> = rest.into_iter().chain(std::iter::repeat_n(odd, times)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    fn lengths() -> impl Iterator<Item = f64> {
        (0..60).map(|i| 4.0 + f64::from(i) / 10.0)
    }

    #[test]
    fn a_repeated_value_far_from_all_others_stands_for_a_gap() {
        // The others span 4.0 to 9.9: a quarter of that is 1.475.
        assert_eq!(disguised(&with(lengths(), 0.0, 3)), [0.0]);
        assert_eq!(disguised(&with(lengths(), 999.0, 3)), [999.0]);
        let beyond = |gap: f64| disguised(&with((0..60).map(|i| 99.0 - gap - f64::from(i) / 10.0), 99.0, 3));
        assert_eq!(beyond(1.48), [99.0]);
        assert!(beyond(1.47).is_empty(), "near");
        assert!(disguised(&with(lengths(), 0.0, 2)).is_empty(), "too seldom");
        assert!(disguised(&with(lengths(), 0.0, 61)).is_empty(), "too often");
        assert!(disguised(&with((4..14).map(f64::from), 0.0, 3)).is_empty(), "few values");
        assert!(disguised(&[]).is_empty() && disguised(&[1.0; 9]).is_empty());
    }

    #[test]
    fn values_that_are_written_for_no_gap_are_true() {
        for odd in [-1.0, -9.0, 98.0, 99.9, -999.0, 8888.0] {
            assert_eq!(disguised(&with(lengths(), odd, 3)), [odd]);
        }
        for odd in [24.0, 90.0, 19.9, 646.0, 99.99, 12_699_119.0, 1e9] {
            assert!(disguised(&with(lengths(), odd, 3)).is_empty(), "{odd}");
        }
    }

    #[test]
    fn both_ends_can_hold_one_and_an_outlier_hides_none() {
        let both = with(with(lengths(), 0.0, 5), 99.0, 4);
        // Seen from below, the 99 are among the others, which then span 4.0 to 99.
        assert_eq!(disguised(&both), [99.0]);
        // Two thousand lengths and two outliers: without 0.1 % on both sides they still span 4.0 to 9.9.
        let many = (0..34).flat_map(|_| lengths()).chain([58.0, 59.0]);
        assert_eq!(disguised(&with(many, 0.0, 7)), [0.0]);
    }
}
