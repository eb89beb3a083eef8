//! The main numbers as Markdown, for pull requests, wikis and mails.

use std::fmt::Write as _;

use super::config::Language;
use super::language::shown;
use super::name::clean;
use super::name::file_name;
use super::record::Record;
use super::{classes, findings, groups, words};
use crate::metrics::{Measure, Metric};

/// Rows shown of any list.
const ROWS: usize = 25;

/// The report of a run as Markdown; ends with a line end.
#[must_use]
pub fn markdown(record: &Record) -> String {
    let t = record.language;
    let mut page = Page(String::new());
    page.title(&t.predicting(shown(&record.target)));
    let (columns, rows) = (t.columns(record.learned()), t.rows(record.rows.used));
    page.paragraph(&if record.partial {
        t.learned_from_model(columns, rows)
    } else {
        t.learned_from(columns, rows, shown(file_name(&record.source)))
    });
    page.paragraph(&findings::headline(record, t));
    for (title, sentences) in [
        (t.how_good(), findings::how_good(record, t)),
        (t.what_drives(), findings::drivers(record, t)),
        (t.what_to_do(), findings::advice(record, t)),
        (t.what_to_distrust(), findings::doubts(record, t)),
    ] {
        page.heading(title);
        sentences.iter().for_each(|sentence| page.item(sentence));
    }
    scores(&mut page, record);
    importance(&mut page, record);
    per_class(&mut page, record);
    tenths(&mut page, record);
    people(&mut page, record);
    data(&mut page, record);
    run(&mut page, record);
    page.0
}

fn scores(page: &mut Page, record: &Record) {
    let t = record.language;
    page.heading(t.scores());
    let tested = !record.model.test.is_empty();
    let over = |who: &str| format!("{who}, {}", t.over_folds());
    let mut heads = vec![t.metric().to_owned(), over(t.model())];
    if tested {
        heads.push(format!("{}, {}", t.model(), t.on_test()));
    }
    heads.extend([over(t.baseline()), over(t.linear())]);
    let rows = Metric::of(record.task).iter().map(|&metric| {
        let mut row = vec![t.label(metric).to_owned(), words::folds(&record.model, metric, t)];
        if tested {
            row.push(words::test(&record.model, metric, t));
        }
        row.extend([&record.baseline, &record.linear].map(|rival| words::folds(rival, metric, t)));
        row
    });
    page.table(&heads, rows);
}

fn importance(page: &mut Page, record: &Record) {
    let t = record.language;
    let metric = Metric::main(record.task);
    let top: Vec<_> = record.importance.iter().filter(|i| i.mean.is_finite()).take(ROWS).collect();
    let Some(like) = top.iter().map(|i| i.mean).max_by(f64::total_cmp) else { return };
    page.heading(t.importance());
    let heads = [t.column().to_owned(), t.label(metric).to_owned()];
    page.table(&heads, top.iter().map(|i| vec![shown(&i.column), t.drop(metric, i.mean, i.sd, like)]));
    page.paragraph(&if metric.higher_is_better() {
        t.importance_falls(t.named(metric))
    } else {
        t.importance_rises(t.named(metric))
    });
}

fn per_class(page: &mut Page, record: &Record) {
    let t = record.language;
    let classes = classes::table(&record.curves.confusion);
    if classes.is_empty() {
        return;
    }
    page.heading(t.per_class());
    let heads = [t.class(), t.support(), t.called(), t.precision(), t.recall(), "F1"].map(str::to_owned);
    let rows = classes.iter().zip(&record.labels).take(ROWS).map(|(class, label)| {
        let f1 = class.f1().map_or_else(|| "–".to_owned(), |f1| t.bounded(f1, 4));
        vec![shown(label), t.count(class.rows), t.count(class.called), t.maybe(class.precision()), t.maybe(class.recall()), f1]
    });
    page.table(&heads, rows);
}

fn tenths(page: &mut Page, record: &Record) {
    let t = record.language;
    let tenths = &record.details.tenths;
    let positives: f64 = tenths.iter().map(|p| p.positives).sum();
    if tenths.is_empty() {
        return;
    }
    page.heading(t.tenths());
    let heads = [t.tenth(), t.support(), t.mean_score(), t.positives(), t.precision(), t.found_so_far()].map(str::to_owned);
    let rows = tenths.iter().enumerate().map(|(i, p)| {
        let found: f64 = tenths[..=i].iter().map(|p| p.positives).sum();
        vec![
            t.count(i + 1),
            t.count(p.rows),
            t.bounded(p.scores[1], 4),
            t.number((10.0 * p.positives).round() / 10.0),
            t.percent(p.positives / p.rows as f64),
            t.percent(found / positives),
        ]
    });
    page.table(&heads, rows);
}

fn people(page: &mut Page, record: &Record) {
    let t = record.language;
    let Some(fairness) = record.fairness.as_ref().filter(|f| !f.groupings.is_empty()) else { return };
    page.heading(t.fairness());
    for grouping in &fairness.groupings {
        let columns = groups::columns(record, grouping);
        page.paragraph(&match groups::compared(record, grouping) {
            Some(verdict) => format!("{columns} – {verdict}"),
            None => columns,
        });
        page.gap();
        let measures = groups::measures(record);
        let heads = [t.group(), t.support()].into_iter().chain(measures.iter().map(|m| t.measure(*m))).map(str::to_owned);
        let rows = groups::listed(grouping).0.into_iter().take(ROWS).map(|group| {
            let value = |m: &Measure| group.values.get(m).and_then(|i| i.value);
            let shown_as = |m| value(m).map_or_else(|| "–".to_owned(), |x| groups::shown_as(record, *m, x));
            let name = shown(&t.said(&group.name));
            let name = if group.judged { name } else { format!("{name} ({})", t.too_few()) };
            [name, t.count(group.rows)].into_iter().chain(measures.iter().map(shown_as)).collect()
        });
        page.table(&heads.collect::<Vec<_>>(), rows);
        let small = groups::listed(grouping).1.len();
        if small > 0 {
            page.paragraph(&format!("{} ({})", t.small_groups(), t.count(small)));
        }
    }
    if let Some(mitigation) = &fairness.mitigation {
        page.heading(t.mitigation());
        groups::done(record, mitigation).iter().for_each(|sentence| page.item(sentence));
    }
}

fn data(page: &mut Page, record: &Record) {
    let t = record.language;
    let told = record.told();
    if !told.is_empty() {
        page.heading(t.warnings_title());
        for told in told.iter().take(ROWS) {
            page.item(&format!("{}: {}", told.first.code, t.phrase(&told.message()).0));
        }
    }
    if record.columns.is_empty() {
        return;
    }
    page.heading(t.columns_title());
    let heads = [t.column(), t.missing(), t.for_model(), t.why()].map(str::to_owned);
    let rows = record.columns.iter().take(4 * ROWS).map(|c| {
        let missing = t.share(c.missing, record.rows.used);
        vec![shown(&c.name), missing, t.phrase(&c.encoding).0, t.phrase(&c.reason).0]
    });
    page.table_of(&heads, 2, rows);
}

fn run(page: &mut Page, record: &Record) {
    let t = record.language;
    page.heading(t.run_title());
    for (what, fact) in [
        (t.run(), record.name.clone()),
        (t.split(), t.phrase(&record.split).0),
        (t.network(), t.phrase(&record.network).0),
        (t.checksum(), record.data_hash.clone()),
        (t.seed(), record.seed.to_string()),
        (t.in_all(), t.seconds(record.timing.total_s)),
        (t.card_use(), record.intended_use.clone()),
        (t.card_notes(), record.notes.clone()),
        (t.version(), format!("mkt {}", record.mkt_version)),
    ] {
        if !fact.trim().is_empty() {
            page.item(&match t {
                Language::En => format!("{what}: {fact}"),
                Language::Zh => format!("{what}：{fact}"),
            });
        }
    }
}

/// Markdown so far. All text goes through [`escaped`].
struct Page(String);

impl Page {
    fn title(&mut self, text: &str) {
        let _ = writeln!(self.0, "# {}", escaped(text));
    }

    fn heading(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n## {}\n", escaped(text));
    }

    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n{}", escaped(text));
    }

    fn gap(&mut self) {
        self.0.push('\n');
    }

    fn item(&mut self, text: &str) {
        let _ = writeln!(self.0, "- {}", escaped(text));
    }

    /// A table, numbers to the right: all columns but the first.
    fn table(&mut self, heads: &[String], rows: impl Iterator<Item = Vec<String>>) {
        self.table_of(heads, heads.len(), rows);
    }

    /// A table whose columns from `texts` on hold texts again.
    fn table_of(&mut self, heads: &[String], texts: usize, rows: impl Iterator<Item = Vec<String>>) {
        let line = |cells: &[String]| format!("| {} |\n", cells.iter().map(|c| escaped(c)).collect::<Vec<_>>().join(" | "));
        self.0.push_str(&line(heads));
        let _ = writeln!(self.0, "|---|{}{}", "---:|".repeat(texts - 1), "---|".repeat(heads.len() - texts));
        rows.for_each(|row| self.0.push_str(&line(&row)));
    }
}

/// Text that stays text: no element, no emphasis, no link, no cell border, no mention of a person.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    // The marks of direction are for the page; here they would be copied along.
    let bare: String = text.chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')).collect();
    for c in clean(&bare).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            _ => safe.push(c),
        }
    }
    safe.replace("://", ":\\//").replace("www.", "www\\.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Task;
    use crate::report::sample::{full, record};

    #[test]
    fn the_numbers_are_those_of_the_record() {
        let record = record(Task::Binary);
        let text = markdown(&record);
        assert!(text.starts_with("# Predicting Churn\n"), "{text}");
        for &metric in Metric::of(Task::Binary) {
            let test = escaped(&words::test(&record.model, metric, Language::En));
            assert!(text.contains(&test), "{metric:?}: {test}");
        }
        assert!(text.contains("| Contract | 0.0812 ± 0.0021 |") && text.contains("- near\\_copy: "), "{text}");
    }

    #[test]
    fn groups_of_people_are_told() {
        let text = markdown(&full(Task::Binary));
        for words in [
            "## Groups of people",
            "性别 – 女 is selected 60.0\u{202f}% as often as 男: below the four fifths",
            "| 其他 (too few rows to judge) | 20 |",
            "## What was done about it",
            "- Selection rate by 性别: groups are up to 20.0\u{202f}pp apart without it, up to 20.0\u{202f}pp with it.",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!markdown(&record(Task::Binary)).contains("## Groups of people"));
    }

    #[test]
    fn names_stay_text() {
        assert_eq!(escaped("a|b <script> [x](y) @me `c` *d*"), "a\\|b \\<script\\> \\[x\\](y) &#64;me \\`c\\` \\*d\\*");
        assert_eq!(escaped("http://x www.y.z\n- \u{2068}q\u{2069}"), "http:\\//x www\\.y.z�- q");
    }

    #[test]
    fn every_task_and_language_has_a_report() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            for language in [Language::En, Language::Zh] {
                let text = markdown(&Record { language, ..full(task) });
                assert!(text.contains(language.scores()) && !text.contains("NaN"), "{text}");
                for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
                    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
                    assert!(table.lines().all(|line| bars(line) == bars(table.lines().next().unwrap())), "{table}");
                }
            }
        }
    }
}
