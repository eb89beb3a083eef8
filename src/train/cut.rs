//! Which training rows decide when to stop.

use crate::seed::Seed;

/// Rows to learn from and about `wanted` rows that decide when to stop: whole units drawn at random, large ones as often as
/// small ones, for classes in proportion to the units. As far as the rows go round, every network of an ensemble leaves out
/// others (cross-validation committees, Krogh & Vedelsby 1995): all rows are learned from.
///
/// More than half of the rows are never left out: where a few units are most of them, none may be.
pub fn cut(units: &[u32], codes: Option<&[u32]>, seed: Seed, member: usize, wanted: usize) -> (Vec<usize>, Vec<usize>) {
    let height = units.len();
    let unit = |row: usize| units[row] as usize;
    let mut sizes = vec![0; units.iter().max().map_or(0, |most| *most as usize + 1)];
    // One row stands for its unit.
    let alone: Vec<bool> = (0..height)
        .map(|row| {
            sizes[unit(row)] += 1;
            sizes[unit(row)] == 1
        })
        .collect();
    let mut order: Vec<usize> = (0..height).collect();
    seed.rng().shuffle(&mut order);
    order.retain(|&row| alone[row]);
    if let Some(codes) = codes {
        order = in_proportion(&order, codes);
    }
    // Each network begins behind what those before it left out.
    let mut passed = 0;
    let begin = order.iter().position(|&row| {
        let here = passed >= member * wanted % height;
        passed += sizes[unit(row)];
        here
    });
    order.rotate_left(begin.unwrap_or(0));
    let (mut left_out, mut count) = (vec![false; sizes.len()], 0);
    for row in order {
        let size = sizes[unit(row)];
        if count < wanted && 2 * (count + size) <= height {
            left_out[unit(row)] = true;
            count += size;
        }
    }
    (0..height).partition(|&row| !left_out[unit(row)])
}

/// Reorders rows so that every beginning holds the classes in about their overall proportion.
fn in_proportion(order: &[usize], codes: &[u32]) -> Vec<usize> {
    let mut seen = std::collections::HashMap::new();
    let mut counts = std::collections::HashMap::<u32, usize>::new();
    order.iter().for_each(|&r| *counts.entry(codes[r]).or_default() += 1);
    let mut keyed: Vec<(f64, usize)> = order
        .iter()
        .map(|&r| {
            let nth = seen.entry(codes[r]).or_insert(0_usize);
            *nth += 1;
            ((*nth as f64 - 0.5) / counts[&codes[r]] as f64, r)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    keyed.into_iter().map(|(_, r)| r).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_holds_the_classes_in_proportion() {
        let codes: Vec<u32> = (0..100).map(|i| u32::from(i % 10 == 0)).collect();
        let mut order: Vec<usize> = (0..100).collect();
        Seed::new(1).rng().shuffle(&mut order);
        let cut = in_proportion(&order, &codes);
        assert_eq!(cut[..20].iter().filter(|&&r| codes[r] == 1).count(), 2);
    }

    /// The rows that ten networks leave out, of as many rows of each unit.
    fn left_out(sizes: &[usize], wanted: usize) -> Vec<Vec<usize>> {
        let units: Vec<u32> = (0..).zip(sizes).flat_map(|(unit, size)| vec![unit; *size]).collect();
        (0..10)
            .map(|member| {
                let (fit, stop) = cut(&units, None, Seed::new(3), member, wanted);
                assert_eq!(fit.len() + stop.len(), units.len());
                assert!(fit.iter().all(|row| stop.iter().all(|other| units[*row] != units[*other])), "a unit on both sides");
                stop
            })
            .collect()
    }

    #[test]
    fn networks_leave_out_units_in_turn() {
        for sizes in [vec![1; 400], vec![8; 50], vec![20; 20]] {
            let stops = left_out(&sizes, 40);
            assert!(stops.iter().all(|stop| stop.len() == 40), "{stops:?}");
            let mut all = stops.concat();
            all.sort_unstable();
            assert_eq!(all, (0..400).collect::<Vec<_>>(), "every row once");
        }
    }

    #[test]
    fn units_that_do_not_divide_are_left_out_as_nearly_as_they_can() {
        // One unit of 300 rows among single ones: it is never left out, and the others are.
        assert!(left_out(&[vec![300], vec![1; 200]].concat(), 50).iter().all(|stop| stop.len() == 50 && stop[0] >= 300));
        // Three units: one of them is left out. One unit: none.
        assert!(left_out(&[100, 100, 100], 30).iter().all(|stop| stop.len() == 100));
        assert!(left_out(&[300], 30).iter().all(Vec::is_empty));
    }
}
