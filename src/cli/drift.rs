use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::App;
use super::model::ModelArg;
use super::output::Output;
use super::table::Table;
use crate::clean::Conform;
use crate::collect::Collect;
use crate::error::{CleanError, ConfigError, ModelError, Result, plural};
use crate::pipeline::{Event, NoCheckpoints};
use crate::profile::{Counts, Histogram, Profile, Values, by_chance, jensen_shannon, psi};
use crate::report::{bounded, nonzero, percent, plus, short};

/// Rows that are read and counted at once.
const CHUNK: usize = 65_536;
/// Widest name in the table, in columns of the terminal.
const NAME: usize = 32;

/// How far rows are from those that a model learned from
///
/// Compares each column with the histograms in the model file. Exits with 1 if one has drifted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, glob, address or `-`
    data: String,
    #[command(flatten)]
    model: ModelArg,
    /// Population stability index, less what chance gives, above which a column has drifted; customarily 0.1 is a shift,
    /// 0.25 another population
    #[arg(long, value_name = "PSI", default_value_t = 0.2, allow_negative_numbers = true, value_parser = index)]
    fail_above: f64,
    /// Fewest rows that are judged; fewer are only shown
    #[arg(long, value_name = "N", default_value_t = 200)]
    min_rows: u64,
}

/// A value that the index can have.
fn index(text: &str) -> std::result::Result<f64, String> {
    let found = text.parse().ok().filter(|index: &f64| index.is_finite() && *index >= 0.0);
    found.ok_or_else(|| "give a number of 0 or more".into())
}

/// How far one column is from the training rows.
struct Drift<'a> {
    column: &'a Histogram,
    psi: f64,
    distance: f64,
    /// The index that rows of the same population show by chance.
    chance: f64,
    /// Shares of missing values at training and here.
    missing: [f64; 2],
    /// Difference of the means, in standard deviations of the training rows.
    shift: Option<f64>,
    /// The bin that moved most: what it holds, its shares at training and here.
    moved: (String, [f64; 2]),
}

impl<'a> Drift<'a> {
    fn new(column: &'a Histogram, counts: &Counts) -> Self {
        let (before, now) = (column.bins(), &counts.bins);
        let sum = |bins: &[u64]| bins.iter().sum::<u64>() as f64;
        let (n, m) = (sum(&before), sum(now));
        let share = |bins: &[u64], bin: usize, of: f64| if of > 0.0 { bins[bin] as f64 / of } else { 0.0 };
        let shares = |bin: usize| [share(&before, bin, n), share(now, bin, m)];
        let by = |bin: &usize| {
            let [before, now] = shares(*bin);
            (now - before).abs()
        };
        let most = (0..before.len()).max_by(|a, b| by(a).total_cmp(&by(b)).then(b.cmp(a))).unwrap_or(0);
        let shift = match &column.values {
            Values::Numbers(bins) | Values::Dates(bins) => {
                bins.moments.and_then(|[mean, sd]| Some((counts.mean()? - mean) / sd))
            }
            Values::Levels { .. } => None,
        };
        Self {
            psi: psi(&before, now),
            distance: jensen_shannon(&before, now),
            chance: by_chance(&before, now),
            missing: shares(before.len() - 1),
            shift: shift.filter(|s| s.is_finite()),
            moved: (column.words(most), shares(most)),
            column,
        }
    }

    /// The index less what chance adds to it: many levels and few rows make any two samples differ.
    fn excess(&self) -> f64 {
        self.psi - self.chance
    }

    /// What is to be said of it; `limit` is that of the excess.
    fn verdict(&self, limit: f64, judged: bool) -> &'static str {
        if !judged {
            "too few rows"
        } else if matches!(self.column.values, Values::Dates(_)) {
            // New rows have new dates: that is shown, and no drift.
            "not judged"
        } else if self.excess() > limit {
            "drifted"
        } else if self.excess() > 0.5 * limit {
            "shifted"
        } else {
            "stable"
        }
    }

    fn as_json(&self, limit: f64, judged: bool) -> Value {
        let kind = match self.column.values {
            Values::Numbers(_) => "number",
            Values::Dates(_) => "date",
            Values::Levels { .. } => "category",
        };
        let (what, [before, now]) = &self.moved;
        json!({
            "column": self.column.name,
            "kind": kind,
            "psi": self.psi,
            "js": self.distance,
            "psi_by_chance": Some(self.chance).filter(|c| c.is_finite()),
            "missing": {"train": self.missing[0], "data": self.missing[1]},
            "mean_shift": self.shift,
            "moved_most": {"what": what, "train": before, "data": now},
            "verdict": self.verdict(limit, judged),
        })
    }
}

impl Args {
    pub fn run(&self, app: &App) -> Result<Output> {
        if self.fail_above.is_nan() || self.fail_above <= 0.0 {
            return Err(ConfigError::Usage(format!("--fail-above {}: give a number above 0", self.fail_above)).into());
        }
        let (path, model) = self.model.load(app)?;
        let profile = model.manifest.profile.as_ref();
        let profile = profile.ok_or_else(|| ModelError::NoProfile { path: path.display().to_string() })?;
        let conform = Conform { schema: Arc::clone(&model.fitted.schema) };
        let learned: Vec<&str> = model.fitted.normalizer.columns.iter().map(|(name, _)| name.as_str()).collect();
        let (rows, counts) = self.count(app, profile, &conform, &learned)?;
        let mut drifts: Vec<Drift<'_>> = profile.columns.iter().zip(&counts).map(|(c, n)| Drift::new(c, n)).collect();
        drifts.sort_by(|a, b| b.psi.total_cmp(&a.psi));
        let judged = rows >= self.min_rows;
        let verdict = |d: &Drift<'_>| d.verdict(self.fail_above, judged);
        let failed = drifts.iter().filter(|d| verdict(d) == "drifted");
        let failed = failed.map(|d| {
            let (name, psi, chance) = (&d.column.name, d.psi, d.chance);
            format!(
                "\"{name}\" has drifted: psi {}, {} of it by chance, above {}",
                nonzero(psi, 3),
                nonzero(chance, 3),
                self.fail_above
            )
        });
        let failed: Vec<String> = failed.collect();
        let metrics = json!({
            "rows": rows,
            "train_rows": profile.rows,
            "fail_above": self.fail_above,
            "min_rows": self.min_rows,
            "judged": judged,
            "columns": drifts.iter().map(|d| d.as_json(self.fail_above, judged)).collect::<Vec<_>>(),
        });
        let mut text = format!(
            "{} of {} beside {} training rows, model {}\n\n",
            plural(rows, "row"),
            self.data,
            profile.rows,
            path.display()
        );
        text.push_str(&table(&drifts, &verdict).text(app.style().width));
        if !judged {
            let _ = writeln!(
                text,
                "\nnothing is judged: {} {} fewer than --min-rows {}",
                plural(rows, "row"),
                if rows == 1 { "is" } else { "are" },
                self.min_rows
            );
        }
        Ok(Output { failed, ..Output::new(text, metrics) }.artifact("model", &path))
    }

    /// Reads the rows part by part and counts them into the bins of the profile; the columns that the model learned from have to
    /// be there.
    fn count(&self, app: &App, profile: &Profile, conform: &Conform, learned: &[&str]) -> Result<(u64, Vec<Counts>)> {
        let config = app.whole(&self.data)?;
        let session = app.session(&NoCheckpoints, 0);
        let cx = session.context();
        let _reading = app.reading(&config.source);
        let awaited = learned.iter().map(|name| (*name).to_owned());
        let mut chunks = Collect::new(&config, Path::new(""))?.chunks(CHUNK)?.with(&cx).awaiting(awaited);
        let mut sum: Option<Vec<Counts>> = None;
        let mut rows = 0;
        while let Some(table) = chunks.next() {
            cx.check()?;
            app.console.warn_all(&chunks.warnings());
            let frame = cx.part("drift", 0).run(conform, table?)?;
            rows += frame.height() as u64;
            let counts = profile.count(&frame)?;
            match &mut sum {
                Some(sum) => sum.iter_mut().zip(&counts).for_each(|(a, b)| a.merge(b)),
                None => sum = Some(counts),
            }
            cx.event(&Event::Step { stage: "drift", done: rows, total: 0 });
        }
        app.console.warn_all(&chunks.warnings());
        if let Some(error) = chunks.missing(|_| true) {
            return Err(error.into());
        }
        match sum.filter(|_| rows > 0) {
            Some(sum) => Ok((rows, sum)),
            None => Err(CleanError::NoRows { origin: self.data.clone(), reason: "the source is empty".into() }.into()),
        }
    }
}

/// One line per column, the farthest first.
fn table(drifts: &[Drift<'_>], verdict: &dyn Fn(&Drift<'_>) -> &'static str) -> Table {
    let head = ["column", "verdict", "psi", "by chance", "js", "missing", "mean shift", "moved most"];
    let mut table = Table::new(2, &head);
    for d in drifts {
        let (what, [before, now]) = &d.moved;
        table.row(vec![
            d.column.name.clone(),
            verdict(d).to_owned(),
            nonzero(d.psi, 3),
            nonzero(d.chance, 3),
            bounded(d.distance, 3),
            format!("{} -> {}", percent(d.missing[0]), percent(d.missing[1])),
            d.shift.map_or_else(|| "-".into(), |s| format!("{} sd", plus(s, &nonzero(s, 2)))),
            format!("{}: {} -> {}", short(what, NAME), percent(*before), percent(*now)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Bins;

    fn numbers(counts: Vec<u64>) -> Histogram {
        let bins = Bins { cuts: vec![0.0, 5.0, 10.0], counts, moments: Some([5.0, 2.0]) };
        Histogram { name: "年龄".into(), missing: 0, values: Values::Numbers(bins) }
    }

    #[test]
    fn a_moved_column_by_hand() {
        let column = numbers(vec![0, 500, 500, 0]);
        let counts = Counts { bins: vec![0, 250, 750, 0, 0], sum: 6500.0, known: 1000 };
        let drift = Drift::new(&column, &counts);
        // Two bins are used, half a row more in each: 500.5 of 1001 before, 250.5 and 750.5 of 1001 now.
        let (a, b) = (250.5_f64 / 1001.0, 750.5_f64 / 1001.0);
        let wanted = (a - 0.5) * (a / 0.5).ln() + (b - 0.5) * (b / 0.5).ln();
        assert!((drift.psi - wanted).abs() < 1e-12);
        assert!((drift.chance - 0.002).abs() < 1e-12);
        assert_eq!(drift.shift, Some(0.75));
        assert_eq!(drift.moved.1, [0.5, 0.25]);
        assert_eq!(
            (drift.verdict(0.2, true), drift.verdict(0.5, true), drift.verdict(0.6, true)),
            ("drifted", "shifted", "stable")
        );
        assert_eq!(drift.verdict(0.2, false), "too few rows");
    }
}
