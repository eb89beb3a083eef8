use std::collections::BTreeSet;
use std::path::Path;

use super::super::Language;
use super::patterns;

/// What is said of a run while it is made, by the word for programs; whoever adds one adds a pattern for its words.
const CODES: [&str; 68] = [
    "blank_rows",
    "column_names",
    "damaged_checkpoint",
    "date_order",
    "decimal_mark",
    "delimiter",
    "disguised_gap",
    "dropped_column",
    "duplicate_column",
    "duplicates_kept",
    "empty_names",
    "encoding",
    "error_cells",
    "escape",
    "flattened",
    "footer",
    "formula_texts",
    "group_thresholds",
    "header_again",
    "header_numbers",
    "header_rows",
    "header_values",
    "importance_part",
    "infinite_dates",
    "json_list",
    "label_case",
    "large_numbers",
    "last_delimiter",
    "left_out",
    "line_ends",
    "low_coverage",
    "marker_class",
    "max_time",
    "merged_cells",
    "missing_amount",
    "mixed_cells",
    "mixed_types",
    "mixed_writing",
    "no_examples",
    "no_header",
    "no_order",
    "no_rows",
    "odd_value",
    "one_column",
    "percent_texts",
    "positive_class",
    "preamble",
    "quote",
    "ragged",
    "refit",
    "renamed_column",
    "rounded",
    "seconds",
    "side_table",
    "stale_checkpoint",
    "stray_quote",
    "streamed",
    "sum_rows",
    "table_chosen",
    "text_column",
    "threshold_not_reached",
    "undefined_metric",
    "unknown_length",
    "unmarked_end",
    "unmatched_rows",
    "unnamed_column",
    "unread_numbers",
    "unused_rows",
];

/// The text of every source file but those of this catalogue and of the verbs that write no report, tests left out, with
/// strings as the compiler reads them.
fn sources() -> String {
    fn read(folder: &Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && !["language", "cli", "sample", "tests"].contains(&name.as_str()) {
                read(&path, all);
            } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
                let text = std::fs::read_to_string(&path).unwrap();
                all.push_str(text.split("#[cfg(test)]\nmod tests {").next().unwrap());
            }
        }
    }
    let mut all = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    // A backslash at the end of a line joins it with the next, without the spaces that start that.
    let joined: Vec<&str> =
        all.split("\\\n").enumerate().map(|(i, part)| if i == 0 { part } else { part.trim_start() }).collect();
    joined.concat().replace("\\\"", "\"")
}

#[test]
fn every_pattern_is_of_words_that_are_said() {
    let sources = sources();
    for (english, _) in patterns() {
        let pieces: Vec<&str> = english
            .split(['{', '}'])
            .step_by(2)
            .flat_map(|p| p.split(['<', '>']).step_by(2))
            .map(|p| p.trim_start_matches(": "))
            .filter(|p| p.len() > 3)
            .collect();
        assert!(pieces.is_empty() || pieces.iter().any(|p| sources.contains(p)), "nobody says {english:?} any more");
    }
}

#[test]
fn every_warning_of_a_run_is_known_here() {
    let sources = sources();
    let mut codes = BTreeSet::new();
    for start in ["Warning::new(", "note("] {
        let quoted = |rest: &str| Some(rest.trim_start().strip_prefix('"')?.split_once('"')?.0.to_owned());
        codes.extend(sources.split(start).skip(1).filter_map(quoted));
    }
    assert_eq!(codes.iter().map(String::as_str).collect::<Vec<_>>(), CODES);
}

#[test]
fn warnings_are_said_in_chinese_with_their_values() {
    for (english, chinese) in [
        (
            "\"tenure\" alone gives the target away: auc 0.9991 on rows that it was not learned from (limit 0.99); is it known before the outcome?; fix: [columns] ignore = [\"tenure\"]",
            "仅凭“tenure”就泄露了目标：在未用于学习的行上 auc 为 0.9991（界限 0.99）；它在结果发生之前是否已知？建议：[columns] ignore = [\"tenure\"]",
        ),
        (
            "\"a\" is not learned from: 300 different texts in 400 rows: free text; the same goes for \"b\", \"c\", and 5 more",
            "“a”不用于学习：400 行中有 300 种不同文本：自由文本；“b”、“c”以及另外 5 列也是如此",
        ),
        (
            "\"out\" holds dates (2013-01-01 to 2016-03-11), but the rows are split at random, and it is later than \"day\" in 353 of 6907 rows: was it known at that moment?; the same goes for \"end\" (99)",
            "“out”含有日期（2013-01-01 至 2016-03-11），但划分是随机的，并且在 6907 行中的 353 行晚于“day”：当时是否已知？“end”（99）也是如此",
        ),
        (
            "table orders: the types of its columns, before others are joined to it, are those of a uniform sample of 4000 of 30000 rows",
            "表 orders：在与其他表连接之前，各列的类型基于 30000 行中均匀抽取的 4000 行",
        ),
        (
            "3 values of \"age\" are not a number and are taken as missing, the first in row 17: \"n.k.\"",
            "“age”有 3 个值不是数值，视为缺失，首个在第 17 行：\"n.k.\"",
        ),
        (
            "\"crp\": 12 values such as \"<0.5\" are read as the number behind the sign; to keep texts, set \"category\" in [columns.type]",
            "“crp”：12 个值形如“<0.5”，按符号后面的数读取；若要保留文本，请在 [columns.type] 中设为 \"category\"",
        ),
        (
            "\"a\": 40 of 44 values are numbers, but 4 such as \"not tested\" are not: all are read as texts; to read numbers, add \"not tested\" to [collect] null_values",
            "“a”：44 个值中有 40 个是数值，但形如“not tested”的 4 个不是：全部按文本读取；若要读取数值，请把“not tested”加入 [collect] null_values",
        ),
        (
            "\"note\" is not learned from: 300 different texts in 400 rows: free text",
            "“note”不用于学习：400 行中有 300 种不同文本：自由文本",
        ),
        (
            "\"mail\" holds personal data: 99 of 100 values looked at are e-mail addresses; it is not learned from. Leave it out, or put a salted hash in its place where rows must be joined by it; fix: [columns] ignore = [\"mail\"]",
            "“mail”含有个人数据：查看的 100 个值中有 99 个是电子邮箱地址；它不用于学习。请排除它；若必须用它连接数据，请换成加盐哈希；建议：[columns] ignore = [\"mail\"]",
        ),
        (
            "intervals or sets meant for 90.0\u{202f}% of rows hold the truth of 85.1\u{202f}% (12\u{202f}500 rows, test); rows later in time are not like those learned from",
            "本应覆盖 90.0% 的行的区间或集合只覆盖了 85.1%（12,500 行，测试数据）；较晚的行与训练数据不同",
        ),
    ] {
        assert_eq!(Language::Zh.phrase(english), (chinese.to_owned(), true), "{english}");
    }
}
