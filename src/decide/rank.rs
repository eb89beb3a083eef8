/// The place of every row, 1 being the highest value; of equal values the earlier row comes first, and rows without a value
/// come last.
#[must_use]
pub fn ranks(values: &[Option<f64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // Stable: equal values keep the order of their rows.
    order.sort_by(|a, b| match (values[*a], values[*b]) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let mut ranks = vec![0; values.len()];
    order.into_iter().zip(1..).for_each(|(row, rank)| ranks[row] = rank);
    ranks
}

/// The tenth of so many rows that a place belongs to, 1 being the best; each holds as many rows as the others, or one more.
#[must_use]
pub const fn decile(rank: usize, rows: usize) -> usize {
    (rank - 1) * 10 / rows + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_keep_their_order_and_gaps_come_last() {
        assert_eq!(ranks(&[Some(0.2), None, Some(0.9), Some(0.2), Some(-1.0)]), [2, 5, 1, 3, 4]);
        assert!(ranks(&[]).is_empty());
    }

    #[test]
    fn tenths_are_of_equal_size() {
        let deciles: Vec<usize> = (1..=25).map(|rank| decile(rank, 25)).collect();
        for tenth in 1..=10 {
            assert!((2..=3).contains(&deciles.iter().filter(|d| **d == tenth).count()), "{deciles:?}");
        }
        assert!(deciles.is_sorted() && deciles[0] == 1 && deciles[24] == 10);
        assert_eq!([decile(1, 3), decile(2, 3), decile(3, 3)], [1, 4, 7]);
    }
}
