//! The summary for the terminal: the answer, the scores, what matters, and what to do next.

#[cfg(test)]
mod tests;
mod wrap;

pub use wrap::wrapped;

use unicode_width::UnicodeWidthStr;

use crate::data::Task;
use crate::metrics::{Measure, Metric, Rate};
use crate::pipeline::{Alike, punctuated};
use crate::report::Language;
use crate::report::decisions::facts;
use crate::report::findings;
use crate::report::name::{class, clean, pad, short};
use crate::report::number::{self, count, number, percent, points, seconds, share};
use crate::report::record::Record;
use crate::report::words::{self, plural};
use wrap::hung;

/// How the summary looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours may be used.
    pub color: bool,
    /// Columns of the terminal, 40 at least: sentences are wrapped there, and tables leave out what does not fit.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 80 }
    }
}

/// What the terminal shows is English in every language of the page, as all messages are.
const EN: Language = Language::En;
/// The widest name in a table, in columns.
const NAME: usize = 24;
/// No terminal is taken to be narrower.
const NARROW: usize = 40;
/// The longest bar of the importance, in columns.
const BAR: usize = 20;

/// What a person wants to know of a run, for the terminal; ends with a line end. `report` is where the page lies.
#[must_use]
pub fn summary(record: &Record, report: Option<&str>, style: Style) -> String {
    let mut page = Page { out: String::new(), style };
    head(&mut page, record);
    scores(&mut page, record);
    decisions(&mut page, record);
    importance(&mut page, record);
    groups(&mut page, record);
    tail(&mut page, record, report);
    page.out
}

/// What was predicted from what.
fn head(page: &mut Page, record: &Record) {
    let features = record.learned();
    let title = format!("{} from {}", short(&record.target, NAME), short(&record.source, 48));
    page.line(&page.bold(&title));
    page.fact(
        "data",
        &format!("{}, {}, {} to learn from", record.task.name(), plural(record.rows.used, "row"), plural(features, "column")),
    );
    if !record.labels.is_empty() {
        page.fact("classes", &classes(record));
    }
    page.fact("cleaned", &cleaned(record));
    page.fact("split", &short(&record.split, 400));
    page.fact("network", &short(&record.network, 400));
}

fn classes(record: &Record) -> String {
    let total = record.class_counts.iter().sum();
    let mut parts: Vec<String> = record
        .labels
        .iter()
        .zip(&record.class_counts)
        .take(6)
        .enumerate()
        .map(|(place, (label, &n))| {
            let positive = if record.task == Task::Binary && place == 1 { ", the positive class" } else { "" };
            format!("{} {} ({}{positive})", short(label, NAME), count(n), share(n, total))
        })
        .collect();
    if record.labels.len() > parts.len() {
        parts.push(format!("and {} more", count(record.labels.len() - parts.len())));
    }
    parts.join(", ")
}

fn cleaned(record: &Record) -> String {
    let touched: Vec<_> = record.cleaned.iter().filter(|r| r.count > 0).collect();
    let mut parts: Vec<String> = touched
        .iter()
        .take(4)
        .map(|r| {
            let column = r.column.as_ref().map(|c| format!(" in {}", short(c, NAME))).unwrap_or_default();
            format!("{}{column}: {}", short(&r.rule, 60), count(r.count))
        })
        .collect();
    if touched.len() > parts.len() {
        parts.push(format!("and {}", plural(touched.len() - parts.len(), "more rule")));
    }
    if parts.is_empty() { "nothing had to be changed".into() } else { parts.join("; ") }
}

/// The handful of metrics that a first look needs, the main one first.
const fn handful(task: Task) -> &'static [Metric] {
    match task {
        Task::Binary => &[Metric::Auc, Metric::Auprc, Metric::Logloss, Metric::BalancedAccuracy, Metric::F1, Metric::Lift10],
        Task::Multiclass => &[Metric::Logloss, Metric::Accuracy, Metric::BalancedAccuracy, Metric::MacroF1],
        Task::Regression => &[Metric::Rmse, Metric::Mae, Metric::R2, Metric::Medae],
    }
}

fn scores(page: &mut Page, record: &Record) {
    let tested = !record.model.test.is_empty();
    let mut head = vec!["", "model, folds", "baseline", "linear"];
    if tested {
        head.insert(2, "model, test [95 %]");
    }
    let asked: Vec<Metric> = record.shown.iter().copied().filter(|m| Metric::of(record.task).contains(m)).collect();
    let metrics = if asked.is_empty() { handful(record.task) } else { &asked };
    let mut rows: Vec<Vec<String>> = metrics
        .iter()
        .map(|&metric| {
            let mut row = vec![metric.name().to_owned(), words::folds(&record.model, metric, EN)];
            if tested {
                row.push(words::test(&record.model, metric, EN));
            }
            for rival in [&record.baseline, &record.linear] {
                row.push(number::score(metric, words::value(record, rival, metric)));
            }
            row
        })
        .collect();
    let width = |i: usize, rows: &[Vec<String>], head: &[&str]| {
        rows.iter().map(|r| r[i].width()).max().unwrap_or(0).max(head[i].width())
    };
    // On a narrow terminal what is least asked for goes: the folds beside a test, the yardsticks, which the sentences name,
    // and at last the intervals.
    let room = page.style.width.max(NARROW);
    let mut kept: Vec<usize> = (0..head.len()).collect();
    let total = |kept: &[usize], rows: &[Vec<String>], head: &[&str], gap: usize| {
        2 + kept.iter().map(|&i| width(i, rows, head)).sum::<usize>() + gap * (kept.len() - 1)
    };
    let gap = if total(&kept, &rows, &head, 3) <= room { 3 } else { 2 };
    let fits = |kept: &[usize], rows: &[Vec<String>], head: &[&str]| total(kept, rows, head, gap) <= room;
    for dropped in if tested { [1, 4, 3] } else { [3, 2, 3] } {
        if !fits(&kept, &rows, &head) {
            kept.retain(|&i| i != dropped);
        }
    }
    if tested && !fits(&kept, &rows, &head) {
        head[2] = "model, test";
        rows.iter_mut().for_each(|row| row[2] = row[2].split(" [").next().unwrap_or_default().to_owned());
    }
    let widths: Vec<usize> = (0..head.len()).map(|i| width(i, &rows, &head)).collect();
    let align = |cells: Vec<&str>| {
        kept.iter().map(|&i| pad(cells[i], widths[i])).collect::<Vec<_>>().join(&" ".repeat(gap)).trim_end().to_owned()
    };
    page.line("");
    page.line(&page.dim(&format!("  {}", align(head))));
    for (i, row) in rows.iter().enumerate() {
        let line = format!("  {}", align(row.iter().map(String::as_str).collect()));
        page.line(&if i == 0 { page.bold(&line) } else { line });
    }
    if metrics.contains(&Metric::Mape) && record.is_mape_undefined() {
        page.wrapped("  ", EN.scores_note_mape());
    }
    page.line("");
    // The marks of direction around names are for pages; here names are cleaned of all that could turn text around.
    page.wrapped("  ", &findings::how_good(record, EN).join(" ").replace(['\u{2068}', '\u{2069}'], ""));
    tenths(page, record);
}

/// How the positive rows are spread over the rows in the order of their scores.
fn tenths(page: &mut Page, record: &Record) {
    let tenths = &record.details.tenths;
    let shares: Vec<f64> = tenths.iter().map(|p| p.positives / p.rows.max(1) as f64).collect();
    let (Some(first), Some(last), Some(label)) = (shares.first(), shares.last(), record.labels.last()) else { return };
    page.line("");
    let plot = page.green(&columns(&shares));
    let words = format!(
        "share of {} by tenth, best first: {} to {}",
        short(&class(&record.target, label), NAME),
        percent(*first),
        percent(*last)
    );
    page.hang(&format!("  {}{plot} ", page.dim(&pad("tenths", FACT))), 2 + FACT + shares.len() + 1, &words);
}

/// Upright bars of eighths of a line, the largest one full; what is there is seen, however little it is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 8")]
fn columns(values: &[f64]) -> String {
    let most = values.iter().copied().fold(0.0, f64::max);
    let eighths = |v: f64| if most > 0.0 && v > 0.0 { (8.0 * v / most).round().clamp(1.0, 8.0) as usize } else { 0 };
    values.iter().map(|&v| [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][eighths(v)]).collect()
}

/// From where on to act, and how far predictions are off.
fn decisions(page: &mut Page, record: &Record) {
    let facts = facts(record);
    if !facts.is_empty() {
        page.line("");
    }
    for (word, text) in facts {
        page.fact(word, &short(&text, 400));
    }
}

fn importance(page: &mut Page, record: &Record) {
    let top: Vec<_> = record.importance.iter().filter(|i| i.mean.is_finite()).take(5).collect();
    let metric = Metric::main(record.task);
    let Some(largest) = top.iter().map(|i| i.mean).max_by(f64::total_cmp) else { return };
    let width = top.iter().map(|i| short(&i.column, NAME).width()).max().unwrap_or(0);
    page.line("");
    let head = format!("  what matters: how much {} suffers when a column is shuffled", metric.name());
    let fits = head.width() <= page.style.width.max(NARROW);
    page.line(&page.dim(if fits { &head } else { "  what matters" }));
    let room = top.iter().map(|i| number::drop(metric, i.mean, i.sd, largest).chars().count()).max().unwrap_or(0);
    let longest = page.style.width.max(NARROW).saturating_sub(2 + width + 2 + 2 + room).clamp(4, BAR);
    for i in top {
        let part = if largest > 0.0 { i.mean / largest } else { 0.0 };
        // Room for the sign of a column that does harm.
        let value = format!("{:>room$}", number::drop(metric, i.mean, i.sd, largest));
        page.line(&format!(
            "  {}  {}  {value}",
            pad(&short(&i.column, NAME), width),
            page.green(&pad(&bar(part, longest), longest))
        ));
    }
}

/// A bar of eighths of a column, at most so many columns long; the share is between 0 and 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8 * BAR")]
fn bar(part: f64, longest: usize) -> String {
    let eighths = (part.clamp(0.0, 1.0) * (8 * longest) as f64).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

/// How far sensitive groups are apart, a sentence for each grouping.
fn groups(page: &mut Page, record: &Record) {
    let Some(fairness) = &record.fairness else { return };
    let main = Measure::Metric(Metric::main(record.task));
    let mut word = "groups";
    for grouping in &fairness.groupings {
        let by = grouping.columns.iter().map(|c| short(c, NAME)).collect::<Vec<_>>().join(" and ");
        let selection = grouping.gaps.get(&Measure::Rate(Rate::SelectionRate));
        let said = if let Some((gap, verdict)) = selection.and_then(|gap| Some((gap, gap.four_fifths()?))) {
            let odds = grouping.equalized_odds.as_ref().and_then(|g| g.difference.value);
            let odds = odds.map_or_else(String::new, |odds| format!("; equalized odds {} apart", points(odds)));
            format!(
                "{} is selected {} as often as {}, {verdict}{odds}",
                short(&gap.lowest, 2 * NAME),
                percent(gap.ratio.value.unwrap_or(f64::NAN)),
                short(&gap.highest, 2 * NAME)
            )
        } else if let Some((gap, value)) = grouping.gaps.get(&main).and_then(|gap| Some((gap, gap.difference.value?))) {
            let metric = Metric::main(record.task);
            let (low, high) = (short(&gap.lowest, 2 * NAME), short(&gap.highest, 2 * NAME));
            format!("{} apart by {}, lowest for {low}, highest for {high}", metric.name(), number::score(metric, Some(value)))
        } else {
            "fewer than two groups have rows enough to judge".into()
        };
        if word == "groups" {
            page.line("");
        }
        page.fact(word, &format!("by {by}: {said}"));
        word = "";
    }
}

/// Warnings, time, and what to do next.
fn tail(page: &mut Page, record: &Record, report: Option<&str>) {
    page.line("");
    let told = record.told();
    if !told.is_empty() {
        page.line(&page.yellow(&format!("  {}", plural(told.len(), "warning"))));
        for told in told.iter().take(3) {
            page.wrapped("  - ", &warning(told));
            if let Some(fix) = told.fix() {
                // Whole, however long: it is there to be copied.
                page.line(&format!("    fix: {}", clean(&fix)));
            }
        }
        if told.len() > 3 {
            page.line(&format!("  - and {} more, in the report", count(told.len() - 3)));
        }
        page.line("");
    }
    let memory = record
        .peak_rss_mb
        .filter(|m| m.is_finite())
        .map_or_else(String::new, |m| format!(", {} MiB at most", number(m.round())));
    page.fact(
        "time",
        &format!(
            "{} in all, of it {} cross-validation and {} the final training{memory}",
            seconds(record.timing.total_s),
            seconds(record.timing.validate_s),
            seconds(record.timing.train_s)
        ),
    );
    if let Some(path) = report {
        // Whole, however long: it is there to be copied.
        page.line(&format!("  {}{}", page.dim(&pad("report", FACT)), clean(path)));
    }
    let mut word = "next";
    for (command, does) in
        [("mkt evaluate", "score the model again, or on other rows"), ("mkt predict data.csv", "predict new rows")]
    {
        // What it does stands below where it does not fit beside.
        let beside = format!("{} {does}", pad(command, 23));
        if 2 + FACT + beside.width() <= page.style.width.max(NARROW) {
            page.line(&format!("  {}{beside}", page.dim(&pad(word, FACT))));
        } else {
            page.line(&format!("  {}{command}", page.dim(&pad(word, FACT))));
            page.wrapped(&" ".repeat(2 + FACT + 2), does);
        }
        word = "";
    }
}

/// The message, behind its column unless it names that itself.
fn warning(told: &Alike<'_>) -> String {
    const LONGEST: usize = 400;
    let message = punctuated(&told.seen());
    match &told.first.column {
        Some(column) if !message.contains(column) => format!("{}: {}", short(column, NAME), short(&message, LONGEST)),
        _ => short(&message, LONGEST),
    }
}

/// The width of the words in front of facts.
const FACT: usize = 9;

/// Lines so far, and how they look.
struct Page {
    out: String,
    style: Style,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// `word     text`, the text wrapped beside it.
    fn fact(&mut self, word: &str, text: &str) {
        let first = format!("  {}", self.dim(&pad(word, FACT)));
        self.hang(&first, 2 + FACT, text);
    }

    fn wrapped(&mut self, first: &str, text: &str) {
        self.hang(first, first.width(), text);
    }

    /// Words behind `first`, which takes so many columns; later lines start below the first word.
    fn hang(&mut self, first: &str, indent: usize, text: &str) {
        let text = hung((first, indent), indent, text.trim(), self.style.width.max(NARROW));
        self.line(&text);
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn green(&self, text: &str) -> String {
        self.paint("32", text)
    }

    fn yellow(&self, text: &str) -> String {
        self.paint("33", text)
    }
}
