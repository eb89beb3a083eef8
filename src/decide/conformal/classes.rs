use super::Scores;

/// How improbable the truth was: one less its probability, out of fold.
pub fn scores(codes: &[u32], probabilities: &[f64], classes: usize) -> Vec<f64> {
    codes.iter().zip(probabilities.chunks_exact(classes)).map(|(&code, p)| 1.0 - p[code as usize]).collect()
}

/// The classes that may be the truth of a row: those as probable as the truth of enough rows was, and always the most
/// probable one; the most probable first. Nothing where too few rows are known for the level.
///
/// The least ambiguous sets of their coverage (Sadinle, Lei & Wasserman 2019).
pub fn set(scores: &Scores, probabilities: &[f64], level: f64) -> Option<Vec<usize>> {
    let bound = scores.at(level)?;
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    // Stable: of equal classes the first wins, as it does for the prediction.
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    let mut first = true;
    order.retain(|class| std::mem::take(&mut first) || 1.0 - probabilities[*class] <= bound);
    Some(order)
}

/// Labels of a set as one text: joined by `|`; a `|` or `\` within a label has a `\` before it.
#[must_use]
pub fn joined(set: &[usize], labels: &[String]) -> String {
    let escaped = |class: &usize| labels[*class].replace('\\', "\\\\").replace('|', "\\|");
    set.iter().map(escaped).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_by_hand() {
        // Nine rows whose truth had a probability of 0.9, 0.8, …, 0.1.
        let probabilities: Vec<f64> =
            (1..10).rev().flat_map(|p| [f64::from(p) / 10.0, 1.0 - f64::from(p) / 10.0, 0.0]).collect();
        let scores = Scores::new(scores(&[0; 9], &probabilities, 3));
        let of = |p: [f64; 3], level| set(&scores, &p, level);
        // At 0.8 the bound is the eighth score: classes of a probability of 0.2 and more.
        assert_eq!(of([0.3, 0.5, 0.2], 0.8), Some(vec![1, 0, 2]));
        assert_eq!(of([0.35, 0.5, 0.15], 0.8), Some(vec![1, 0]));
        // At 0.5 classes of 0.5 and more; at 0.3 of 0.7 and more, which none has, and the best one stays.
        assert_eq!(of([0.3, 0.5, 0.2], 0.5), Some(vec![1]));
        assert_eq!(of([0.3, 0.4, 0.3], 0.3), Some(vec![1]));
        assert_eq!(of([0.3, 0.4, 0.3], 0.95), None);
    }

    #[test]
    fn labels_of_a_set_can_be_told_apart_again() {
        let labels = ["a|b".to_owned(), "c\\".to_owned(), "d".to_owned()];
        assert_eq!(joined(&[2, 0, 1], &labels), "d|a\\|b|c\\\\");
        assert_eq!(joined(&[0], &labels[2..]), "d");
    }
}
