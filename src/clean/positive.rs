//! Which of two labels is the positive one, the class that is looked for.

use super::infer::YES_NO;
use crate::data::name::words;

/// Words for how something usually is, and for the event that somebody looks for.
const EVENTS: [[&str; 2]; 43] = [
    ["0", "1"],
    ["negative", "positive"],
    ["neg", "pos"],
    ["absent", "present"],
    ["benign", "malignant"],
    ["ham", "spam"],
    ["alive", "dead"],
    ["alive", "died"],
    ["living", "dead"],
    ["live", "dead"],
    ["control", "case"],
    ["control", "treatment"],
    ["control", "treated"],
    ["stay", "leave"],
    ["stayed", "left"],
    ["retained", "churned"],
    ["active", "churned"],
    ["loyal", "churned"],
    ["existing customer", "attrited customer"],
    ["fully paid", "charged off"],
    ["paid", "default"],
    ["paid", "defaulted"],
    ["normal", "abnormal"],
    ["normal", "anomaly"],
    ["normal", "attack"],
    ["normal", "fraud"],
    ["legit", "fraud"],
    ["legitimate", "fraud"],
    ["genuine", "fraud"],
    ["healthy", "sick"],
    ["low", "high"],
    ["down", "up"],
    ["lost", "won"],
    ["loss", "win"],
    ["fail", "pass"],
    ["failure", "success"],
    ["rejected", "accepted"],
    ["denied", "approved"],
    ["阴性", "阳性"],
    ["留存", "流失"],
    ["正常", "异常"],
    ["正常", "违约"],
    ["失败", "成功"],
];

/// What turns a word into its contrary: `no cancer`, `not yawn`, `nontoxic`, `unsuccessful`, `未购买`.
const DENIALS: [&str; 14] = ["no", "not", "non", "un", "dis", "nicht", "kein", "pas", "sin", "не", "未", "非", "不", "无"];

/// The place of a label, and whether the words themselves say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Positive {
    pub place: usize,
    pub is_clear: bool,
}

/// The positive one of two labels: the word for yes, for the event or without the denial, else the last in the order given.
pub fn positive(labels: &[String]) -> Positive {
    let lower: Vec<String> = labels.iter().map(|label| label.trim().to_lowercase()).collect();
    let yes = || lower.iter().position(|label| YES_NO.iter().any(|pair| pair[1] == label));
    let found = yes().or_else(|| match lower.as_slice() {
        [first, second] if is_contrary(first, second) => Some(1),
        [first, second] if is_contrary(second, first) => Some(0),
        _ => None,
    });
    Positive { place: found.unwrap_or(labels.len().saturating_sub(1)), is_clear: found.is_some() }
}

/// Whether the first label says that the event of the second did not happen; both in lower case.
fn is_contrary(no: &str, yes: &str) -> bool {
    let [no_words, yes_words] = [no, yes].map(words);
    let holds = |words: &[String], word: &str| words.iter().any(|w| w == word);
    // `0_no` and `1_yes`; single letters are too often something else.
    let numbered = |pair: &[&str; 2]| pair[0].len() > 1 && holds(&no_words, pair[0]) && holds(&yes_words, pair[1]);
    // `no event` and `stroke`.
    let denied = |words: &[String]| words.first().is_some_and(|word| DENIALS.contains(&word.as_str()));
    let without = |denial: &&str| {
        no.strip_prefix(*denial).map(|rest| rest.trim_start_matches([' ', '_', '-'])).is_some_and(|rest| rest == yes)
    };
    EVENTS.contains(&[no, yes])
        || YES_NO.iter().any(numbered)
        || denied(&no_words) && !denied(&yes_words)
        || DENIALS.iter().any(without)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> (usize, bool) {
        let found = positive(&[a.to_owned(), b.to_owned()]);
        (found.place, found.is_clear)
    }

    #[test]
    fn the_word_for_yes_is_positive() {
        assert_eq!(
            [of("No", "Yes"), of("TRUE", "FALSE"), of("0", "1"), of("0_no", "1_yes")],
            [(1, true), (0, true), (1, true), (1, true)]
        );
    }

    #[test]
    fn the_event_is_positive_and_not_its_denial() {
        for (yes, no) in [
            ("cancer", "no cancer"),
            ("buy video", "not buy video"),
            ("black", "non-black"),
            ("degree", "not"),
            ("successful", "unsuccessful"),
            ("stroke", "No event"),
            ("Attrited Customer", "Existing Customer"),
            ("high", "low"),
            ("购买", "未购买"),
            ("流失", "留存"),
        ] {
            assert_eq!((of(yes, no), of(no, yes)), ((0, true), (1, true)), "{yes}");
        }
    }

    #[test]
    fn other_words_leave_it_to_their_order() {
        for (a, b) in [("CH", "MM"), ("1", "2"), ("<=50K", ">50K"), ("female", "male"), ("north", "nothing"), ("bad", "good")] {
            assert_eq!(of(a, b), (1, false), "{a}");
        }
    }
}
