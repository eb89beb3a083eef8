//! The words of a report, in every language it can be written in.
//!
//! One catalogue: each entry names its words in all languages, so that a missing translation does not compile. Entries are
//! methods of [`Language`]; those with arguments are sentences, and a test holds every language to using all of them.
//! Text from the data goes in as an argument, through [`shown`].

mod findings;
mod metrics;
mod page;
mod phrases;
mod sections;
mod values;
mod warnings;

use super::config::Language;
use super::name::short;
use super::number::{self, NONE};
use crate::data::{Task, day};
use crate::metrics::{Interval, Metric, Spread};

/// Makes a method of [`Language`] for each entry: `key: English, Chinese;`, or with arguments `key(a, b): …`.
macro_rules! catalogue {
    ($( $key:ident $(( $($arg:ident),+ ))? : $en:literal, $zh:literal; )+) => {
        impl $crate::report::Language {
            $( $crate::report::language::entry!($key [$($($arg),+)?] $en, $zh); )+
        }

        /// Key, arguments, and the words of every language.
        #[cfg(test)]
        pub(super) const ENTRIES: &[(&str, &[&str], [&str; 2])] =
            &[$( (stringify!($key), &[$($(stringify!($arg)),+)?], [$en, $zh]) ),+];
    };
}

macro_rules! entry {
    ($key:ident [] $en:literal, $zh:literal) => {
        pub(in crate::report) const fn $key(self) -> &'static str {
            match self {
                Self::En => $en,
                Self::Zh => $zh,
            }
        }
    };
    ($key:ident [$($arg:ident),+] $en:literal, $zh:literal) => {
        #[allow(clippy::needless_pass_by_value, reason = "numbers and names alike are said where they are made")]
        pub(in crate::report) fn $key(self, $($arg: impl std::fmt::Display),+) -> String {
            match self {
                Self::En => format!($en),
                Self::Zh => $crate::report::language::tight(&format!($zh)),
            }
        }
    };
}

/// Chinese without spaces between signs of its own, as a word that fills a gap may bring; what is from the data stands
/// between marks of direction, and stays as it is.
fn tight(text: &str) -> String {
    let own = |c: char| matches!(c, '\u{3001}'..='\u{301f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}');
    let (mut out, mut depth) = (String::new(), 0_usize);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{2068}' => depth += 1,
            '\u{2069}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let between = out.chars().next_back().is_some_and(own) && rest.peek().copied().is_some_and(own);
        if c != ' ' || depth > 0 || !between {
            out.push(c);
        }
    }
    out
}

/// Makes a method for each thing that is counted: `key: one, many, Chinese;`.
macro_rules! counted {
    ($( $key:ident: $one:literal, $many:literal, $zh:literal; )+) => {
        impl Language {
            $( pub(in crate::report) fn $key(self, n: usize) -> String {
                match self {
                    Self::En => format!("{} {}", self.count(n), if n == 1 { $one } else { $many }),
                    Self::Zh => format!("{} {}", self.count(n), $zh),
                }
            } )+
        }
    };
}

use {catalogue, entry};

counted! {
    rows: "row", "rows", "行";
    columns: "column", "columns", "列";
    classes: "class", "classes", "个类别";
    more_columns: "more column", "more columns", "列";
    more_classes: "more class", "more classes", "个类别";
    more_groups: "more group", "more groups", "个群体";
    more_warnings: "more warning", "more warnings", "条警告";
    more_rules: "more rule", "more rules", "条规则";
    warnings: "warning", "warnings", "条警告";
    fits: "fit", "fits", "次训练";
    times: "time", "times", "次";
}

impl Language {
    /// For the `lang` of the page.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// Between a number and what it is a hundredth of, and the sign.
    pub(super) const fn percent_sign(self) -> &'static str {
        match self {
            Self::En => "\u{202f}%",
            Self::Zh => "%",
        }
    }

    /// Numbers as the language writes them: groups of three parted by a narrow space, or by a comma.
    fn local(self, text: String) -> String {
        match self {
            Self::En => text,
            Self::Zh => {
                let bounds = text.replace("<\u{202f}", "< ").replace(">\u{202f}", "> ");
                bounds.replace("\u{202f}%", "%").replace('\u{202f}', ",")
            }
        }
    }

    pub(super) fn count(self, n: usize) -> String {
        self.local(number::count(n))
    }

    pub(super) fn number(self, x: f64) -> String {
        self.local(number::number(x))
    }

    pub(super) fn probability(self, p: f64) -> String {
        self.local(number::probability(p))
    }

    pub(super) fn bounded(self, x: f64, decimals: usize) -> String {
        self.local(number::bounded(x, decimals))
    }

    pub(super) fn bounded_signed(self, x: f64, decimals: usize) -> String {
        self.local(number::bounded_signed(x, decimals))
    }

    pub(super) fn percent(self, share: f64) -> String {
        self.local(number::percent(share))
    }

    /// A difference of two shares.
    pub(super) fn points(self, difference: f64) -> String {
        let text = number::points(difference);
        match self {
            Self::En => text,
            Self::Zh => self.local(text.replace("\u{202f}pp", " 个百分点")),
        }
    }

    pub(super) fn share(self, part: usize, whole: usize) -> String {
        self.local(number::share(part, whole))
    }

    /// A share that may be unknown.
    pub(super) fn maybe(self, share: Option<f64>) -> String {
        share.map_or_else(|| NONE.into(), |share| self.percent(share))
    }

    pub(super) fn score(self, metric: Metric, x: Option<f64>) -> String {
        self.local(number::score(metric, x))
    }

    pub(super) fn scaled(self, metric: Metric, x: f64, like: f64) -> String {
        self.local(number::scaled(metric, x, like))
    }

    pub(super) fn spread(self, metric: Metric, spread: &Spread) -> String {
        self.local(number::spread(metric, spread))
    }

    pub(super) fn interval(self, metric: Metric, interval: &Interval) -> String {
        self.local(number::interval(metric, interval))
    }

    pub(super) fn range(self, metric: Metric, interval: &Interval) -> Option<String> {
        number::range(metric, interval).map(|range| self.local(range))
    }

    pub(super) fn drop(self, metric: Metric, mean: f64, sd: f64, like: f64) -> String {
        self.local(number::drop(metric, mean, sd, like))
    }

    /// A span of time as people say it.
    pub(super) fn seconds(self, s: f64) -> String {
        let text = self.local(number::seconds(s));
        match self {
            Self::En => text,
            Self::Zh => text.replace(" min", " 分").replace(" h", " 小时").replace(" s", " 秒"),
        }
    }

    /// The day of a moment in microseconds since 1970-01-01.
    /// A number of an axis that goes as far as `largest`: millions and more are counted in words.
    pub(super) fn of_axis(self, value: f64, largest: f64) -> String {
        let units: &[(f64, &str)] = match self {
            Self::En => &[(1e12, "\u{202f}tn"), (1e9, "\u{202f}bn"), (1e6, "\u{202f}m")],
            Self::Zh => &[(1e12, "万亿"), (1e8, "亿"), (1e6, "百万")],
        };
        match units.iter().find(|(size, _)| largest >= *size && largest < 1e15) {
            Some((size, unit)) if value != 0.0 => self.number(value / size) + unit,
            _ => self.number(value),
        }
    }

    pub(super) fn day(self, micros: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "saturates; no calendar reaches that far")]
        let iso = day(micros as i64);
        let parts: Vec<&str> = iso.split('-').collect();
        let number = |part: &str| part.trim_start_matches('0').to_owned();
        match (self, &parts[..]) {
            (Self::Zh, [year, month, day]) if !year.is_empty() => format!("{year}年{}月{}日", number(month), number(day)),
            _ => iso,
        }
    }

    pub(super) const fn task(self, task: Task) -> &'static str {
        match (self, task) {
            (Self::En, Task::Binary) => "two classes",
            (Self::En, Task::Multiclass) => "several classes",
            (Self::En, Task::Regression) => "a number",
            (Self::Zh, Task::Binary) => "二分类",
            (Self::Zh, Task::Multiclass) => "多分类",
            (Self::Zh, Task::Regression) => "回归",
        }
    }

    /// `a, b and c`.
    pub(super) fn list(self, items: &[String]) -> String {
        let (comma, and) = match self {
            Self::En => (", ", "and"),
            Self::Zh => ("、", "和"),
        };
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [most @ .., last] => format!("{} {and} {last}", most.join(comma)),
        }
    }

    /// Conditions that hold together.
    pub(super) fn all_of(self, conditions: &[String]) -> String {
        conditions.join(match self {
            Self::En => " and ",
            Self::Zh => " 且 ",
        })
    }

    /// Between two sentences: Chinese ones end in a sign that is as wide as a space already.
    pub(super) const fn gap(self) -> &'static str {
        match self {
            Self::En => " ",
            Self::Zh => "",
        }
    }

    /// The name of a metric within a sentence.
    pub(super) const fn named(self, metric: Metric) -> &'static str {
        match (self, metric) {
            (Self::En, Metric::Logloss) => "log loss",
            _ => self.label(metric),
        }
    }
}

/// Text from the data within a sentence: cleaned, cut, and set apart by marks of direction, so that it does not turn the
/// words around it. Cleaning takes such marks out of the text itself.
pub(super) fn shown(text: &str) -> String {
    format!("\u{2068}{}\u{2069}", short(text, 40))
}

/// Every entry without arguments, in a language.
#[cfg(test)]
pub(super) fn words(language: Language) -> impl Iterator<Item = &'static str> {
    let of = move |words: &[&'static str; 2]| words[usize::from(language == Language::Zh)];
    page::ENTRIES
        .iter()
        .chain(findings::ENTRIES)
        .filter(|(_, arguments, _)| arguments.is_empty())
        .map(move |(_, _, words)| of(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> impl Iterator<Item = &'static (&'static str, &'static [&'static str], [&'static str; 2])> {
        page::ENTRIES.iter().chain(findings::ENTRIES).chain(sections::ENTRIES)
    }

    #[test]
    fn every_language_uses_every_argument_and_says_something() {
        assert!(entries().count() > 100);
        for (key, arguments, words) in entries() {
            for text in words {
                assert!(!text.trim().is_empty(), "{key}");
                for argument in *arguments {
                    assert!(text.contains(&format!("{{{argument}}}")), "{key}: {argument} is not in {text:?}");
                }
            }
        }
    }

    #[test]
    fn chinese_is_chinese() {
        // Punctuation alone.
        let same = ["comma", "headline_end", "meaning_of", "sentence_of", "two_clauses", "with_share"];
        for (key, _, [en, zh]) in entries() {
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(!han(en), "{key}: {en}");
            assert!(han(zh) || same.contains(key), "{key}: {zh}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let (en, zh) = (Language::En, Language::Zh);
        assert_eq!([en.count(12_000), zh.count(12_000)], ["12\u{202f}000", "12,000"]);
        assert_eq!(tight("0（54.9%） 和 1"), "0（54.9%）和 1");
        assert_eq!(
            tight("有 15 列 没有明显作用，对数损失 为 1，\u{2068}客户 地区\u{2069} 很"),
            "有 15 列没有明显作用，对数损失为 1，\u{2068}客户 地区\u{2069} 很"
        );
        assert_eq!([en.percent(0.125), zh.percent(0.125)], ["12.5\u{202f}%", "12.5%"]);
        assert_eq!([en.points(-0.125), zh.points(-0.125)], ["-12.5\u{202f}pp", "-12.5 个百分点"]);
        assert_eq!([en.percent(1e-5), zh.percent(1e-5)], ["<\u{202f}0.1\u{202f}%", "< 0.1%"]);
        assert_eq!([en.probability(0.999_99), zh.probability(0.999_99)], [">\u{202f}0.9999", "> 0.9999"]);
        assert_eq!([en.seconds(185.0), zh.seconds(185.0)], ["3 min 05 s", "3 分 05 秒"]);
        assert_eq!([en.seconds(3725.0), zh.seconds(3725.0)], ["1 h 02 min", "1 小时 02 分"]);
        assert_eq!([en.day(0.0), zh.day(0.0)], ["1970-01-01", "1970年1月1日"]);
        assert_eq!([en.rows(1), en.rows(2), zh.rows(2)], ["1 row", "2 rows", "2 行"]);
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([en.list(&names), zh.list(&names[..2])], ["a, b and c", "a 和 b"]);
    }
}
