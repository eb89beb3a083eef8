//! Words that other stages wrote into the record, such as why a column has its type, in the language of the page.
//!
//! They are English sentences with values in them. Each pattern here, and for warnings in [`super::warnings`], has holes
//! where the values are. A phrase without a pattern is shown as it was written, and marked as English.

use std::borrow::Cow;

use super::Language;
use super::warnings;
use crate::error::verb;
use crate::pipeline::punctuated;

/// English and Chinese.
///
/// `{}` takes any text, such as the name of a column, which stays as it is; `{*}` takes a phrase that has a pattern itself,
/// `{,}` names in quotes, which get the quotes of Chinese. Chinese takes them in the same order, or by their numbers.
/// `<s>` and verbs such as `<are>` are said of several things, and otherwise of one.
pub(super) type Pattern = (&'static str, &'static str);

const PATTERNS: &[Pattern] = &[
    // Why a column has its type.
    ("no values", "没有值"),
    ("named in {}", "在 {} 中指定"),
    ("named with {}", "由 {} 指定"),
    ("set in {}", "在 {} 中设定"),
    ("{*}; written as {}, such as \"{}\"", "{}；写法为 {}，例如“{}”"),
    (
        "{*}; {} cell<s> such as \"{}\" <hold> no value; {} marker<s> such as \"{}\" <are> <missing values>",
        "{}；{} 个如“{}”的单元格不含值；{} 个如“{}”的标记视为缺失",
    ),
    ("{*}; {} cell<s> such as \"{}\" <hold> no value", "{}；{} 个如“{}”的单元格不含值"),
    ("{*}; {} marker<s> such as \"{}\" <are> <missing values>", "{}；{} 个如“{}”的标记视为缺失"),
    ("{*}; {} other value<s> <are> taken as missing", "{}；另有 {} 个值视为缺失"),
    ("{*}: not learned from", "{}：不用于学习"),
    ("digits with leading zeros, such as \"{}\": codes, not amounts", "带前导零的数字，例如“{}”：是编码，不是数量"),
    ("dates in the source", "数据源中即为日期"),
    ("dates such as \"{}\", read as {}", "日期，例如“{}”，按 {} 读取"),
    ("times of day such as \"{}\", read as seconds since midnight", "时刻，例如“{}”，按自零点起的秒数读取"),
    ("durations such as \"{}\", read as seconds, written as {}", "时长，例如“{}”，按秒读取，写法为 {}"),
    ("numbers in the source", "数据源中即为数值"),
    ("a different text in nearly every row: names the row", "几乎每行文本都不同：是行的标识"),
    ("a whole number for nearly every row, without gaps: numbers the rows", "几乎每行一个连续整数：是行号"),
    ("a whole number for every row, each one more than the one before: numbers the rows", "每行一个整数，且逐行加一：是行号"),
    (
        "a different whole number in nearly every row, as programs write beside a table: numbers the rows",
        "几乎每行整数都不同，如程序写在表旁的行号：是行号",
    ),
    ("a different whole number in nearly every row, and the name says id", "几乎每行整数都不同，且列名表明是标识"),
    ("a different whole number of {} digits in nearly every row: names the row", "几乎每行都是不同的 {} 位整数：是行的标识"),
    ("whole numbers of more digits than a number tells apart: names, not amounts", "位数超出数值精度的整数：是名称，不是数量"),
    ("whole numbers of {} digits: names, not amounts", "{} 位整数：是名称，不是数量"),
    ("{} different texts in {} rows: free text", "{1} 行中有 {0} 种不同文本：自由文本"),
    (
        "{} different texts; numbers in mixed units (\"{}\", \"{}\") are not compared",
        "{} 种不同文本；单位混杂的数字（“{}”、“{}”）不作比较",
    ),
    ("{} different texts: multiclass", "{} 种不同文本：多分类"),
    ("{} different texts", "{} 种不同文本"),
    ("one value only (\"{}\")", "只有一个值（“{}”）"),
    ("one value only ({})", "只有一个值（{}）"),
    ("only 0 and 1", "只有 0 和 1"),
    ("only \"{}\" and \"{}\"", "只有“{}”和“{}”"),
    ("{} whole numbers, {} to {} without gaps: taken for codes", "{} 个整数，从 {} 到 {} 连续：视为编码"),
    (
        "{} numbers: multiclass; set [target] task = \"regression\" if they are amounts",
        "{} 个整数：多分类；如果是数量，请设置 [target] task = \"regression\"",
    ),
    ("task = \"{}\" as set", "按设置 task = \"{}\""),
    ("two values: binary", "两个取值：二分类"),
    ("{*}: regression", "{}：回归"),
    ("whole numbers from {} to {}", "整数，从 {} 到 {}"),
    ("numbers from {} to {}", "数值，从 {} 到 {}"),
    // What the model makes of a column.
    ("scaled", "缩放"),
    ("scaled, with an indicator of gaps", "缩放，并带缺失标记"),
    ("scaled, {} taken as missing, with an indicator of gaps", "缩放，{} 视为缺失，并带缺失标记"),
    ("scaled, with embeddings of {} values", "缩放，并带 {} 个取值的嵌入"),
    ("scaled, with an indicator of gaps and embeddings of {} values", "缩放，并带缺失标记和 {} 个取值的嵌入"),
    (
        "scaled, {} taken as missing, with an indicator of gaps and embeddings of {} values",
        "缩放，{} 视为缺失，并带缺失标记和 {} 个取值的嵌入",
    ),
    ("{} one-hot levels", "{} 个独热取值"),
    ("embedding of {} levels", "{} 个取值的嵌入"),
    ("{} parts of the date", "日期的 {} 个部分"),
    ("left out: {*}", "未使用：{}"),
    ("no values in the training rows", "训练数据中没有值"),
    ("one value in the training rows", "训练数据中只有一个值"),
    ("[normalize] dates = \"none\"", "[normalize] dates = \"none\""),
    ("no level has {} training rows", "没有取值达到 {} 行训练数据"),
    ("{} % missing", "{}% 缺失"),
    // What cleaning did.
    ("spaces around text removed", "去除文本首尾空格"),
    ("blank or marker of a missing value", "空白或缺失标记"),
    ("marker of a missing value among numbers or dates", "数值或日期中的缺失标记"),
    ("no target value, row dropped", "没有目标值，删除该行"),
    ("no value to group by, these rows kept together", "没有分组值，这些行放在一起"),
    ("equal to an earlier row, row dropped", "与前面的行相同，删除该行"),
    ("equal to an earlier row, kept", "与前面的行相同，保留"),
    // How the rows were split.
    ("within the sample; test part: {*}", "均在样本之内；测试部分：{}"),
    ("the test source", "单独的测试来源"),
    ("a share of the groups, each whole", "部分组的全部行"),
    ("a share of all rows, equal ones on one side", "全部行中的一部分，相同的行在同一侧"),
    ("a share of all rows", "全部行中的一部分"),
    ("the latest rows", "最晚的行"),
    ("the rows that the column names", "该列指定的行"),
    ("{} random folds ({}), {*}", "{} 折随机划分（{}），{}"),
    ("{} random folds, {*}", "{} 折随机划分，{}"),
    ("{} stratified folds ({}), {*}", "{} 折分层划分（{}），{}"),
    ("{} stratified folds, {*}", "{} 折分层划分，{}"),
    ("{} folds of whole groups ({}), {*}", "{} 折按组划分（{}），{}"),
    ("{} folds of whole groups, {*}", "{} 折按组划分，{}"),
    ("{} folds forward in time, {*}", "{} 折按时间向前划分，{}"),
    ("{} folds by column, {*}", "{} 折按列划分，{}"),
    ("{*}, {} row<s> before it left out", "{}，其前 {} 行不使用"),
    ("no test part", "没有测试部分"),
    ("{} row<s> of a separate test source", "测试部分为单独来源的 {} 行"),
    ("the last {} row<s> as test part", "最后 {} 行为测试部分"),
    ("{} row<s> as test part", "{} 行为测试部分"),
    // What the loss of a row is.
    ("squared error", "平方误差"),
    ("log loss", "对数损失"),
    // The network.
    ("one network, {*}", "单个网络，{}"),
    ("{} networks averaged, {} of each of {} folds, {*}", "{0} 个网络取平均（{2} 折各 {1} 个），{3}"),
    ("{} networks averaged, {*}", "{} 个网络取平均，{}"),
    ("{*}; probabilities corrected: {*}", "{}；概率校正：{}"),
    ("{*}; {} % of the prediction from a linear model", "{}；预测的 {}% 来自线性模型"),
    ("a linear model, {} weights", "线性模型，{} 个权重"),
    ("{} linear models averaged, one of each fold", "{} 个线性模型取平均，每折一个"),
    ("log-odds times {} and an offset per class", "对数几率乘以 {}，各类别再加一个偏移"),
    ("rising curve of {} points", "{} 个点的递增曲线"),
    ("hidden layers {}, {}, {} to {} weights each", "隐藏层 {}，激活函数 {}，每个网络 {} 至 {} 个权重"),
    ("no hidden layer, {}, {} to {} weights each", "没有隐藏层，激活函数 {}，每个网络 {} 至 {} 个权重"),
    ("hidden layers {}, {}, {} weights each", "隐藏层 {}，激活函数 {}，每个网络 {} 个权重"),
    ("no hidden layer, {}, {} weights each", "没有隐藏层，激活函数 {}，每个网络 {} 个权重"),
];

impl Language {
    /// The phrase in this language, and whether it could be translated.
    pub(in crate::report) fn phrase(self, text: &str) -> (String, bool) {
        match self {
            Self::En => (punctuated(text), true),
            Self::Zh => {
                translated(text).map_or_else(|| (text.to_owned(), false), |found| (numbers(&found).replace("？；", "？"), true))
            }
        }
    }
}

/// Numbers in a phrase as Chinese readers write them: the narrow space behind a digit is theirs, any other one is a name's.
fn numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\u{202f}', Some('%')) if out.ends_with(|d: char| d.is_ascii_digit()) => {}
            ('\u{202f}', Some(d)) if d.is_ascii_digit() && out.ends_with(|d: char| d.is_ascii_digit()) => out.push(','),
            _ => out.push(c),
        }
    }
    out
}

fn translated(text: &str) -> Option<String> {
    // Warnings first: they hold the phrases of columns.
    matched(warnings::patterns(), text).or_else(|| matched(PATTERNS, text))
}

/// The text by the first pattern that it is of.
pub(super) fn matched(patterns: impl IntoIterator<Item = &'static Pattern>, text: &str) -> Option<String> {
    let forms = |(english, chinese)| forms(english).into_iter().map(move |english| (english, chinese));
    patterns.into_iter().copied().flat_map(forms).find_map(|(english, chinese)| {
        let values = values(&english, text)?;
        // What fills a hole is shorter than the text, so this ends.
        let said = |(value, kind): (&str, &str)| match kind {
            "*" => translated(value),
            "," => Some(listed(value)),
            _ => Some(value.to_owned()),
        };
        Some(filled(chinese, &values.into_iter().map(said).collect::<Option<Vec<_>>>()?))
    })
}

/// A pattern as it is said of several things, and where that is another, of one: `{} row<s> <are> left out`.
fn forms(english: &str) -> Vec<Cow<'_, str>> {
    if !english.contains('<') {
        return vec![english.into()];
    }
    let said = |n: usize| {
        let mut text = String::new();
        let mut rest = english;
        while let Some((before, after)) = rest.split_once('<') {
            let (word, after) = after.split_once('>').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(match (word, n) {
                ("s", 1) => "",
                ("missing values", 1) => "a missing value",
                _ => FORMS.iter().find(|known| **known == word).map_or(word, |known| verb(n, known)),
            });
            rest = after;
        }
        Cow::Owned(text + rest)
    };
    vec![said(2), said(1)]
}

/// The verbs of patterns, as [`verb`] knows them.
const FORMS: [&str; 7] = ["are", "have", "hold", "get", "do", "they are", "they belong"];

/// What fills the holes of a pattern, and of which kind each is; `None` where the text is another.
fn values<'t>(pattern: &'t str, text: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let (before, mut holes) = pattern.split_once('{').map_or((pattern, None), |(before, holes)| (before, Some(holes)));
    let mut rest = text.strip_prefix(before)?;
    let mut values = Vec::new();
    while let Some(hole) = holes {
        let (kind, after) = hole.split_once('}')?;
        let (piece, next) = after.split_once('{').map_or((after, None), |(piece, next)| (piece, Some(next)));
        // The last piece has to end the text; others end their hole where they come first.
        let at = if next.is_none() { rest.strip_suffix(piece)?.len() } else { rest.find(piece)? };
        if at == 0 {
            return None;
        }
        values.push((&rest[..at], kind));
        rest = &rest[at + piece.len()..];
        holes = next;
    }
    rest.is_empty().then_some(values)
}

/// Names in quotes, some with numbers behind them, as Chinese lists them: `"a" (1), "b"` as “a”（1）、“b”.
fn listed(names: &str) -> String {
    let mut out = String::new();
    let mut rest = names;
    while let Some(after) = rest.strip_prefix('"') {
        // A name may hold a quote itself: it ends where the list goes on.
        let next = after.find("\", \"").map(|at| (at, at + 3));
        let numbered = after.find("\" (").map(|at| (at, at + 1));
        let last = after.strip_suffix('"').map(|name| (name.len(), after.len()));
        let Some((end, tail)) = [next, numbered, last].into_iter().flatten().min() else { break };
        out.extend(["“", &after[..end], "”"]);
        rest = &after[tail..];
        if numbered == Some((end, tail)) {
            let Some((numbers, after)) = rest.strip_prefix(" (").and_then(|rest| rest.split_once(')')) else { break };
            out.extend(["（", numbers, "）"]);
            rest = after.strip_prefix(", ").unwrap_or(after);
        }
        if !rest.is_empty() {
            out.push('、');
        }
    }
    out + rest
}

/// The pattern with its holes filled in order, or as numbered.
fn filled(pattern: &str, values: &[String]) -> String {
    let mut text = String::new();
    let (mut rest, mut next) = (pattern, 0);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (hole, after) = after.split_once('}').unwrap_or(("", after));
        text.push_str(values.get(hole.parse().unwrap_or(next)).map_or("", String::as_str));
        next += 1;
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_translated_with_their_values() {
        for (english, chinese) in [
            ("scaled", "缩放"),
            ("12 one-hot levels", "12 个独热取值"),
            ("left out: 99.1 % missing", "未使用：99.1% 缺失"),
            ("300 different texts in 400 rows: free text: not learned from", "400 行中有 300 种不同文本：自由文本：不用于学习"),
            ("whole numbers from 0 to 72; 3 other values are taken as missing", "整数，从 0 到 72；另有 3 个值视为缺失"),
            ("5 stratified folds, 800 rows as test part", "5 折分层划分，800 行为测试部分"),
            ("numbers from 0 to 72; 1 other value is taken as missing", "数值，从 0 到 72；另有 1 个值视为缺失"),
            (
                "10 random folds (2 x 5), within the sample; test part: a share of the groups, each whole",
                "10 折随机划分（2 x 5），均在样本之内；测试部分：部分组的全部行",
            ),
            ("only \"no\" and \"yes\"", "只有“no”和“yes”"),
            (
                "40 networks averaged, 8 of each of 5 folds, hidden layers 128-64, mish, 19161 to 19205 weights each",
                "40 个网络取平均（5 折各 8 个），隐藏层 128-64，激活函数 mish，每个网络 19161 至 19205 个权重",
            ),
            (
                "8 networks averaged, hidden layers 128-64, mish, 19161 weights each; 35 % of the prediction from a linear model",
                "8 个网络取平均，隐藏层 128-64，激活函数 mish，每个网络 19161 个权重；预测的 35% 来自线性模型",
            ),
            (
                "8 networks averaged, hidden layers 128-64, mish, 19161 weights each",
                "8 个网络取平均，隐藏层 128-64，激活函数 mish，每个网络 19161 个权重",
            ),
        ] {
            assert_eq!(Language::Zh.phrase(english), (chinese.to_owned(), true), "{english}");
            assert_eq!(Language::En.phrase(english), (english.to_owned(), true));
        }
    }

    #[test]
    fn names_are_not_translated() {
        let text = "\"scaled\" is not learned from: one value only (\"date\")";
        assert_eq!(Language::Zh.phrase(text).0, "“scaled”不用于学习：只有一个值（“date”）");
    }

    #[test]
    fn names_in_a_list_have_chinese_quotes() {
        for (english, chinese) in [
            ("\"b\"", "“b”"),
            ("\"b\", \"c, d\"", "“b”、“c, d”"),
            ("\"x2\" (0.96), \"x3\"", "“x2”（0.96）、“x3”"),
            ("\"a\", \"b\" (0.9, 2)", "“a”、“b”（0.9, 2）"),
            ("\"a\"b\", \"c\"", "“a\"b”、“c”"),
            ("\"\", \"", "“”、\""),
            ("b", "b"),
        ] {
            assert_eq!(listed(english), chinese, "{english}");
        }
    }

    #[test]
    fn what_has_no_pattern_stays_as_it_is() {
        for text in ["", "客户", "scaled?", "a {} b", "{0}", "\u{1f600} one-hot", "left out: because"] {
            assert_eq!(Language::Zh.phrase(text), (text.to_owned(), false), "{text}");
        }
    }

    #[test]
    fn no_pattern_hides_another() {
        let all = PATTERNS.iter().chain(warnings::patterns());
        for (english, chinese) in all.flat_map(|(english, chinese)| forms(english).into_iter().map(move |e| (e, chinese))) {
            let holes: Vec<&str> = english.split('{').skip(1).filter_map(|hole| hole.get(..1)).collect();
            let with = |phrase: &str| {
                let value = |(i, kind): (usize, &&str)| if *kind == "*" { phrase.to_owned() } else { format!("{i}7") };
                holes.iter().enumerate().map(value).collect::<Vec<_>>()
            };
            assert_eq!(translated(&filled(&english, &with("scaled"))), Some(filled(chinese, &with("缩放"))), "{english}");
        }
    }

    #[test]
    fn every_pattern_has_the_same_holes_in_both_languages() {
        for (english, chinese) in PATTERNS.iter().chain(warnings::patterns()) {
            let holes = english.matches('{').count();
            assert_eq!(chinese.matches('{').count(), holes, "{english}");
            let values: Vec<String> = (0..holes).map(|i| format!("<{i}>")).collect();
            let text = filled(chinese, &values);
            assert!(values.iter().all(|v| text.contains(v)), "{text}");
        }
    }
}
