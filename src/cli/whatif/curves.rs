//! How predictions go with the varied columns.

use std::fmt::Write as _;

use polars::prelude::{Column as Series, DataFrame};
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::Args;
use super::ask::{Question, what};
use crate::artifact::ModelFile;
use crate::cli::plot::{ends, spark};
use crate::cli::subject::Subject;
use crate::cli::told::Told;
use crate::data::Kind;
use crate::error::Result;
use crate::explain::whatif::{Curves, Mixes, curves, elasticities};
use crate::explain::{Aim, members};
use crate::pipeline::Context;
use crate::report::{bounded, clean, nonzero, number, pad, plural, plus, short};

/// Widest name, in columns, and most lines of a table.
const NAME: usize = 28;
const LINES: usize = 40;

/// Curves, and the elasticities of the varied numbers by column.
struct Answer<'a> {
    subject: &'a Subject,
    mixes: &'a Mixes,
    curves: Curves,
    elasticities: Vec<(String, Vec<Option<f64>>)>,
    what: String,
    /// Whether the answers are probabilities.
    chances: bool,
    networks: usize,
}

impl Args {
    pub(super) fn curves(&self, model: &ModelFile, question: &Question, subject: &Subject, cx: &Context<'_>) -> Result<Told> {
        let mixes = question.mixes(subject.frame.height())?;
        let predictions = model.fitted.predict(&subject.frame, &mut Vec::new(), cx)?;
        let aim = question.aim(&predictions);
        let curves = curves(&model.fitted, &subject.frame, &mixes, aim, cx)?;
        let numbers =
            mixes.varied.iter().filter(|v| model.fitted.schema.column(&v.column).is_some_and(|c| c.kind == Kind::Number));
        let elasticity = |column: &String| Ok((column.clone(), elasticities(&model.fitted, &subject.frame, column, aim, cx)?));
        let elasticities = numbers.map(|v| elasticity(&v.column)).collect::<Result<_>>()?;
        let networks = members(&model.fitted).len().max(1);
        let answer = Answer {
            subject,
            mixes: &mixes,
            curves,
            elasticities,
            what: what(model, aim),
            chances: matches!(aim, Aim::Probability(_)),
            networks,
        };
        Ok(Told { text: answer.text(self.top), metrics: answer.as_json(), table: answer.table()? })
    }
}

impl Answer<'_> {
    fn text(&self, top: usize) -> String {
        let columns = self.mixes.varied.iter().map(|v| clean(&v.column)).collect::<Vec<_>>().join(", ");
        let rows = self.subject.frame.height();
        let of = plural(rows, "row");
        let mut out = format!("{} of {of} of {} by {columns}\n\n", clean(&self.what), clean(&self.subject.source));
        self.mean(&mut out);
        let outside = (0..self.mixes.len()).filter(|&m| !self.mixes.outside(m).is_empty()).count();
        if outside > 0 {
            let _ = writeln!(out, "* outside the range of the training rows: the model has seen nothing like it");
        }
        if self.mixes.varied.len() == 1 {
            self.single(&mut out, top);
        }
        for (column, values) in &self.elasticities {
            let known: Vec<f64> = values.iter().flatten().copied().collect();
            if known.is_empty() {
                let _ = writeln!(out, "\nelasticity by {}: undefined, as it or the prediction is 0 or missing", clean(column));
                continue;
            }
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let [low, high] = ends(&known);
            let signed = |x: f64| plus(x, &nonzero(x, 3));
            let of = if known.len() == values.len() { String::new() } else { format!(" of {} rows", known.len()) };
            let of = if values.len() == 1 { of } else { format!(", mean{of} (from {} to {})", signed(low), signed(high)) };
            let _ = writeln!(
                out,
                "\nelasticity by {} at the row's own value{of}: the prediction changes by {} % for 1 % more",
                clean(column),
                signed(mean)
            );
        }
        let _ = match self.networks {
            1 => writeln!(out, "\nThe model is one network, so nothing is said of how sure it is."),
            n => writeln!(
                out,
                "\nRanges are the smallest and largest of {n} networks: what the model is not sure of, not how far the truth may be off."
            ),
        };
        out
    }

    /// Probabilities with the same decimals, whatever their size.
    fn show(&self, x: f64) -> String {
        if self.chances { bounded(x, 4) } else { number(x) }
    }

    /// The mean over the rows for every combination.
    fn mean(&self, out: &mut String) {
        let [low, high] = ends(&self.curves.mean);
        let shown: Vec<usize> = thinned(self.mixes.len(), LINES);
        let words: Vec<Vec<String>> =
            shown.iter().map(|&m| self.mixes.words(m).iter().map(|w| short(w, NAME)).collect()).collect();
        let heads: Vec<String> = self.mixes.varied.iter().map(|v| short(&v.column, NAME)).collect();
        let width = |c: usize| words.iter().map(|w| w[c].width()).chain([heads[c].width()]).max().unwrap_or(0);
        let line = |cells: &[String]| cells.iter().enumerate().map(|(c, w)| pad(w, width(c))).collect::<Vec<_>>().join("  ");
        let _ = writeln!(out, "  {}  mean", line(&heads));
        for (&mix, words) in shown.iter().zip(&words) {
            let mark = if self.mixes.outside(mix).is_empty() { ' ' } else { '*' };
            let range = self.curves.mean_networks.as_ref().map(|ends| ends[mix]);
            let range = range.map(|[a, b]| format!("  [{}, {}]", self.show(a), self.show(b))).unwrap_or_default();
            let plot = spark(&[self.curves.mean[mix]], low, high);
            let _ = writeln!(out, "  {} {mark}{plot} {}{range}", line(words), self.show(self.curves.mean[mix]));
        }
        if shown.len() < self.mixes.len() {
            let _ = writeln!(out, "  {} of {} combinations; write all of them with -o FILE.csv", shown.len(), self.mixes.len());
        }
    }

    /// One line for each of the first rows.
    fn single(&self, out: &mut String, top: usize) {
        let rows = self.subject.frame.height();
        if rows < 2 {
            return;
        }
        out.push('\n');
        for row in 0..rows.min(top) {
            let values: Vec<f64> = self.curves.values.iter().map(|v| v[row]).collect();
            let [low, high] = ends(&values);
            let name = short(&self.subject.name(row), 2 * NAME);
            let own = self.show(self.curves.own[row]);
            let _ = writeln!(
                out,
                "  {name}: now {own}, {} from {} to {}",
                spark(&values, low, high),
                self.show(low),
                self.show(high)
            );
        }
        if rows > top {
            let _ = writeln!(out, "  and {}", plural(rows - top, "more row"));
        }
    }

    fn as_json(&self) -> Value {
        let range = |ends: Option<[f64; 2]>| ends.map_or(Value::Null, |[low, high]| json!({"low": low, "high": high}));
        let values = |mix: usize| -> Map<String, Value> {
            let picks = self.mixes.picks(mix);
            let value = |(vary, pick): (&crate::explain::whatif::Vary, usize)| (vary.column.clone(), vary.value(pick));
            self.mixes.varied.iter().zip(picks).map(value).collect()
        };
        let mean = |mix: usize| {
            json!({
                "values": values(mix),
                "mean": self.curves.mean[mix],
                "networks": range(self.curves.mean_networks.as_ref().map(|ends| ends[mix])),
                "outside": self.mixes.outside(mix),
            })
        };
        let row = |row: usize| {
            let curve: Vec<Value> = (0..self.mixes.len())
                .map(|mix| json!({"prediction": self.curves.values[mix][row], "networks": range(self.curves.networks.as_ref().map(|n| n[mix][row]))}))
                .collect();
            let ids: Map<String, Value> =
                self.subject.ids.iter().map(|(name, v)| (name.clone(), v[row].clone().into())).collect();
            let elasticity: Map<String, Value> =
                self.elasticities.iter().map(|(name, v)| (name.clone(), json!(v[row]))).collect();
            json!({
                "row": self.subject.frame.rows[row] + 1,
                "ids": ids,
                "prediction": self.curves.own[row],
                "curve": curve,
                "elasticity": elasticity,
            })
        };
        json!({
            "what": self.what,
            "networks": self.networks,
            "mean": (0..self.mixes.len()).map(mean).collect::<Vec<_>>(),
            "rows": (0..self.subject.frame.height()).map(row).collect::<Vec<_>>(),
        })
    }

    /// One line per row and combination.
    fn table(&self) -> Result<DataFrame> {
        let (rows, mixes) = (self.subject.frame.height(), self.mixes.len());
        let cells = || (0..rows).flat_map(|r| (0..mixes).map(move |m| (r, m)));
        let numbers: Vec<u64> = cells().map(|(r, _)| self.subject.frame.rows[r] as u64 + 1).collect();
        let mut table = vec![Series::new("row".into(), numbers)];
        for (name, values) in &self.subject.ids {
            table.push(Series::new(format!("id_{name}").into(), cells().map(|(r, _)| values[r].clone()).collect::<Vec<_>>()));
        }
        let words: Vec<Vec<String>> = (0..mixes).map(|m| self.mixes.words(m)).collect();
        for (c, vary) in self.mixes.varied.iter().enumerate() {
            table.push(Series::new(
                format!("set_{}", vary.column).into(),
                cells().map(|(_, m)| words[m][c].clone()).collect::<Vec<_>>(),
            ));
        }
        table.push(Series::new("prediction".into(), cells().map(|(r, m)| self.curves.values[m][r]).collect::<Vec<_>>()));
        if let Some(networks) = &self.curves.networks {
            for (end, name) in ["low", "high"].into_iter().enumerate() {
                table.push(Series::new(name.into(), cells().map(|(r, m)| networks[m][r][end]).collect::<Vec<_>>()));
            }
        }
        let outside: Vec<String> = (0..mixes).map(|m| self.mixes.outside(m).join("; ")).collect();
        table.push(Series::new("outside".into(), cells().map(|(_, m)| outside[m].clone()).collect::<Vec<_>>()));
        Ok(DataFrame::new(rows * mixes, table)?)
    }
}

/// At most so many of `0..count`, evenly spread, the first and the last among them.
fn thinned(count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    (0..most).map(|i| i * (count - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::thinned;

    #[test]
    fn first_and_last_stay() {
        assert_eq!(thinned(3, 5), [0, 1, 2]);
        assert_eq!(thinned(101, 5), [0, 25, 50, 75, 100]);
    }
}
