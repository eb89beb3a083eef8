//! What mkt itself calls a gap, a range or a quarter of values, in the language of the page. Levels stay as they are.

use super::Language;
use super::phrases::{Pattern, matched};

const PATTERNS: &[Pattern] = &[
    ("missing", "缺失"),
    ("(missing)", "（缺失）"),
    ("any value", "任意值"),
    ("q1 up to {}", "第 1 四分位（不超过 {}）"),
    ("q2 over {} to {}", "第 2 四分位（{} 至 {}）"),
    ("q3 over {} to {}", "第 3 四分位（{} 至 {}）"),
    ("q4 over {}", "第 4 四分位（大于 {}）"),
    ("({} smaller groups)", "（{} 个较小的群体）"),
];

impl Language {
    /// What a threshold was chosen for, by the rule of the settings.
    pub(in crate::report) fn optimized_for(self, rule: &str) -> String {
        let (name, bound) = rule.split_once(">=").map_or((rule, String::new()), |(name, bound)| (name, format!(" ≥ {bound}")));
        let [en, zh] = match name {
            "f1" => ["F1", "F1"],
            "mcc" => ["MCC", "MCC"],
            "balanced_accuracy" => ["balanced accuracy", "平衡准确率"],
            "profit" => ["profit", "收益"],
            "precision" => ["precision", "精确率"],
            "recall" => ["recall", "召回率"],
            "top_n" => ["a number of rows", "行数"],
            _ => [name, name],
        };
        format!("{}{bound}", if self == Self::En { en } else { zh })
    }

    /// A value, a range of values or a group in words.
    pub(in crate::report) fn said(self, text: &str) -> String {
        if self == Self::En {
            return text.to_owned();
        }
        let one = |part: &str| {
            let range = part.split_once(" to ").filter(|ends| number_or_day(ends.0) && number_or_day(ends.1));
            range.map(|(low, high)| self.span(low, high)).or_else(|| matched(PATTERNS, part)).unwrap_or_else(|| part.to_owned())
        };
        // Groups by several columns have a level of each.
        text.split(" / ").map(one).collect::<Vec<_>>().join(" / ")
    }
}

fn number_or_day(text: &str) -> bool {
    text.parse::<f64>().is_ok() || (text.len() >= 8 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_our_own_are_translated_and_levels_are_not() {
        for (english, chinese) in [
            ("missing", "缺失"),
            ("12.5 to 20", "12.5 至 20"),
            ("2024-01-01 to 2024-03-05", "2024-01-01 至 2024-03-05"),
            ("q2 over 25 to 31 / (missing)", "第 2 四分位（25 至 31） / （缺失）"),
            ("month to month", "month to month"),
            ("date", "date"),
        ] {
            assert_eq!(Language::Zh.said(english), chinese);
            assert_eq!(Language::En.said(english), english);
        }
    }
}
